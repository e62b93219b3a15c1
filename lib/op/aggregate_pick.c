#include "op/aggregate_state.h"

/*
 * first and last: the value, null or not, of the first or last row of a
 * group, in the order of the input.
 *
 * State: NAME.first or NAME.last, the value; NAME.block and NAME.row, u64,
 * where it stood: the block of the input (0 if it has none) and the row in
 * it.  Merging keeps the least or greatest place, so that slices may come in
 * any order.
 */
enum pick_is {
	PICK_NONE, PICK_NULL, PICK_VALUE
};

struct pick_place {
	uint64_t block;
	uint64_t row;
};

struct pick_state {
	struct aggregate_state state;
	_Bool is_last;
	size_t width;			/* of a value; 0: strings */
	struct group_array is;		/* uint8_t, enum pick_is */
	struct group_array places;	/* struct pick_place */
	struct group_array values;	/* width; bool: a byte */
	struct group_strings strings;
	struct group_array winners;	/* uint32_t: rows of a batch */
};

static void
pick_grow(struct aggregate_state *state, uint32_t count)
{
	struct pick_state *self = (struct pick_state *)state;
	uint32_t old = state->group_count;

	group_array_grow(&self->is, 1, old, count);
	group_array_grow(&self->places, sizeof(struct pick_place), old,
	    count);
	if (self->is_last)
		group_array_grow(&self->winners, sizeof(uint32_t), old,
		    count);
	if (self->width == 0)
		group_strings_grow(&self->strings, count);
	else
		group_array_grow(&self->values, self->width, old, count);
	state->group_count = count;
}

static void
pick_set(struct pick_state *self, int32_t id, const struct column *column,
    uint32_t row, struct pick_place place)
{
	uint8_t *is = self->is.slots;
	struct pick_place *places = self->places.slots;
	uint8_t *value = (uint8_t *)self->values.slots +
	    (size_t)id * self->width;

	places[id] = place;
	if (column->type.id == TYPE_NULL || column_is_null(column, row)) {
		is[id] = PICK_NULL;
		return;
	}
	is[id] = PICK_VALUE;
	if (self->width == 0) {
		uint32_t len;
		const uint8_t *bytes = column_bytes(column, row, &len);
		group_strings_set(&self->strings, (uint32_t)id, bytes, len);
	} else if (column->type.id == TYPE_BOOL) {
		*value = column_bool(column, row);
	} else {
		memcpy(value, (const uint8_t *)column->values +
		    row * self->width, self->width);
	}
}

/* Rows of a batch ascend, and so do batches. */
static void
update_first(struct pick_state *self, const struct aggregate_rows *rows)
{
	const uint8_t *is = self->is.slots;

	for (uint32_t i = 0; i < rows->count; i++) {
		int32_t id = rows->ids == NULL ? 0 : (int32_t)rows->ids[i];

		if (is[id] == PICK_NONE && id >= 0)
			pick_set(self, id, rows->argument, i,
			    (struct pick_place){ rows->block, rows->row + i });
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
		    (struct pick_place){ rows->block, rows->row + last });
		return;
	}
	for (uint32_t i = 0; i < rows->count; i++)
		winners[(int32_t)rows->ids[i]] = i;
	for (uint32_t i = 0; i < rows->count; i++) {
		int32_t id = (int32_t)rows->ids[i];

		if (winners[id] == i && id >= 0)
			pick_set(self, id, rows->argument, i,
			    (struct pick_place){ rows->block, rows->row + i });
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
	const uint8_t *is = self->is.slots;
	const struct pick_place *places = self->places.slots;
	const uint64_t *blocks = fields[1]->values;
	const uint64_t *numbers = fields[2]->values;

	(void)err;
	for (uint32_t i = 0; i < rows->count; i++) {
		int32_t id = (int32_t)rows->ids[i];
		struct pick_place place = { blocks[i], numbers[i] };
		_Bool is_before;

		if (id < 0 || column_is_null(fields[1], i))
			continue;
		is_before = place.block != places[id].block ?
		    place.block < places[id].block :
		    place.row < places[id].row;
		if (is[id] == PICK_NONE || is_before != self->is_last)
			pick_set(self, id, fields[0], i, place);
	}
	return 0;
}

