#include "op/aggregate/state.h"

#include "base/int128.h"
#include "batch/integers.h"
#include "batch/order.h"
#include "op/ordered.h"

/*
 * min and max, of any type, in the order of column_compare: nan is the
 * greatest float, -0.0 is 0.0, strings go by their bytes.
 *
 * State: NAME.min or NAME.max, of the argument's type; null for none.
 */
struct extreme_state {
	struct aggregate_state state;
	enum type_id number;		/* op/ordered.h; TYPE_NULL: strings */
	size_t width;			/* of such a number */
	_Bool is_max;
	struct group_array best;	/* numbers */
	struct group_array is_set;	/* uint8_t */
	struct group_strings strings;
	struct buffer scratch;
};

#define INTEGERS_BODY "op/aggregate/extreme_body.h"
#include "batch/integers_body.h"
#define NUMBER int128
#define NAME(x) x##_i128
#include "op/aggregate/extreme_body.h"

#define NUMBERS(X) INTEGERS(X) X(DECIMAL, i128, int128)

static void
extreme_grow(struct aggregate_state *state, uint32_t count)
{
	struct extreme_state *self = (struct extreme_state *)state;

	group_array_grow(&self->is_set, 1, state->group_count, count);
	if (self->number == TYPE_NULL)
		group_strings_grow(&self->strings, count);
	else
		group_array_grow(&self->best, self->width,
		    state->group_count, count);
	state->group_count = count;
}

static void
update_strings(struct extreme_state *self, const struct aggregate_rows *rows)
{
	uint8_t *is_set = self->is_set.slots;

	for (uint32_t i = 0; i < rows->count; i++) {
		int32_t id = rows->ids == NULL ? 0 : (int32_t)rows->ids[i];
		const uint8_t *bytes, *best;
		uint32_t len, best_len;
		int order;

		if (id < 0)
			continue;
		bytes = column_bytes(rows->argument, i, &len);
		best = group_strings_get(&self->strings, (uint32_t)id,
		    &best_len);
		order = bytes_compare(bytes, len, best, best_len);
		if (is_set[id] && (self->is_max ? order <= 0 : order >= 0))
			continue;
		group_strings_set(&self->strings, (uint32_t)id, bytes, len);
		is_set[id] = 1;
	}
}

static void
update_grouped(struct extreme_state *self, const uint32_t *ids,
    const void *values, uint32_t count)
{
	switch (self->number) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		if (self->is_max) \
			greatest_##name(self->best.slots, \
			    self->is_set.slots, ids, values, count); \
		else \
			least_##name(self->best.slots, self->is_set.slots, \
			    ids, values, count); \
		break;
	NUMBERS(X)
#undef X
	default:
		break;
	}
}

/* The extreme row of the batch first, which is then an update of one. */
static const void *
best_of_all(const struct extreme_state *self, const void *values,
    uint32_t count)
{
	uint32_t row = 0;

	switch (self->number) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		row = extreme_##name(values, count, self->is_max); \
		break;
	NUMBERS(X)
#undef X
	default:
		break;
	}
	return (const uint8_t *)values + row * self->width;
}

static int
extreme_update(struct aggregate_state *state,
    const struct aggregate_rows *rows, struct error *err)
{
	struct extreme_state *self = (struct extreme_state *)state;
	const void *values;

	(void)err;
	if (rows->count == 0)
		return 0;
	if (self->number == TYPE_NULL) {
		update_strings(self, rows);
		return 0;
	}
	values = ordered_values(rows->argument, rows->count, &self->scratch);
	if (rows->ids == NULL)
		update_grouped(self, NULL,
		    best_of_all(self, values, rows->count), 1);
	else
		update_grouped(self, rows->ids, values, rows->count);
	return 0;
}

static int
extreme_merge(struct aggregate_state *state,
    const struct aggregate_rows *rows, const struct column *const *fields,
    struct error *err)
{
	struct aggregate_rows values = *rows;

	values.argument = fields[0];
	return extreme_update(state, &values, err);
}

/* One number as a value of the column's type. */
static void
give_number(const struct extreme_state *self, uint32_t id,
    struct column_builder *result)
{
	const uint8_t *slot = (const uint8_t *)self->best.slots +
	    id * self->width;
	struct type type = self->state.type;

	if (type.id == TYPE_BOOL) {
		column_builder_append_bool(result, *slot != 0);
	} else if (type.id == TYPE_F32) {
		uint32_t bits;
		memcpy(&bits, slot, sizeof(bits));
		bits = (uint32_t)ordered_float_bits(type, bits);
		column_builder_append_value(result, &bits);
	} else if (type.id == TYPE_F64) {
		uint64_t bits;
		memcpy(&bits, slot, sizeof(bits));
		bits = ordered_float_bits(type, bits);
		column_builder_append_value(result, &bits);
	} else {
		column_builder_append_value(result, slot);
	}
}

