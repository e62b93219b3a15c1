/*
 * The types of operators, and the forms that are made of them: BETWEEN, IN,
 * LIKE, IS DISTINCT FROM.
 */
#include "expr/bind.h"

#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/int128.h"
#include "base/number.h"
#include "base/utf8.h"
#include "expr/kernel.h"

/* ---- comparisons ----------------------------------------------------- */

struct node *
bind_compare(struct binder *b, const struct ast *ast, enum token_kind op,
    struct node *left, struct node *right)
{
	struct node *args[2] = {left, right};
	struct type type;
	if (bind_common(b, ast, args, 2, &type) != 0)
		return NULL;
	if (type.id == TYPE_NULL)
		return node_null(b, ast, type_of(TYPE_BOOL));
	struct node *node = node_with(b, ast, NODE_CALL, type_of(TYPE_BOOL),
	    args, 2);
	node->kernel = kernel_compare;
	node->op = op;
	return node_fold(b, node);
}

struct node *
bind_between(struct binder *b, const struct ast *ast)
{
	struct node *value = bind(b, ast->args[0]);
	struct node *low = value != NULL ? bind(b, ast->args[1]) : NULL;
	struct node *high = low != NULL ? bind(b, ast->args[2]) : NULL;
	if (high == NULL)
		return NULL;
	value = node_share(b, value);
	struct node *above = bind_compare(b, ast, TOKEN_GE, value, low);
	struct node *below = above == NULL ? NULL :
	    bind_compare(b, ast, TOKEN_LE, value, high);
	struct node *both = below == NULL ? NULL :
	    bind_logic(b, ast, NODE_AND, above, below);
	if (both == NULL)
		return NULL;
	node_owns(b, both, value);
	return ast->is_negated ? bind_not(b, ast, both) : both;
}

/* a <> b, or where one is null, whether just one is. */
struct node *
bind_distinct(struct binder *b, const struct ast *ast)
{
	struct node *args[2];
	args[0] = bind(b, ast->args[0]);
	args[1] = args[0] != NULL ? bind(b, ast->args[1]) : NULL;
	if (args[1] == NULL)
		return NULL;
	struct type bool_type = type_of(TYPE_BOOL);
	args[0] = node_share(b, args[0]);
	args[1] = node_share(b, args[1]);
	struct node *sides[2], *nulls[2];
	sides[0] = bind_compare(b, ast, ast->is_negated ? TOKEN_EQ : TOKEN_NE,
	    args[0], args[1]);
	if (sides[0] == NULL)
		return NULL;
	for (int i = 0; i < 2; i++)
		nulls[i] = node_fold(b, node_with(b, ast, NODE_IS_NULL,
		    bool_type, &args[i], 1));
	sides[1] = bind_compare(b, ast, ast->is_negated ? TOKEN_EQ : TOKEN_NE,
	    nulls[0], nulls[1]);
	struct node *node = node_with(b, ast, NODE_COALESCE, bool_type, sides,
	    2);
	node_owns(b, node, args[0]);
	node_owns(b, node, args[1]);
	return node_fold(b, node);
}

/* x = a OR x = b OR ..., for lists that are not constant */
static struct node *
in_as_or(struct binder *b, const struct ast *ast, struct node **items,
    uint32_t count)
{
	struct node *value = node_share(b, items[0]), *any = NULL;
	for (uint32_t i = 1; i < count; i++) {
		struct node *same = bind_compare(b, ast, TOKEN_EQ, value,
		    items[i]);
		if (same != NULL && any != NULL)
			same = bind_logic(b, ast, NODE_OR, any, same);
		if (same == NULL)
			return NULL;
		any = same;
	}
	node_owns(b, any, value);
	return any;
}

