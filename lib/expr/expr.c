#include "expr/expr.h"

#include <stdlib.h>
#include <string.h>

#include "expr/bind.h"
#include "expr/kernel.h"

/* ---- compiling ------------------------------------------------------- */

static void
note_column(struct expr *expr, uint32_t column)
{
	uint32_t at = expr->column_count;
	for (uint32_t i = 0; i < expr->column_count; i++)
		if (expr->columns[i] == column)
			return;
	expr->columns = mem_grow_array(expr->columns, (size_t)at + 1,
	    sizeof(*expr->columns));
	for (; at > 0 && expr->columns[at - 1] > column; at--)
		expr->columns[at] = expr->columns[at - 1];
	expr->columns[at] = column;
	expr->column_count++;
}

/* Whether a node may fail to compute a row whose arguments it has. */
static _Bool
may_fail_itself(const struct node *node)
{
	static expr_kernel *const total[] = {
		kernel_compare, kernel_in, kernel_not, kernel_widen,
		kernel_integer_to_f64, kernel_f32_to_f64
	};
	if (node->kind != NODE_CALL)
		return 0;
	for (size_t i = 0; i < sizeof(total) / sizeof(total[0]); i++)
		if (node->kernel == total[i])
			return 0;
	return 1;
}

/* Collects the columns, and makes may_be_null and may_fail those of the whole
 * node. */
static void
walk(struct expr *expr, struct node *node)
{
	_Bool any = 0, all = 1;
	if (node->is_walked)
		return;
	node->is_walked = 1;
	node->may_fail = may_fail_itself(node);
	for (uint32_t i = 0; i < node->arg_count; i++) {
		walk(expr, node->args[i]);
		node->may_fail |= node->args[i]->may_fail;
		/* The conditions of a CASE are no values. */
		if (node->kind == NODE_CASE && i % 2 == 0 &&
		    i + 1 < node->arg_count)
			continue;
		any = any || node->args[i]->may_be_null;
		all = all && node->args[i]->may_be_null;
	}
	switch (node->kind) {
	case NODE_COLUMN:
		note_column(expr, node->column);
		break;
	case NODE_CONSTANT:
		node->may_be_null = node_is_null(node);
		break;
	case NODE_COALESCE:
		node->may_be_null = all;
		break;
	case NODE_IS_NULL:
	case NODE_IS_TRUE:
	case NODE_IS_FALSE:
		node->may_be_null = 0;
		break;
	default:
		node->may_be_null = node->may_be_null || any;
		break;
	}
}

static int
compile(struct expr *expr, const struct schema *schema,
    const struct expr_loader *loader, struct error *err)
{
	struct ast *ast;
	struct binder binder = {.expr = expr, .schema = schema,
	    .loader = loader, .err = err};
	if (expr_parse(expr->text, (uint32_t)strlen(expr->text), &expr->arena,
	    &ast, err) != 0)
		return -1;
	*err = (struct error){0};
	expr->root = bind(&binder, ast);
	if (expr->root == NULL)
		return -1;
	walk(expr, expr->root);
	expr->is_nullable = expr->root->may_be_null;
	return 0;
}

int
expr_compile_with(const char *text, const struct schema *schema,
    const struct expr_loader *loader, _Bool is_condition, struct expr **out,
    struct error *err)
{
	struct error found = {0};
	char name[TYPE_TEXT_BYTES];
	*out = NULL;
	if (strlen(text) > EXPR_MAX_BYTES)
		return error_usage(err, "an expression of %zu bytes; at most "
		    "%u", strlen(text), EXPR_MAX_BYTES);
	struct expr *expr = mem_zalloc(sizeof(*expr));
	expr->text = mem_strdup(text);
	int result = compile(expr, schema, loader, &found);
	if (result == 0 && is_condition && expr->root->type.id != TYPE_BOOL)
		result = error_usage(&found, "a condition is needed, this is "
		    "a %s", type_format(expr->root->type, name));
	else if (result == 0 && expr->root->type.id == TYPE_NULL)
		result = error_usage(&found, "null has no type: cast(null as "
		    "...)");
	if (result != 0) {
		expr_free(expr);
		*err = found;
		return -1;
	}
	*out = expr;
	return 0;
}

