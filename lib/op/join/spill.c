#include "op/join/spill.h"

/*
 * The hash join beyond the budget (grace hash join: Kitsuregawa, Tanaka and
 * Moto-oka 1983).
 *
 * Build rows are cut into partitions by the hash of their keys and written
 * away (keys, payload), then the probe rows (all columns, and their number
 * in the input).  Partition by partition the build side is read into memory
 * and probed; a partition that is still too large is cut again by the next
 * bits.  Each joined partition ascends by number, so that putting the next
 * number first gives the probe side's order, and with the batches' sizes
 * remembered also its batches and blocks.
 */

/* A probe batch that is still to come out. */
struct remembered {
	uint32_t row_count;
	_Bool is_mark;
	uint64_t epoch;
	struct block block;
};

static void
add_field(struct schema *schema, const struct field *field)
{
	schema_add(schema, field->name, strlen(field->name), field->type, 1);
}

/* Names do not matter in spills, but for those of keys in messages. */
static void
spill_join_init(struct spill_join *join, const struct join_plan *plan,
    struct join_counts *counts)
{
	*join = (struct spill_join){ .plan = plan, .counts = counts };
	join->build_keys = mem_array((size_t)plan->key_count + 1,
	    sizeof(uint32_t));
	join->is_numbered = join_keeps_build(plan);
	join->stored = mem_array((size_t)plan->stored_count + 2,
	    sizeof(uint32_t));
	for (uint32_t k = 0; k < plan->key_count; k++) {
		join->build_keys[k] = k;
		add_field(&join->build_schema,
		    &plan->build_schema->fields[plan->build_keys[k]]);
	}
	schema_add_all(&join->probe_schema, plan->probe_schema);
	schema_add(&join->probe_schema, "", 0, type_of(TYPE_U64), 0);
	schema_add_all(&join->joined_schema, &join->probe_schema);
	for (uint32_t i = 0; i < plan->stored_count; i++) {
		const struct field *field = &plan->stored_schema.fields[i];

		add_field(&join->build_schema, field);
		if (i < plan->payload_count)
			add_field(&join->joined_schema, field);
	}
	schema_add_all(&join->part_stored, &plan->stored_schema);
	if (join->is_numbered) {
		schema_add(&join->build_schema, "", 0, type_of(TYPE_U64), 0);
		schema_add(&join->part_stored, "", 0, type_of(TYPE_U64), 0);
		join_rest_init(&join->rest, plan, 1);
	}
	for (uint32_t i = 0; i < join->part_stored.count; i++)
		join->stored[i] = plan->key_count + i;
	join->part_plan = *plan;
	join->part_plan.stored_count = join->part_stored.count;
	join->part_plan.stored_schema = join->part_stored;
	join->part_plan.header.has_blocks = 0;
}

static void
spill_join_release(struct spill_join *join)
{
	mem_free(join->build_keys);
	mem_free(join->stored);
	if (join->is_numbered)
		join_rest_release(&join->rest);
	schema_release(&join->part_stored);
	schema_release(&join->build_schema);
	schema_release(&join->probe_schema);
	schema_release(&join->joined_schema);
	buffer_release(&join->remembered);
}

/* ---- writing both sides away ------------------------------------------ */

/* A run of numbers behind the other columns of a builder. */
static void
add_numbers(struct spill_join *join, struct column_builder *builder,
    uint32_t count)
{
	uint64_t *numbers = column_builder_extend(builder, count);

	for (uint32_t i = 0; i < count; i++)
		numbers[i] = join->build_rows++;
}

/*
 * A run of the rows that are in memory: their keys and what is stored.  Rows
 * without a key are left out, unless they come out nevertheless: then the
 * keys are stored, too.
 */
static int
cut_loaded_run(struct spill_join *join, const struct join_build *loaded,
    uint32_t begin, uint32_t count, struct batch_builder *builder,
    struct join_cutter *cutter, struct error *err)
{
	const uint32_t *ids = (const uint32_t *)(void *)loaded->ids.data;
	uint32_t keyed_ids[BATCH_ROWS], rows[BATCH_ROWS];
	uint32_t keyed = 0;
	int result = 0;

