#include "op/aggregate_set.h"

/* Tuples that a reducer is shown at a time. */
#define CHUNK 4096

struct set_state {
	struct aggregate_state state;
	struct aggregate_set_options options;
	struct key_table *tuples;	/* (group id, value) */
	struct buffer weights;		/* int64_t by tuple */
	struct group_array totals;	/* int64_t: values, or weights */
	_Bool is_reduced;		/* nothing new since */
	struct buffer ids;		/* scratch: tuple ids of a batch */
	struct buffer groups;		/* scratch: group ids of a batch */
	struct buffer validity;		/* scratch */
	struct column_builder encoded;	/* scratch */
};

/* ---- values in ------------------------------------------------------- */

static void
set_grow(struct aggregate_state *state, uint32_t count)
{
	struct set_state *self = (struct set_state *)state;
	struct aggregate_reducer *reducer = self->options.reducer;
	group_array_grow(&self->totals, sizeof(int64_t), state->group_count,
	    count);
	if (reducer != NULL)
		reducer->ops->grow(reducer, state->group_count, count);
	state->group_count = count;
}

/* The group ids as a column: rows that are left out are null. */
static struct column
group_column(struct set_state *self, const struct aggregate_rows *rows)
{
	struct column column = {.type = type_of(TYPE_U32),
	    .values = rows->ids};
	if (rows->ids == NULL) {
		buffer_resize(&self->groups, 0);
		buffer_resize(&self->groups,
		    (size_t)rows->count * sizeof(uint32_t));
		column.values = self->groups.data;
		return column;
	}
	buffer_resize(&self->validity, bitmap_bytes(rows->count));
	uint8_t *validity = self->validity.data;
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

/* The tuple of each row; new ones have no weight yet. */
static const uint32_t *
find_tuples(struct set_state *self, const struct aggregate_rows *rows,
    const struct column *values)
{
	struct column groups = group_column(self, rows);
	const struct column *keys[2] = {&groups, values};
	buffer_resize(&self->ids, (size_t)rows->count * sizeof(uint32_t));
	uint32_t *ids = (uint32_t *)(void *)self->ids.data;
	key_table_find_or_add(self->tuples, keys, rows->count, ids);
	if (self->options.is_weighted)
		buffer_resize(&self->weights,
		    key_table_count(self->tuples) * sizeof(int64_t));
	self->is_reduced = 0;
	return ids;
}

/* Ids are given in the order of rows: a new one is the next. */
static void
count_new(struct set_state *self, const struct aggregate_rows *rows,
    const uint32_t *tuples, uint32_t next)
{
	int64_t *totals = self->totals.slots;
	for (uint32_t i = 0; i < rows->count; i++) {
		_Bool is_new = tuples[i] == next;
		next += is_new;
		totals[rows->ids == NULL ? 0 : (int32_t)rows->ids[i]] +=
		    is_new;
	}
}

static int
set_update(struct aggregate_state *state, const struct aggregate_rows *rows,
    struct error *err)
{
	struct set_state *self = (struct set_state *)state;
	uint32_t next = key_table_count(self->tuples);
	const struct column *values = self->options.encode != NULL ?
	    self->options.encode(rows, &self->encoded) : rows->argument;
	(void)err;
	const uint32_t *tuples = find_tuples(self, rows, values);
	if (!self->options.is_weighted) {
		count_new(self, rows, tuples, next);
		return 0;
	}
	int64_t *weights = (int64_t *)(void *)self->weights.data;
	int64_t *totals = self->totals.slots;
	for (uint32_t i = 0; i < rows->count; i++) {
		if (tuples[i] == KEY_TABLE_NONE)
			continue;
		weights[tuples[i]]++;
		totals[rows->ids == NULL ? 0 : rows->ids[i]]++;
	}
	return 0;
}

static int
set_merge(struct aggregate_state *state, const struct aggregate_rows *rows,
    const struct column *const *fields, struct error *err)
{
	struct set_state *self = (struct set_state *)state;
	uint32_t next = key_table_count(self->tuples);
	(void)err;
	const uint32_t *tuples = find_tuples(self, rows, fields[0]);
	if (!self->options.is_weighted) {
		count_new(self, rows, tuples, next);
		return 0;
	}
	int64_t *weights = (int64_t *)(void *)self->weights.data;
	int64_t *totals = self->totals.slots;
	const int64_t *counts = fields[1]->values;
	for (uint32_t i = 0; i < rows->count; i++) {
		if (tuples[i] != KEY_TABLE_NONE)
			weights[tuples[i]] += counts[i];
		else
			totals[(int32_t)rows->ids[i]] += counts[i];
	}
	return 0;
}

/* ---- reducing -------------------------------------------------------- */

struct chunk {
	struct set_state *set;
	uint32_t count;
	uint32_t tuples[CHUNK];
	uint32_t groups[CHUNK];
	int64_t weights[CHUNK];
	struct column_builder values;
};

static int
show_chunk(struct chunk *chunk, struct error *err)
{
	struct set_state *self = chunk->set;
	struct aggregate_reducer *reducer = self->options.reducer;
	const int64_t *weights =
	    (const int64_t *)(const void *)self->weights.data;
	if (chunk->count == 0)
		return 0;
	column_builder_clear(&chunk->values);
	if (key_table_take(self->tuples, 1, chunk->tuples, chunk->count,
	    &chunk->values) != 0)
		return error_data(err, "values of more than 2 GiB at once");
	for (uint32_t i = 0; i < chunk->count; i++)
		chunk->weights[i] = self->options.is_weighted ?
		    weights[chunk->tuples[i]] : 1;
	struct column view = column_builder_view(&chunk->values);
	const struct aggregate_values values = {.count = chunk->count,
	    .groups = chunk->groups, .values = &view,
	    .weights = chunk->weights, .totals = self->totals.slots};
	chunk->count = 0;
	return reducer->ops->take(reducer, &values, err);
}

/* Shows all values to the reducer and forgets them. */
static int
reduce(struct set_state *self, struct error *err)
{
	struct aggregate_value_order order = {0};
	if (self->options.reducer == NULL || self->is_reduced)
		return 0;
	struct chunk *chunk = mem_zalloc(sizeof(*chunk));
	chunk->set = self;
	column_builder_init(&chunk->values, self->options.value);
	aggregate_set_order(&self->state, &order);
	int result = 0;
	for (uint32_t id = 0; id < self->state.group_count; id++)
		for (uint32_t t = order.begins[id];
		    t < order.begins[id + 1] && result == 0; t++) {
			chunk->tuples[chunk->count] = order.tuples[t];
			chunk->groups[chunk->count++] = id;
			if (chunk->count == CHUNK)
				result = show_chunk(chunk, err);
		}
	if (result == 0)
		result = show_chunk(chunk, err);
	column_builder_release(&chunk->values);
	mem_free(chunk);
	aggregate_value_order_release(&order);
	key_table_clear(self->tuples);
	self->weights.len = 0;
	self->is_reduced = 1;
	return result;
}

/* ---- results and states ---------------------------------------------- */

static int
set_give(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct set_state *self = (struct set_state *)state;
	struct aggregate_reducer *reducer = self->options.reducer;
	const int64_t *totals = self->totals.slots;
	if (reducer != NULL)
		return reduce(self, err) != 0 ? -1 :
		    reducer->ops->give(reducer, ids, count, result, err);
	for (uint32_t i = 0; i < count; i++)
		column_builder_append_value(result, &totals[ids[i]]);
	return 0;
}

/* Main rows hold no values: those come in rows of their own. */
static int
set_give_state(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *const *fields, struct error *err)
{
	struct set_state *self = (struct set_state *)state;
	const int64_t *totals = self->totals.slots;
	(void)err;
	for (uint32_t i = 0; i < count; i++) {
		column_builder_append_null(fields[0]);
		if (self->options.is_weighted)
			column_builder_append_value(fields[1],
			    &totals[ids[i]]);
	}
	return 0;
}

static int
set_keep(struct aggregate_state *state, uint32_t id, struct error *err)
{
	struct set_state *self = (struct set_state *)state;
	struct aggregate_reducer *reducer = self->options.reducer;
	if (reduce(self, err) != 0)
		return -1;
	group_array_keep(&self->totals, id);
	key_table_clear(self->tuples);
	self->weights.len = 0;
	if (reducer != NULL)
		reducer->ops->keep(reducer, id);
	state->group_count = 1;
	return 0;
}

static size_t
set_bytes(const struct aggregate_state *state)
{
	const struct set_state *self = (const struct set_state *)state;
	const struct aggregate_reducer *reducer = self->options.reducer;
	size_t tuples = key_table_count(self->tuples);
	return group_array_bytes(&self->totals) +
	    key_table_bytes(self->tuples) + self->weights.capacity +
	    key_table_order_bytes(self->tuples) + tuples * sizeof(uint32_t) +
	    (reducer != NULL ? reducer->ops->bytes(reducer) : 0);
}

static void
set_clear(struct aggregate_state *state)
{
	struct set_state *self = (struct set_state *)state;
	struct aggregate_reducer *reducer = self->options.reducer;
	group_array_release(&self->totals);
	key_table_clear(self->tuples);
	buffer_release(&self->weights);
	if (reducer != NULL)
		reducer->ops->clear(reducer);
	self->is_reduced = 0;
	state->group_count = 0;
}

static void
set_free(struct aggregate_state *state)
{
	struct set_state *self = (struct set_state *)state;
	struct aggregate_reducer *reducer = self->options.reducer;
	set_clear(state);
	if (reducer != NULL)
		reducer->ops->free(reducer);
	key_table_free(self->tuples);
	buffer_release(&self->ids);
	buffer_release(&self->groups);
	buffer_release(&self->validity);
	column_builder_release(&self->encoded);
	mem_free(self);
}

static const struct aggregate_ops set_ops = {
	.skips_nulls = 1,
	.has_value_rows = 1,
	.grow = set_grow,
	.update = set_update,
	.merge = set_merge,
	.give_state = set_give_state,
	.give = set_give,
	.keep = set_keep,
	.clear = set_clear,
	.bytes = set_bytes,
	.free = set_free
};

struct aggregate_state *
aggregate_set_new(const struct aggregate_set_options *options)
{
	struct type types[2] = {type_of(TYPE_U32), options->value};
	struct set_state *self = mem_zalloc(sizeof(*self));
	self->options = *options;
	self->tuples = key_table_new(types, 2, 1, NULL);
	column_builder_init(&self->encoded, options->value);
	self->state = (struct aggregate_state){.ops = &set_ops,
	    .type = options->result, .is_nullable = options->reducer != NULL,
	    .field_count = options->is_weighted ? 2 : 1,
	    .gives_once = options->reducer != NULL,
	    .fields = {{"value", options->value},
	    {"count", type_of(TYPE_I64)}}};
	return &self->state;
}

void
aggregate_set_order(const struct aggregate_state *state,
    struct aggregate_value_order *order)
{
	const struct set_state *self = (const struct set_state *)state;
	uint32_t count = key_table_count(self->tuples);
	struct column_builder groups;
	order->tuples = mem_array((size_t)count + 1, sizeof(uint32_t));
	order->begins = mem_array((size_t)state->group_count + 2,
	    sizeof(uint32_t));
	key_table_order(self->tuples, order->tuples);
	column_builder_init(&groups, type_of(TYPE_U32));
	key_table_take(self->tuples, 0, order->tuples, count, &groups);
	const uint32_t *group_of =
	    (const uint32_t *)(const void *)groups.values.data;
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
	*order = (struct aggregate_value_order){0};
}

int
aggregate_set_values(const struct aggregate_state *state,
    const uint32_t *tuples, uint32_t count,
    struct column_builder *const *fields)
{
	const struct set_state *self = (const struct set_state *)state;
	const int64_t *weights =
	    (const int64_t *)(const void *)self->weights.data;
	for (uint32_t i = 0; i < count && self->options.is_weighted; i++)
		column_builder_append_value(fields[1], &weights[tuples[i]]);
	return key_table_take(self->tuples, 1, tuples, count, fields[0]);
}
