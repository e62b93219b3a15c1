#include <math.h>

#include "base/decimal.h"
#include "op/aggregate/set.h"
#include "op/group_values.h"
#include "op/numeric.h"

/*
 * median(x), quantile_cont(x, q), quantile_disc(x, q): exact, from all values
 * of a group in their order; approx_quantile(x, q): from values rounded to
 * APPROX_BITS significant bits, of which there are few.
 *
 * With n values v[0] <= ... <= v[n - 1]:
 *
 *	quantile_disc	v[max(ceil(q * n), 1) - 1], of any type
 *	quantile_cont	between v[floor(q * (n - 1))] and the one after it, by
 *			the fraction; integers and decimals: decimal(38,6),
 *			rounded half away from zero; floats: f64
 *	median		quantile_cont(x, 0.5)
 *	approx_quantile	quantile_disc of the rounded values, an f64: off by
 *			0.2 % of the value at most.  Unlike a t-digest
 *			(Dunning 2019) it does not depend on the order in which
 *			states are merged.
 *
 * q is exact: a decimal of at most 9 places.
 */
#define RESULT_SCALE 6
#define MAX_PLACES 9
#define APPROX_BITS 9

struct quantile {
	struct aggregate_reducer reducer;
	_Bool is_continuous;
	int64_t numerator, denominator;	/* q */
	struct group_array seen;	/* int64_t: values so far */
	struct group_array totals;	/* int64_t: as last shown */
	/* v at the lower rank and, if continuous, at the upper one */
	struct group_values low, high;
};

/* ---- q --------------------------------------------------------------- */

static int
parse_share(const struct aggregate_spec *spec, struct quantile *self,
    struct error *err)
{
	const char *text = spec->parameter;
	uint32_t places = 0;
	_Bool has_point = 0;
	uint32_t digits = 0;
	self->denominator = 1;
	for (; *text != '\0'; text++) {
		if (*text == '.' && !has_point) {
			has_point = 1;
			continue;
		}
		places += has_point;
		if (*text < '0' || *text > '9' || places > MAX_PLACES ||
		    ++digits > 10)
			break;
		self->numerator = self->numerator * 10 + (*text - '0');
		if (has_point)
			self->denominator *= 10;
	}
	if (*text != '\0' || digits == 0 ||
	    self->numerator > self->denominator)
		return error_usage(err, "%s needs a number from 0 to 1 of at "
		    "most %d places, not '%s'", spec->name, MAX_PLACES,
		    spec->parameter);
	return 0;
}

/* The rank, from 1, of the lower value of `total`. */
static int64_t
low_rank(const struct quantile *self, int64_t total)
{
	int128 scaled = (int128)self->numerator *
	    (self->is_continuous ? total - 1 : total);
	if (self->is_continuous)
		return (int64_t)(scaled / self->denominator) + 1;
	int64_t rank = (int64_t)((scaled + self->denominator - 1) /
	    self->denominator);
	return rank > 0 ? rank : 1;
}

/* ---- the reducer ----------------------------------------------------- */

static void
quantile_grow(struct aggregate_reducer *reducer, uint32_t old_count,
    uint32_t count)
{
	struct quantile *self = (struct quantile *)reducer;
	group_array_grow(&self->seen, sizeof(int64_t), old_count, count);
	group_array_grow(&self->totals, sizeof(int64_t), old_count, count);
	group_values_grow(&self->low, old_count, count);
	if (self->is_continuous)
		group_values_grow(&self->high, old_count, count);
}

static int
quantile_take(struct aggregate_reducer *reducer,
    const struct aggregate_values *values, struct error *err)
{
	struct quantile *self = (struct quantile *)reducer;
	int64_t *seen = self->seen.slots;
	int64_t *totals = self->totals.slots;
	(void)err;
	for (uint32_t i = 0; i < values->count; i++) {
		uint32_t id = values->groups[i];
		int64_t total = values->totals[id];
		int64_t before = seen[id];
		int64_t rank = low_rank(self, total);
		seen[id] += values->weights[i];
		totals[id] = total;
		if (before < rank && rank <= seen[id])
			group_values_set(&self->low, id, values->values, i);
		if (!self->is_continuous)
			continue;
		rank += rank < total;
		if (before < rank && rank <= seen[id])
			group_values_set(&self->high, id, values->values, i);
	}
	return 0;
}

static uint32_t
quantile_ranks(const struct aggregate_reducer *reducer, int64_t total,
    int64_t ranks[2])
{
	const struct quantile *self = (const struct quantile *)reducer;
	ranks[0] = low_rank(self, total) - 1;
	ranks[1] = ranks[0] + 1;
	return self->is_continuous && ranks[1] < total ? 2 : 1;
}

