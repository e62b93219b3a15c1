#include "expr/bind.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/number.h"
#include "expr/kernel.h"

struct node *
bind_error(struct binder *b, uint32_t at, const char *format, ...)
{
	char message[ERROR_TEXT_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	expr_error_at(b->expr->text, at, b->err, "%s", message);
	return NULL;
}

/* ---- making nodes ---------------------------------------------------- */

struct node *
node_new(struct binder *b, enum node_kind kind, struct type type,
    uint32_t begin, uint32_t end)
{
	struct node *node = arena_zalloc(&b->expr->arena, sizeof(*node));
	node->kind = kind;
	node->type = type;
	node->shown = type;
	node->begin = begin;
	node->end = end;
	node->next = b->expr->nodes;
	b->expr->nodes = node;
	return node;
}

struct node *
node_with(struct binder *b, const struct ast *ast, enum node_kind kind,
    struct type type, struct node *const *args, uint32_t count)
{
	struct node *node = node_new(b, kind, type, ast->begin, ast->end);
	node->args = arena_alloc(&b->expr->arena,
	    (size_t)count * sizeof(struct node *));
	memcpy(node->args, args, (size_t)count * sizeof(struct node *));
	node->arg_count = count;
	return node;
}

struct node *
node_fold(struct binder *b, struct node *node)
{
	for (uint32_t i = 0; i < node->arg_count; i++)
		if (node->args[i]->kind != NODE_CONSTANT)
			return node;
	struct error ignored = {0};
	struct run run = {.text = b->expr->text, .rows = 1, .err = &ignored};
	/* What fails stays: it may be guarded, and fails when it is run. */
	if (node_eval(&run, node) != 0)
		return node;
	struct node *constant = node_new(b, NODE_CONSTANT, node->type,
	    node->begin, node->end);
	vector_copy_constant(&constant->out, &node->out);
	constant->out.column.type = node->type;
	return constant;
}

struct node *
node_call(struct binder *b, const struct ast *ast, expr_kernel *kernel,
    struct type type, struct node *const *args, uint32_t count)
{
	struct node *node = node_with(b, ast, NODE_CALL, type, args, count);
	node->kernel = kernel;
	node->op = ast->op;
	return node_fold(b, node);
}

static struct node *
constant_of(struct binder *b, const struct ast *ast, struct type type,
    const void *value)
{
	struct node *node = node_new(b, NODE_CONSTANT, type, ast->begin,
	    ast->end);
	size_t width = type.id == TYPE_BOOL ? 1 : type_width(type);
	memcpy(vector_start(&node->out, type, 1), value, width);
	node->out.is_constant = 1;
	vector_finish(&node->out, 1);
	return node;
}

struct node *
node_null(struct binder *b, const struct ast *ast, struct type type)
{
	struct node *node = node_new(b, NODE_CONSTANT, type, ast->begin,
	    ast->end);
	vector_make_null(&node->out, type);
	return node;
}

struct node *
node_i64(struct binder *b, const struct ast *ast, int64_t value)
{
	return constant_of(b, ast, type_of(TYPE_I64), &value);
}

struct node *
node_text(struct binder *b, const struct ast *ast, const char *text,
    uint32_t len)
{
	struct node *node = node_new(b, NODE_CONSTANT, type_of(TYPE_STRING),
	    ast->begin, ast->end);
	vector_start_text(&node->out, node->type, 1);
	vector_put(&node->out, 0, text, len);
	node->out.is_constant = 1;
	node->is_literal = 1;
	return node;
}

struct node *
node_share(struct binder *b, struct node *node)
{
	if (node->kind == NODE_COLUMN || node->kind == NODE_CONSTANT ||
	    node->kind == NODE_SHARED)
		return node;
	struct node *shared = node_new(b, NODE_SHARED, node->type,
	    node->begin, node->end);
	shared->args = arena_alloc(&b->expr->arena, sizeof(struct node *));
	shared->args[0] = node;
	shared->arg_count = 1;
	return shared;
}

void
node_owns(struct binder *b, struct node *owner, struct node *shared)
{
	if (shared->kind != NODE_SHARED)
		return;
	struct node **grown = arena_alloc(&b->expr->arena,
	    ((size_t)owner->shared_count + 1) * sizeof(struct node *));
	if (owner->shared_count > 0)
		memcpy(grown, owner->shared,
		    owner->shared_count * sizeof(struct node *));
	grown[owner->shared_count++] = shared;
	owner->shared = grown;
}

/* ---- leaves ---------------------------------------------------------- */

static struct node *
bind_column(struct binder *b, const struct ast *ast)
{
	struct error found = {0};
	uint32_t index;
	if (schema_need(b->schema, ast->text, ast->len, &index, &found) != 0)
		return bind_error(b, ast->begin, "%s%s", found.text,
		    ast->kind == AST_QUOTED ?
		    " (text is written in single quotes)" : "");
	struct type type = b->schema->fields[index].type;
	char name[TYPE_TEXT_BYTES];
	if (type_is_nested(type))
		return bind_error(b, ast->begin, "'%s' is a %s: expressions "
		    "do not read these", b->schema->fields[index].name,
		    type_format(type, name));
	struct node *node = node_new(b, NODE_COLUMN, type, ast->begin,
	    ast->end);
	node->column = index;
	node->may_be_null = b->schema->fields[index].is_nullable;
	if (type.id == TYPE_NULL)
		return node_null(b, ast, type);
	return node;
}

/* Digits, with a sign if is_negative: i32, i64, else a decimal. */
static struct node *
bind_integer(struct binder *b, const struct ast *ast, _Bool is_negative)
{
	char text[64];
	int64_t value;
	int len = snprintf(text, sizeof(text), "%s%.*s",
	    is_negative ? "-" : "", (int)(ast->len < 60 ? ast->len : 60),
	    ast->text);
	if (number_parse_i64(text, (size_t)len, &value) == NUMBER_OK) {
		int32_t small = (int32_t)value;
		if (small == value)
			return constant_of(b, ast, type_of(TYPE_I32), &small);
		return constant_of(b, ast, type_of(TYPE_I64), &value);
	}
	int128 wide;
	if (ast->len >= 60 || decimal_parse_128(text, (size_t)len,
	    DECIMAL_MAX_PRECISION, 0, &wide) != DECIMAL_OK)
		return bind_error(b, ast->begin, "a number of more than 38 "
		    "digits");
	unsigned digits = 19;
	while (!decimal_fits_128(wide, digits))
		digits++;
	return constant_of(b, ast, type_decimal(digits, 0), &wide);
}

static struct node *
bind_decimal(struct binder *b, const struct ast *ast, _Bool is_negative)
{
	const char *text = ast->text;
	uint32_t len = ast->len;
	while (len > 1 && text[0] == '0')
		text++, len--;
	const char *point = memchr(text, '.', len);
	unsigned scale = (unsigned)(text + len - point) - 1;
	unsigned precision = len > 1 ? len - 1 : 1;
	int128 wide = 0;
	if (precision > DECIMAL_MAX_PRECISION || (len > 1 && (scale > 0 ?
	    decimal_parse_128(text, len, precision, scale, &wide) :
	    decimal_parse_128(text, len - 1, precision, 0, &wide)) !=
	    DECIMAL_OK))
		return bind_error(b, ast->begin, "a decimal of more than 38 "
		    "digits");
	if (is_negative)
		wide = -wide;
	int64_t narrow = (int64_t)wide;
	struct type type = type_decimal(precision, scale);
	return type_width(type) == 8 ? constant_of(b, ast, type, &narrow) :
	    constant_of(b, ast, type, &wide);
}

static struct node *
bind_float(struct binder *b, const struct ast *ast, _Bool is_negative)
{
	double value;
	if (number_parse_f64(ast->text, ast->len, NUMBER_DIGITS, &value) !=
	    NUMBER_OK)
		return bind_error(b, ast->begin, "a number that no f64 holds");
	if (is_negative)
		value = -value;
	return constant_of(b, ast, type_of(TYPE_F64), &value);
}

/* DATE '2023-01-31' */
static struct node *
bind_typed(struct binder *b, const struct ast *ast)
{
	struct type type;
	char quoted[ERROR_QUOTE_BYTES], name[TYPE_TEXT_BYTES];
	if (type_parse(ast->unit, ast->unit_len, &type, b->err) != 0)
		return NULL;
	struct node *text = node_text(b, ast, ast->text, ast->len);
	struct node *node = bind_cast(b, ast, text, type, 0);
	if (node != NULL && node->kind != NODE_CONSTANT)
		return bind_error(b, ast->begin, "'%s' is not a %s",
		    error_quote(quoted, ast->text, ast->len),
		    type_format(type, name));
	return node;
}

struct node *
bind_negate(struct binder *b, const struct ast *ast)
{
	const struct ast *inner = ast->args[0];
	if (inner->kind == AST_INTEGER)
		return bind_integer(b, inner, 1);
	if (inner->kind == AST_DECIMAL)
		return bind_decimal(b, inner, 1);
	if (inner->kind == AST_FLOAT)
		return bind_float(b, inner, 1);
	struct node *arg = bind(b, inner);
	char name[TYPE_TEXT_BYTES];
	if (arg == NULL)
		return NULL;
	if (arg->type.id == TYPE_NULL)
		return arg;
	if (!type_is_number(arg->type))
		return bind_error(b, ast->begin, "- needs a number, not %s",
		    type_format(arg->type, name));
	if (arg->type.id != TYPE_DECIMAL)
		arg = bind_cast(b, ast, arg, type_of(type_is_float(arg->type) ?
		    TYPE_F64 : TYPE_I64), 0);
	if (arg == NULL)
		return NULL;
	return node_call(b, ast, kernel_negate, arg->type, &arg, 1);
}

/* ---- logic ----------------------------------------------------------- */

static struct node *
need_bool(struct binder *b, struct node *node, const char *what)
{
	char name[TYPE_TEXT_BYTES];
	if (node == NULL)
		return NULL;
	if (node->type.id == TYPE_NULL) {
		struct ast at = {.begin = node->begin, .end = node->end};
		return node_null(b, &at, type_of(TYPE_BOOL));
	}
	if (node->type.id != TYPE_BOOL)
		return bind_error(b, node->begin, "%s needs a condition, "
		    "not %s", what, type_format(node->type, name));
	return node;
}

struct node *
bind_logic(struct binder *b, const struct ast *ast, enum node_kind kind,
    struct node *left, struct node *right)
{
	const char *what = kind == NODE_AND ? "AND" : "OR";
	left = need_bool(b, left, what);
	right = left != NULL ? need_bool(b, right, what) : NULL;
	if (right == NULL)
		return NULL;
	/* A constant left side decides, or does not matter. */
	if (left->kind == NODE_CONSTANT && !node_is_null(left))
		return vector_bool(&left->out, 0) == (kind == NODE_AND) ?
		    right : left;
	struct node *args[2] = {left, right};
	return node_fold(b, node_with(b, ast, kind, type_of(TYPE_BOOL), args,
	    2));
}

struct node *
bind_not(struct binder *b, const struct ast *ast, struct node *node)
{
	node = need_bool(b, node, "NOT");
	if (node == NULL)
		return NULL;
	return node_call(b, ast, kernel_not, type_of(TYPE_BOOL), &node, 1);
}

static struct node *
bind_is(struct binder *b, const struct ast *ast)
{
	struct node *arg = bind(b, ast->args[0]);
	if (ast->kind != AST_IS_NULL)
		arg = need_bool(b, arg, ast->kind == AST_IS_TRUE ? "IS TRUE" :
		    "IS FALSE");
	if (arg == NULL)
		return NULL;
	struct node *node = node_with(b, ast, ast->kind == AST_IS_NULL ?
	    NODE_IS_NULL : ast->kind == AST_IS_TRUE ? NODE_IS_TRUE :
	    NODE_IS_FALSE, type_of(TYPE_BOOL), &arg, 1);
	node->is_negated = ast->is_negated;
	return node_fold(b, node);
}

/* CASE x WHEN a becomes CASE WHEN x = a; x is computed once. */
struct node *
bind_case(struct binder *b, const struct ast *ast)
{
	uint32_t skip = ast->has_operand ? 1 : 0;
	uint32_t count = ast->arg_count - skip;
	struct node **args = arena_alloc(&b->expr->arena,
	    (size_t)count * sizeof(struct node *));
	struct node *operand = NULL;
	if (ast->has_operand) {
		operand = bind(b, ast->args[0]);
		if (operand == NULL)
			return NULL;
		operand = node_share(b, operand);
	}
	struct node **values = arena_alloc(&b->expr->arena,
	    (size_t)count * sizeof(struct node *));
	uint32_t value_count = 0;
	for (uint32_t i = 0; i < count; i++) {
		_Bool is_else = ast->has_else && i + 1 == count;
		args[i] = bind(b, ast->args[i + skip]);
		if (args[i] == NULL)
			return NULL;
		if (is_else || i % 2 == 1)
			values[value_count++] = args[i];
		else if (operand != NULL)
			args[i] = bind_compare(b, ast->args[i + skip],
			    TOKEN_EQ, operand, args[i]);
		else
			args[i] = need_bool(b, args[i], "WHEN");
		if (args[i] == NULL)
			return NULL;
	}
	struct type type;
	if (bind_common(b, ast, values, value_count, &type) != 0)
		return NULL;
	for (uint32_t i = 0, v = 0; i < count; i++)
		if (i % 2 == 1 || (ast->has_else && i + 1 == count))
			args[i] = values[v++];
	struct node *node = node_with(b, ast, NODE_CASE, type, args, count);
	node->may_be_null = !ast->has_else;
	if (operand != NULL)
		node_owns(b, node, operand);
	return node_fold(b, node);
}

static struct node *
bind_cast_form(struct binder *b, const struct ast *ast)
{
	struct type type;
	struct error found = {0};
	struct node *arg = bind(b, ast->args[0]);
	if (arg == NULL)
		return NULL;
	if (type_parse(ast->text, ast->len, &type, &found) != 0)
		return bind_error(b, ast->begin, "%s", found.text);
	return bind_cast(b, ast, arg, type, ast->is_negated);
}

static struct node *
bind_two(struct binder *b, const struct ast *ast, enum node_kind kind)
{
	struct node *left = bind(b, ast->args[0]);
	struct node *right = left != NULL ? bind(b, ast->args[1]) : NULL;
	return right != NULL ? bind_logic(b, ast, kind, left, right) : NULL;
}

struct node *
bind(struct binder *b, const struct ast *ast)
{
	_Bool truth = ast->kind == AST_TRUE;
	switch (ast->kind) {
	case AST_NAME:
	case AST_QUOTED:
		return bind_column(b, ast);
	case AST_TEXT:
		return node_text(b, ast, ast->text, ast->len);
	case AST_INTEGER:
		return bind_integer(b, ast, 0);
	case AST_DECIMAL:
		return bind_decimal(b, ast, 0);
	case AST_FLOAT:
		return bind_float(b, ast, 0);
	case AST_TRUE:
	case AST_FALSE:
		return constant_of(b, ast, type_of(TYPE_BOOL), &truth);
	case AST_NULL:
		return node_null(b, ast, type_of(TYPE_NULL));
	case AST_TYPED:
		return bind_typed(b, ast);
	case AST_INTERVAL:
		return bind_error(b, ast->begin, "an interval is added to a "
		    "date or a timestamp, or taken from it");
	case AST_BINARY:
		return bind_binary(b, ast);
	case AST_AND:
		return bind_two(b, ast, NODE_AND);
	case AST_OR:
		return bind_two(b, ast, NODE_OR);
	case AST_NOT: {
		struct node *arg = bind(b, ast->args[0]);
		return arg != NULL ? bind_not(b, ast, arg) : NULL;
	}
	case AST_NEGATE:
		return bind_negate(b, ast);
	case AST_CALL:
		return bind_function(b, ast);
	case AST_CAST:
		return bind_cast_form(b, ast);
	case AST_CASE:
		return bind_case(b, ast);
	case AST_IN:
		return bind_in(b, ast);
	case AST_BETWEEN:
		return bind_between(b, ast);
	case AST_LIKE:
		return bind_like(b, ast);
	case AST_DISTINCT:
		return bind_distinct(b, ast);
	default:
		return bind_is(b, ast);
	}
}
