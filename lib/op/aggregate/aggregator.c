#include "op/aggregate/aggregator.h"

#include <assert.h>

static struct key_table *
new_table(const struct schema *keys, struct budget *budget)
{
	struct type *types;
	struct key_table *table;

	if (keys->count == 0)
		return NULL;
	types = mem_array(keys->count, sizeof(*types));
	for (uint32_t k = 0; k < keys->count; k++)
		types[k] = keys->fields[k].type;
	table = key_table_new(types, keys->count, 0, budget);
	mem_free(types);
	return table;
}

/* Room for as many groups as there are; charges the budget. */
static void
grow(struct aggregator *aggregator, uint32_t count)
{
	size_t bytes = 0;

	if (aggregator->is_merging)
		group_array_grow(&aggregator->has_main, 1,
		    aggregator->has_main.memory == NULL ?
		    0 : aggregator->group_count, count);
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		struct aggregate_state *state = aggregator->columns[i].state;

		if (count != state->group_count)
			state->ops->grow(state, count);
		bytes += state->ops->bytes(state);
	}
	aggregator->group_count = count;
	if (count > aggregator->capacity)
		aggregator->capacity = count > aggregator->capacity * 2 ?
		    count : aggregator->capacity * 2;
	if (aggregator->budget == NULL)
		return;
	if (bytes > aggregator->charged_bytes)
		budget_charge(aggregator->budget,
		    bytes - aggregator->charged_bytes);
	else
		budget_return(aggregator->budget,
		    aggregator->charged_bytes - bytes);
	aggregator->charged_bytes = bytes;
}

void
aggregator_init(struct aggregator *aggregator, struct schema *keys,
    struct budget *budget)
{
	*aggregator = (struct aggregator){
		.keys = *keys,
		.budget = budget,
		.table = new_table(keys, budget)
	};
	*keys = (struct schema){ 0 };
	aggregator->group_count = aggregator->keys.count == 0;
}

void
aggregator_add(struct aggregator *aggregator, const char *name,
    struct aggregate_state *state)
{
	uint32_t count = aggregator->column_count++;

	aggregator->columns = mem_grow_array(aggregator->columns,
	    aggregator->column_count, sizeof(*aggregator->columns));
	aggregator->columns[count].name = mem_strdup(name);
	aggregator->columns[count].state = state;
	state->ops->grow(state, aggregator->group_count);
	aggregator->fields = mem_grow_array(aggregator->fields,
	    (size_t)aggregator->column_count * AGGREGATE_MAX_FIELDS,
	    sizeof(*aggregator->fields));
}

void
aggregator_release(struct aggregator *aggregator)
{
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		struct aggregate_state *state = aggregator->columns[i].state;

		state->ops->free(state);
		mem_free(aggregator->columns[i].name);
	}
	if (aggregator->budget != NULL)
		budget_return(aggregator->budget, aggregator->charged_bytes);
	key_table_free(aggregator->table);
	group_array_release(&aggregator->has_main);
	schema_release(&aggregator->keys);
	buffer_release(&aggregator->ids);
	buffer_release(&aggregator->masked);
	mem_free(aggregator->columns);
	mem_free(aggregator->fields);
	*aggregator = (struct aggregator){ 0 };
}

void
aggregator_result_schema(const struct aggregator *aggregator,
    struct schema *schema)
{
	schema_add_all(schema, &aggregator->keys);
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		const struct aggregator_column *column =
		    &aggregator->columns[i];

		schema_add(schema, column->name, strlen(column->name),
		    column->state->type, column->state->is_nullable);
	}
}

void
aggregator_state_schema(const struct aggregator *aggregator,
    struct schema *schema)
{
	schema_add_all(schema, &aggregator->keys);
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		const struct aggregator_column *column =
		    &aggregator->columns[i];

		for (uint32_t f = 0; f < column->state->field_count; f++) {
			char *name = mem_printf("%s.%s", column->name,
			    column->state->fields[f].suffix);

			schema_add(schema, name, strlen(name),
			    column->state->fields[f].type, 1);
			mem_free(name);
		}
	}
}

