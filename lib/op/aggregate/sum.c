#include "op/aggregate/state.h"

#include "base/decimal.h"
#include "base/exactsum.h"
#include "batch/integers.h"

/*
 * sum and avg, exact.
 *
 *	argument	sum			avg
 *	integer		decimal(38,0)		decimal(38,6)
 *	decimal(p,s)	decimal(38,s)		decimal(38,6)
 *	f32, f64	f64, rounded once	f64, the rounded sum / count
 *
 * Averages of numbers that are not floats are rounded half away from zero.
 * A group without values has no sum: null.
 *
 * State: NAME.sum, decimal(38,s) or the binary form of base/exactsum.h, and
 * NAME.count, i64, the values that went in.
 */
#define AVERAGE_SCALE 6

/* Rows looked at ahead, to have their slots in the cache. */
#define AHEAD 16

enum sum_kind {
	SUM_NUMBER,		/* integers and decimals of up to 8 bytes */
	SUM_WIDE,		/* decimals of 16 bytes */
	SUM_FLOAT
};

struct sum_slot {
	uint64_t low;
	int64_t high;
	int64_t count;
};

struct float_slot {
	struct exactsum sum;
	int64_t count;
};

struct sum_state {
	struct aggregate_state state;
	enum sum_kind kind;
	enum type_id number;		/* of SUM_NUMBER, and f32 or f64 */
	uint32_t scale;
	_Bool is_average;
	struct group_array slots;	/* sum_slot or float_slot */
	uint64_t big_bytes;		/* behind float slots, about */
};

#define INTEGERS_BODY "op/aggregate/sum_body.h"
#include "batch/integers_body.h"

static int128
slot_sum(const struct sum_slot *slot)
{
	return int128_from_halves(slot->high, slot->low);
}

static int
slot_add(struct sum_slot *slot, int128 value, struct error *err)
{
	int128 sum;

	if (int128_add(slot_sum(slot), value, &sum) != 0)
		return error_data(err, "the sum has more than 38 digits");
	slot->high = int128_high(sum);
	slot->low = int128_low(sum);
	return 0;
}

static void
sum_grow(struct aggregate_state *state, uint32_t count)
{
	struct sum_state *self = (struct sum_state *)state;

	group_array_grow(&self->slots, self->kind == SUM_FLOAT ?
	    sizeof(struct float_slot) : sizeof(struct sum_slot),
	    state->group_count, count);
	state->group_count = count;
}

static int
update_numbers(struct sum_state *self, const struct aggregate_rows *rows,
    struct error *err)
{
	struct sum_slot *slots = self->slots.slots;
	const void *values = rows->argument->values;
	int128 total = 0;

	if (rows->ids != NULL) {
		switch (self->number) {
#define X(ID, name, c_type) \
		case TYPE_##ID: \
			add_##name(slots, rows->ids, values, rows->count); \
			break;
		INTEGERS(X)
#undef X
		default:
			break;
		}
		return 0;
	}
	switch (self->number) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		total = total_##name(values, rows->count); \
		break;
	INTEGERS(X)
#undef X
	default:
		break;
	}
	slots[0].count += rows->count;
	return slot_add(&slots[0], total, err);
}

static int
update_wide(struct sum_state *self, const struct aggregate_rows *rows,
    struct error *err)
{
	struct sum_slot *slots = self->slots.slots;
	const int128 *values = rows->argument->values;

	for (uint32_t i = 0; i < rows->count; i++) {
		int32_t id = rows->ids == NULL ? 0 : (int32_t)rows->ids[i];

		if (id < 0)
			continue;
		slots[id].count++;
		if (slot_add(&slots[id], values[i], err) != 0)
			return -1;
	}
	return 0;
}

/* Adds, and keeps account of the memory behind the sum. */
static inline void
float_add(struct sum_state *self, struct float_slot *slot, double value)
{
	_Bool was_small = slot->sum.big == NULL;

	exactsum_add(&slot->sum, value);
	slot->count++;
	if (was_small && slot->sum.big != NULL)
		self->big_bytes += EXACTSUM_BIG_BYTES;
}

