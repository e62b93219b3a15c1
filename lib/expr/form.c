/*
 * Functions that are made of other nodes.
 */
#include "expr/function.h"

#include "base/decimal.h"
#include "expr/kernel.h"

struct node *
form_coalesce(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	struct type type;
	if (bind_common(b, ast, args, count, &type) != 0)
		return NULL;
	return node_fold(b, node_with(b, ast, NODE_COALESCE, type, args,
	    count));
}

static struct node *
make_case(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count, struct type type)
{
	struct node *node = node_with(b, ast, NODE_CASE, type, args, count);
	node->may_be_null = count % 2 == 0;
	return node;
}

/* CASE WHEN a = b THEN NULL ELSE a END */
struct node *
form_nullif(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	(void)count;
	struct node *value = node_share(b, args[0]);
	struct node *same = bind_compare(b, ast, TOKEN_EQ, value, args[1]);
	if (same == NULL)
		return NULL;
	struct node *parts[3] = {same, node_null(b, ast, value->type), value};
	struct node *node = make_case(b, ast, parts, 3, value->type);
	node->may_be_null = 1;
	node_owns(b, node, value);
	return node_fold(b, node);
}

struct node *
form_if(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	(void)count;
	struct type type;
	char name[TYPE_TEXT_BYTES];
	if (args[0]->type.id == TYPE_NULL)
		args[0] = node_null(b, ast, type_of(TYPE_BOOL));
	if (args[0]->type.id != TYPE_BOOL)
		return bind_error(b, ast->args[0]->begin, "if() needs a "
		    "condition, not %s", type_format(args[0]->type, name));
	if (bind_common(b, ast, args + 1, 2, &type) != 0)
		return NULL;
	return node_fold(b, make_case(b, ast, args, 3, type));
}

/* CASE WHEN a >= b THEN a WHEN a < b THEN b ELSE coalesce(a, b) END */
static struct node *
extreme_of_two(struct binder *b, const struct ast *ast, enum token_kind op,
    struct node *left, struct node *right)
{
	struct node *both[2] = {node_share(b, left), node_share(b, right)};
	struct type type = left->type;
	struct node *parts[5];
	parts[0] = bind_compare(b, ast, op, both[0], both[1]);
	parts[1] = both[0];
	parts[2] = bind_compare(b, ast, op == TOKEN_GE ? TOKEN_LT : TOKEN_GT,
	    both[0], both[1]);
	parts[3] = both[1];
	parts[4] = node_fold(b, node_with(b, ast, NODE_COALESCE, type, both,
	    2));
	if (parts[0] == NULL || parts[2] == NULL)
		return NULL;
	struct node *node = make_case(b, ast, parts, 5, type);
	node_owns(b, node, both[0]);
	node_owns(b, node, both[1]);
	return node_fold(b, node);
}

static struct node *
form_extreme(struct binder *b, const struct ast *ast, enum token_kind op,
    struct node **args, uint32_t count)
{
	struct type type;
	if (bind_common(b, ast, args, count, &type) != 0)
		return NULL;
	if (type.id == TYPE_NULL)
		return args[0];
	struct node *best = NULL;
	for (uint32_t i = 0; i < count; i++) {
		/* one type in full: the parts are compared and handed on */
		args[i] = bind_cast(b, ast, args[i], type, 0);
		if (args[i] == NULL)
			return NULL;
		best = best == NULL ? args[i] :
		    extreme_of_two(b, ast, op, best, args[i]);
		if (best == NULL)
			return NULL;
	}
	return best;
}

struct node *
form_greatest(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	return form_extreme(b, ast, TOKEN_GE, args, count);
}

struct node *
form_least(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	return form_extreme(b, ast, TOKEN_LE, args, count);
}

struct node *
form_mod(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	(void)args;
	(void)count;
	struct ast operator = *ast;
	operator.kind = AST_BINARY;
	operator.op = TOKEN_MOD;
	return bind_binary(b, &operator);
}

struct node *
form_try(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	struct node *node = node_with(b, ast, NODE_TRY, args[0]->type, args,
	    count);
	node->may_be_null = 1;
	return node_fold(b, node);
}