struct node *
bind_in(struct binder *b, const struct ast *ast)
{
	uint32_t count = ast->arg_count;
	struct node **items = arena_alloc(&b->expr->arena,
	    (size_t)count * sizeof(struct node *));
	_Bool is_constant = 1;
	for (uint32_t i = 0; i < count; i++) {
		items[i] = bind(b, ast->args[i]);
		if (items[i] == NULL)
			return NULL;
	}
	struct type type;
	if (bind_common(b, ast, items, count, &type) != 0)
		return NULL;
	for (uint32_t i = 1; i < count; i++)
		is_constant = is_constant && items[i]->kind == NODE_CONSTANT;
	struct node *node;
	if (type.id == TYPE_NULL)
		return node_null(b, ast, type_of(TYPE_BOOL));
	if (!is_constant) {
		node = in_as_or(b, ast, items, count);
	} else {
		node = node_with(b, ast, NODE_CALL, type_of(TYPE_BOOL), items,
		    1);
		node->kernel = kernel_in;
		if (in_list_prepare(node, type, items + 1, count - 1) != 0)
			return bind_error(b, ast->begin, "the list is too "
			    "long");
		node = node_fold(b, node);
	}
	if (node == NULL || !ast->is_negated)
		return node;
	return bind_not(b, ast, node);
}

/* ---- texts ----------------------------------------------------------- */

static struct node *
need_text(struct binder *b, const struct ast *ast, const char *what)
{
	char name[TYPE_TEXT_BYTES];
	struct node *node = bind(b, ast);
	if (node == NULL)
		return NULL;
	if (node->type.id == TYPE_NULL)
		return node_null(b, ast, type_of(TYPE_STRING));
	if (node->type.id != TYPE_STRING)
		return bind_error(b, ast->begin, "%s needs strings, not %s: "
		    "cast it", what, type_format(node->type, name));
	return node;
}

struct node *
bind_like(struct binder *b, const struct ast *ast)
{
	const char *what = ast->ignores_case ? "ILIKE" : "LIKE";
	struct node *args[2];
	args[0] = need_text(b, ast->args[0], what);
	args[1] = args[0] != NULL ? need_text(b, ast->args[1], what) : NULL;
	if (args[1] == NULL)
		return NULL;
	uint32_t escape = 0;
	if (ast->arg_count == 3) {
		const struct ast *text = ast->args[2];
		if (text->kind != AST_TEXT ||
		    utf8_length(text->text, text->len) > 1)
			return bind_error(b, text->begin, "ESCAPE needs one "
			    "character in quotes");
		if (text->len > 0)
			utf8_decode(text->text, text->len, &escape);
	}
	struct node *node = node_with(b, ast, NODE_CALL, type_of(TYPE_BOOL),
	    args, 2);
	node->kernel = kernel_like;
	like_prepare(node, ast->ignores_case, escape);
	node = node_fold(b, node);
	return ast->is_negated ? bind_not(b, ast, node) : node;
}

static struct node *
bind_concat(struct binder *b, const struct ast *ast)
{
	struct node *args[2];
	args[0] = need_text(b, ast->args[0], "||");
	args[1] = args[0] != NULL ? need_text(b, ast->args[1], "||") : NULL;
	if (args[1] == NULL)
		return NULL;
	return node_call(b, ast, kernel_join, type_of(TYPE_STRING), args, 2);
}

/* ---- dates ----------------------------------------------------------- */

/* "3", "3 months" and the unit behind it; count and unit */
static int
read_interval(struct binder *b, const struct ast *ast, int64_t *count,
    enum datetime_unit *unit)
{
	const char *text = ast->text;
	uint32_t len = ast->len;
	while (len > 0 && text[len - 1] == ' ')
		len--;
	while (len > 0 && text[0] == ' ')
		text++, len--;
	const char *blank = memchr(text, ' ', len);
	uint32_t digits = blank != NULL ? (uint32_t)(blank - text) : len;
	const char *name = ast->unit;
	uint32_t name_len = ast->unit_len;
	if (name == NULL && blank != NULL) {
		name = blank + 1;
		name_len = len - digits - 1;
	} else if (blank != NULL) {
		name = NULL;
	}
	if (name == NULL || number_parse_i64(text, digits, count) !=
	    NUMBER_OK || *count < -INT64_C(1000000000000000000) ||
	    *count > INT64_C(1000000000000000000) ||
	    datetime_unit_find(name, name_len, unit) != 0 ||
	    *unit > DATETIME_MICROSECOND) {
		bind_error(b, ast->begin, "an interval is a whole number and "
		    "a unit: INTERVAL '3' month");
		return -1;
	}
	return 0;
}

