#include "op/aggregate/aggregator.h"

/* The ids of the groups in the order of their keys. */
static uint32_t *
group_order(const struct aggregator *aggregator)
{
	uint32_t *order = mem_array((size_t)aggregator->group_count + 1,
	    sizeof(*order));

	if (aggregator->table != NULL)
		key_table_order(aggregator->table, order);
	return order;
}

static int
take_keys(const struct aggregator *aggregator, const uint32_t *ids,
    uint32_t count, struct batch_builder *builder, struct error *err)
{
	for (uint32_t k = 0; k < aggregator->keys.count; k++) {
		if (key_table_take(aggregator->table, k, ids, count,
		    &builder->columns[k]) != 0)
			return error_data(err, "%s: keys of more than 2 GiB "
			    "in one batch", aggregator->keys.fields[k].name);
	}
	return 0;
}

/* The rows of a builder, in which no column but the keys may say how many. */
static int
write_chunk(struct batch_builder *builder, struct aggregator_writer *writer,
    struct error *err)
{
	return writer->write(writer, batch_builder_view(builder, NULL), err);
}

/* ---- results ---------------------------------------------------------- */

static int
give_chunk(struct aggregator *aggregator, const uint32_t *ids,
    uint32_t count, struct batch_builder *builder, struct error *err)
{
	batch_builder_clear(builder);
	if (take_keys(aggregator, ids, count, builder, err) != 0)
		return -1;
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		struct aggregate_state *state = aggregator->columns[i].state;

		if (state->ops->give(state, ids, count,
		    &builder->columns[aggregator->keys.count + i], err) != 0)
			return error_prefix(err, "%s",
			    aggregator->columns[i].name);
	}
	return 0;
}

/* Group `id` is the only one from now on. */
static int
keep(struct aggregator *aggregator, uint32_t id, struct error *err)
{
	int result = 0;

	uint32_t count = aggregator->keys.count;
	struct column_builder *builders = mem_array((size_t)count + 1,
	    sizeof(*builders));
	struct column *views = mem_array((size_t)count + 1, sizeof(*views));
	const struct column **keys = mem_array((size_t)count + 1,
	    sizeof(*keys));

	for (uint32_t k = 0; k < count; k++) {
		column_builder_init(&builders[k],
		    aggregator->keys.fields[k].type);
		key_table_take(aggregator->table, k, &id, 1, &builders[k]);
		views[k] = column_builder_view(&builders[k]);
		keys[k] = &views[k];
	}
	if (aggregator->table != NULL) {
		key_table_clear(aggregator->table);
		key_table_find_or_add(aggregator->table, keys, 1,
		    &(uint32_t){ 0 });
	}
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		struct aggregate_state *state = aggregator->columns[i].state;

		if (state->ops->keep(state, id, err) != 0)
			result = -1;
	}
	aggregator->group_count = 1;
	for (uint32_t k = 0; k < count; k++)
		column_builder_release(&builders[k]);
	mem_free(builders);
	mem_free(views);
	mem_free(keys);
	return result;
}

int
aggregator_give_results(struct aggregator *aggregator, _Bool keeps_last,
    struct aggregator_writer *writer, struct error *err)
{
	uint32_t *order = group_order(aggregator);
	uint32_t count = aggregator->group_count;
	uint32_t chunk;
	struct schema schema = { 0 };
	struct batch_builder builder;
	int result = 0;

	keeps_last = keeps_last && count > 0;
	aggregator_result_schema(aggregator, &schema);
	batch_builder_init(&builder, &schema);
	for (uint32_t i = 0; i < count - keeps_last && result == 0;
	    i += chunk) {
		chunk = count - keeps_last - i;
		if (chunk > AGGREGATOR_CHUNK)
			chunk = AGGREGATOR_CHUNK;
		result = give_chunk(aggregator, order + i, chunk, &builder,
		    err);
		if (result == 0)
			result = write_chunk(&builder, writer, err);
	}
	if (result == 0 && keeps_last)
		result = keep(aggregator, order[count - 1], err);
	batch_builder_release(&builder);
	schema_release(&schema);
	mem_free(order);
	return result;
}

/* ---- states ----------------------------------------------------------- */

/* One row of states: a group's main row, or one value of one of its sets. */
struct state_row {
	uint32_t group;
	uint32_t tuple;		/* of the set */
	uint32_t set;		/* aggregate + 1; 0 for a main row */
};

struct state_giver {
	struct aggregator *aggregator;
	struct aggregator_writer *writer;
	struct batch_builder builder;
	struct aggregate_value_order *orders;	/* owned; by aggregate */
	struct state_row rows[AGGREGATOR_CHUNK];
	uint32_t row_count;
	uint32_t ids[AGGREGATOR_CHUNK];		/* scratch */
	uint32_t places[AGGREGATOR_CHUNK];	/* scratch */
};

/*
 * Which rows of a chunk have fields of aggregate i: main rows, or the values
 * of its set.  Their groups or tuples go to giver->ids, their places among
 * the fields, after `before` others, to giver->places.
 */
