/*
 * Mathematical functions.
 *
 * sqrt is IEEE 754's.  exp, ln, log10 and power are the C library's, whose
 * last bit another library may round otherwise: riffle-expr(7) says so.
 * A value outside a function's domain is an error of its row.
 */
#include "expr/function.h"

#include <math.h>

#include "base/decimal.h"
#include "expr/kernel.h"

static int128
decimal_value(const struct column *column, uint32_t row)
{
	if (type_width(column->type) == 16)
		return ((const int128 *)column->values)[row];
	return ((const int64_t *)column->values)[row];
}

static void
set_decimal(void *values, struct type type, uint32_t row, int128 value)
{
	if (type_width(type) == 16)
		((int128 *)values)[row] = value;
	else
		((int64_t *)values)[row] = (int64_t)value;
}

/* ---- abs, sign ------------------------------------------------------- */

int
kernel_abs_i64(struct call *call)
{
	const int64_t *in = kernel_values(call, 0);
	int64_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		out[i] = (int64_t)(in[i] < 0 ? -(uint64_t)in[i] :
		    (uint64_t)in[i]);
		if (in[i] == INT64_MIN && row_is_live(call->live, i) &&
		    call_fail(call, i, "%lld: the result is more than i64 "
		    "holds", (long long)in[i]) != 0)
			return -1;
	}
	return 0;
}