/* The part of the way from low to high, as a fraction of denominator. */
static int64_t
part(const struct quantile *self, uint32_t id)
{
	int64_t total = ((const int64_t *)self->totals.slots)[id];
	return (int64_t)((int128)self->numerator * (total - 1) %
	    self->denominator);
}

static int
between_decimals(const struct quantile *self, uint32_t id,
    const struct column *low, const struct column *high, uint32_t row,
    struct column_builder *result, struct error *err)
{
	const int128 *a = low->values, *b = high->values;
	int128 step, sum, value;
	if (int128_sub(b[row], a[row], &step) != 0 ||
	    int128_mul(step, part(self, id), &step) != 0 ||
	    int128_mul(a[row], self->denominator, &sum) != 0 ||
	    int128_add(sum, step, &sum) != 0 ||
	    decimal_div_128(sum, self->denominator,
	    RESULT_SCALE - (int)low->type.scale, &value) != 0 ||
	    !decimal_fits_128(value, DECIMAL_MAX_PRECISION))
		return error_data(err, "the quantile is no decimal(38,%d)",
		    RESULT_SCALE);
	column_builder_append_value(result, &value);
	return 0;
}

/* Integers and narrow decimals as decimals of 16 bytes. */
static void
widen(const struct column *column, uint32_t rows,
    struct column_builder *wide)
{
	const void *values = column->values;
	for (uint32_t i = 0; i < rows; i++) {
		int128 value = 0;
		switch ((enum type_id)column->type.id) {
		case TYPE_I8: value = ((const int8_t *)values)[i]; break;
		case TYPE_I16: value = ((const int16_t *)values)[i]; break;
		case TYPE_I32: value = ((const int32_t *)values)[i]; break;
		case TYPE_I64: value = ((const int64_t *)values)[i]; break;
		case TYPE_U8: value = ((const uint8_t *)values)[i]; break;
		case TYPE_U16: value = ((const uint16_t *)values)[i]; break;
		case TYPE_U32: value = ((const uint32_t *)values)[i]; break;
		case TYPE_U64: value = ((const uint64_t *)values)[i]; break;
		default:
			value = type_width(column->type) == 16 ?
			    ((const int128 *)values)[i] :
			    ((const int64_t *)values)[i];
		}
		column_builder_append_value(wide, &value);
	}
}

static int
give_between(const struct quantile *self, const uint32_t *ids,
    const struct column *low, const struct column *high, uint32_t count,
    struct column_builder *result, struct error *err)
{
	const double *a = low->values, *b = high->values;
	_Bool is_float = result->type.id == TYPE_F64;
	for (uint32_t i = 0; i < count; i++) {
		if (!group_values_has(&self->low, ids[i])) {
			column_builder_append_null(result);
			continue;
		}
		if (!is_float) {
			if (between_decimals(self, ids[i], low, high, i,
			    result, err) != 0)
				return -1;
			continue;
		}
		double share = (double)part(self, ids[i]) /
		    (double)self->denominator;
		double value = share == 0 ? a[i] :
		    a[i] + (b[i] - a[i]) * share;
		column_builder_append_value(result, &value);
	}
	return 0;
}

static int
give_continuous(const struct quantile *self, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct column_builder low, high, wide_low, wide_high;
	struct buffer scratch[2] = {{0}, {0}};
	struct type wide = type_decimal(DECIMAL_MAX_PRECISION,
	    self->low.type.id == TYPE_DECIMAL ? self->low.type.scale : 0);
	column_builder_init(&low, self->low.type);
	column_builder_init(&high, self->low.type);
	column_builder_init(&wide_low, wide);
	column_builder_init(&wide_high, wide);
	int got = group_values_give(&self->low, ids, count, &low, err);
	if (got == 0)
		got = group_values_give(&self->high, ids, count, &high, err);
	struct column a = column_builder_view(&low);
	struct column b = column_builder_view(&high);
	if (result->type.id == TYPE_F64) {
		a.values = numeric_values(&a, count, &scratch[0]);
		b.values = numeric_values(&b, count, &scratch[1]);
	} else {
		widen(&a, count, &wide_low);
		widen(&b, count, &wide_high);
		a = column_builder_view(&wide_low);
		b = column_builder_view(&wide_high);
	}
	if (got == 0)
		got = give_between(self, ids, &a, &b, count, result, err);
	column_builder_release(&low);
	column_builder_release(&high);
	column_builder_release(&wide_low);
	column_builder_release(&wide_high);
	buffer_release(&scratch[0]);
	buffer_release(&scratch[1]);
	return got;
}

