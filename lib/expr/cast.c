/*
 * Which kernels make one type of another: a chain of steps, each from a
 * type to one that is nearer.
 */
#include "expr/bind.h"

#include "base/decimal.h"
#include "expr/kernel.h"

struct step {
	struct type type;
	expr_kernel *kernel;	/* NULL: there is no way */
};

static struct step
step_from_integer(struct type from, struct type to)
{
	if (to.id == TYPE_STRING)
		return (struct step){to, kernel_to_text};
	if (type_is_float(to))
		return (struct step){type_of(TYPE_F64), kernel_integer_to_f64};
	if (from.id == TYPE_U64)
		return (struct step){type_decimal(20, 0),
		    kernel_u64_to_decimal};
	if (from.id != TYPE_I64)
		return (struct step){to.id == TYPE_DECIMAL ?
		    type_decimal(bind_digits(from), 0) : type_of(TYPE_I64),
		    kernel_widen};
	if (to.id == TYPE_BOOL)
		return (struct step){to, kernel_i64_to_bool};
	if (to.id == TYPE_DECIMAL)
		return (struct step){to, kernel_rescale};
	return (struct step){to, type_is_integer(to) ? kernel_narrow : NULL};
}

static struct step
step_from_decimal(struct type to)
{
	if (to.id == TYPE_DECIMAL)
		return (struct step){to, kernel_rescale};
	if (to.id == TYPE_STRING)
		return (struct step){to, kernel_to_text};
	if (to.id == TYPE_U64)
		return (struct step){to, kernel_decimal_to_i64};
	if (type_is_integer(to))
		return (struct step){type_of(TYPE_I64), kernel_decimal_to_i64};
	return (struct step){type_of(TYPE_F64), type_is_float(to) ||
	    to.id == TYPE_BOOL ? kernel_decimal_to_f64 : NULL};
}

static struct step
step_from_float(struct type from, struct type to)
{
	if (to.id == TYPE_STRING)
		return (struct step){to, kernel_to_text};
	if (from.id == TYPE_F32)
		return (struct step){type_of(TYPE_F64), kernel_f32_to_f64};
	if (to.id == TYPE_F32)
		return (struct step){to, kernel_f64_to_f32};
	if (to.id == TYPE_DECIMAL)
		return (struct step){to, kernel_f64_to_decimal};
	if (to.id == TYPE_BOOL)
		return (struct step){to, kernel_f64_to_bool};
	if (to.id == TYPE_U64)
		return (struct step){to, kernel_f64_to_integer};
	return (struct step){type_of(TYPE_I64),
	    type_is_integer(to) ? kernel_f64_to_integer : NULL};
}

static struct step
next_step(struct type from, struct type to)
{
	switch (from.id) {
	case TYPE_BOOL:
		if (to.id == TYPE_STRING)
			return (struct step){to, kernel_to_text};
		return (struct step){type_of(TYPE_I64), type_is_number(to) ?
		    kernel_bool_to_i64 : NULL};
	case TYPE_F32:
	case TYPE_F64:
		return step_from_float(from, to);
	case TYPE_DECIMAL:
		return step_from_decimal(to);
	case TYPE_STRING:
		return (struct step){to, to.id == TYPE_BINARY ? NULL :
		    kernel_from_text};
	case TYPE_DATE:
		if (to.id == TYPE_TIMESTAMP)
			return (struct step){to, kernel_date_to_timestamp};
		break;
	case TYPE_TIMESTAMP:
		if (to.id == TYPE_TIMESTAMP)
			return (struct step){to, kernel_relabel};
		if (to.id == TYPE_DATE)
			return (struct step){to, kernel_timestamp_to_date};
		if (to.id == TYPE_TIME)
			return (struct step){to, kernel_timestamp_to_time};
		break;
	case TYPE_TIME:
	case TYPE_BINARY:
		break;
	default:
		return step_from_integer(from, to);
	}
	return (struct step){to, to.id == TYPE_STRING ? kernel_to_text : NULL};
}