/* ---- ratio ----------------------------------------------------------- */

/* a / b as decimals, rounded half away from zero to the node's scale. */
static int
kernel_ratio(struct call *call)
{
	struct type type = call->node->type;
	const struct column *a = &call->args[0]->column;
	const struct column *b = &call->args[1]->column;
	const int128 *a_values = a->values, *b_values = b->values;
	int128 *out = vector_start(call->out, type, call->rows);
	int shift = (int)type.scale - (int)a->type.scale + (int)b->type.scale;
	uint32_t a_step = !call->args[0]->is_constant;
	uint32_t b_step = !call->args[1]->is_constant;
	char left[ERROR_QUOTE_BYTES], right[ERROR_QUOTE_BYTES];
	for (uint32_t i = 0; i < call->rows; i++) {
		int128 divisor = b_values[i * b_step];
		if (decimal_div_128(a_values[i * a_step], divisor, shift,
		    &out[i]) == 0 && decimal_fits_128(out[i], 38))
			continue;
		out[i] = 0;
		if (!row_is_live(call->live, i))
			continue;
		int result = divisor == 0 ?
		    call_fail(call, i, "division by zero") :
		    call_fail(call, i, "%s / %s does not fit decimal(38,%u)",
		    call_show(call, 0, i, left), call_show(call, 1, i, right),
		    type.scale);
		if (result != 0)
			return -1;
	}
	return 0;
}

struct node *
form_ratio(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	unsigned scale = 6;
	char name[TYPE_TEXT_BYTES];
	if (count == 3) {
		struct node *node = bind_cast(b, ast, args[2],
		    type_of(TYPE_I64), 0);
		if (node == NULL || node->kind != NODE_CONSTANT ||
		    node_is_null(node) || vector_i64(&node->out, 0) < 0 ||
		    vector_i64(&node->out, 0) > 37)
			return bind_error(b, ast->args[2]->begin, "the scale "
			    "is a number from 0 to 37");
		scale = (unsigned)vector_i64(&node->out, 0);
	}
	for (int i = 0; i < 2; i++) {
		struct type type = args[i]->type;
		if (type.id == TYPE_NULL)
			type = type_of(TYPE_I64);
		else if (type.id != TYPE_DECIMAL && !type_is_integer(type))
			return bind_error(b, ast->args[i]->begin, "ratio() "
			    "needs integers or decimals, not %s",
			    type_format(type, name));
		unsigned own = type.id == TYPE_DECIMAL ? type.scale : 0;
		args[i] = bind_cast(b, ast, args[i], type_decimal(38, own), 0);
		if (args[i] == NULL)
			return NULL;
	}
	return node_call(b, ast, kernel_ratio, type_decimal(38, scale), args,
	    2);
}

/* ---- concat ---------------------------------------------------------- */

/* a || b || ... of nodes that are not null */
static struct node *
join_all(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	struct type type = type_of(TYPE_STRING);
	struct node *joined = NULL;
	while (count > 0) {
		struct node *parts[CALL_MAX_ARGS];
		uint32_t n = 0;
		if (joined != NULL)
			parts[n++] = joined;
		while (n < CALL_MAX_ARGS && count > 0) {
			parts[n++] = *args++;
			count--;
		}
		joined = node_call(b, ast, kernel_join, type, parts, n);
	}
	return joined;
}

static struct node *
as_text(struct binder *b, const struct ast *ast, struct node *node)
{
	return bind_cast(b, ast, node, type_of(TYPE_STRING), 0);
}

/* Nulls count as empty texts; other types are written as texts. */
struct node *
form_concat(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct node *parts[2];
		parts[0] = as_text(b, ast, args[i]);
		parts[1] = node_text(b, ast, "", 0);
		if (parts[0] == NULL)
			return NULL;
		args[i] = node_fold(b, node_with(b, ast, NODE_COALESCE,
		    type_of(TYPE_STRING), parts, 2));
	}
	return join_all(b, ast, args, count);
}

