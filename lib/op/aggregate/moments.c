#include <math.h>

#include "base/exactsum.h"
#include "op/aggregate/state.h"
#include "op/numeric.h"

/*
 * Variances, covariances, correlation and regression, from exact sums.
 *
 * Values are taken as f64.  The sums of x, y, x*x, y*y and x*y are exact: a
 * product goes in as its rounded value and the rest that an fma gives (Ogita,
 * Rump, Oishi 2005, TwoProductFMA).  n*sum(xx) - sum(x)^2 is then computed in
 * double-doubles, so that neither the order of the rows nor the number of
 * slices changes a bit.
 *
 * As in SQL the first argument of corr, covar_* and regr_* is the dependent
 * variable; rows in which either is null are left out.
 *
 * State: NAME.moments, binary: the count as a little-endian i64, then each
 * sum as base/exactsum.h writes it, behind its length as a little-endian
 * u16; sum(x), sum(xx) or sum(y), sum(yy), sum(x), sum(xx), sum(xy).
 */
enum moments_kind {
	VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP,
	/* of two */
	COVAR_POP, COVAR_SAMP, CORR, REGR_SLOPE, REGR_INTERCEPT, REGR_R2
};

enum { SUM_Y, SUM_YY, SUM_X, SUM_XX, SUM_XY, SUM_COUNT };

#define SINGLE_SUMS 2

/*
 * Behind the sums stand those of the rests of products, so far below these
 * that one pair of doubles seldom holds both; they are united before a sum is
 * looked at.
 */
static const uint8_t products[] = { SUM_YY, SUM_XX, SUM_XY };
#define SINGLE_PRODUCTS 1
#define DOUBLE_PRODUCTS 3
#define MAX_BYTES (8 + SUM_COUNT * (2 + EXACTSUM_MAX_BYTES))

struct moments_state {
	struct aggregate_state state;
	enum moments_kind kind;
	uint32_t sum_count;		/* SINGLE_SUMS or SUM_COUNT */
	uint32_t all_count;		/* with rests */
	struct group_array counts;	/* int64_t */
	struct group_array sums;	/* struct exactsum[all_count] */
	uint64_t big_bytes;		/* behind the sums, about */
	struct buffer y_scratch, x_scratch;
};

static struct exactsum *
sums_of(const struct moments_state *self, uint32_t id)
{
	return (struct exactsum *)self->sums.slots +
	    (int64_t)(int32_t)id * self->all_count;
}

static void
moments_grow(struct aggregate_state *state, uint32_t count)
{
	struct moments_state *self = (struct moments_state *)state;
	group_array_grow(&self->counts, sizeof(int64_t), state->group_count,
	    count);
	group_array_grow(&self->sums,
	    self->all_count * sizeof(struct exactsum), state->group_count,
	    count);
	state->group_count = count;
}

/* ---- rows in --------------------------------------------------------- */

static void
add(struct moments_state *self, struct exactsum *sum, double value)
{
	_Bool was_small = sum->big == NULL;
	exactsum_add(sum, value);
	if (was_small && sum->big != NULL)
		self->big_bytes += EXACTSUM_BIG_BYTES;
}

/* products[i] */
static void
add_product(struct moments_state *self, struct exactsum *sums, unsigned i,
    double a, double b)
{
	double product = a * b;
	add(self, &sums[products[i]], product);
	if (isfinite(product)) {
		double rest = fma(a, b, -product);
		if (rest != 0)
			add(self, &sums[self->sum_count + i], rest);
	}
}

/* Brings the rests home. */
static struct exactsum *
unite(struct moments_state *self, uint32_t id)
{
	struct exactsum *sums = sums_of(self, id);
	for (uint32_t i = self->sum_count; i < self->all_count; i++) {
		struct exactsum *sum = &sums[products[i - self->sum_count]];
		_Bool was_small = sum->big == NULL;
		if (sums[i].big != NULL)
			self->big_bytes -= EXACTSUM_BIG_BYTES;
		exactsum_merge(sum, &sums[i]);
		exactsum_release(&sums[i]);
		if (was_small && sum->big != NULL)
			self->big_bytes += EXACTSUM_BIG_BYTES;
	}
	return sums;
}