static int
extreme_give(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct extreme_state *self = (struct extreme_state *)state;
	const uint8_t *is_set = self->is_set.slots;

	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *bytes;
		uint32_t len;

		group_array_prefetch(&self->is_set, ids, i, count);
		if (self->number != TYPE_NULL)
			group_array_prefetch(&self->best, ids, i, count);
		if (!is_set[ids[i]]) {
			column_builder_append_null(result);
			continue;
		}
		if (self->number != TYPE_NULL) {
			give_number(self, ids[i], result);
			continue;
		}
		bytes = group_strings_get(&self->strings, ids[i], &len);
		if (column_builder_append_bytes(result, bytes, len) != 0)
			return error_data(err,
			    "strings of more than 2 GiB in one batch");
	}
	return 0;
}

static int
extreme_give_state(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *const *fields, struct error *err)
{
	return extreme_give(state, ids, count, fields[0], err);
}

static int
extreme_keep(struct aggregate_state *state, uint32_t id, struct error *err)
{
	struct extreme_state *self = (struct extreme_state *)state;

	group_array_keep(&self->is_set, id);
	if (self->number == TYPE_NULL)
		group_strings_keep(&self->strings, id);
	else
		group_array_keep(&self->best, id);
	state->group_count = 1;
	(void)err;
	return 0;
}

static size_t
extreme_bytes(const struct aggregate_state *state)
{
	const struct extreme_state *self =
	    (const struct extreme_state *)state;

	return group_array_bytes(&self->is_set) +
	    group_array_bytes(&self->best) +
	    group_strings_bytes(&self->strings);
}

static void
extreme_clear(struct aggregate_state *state)
{
	struct extreme_state *self = (struct extreme_state *)state;

	group_array_release(&self->is_set);
	group_array_release(&self->best);
	group_strings_release(&self->strings);
	state->group_count = 0;
}

static void
extreme_free(struct aggregate_state *state)
{
	extreme_clear(state);
	buffer_release(&((struct extreme_state *)state)->scratch);
	mem_free(state);
}

static const struct aggregate_ops extreme_ops = {
	.skips_nulls = 1,
	.rolls_up = 1,
	.grow = extreme_grow,
	.update = extreme_update,
	.merge = extreme_merge,
	.give_state = extreme_give_state,
	.give = extreme_give,
	.keep = extreme_keep,
	.clear = extreme_clear,
	.bytes = extreme_bytes,
	.free = extreme_free
};

static struct aggregate_state *
extreme_new(const struct aggregate_spec *spec, _Bool is_max, struct error *err)
{
	struct extreme_state *self;
	struct type argument = spec->argument;

	if (aggregate_check_scalar(spec, err) != 0)
		return NULL;
	self = mem_zalloc(sizeof(*self));
	self->state.ops = &extreme_ops;
	self->is_max = is_max;
	self->number = ordered_number(argument);
	self->width = self->number == TYPE_DECIMAL ? sizeof(int128) :
	    type_width(type_of(self->number));
	self->state.type = argument;
	self->state.is_nullable = 1;
	self->state.field_count = 1;
	self->state.fields[0] = (struct aggregate_field){
		is_max ? "max" : "min", argument
	};
	return &self->state;
}

struct aggregate_state *
aggregate_min_new(const struct aggregate_spec *spec, struct error *err)
{
	return extreme_new(spec, 0, err);
}

struct aggregate_state *
aggregate_max_new(const struct aggregate_spec *spec, struct error *err)
{
	return extreme_new(spec, 1, err);
}

/* bool_and is the least bool, bool_or the greatest. */
static struct aggregate_state *
bool_new(const struct aggregate_spec *spec, _Bool is_max, struct error *err)
{
	char text[TYPE_TEXT_BYTES];

	if (spec->argument.id != TYPE_BOOL) {
		error_usage(err, "%s of a %s", spec->name,
		    type_format(spec->argument, text));
		return NULL;
	}
	return extreme_new(spec, is_max, err);
}

struct aggregate_state *
aggregate_bool_and_new(const struct aggregate_spec *spec, struct error *err)
{
	return bool_new(spec, 0, err);
}

struct aggregate_state *
aggregate_bool_or_new(const struct aggregate_spec *spec, struct error *err)
{
	return bool_new(spec, 1, err);
}
