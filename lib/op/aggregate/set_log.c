#include "op/aggregate/set_parts.h"

#include "base/words.h"

/* Sets of so many tuples may become logs. */
#define MIN_LOG (1u << 14)

/* ---- set to log and back --------------------------------------------- */

void
aggregate_set_log(struct aggregate_set *self)
{
	uint32_t count = key_table_count(self->tuples);
	const int64_t *weights =
	    (const int64_t *)(const void *)self->weights.data;
	struct column_builder groups, values;
	uint32_t ids[AGGREGATE_SET_CHUNK], part;
	if (count < MIN_LOG || count <= self->row_count / 2)
		return;
	column_builder_init(&groups, type_of(TYPE_U32));
	column_builder_init(&values, self->options.value);
	for (uint32_t i = 0; i < count; i += part) {
		part = count - i < AGGREGATE_SET_CHUNK ? count - i :
		    AGGREGATE_SET_CHUNK;
		for (uint32_t n = 0; n < part; n++)
			ids[n] = i + n;
		column_builder_clear(&groups);
		column_builder_clear(&values);
		/* values of fixed width always fit */
		(void)key_table_take(self->tuples, 0, ids, part, &groups);
		(void)key_table_take(self->tuples, 1, ids, part, &values);
		struct column view = column_builder_view(&values);
		value_log_add(&self->log, &view, (const uint32_t *)
		    (const void *)groups.values.data, weights + i, part);
	}
	column_builder_release(&groups);
	column_builder_release(&values);
	key_table_clear(self->tuples);
	buffer_release(&self->weights);
	self->is_log = 1;
}

void
aggregate_set_unlog(struct aggregate_set *self)
{
	struct column_builder values;
	uint32_t part;
	column_builder_init(&values, self->options.value);
	for (uint64_t i = 0; i < self->log.count; i += part) {
		part = self->log.count - i < AGGREGATE_SET_CHUNK ?
		    (uint32_t)(self->log.count - i) : AGGREGATE_SET_CHUNK;
		column_builder_clear(&values);
		value_log_decode(self->options.value, self->log.values + i,
		    part, &values);
		struct column view = column_builder_view(&values);
		const struct aggregate_rows rows = {.count = part,
		    .ids = self->log.groups + i};
		aggregate_set_add(self, &rows, &view);
	}
	column_builder_release(&values);
	value_log_clear(&self->log);
	self->is_log = self->may_log = 0;
}

/* ---- reducing -------------------------------------------------------- */

static int
show_log_chunk(struct aggregate_chunk *chunk, struct error *err)
{
	if (chunk->count == 0)
		return 0;
	column_builder_clear(&chunk->values);
	value_log_decode(chunk->set->options.value, chunk->logged,
	    chunk->count, &chunk->values);
	return aggregate_set_show(chunk, err);
}

static int
show_logged(struct aggregate_chunk *chunk, uint32_t group, uint64_t value,
    int64_t weight, struct error *err)
{
	chunk->logged[chunk->count] = value;
	chunk->groups[chunk->count] = group;
	chunk->weights[chunk->count++] = weight;
	return chunk->count == AGGREGATE_SET_CHUNK ?
	    show_log_chunk(chunk, err) : 0;
}

/* Of a group's values those at the ranks that matter. */
static int
select_ranks(struct aggregate_chunk *chunk, uint32_t group,
    const uint64_t *values, uint32_t count, uint64_t *scratch,
    struct error *err)
{
	const struct aggregate_reducer *reducer =
	    chunk->set->options.reducer;
	int64_t ranks[2], before = 0;
	uint32_t rank_count = reducer->ops->ranks(reducer, count, ranks);
	for (uint32_t r = 0; r < rank_count; r++) {
		uint64_t value = words_select(values, scratch, count,
		    (size_t)ranks[r]);
		if (show_logged(chunk, group, value, ranks[r] + 1 - before,
		    err) != 0)
			return -1;
		before = ranks[r] + 1;
	}
	return 0;
}

static int
reduce_by_rank(struct aggregate_set *self, struct aggregate_chunk *chunk,
    struct error *err)
{
	struct value_log *log = &self->log;
	uint32_t groups = self->state.group_count, most = 0;
	int result = 0;
	value_log_order(log, groups);
	for (uint32_t id = 0; id < groups; id++)
		if (log->begins[id + 1] - log->begins[id] > most)
			most = log->begins[id + 1] - log->begins[id];
	uint64_t *scratch = mem_alloc(((size_t)most + 1) * sizeof(*scratch));
	for (uint32_t id = 0; id < groups && result == 0; id++) {
		uint32_t begin = log->begins[id], end = log->begins[id + 1];
		if (end > begin)
			result = select_ranks(chunk, id,
			    log->ordered + begin, end - begin, scratch, err);
	}
	mem_free(scratch);
	return result == 0 ? show_log_chunk(chunk, err) : -1;
}

int
aggregate_set_reduce_log(struct aggregate_set *self,
    struct aggregate_chunk *chunk, struct error *err)
{
	struct value_log *log = &self->log;
	if (self->options.reducer->ops->ranks != NULL)
		return reduce_by_rank(self, chunk, err);
	value_log_order(log, self->state.group_count);
	value_log_unite(log, self->state.group_count);
	for (uint32_t id = 0; id < self->state.group_count; id++)
		for (uint32_t i = log->begins[id]; i < log->begins[id + 1];
		    i++)
			if (show_logged(chunk, id, log->ordered[i],
			    log->weights[i], err) != 0)
				return -1;
	return show_log_chunk(chunk, err);
}

/* ---- states ---------------------------------------------------------- */

/* Tuple i is the i-th of the log. */
void
aggregate_set_order_log(struct aggregate_set *self,
    struct aggregate_value_order *order)
{
	struct value_log *log = &self->log;
	uint32_t groups = self->state.group_count;
	value_log_order(log, groups);
	value_log_unite(log, groups);
	order->begins = log->begins;
	log->begins = NULL;
	order->tuples = mem_array((size_t)log->count + 1, sizeof(uint32_t));
	for (uint32_t i = 0; i < log->count; i++)
		order->tuples[i] = i;
}

int
aggregate_set_log_values(const struct value_log *log, const uint32_t *tuples,
    uint32_t count, struct column_builder *const *fields)
{
	uint64_t *values = mem_array((size_t)count + 1, sizeof(*values));
	for (uint32_t i = 0; i < count; i++) {
		int64_t weight = log->weights[tuples[i]];
		values[i] = log->ordered[tuples[i]];
		column_builder_append_value(fields[1], &weight);
	}
	if (count > 0)
		value_log_decode(log->type, values, count, fields[0]);
	mem_free(values);
	return 0;
}
