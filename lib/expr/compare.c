/*
 * Comparisons, NOT, and IN over a list of constants.
 *
 * NaN is above all numbers and equal to itself, -0.0 equals 0.0: the order
 * of batch/order.h.
 */
#include "expr/kernel.h"

#include <string.h>

#include "batch/integers.h"
#include "batch/order.h"

#define EQUAL(x, y) ((x) == (y))
#define LESS(x, y) ((x) < (y))
#define INTEGERS_BODY "expr/compare_body.h"
#include "batch/integers_body.h"
#define NUMBER int128
#define NAME(x) x##_i128
#include "expr/compare_body.h"
#undef EQUAL
#undef LESS
#define EQUAL(x, y) (((x) == (y)) | (((x) != (x)) & ((y) != (y))))
#define LESS(x, y) (((x) < (y)) | (((x) == (x)) & ((y) != (y))))
#define NUMBER float
#define NAME(x) x##_f32
#include "expr/compare_body.h"
#define NUMBER double
#define NAME(x) x##_f64
#include "expr/compare_body.h"

/* Of what width a value is compared; COUNT stands for wide decimals. */
#define NUMBERS(X) \
	INTEGERS(X) X(COUNT, i128, int128) X(F32, f32, float) \
	X(F64, f64, double) X(DATE, i32, int32_t) X(TIME, i64, int64_t) \
	X(TIMESTAMP, i64, int64_t)

static _Bool
order_holds(enum token_kind op, int order)
{
	switch (op) {
	case TOKEN_EQ:
		return order == 0;
	case TOKEN_NE:
		return order != 0;
	case TOKEN_LT:
		return order < 0;
	case TOKEN_LE:
		return order <= 0;
	case TOKEN_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static void
compare_texts(struct call *call, uint8_t *out)
{
	const struct vector *a = call->args[0], *b = call->args[1];
	enum token_kind op = call->node->op;
	_Bool is_equality = op == TOKEN_EQ || op == TOKEN_NE;
	for (uint32_t row = 0; row < call->rows; row++) {
		out[row] = 0;
		if (!row_is_live(call->live, row))
			continue;
		uint32_t a_len, b_len;
		const uint8_t *a_text = vector_text(a, row, &a_len);
		const uint8_t *b_text = vector_text(b, row, &b_len);
		if (is_equality)
			out[row] = (a_len == b_len && (a_len == 0 ||
			    memcmp(a_text, b_text, a_len) == 0)) ==
			    (op == TOKEN_EQ);
		else
			out[row] = order_holds(op, bytes_compare(a_text,
			    a_len, b_text, b_len));
	}
}

static void
compare_bools(struct call *call, uint8_t *out)
{
	for (uint32_t row = 0; row < call->rows; row++)
		out[row] = order_holds(call->node->op,
		    vector_bool(call->args[0], row) -
		    vector_bool(call->args[1], row));
}

int
kernel_compare(struct call *call)
{
	const struct vector *a = call->args[0], *b = call->args[1];
	struct type type = a->column.type;
	enum token_kind op = call->node->op;
	uint8_t *bytes = kernel_scratch(call, call->rows);
	const void *x = a->column.values, *y = b->column.values;
	_Bool is_constant = b->is_constant;
	if (a->is_constant && !b->is_constant &&
	    !type_is_variable(type) && type.id != TYPE_BOOL) {
		/* The constant goes to the right. */
		op = op == TOKEN_LT ? TOKEN_GT : op == TOKEN_LE ? TOKEN_GE :
		    op == TOKEN_GT ? TOKEN_LT : op == TOKEN_GE ? TOKEN_LE : op;
		x = b->column.values;
		y = a->column.values;
		is_constant = 1;
	}
	enum type_id id = type.id;
	if (id == TYPE_DECIMAL)
		id = type_width(type) == 16 ? TYPE_COUNT : TYPE_I64;
	switch (id) {
	case TYPE_BOOL:
		compare_bools(call, bytes);
		break;
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		compare_##name(op, x, y, is_constant, call->rows, bytes); \
		break;
	NUMBERS(X)
#undef X
	default:
		compare_texts(call, bytes);
		break;
	}
	bits_pack(bytes, call->rows,
	    vector_start(call->out, call->node->type, call->rows));
	return 0;
}

int
kernel_not(struct call *call)
{
	const uint8_t *in = kernel_values(call, 0);
	uint8_t *out = vector_start(call->out, call->node->type, call->rows);
	for (size_t i = 0; i < bitmap_bytes(call->rows); i++)
		out[i] = (uint8_t)~in[i];
	return 0;
}