static int
moments_update(struct aggregate_state *state,
    const struct aggregate_rows *rows, struct error *err)
{
	struct moments_state *self = (struct moments_state *)state;
	int64_t *counts = self->counts.slots;
	const double *y = numeric_values(rows->argument, rows->count,
	    &self->y_scratch);
	const double *x = rows->second == NULL ? NULL :
	    numeric_values(rows->second, rows->count, &self->x_scratch);
	(void)err;
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t id = rows->ids == NULL ? 0 : rows->ids[i];
		if (id == KEY_TABLE_NONE)
			continue;
		struct exactsum *sums = sums_of(self, id);
		counts[id]++;
		add(self, &sums[SUM_Y], y[i]);
		add_product(self, sums, 0, y[i], y[i]);
		if (x == NULL)
			continue;
		add(self, &sums[SUM_X], x[i]);
		add_product(self, sums, 1, x[i], x[i]);
		add_product(self, sums, 2, x[i], y[i]);
	}
	return 0;
}

/* ---- states ---------------------------------------------------------- */

static int
merge_bytes(struct moments_state *self, uint32_t id, const uint8_t *bytes,
    uint32_t len, struct error *err)
{
	int64_t *counts = self->counts.slots;
	int64_t count;
	uint32_t at = sizeof(count);
	if (len < at)
		return error_data(err, "moments of %u bytes", len);
	memcpy(&count, bytes, sizeof(count));
	for (uint32_t i = 0; i < self->sum_count; i++) {
		struct exactsum other = {0};
		struct exactsum *sum = &sums_of(self, id)[i];
		_Bool was_small = sum->big == NULL;
		uint32_t size = at + 2 > len ? UINT32_MAX :
		    bytes[at] | (uint32_t)bytes[at + 1] << 8;
		if (size > len - at - 2)
			return error_data(err, "moments are cut short");
		if (exactsum_read(&other, bytes + at + 2, size, err) != 0)
			return -1;
		exactsum_merge(sum, &other);
		exactsum_release(&other);
		if (was_small && sum->big != NULL)
			self->big_bytes += EXACTSUM_BIG_BYTES;
		at += 2 + size;
	}
	if (at != len)
		return error_data(err, "moments are too long");
	counts[id] += count;
	return 0;
}

static int
moments_merge(struct aggregate_state *state,
    const struct aggregate_rows *rows, const struct column *const *fields,
    struct error *err)
{
	struct moments_state *self = (struct moments_state *)state;
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t len;
		if (rows->ids[i] == KEY_TABLE_NONE)
			continue;
		const uint8_t *bytes = column_bytes(fields[0], i, &len);
		if (merge_bytes(self, rows->ids[i], bytes, len, err) != 0)
			return -1;
	}
	return 0;
}

static int
moments_give_state(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *const *fields, struct error *err)
{
	struct moments_state *self = (struct moments_state *)state;
	const int64_t *counts = self->counts.slots;
	for (uint32_t i = 0; i < count; i++) {
		const struct exactsum *sums = unite(self, ids[i]);
		uint8_t bytes[MAX_BYTES];
		uint32_t at = sizeof(int64_t);
		memcpy(bytes, &counts[ids[i]], sizeof(int64_t));
		for (uint32_t k = 0; k < self->sum_count; k++) {
			size_t len = exactsum_write(&sums[k],
			    bytes + at + 2);
			bytes[at] = (uint8_t)len;
			bytes[at + 1] = (uint8_t)(len >> 8);
			at += 2 + (uint32_t)len;
		}
		if (column_builder_append_bytes(fields[0], bytes, at) != 0)
			return error_data(err, "too many moments in a batch");
	}
	return 0;
}

/* ---- results --------------------------------------------------------- */