static _Bool
holds_all_of(struct type to, struct type from)
{
	return to.id == TYPE_DECIMAL && from.id == TYPE_DECIMAL &&
	    to.scale == from.scale && to.precision >= from.precision &&
	    type_width(to) == type_width(from);
}

struct node *
bind_cast(struct binder *b, const struct ast *ast, struct node *node,
    struct type type, _Bool is_try)
{
	char from[TYPE_TEXT_BYTES], to[TYPE_TEXT_BYTES];
	if (type_is_equal(node->type, type))
		return node;
	if (node->type.id == TYPE_NULL)
		return node_null(b, ast, type);
	if (type.id == TYPE_NULL || type_is_nested(type))
		return bind_error(b, ast->begin, "nothing can be cast to %s",
		    type_format(type, to));
	struct type shown = type, first = node->type;
	while (!type_is_equal(node->type, type)) {
		struct step step = next_step(node->type, type);
		if (holds_all_of(type, node->type))
			step = (struct step){type, kernel_relabel};
		if (step.kernel == NULL)
			return bind_error(b, ast->begin, "%s cannot be cast "
			    "to %s", type_format(first, from),
			    type_format(type, to));
		struct node *call = node_with(b, ast, NODE_CALL, step.type,
		    &node, 1);
		call->kernel = step.kernel;
		call->shown = shown;
		call->is_try = is_try;
		call->may_be_null = is_try;
		node = node_fold(b, call);
	}
	return node;
}

struct node *
bind_convert(struct binder *b, const struct ast *ast, struct node *node,
    struct type type)
{
	if (holds_all_of(type, node->type))
		return node;
	return bind_cast(b, ast, node, type, 0);
}

unsigned
bind_digits(struct type type)
{
	switch (type.id) {
	case TYPE_I8:
	case TYPE_U8:
		return 3;
	case TYPE_I16:
	case TYPE_U16:
		return 5;
	case TYPE_I32:
	case TYPE_U32:
		return 10;
	case TYPE_I64:
		return 19;
	default:
		return 20;
	}
}

struct type
bind_as_decimal(const struct node *node)
{
	if (node->type.id == TYPE_DECIMAL)
		return node->type;
	unsigned digits = bind_digits(node->type);
	if (node->kind != NODE_CONSTANT || node_is_null(node))
		return type_decimal(digits, 0);
	/* As many digits as the number is written with. */
	int128 value = node->type.id == TYPE_I32 ?
	    ((const int32_t *)node->out.column.values)[0] :
	    node->type.id == TYPE_I64 ? vector_i64(&node->out, 0) : -1;
	_Bool is_known = node->type.id == TYPE_I32 ||
	    node->type.id == TYPE_I64;
	while (is_known && digits > 1 &&
	    decimal_fits_128(value, digits - 1))
		digits--;
	return type_decimal(digits, 0);
}

/* ---- the common type ------------------------------------------------- */

static struct type
wider_integer(struct type a, struct type b)
{
	static const uint8_t by_width[2][9] = {
		{0, TYPE_U8, TYPE_U16, 0, TYPE_U32, 0, 0, 0, TYPE_U64},
		{0, TYPE_I8, TYPE_I16, 0, TYPE_I32, 0, 0, 0, TYPE_I64}
	};
	size_t a_width = type_width(a), b_width = type_width(b);
	if (type_is_signed(a) == type_is_signed(b))
		return a_width >= b_width ? a : b;
	/* The signed one must be wider than the unsigned one. */
	size_t sign_width = type_is_signed(a) ? a_width : b_width;
	size_t other_width = type_is_signed(a) ? b_width : a_width;
	if (other_width == 8)
		return type_decimal(20, 0);
	return type_of(by_width[1][sign_width > other_width ? sign_width :
	    other_width * 2]);
}

static struct type
wider_decimal(struct type a, struct type b)
{
	unsigned scale = a.scale > b.scale ? a.scale : b.scale;
	unsigned a_whole = a.precision - a.scale;
	unsigned b_whole = b.precision - b.scale;
	unsigned precision = (a_whole > b_whole ? a_whole : b_whole) + scale;
	return type_decimal(precision > DECIMAL_MAX_PRECISION ?
	    DECIMAL_MAX_PRECISION : precision, scale);
}

