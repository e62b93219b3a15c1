#include "op/group_values.h"

/*
 * arg_min(x, by) and arg_max(x, by): x of the row in which `by` is least or
 * greatest, of several the first in the order of the input.  Rows in which
 * either is null are left out.
 *
 * State: NAME.value, NAME.by, and NAME.block and NAME.row, u64, where the
 * row stood.
 */
struct arg_state {
	struct aggregate_state state;
	_Bool is_max;
	struct group_values value, by;
	struct group_array places;	/* struct aggregate_place */
};

static void
arg_grow(struct aggregate_state *state, uint32_t count)
{
	struct arg_state *self = (struct arg_state *)state;
	group_values_grow(&self->value, state->group_count, count);
	group_values_grow(&self->by, state->group_count, count);
	group_array_grow(&self->places, sizeof(struct aggregate_place),
	    state->group_count, count);
	state->group_count = count;
}

static void
take(struct arg_state *self, uint32_t id, const struct column *value,
    const struct column *by, uint32_t row, struct aggregate_place place)
{
	struct aggregate_place *places = self->places.slots;
	if (group_values_has(&self->by, id)) {
		int order = group_values_compare(&self->by, id, by, row);
		order = self->is_max ? -order : order;
		if (order < 0 || (order == 0 &&
		    !aggregate_place_is_before(place, places[id])))
			return;
	}
	places[id] = place;
	group_values_set(&self->value, id, value, row);
	group_values_set(&self->by, id, by, row);
}

static int
arg_update(struct aggregate_state *state, const struct aggregate_rows *rows,
    struct error *err)
{
	struct arg_state *self = (struct arg_state *)state;
	(void)err;
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t id = rows->ids == NULL ? 0 : rows->ids[i];
		if (id != KEY_TABLE_NONE)
			take(self, id, rows->argument, rows->second, i,
			    (struct aggregate_place){rows->block,
			    rows->row + i});
	}
	return 0;
}

static int
arg_merge(struct aggregate_state *state, const struct aggregate_rows *rows,
    const struct column *const *fields, struct error *err)
{
	struct arg_state *self = (struct arg_state *)state;
	const uint64_t *blocks = fields[2]->values;
	const uint64_t *numbers = fields[3]->values;
	(void)err;
	for (uint32_t i = 0; i < rows->count; i++)
		if (rows->ids[i] != KEY_TABLE_NONE)
			take(self, rows->ids[i], fields[0], fields[1], i,
			    (struct aggregate_place){blocks[i], numbers[i]});
	return 0;
}

static int
arg_give(struct aggregate_state *state, const uint32_t *ids, uint32_t count,
    struct column_builder *result, struct error *err)
{
	return group_values_give(&((struct arg_state *)state)->value, ids,
	    count, result, err);
}

static int
arg_give_state(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *const *fields, struct error *err)
{
	struct arg_state *self = (struct arg_state *)state;
	const struct aggregate_place *places = self->places.slots;
	for (uint32_t i = 0; i < count; i++) {
		if (!group_values_has(&self->by, ids[i])) {
			column_builder_append_null(fields[2]);
			column_builder_append_null(fields[3]);
			continue;
		}
		column_builder_append_value(fields[2], &places[ids[i]].block);
		column_builder_append_value(fields[3], &places[ids[i]].row);
	}
	if (group_values_give(&self->by, ids, count, fields[1], err) != 0)
		return -1;
	return arg_give(state, ids, count, fields[0], err);
}

static int
arg_keep(struct aggregate_state *state, uint32_t id, struct error *err)
{
	struct arg_state *self = (struct arg_state *)state;
	(void)err;
	group_values_keep(&self->value, id);
	group_values_keep(&self->by, id);
	group_array_keep(&self->places, id);
	state->group_count = 1;
	return 0;
}

static size_t
arg_bytes(const struct aggregate_state *state)
{
	const struct arg_state *self = (const struct arg_state *)state;
	return group_values_bytes(&self->value) +
	    group_values_bytes(&self->by) + group_array_bytes(&self->places);
}

static void
arg_clear(struct aggregate_state *state)
{
	struct arg_state *self = (struct arg_state *)state;
	group_values_clear(&self->value);
	group_values_clear(&self->by);
	group_array_release(&self->places);
	state->group_count = 0;
}

static void
arg_free(struct aggregate_state *state)
{
	arg_clear(state);
	mem_free(state);
}

static const struct aggregate_ops arg_ops = {
	.skips_nulls = 1, .grow = arg_grow, .update = arg_update,
	.merge = arg_merge, .give_state = arg_give_state, .give = arg_give,
	.keep = arg_keep, .clear = arg_clear, .bytes = arg_bytes,
	.free = arg_free
};

static struct aggregate_state *
arg_new(const struct aggregate_spec *spec, _Bool is_max, struct error *err)
{
	struct aggregate_spec by = *spec;
	by.argument = spec->second;
	if (aggregate_check_scalar(spec, err) != 0 ||
	    aggregate_check_scalar(&by, err) != 0)
		return NULL;
	struct arg_state *self = mem_zalloc(sizeof(*self));
	self->is_max = is_max;
	group_values_init(&self->value, spec->argument);
	group_values_init(&self->by, spec->second);
	self->state = (struct aggregate_state){.ops = &arg_ops,
	    .type = spec->argument, .is_nullable = 1, .field_count = 4,
	    .fields = {{"value", spec->argument}, {"by", spec->second},
	    {"block", type_of(TYPE_U64)}, {"row", type_of(TYPE_U64)}}};
	return &self->state;
}

struct aggregate_state *
aggregate_arg_min_new(const struct aggregate_spec *spec, struct error *err)
{
	return arg_new(spec, 0, err);
}

struct aggregate_state *
aggregate_arg_max_new(const struct aggregate_spec *spec, struct error *err)
{
	return arg_new(spec, 1, err);
}