int
kernel_abs_decimal(struct call *call)
{
	const struct column *in = &call->args[0]->column;
	struct type type = call->node->type;
	void *out = vector_start(call->out, type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		set_decimal(out, type, i,
		    (int128)int128_abs(decimal_value(in, i)));
	return 0;
}

int
kernel_abs_f64(struct call *call)
{
	const double *restrict in = kernel_values(call, 0);
	double *restrict out = vector_start(call->out, call->node->type,
	    call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = fabs(in[i]);
	return 0;
}

int
kernel_sign_i64(struct call *call)
{
	const int64_t *restrict in = kernel_values(call, 0);
	int32_t *restrict out = vector_start(call->out, call->node->type,
	    call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = (in[i] > 0) - (in[i] < 0);
	return 0;
}

int
kernel_sign_decimal(struct call *call)
{
	const struct column *in = &call->args[0]->column;
	int32_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		int128 value = decimal_value(in, i);
		out[i] = (value > 0) - (value < 0);
	}
	return 0;
}

int
kernel_sign_f64(struct call *call)
{
	const double *restrict in = kernel_values(call, 0);
	int32_t *restrict out = vector_start(call->out, call->node->type,
	    call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = (in[i] > 0) - (in[i] < 0);
	return 0;
}

/* ---- rounding -------------------------------------------------------- */

struct rounding {
	enum decimal_rounding way;
	int places;		/* digits after the point that stay */
};

/*
 * round(x[, places]): decimals keep as many digits after the point as stay;
 * other types keep their type.
 */
int
prepare_round(struct binder *b, struct node *node, int param)
{
	struct rounding *rounding = mem_zalloc(sizeof(*rounding));
	rounding->way = (enum decimal_rounding)param;
	node->state = rounding;
	node->state_free = mem_free;
	struct type type = node->type = node->args[0]->type;
	if (node->arg_count > 1) {
		int64_t places = vector_i64(&node->args[1]->out, 0);
		if (places < -38 || places > 38) {
			bind_error(b, node->args[1]->begin, "the places are a "
			    "number from -38 to 38");
			return -1;
		}
		rounding->places = (int)places;
		node->arg_count = 1;
	}
	if (type.id != TYPE_DECIMAL || rounding->places >= type.scale)
		return 0;
	int scale = rounding->places > 0 ? rounding->places : 0;
	/* Before the point, rounding up may need one more digit. */
	unsigned precision = type.precision + (scale == type.scale);
	node->type = type_decimal(precision > 38 ? 38 : precision,
	    (unsigned)scale);
	return 0;
}

/* The usual case: 8 bytes, fewer places after the point, half away. */
static int
round_short(struct call *call, unsigned drop)
{
	const int64_t *restrict in = kernel_values(call, 0);
	int64_t *restrict out = vector_start(call->out, call->node->type,
	    call->rows);
	const int64_t divisor = decimal_pow10_64[drop];
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = decimal_round_64(in[i], divisor);
	return 0;
}

int
kernel_round_decimal(struct call *call)
{
	const struct rounding *rounding = call->node->state;
	const struct column *in = &call->args[0]->column;
	struct type type = call->node->type;
	if (rounding->way == DECIMAL_HALF_AWAY && rounding->places >= 0 &&
	    rounding->places < in->type.scale && type_width(in->type) == 8)
		return round_short(call, (unsigned)(in->type.scale -
		    rounding->places));
	void *out = vector_start(call->out, type, call->rows);
	unsigned drop = rounding->places >= in->type.scale ? 0 :
	    (unsigned)((int)in->type.scale - rounding->places);
	unsigned zeros = rounding->places < 0 ? (unsigned)-rounding->places :
	    0;
	char shown[ERROR_QUOTE_BYTES], name[TYPE_TEXT_BYTES];
	for (uint32_t i = 0; i < call->rows; i++) {
		int128 value = decimal_value(in, i);
		_Bool fits = 1;
		if (drop > 38)
			value = 0;
		else if (drop > 0) {
			value = decimal_divide_128(value,
			    decimal_pow10_128[drop], rounding->way);
			fits = int128_mul(value, decimal_pow10_128[zeros],
			    &value) == 0;
		}
		if ((!fits || !decimal_fits_128(value, type.precision)) &&
		    row_is_live(call->live, i) && call_fail(call, i,
		    "%s: the result is more than %s holds",
		    call_show(call, 0, i, shown),
		    type_format(type, name)) != 0)
			return -1;
		set_decimal(out, type, i, value);
	}
	return 0;
}

int
kernel_round_i64(struct call *call)
{
	const struct rounding *rounding = call->node->state;
	const int64_t *in = kernel_values(call, 0);
	int64_t *out = vector_start(call->out, call->node->type, call->rows);
	unsigned drop = rounding->places < 0 ? (unsigned)-rounding->places :
	    0;
	for (uint32_t i = 0; i < call->rows; i++) {
		int128 value = in[i];
		if (drop > 19)
			value = 0;
		else if (drop > 0)
			value = decimal_divide_128(value,
			    decimal_pow10_128[drop], rounding->way) *
			    decimal_pow10_128[drop];
		out[i] = (int64_t)value;
		if (value != out[i] && row_is_live(call->live, i) &&
		    call_fail(call, i, "%lld: the result is more than i64 "
		    "holds", (long long)in[i]) != 0)
			return -1;
	}
	return 0;
}

static double
round_one(double x, enum decimal_rounding way)
{
	switch (way) {
	case DECIMAL_FLOOR:
		return floor(x);
	case DECIMAL_CEIL:
		return ceil(x);
	case DECIMAL_TRUNC:
		return trunc(x);
	default:
		return round(x);
	}
}

int
kernel_round_f64(struct call *call)
{
	const struct rounding *rounding = call->node->state;
	const double *restrict in = kernel_values(call, 0);
	double *restrict out = vector_start(call->out, call->node->type,
	    call->rows);
	/* 1e0 to 1e22 are exact. */
	int places = rounding->places;
	double factor = 1;
	for (int i = 0; i < (places < 0 ? -places : places); i++)
		factor *= 10;
	for (uint32_t i = 0; i < call->rows; i++) {
		double x = places < 0 ? in[i] / factor : in[i] * factor;
		double rounded = round_one(x, rounding->way);
		out[i] = !isfinite(x) ? in[i] :
		    places < 0 ? rounded * factor : rounded / factor;
	}
	return 0;
}

/* ---- powers and logarithms ------------------------------------------- */

/* Reports rows where numbers made NaN, or what is_bad marks. */
static int
report_domain(struct call *call, uint32_t row, const char *why)
{
	char shown[ERROR_QUOTE_BYTES];
	return call_fail(call, row, "%s: %s", call_show(call, 0, row, shown),
	    why);
}

int
kernel_sqrt(struct call *call)
{
	const double *in = kernel_values(call, 0);
	double *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		out[i] = in[i] < 0 ? 0 : sqrt(in[i]);
		if (in[i] < 0 && row_is_live(call->live, i) &&
		    report_domain(call, i, "no root of a negative number") !=
		    0)
			return -1;
	}
	return 0;
}

int
kernel_exp(struct call *call)
{
	const double *in = kernel_values(call, 0);
	double *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = exp(in[i]);
	return 0;
}

static inline int
take_logarithm(struct call *call, double (*logarithm)(double))
{
	const double *in = kernel_values(call, 0);
	double *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		out[i] = in[i] <= 0 ? 0 : logarithm(in[i]);
		if (in[i] <= 0 && row_is_live(call->live, i) &&
		    report_domain(call, i, "only positive numbers have a "
		    "logarithm") != 0)
			return -1;
	}
	return 0;
}

int
kernel_ln(struct call *call)
{
	return take_logarithm(call, log);
}

int
kernel_log10(struct call *call)
{
	return take_logarithm(call, log10);
}

int
kernel_log2(struct call *call)
{
	return take_logarithm(call, log2);
}

int
kernel_power(struct call *call)
{
	const struct vector *a = call->args[0], *b = call->args[1];
	const double *x = a->column.values, *y = b->column.values;
	double *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		double base = x[a->is_constant ? 0 : i];
		double exponent = y[b->is_constant ? 0 : i];
		out[i] = pow(base, exponent);
		_Bool is_bad = (isnan(out[i]) && !isnan(base) &&
		    !isnan(exponent)) || (base == 0 && exponent < 0);
		if (!is_bad)
			continue;
		out[i] = 0;
		if (row_is_live(call->live, i) && report_domain(call, i,
		    base == 0 ? "zero has no negative power" :
		    "a negative number has only whole powers") != 0)
			return -1;
	}
	return 0;
}