	batch_builder_clear(builder);
	for (uint32_t i = begin; i < begin + count; i++) {
		keyed_ids[keyed] = ids[i];
		rows[keyed] = i;
		keyed += join->is_numbered || ids[i] != KEY_TABLE_NONE;
	}
	for (uint32_t k = 0; k < join->plan->key_count && result == 0; k++) {
		struct column column;

		if (!join->is_numbered) {
			result = key_table_take(loaded->table, k, keyed_ids,
			    keyed, &builder->columns[k]);
			continue;
		}
		column = column_builder_view(&loaded->rows.columns[
		    join->plan->stored_keys[k]]);
		result = column_builder_take(&builder->columns[k], &column,
		    rows, keyed);
	}
	for (uint32_t i = 0; i < join->plan->stored_count && result == 0;
	    i++) {
		struct column column =
		    column_builder_view(&loaded->rows.columns[i]);

		result = column_builder_take(&builder->columns[
		    join->stored[i]], &column, rows, keyed);
	}
	if (join->is_numbered)
		add_numbers(join, &builder->columns[builder->column_count -
		    1], keyed);
	if (result != 0)
		return error_data(err, "strings of more than 2 GiB in one "
		    "batch");
	return join_cutter_add(cutter, batch_builder_view(builder, NULL),
	    err);
}

static int
cut_loaded(struct spill_join *join, struct join_build *loaded,
    struct join_cutter *cutter, struct error *err)
{
	struct batch_builder builder;
	int result = 0;

	batch_builder_init(&builder, &join->build_schema);
	for (uint64_t i = 0; i < loaded->row_count && result == 0;
	    i += BATCH_ROWS) {
		uint64_t left = loaded->row_count - i;

		result = cut_loaded_run(join, loaded, (uint32_t)i,
		    left < BATCH_ROWS ? (uint32_t)left : BATCH_ROWS,
		    &builder, cutter, err);
	}
	if (!join->is_numbered)
		cutter->null_count += loaded->null_count;
	batch_builder_release(&builder);
	join_build_release(loaded);
	return result;
}

/* The rest of the build side, as keys and payload. */
static int
cut_build(struct spill_join *join, struct batch_source *build,
    struct join_cutter *cutter, struct error *err)
{
	const struct join_plan *plan = join->plan;
	uint32_t count = join->build_schema.count;
	struct column *columns = mem_array((size_t)count + 1,
	    sizeof(*columns));
	struct column_builder numbers;
	const struct batch *batch;
	int got;

	column_builder_init(&numbers, type_of(TYPE_U64));
	while ((got = batch_source_next(build, &batch, err)) == 1) {
		struct batch narrow = {
			.row_count = batch->row_count,
			.column_count = count,
			.columns = columns
		};

		for (uint32_t k = 0; k < plan->key_count; k++)
			columns[k] = batch->columns[plan->build_keys[k]];
		for (uint32_t i = 0; i < plan->stored_count; i++)
			columns[join->stored[i]] =
			    batch->columns[plan->stored[i]];
		if (join->is_numbered) {
			column_builder_clear(&numbers);
			add_numbers(join, &numbers, batch->row_count);
			columns[count - 1] = column_builder_view(&numbers);
		}
		if (join_cutter_add(cutter, &narrow, err) != 0) {
			got = -1;
			break;
		}
	}
	column_builder_release(&numbers);
	mem_free(columns);
	return got;
}

static void
remember(struct spill_join *join, const struct batch *batch)
{
	struct remembered remembered = {
		.row_count = batch->row_count,
		.is_mark = batch->is_mark,
		.epoch = batch->epoch,
		.block = batch->block
	};

	buffer_append(&join->remembered, &remembered, sizeof(remembered));
	join->probe_rows += batch->row_count;
}

static int
cut_probe(struct spill_join *join, struct batch_source *probe,
    struct join_cutter *cutter, struct error *err)
{
	uint32_t count = join->probe_schema.count;
	struct column *columns = mem_array((size_t)count + 1,
	    sizeof(*columns));
	uint64_t *numbers = mem_array(BATCH_MAX_ROWS, sizeof(*numbers));
	const struct batch *batch;
	int got;