int
expr_compile(const char *text, const struct schema *schema,
    struct expr **expr, struct error *err)
{
	return expr_compile_with(text, schema, NULL, 0, expr, err);
}

int
expr_compile_condition(const char *text, const struct schema *schema,
    struct expr **expr, struct error *err)
{
	return expr_compile_with(text, schema, NULL, 1, expr, err);
}

void
expr_free(struct expr *expr)
{
	if (expr == NULL)
		return;
	for (struct node *node = expr->nodes; node != NULL;
	    node = node->next) {
		/* A shared node's vector is a view of its argument's. */
		vector_release(&node->out);
		vector_release(&node->spare);
		if (node->state != NULL)
			node->state_free(node->state);
		lift_free(node->lift);
		if (node->dictionary != NULL)
			dictionary_free(node->dictionary);
	}
	vector_release(&expr->result);
	if (expr->dictionary != NULL)
		dictionary_free(expr->dictionary);
	mem_free(expr->columns);
	mem_free(expr->text);
	arena_release(&expr->arena);
	mem_free(expr);
}

/* ---- asking ---------------------------------------------------------- */

struct type
expr_type(const struct expr *expr)
{
	return expr->root->type;
}

_Bool
expr_is_nullable(const struct expr *expr)
{
	return expr->is_nullable;
}

_Bool
expr_may_fail(const struct expr *expr)
{
	return expr->root->may_fail;
}

const uint32_t *
expr_columns(const struct expr *expr, uint32_t *count)
{
	*count = expr->column_count;
	return expr->columns;
}

int
expr_column(const struct expr *expr)
{
	return expr->root->kind == NODE_COLUMN ? (int)expr->root->column : -1;
}

void
expr_collect(struct expr *expr, struct expr_faults *faults)
{
	expr->faults = faults;
}

uint32_t
expr_failed_row(const struct expr *expr)
{
	return expr->failed_row;
}

/* ---- running --------------------------------------------------------- */

static void
empty_result(struct expr *expr, const struct column **result)
{
	struct vector *v = &expr->result;
	v->column.validity = NULL;
	if (type_is_variable(expr->root->type))
		vector_start_text(v, expr->root->type, 0);
	else
		vector_start(v, expr->root->type, 0);
	*result = &v->column;
}

/* All rows are null: codes of a dictionary without entries help nobody. */
static const struct column *
uncode_nulls(struct expr *expr, uint32_t rows)
{
	struct vector *v = &expr->result;
	vector_set_validity(v, expr->root->out.column.validity, rows);
	vector_start_text(v, expr->root->type, rows);
	for (uint32_t i = 0; i < rows; i++)
		vector_put(v, i, NULL, 0);
	vector_finish(v, rows);
	return &v->column;
}

/*
 * Nodes are run one after the other, each over all rows: the first failure is
 * not that of the first bad row, which must not depend on how rows came in
 * batches.  So all are looked for.
 */
static int
fail_first_row(struct expr *expr, struct run *run)
{
	struct expr_faults faults = {0};
	struct run again = *run;
	again.faults = &faults;
	again.err = NULL;
	expr_faults_start(&faults, run->rows);
	if (run->faults == NULL)
		(void)node_eval(&again, expr->root);	/* what it can */
	expr_faults_sort(&faults);
	if (faults.count > 0)
		run_fail_whole(run, faults.items[0].row,
		    faults.items[0].reason);
	expr_faults_release(&faults);
	expr->failed_row = run->failed_row;
	return -1;
}

int
expr_eval(struct expr *expr, const struct batch *batch,
    const struct column **result, struct error *err)
{
	struct run run = {.text = expr->text, .columns = batch->columns,
	    .rows = batch->row_count, .faults = expr->faults, .err = err,
	    .row_base = expr->rows_seen};
	struct node *root = expr->root;
	if (run.rows == 0) {
		empty_result(expr, result);
		return 0;
	}
	if (node_eval(&run, root) != 0)
		return fail_first_row(expr, &run);
	expr->rows_seen += run.rows;
	if (!root->out.is_constant) {
		*result = &root->out.column;
		if ((*result)->code_bytes != 0 &&
		    (*result)->dictionary->count == 0)
			*result = uncode_nulls(expr, run.rows);
		return 0;
	}
	if (vector_broadcast(&expr->result, &root->out, run.rows,
	    root->dictionary != NULL ? &root->dictionary :
	    &expr->dictionary) != 0)
		return error_data(err, "more than 2 GiB of text in a batch");
	*result = &expr->result.column;
	return 0;
}