static struct node *
bind_interval(struct binder *b, const struct ast *ast, struct node *moment,
    const struct ast *interval)
{
	int64_t count;
	enum datetime_unit unit;
	char name[TYPE_TEXT_BYTES];
	if (read_interval(b, interval, &count, &unit) != 0)
		return NULL;
	if (moment->type.id != TYPE_DATE && moment->type.id != TYPE_TIMESTAMP)
		return bind_error(b, moment->begin, "an interval is added to "
		    "a date or a timestamp, not to %s",
		    type_format(moment->type, name));
	if (moment->type.id == TYPE_DATE && unit >= DATETIME_HOUR)
		moment = bind_cast(b, ast, moment, type_timestamp(0), 0);
	if (moment == NULL)
		return NULL;
	struct node *args[2] = {moment, node_i64(b, interval,
	    ast->op == TOKEN_SUB ? -count : count)};
	struct node *node = node_with(b, ast, NODE_CALL, moment->type, args,
	    2);
	node->kernel = kernel_add_interval;
	interval_prepare(node, (int)unit);
	return node_fold(b, node);
}

/* NULL without an error if it is no arithmetic of dates. */
static struct node *
bind_dates(struct binder *b, const struct ast *ast, struct node *left,
    struct node *right)
{
	_Bool left_is_date = left->type.id == TYPE_DATE;
	_Bool right_is_date = right->type.id == TYPE_DATE;
	struct node *args[2] = {left, right};
	if (ast->op == TOKEN_SUB && left_is_date && right_is_date)
		return node_call(b, ast, kernel_subtract_dates,
		    type_of(TYPE_I64), args, 2);
	if (ast->op == TOKEN_ADD && right_is_date &&
	    type_is_integer(left->type)) {
		args[0] = right;
		args[1] = left;
	} else if (!left_is_date || !type_is_integer(right->type) ||
	    (ast->op != TOKEN_ADD && ast->op != TOKEN_SUB)) {
		return NULL;
	}
	args[1] = bind_cast(b, ast, args[1], type_of(TYPE_I64), 0);
	if (args[1] != NULL && ast->op == TOKEN_SUB)
		args[1] = node_call(b, ast, kernel_negate, type_of(TYPE_I64),
		    &args[1], 1);
	if (args[1] == NULL)
		return NULL;
	return node_call(b, ast, kernel_add_days, type_of(TYPE_DATE), args, 2);
}

/* ---- numbers --------------------------------------------------------- */

/*
 * The result of + - * %.  Two decimals of up to 18 digits stay in 8 bytes,
 * checked: to go beyond, one of them is cast to a wider one.
 */
static int
decimal_result(struct binder *b, const struct ast *ast, struct type x,
    struct type y, struct type *out)
{
	unsigned scale = x.scale > y.scale ? x.scale : y.scale;
	unsigned x_whole = x.precision - x.scale;
	unsigned y_whole = y.precision - y.scale;
	unsigned whole = x_whole > y_whole ? x_whole : y_whole;
	unsigned precision = whole + scale + 1;
	if (ast->op == TOKEN_MUL) {
		scale = (unsigned)x.scale + y.scale;
		precision = (unsigned)x.precision + y.precision;
	} else if (ast->op == TOKEN_MOD) {
		precision = whole + scale;
	}
	if (scale > DECIMAL_MAX_PRECISION) {
		bind_error(b, ast->begin, "the result would have %u digits "
		    "after the point: cast to a smaller scale first", scale);
		return -1;
	}
	unsigned cap = x.precision <= DECIMAL_MAX_PRECISION_64 &&
	    y.precision <= DECIMAL_MAX_PRECISION_64 &&
	    scale <= DECIMAL_MAX_PRECISION_64 ? DECIMAL_MAX_PRECISION_64 :
	    DECIMAL_MAX_PRECISION;
	*out = type_decimal(precision > cap ? cap : precision, scale);
	return 0;
}