static void
update_floats(struct sum_state *self, const struct aggregate_rows *rows)
{
	struct float_slot *slots = self->slots.slots;
	const float *singles = rows->argument->values;
	const double *doubles = rows->argument->values;
	_Bool is_single = self->number == TYPE_F32;

	if (rows->ids == NULL && !is_single) {
		exactsum_add_array(&slots[0].sum, doubles, rows->count);
		slots[0].count += rows->count;
		return;
	}
	for (uint32_t i = 0; i < rows->count; i++) {
		int32_t id = rows->ids == NULL ? 0 : (int32_t)rows->ids[i];

		if (rows->ids != NULL && i + AHEAD < rows->count)
			__builtin_prefetch(
			    &slots[(int32_t)rows->ids[i + AHEAD]], 1);
		if (id >= 0)
			float_add(self, &slots[id],
			    is_single ? (double)singles[i] : doubles[i]);
	}
}

static int
sum_update(struct aggregate_state *state, const struct aggregate_rows *rows,
    struct error *err)
{
	struct sum_state *self = (struct sum_state *)state;

	if (self->kind == SUM_NUMBER)
		return update_numbers(self, rows, err);
	if (self->kind == SUM_WIDE)
		return update_wide(self, rows, err);
	update_floats(self, rows);
	return 0;
}

static int
merge_floats(struct sum_state *self, const struct aggregate_rows *rows,
    const struct column *const *fields, struct error *err)
{
	struct float_slot *slots = self->slots.slots;
	const int64_t *counts = fields[1]->values;

	for (uint32_t i = 0; i < rows->count; i++) {
		struct exactsum other = { 0 };
		const uint8_t *bytes;
		uint32_t len;
		int32_t id = (int32_t)rows->ids[i];
		_Bool was_small;

		if (id < 0)
			continue;
		bytes = column_bytes(fields[0], i, &len);
		if (exactsum_read(&other, bytes, len, err) != 0)
			return -1;
		was_small = slots[id].sum.big == NULL;
		exactsum_merge(&slots[id].sum, &other);
		exactsum_release(&other);
		slots[id].count += counts[i];
		if (was_small && slots[id].sum.big != NULL)
			self->big_bytes += EXACTSUM_BIG_BYTES;
	}
	return 0;
}

static int
sum_merge(struct aggregate_state *state, const struct aggregate_rows *rows,
    const struct column *const *fields, struct error *err)
{
	struct sum_state *self = (struct sum_state *)state;
	struct sum_slot *slots = self->slots.slots;
	const int128 *sums = fields[0]->values;
	const int64_t *counts = fields[1]->values;

	if (self->kind == SUM_FLOAT)
		return merge_floats(self, rows, fields, err);
	for (uint32_t i = 0; i < rows->count; i++) {
		int32_t id = (int32_t)rows->ids[i];

		if (id < 0)
			continue;
		slots[id].count += counts[i];
		if (slot_add(&slots[id], sums[i], err) != 0)
			return -1;
	}
	return 0;
}

static int
give_decimal(struct column_builder *builder, int128 value, struct error *err)
{
	if (!decimal_fits_128(value, DECIMAL_MAX_PRECISION))
		return error_data(err, "the sum has more than 38 digits");
	column_builder_append_value(builder, &value);
	return 0;
}

static int
sum_give_state(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *const *fields, struct error *err)
{
	struct sum_state *self = (struct sum_state *)state;
	const struct sum_slot *slots = self->slots.slots;
	const struct float_slot *floats = self->slots.slots;

	for (uint32_t i = 0; i < count; i++) {
		uint8_t bytes[EXACTSUM_MAX_BYTES];
		size_t len;

		group_array_prefetch(&self->slots, ids, i, count);
		if (self->kind != SUM_FLOAT) {
			if (give_decimal(fields[0], slot_sum(&slots[ids[i]]),
			    err) != 0)
				return -1;
			column_builder_append_value(fields[1],
			    &slots[ids[i]].count);
			continue;
		}
		len = exactsum_write(&floats[ids[i]].sum, bytes);
		if (column_builder_append_bytes(fields[0], bytes,
		    (uint32_t)len) != 0)
			return error_data(err, "too many sums in one batch");
		column_builder_append_value(fields[1],
		    &floats[ids[i]].count);
	}
	return 0;
}

static int
give_average(const struct sum_state *self, const struct sum_slot *slot,
    struct column_builder *result, struct error *err)
{
	int128 average;

	if (decimal_div_128(slot_sum(slot), slot->count,
	    AVERAGE_SCALE - (int)self->scale, &average) != 0 ||
	    !decimal_fits_128(average, DECIMAL_MAX_PRECISION))
		return error_data(err, "the average is no decimal(38,%d)",
		    AVERAGE_SCALE);
	column_builder_append_value(result, &average);
	return 0;
}