uint32_t
expr_true_rows(const struct column *result, uint32_t row_count,
    uint32_t *rows)
{
	const uint8_t *bits = result->values;
	size_t len = bitmap_bytes(row_count);
	uint32_t used = 0;
	/* Bits under nulls are zero, and so are those after the last row. */
	for (size_t i = 0; i < len; i += 8) {
		uint64_t word = 0;
		memcpy(&word, bits + i, len - i < 8 ? len - i : 8);
		if (word == UINT64_MAX) {
			for (uint32_t k = 0; k < 64; k++)
				rows[used + k] = (uint32_t)i * 8 + k;
			used += 64;
			continue;
		}
		while (word != 0) {
			rows[used++] = (uint32_t)i * 8 +
			    (uint32_t)__builtin_ctzll(word);
			word &= word - 1;
		}
	}
	return used;
}

int
expr_filter(struct expr *expr, const struct batch *batch, uint32_t *rows,
    uint32_t *count, struct error *err)
{
	const struct column *result = NULL;
	if (expr_eval(expr, batch, &result, err) != 0)
		return -1;
	*count = expr_true_rows(result, batch->row_count, rows);
	return 0;
}

/* ---- bounds ---------------------------------------------------------- */

static enum expr_bound_op
bound_op(enum token_kind op, _Bool is_swapped)
{
	switch (op) {
	case TOKEN_EQ:
		return EXPR_EQ;
	case TOKEN_NE:
		return EXPR_NE;
	case TOKEN_LT:
		return is_swapped ? EXPR_GT : EXPR_LT;
	case TOKEN_LE:
		return is_swapped ? EXPR_GE : EXPR_LE;
	case TOKEN_GT:
		return is_swapped ? EXPR_LT : EXPR_GT;
	default:
		return is_swapped ? EXPR_LE : EXPR_GE;
	}
}

static _Bool
bound_of(const struct node *node, struct expr_bound *bound)
{
	*bound = (struct expr_bound){.value_count = 1};
	if (node->arg_count == 0 || (node->args[0]->kind != NODE_COLUMN &&
	    (node->arg_count != 2 || node->args[1]->kind != NODE_COLUMN)))
		return 0;
	_Bool is_swapped = node->args[0]->kind != NODE_COLUMN;
	const struct node *column = node->args[is_swapped];
	bound->column = column->column;
	if (node->kind == NODE_IS_NULL) {
		bound->op = node->is_negated ? EXPR_IS_NOT_NULL : EXPR_IS_NULL;
		bound->value_count = 0;
		return 1;
	}
	if (node->kind == NODE_CALL && node->kernel == kernel_in) {
		bound->op = EXPR_IN;
		bound->value = in_list_values(node, &bound->value_count);
		return 1;
	}
	if (node->kind != NODE_CALL || node->kernel != kernel_compare)
		return 0;
	const struct node *value = node->args[!is_swapped];
	if (value->kind != NODE_CONSTANT || node_is_null(value))
		return 0;
	bound->op = bound_op(node->op, is_swapped);
	bound->value = value->out.column;
	return 1;
}

static uint32_t
collect_bounds(const struct node *node, struct expr_bound *bounds,
    uint32_t max)
{
	if (max == 0)
		return 0;
	if (node->kind != NODE_AND)
		return bound_of(node, bounds);
	uint32_t count = collect_bounds(node->args[0], bounds, max);
	return count + collect_bounds(node->args[1], bounds + count,
	    max - count);
}

uint32_t
expr_bounds(const struct expr *expr, struct expr_bound *bounds, uint32_t max)
{
	return collect_bounds(expr->root, bounds, max);
}