static int
quantile_give(struct aggregate_reducer *reducer, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	const struct quantile *self = (struct quantile *)reducer;
	return self->is_continuous ?
	    give_continuous(self, ids, count, result, err) :
	    group_values_give(&self->low, ids, count, result, err);
}

static void
quantile_keep(struct aggregate_reducer *reducer, uint32_t id)
{
	struct quantile *self = (struct quantile *)reducer;
	group_array_keep(&self->seen, id);
	group_array_keep(&self->totals, id);
	group_values_keep(&self->low, id);
	if (self->is_continuous)
		group_values_keep(&self->high, id);
}

static size_t
quantile_bytes(const struct aggregate_reducer *reducer)
{
	const struct quantile *self = (const struct quantile *)reducer;
	return group_array_bytes(&self->seen) +
	    group_array_bytes(&self->totals) +
	    group_values_bytes(&self->low) + group_values_bytes(&self->high);
}

static void
quantile_clear(struct aggregate_reducer *reducer)
{
	struct quantile *self = (struct quantile *)reducer;
	group_array_release(&self->seen);
	group_array_release(&self->totals);
	group_values_clear(&self->low);
	group_values_clear(&self->high);
}

static void
quantile_free(struct aggregate_reducer *reducer)
{
	quantile_clear(reducer);
	mem_free(reducer);
}

static const struct aggregate_reducer_ops quantile_ops = {
	.grow = quantile_grow, .take = quantile_take,
	.ranks = quantile_ranks, .give = quantile_give,
	.keep = quantile_keep, .clear = quantile_clear,
	.bytes = quantile_bytes, .free = quantile_free
};

/* ---- making them ----------------------------------------------------- */

static struct aggregate_state *
quantile_new(const struct aggregate_spec *spec, _Bool is_continuous,
    struct type value, aggregate_encode *encode, struct error *err)
{
	struct quantile share = {0};
	struct type result = !is_continuous ? value :
	    type_is_float(value) ? type_of(TYPE_F64) :
	    type_decimal(DECIMAL_MAX_PRECISION, RESULT_SCALE);
	if (parse_share(spec, &share, err) != 0)
		return NULL;
	struct quantile *self = mem_zalloc(sizeof(*self));
	*self = share;
	self->reducer.ops = &quantile_ops;
	self->is_continuous = is_continuous;
	group_values_init(&self->low, value);
	group_values_init(&self->high, value);
	const struct aggregate_set_options options = {.value = value,
	    .result = result, .is_weighted = 1, .encode = encode,
	    .reducer = &self->reducer};
	return aggregate_set_new(&options);
}

struct aggregate_state *
aggregate_quantile_cont_new(const struct aggregate_spec *spec,
    struct error *err)
{
	if (aggregate_check_number(spec, err) != 0)
		return NULL;
	return quantile_new(spec, 1, spec->argument, NULL, err);
}

struct aggregate_state *
aggregate_median_new(const struct aggregate_spec *spec, struct error *err)
{
	struct aggregate_spec half = *spec;
	half.parameter = "0.5";
	return aggregate_quantile_cont_new(&half, err);
}

struct aggregate_state *
aggregate_quantile_disc_new(const struct aggregate_spec *spec,
    struct error *err)
{
	if (aggregate_check_scalar(spec, err) != 0)
		return NULL;
	return quantile_new(spec, 0, spec->argument, NULL, err);
}

/* To nearest, of APPROX_BITS bits. */
static double
round_value(double value)
{
	const int dropped = 53 - APPROX_BITS;
	uint64_t bits;
	if (!isfinite(value))
		return value;
	memcpy(&bits, &value, sizeof(bits));
	bits += UINT64_C(1) << (dropped - 1);
	bits &= ~((UINT64_C(1) << dropped) - 1);
	memcpy(&value, &bits, sizeof(bits));
	return value;
}

static const struct column *
encode_rounded(const struct aggregate_rows *rows,
    struct column_builder *scratch)
{
	static _Thread_local struct column view;
	struct buffer numbers = {0};
	const double *from = numeric_values(rows->argument, rows->count,
	    &numbers);
	column_builder_clear(scratch);
	double *to = column_builder_extend(scratch, rows->count);
	for (uint32_t i = 0; i < rows->count; i++)
		to[i] = round_value(from[i]);
	buffer_release(&numbers);
	view = column_builder_view(scratch);
	return &view;
}

struct aggregate_state *
aggregate_approx_quantile_new(const struct aggregate_spec *spec,
    struct error *err)
{
	if (aggregate_check_number(spec, err) != 0)
		return NULL;
	return quantile_new(spec, 0, type_of(TYPE_F64), encode_rounded, err);
}