static int
sum_give(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct sum_state *self = (struct sum_state *)state;
	const struct sum_slot *slots = self->slots.slots;
	const struct float_slot *floats = self->slots.slots;

	for (uint32_t i = 0; i < count; i++) {
		_Bool is_float = self->kind == SUM_FLOAT;
		int64_t values = is_float ? floats[ids[i]].count :
		    slots[ids[i]].count;
		int got = 0;

		group_array_prefetch(&self->slots, ids, i, count);
		if (values == 0) {
			column_builder_append_null(result);
		} else if (is_float) {
			double sum = exactsum_value(&floats[ids[i]].sum);
			if (self->is_average)
				sum /= (double)values;
			column_builder_append_value(result, &sum);
		} else if (self->is_average) {
			got = give_average(self, &slots[ids[i]], result, err);
		} else {
			got = give_decimal(result, slot_sum(&slots[ids[i]]),
			    err);
		}
		if (got != 0)
			return -1;
	}
	return 0;
}

/* Frees what stands behind float sums but that of `id`. */
static void
release_floats(struct sum_state *self, uint32_t but)
{
	struct float_slot *slots = self->slots.slots;

	if (self->kind != SUM_FLOAT || self->slots.memory == NULL)
		return;
	for (uint32_t id = 0; id < self->state.group_count; id++) {
		if (id != but)
			exactsum_release(&slots[id].sum);
	}
	exactsum_release(&slots[-1].sum);
	self->big_bytes = 0;
}

static int
sum_keep(struct aggregate_state *state, uint32_t id, struct error *err)
{
	struct sum_state *self = (struct sum_state *)state;

	release_floats(self, id);
	group_array_keep(&self->slots, id);
	state->group_count = 1;
	(void)err;
	return 0;
}

static size_t
sum_bytes(const struct aggregate_state *state)
{
	const struct sum_state *self = (const struct sum_state *)state;

	return group_array_bytes(&self->slots) + self->big_bytes;
}

static void
sum_clear(struct aggregate_state *state)
{
	struct sum_state *self = (struct sum_state *)state;

	release_floats(self, KEY_TABLE_NONE);
	group_array_release(&self->slots);
	state->group_count = 0;
}

static void
sum_free(struct aggregate_state *state)
{
	sum_clear(state);
	mem_free(state);
}

static const struct aggregate_ops sum_ops = {
	.skips_nulls = 1,
	.rolls_up = 1,
	.grow = sum_grow,
	.update = sum_update,
	.merge = sum_merge,
	.give_state = sum_give_state,
	.give = sum_give,
	.keep = sum_keep,
	.clear = sum_clear,
	.bytes = sum_bytes,
	.free = sum_free
};

static struct aggregate_state *
sum_new(const struct aggregate_spec *spec, _Bool is_average, struct error *err)
{
	struct sum_state *self;
	struct type argument = spec->argument;
	struct type sum = type_decimal(DECIMAL_MAX_PRECISION,
	    argument.id == TYPE_DECIMAL ? argument.scale : 0);

	if (aggregate_check_number(spec, err) != 0)
		return NULL;
	self = mem_zalloc(sizeof(*self));
	self->state.ops = &sum_ops;
	self->is_average = is_average;
	self->scale = sum.scale;
	self->number = argument.id == TYPE_DECIMAL ?
	    TYPE_I64 : (enum type_id)argument.id;
	self->kind = type_is_float(argument) ? SUM_FLOAT :
	    type_width(argument) == 16 ? SUM_WIDE : SUM_NUMBER;
	self->state.type = self->kind == SUM_FLOAT ? type_of(TYPE_F64) :
	    is_average ? type_decimal(DECIMAL_MAX_PRECISION, AVERAGE_SCALE) :
	    sum;
	self->state.is_nullable = 1;
	self->state.field_count = 2;
	self->state.fields[0] = (struct aggregate_field){
		"sum", self->kind == SUM_FLOAT ? type_of(TYPE_BINARY) : sum
	};
	self->state.fields[1] = (struct aggregate_field){
		"count", type_of(TYPE_I64)
	};
	return &self->state;
}

struct aggregate_state *
aggregate_sum_new(const struct aggregate_spec *spec, struct error *err)
{
	return sum_new(spec, 0, err);
}

struct aggregate_state *
aggregate_average_new(const struct aggregate_spec *spec, struct error *err)
{
	return sum_new(spec, 1, err);
}