/* An unevaluated sum: hi is the rounded value. */
struct pair {
	double hi, lo;
};

static struct pair
pair_of(const struct exactsum *sum)
{
	struct exactsum rest = {0};
	struct pair pair = {.hi = exactsum_value(sum)};
	if (!isfinite(pair.hi))
		return pair;
	exactsum_merge(&rest, sum);
	exactsum_add(&rest, -pair.hi);
	pair.lo = exactsum_value(&rest);
	exactsum_release(&rest);
	return pair;
}

/* Dekker 1971, with fma. */
static struct pair
pair_mul(struct pair a, struct pair b)
{
	double hi = a.hi * b.hi;
	double lo = fma(a.hi, b.hi, -hi) + (a.hi * b.lo + a.lo * b.hi);
	struct pair product = {.hi = hi + lo};
	product.lo = lo - (product.hi - hi);
	return product;
}

/*
 * a - b, rounded; 0 where that is less than what rounding a and b may have
 * left of equal ones: the variance of equal values is 0.
 */
static double
pair_difference(struct pair a, struct pair b)
{
	const double noise = 0x1p-98;
	double hi = a.hi - b.hi;
	double part = hi - a.hi;
	double rest = (a.hi - (hi - part)) + (-b.hi - part);
	double difference = hi + (rest + (a.lo - b.lo));
	return fabs(difference) <= noise * fabs(a.hi) ? 0 : difference;
}

/* n * sum(ab) - sum(a) * sum(b): n^2 times the covariance */
static double
spread(double n, const struct exactsum *ab, const struct exactsum *a,
    const struct exactsum *b)
{
	return pair_difference(pair_mul((struct pair){.hi = n}, pair_of(ab)),
	    pair_mul(pair_of(a), pair_of(b)));
}

static double
variance(double n, const struct exactsum *sums, unsigned x, unsigned xx)
{
	double result = spread(n, &sums[xx], &sums[x], &sums[x]);
	/* rounding must not make it negative */
	return result < 0 ? 0 : result;
}

static double
single_result(enum moments_kind kind, double n, const struct exactsum *sums)
{
	_Bool is_sample = kind == VAR_SAMP || kind == STDDEV_SAMP;
	double result = variance(n, sums, SUM_Y, SUM_YY) / n /
	    (is_sample ? n - 1 : n);
	return kind == STDDEV_POP || kind == STDDEV_SAMP ? sqrt(result) :
	    result;
}

/* False: null. */
static _Bool
double_result(enum moments_kind kind, double n, const struct exactsum *sums,
    double *result)
{
	double xy = spread(n, &sums[SUM_XY], &sums[SUM_X], &sums[SUM_Y]);
	double x = variance(n, sums, SUM_X, SUM_XX);
	double y = variance(n, sums, SUM_Y, SUM_YY);
	switch (kind) {
	case COVAR_POP:
		*result = xy / n / n;
		return 1;
	case COVAR_SAMP:
		*result = xy / n / (n - 1);
		return 1;
	case CORR:
		*result = xy / (sqrt(x) * sqrt(y));
		return x != 0 && y != 0;
	case REGR_SLOPE:
		*result = xy / x;
		return x != 0;
	case REGR_INTERCEPT:
		*result = (exactsum_value(&sums[SUM_Y]) -
		    xy / x * exactsum_value(&sums[SUM_X])) / n;
		return x != 0;
	default:	/* REGR_R2 */
		*result = y == 0 ? 1 : xy / x * (xy / y);
		return x != 0;
	}
}

static int
moments_give(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct moments_state *self = (struct moments_state *)state;
	const int64_t *counts = self->counts.slots;
	_Bool is_sample = self->kind == VAR_SAMP ||
	    self->kind == STDDEV_SAMP || self->kind == COVAR_SAMP;
	(void)err;
	for (uint32_t i = 0; i < count; i++) {
		const struct exactsum *sums = unite(self, ids[i]);
		int64_t n = counts[ids[i]];
		double value = 0;
		_Bool has_value = n > is_sample;
		if (has_value && self->sum_count == SINGLE_SUMS)
			value = single_result(self->kind, (double)n, sums);
		else if (has_value)
			has_value = double_result(self->kind, (double)n, sums,
			    &value);
		if (has_value)
			column_builder_append_value(result, &value);
		else
			column_builder_append_null(result);
	}
	return 0;
}