/* ---- width_bucket ---------------------------------------------------- */

/* One type for all three, so that their scaled values compare. */
int
prepare_width_bucket(struct binder *b, struct node *node, int param)
{
	const struct ast ast = {.begin = node->begin, .end = node->end};
	unsigned scale = 0;
	(void)param;
	for (uint32_t i = 0; i < 3; i++)
		if (node->args[i]->type.scale > scale)
			scale = node->args[i]->type.scale;
	for (uint32_t i = 0; i < 3; i++) {
		node->args[i] = bind_cast(b, &ast, node->args[i],
		    type_decimal(38, scale), 0);
		if (node->args[i] == NULL)
			return -1;
	}
	return 0;
}

/* The buckets are from 1 to `count`; 1 for a row whose bounds are bad. */
static int
check_buckets(struct call *call, uint32_t row, _Bool has_width)
{
	int64_t count = vector_i64(call->args[3], row);
	const char *why = count < 1 || count > INT32_MAX - 1 ?
	    "the count of buckets is not from 1 to 2147483646" :
	    !has_width ? "the bounds are equal, or in the wrong order" : NULL;
	if (why == NULL)
		return 0;
	return call_fail(call, row, "%s", why) != 0 ? -1 : 1;
}

static int32_t
decimal_bucket(int128 x, int128 low, int128 high, int64_t count)
{
	if (x < low)
		return 0;
	if (x >= high)
		return (int32_t)count + 1;
	/* bisection: the first bucket whose end is above x, exactly */
	int64_t first = 1, last = count;
	while (first < last) {
		int64_t middle = first + (last - first) / 2;
		/* (x - low) * count < (high - low) * middle, in parts */
		uint128 width = (uint128)high - (uint128)low;
		uint128 from = (uint128)x - (uint128)low;
		uint128 whole = width / (uint128)count * (uint128)middle;
		uint128 rest = width % (uint128)count * (uint128)middle;
		whole += rest / (uint128)count;
		_Bool is_below = from < whole || (from == whole &&
		    rest % (uint128)count > 0);
		if (is_below)
			last = middle;
		else
			first = middle + 1;
	}
	return (int32_t)first;
}

int
kernel_width_bucket_decimal(struct call *call)
{
	int32_t *out = vector_start(call->out, call->node->type, call->rows);
	const int128 *values[3];
	_Bool steps[3];
	for (int k = 0; k < 3; k++) {
		values[k] = call->args[k]->column.values;
		steps[k] = !call->args[k]->is_constant;
	}
	for (uint32_t i = 0; i < call->rows; i++) {
		out[i] = 0;
		if (!row_is_live(call->live, i))
			continue;
		int128 low = values[1][steps[1] ? i : 0];
		int128 high = values[2][steps[2] ? i : 0];
		int bad = check_buckets(call, i, low < high);
		if (bad < 0)
			return -1;
		if (bad == 0)
			out[i] = decimal_bucket(values[0][steps[0] ? i : 0],
			    low, high, vector_i64(call->args[3], i));
	}
	return 0;
}

int
kernel_width_bucket_f64(struct call *call)
{
	int32_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		double v[3];
		out[i] = 0;
		if (!row_is_live(call->live, i))
			continue;
		for (int k = 0; k < 3; k++)
			v[k] = ((const double *)call->args[k]->column.values)[
			    call->args[k]->is_constant ? 0 : i];
		int bad = check_buckets(call, i, v[1] < v[2] &&
		    isfinite(v[1]) && isfinite(v[2]));
		if (bad < 0)
			return -1;
		int64_t count = vector_i64(call->args[3], i);
		if (bad != 0 || v[0] < v[1])
			continue;
		/* NaN is above all numbers */
		if (!(v[0] < v[2])) {
			out[i] = (int32_t)count + 1;
			continue;
		}
		double share = (v[0] - v[1]) / (v[2] - v[1]);
		int64_t bucket = (int64_t)(share * (double)count) + 1;
		out[i] = (int32_t)(bucket > count ? count : bucket);
	}
	return 0;
}
