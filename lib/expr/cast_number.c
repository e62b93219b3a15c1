/*
 * Conversions between integers, floating point and bool.
 */
#include "expr/kernel.h"

#include <math.h>

#define SUFFIX(name) name##_i8
#define TYPE int8_t
#include "expr/cast_body.h"
#define SUFFIX(name) name##_i16
#define TYPE int16_t
#include "expr/cast_body.h"
#define SUFFIX(name) name##_i32
#define TYPE int32_t
#include "expr/cast_body.h"
#define SUFFIX(name) name##_i64
#define TYPE int64_t
#include "expr/cast_body.h"
#define SUFFIX(name) name##_u8
#define TYPE uint8_t
#include "expr/cast_body.h"
#define SUFFIX(name) name##_u16
#define TYPE uint16_t
#include "expr/cast_body.h"
#define SUFFIX(name) name##_u32
#define TYPE uint32_t
#include "expr/cast_body.h"
#define SUFFIX(name) name##_u64
#define TYPE uint64_t
#include "expr/cast_body.h"

int
kernel_widen(struct call *call)
{
	const void *in = kernel_values(call, 0);
	int64_t *out = vector_start(call->out, call->node->type, call->rows);
	switch (call->args[0]->column.type.id) {
	case TYPE_I8:
		widen_i8(in, out, call->rows);
		break;
	case TYPE_I16:
		widen_i16(in, out, call->rows);
		break;
	case TYPE_I32:
		widen_i32(in, out, call->rows);
		break;
	case TYPE_U8:
		widen_u8(in, out, call->rows);
		break;
	case TYPE_U16:
		widen_u16(in, out, call->rows);
		break;
	default:
		widen_u32(in, out, call->rows);
		break;
	}
	return 0;
}

int
kernel_integer_to_f64(struct call *call)
{
	const void *in = kernel_values(call, 0);
	double *out = vector_start(call->out, call->node->type, call->rows);
	switch (call->args[0]->column.type.id) {
	case TYPE_I8:
		to_f64_i8(in, out, call->rows);
		break;
	case TYPE_I16:
		to_f64_i16(in, out, call->rows);
		break;
	case TYPE_I32:
		to_f64_i32(in, out, call->rows);
		break;
	case TYPE_U8:
		to_f64_u8(in, out, call->rows);
		break;
	case TYPE_U16:
		to_f64_u16(in, out, call->rows);
		break;
	case TYPE_U32:
		to_f64_u32(in, out, call->rows);
		break;
	case TYPE_U64:
		to_f64_u64(in, out, call->rows);
		break;
	default:
		to_f64_i64(in, out, call->rows);
		break;
	}
	return 0;
}

/* Reports the rows whose i64 is not in [low, high]. */
static int
report_range(struct call *call, int64_t low, uint64_t high)
{
	const int64_t *in = kernel_values(call, 0);
	char type[TYPE_TEXT_BYTES];
	for (uint32_t i = 0; i < call->rows; i++)
		if (row_is_live(call->live, i) && (in[i] < low ||
		    (in[i] > 0 && (uint64_t)in[i] > high)) &&
		    call_fail(call, i, "%lld is not in the range of %s",
		    (long long)in[i], type_format(call->node->shown, type)))
			return -1;
	return 0;
}

int
kernel_narrow(struct call *call)
{
	const int64_t *in = kernel_values(call, 0);
	void *out = vector_start(call->out, call->node->type, call->rows);
	switch (call->node->type.id) {
	case TYPE_I8:
		return narrow_i8(in, out, call->rows) ?
		    report_range(call, INT8_MIN, INT8_MAX) : 0;
	case TYPE_I16:
		return narrow_i16(in, out, call->rows) ?
		    report_range(call, INT16_MIN, INT16_MAX) : 0;
	case TYPE_I32:
		return narrow_i32(in, out, call->rows) ?
		    report_range(call, INT32_MIN, INT32_MAX) : 0;
	case TYPE_U8:
		return narrow_u8(in, out, call->rows) ?
		    report_range(call, 0, UINT8_MAX) : 0;
	case TYPE_U16:
		return narrow_u16(in, out, call->rows) ?
		    report_range(call, 0, UINT16_MAX) : 0;
	case TYPE_U32:
		return narrow_u32(in, out, call->rows) ?
		    report_range(call, 0, UINT32_MAX) : 0;
	default: {
		int64_t any = 0;
		uint64_t *to = out;
		for (uint32_t i = 0; i < call->rows; i++) {
			to[i] = (uint64_t)in[i];
			any |= in[i];
		}
		return any < 0 ? report_range(call, 0, UINT64_MAX) : 0;
	}
	}
}

/* To i64 or u64; rounded to nearest, ties to even, as IEEE 754 does. */
int
kernel_f64_to_integer(struct call *call)
{
	const double *in = kernel_values(call, 0);
	_Bool is_signed = call->node->type.id == TYPE_I64;
	int64_t *out = vector_start(call->out, call->node->type, call->rows);
	double low = is_signed ? -0x1p63 : 0, high = is_signed ? 0x1p63 :
	    0x1p64;
	char shown[ERROR_QUOTE_BYTES], type[TYPE_TEXT_BYTES];
	for (uint32_t i = 0; i < call->rows; i++) {
		double x = nearbyint(in[i]);
		out[i] = 0;
		if (x >= low && x < high)
			out[i] = is_signed ? (int64_t)x :
			    (int64_t)(uint64_t)x;
		else if (row_is_live(call->live, i) && call_fail(call, i,
		    "%s is not in the range of %s",
		    call_show(call, 0, i, shown),
		    type_format(call->node->shown, type)) != 0)
			return -1;
	}
	return 0;
}

int
kernel_f32_to_f64(struct call *call)
{
	const float *restrict in = kernel_values(call, 0);
	double *restrict out = vector_start(call->out, call->node->type,
	    call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = in[i];
	return 0;
}

int
kernel_f64_to_f32(struct call *call)
{
	const double *restrict in = kernel_values(call, 0);
	float *restrict out = vector_start(call->out, call->node->type,
	    call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = (float)in[i];
	char shown[ERROR_QUOTE_BYTES];
	for (uint32_t i = 0; i < call->rows; i++)
		if (isinf(out[i]) && !isinf(in[i]) &&
		    row_is_live(call->live, i) && call_fail(call, i,
		    "%s is not in the range of f32",
		    call_show(call, 0, i, shown)) != 0)
			return -1;
	return 0;
}

int
kernel_bool_to_i64(struct call *call)
{
	const uint8_t *in = kernel_values(call, 0);
	int64_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = bit_get(in, i);
	return 0;
}

int
kernel_i64_to_bool(struct call *call)
{
	const int64_t *in = kernel_values(call, 0);
	uint8_t *bytes = kernel_scratch(call, call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		bytes[i] = in[i] != 0;
	bits_pack(bytes, call->rows,
	    vector_start(call->out, call->node->type, call->rows));
	return 0;
}

int
kernel_f64_to_bool(struct call *call)
{
	const double *in = kernel_values(call, 0);
	uint8_t *bytes = kernel_scratch(call, call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		bytes[i] = in[i] != 0;
	bits_pack(bytes, call->rows,
	    vector_start(call->out, call->node->type, call->rows));
	return 0;
}

/* The same values under another name: 4, 8 or 16 bytes each. */
int
kernel_relabel(struct call *call)
{
	size_t len = type_width(call->node->type) * call->rows;
	memcpy(vector_start(call->out, call->node->type, call->rows),
	    kernel_values(call, 0), len);
	return 0;
}