static int
pick_give(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct pick_state *self = (struct pick_state *)state;
	const uint8_t *is = self->is.slots;
	const uint8_t *values = self->values.slots;

	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *value = values + ids[i] * self->width;

		if (is[ids[i]] != PICK_VALUE) {
			column_builder_append_null(result);
		} else if (result->type.id == TYPE_BOOL) {
			column_builder_append_bool(result, *value != 0);
		} else if (self->width > 0) {
			column_builder_append_value(result, value);
		} else {
			uint32_t len;
			const uint8_t *bytes = group_strings_get(
			    &self->strings, ids[i], &len);
			if (column_builder_append_bytes(result, bytes,
			    len) != 0)
				return error_data(err, "strings of more "
				    "than 2 GiB in one batch");
		}
	}
	return 0;
}

static int
pick_give_state(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *const *fields, struct error *err)
{
	struct pick_state *self = (struct pick_state *)state;
	const uint8_t *is = self->is.slots;
	const struct pick_place *places = self->places.slots;

	for (uint32_t i = 0; i < count; i++) {
		if (is[ids[i]] == PICK_NONE) {
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

static void
pick_keep(struct aggregate_state *state, uint32_t id)
{
	struct pick_state *self = (struct pick_state *)state;

	group_array_keep(&self->is, id);
	group_array_keep(&self->places, id);
	if (self->width == 0)
		group_strings_keep(&self->strings, id);
	else
		group_array_keep(&self->values, id);
	state->group_count = 1;
}

static size_t
pick_bytes(const struct aggregate_state *state)
{
	const struct pick_state *self = (const struct pick_state *)state;

	return group_array_bytes(&self->is) +
	    group_array_bytes(&self->places) +
	    group_array_bytes(&self->values) +
	    group_array_bytes(&self->winners) +
	    group_strings_bytes(&self->strings);
}

static void
pick_clear(struct aggregate_state *state)
{
	struct pick_state *self = (struct pick_state *)state;

	group_array_release(&self->is);
	group_array_release(&self->places);
	group_array_release(&self->values);
	group_array_release(&self->winners);
	group_strings_release(&self->strings);
	state->group_count = 0;
}

static void
pick_free(struct aggregate_state *state)
{
	pick_clear(state);
	mem_free(state);
}

static const struct aggregate_ops pick_ops = {
	.grow = pick_grow,
	.update = pick_update,
	.merge = pick_merge,
	.give_state = pick_give_state,
	.give = pick_give,
	.keep = pick_keep,
	.clear = pick_clear,
	.bytes = pick_bytes,
	.free = pick_free
};

static struct aggregate_state *
pick_new(struct type argument, _Bool is_last, struct error *err)
{
	struct pick_state *self;
	char text[TYPE_TEXT_BYTES];

	if (argument.id == TYPE_NULL || type_is_nested(argument)) {
		error_usage(err, "%s of a %s", is_last ? "last" : "first",
		    type_format(argument, text));
		return NULL;
	}
	self = mem_zalloc(sizeof(*self));
	self->state.ops = &pick_ops;
	self->is_last = is_last;
	self->width = argument.id == TYPE_BOOL ? 1 : type_width(argument);
	self->state.type = argument;
	self->state.is_nullable = 1;
	self->state.field_count = 3;
	self->state.fields[0] = (struct aggregate_field){
		is_last ? "last" : "first", argument
	};
	self->state.fields[1] = (struct aggregate_field){
		"block", type_of(TYPE_U64)
	};
	self->state.fields[2] = (struct aggregate_field){
		"row", type_of(TYPE_U64)
	};
	return &self->state;
}

struct aggregate_state *
aggregate_first_new(struct type argument, struct error *err)
{
	return pick_new(argument, 0, err);
}

struct aggregate_state *
aggregate_last_new(struct type argument, struct error *err)
{
	return pick_new(argument, 1, err);
}
