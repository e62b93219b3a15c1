/*
 * The walk over the nodes of a batch.
 */
#include "expr/node.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "batch/builder.h"
#include "batch/value.h"

/* ---- faults ---------------------------------------------------------- */

void
expr_faults_start(struct expr_faults *faults, uint32_t row_count)
{
	for (uint32_t i = 0; i < faults->count; i++)
		mem_free(faults->items[i].reason);
	faults->count = 0;
	if (row_count > faults->row_count || faults->bits == NULL)
		faults->bits = mem_realloc(faults->bits,
		    bitmap_bytes(row_count) + 1);
	faults->row_count = row_count;
	memset(faults->bits, 0, bitmap_bytes(row_count) + 1);
}

static int
compare_faults(const void *a, const void *b)
{
	uint32_t left = ((const struct expr_fault *)a)->row;
	uint32_t right = ((const struct expr_fault *)b)->row;
	return left < right ? -1 : left > right;
}

void
expr_faults_sort(struct expr_faults *faults)
{
	if (faults->count > 1)
		qsort(faults->items, faults->count, sizeof(*faults->items),
		    compare_faults);
}

void
expr_faults_release(struct expr_faults *faults)
{
	for (uint32_t i = 0; i < faults->count; i++)
		mem_free(faults->items[i].reason);
	mem_free(faults->items);
	mem_free(faults->bits);
	*faults = (struct expr_faults){0};
}

static void
add_fault(struct expr_faults *faults, uint32_t row, char *reason)
{
	bit_set(faults->bits, row);
	if ((faults->count & (faults->count - 1)) == 0)
		faults->items = mem_grow_array(faults->items,
		    faults->count == 0 ? 1 : (size_t)faults->count * 2,
		    sizeof(*faults->items));
	faults->items[faults->count++] = (struct expr_fault){
	    .row = row, .reason = reason};
}

/* "a / b: reason", the expression cut to what one can read. */
static char *
reason_of(const struct run *run, const struct node *node, const char *reason)
{
	size_t len = node->end - node->begin;
	size_t cut = utf8_cut(run->text + node->begin, len, 60);
	return mem_printf("%.*s%s: %s", (int)cut, run->text + node->begin,
	    cut < len ? "..." : "", reason);
}

int
run_fail_whole(struct run *run, uint32_t row, const char *whole)
{
	if (run->faults != NULL) {
		if (!bit_get(run->faults->bits, row))
			add_fault(run->faults, row, mem_strdup(whole));
		return 0;
	}
	run->failed_row = row;
	return error_data(run->err, "row %llu: %s",
	    (unsigned long long)(run->row_base + row + 1), whole);
}

int
run_fail(struct run *run, const struct node *node, uint32_t row,
    const char *reason)
{
	if (run->faults != NULL && bit_get(run->faults->bits, row))
		return 0;
	char *whole = reason_of(run, node, reason);
	int result = run_fail_whole(run, row, whole);
	mem_free(whole);
	return result;
}

/* One value stands for all rows: each active one is bad. */
static int
fail_active(struct run *run, const struct node *node, const char *reason)
{
	for (uint32_t row = 0; row < run->rows; row++)
		if (row_is_live(run->active, row) &&
		    run_fail(run, node, row, reason) != 0)
			return -1;
	return 0;
}