/* The separator goes before each text; then the first is taken off. */
struct node *
form_concat_ws(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	struct node *separator = as_text(b, ast, args[0]);
	if (separator == NULL)
		return NULL;
	separator = node_share(b, separator);
	for (uint32_t i = 1; i < count; i++) {
		struct node *text = as_text(b, ast, args[i]);
		if (text == NULL)
			return NULL;
		struct node *both[2] = {separator, text};
		struct node *parts[2];
		parts[0] = node_call(b, ast, kernel_join,
		    type_of(TYPE_STRING), both, 2);
		parts[1] = node_text(b, ast, "", 0);
		args[i] = node_fold(b, node_with(b, ast, NODE_COALESCE,
		    type_of(TYPE_STRING), parts, 2));
	}
	struct node *last[2];
	last[0] = join_all(b, ast, args + 1, count - 1);
	last[1] = separator;
	struct node *node = node_with(b, ast, NODE_CALL,
	    type_of(TYPE_STRING), last, 2);
	node->kernel = kernel_skip;
	node_owns(b, node, separator);
	return node_fold(b, node);
}

/* ---- format ---------------------------------------------------------- */

/*
 * One piece of a format at *at: an argument's number (*arg), or a run of
 * text up to `end` with {{ and }} made single in `text`.  -1: neither.
 */
static int
next_piece(const char **at, const char *end, struct buffer *text,
    uint32_t *next_arg, int *arg)
{
	const char *c = *at;
	*arg = -1;
	text->len = 0;
	if (*c == '{' && c + 1 < end && c[1] != '{') {
		const char *digits = ++c;
		uint32_t number = 0;
		while (c < end && *c >= '0' && *c <= '9' && number < 1000)
			number = number * 10 + (uint32_t)(*c++ - '0');
		if (c == end || *c != '}')
			return -1;
		*arg = (int)(c > digits ? number : (*next_arg)++);
		*at = c + 1;
		return 0;
	}
	for (; c < end && (*c != '{' || (c + 1 < end && c[1] == '{')); c++) {
		if (*c == '{' || *c == '}') {
			if (c + 1 == end || c[1] != *c)
				return -1;
			c++;
		}
		buffer_append_byte(text, (uint8_t)*c);
	}
	*at = c;
	return text->len > 0 ? 0 : -1;
}

/* The pieces of a format as nodes; their count, or -1. */
static int
format_pieces(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count, struct node **pieces)
{
	uint32_t len, next_arg = 0;
	const char *at = (const char *)vector_text(&args[0]->out, 0, &len);
	const char *end = at + len;
	struct buffer text = {0};
	int n = 0;
	while (at < end && n >= 0) {
		int arg;
		struct node *piece = NULL;
		if (next_piece(&at, end, &text, &next_arg, &arg) != 0)
			bind_error(b, ast->args[0]->begin, "a format holds "
			    "{}, {0}, {{ and }} besides text");
		else if (arg < 0)
			piece = node_text(b, ast, buffer_text(&text),
			    (uint32_t)text.len);
		else if ((uint32_t)arg + 1 >= count)
			bind_error(b, ast->args[0]->begin, "the format wants "
			    "%d arguments, there are %u", arg + 1, count - 1);
		else
			piece = as_text(b, ast, args[arg + 1]);
		pieces[n] = piece;
		n = piece == NULL ? -1 : n + 1;
	}
	buffer_release(&text);
	return n;
}

/* A text with the arguments in the places of {}; null if one is. */
struct node *
form_format(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	uint32_t len;
	if (args[0]->kind != NODE_CONSTANT ||
	    args[0]->type.id != TYPE_STRING || node_is_null(args[0]))
		return bind_error(b, ast->args[0]->begin, "format() needs a "
		    "constant text");
	(void)vector_text(&args[0]->out, 0, &len);
	for (uint32_t i = 1; i < count; i++)
		args[i] = node_share(b, args[i]);
	struct node **pieces = arena_alloc(&b->expr->arena,
	    ((size_t)len + 1) * sizeof(struct node *));
	int n = format_pieces(b, ast, args, count, pieces);
	if (n < 0)
		return NULL;
	struct node *node = n == 0 ? node_text(b, ast, "", 0) :
	    join_all(b, ast, pieces, (uint32_t)n);
	for (uint32_t i = 1; node != NULL && i < count; i++)
		node_owns(b, node, args[i]);
	return node;
}