struct sort_key *
aggregator_state_order(const struct aggregator *aggregator, uint32_t *count)
{
	struct sort_key *keys = mem_array((size_t)aggregator->keys.count +
	    aggregator->column_count + 1, sizeof(*keys));
	uint32_t column = aggregator->keys.count;

	*count = 0;
	for (uint32_t k = 0; k < aggregator->keys.count; k++)
		keys[(*count)++] = (struct sort_key){
			.column = k, .nulls_first = 1
		};
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		const struct aggregate_state *state =
		    aggregator->columns[i].state;

		if (state->ops->has_value_rows)
			keys[(*count)++] = (struct sort_key){
				.column = column, .nulls_first = 1
			};
		column += state->field_count;
	}
	return keys;
}

size_t
aggregator_growth_bytes(const struct aggregator *aggregator, uint32_t rows)
{
	_Bool is_full = rows > aggregator->capacity - aggregator->group_count;
	size_t bytes = 0;

	if (aggregator->table != NULL)
		bytes += key_table_growth_bytes(aggregator->table, rows) +
		    key_table_order_bytes(aggregator->table);
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		const struct aggregate_state *state =
		    aggregator->columns[i].state;

		/* a set may double at any time */
		if (is_full || state->ops->has_value_rows)
			bytes += state->ops->bytes(state);
	}
	return bytes;
}

void
aggregator_clear(struct aggregator *aggregator)
{
	uint32_t count = aggregator->keys.count == 0;

	if (aggregator->table != NULL)
		key_table_clear(aggregator->table);
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		struct aggregate_state *state = aggregator->columns[i].state;

		state->ops->clear(state);
		state->ops->grow(state, count);
	}
	group_array_release(&aggregator->has_main);
	aggregator->group_count = aggregator->capacity = 0;
	grow(aggregator, count);
}

/* ---- rows come in ----------------------------------------------------- */

/* Group ids of the rows; NULL if there is but one group. */
static const uint32_t *
find_groups(struct aggregator *aggregator, uint32_t rows,
    const struct column *const *keys)
{
	uint32_t *ids;

	if (aggregator->table == NULL)
		return NULL;
	buffer_resize(&aggregator->ids, (size_t)rows * sizeof(*ids));
	ids = (uint32_t *)(void *)aggregator->ids.data;
	key_table_find_or_add(aggregator->table, keys, rows, ids);
	grow(aggregator, key_table_count(aggregator->table));
	return ids;
}

/* Rows whose bit is 0 get the id KEY_TABLE_NONE, which is all ones. */
static void
mask(uint32_t *ids, const uint8_t *bits, uint32_t rows)
{
	for (uint32_t i = 0; i < rows; i++)
		ids[i] |= (uint32_t)(bits[i >> 3] >> (i & 7) & 1) - 1;
}

/*
 * The ids without the rows that a filter or nulls leave out: `ids` itself if
 * there are none.
 */
static const uint32_t *
mask_ids(struct aggregator *aggregator, const uint32_t *ids, uint32_t rows,
    const struct column *filter, const struct column *argument,
    const struct column *second)
{
	uint32_t *masked;
	size_t bytes = (size_t)rows * sizeof(*masked);

	if (argument != NULL && argument->null_count == 0)
		argument = NULL;
	if (second != NULL && second->null_count == 0)
		second = NULL;
	if (filter == NULL && argument == NULL && second == NULL)
		return ids;
	buffer_resize(&aggregator->masked, bytes);
	masked = (uint32_t *)(void *)aggregator->masked.data;
	if (ids == NULL)
		memset(masked, 0, bytes);
	else
		memcpy(masked, ids, bytes);
	if (filter != NULL) {
		mask(masked, filter->values, rows);
		if (filter->null_count > 0)
			mask(masked, filter->validity, rows);
	}
	if (argument != NULL)
		mask(masked, argument->validity, rows);
	if (second != NULL)
		mask(masked, second->validity, rows);
	return masked;
}