int
call_fail(struct call *call, uint32_t row, const char *format, ...)
{
	vector_set_null(call->out, row, call->rows);
	if (call->node->is_try)
		return 0;
	char reason[ERROR_TEXT_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	if (call->is_single)
		return fail_active(call->run, call->node, reason);
	return run_fail(call->run, call->node, row, reason);
}

const char *
call_show(const struct call *call, uint32_t arg, uint32_t row,
    char out[ERROR_QUOTE_BYTES])
{
	const struct vector *v = call->args[arg];
	struct buffer text = {0};
	if (vector_is_null(v, row))
		buffer_append_text(&text, "null");
	else
		column_format(&v->column, v->is_constant ? 0 : row, &text);
	error_quote(out, text.data, text.len);
	buffer_release(&text);
	return out;
}

/* ---- calls ----------------------------------------------------------- */

/* to = to AND from, from may be NULL; *to_is_set says whether to is. */
static void
and_bits(uint8_t *to, _Bool *to_is_set, const uint8_t *from, uint32_t rows)
{
	size_t len = bitmap_bytes(rows);
	if (from == NULL)
		return;
	if (!*to_is_set)
		memcpy(to, from, len);
	else
		for (size_t i = 0; i < len; i++)
			to[i] &= from[i];
	*to_is_set = 1;
}

static uint8_t *
bits_room(struct buffer *buf, uint32_t rows)
{
	buf->len = 0;
	buffer_reserve(buf, bitmap_bytes(rows) + 1);
	return buf->data;
}

/* The result's validity, and the rows that count. */
static void
prepare_validity(struct call *call, uint32_t rows)
{
	struct vector *out = call->out;
	const uint8_t *active = call->run->active;
	uint8_t *bits = bits_room(&out->validity, rows);
	_Bool is_set = 0;
	for (uint32_t i = 0; i < call->arg_count; i++)
		and_bits(bits, &is_set, call->args[i]->column.validity, rows);
	out->column.validity = is_set ? bits : NULL;
	call->live = out->column.validity;
	if (active == NULL && !is_set)
		return;
	/* Kernels change the validity while they look at live. */
	uint8_t *live = bits_room(&call->node->spare.validity, rows);
	is_set = 0;
	and_bits(live, &is_set, out->column.validity, rows);
	and_bits(live, &is_set, active, rows);
	call->live = live;
}

static _Bool
any_is_active(const struct run *run)
{
	if (run->active == NULL)
		return run->rows > 0;
	return bitmap_count(run->active, run->rows) > 0;
}

/* All arguments are constant: one row. */
static int
run_single(struct call *call)
{
	struct run *run = call->run;
	if (!any_is_active(run)) {
		vector_make_null(call->out, call->node->type);
		return 0;
	}
	call->rows = 1;
	call->is_single = 1;
	call->live = NULL;
	call->out->column.validity = NULL;
	if (call->node->kernel(call) != 0)
		return -1;
	vector_finish(call->out, 1);
	call->out->is_constant = 1;
	return 0;
}

static int
eval_call(struct run *run, struct node *node)
{
	struct call call = {.run = run, .node = node, .out = &node->out,
	    .arg_count = node->arg_count, .rows = run->rows};
	uint32_t changing = 0, last = 0;
	_Bool has_null = 0;
	for (uint32_t i = 0; i < node->arg_count; i++) {
		if (node_eval(run, node->args[i]) != 0)
			return -1;
		call.args[i] = &node->args[i]->out;
		if (!call.args[i]->is_constant) {
			changing++;
			last = i;
		} else if (vector_is_null(call.args[i], 0)) {
			has_null = 1;
		}
	}
	if (has_null) {
		vector_make_null(call.out, node->type);
		return 0;
	}
	if (changing == 0)
		return run_single(&call);
	node->out.is_constant = 0;
	prepare_validity(&call, run->rows);
	if (changing == 1 && call.args[last]->column.code_bytes != 0)
		return lift_eval(&call, last);
	if (node->kernel(&call) != 0)
		return -1;
	vector_finish(&node->out, run->rows);
	return 0;
}

/* ---- truth ----------------------------------------------------------- */

/* A bool vector as bits; those of a constant are made in scratch. */
struct truth {
	const uint8_t *value;	/* 0 where null */
	const uint8_t *valid;	/* NULL: all */
};

static struct truth
truth_of(const struct vector *v, struct buffer *scratch, uint32_t rows)
{
	if (!v->is_constant)
		return (struct truth){v->column.values, v->column.validity};
	uint8_t *bits = bits_room(scratch, rows);
	_Bool is_null = vector_is_null(v, 0);
	memset(bits, !is_null && vector_bool(v, 0) ? 0xff : 0,
	    bitmap_bytes(rows));
	return (struct truth){bits, is_null ? bits : NULL};
}

static void
combine_and(struct truth a, struct truth b, uint8_t *restrict value,
    uint8_t *restrict valid, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t a_valid = a.valid != NULL ? a.valid[i] : 0xff;
		uint8_t b_valid = b.valid != NULL ? b.valid[i] : 0xff;
		value[i] = a.value[i] & b.value[i];
		valid[i] = (a_valid & b_valid) |
		    (uint8_t)(a_valid & ~a.value[i]) |
		    (uint8_t)(b_valid & ~b.value[i]);
	}
}

static void
combine_or(struct truth a, struct truth b, uint8_t *restrict value,
    uint8_t *restrict valid, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t a_valid = a.valid != NULL ? a.valid[i] : 0xff;
		uint8_t b_valid = b.valid != NULL ? b.valid[i] : 0xff;
		value[i] = a.value[i] | b.value[i];
		valid[i] = (a_valid & b_valid) | a.value[i] | b.value[i];
	}
}

/* The rows that the left side has not decided. */
static uint8_t *
undecided(struct run *run, struct node *node, struct truth a)
{
	uint8_t *bits = bits_room(&node->spare.bytes, run->rows);
	size_t len = bitmap_bytes(run->rows);
	for (size_t i = 0; i < len; i++) {
		uint8_t valid = a.valid != NULL ? a.valid[i] : 0xff;
		uint8_t open = node->kind == NODE_AND ?
		    (uint8_t)(a.value[i] | ~valid) : (uint8_t)~a.value[i];
		bits[i] = open & (run->active != NULL ? run->active[i] : 0xff);
	}
	bits_trim(bits, run->rows);
	return bits;
}