/* The type that holds both; 0 if there is none. */
static _Bool
wider_type(struct type a, struct type b, struct type *out)
{
	*out = a;
	if (type_is_equal(a, b) || b.id == TYPE_NULL)
		return 1;
	if (a.id == TYPE_NULL || (a.id == TYPE_DATE &&
	    b.id == TYPE_TIMESTAMP)) {
		*out = b;
		return 1;
	}
	if (a.id == TYPE_TIMESTAMP && b.id == TYPE_DATE)
		return 1;
	if (!type_is_number(a) || !type_is_number(b))
		return 0;
	if (type_is_float(a) || type_is_float(b)) {
		*out = type_of(TYPE_F64);
		return 1;
	}
	if (type_is_integer(a) && type_is_integer(b))
		*out = wider_integer(a, b);
	else
		*out = wider_decimal(a.id == TYPE_DECIMAL ? a :
		    type_decimal(bind_digits(a), 0), b.id == TYPE_DECIMAL ? b :
		    type_decimal(bind_digits(b), 0));
	return 1;
}

/* Whether a constant can take the type without a loss. */
static _Bool
constant_fits(struct binder *b, const struct ast *ast, struct node *node,
    struct type type)
{
	if (type_is_float(type))
		return type_is_number(node->type);
	if (!type_is_integer(type) || !type_is_integer(node->type))
		return 0;
	struct error *err = b->err;
	struct error ignored = {0};
	b->err = &ignored;
	struct node *cast = bind_cast(b, ast, node, type, 0);
	b->err = err;
	return cast != NULL && cast->kind == NODE_CONSTANT;
}

static _Bool
is_moment(struct type type)
{
	return type.id == TYPE_DATE || type.id == TYPE_TIME ||
	    type.id == TYPE_TIMESTAMP;
}

/* The common type with one more item; 0 if there is none. */
static _Bool
widen_by(struct binder *b, const struct ast *ast, struct node *item,
    struct type *type)
{
	if (item->kind == NODE_CONSTANT && type->id != TYPE_NULL &&
	    item->type.id != TYPE_NULL) {
		if (item->is_literal && is_moment(*type))
			return 1;
		if (constant_fits(b, ast, item, *type))
			return 1;
		if (type->id == TYPE_DECIMAL && type_is_integer(item->type))
			return wider_type(*type, bind_as_decimal(item), type);
	}
	return wider_type(*type, item->type, type);
}

int
bind_common(struct binder *b, const struct ast *ast, struct node **items,
    uint32_t count, struct type *type)
{
	char left[TYPE_TEXT_BYTES], right[TYPE_TEXT_BYTES];
	*type = type_of(TYPE_NULL);
	/* Columns and what is made of them first, then constants. */
	for (int constants = 0; constants < 3; constants++) {
		for (uint32_t i = 0; i < count; i++) {
			int class = items[i]->kind != NODE_CONSTANT ? 0 :
			    !items[i]->is_literal ? 1 : 2;
			if (class != constants)
				continue;
			struct type before = *type;
			if (widen_by(b, ast, items[i], type))
				continue;
			bind_error(b, items[i]->begin, "%s and %s do not go "
			    "together: cast one of them",
			    type_format(before, left),
			    type_format(items[i]->type, right));
			return -1;
		}
	}
	for (uint32_t i = 0; i < count; i++) {
		if (type->id == TYPE_NULL)
			continue;
		items[i] = bind_convert(b, ast, items[i], *type);
		if (items[i] == NULL)
			return -1;
		if (items[i]->kind == NODE_CALL && is_moment(*type) &&
		    items[i]->kernel == kernel_from_text &&
		    items[i]->args[0]->is_literal) {
			bind_error(b, items[i]->args[0]->begin, "this text is "
			    "not a %s", type_format(*type, left));
			return -1;
		}
	}
	return 0;
}