	while ((got = batch_source_next(probe, &batch, err)) == 1) {
		struct batch numbered = *batch;

		for (uint32_t i = 0; i < batch->row_count; i++)
			numbers[i] = join->probe_rows + i;
		memcpy(columns, batch->columns,
		    (count - 1) * sizeof(*columns));
		columns[count - 1] = (struct column){
			.type = type_of(TYPE_U64), .values = numbers
		};
		numbered.columns = columns;
		numbered.column_count = count;
		remember(join, batch);
		if (join_cutter_add(cutter, &numbered, err) != 0) {
			got = -1;
			break;
		}
	}
	mem_free(columns);
	mem_free(numbers);
	return got;
}

/* ---- the probe side's order ------------------------------------------- */

/* One probe batch: its rows, without their numbers. */
static int
give_batch(struct spill_join *join, struct join_collector *collector,
    const struct remembered *remembered, struct join_output *output,
    struct error *err)
{
	uint32_t probe_count = join->probe_schema.count - 1;
	uint32_t column_count = join->joined_schema.count - 1;
	struct batch like = {
		.row_count = remembered->row_count,
		.is_mark = remembered->is_mark,
		.epoch = remembered->epoch,
		.block = remembered->block
	};
	uint64_t end = collector->next + remembered->row_count;
	const struct batch *rows;
	const uint32_t *order;
	uint32_t count;
	int got;

	join_output_begin(output, &like);
	while ((got = join_collector_next(collector, end, &rows, &order,
	    &count, err)) == 1) {
		struct batch narrow = *rows;

		memmove(narrow.columns + probe_count,
		    narrow.columns + probe_count + 1,
		    (column_count - probe_count) * sizeof(*narrow.columns));
		if (join_output_rows(output, &narrow, order, count,
		    err) != 0)
			return -1;
	}
	return got == 0 ? join_output_end(output, err) : -1;
}

static int
give_all(struct spill_join *join, struct spill *const *joined,
    struct batch_sink *out, struct error *err)
{
	const struct remembered *remembered =
	    (const struct remembered *)(void *)join->remembered.data;
	size_t count = join->remembered.len / sizeof(*remembered);
	struct join_collector collector;
	struct join_output output;
	int result = join_collector_init(&collector, joined,
	    &join->joined_schema, join->probe_schema.count - 1,
	    join->probe_rows, err);

	join_output_init(&output, join->plan, &join->plan->header.schema,
	    out, NULL);
	for (size_t i = 0; i < count && result == 0; i++)
		result = give_batch(join, &collector, &remembered[i],
		    &output, err);
	join_output_release(&output);
	join_collector_release(&collector);
	return result;
}

/* ---- all of it -------------------------------------------------------- */

int
join_spill_run(const struct join_plan *plan, struct join_build *loaded,
    struct batch_source *probe, struct batch_source *build,
    struct batch_sink *out, struct join_lost *lost,
    struct join_counts *counts, struct error *err)
{
	struct spill_join join;
	struct join_cutter builds, probes;
	struct spill *joined[JOIN_PARTITIONS] = { NULL };
	int result;

	spill_join_init(&join, plan, counts);
	join.lost = lost;
	if (lost != NULL)
		join_lost_number(lost, plan, &join.probe_schema);
	join_cutter_init(&builds, &join.build_schema, join.build_keys,
	    plan->key_count, 0, !join.is_numbered &&
	    !plan->options->nulls_match, plan);
	join_cutter_init(&probes, &join.probe_schema, plan->probe_keys,
	    plan->key_count, 0, 0, plan);
	result = cut_loaded(&join, loaded, &builds, err);
	if (result == 0)
		result = cut_build(&join, build, &builds, err);
	if (result == 0)
		result = join_cutter_finish(&builds, err);
	if (result == 0)
		result = cut_probe(&join, probe, &probes, err);
	if (result == 0)
		result = join_cutter_finish(&probes, err);
	counts->unmatched2 += builds.null_count;
	if (result == 0)
		result = join_partitions(&join, &builds, &probes, joined, 1,
		    err);
	join_cutter_release(&builds);
	join_cutter_release(&probes);
	if (result == 0)
		result = give_all(&join, joined, out, err);
	if (result == 0 && join.is_numbered)
		result = join_rest_give(&join.rest, out, err);
	for (uint32_t p = 0; p < JOIN_PARTITIONS; p++)
		spill_free(joined[p]);
	spill_join_release(&join);
	return result;
}
