/*
 * Conversions to and from decimals.  Digits that a smaller scale has no
 * place for are rounded, half away from zero; what a precision has no place
 * for is an error.
 */
#include "expr/kernel.h"

#include "base/decimal.h"

static int
report_fit(struct call *call, uint32_t row)
{
	char shown[ERROR_QUOTE_BYTES], type[TYPE_TEXT_BYTES];
	return call_fail(call, row, "%s does not fit %s",
	    call_show(call, 0, row, shown),
	    type_format(call->node->shown, type));
}

static int128
value_128(const struct column *column, uint32_t row)
{
	if (type_width(column->type) == 16)
		return ((const int128 *)column->values)[row];
	return ((const int64_t *)column->values)[row];
}

/*
 * From 8 bytes to 8 bytes with a scale that does not shrink: a product,
 * which is right if it can be no more than 18 digits.
 */
static int
scale_up_64(struct call *call, unsigned shift, unsigned from_precision)
{
	const struct type type = call->node->type;
	const int64_t *restrict in = kernel_values(call, 0);
	int64_t *restrict out = vector_start(call->out, type, call->rows);
	const int64_t factor = decimal_pow10_64[shift];
	const int64_t limit = decimal_pow10_64[type.precision] - 1;
	if (from_precision + shift <= type.precision) {
		for (uint32_t i = 0; i < call->rows; i++)
			out[i] = (int64_t)((uint64_t)in[i] * (uint64_t)factor);
		return 0;
	}
	const int64_t in_limit = limit / factor;
	_Bool bad = 0;
	for (uint32_t i = 0; i < call->rows; i++) {
		bad |= (in[i] > in_limit) | (in[i] < -in_limit);
		out[i] = (int64_t)((uint64_t)in[i] * (uint64_t)factor);
	}
	for (uint32_t i = 0; bad && i < call->rows; i++)
		if ((in[i] > in_limit || in[i] < -in_limit) &&
		    row_is_live(call->live, i) && report_fit(call, i) != 0)
			return -1;
	return 0;
}

static int
scale_down_64(struct call *call, unsigned shift)
{
	const struct type type = call->node->type;
	const int64_t *restrict in = kernel_values(call, 0);
	int64_t *restrict out = vector_start(call->out, type, call->rows);
	const int64_t divisor = decimal_pow10_64[shift];
	_Bool bad = 0;
	for (uint32_t i = 0; i < call->rows; i++) {
		out[i] = decimal_round_64(in[i], divisor);
		bad |= !decimal_fits_64(out[i], type.precision);
	}
	for (uint32_t i = 0; bad && i < call->rows; i++)
		if (!decimal_fits_64(out[i], type.precision) &&
		    row_is_live(call->live, i) && report_fit(call, i) != 0)
			return -1;
	return 0;
}

/* From 8 to 16 bytes, nothing can overflow: widening and a product. */
static int
scale_up_128(struct call *call, unsigned shift)
{
	const int64_t *restrict in = kernel_values(call, 0);
	int128 *restrict out = vector_start(call->out, call->node->type,
	    call->rows);
	const int128 factor = decimal_pow10_128[shift];
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = (int128)((uint128)in[i] * (uint128)factor);
	return 0;
}

static int
rescale_any(struct call *call, unsigned from_scale)
{
	const struct type type = call->node->type;
	const struct column *in = &call->args[0]->column;
	void *out = vector_start(call->out, type, call->rows);
	_Bool is_wide = type_width(type) == 16;
	for (uint32_t i = 0; i < call->rows; i++) {
		int128 value = 0;
		_Bool fits = decimal_rescale_128(value_128(in, i), from_scale,
		    type.scale, DECIMAL_HALF_AWAY, &value) == 0 &&
		    decimal_fits_128(value, type.precision);
		if (!fits) {
			value = 0;
			if (row_is_live(call->live, i) &&
			    report_fit(call, i) != 0)
				return -1;
		}
		if (is_wide)
			((int128 *)out)[i] = value;
		else
			((int64_t *)out)[i] = (int64_t)value;
	}
	return 0;
}

/* An i64 counts as a decimal of scale 0 with 19 digits. */
int
kernel_rescale(struct call *call)
{
	struct type from = call->args[0]->column.type;
	struct type to = call->node->type;
	unsigned scale = from.id == TYPE_DECIMAL ? from.scale : 0;
	unsigned precision = from.id == TYPE_DECIMAL ? from.precision : 19;
	_Bool is_wide = type_width(to) == 16;
	if (type_width(from) == 16)
		return rescale_any(call, scale);
	if (!is_wide)
		return to.scale >= scale ?
		    scale_up_64(call, to.scale - scale, precision) :
		    scale_down_64(call, scale - to.scale);
	if (to.scale >= scale && precision + to.scale - scale <= to.precision)
		return scale_up_128(call, to.scale - scale);
	return rescale_any(call, scale);
}

int
kernel_u64_to_decimal(struct call *call)
{
	const uint64_t *in = kernel_values(call, 0);
	int128 *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = in[i];
	return 0;
}

/* To i64 or u64, rounded half away from zero. */
int
kernel_decimal_to_i64(struct call *call)
{
	const struct column *in = &call->args[0]->column;
	unsigned scale = in->type.scale;
	_Bool is_signed = call->node->type.id == TYPE_I64;
	int128 low = is_signed ? INT64_MIN : 0;
	int128 high = is_signed ? (int128)INT64_MAX : (int128)UINT64_MAX;
	int64_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		int128 value = decimal_round_128(value_128(in, i),
		    decimal_pow10_128[scale]);
		if (value < low || value > high) {
			value = 0;
			if (row_is_live(call->live, i) &&
			    report_fit(call, i) != 0)
				return -1;
		}
		out[i] = (int64_t)(uint64_t)value;
	}
	return 0;
}

int
kernel_decimal_to_f64(struct call *call)
{
	const struct column *in = &call->args[0]->column;
	double *out = vector_start(call->out, call->node->type, call->rows);
	unsigned scale = in->type.scale;
	_Bool is_short = type_width(in->type) == 8 && scale <= 18;
	const double divisor = is_short ? (double)decimal_pow10_64[scale] : 1;
	for (uint32_t i = 0; i < call->rows; i++) {
		int128 value = value_128(in, i);
		/* Both exact: one rounding, that of the division. */
		if (is_short && value <= INT64_C(1) << 53 &&
		    value >= -(INT64_C(1) << 53))
			out[i] = (double)(int64_t)value / divisor;
		else
			out[i] = decimal_to_f64(value, scale);
	}
	return 0;
}

int
kernel_f64_to_decimal(struct call *call)
{
	const double *in = kernel_values(call, 0);
	struct type type = call->node->type;
	void *out = vector_start(call->out, type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		int128 value = 0;
		if (decimal_from_f64(in[i], type.precision, type.scale,
		    DECIMAL_HALF_AWAY, &value, NULL) != DECIMAL_OK) {
			value = 0;
			if (row_is_live(call->live, i) &&
			    report_fit(call, i) != 0)
				return -1;
		}
		if (type_width(type) == 16)
			((int128 *)out)[i] = value;
		else
			((int64_t *)out)[i] = (int64_t)value;
	}
	return 0;
}
