/*
 * Conversions between integers, floating point and bool.
 */
#include "expr/kernel.h"

#include <math.h>

#include "batch/integers.h"

#define INTEGERS_BODY "expr/cast_body.h"
#include "batch/integers_body.h"

int
kernel_widen(struct call *call)
{
	const void *in = kernel_values(call, 0);
	int64_t *out = vector_start(call->out, call->node->type, call->rows);
	switch (call->args[0]->column.type.id) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		widen_##name(in, out, call->rows); \
		break;
	INTEGERS(X)
#undef X
	default:
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
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		to_f64_##name(in, out, call->rows); \
		break;
	INTEGERS(X)
#undef X
	default:
		break;
	}
	return 0;
}

/* Reports the rows whose i64 is none of the node's type. */
static int
report_range(struct call *call)
{
	struct type type = call->node->type;
	const int64_t *in = kernel_values(call, 0);
	char name[TYPE_TEXT_BYTES];
	unsigned cut = 64 - (unsigned)type_width(type) * 8;
	_Bool is_signed = type_is_signed(type);
	int64_t low = is_signed ? INT64_MIN >> cut : 0;
	uint64_t high = UINT64_MAX >> cut >> is_signed;
	for (uint32_t i = 0; i < call->rows; i++)
		if (row_is_live(call->live, i) && (in[i] < low ||
		    (in[i] > 0 && (uint64_t)in[i] > high)) &&
		    call_fail(call, i, "%lld is not in the range of %s",
		    (long long)in[i], type_format(call->node->shown, name)))
			return -1;
	return 0;
}

int
kernel_narrow(struct call *call)
{
	const int64_t *in = kernel_values(call, 0);
	void *out = vector_start(call->out, call->node->type, call->rows);
	switch (call->node->type.id) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		return narrow_##name(in, out, call->rows) ? \
		    report_range(call) : 0;
	INTEGERS(X)
#undef X
	default:
		return 0;
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
