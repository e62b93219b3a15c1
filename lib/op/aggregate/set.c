#include "op/aggregate/set_parts.h"

#include "base/lanes.h"

/* ---- values in ------------------------------------------------------- */

static void
set_grow(struct aggregate_state *state, uint32_t count)
{
	struct aggregate_set *self = (struct aggregate_set *)state;
	struct aggregate_reducer *reducer = self->options.reducer;
	group_array_grow(&self->totals, sizeof(int64_t), state->group_count,
	    count);
	if (reducer != NULL)
		reducer->ops->grow(reducer, state->group_count, count);
	state->group_count = count;
}

/* The group ids as a column: rows that are left out are null. */
static struct column
group_column(struct aggregate_set *self, const struct aggregate_rows *rows)
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
	if (!lanes()->has(rows->ids, rows->count, KEY_TABLE_NONE))
		return column;
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
find_tuples(struct aggregate_set *self, const struct aggregate_rows *rows,
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

/*
 * Ids are given in the order of rows: a new one is the next.  Behind the last
 * new one there is nothing to count.
 */
static void
count_new(struct aggregate_set *self, const struct aggregate_rows *rows,
    const uint32_t *tuples, uint32_t next)
{
	int64_t *totals = self->totals.slots;
	uint32_t end = key_table_count(self->tuples);
	for (uint32_t i = 0; next < end; i++) {
		_Bool is_new = tuples[i] == next;
		next += is_new;
		totals[rows->ids == NULL ? 0 : (int32_t)rows->ids[i]] +=
		    is_new;
	}
}

/* ---- set and log ----------------------------------------------------- */

void
aggregate_set_add(struct aggregate_set *self, const struct aggregate_rows *rows,
    const struct column *values)
{
	const uint32_t *tuples = find_tuples(self, rows, values);
	int64_t *weights = (int64_t *)(void *)self->weights.data;
	for (uint32_t i = 0; i < rows->count; i++)
		if (tuples[i] != KEY_TABLE_NONE)
			weights[tuples[i]]++;
}

static void
add_weighted(struct aggregate_set *self, const struct aggregate_rows *rows,
    const struct column *values)
{
	int64_t *totals = self->totals.slots;
	for (uint32_t i = 0; i < rows->count; i++)
		totals[rows->ids == NULL ? 0 : (int32_t)rows->ids[i]]++;
	self->is_reduced = 0;
	if (self->is_log) {
		value_log_add(&self->log, values, rows->ids, NULL,
		    rows->count);
		if (value_log_repeats(&self->log))
			aggregate_set_unlog(self);
		return;
	}
	aggregate_set_add(self, rows, values);
	self->row_count += rows->count;
	if (self->may_log)
		aggregate_set_log(self);
}

/* ---- rows and states in ---------------------------------------------- */

static int
set_update(struct aggregate_state *state, const struct aggregate_rows *rows,
    struct error *err)
{
	struct aggregate_set *self = (struct aggregate_set *)state;
	uint32_t next = key_table_count(self->tuples);
	const struct column *values = self->options.encode != NULL ?
	    self->options.encode(rows, &self->encoded) : rows->argument;
	(void)err;
	if (self->options.is_weighted) {
		add_weighted(self, rows, values);
		return 0;
	}
	const uint32_t *tuples = find_tuples(self, rows, values);
	count_new(self, rows, tuples, next);
	return 0;
}

static int
set_merge(struct aggregate_state *state, const struct aggregate_rows *rows,
    const struct column *const *fields, struct error *err)
{
	struct aggregate_set *self = (struct aggregate_set *)state;
	uint32_t next = key_table_count(self->tuples);
	(void)err;
	self->may_log = 0;
	if (self->is_log)
		aggregate_set_unlog(self);
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

int
aggregate_set_show(struct aggregate_chunk *chunk, struct error *err)
{
	struct aggregate_set *self = chunk->set;
	struct aggregate_reducer *reducer = self->options.reducer;
	struct column view = column_builder_view(&chunk->values);
	const struct aggregate_values values = {.count = chunk->count,
	    .groups = chunk->groups, .values = &view,
	    .weights = chunk->weights, .totals = self->totals.slots};
	chunk->count = 0;
	return reducer->ops->take(reducer, &values, err);
}

static int
show_chunk(struct aggregate_chunk *chunk, struct error *err)
{
	struct aggregate_set *self = chunk->set;
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
	return aggregate_set_show(chunk, err);
}

static void
forget_tuples(struct aggregate_set *self)
{
	key_table_clear(self->tuples);
	self->weights.len = 0;
	self->row_count = 0;
	value_log_clear(&self->log);
	self->is_log = 0;
}

static int
reduce_set(struct aggregate_set *self, struct aggregate_chunk *chunk,
    struct error *err)
{
	struct aggregate_value_order order = {0};
	int result = 0;
	aggregate_set_order(&self->state, &order);
	for (uint32_t id = 0; id < self->state.group_count; id++)
		for (uint32_t t = order.begins[id];
		    t < order.begins[id + 1] && result == 0; t++) {
			chunk->tuples[chunk->count] = order.tuples[t];
			chunk->groups[chunk->count++] = id;
			if (chunk->count == AGGREGATE_SET_CHUNK)
				result = show_chunk(chunk, err);
		}
	if (result == 0)
		result = show_chunk(chunk, err);
	aggregate_value_order_release(&order);
	return result;
}

/* Shows all values to the reducer and forgets them. */
static int
reduce(struct aggregate_set *self, struct error *err)
{
	if (self->options.reducer == NULL || self->is_reduced)
		return 0;
	struct aggregate_chunk *chunk = mem_zalloc(sizeof(*chunk));
	chunk->set = self;
	column_builder_init(&chunk->values, self->options.value);
	int result = self->is_log ? aggregate_set_reduce_log(self, chunk, err) :
	    reduce_set(self, chunk, err);
	column_builder_release(&chunk->values);
	mem_free(chunk);
	forget_tuples(self);
	self->is_reduced = 1;
	return result;
}

/* ---- results and states ---------------------------------------------- */

static int
set_give(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct aggregate_set *self = (struct aggregate_set *)state;
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
	struct aggregate_set *self = (struct aggregate_set *)state;
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
	struct aggregate_set *self = (struct aggregate_set *)state;
	struct aggregate_reducer *reducer = self->options.reducer;
	if (reduce(self, err) != 0)
		return -1;
	group_array_keep(&self->totals, id);
	forget_tuples(self);
	if (reducer != NULL)
		reducer->ops->keep(reducer, id);
	state->group_count = 1;
	return 0;
}

static size_t
set_bytes(const struct aggregate_state *state)
{
	const struct aggregate_set *self = (const struct aggregate_set *)state;
	const struct aggregate_reducer *reducer = self->options.reducer;
	size_t tuples = key_table_count(self->tuples);
	return group_array_bytes(&self->totals) +
	    key_table_bytes(self->tuples) + self->weights.capacity +
	    value_log_bytes(&self->log) +
	    key_table_order_bytes(self->tuples) + tuples * sizeof(uint32_t) +
	    (reducer != NULL ? reducer->ops->bytes(reducer) : 0);
}

static _Bool
may_log(const struct aggregate_set_options *options)
{
	return options->is_weighted && value_log_takes(options->value);
}

static void
set_clear(struct aggregate_state *state)
{
	struct aggregate_set *self = (struct aggregate_set *)state;
	struct aggregate_reducer *reducer = self->options.reducer;
	group_array_release(&self->totals);
	forget_tuples(self);
	buffer_release(&self->weights);
	if (reducer != NULL)
		reducer->ops->clear(reducer);
	self->is_reduced = 0;
	self->may_log = may_log(&self->options);
	state->group_count = 0;
}

static void
set_free(struct aggregate_state *state)
{
	struct aggregate_set *self = (struct aggregate_set *)state;
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
	struct aggregate_set *self = mem_zalloc(sizeof(*self));
	self->options = *options;
	self->tuples = key_table_new(types, 2, 1, NULL);
	column_builder_init(&self->encoded, options->value);
	self->log.type = options->value;
	self->may_log = may_log(options);
	self->state = (struct aggregate_state){.ops = &set_ops,
	    .type = options->result, .is_nullable = options->reducer != NULL,
	    .field_count = options->is_weighted ? 2 : 1,
	    .gives_once = options->reducer != NULL,
	    .fields = {{"value", options->value},
	    {"count", type_of(TYPE_I64)}}};
	return &self->state;
}

void
aggregate_set_order(struct aggregate_state *state,
    struct aggregate_value_order *order)
{
	struct aggregate_set *self = (struct aggregate_set *)state;
	if (self->is_log) {
		aggregate_set_order_log(self, order);
		return;
	}
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
	const struct aggregate_set *self = (const struct aggregate_set *)state;
	const int64_t *weights =
	    (const int64_t *)(const void *)self->weights.data;
	if (self->is_log)
		return aggregate_set_log_values(&self->log, tuples, count,
		    fields);
	for (uint32_t i = 0; i < count && self->options.is_weighted; i++)
		column_builder_append_value(fields[1], &weights[tuples[i]]);
	return key_table_take(self->tuples, 1, tuples, count, fields[0]);
}