static int
eval_logic(struct run *run, struct node *node)
{
	struct vector *out = &node->out;
	uint32_t rows = run->rows;
	if (node_eval(run, node->args[0]) != 0)
		return -1;
	struct truth a = truth_of(&node->args[0]->out, &node->spare.values,
	    rows);
	const uint8_t *active = run->active;
	run->active = undecided(run, node, a);
	int result = 0;
	_Bool is_open = bitmap_count(run->active, rows) > 0;
	if (is_open)
		result = node_eval(run, node->args[1]);
	run->active = active;
	if (result != 0)
		return -1;
	out->is_constant = 0;
	out->column.validity = NULL;
	uint8_t *value = vector_start(out, node->type, rows);
	if (!is_open) {
		vector_set_validity(out, a.valid, rows);
		memcpy(value, a.value, bitmap_bytes(rows));
		vector_finish(out, rows);
		return 0;
	}
	struct truth b = truth_of(&node->args[1]->out, &node->spare.validity,
	    rows);
	uint8_t *valid = bits_room(&out->validity, rows);
	(node->kind == NODE_AND ? combine_and : combine_or)(a, b, value, valid,
	    bitmap_bytes(rows));
	if (a.valid != NULL || b.valid != NULL)
		out->column.validity = valid;
	vector_finish(out, rows);
	return 0;
}

/* IS [NOT] NULL, TRUE, FALSE: never null. */
static int
eval_is(struct run *run, struct node *node)
{
	if (node_eval(run, node->args[0]) != 0)
		return -1;
	const struct vector *in = &node->args[0]->out;
	struct vector *out = &node->out;
	uint32_t rows = in->is_constant ? 1 : run->rows;
	size_t len = bitmap_bytes(rows);
	out->column.validity = NULL;
	out->is_constant = in->is_constant;
	uint8_t *value = vector_start(out, node->type, rows);
	const uint8_t *valid = in->column.validity;
	const uint8_t *bits = in->column.values;
	uint8_t flip = node->is_negated ? 0xff : 0;
	for (size_t i = 0; i < len; i++) {
		uint8_t is_valid = valid != NULL ? valid[i] : 0xff;
		uint8_t holds = node->kind == NODE_IS_NULL ?
		    (uint8_t)~is_valid :
		    node->kind == NODE_IS_TRUE ? bits[i] :
		    (uint8_t)(is_valid & ~bits[i]);
		value[i] = holds ^ flip;
	}
	vector_finish(out, rows);
	return 0;
}

static int
eval_shared(struct run *run, struct node *node)
{
	if (node->is_ready)
		return 0;
	if (node_eval(run, node->args[0]) != 0)
		return -1;
	node->out.column = node->args[0]->out.column;
	node->out.is_constant = node->args[0]->out.is_constant;
	node->is_ready = 1;
	return 0;
}

/* ---- try ------------------------------------------------------------- */

static void
free_builder(void *state)
{
	column_builder_release(state);
	mem_free(state);
}

/* The column with nulls in the rows that have faults, in node->state. */
static int
without_faults(struct node *node, const struct vector *in,
    const struct expr_faults *faults)
{
	struct column_builder *builder = node->state;
	if (builder == NULL) {
		builder = node->state = mem_alloc(sizeof(*builder));
		node->state_free = free_builder;
		column_builder_init(builder, node->type);
	}
	column_builder_clear(builder);
	uint32_t *rows = mem_array(faults->row_count, sizeof(*rows));
	for (uint32_t i = 0; i < faults->row_count; i++)
		rows[i] = bit_get(faults->bits, i) ? COLUMN_NULL_ROW : i;
	int result = column_builder_take(builder, &in->column, rows,
	    faults->row_count);
	mem_free(rows);
	const struct column column = column_builder_view(builder);
	vector_borrow(&node->out, &column);
	return result;
}

/* The argument's faults are kept from the run, and make nulls. */
static int
eval_try(struct run *run, struct node *node)
{
	struct expr_faults own = {0};
	struct expr_faults *faults = run->faults;
	const struct vector *in = &node->args[0]->out;
	expr_faults_start(&own, run->rows);
	run->faults = &own;
	int result = node_eval(run, node->args[0]);
	run->faults = faults;
	if (result == 0 && own.count == 0) {
		vector_borrow(&node->out, &in->column);
		node->out.is_constant = in->is_constant;
	} else if (result == 0 && in->is_constant) {
		/* what is constant fails in all rows */
		vector_make_null(&node->out, node->type);
	} else if (result == 0 && without_faults(node, in, &own) != 0) {
		result = error_data(run->err, "more than 2 GiB of text in a "
		    "batch");
	}
	expr_faults_release(&own);
	return result;
}

/* ---- the walk -------------------------------------------------------- */

int
node_eval(struct run *run, struct node *node)
{
	for (uint32_t i = 0; i < node->shared_count; i++)
		node->shared[i]->is_ready = 0;
	switch (node->kind) {
	case NODE_CONSTANT:
		return 0;
	case NODE_COLUMN:
		vector_borrow(&node->out, &run->columns[node->column]);
		return 0;
	case NODE_CALL:
		return eval_call(run, node);
	case NODE_AND:
	case NODE_OR:
		return eval_logic(run, node);
	case NODE_CASE:
	case NODE_COALESCE:
		return blend_eval(run, node);
	case NODE_SHARED:
		return eval_shared(run, node);
	case NODE_TRY:
		return eval_try(run, node);
	default:
		return eval_is(run, node);
	}
}
