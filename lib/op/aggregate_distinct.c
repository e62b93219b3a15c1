#include "op/aggregate_state.h"

/*
 * count(distinct x): the different values that are not null, exactly.
 *
 * A set of (group, value) tuples in one key table.  State: NAME.value, of
 * the argument's type, one row for each value (aggregate.h).
 */
struct distinct_state {
	struct aggregate_state state;
	struct type argument;
	struct key_table *tuples;	/* (group id, value) */
	struct group_array counts;	/* int64_t */
	struct buffer ids;		/* scratch: tuple ids of a batch */
	struct buffer groups;		/* scratch: group ids of a batch */
	struct buffer validity;		/* scratch */
};

static struct key_table *
new_tuples(struct type argument)
{
	struct type types[2] = { type_of(TYPE_U32), argument };

	return key_table_new(types, 2, 1, NULL);
}

static void
distinct_grow(struct aggregate_state *state, uint32_t count)
{
	struct distinct_state *self = (struct distinct_state *)state;

	group_array_grow(&self->counts, sizeof(int64_t), state->group_count,
	    count);
	state->group_count = count;
}

/* The group ids as a column: rows that are left out are null. */
static struct column
group_column(struct distinct_state *self, const struct aggregate_rows *rows)
{
	struct column column = { .type = type_of(TYPE_U32) };
	uint32_t *groups;
	uint8_t *validity;

	if (rows->ids != NULL) {
		column.values = rows->ids;
	} else {
		buffer_resize(&self->groups, 0);
		buffer_resize(&self->groups,
		    (size_t)rows->count * sizeof(*groups));
		column.values = self->groups.data;
		return column;
	}
	buffer_resize(&self->validity, bitmap_bytes(rows->count));
	validity = self->validity.data;
	memset(validity, 0xff, bitmap_bytes(rows->count));
	for (uint32_t i = 0; i < rows->count; i++) {
		if (rows->ids[i] != KEY_TABLE_NONE)
			continue;
		validity[i >> 3] &= (uint8_t)~(1u << (i & 7));
		column.null_count++;
	}
	column.validity = validity;
	return column;
}

static int
distinct_update(struct aggregate_state *state,
    const struct aggregate_rows *rows, struct error *err)
{
	struct distinct_state *self = (struct distinct_state *)state;
	struct column groups = group_column(self, rows);
	const struct column *keys[2] = { &groups, rows->argument };
	int64_t *counts = self->counts.slots;
	uint32_t next = key_table_count(self->tuples);
	uint32_t *ids;

	(void)err;
	buffer_resize(&self->ids, (size_t)rows->count * sizeof(*ids));
	ids = (uint32_t *)(void *)self->ids.data;
	key_table_find_or_add(self->tuples, keys, rows->count, ids);
	/* Ids are given in the order of rows: a new one is the next. */
	for (uint32_t i = 0; i < rows->count; i++) {
		_Bool is_new = ids[i] == next;

		next += is_new;
		counts[rows->ids == NULL ? 0 : (int32_t)rows->ids[i]] +=
		    is_new;
	}
	return 0;
}

static int
distinct_merge(struct aggregate_state *state,
    const struct aggregate_rows *rows, const struct column *const *fields,
    struct error *err)
{
	struct aggregate_rows values = *rows;

	values.argument = fields[0];
	return distinct_update(state, &values, err);
}

static int
distinct_give(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	const struct distinct_state *self = (struct distinct_state *)state;
	const int64_t *counts = self->counts.slots;

	(void)err;
	for (uint32_t i = 0; i < count; i++)
		column_builder_append_value(result, &counts[ids[i]]);
	return 0;
}

/* Main rows hold no values: those come in rows of their own. */
static int
distinct_give_state(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *const *fields, struct error *err)
{
	(void)state;
	(void)ids;
	(void)err;
	for (uint32_t i = 0; i < count; i++)
		column_builder_append_null(fields[0]);
	return 0;
}

static void
distinct_keep(struct aggregate_state *state, uint32_t id)
{
	struct distinct_state *self = (struct distinct_state *)state;

	group_array_keep(&self->counts, id);
	key_table_clear(self->tuples);
	state->group_count = 1;
}

static size_t
distinct_bytes(const struct aggregate_state *state)
{
	const struct distinct_state *self =
	    (const struct distinct_state *)state;

	return group_array_bytes(&self->counts) +
	    key_table_bytes(self->tuples);
}

static void
distinct_clear(struct aggregate_state *state)
{
	struct distinct_state *self = (struct distinct_state *)state;

	group_array_release(&self->counts);
	key_table_clear(self->tuples);
	state->group_count = 0;
}

static void
distinct_free(struct aggregate_state *state)
{
	struct distinct_state *self = (struct distinct_state *)state;

	group_array_release(&self->counts);
	key_table_free(self->tuples);
	buffer_release(&self->ids);
	buffer_release(&self->groups);
	buffer_release(&self->validity);
	mem_free(self);
}

static const struct aggregate_ops distinct_ops = {
	.skips_nulls = 1,
	.has_value_rows = 1,
	.grow = distinct_grow,
	.update = distinct_update,
	.merge = distinct_merge,
	.give_state = distinct_give_state,
	.give = distinct_give,
	.keep = distinct_keep,
	.clear = distinct_clear,
	.bytes = distinct_bytes,
	.free = distinct_free
};

struct aggregate_state *
aggregate_distinct_new(struct type argument, struct error *err)
{
	struct distinct_state *self;
	char text[TYPE_TEXT_BYTES];

	if (argument.id == TYPE_NULL || type_is_nested(argument)) {
		error_usage(err, "count of distinct values of a %s",
		    type_format(argument, text));
		return NULL;
	}
	self = mem_zalloc(sizeof(*self));
	self->argument = argument;
	self->tuples = new_tuples(argument);
	self->state.ops = &distinct_ops;
	self->state.type = type_of(TYPE_I64);
	self->state.field_count = 1;
	self->state.fields[0] = (struct aggregate_field){ "value", argument };
	return &self->state;
}

void
aggregate_distinct_order(const struct aggregate_state *state,
    struct aggregate_value_order *order)
{
	const struct distinct_state *self =
	    (const struct distinct_state *)state;
	uint32_t count = key_table_count(self->tuples);
	struct column_builder groups;
	const uint32_t *group_of;

	order->tuples = mem_array((size_t)count + 1, sizeof(uint32_t));
	order->begins = mem_array((size_t)state->group_count + 2,
	    sizeof(uint32_t));
	key_table_order(self->tuples, order->tuples);
	column_builder_init(&groups, type_of(TYPE_U32));
	key_table_take(self->tuples, 0, order->tuples, count, &groups);
	group_of = (const uint32_t *)(const void *)groups.values.data;
	for (uint32_t i = 0; i < count; i++)
		order->begins[group_of[i] + 1]++;
	for (uint32_t id = 0; id < state->group_count; id++)
		order->begins[id + 1] += order->begins[id];
	column_builder_release(&groups);
}

void
aggregate_value_order_release(struct aggregate_value_order *order)
{
	mem_free(order->begins);
	mem_free(order->tuples);
	*order = (struct aggregate_value_order){ 0 };
}

int
aggregate_distinct_values(const struct aggregate_state *state,
    const uint32_t *tuples, uint32_t count, struct column_builder *builder)
{
	const struct distinct_state *self =
	    (const struct distinct_state *)state;

	return key_table_take(self->tuples, 1, tuples, count, builder);
}