int
aggregator_update(struct aggregator *aggregator, uint32_t rows,
    const struct column *const *keys, const struct aggregator_input *inputs,
    uint64_t block, uint64_t row, struct error *err)
{
	const uint32_t *ids;

	assert(!aggregator->is_merging);
	if (rows == 0)
		return 0;
	ids = find_groups(aggregator, rows, keys);
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		struct aggregate_state *state = aggregator->columns[i].state;
		const struct column *argument = inputs[i].argument;
		struct aggregate_rows in = {
			.count = rows,
			.argument = argument,
			.second = inputs[i].second,
			.block = block,
			.row = row
		};

		if (inputs[i].is_rolled_up)
			continue;
		in.ids = mask_ids(aggregator, ids, rows, inputs[i].filter,
		    state->ops->skips_nulls ? argument : NULL,
		    inputs[i].second);
		if (state->ops->update(state, &in, err) != 0)
			return error_prefix(err, "%s",
			    aggregator->columns[i].name);
	}
	return 0;
}

void
aggregator_touch(struct aggregator *aggregator,
    const struct column *const *keys)
{
	(void)find_groups(aggregator, 1, keys);
}

/* ---- states come in --------------------------------------------------- */

/* Notes for each group whether its main row has come. */
static void
note_main_rows(struct aggregator *aggregator, const uint32_t *ids,
    const struct batch *states)
{
	uint8_t *has_main = aggregator->has_main.slots;
	uint32_t column = aggregator->keys.count;
	uint8_t *is_value = mem_zalloc((size_t)states->row_count + 1);

	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		const struct aggregate_state *state =
		    aggregator->columns[i].state;
		const struct column *values = &states->columns[column];

		column += state->field_count;
		if (!state->ops->has_value_rows)
			continue;
		for (uint32_t r = 0; r < states->row_count; r++)
			is_value[r] |= !column_is_null(values, r);
	}
	for (uint32_t r = 0; r < states->row_count; r++)
		has_main[ids[r]] |= !is_value[r];
	mem_free(is_value);
}

static const uint32_t *
zero_ids(struct aggregator *aggregator, uint32_t rows)
{
	buffer_resize(&aggregator->ids, 0);
	buffer_resize(&aggregator->ids, (size_t)rows * sizeof(uint32_t));
	return (const uint32_t *)(const void *)aggregator->ids.data;
}

/* The states of one aggregate, of `rows` rows: columns fields[]. */
static int
merge_fields(struct aggregator *aggregator, uint32_t i, const uint32_t *ids,
    uint32_t rows, const struct column *const *fields, struct error *err)
{
	struct aggregate_state *state = aggregator->columns[i].state;
	struct aggregate_rows in = { .count = rows };

	/* a pick's value may be null where its place is not */
	in.ids = mask_ids(aggregator, ids, rows, NULL,
	    fields[state->field_count - 1], NULL);
	if (state->ops->merge(state, &in, fields, err) != 0)
		return error_prefix(err, "%s", aggregator->columns[i].name);
	return 0;
}

int
aggregator_merge(struct aggregator *aggregator, const struct batch *states,
    struct error *err)
{
	uint32_t rows = states->row_count;
	uint32_t key_count = aggregator->keys.count;
	uint32_t column = key_count;
	const struct column **keys;
	const uint32_t *ids;

	if (rows == 0)
		return 0;
	aggregator->is_merging = 1;
	keys = mem_array((size_t)key_count + 1, sizeof(*keys));
	for (uint32_t k = 0; k < key_count; k++)
		keys[k] = &states->columns[k];
	grow(aggregator, aggregator->group_count);
	ids = find_groups(aggregator, rows, keys);
	mem_free(keys);
	if (ids == NULL)
		ids = zero_ids(aggregator, rows);
	note_main_rows(aggregator, ids, states);
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		struct aggregate_state *state = aggregator->columns[i].state;