static uint32_t
find_fields(struct state_giver *giver, uint32_t set, uint32_t before)
{
	uint32_t count = 0;

	for (uint32_t r = 0; r < giver->row_count; r++) {
		const struct state_row *row = &giver->rows[r];

		if (row->set != set)
			continue;
		giver->places[r] = before + count;
		giver->ids[count++] = set > 0 ? row->tuple : row->group;
	}
	return count;
}

/*
 * The fields of one aggregate for the rows of a chunk: given for those rows
 * that have them, then spread out with nulls between.
 */
static int
give_fields(struct state_giver *giver, uint32_t i, uint32_t column,
    struct error *err)
{
	struct aggregate_state *state = giver->aggregator->columns[i].state;
	struct column_builder fields[AGGREGATE_MAX_FIELDS];
	struct column_builder *to[AGGREGATE_MAX_FIELDS];
	uint32_t main_count, count;
	int result;

	for (uint32_t f = 0; f < state->field_count; f++) {
		column_builder_init(&fields[f], state->fields[f].type);
		to[f] = &fields[f];
	}
	for (uint32_t r = 0; r < giver->row_count; r++)
		giver->places[r] = COLUMN_NULL_ROW;
	main_count = find_fields(giver, 0, 0);
	result = state->ops->give_state(state, giver->ids, main_count, to,
	    err);
	if (result == 0 && state->ops->has_value_rows) {
		count = find_fields(giver, i + 1, main_count);
		result = aggregate_set_values(state, giver->ids, count, to);
	}
	for (uint32_t f = 0; f < state->field_count; f++) {
		struct column view = column_builder_view(&fields[f]);

		if (result == 0)
			result = column_builder_take(
			    &giver->builder.columns[column + f], &view,
			    giver->places, giver->row_count);
		column_builder_release(&fields[f]);
	}
	if (result != 0 && err->status == STATUS_OK)
		error_data(err, "state of more than 2 GiB in one batch");
	return result;
}

static int
flush_states(struct state_giver *giver, struct error *err)
{
	struct aggregator *aggregator = giver->aggregator;
	uint32_t column = aggregator->keys.count;

	if (giver->row_count == 0)
		return 0;
	batch_builder_clear(&giver->builder);
	for (uint32_t r = 0; r < giver->row_count; r++)
		giver->ids[r] = giver->rows[r].group;
	if (take_keys(aggregator, giver->ids, giver->row_count,
	    &giver->builder, err) != 0)
		return -1;
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		if (give_fields(giver, i, column, err) != 0)
			return error_prefix(err, "%s",
			    aggregator->columns[i].name);
		column += aggregator->columns[i].state->field_count;
	}
	giver->row_count = 0;
	return write_chunk(&giver->builder, giver->writer, err);
}

static int
give_row(struct state_giver *giver, uint32_t group, uint32_t set,
    uint32_t tuple, struct error *err)
{
	giver->rows[giver->row_count++] = (struct state_row){
		.group = group, .set = set, .tuple = tuple
	};
	return giver->row_count == AGGREGATOR_CHUNK ?
	    flush_states(giver, err) : 0;
}

/*
 * The main row, then the values: those of the last set first, since the
 * columns of all others are null there, and nulls come first.
 */
static int
give_group(struct state_giver *giver, uint32_t id, struct error *err)
{
	const struct aggregator *aggregator = giver->aggregator;
	const uint8_t *has_main = aggregator->has_main.slots;

	if ((!aggregator->is_merging || has_main[id]) &&
	    give_row(giver, id, 0, 0, err) != 0)
		return -1;
	for (uint32_t i = aggregator->column_count; i-- > 0;) {
		const struct aggregate_value_order *order =
		    &giver->orders[i];

		if (order->tuples == NULL)
			continue;
		for (uint32_t t = order->begins[id];
		    t < order->begins[id + 1]; t++) {
			if (give_row(giver, id, i + 1, order->tuples[t],
			    err) != 0)
				return -1;
		}
	}
	return 0;
}

int
aggregator_give_states(struct aggregator *aggregator,
    struct aggregator_writer *writer, struct error *err)
{
	uint32_t *order = group_order(aggregator);
	struct state_giver *giver = mem_zalloc(sizeof(*giver));
	struct schema schema = { 0 };
	int result = 0;

	giver->aggregator = aggregator;
	giver->writer = writer;
	giver->orders = mem_array((size_t)aggregator->column_count + 1,
	    sizeof(*giver->orders));
	aggregator_state_schema(aggregator, &schema);
	batch_builder_init(&giver->builder, &schema);
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		struct aggregate_state *state = aggregator->columns[i].state;

		if (state->ops->has_value_rows)
			aggregate_set_order(state, &giver->orders[i]);
	}
	for (uint32_t i = 0; i < aggregator->group_count && result == 0; i++)
		result = give_group(giver, order[i], err);
	if (result == 0)
		result = flush_states(giver, err);
	for (uint32_t i = 0; i < aggregator->column_count; i++)
		aggregate_value_order_release(&giver->orders[i]);
	batch_builder_release(&giver->builder);
	schema_release(&schema);
	mem_free(giver->orders);
	mem_free(giver);
	mem_free(order);
	return result;
}
