#include "op/group_values.h"

/*
 * first, last: the value, null or not, of the first or last row of a group, in
 * the order of the input; any_value: the first value that is not null.
 *
 * State: NAME.first or NAME.last, the value; NAME.block and NAME.row, u64,
 * where it stood: the block of the input (0 if it has none) and the row in
 * it.  Merging keeps the least or greatest place, so that slices may come in
 * any order.
 */
struct pick_state {
	struct aggregate_state state;
	_Bool is_last;
	struct group_values values;
	struct group_array places;	/* struct aggregate_place */
	struct group_array winners;	/* uint32_t: rows of a batch */
};

static void
pick_grow(struct aggregate_state *state, uint32_t count)
{
	struct pick_state *self = (struct pick_state *)state;
	uint32_t old = state->group_count;
	group_values_grow(&self->values, old, count);
	group_array_grow(&self->places, sizeof(struct aggregate_place), old,
	    count);
	if (self->is_last)
		group_array_grow(&self->winners, sizeof(uint32_t), old,
		    count);
	state->group_count = count;
}

static void
pick_set(struct pick_state *self, uint32_t id, const struct column *column,
    uint32_t row, struct aggregate_place place)
{
	((struct aggregate_place *)self->places.slots)[id] = place;
	group_values_set(&self->values, id, column, row);
}

/* Rows of a batch ascend, and so do batches. */
static void
update_first(struct pick_state *self, const struct aggregate_rows *rows)
{
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t id = rows->ids == NULL ? 0 : rows->ids[i];
		if (id != KEY_TABLE_NONE && !group_values_has(&self->values,
		    id))
			pick_set(self, id, rows->argument, i,
			    (struct aggregate_place){rows->block,
			    rows->row + i});
		if (rows->ids == NULL)
			break;
	}
}

static void
update_last(struct pick_state *self, const struct aggregate_rows *rows)
{
	uint32_t *winners = self->winners.slots;
	uint32_t last = rows->count - 1;
	if (rows->ids == NULL) {
		pick_set(self, 0, rows->argument, last,
		    (struct aggregate_place){rows->block, rows->row + last});
		return;
	}
	for (uint32_t i = 0; i < rows->count; i++)
		winners[(int32_t)rows->ids[i]] = i;
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t id = rows->ids[i];
		if (winners[(int32_t)id] == i && id != KEY_TABLE_NONE)
			pick_set(self, id, rows->argument, i,
			    (struct aggregate_place){rows->block,
			    rows->row + i});
	}
}

static int
pick_update(struct aggregate_state *state, const struct aggregate_rows *rows,
    struct error *err)
{
	struct pick_state *self = (struct pick_state *)state;
	(void)err;
	if (rows->count == 0)
		return 0;
	if (self->is_last)
		update_last(self, rows);
	else
		update_first(self, rows);
	return 0;
}

static int
pick_merge(struct aggregate_state *state, const struct aggregate_rows *rows,
    const struct column *const *fields, struct error *err)
{
	struct pick_state *self = (struct pick_state *)state;
	const struct aggregate_place *places = self->places.slots;
	const uint64_t *blocks = fields[1]->values;
	const uint64_t *numbers = fields[2]->values;
	(void)err;
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t id = rows->ids[i];
		struct aggregate_place place = {blocks[i], numbers[i]};
		if (id == KEY_TABLE_NONE || column_is_null(fields[1], i))
			continue;
		if (!group_values_has(&self->values, id) ||
		    aggregate_place_is_before(place, places[id]) !=
		    self->is_last)
			pick_set(self, id, fields[0], i, place);
	}
	return 0;
}

static int
pick_give(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct pick_state *self = (struct pick_state *)state;
	return group_values_give(&self->values, ids, count, result, err);
}

static int
pick_give_state(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *const *fields, struct error *err)
{
	struct pick_state *self = (struct pick_state *)state;
	const struct aggregate_place *places = self->places.slots;
	for (uint32_t i = 0; i < count; i++) {
		if (!group_values_has(&self->values, ids[i])) {
			column_builder_append_null(fields[1]);
			column_builder_append_null(fields[2]);
			continue;
		}
		column_builder_append_value(fields[1],
		    &places[ids[i]].block);
		column_builder_append_value(fields[2], &places[ids[i]].row);
	}
	return pick_give(state, ids, count, fields[0], err);
}

static int
pick_keep(struct aggregate_state *state, uint32_t id, struct error *err)
{
	struct pick_state *self = (struct pick_state *)state;
	group_values_keep(&self->values, id);
	group_array_keep(&self->places, id);
	state->group_count = 1;
	(void)err;
	return 0;
}

static size_t
pick_bytes(const struct aggregate_state *state)
{
	const struct pick_state *self = (const struct pick_state *)state;
	return group_values_bytes(&self->values) +
	    group_array_bytes(&self->places) +
	    group_array_bytes(&self->winners);
}

static void
pick_clear(struct aggregate_state *state)
{
	struct pick_state *self = (struct pick_state *)state;
	group_values_clear(&self->values);
	group_array_release(&self->places);
	group_array_release(&self->winners);
	state->group_count = 0;
}

static void
pick_free(struct aggregate_state *state)
{
	pick_clear(state);
	mem_free(state);
}

#define PICK_OPS(skips) { \
	.skips_nulls = skips, \
	.grow = pick_grow, \
	.update = pick_update, \
	.merge = pick_merge, \
	.give_state = pick_give_state, \
	.give = pick_give, \
	.keep = pick_keep, \
	.clear = pick_clear, \
	.bytes = pick_bytes, \
	.free = pick_free \
}

static const struct aggregate_ops pick_ops = PICK_OPS(0);
static const struct aggregate_ops any_ops = PICK_OPS(1);

static struct aggregate_state *
pick_new(const struct aggregate_spec *spec, const struct aggregate_ops *ops,
    _Bool is_last, struct error *err)
{
	if (aggregate_check_scalar(spec, err) != 0)
		return NULL;
	struct pick_state *self = mem_zalloc(sizeof(*self));
	self->is_last = is_last;
	group_values_init(&self->values, spec->argument);
	self->state = (struct aggregate_state){.ops = ops,
	    .type = spec->argument, .is_nullable = 1, .field_count = 3,
	    .fields = {{is_last ? "last" : "first", spec->argument},
	    {"block", type_of(TYPE_U64)}, {"row", type_of(TYPE_U64)}}};
	return &self->state;
}

struct aggregate_state *
aggregate_first_new(const struct aggregate_spec *spec, struct error *err)
{
	return pick_new(spec, &pick_ops, 0, err);
}

struct aggregate_state *
aggregate_last_new(const struct aggregate_spec *spec, struct error *err)
{
	return pick_new(spec, &pick_ops, 1, err);
}

struct aggregate_state *
aggregate_any_new(const struct aggregate_spec *spec, struct error *err)
{
	return pick_new(spec, &any_ops, 0, err);
}