		for (uint32_t f = 0; f < state->field_count; f++)
			aggregator->fields[f] = &states->columns[column + f];
		if (merge_fields(aggregator, i, ids, rows, aggregator->fields,
		    err) != 0)
			return -1;
		column += state->field_count;
	}
	return 0;
}

/* ---- groups of another come in ---------------------------------------- */

/* The states of one aggregate of `from` are merged into those of ours. */
static int
roll_up_states(struct aggregator *to, const struct aggregator *from,
    struct aggregator_link link, const uint32_t *from_ids,
    const uint32_t *ids, uint32_t count, struct error *err)
{
	struct aggregate_state *state = from->columns[link.from].state;
	struct column_builder builders[AGGREGATE_MAX_FIELDS];
	struct column_builder *fields[AGGREGATE_MAX_FIELDS];
	struct column views[AGGREGATE_MAX_FIELDS];
	const struct column *columns[AGGREGATE_MAX_FIELDS];
	int result;

	for (uint32_t f = 0; f < state->field_count; f++) {
		column_builder_init(&builders[f], state->fields[f].type);
		fields[f] = &builders[f];
	}
	result = state->ops->give_state(state, from_ids, count, fields, err);
	if (result != 0)
		error_prefix(err, "%s", from->columns[link.from].name);
	for (uint32_t f = 0; f < state->field_count; f++) {
		views[f] = column_builder_view(&builders[f]);
		columns[f] = &views[f];
	}
	if (result == 0)
		result = merge_fields(to, link.to, ids, count, columns, err);
	for (uint32_t f = 0; f < state->field_count; f++)
		column_builder_release(&builders[f]);
	return result;
}

/* Our groups of groups of `from`; NULL with err set. */
static const uint32_t *
find_coarser(struct aggregator *to, const struct aggregator *from,
    const uint32_t *keys, const uint32_t *from_ids, uint32_t count,
    struct error *err)
{
	uint32_t key_count = to->keys.count;
	const uint32_t *ids = NULL;
	int result = 0;
	struct column_builder *builders = mem_array((size_t)key_count + 1,
	    sizeof(*builders));
	struct column *views = mem_array((size_t)key_count + 1,
	    sizeof(*views));
	const struct column **columns = mem_array((size_t)key_count + 1,
	    sizeof(*columns));

	for (uint32_t k = 0; k < key_count; k++) {
		column_builder_init(&builders[k], to->keys.fields[k].type);
		result |= key_table_take(from->table, keys[k], from_ids, count,
		    &builders[k]);
		views[k] = column_builder_view(&builders[k]);
		columns[k] = &views[k];
	}
	if (result != 0)
		error_data(err, "keys of more than 2 GiB in one batch");
	else if (key_count > 0)
		ids = find_groups(to, count, columns);
	else
		ids = zero_ids(to, count);
	for (uint32_t k = 0; k < key_count; k++)
		column_builder_release(&builders[k]);
	mem_free(builders);
	mem_free(views);
	mem_free(columns);
	return ids;
}

int
aggregator_roll_up(struct aggregator *to, struct aggregator *from,
    const uint32_t *keys, const struct aggregator_link *links,
    uint32_t link_count, uint32_t begin, uint32_t count, struct error *err)
{
	uint32_t from_ids[AGGREGATOR_CHUNK];
	const uint32_t *ids;

	assert(!to->is_merging && !from->is_merging &&
	    count <= AGGREGATOR_CHUNK);
	for (uint32_t i = 0; i < count; i++)
		from_ids[i] = begin + i;
	ids = find_coarser(to, from, keys, from_ids, count, err);
	if (ids == NULL)
		return -1;
	for (uint32_t i = 0; i < link_count; i++) {
		if (roll_up_states(to, from, links[i], from_ids, ids, count,
		    err) != 0)
			return -1;
	}
	return 0;
}