/* ---- the rest -------------------------------------------------------- */

/* Frees what stands behind the sums but those of `id`. */
static void
release_sums(struct moments_state *self, uint32_t but)
{
	if (self->sums.memory == NULL)
		return;
	for (uint32_t id = 0; id < self->state.group_count; id++)
		for (uint32_t k = 0; k < self->all_count && id != but; k++)
			exactsum_release(&sums_of(self, id)[k]);
	self->big_bytes = 0;
}

static int
moments_keep(struct aggregate_state *state, uint32_t id, struct error *err)
{
	struct moments_state *self = (struct moments_state *)state;
	(void)err;
	release_sums(self, id);
	group_array_keep(&self->counts, id);
	group_array_keep(&self->sums, id);
	state->group_count = 1;
	return 0;
}

static size_t
moments_bytes(const struct aggregate_state *state)
{
	const struct moments_state *self =
	    (const struct moments_state *)state;
	return group_array_bytes(&self->counts) +
	    group_array_bytes(&self->sums) + self->big_bytes;
}

static void
moments_clear(struct aggregate_state *state)
{
	struct moments_state *self = (struct moments_state *)state;
	release_sums(self, KEY_TABLE_NONE);
	group_array_release(&self->counts);
	group_array_release(&self->sums);
	state->group_count = 0;
}

static void
moments_free(struct aggregate_state *state)
{
	struct moments_state *self = (struct moments_state *)state;
	moments_clear(state);
	buffer_release(&self->y_scratch);
	buffer_release(&self->x_scratch);
	mem_free(self);
}

static const struct aggregate_ops moments_ops = {
	.skips_nulls = 1, .grow = moments_grow, .update = moments_update,
	.merge = moments_merge, .give_state = moments_give_state,
	.give = moments_give, .keep = moments_keep, .clear = moments_clear,
	.bytes = moments_bytes, .free = moments_free
};

static struct aggregate_state *
moments_new(const struct aggregate_spec *spec, enum moments_kind kind,
    struct error *err)
{
	struct aggregate_spec second = *spec;
	second.argument = spec->second;
	if (aggregate_check_number(spec, err) != 0 ||
	    (kind >= COVAR_POP && aggregate_check_number(&second, err) != 0))
		return NULL;
	struct moments_state *self = mem_zalloc(sizeof(*self));
	self->kind = kind;
	self->sum_count = kind >= COVAR_POP ? SUM_COUNT : SINGLE_SUMS;
	self->all_count = self->sum_count + (kind >= COVAR_POP ?
	    DOUBLE_PRODUCTS : SINGLE_PRODUCTS);
	self->state = (struct aggregate_state){.ops = &moments_ops,
	    .type = type_of(TYPE_F64), .is_nullable = 1, .field_count = 1,
	    .fields = {{"moments", type_of(TYPE_BINARY)}}};
	return &self->state;
}

#define NEW(name, kind) \
struct aggregate_state * \
aggregate_##name##_new(const struct aggregate_spec *spec, struct error *err) \
{ \
	return moments_new(spec, kind, err); \
}
NEW(var_pop, VAR_POP)
NEW(var_samp, VAR_SAMP)
NEW(stddev_pop, STDDEV_POP)
NEW(stddev_samp, STDDEV_SAMP)
NEW(covar_pop, COVAR_POP)
NEW(covar_samp, COVAR_SAMP)
NEW(corr, CORR)
NEW(regr_slope, REGR_SLOPE)
NEW(regr_intercept, REGR_INTERCEPT)
NEW(regr_r2, REGR_R2)