static struct node *
bind_decimals(struct binder *b, const struct ast *ast, expr_kernel *kernel,
    struct node **args)
{
	struct type x = bind_as_decimal(args[0]), y = bind_as_decimal(args[1]);
	struct type type;
	if (decimal_result(b, ast, x, y, &type) != 0)
		return NULL;
	_Bool is_wide = type_width(type) == 16;
	for (int i = 0; i < 2; i++) {
		struct type own = i == 0 ? x : y;
		if (ast->op != TOKEN_MUL) {
			/* one scale, and the digits of the result */
			own = type_decimal(is_wide ? DECIMAL_MAX_PRECISION :
			    DECIMAL_MAX_PRECISION_64, type.scale);
		} else if (is_wide) {
			own.precision = DECIMAL_MAX_PRECISION;
		}
		args[i] = bind_convert(b, ast, args[i], own);
		if (args[i] == NULL)
			return NULL;
	}
	return node_call(b, ast, kernel, type, args, 2);
}

static const struct {
	enum token_kind op;
	const char *sign;
	expr_kernel *kernel;
} operators[] = {
	{TOKEN_ADD, "+", kernel_add}, {TOKEN_SUB, "-", kernel_subtract},
	{TOKEN_MUL, "*", kernel_multiply}, {TOKEN_DIV, "/", kernel_divide},
	{TOKEN_INT_DIV, "//", kernel_int_divide},
	{TOKEN_MOD, "%", kernel_modulo},
};

static struct node *
bind_numbers(struct binder *b, const struct ast *ast, struct node **args)
{
	char left[TYPE_TEXT_BYTES], right[TYPE_TEXT_BYTES];
	size_t i = 0;
	while (operators[i].op != ast->op)
		i++;
	for (int k = 0; k < 2; k++)
		if (args[k]->type.id == TYPE_NULL)
			args[k] = bind_cast(b, ast, args[k],
			    type_is_number(args[1 - k]->type) ?
			    args[1 - k]->type : type_of(TYPE_I64), 0);
	struct type x = args[0]->type, y = args[1]->type;
	if (!type_is_number(x) || !type_is_number(y))
		return bind_error(b, ast->begin, "%s %s %s: %s",
		    type_format(x, left), operators[i].sign,
		    type_format(y, right), x.id == TYPE_TIMESTAMP ||
		    x.id == TYPE_DATE ? "moments take an INTERVAL, or "
		    "date_diff()" : "numbers are needed: cast it");
	struct type type = type_of(TYPE_I64);
	if (ast->op == TOKEN_DIV || type_is_float(x) || type_is_float(y))
		type = type_of(TYPE_F64);
	else if (x.id == TYPE_DECIMAL || y.id == TYPE_DECIMAL)
		type = type_of(TYPE_DECIMAL);
	if (ast->op == TOKEN_INT_DIV && type.id != TYPE_I64)
		return bind_error(b, ast->begin, "// needs integers, not %s "
		    "and %s", type_format(x, left), type_format(y, right));
	if (type.id == TYPE_DECIMAL)
		return bind_decimals(b, ast, operators[i].kernel, args);
	for (int k = 0; k < 2; k++) {
		args[k] = bind_cast(b, ast, args[k], type, 0);
		if (args[k] == NULL)
			return NULL;
	}
	return node_call(b, ast, operators[i].kernel, type, args, 2);
}

struct node *
bind_binary(struct binder *b, const struct ast *ast)
{
	const struct ast *left = ast->args[0], *right = ast->args[1];
	if (ast->op == TOKEN_CONCAT)
		return bind_concat(b, ast);
	if (right->kind == AST_INTERVAL && (ast->op == TOKEN_ADD ||
	    ast->op == TOKEN_SUB)) {
		struct node *moment = bind(b, left);
		return moment == NULL ? NULL :
		    bind_interval(b, ast, moment, right);
	}
	if (left->kind == AST_INTERVAL && ast->op == TOKEN_ADD) {
		struct node *moment = bind(b, right);
		return moment == NULL ? NULL :
		    bind_interval(b, ast, moment, left);
	}
	struct node *args[2];
	args[0] = bind(b, left);
	args[1] = args[0] != NULL ? bind(b, right) : NULL;
	if (args[1] == NULL)
		return NULL;
	if (ast->op >= TOKEN_EQ && ast->op <= TOKEN_GE)
		return bind_compare(b, ast, ast->op, args[0], args[1]);
	struct error before = *b->err;
	struct node *node = bind_dates(b, ast, args[0], args[1]);
	if (node != NULL || b->err->status != before.status)
		return node;
	return bind_numbers(b, ast, args);
}
