#include "op/join/parts.h"

/* A sorter takes this part of the budget. */
#define BUDGET_PART 8

static struct sorter *
new_sorter(const struct schema *schema, struct sort_key *by_number,
    struct budget *budget, const struct join_plan *plan)
{
	const struct join_options *options = plan->options;
	*by_number = (struct sort_key){.column = schema->count - 1};
	budget->limit_bytes = options->budget == NULL ? 0 :
	    options->budget->limit_bytes / BUDGET_PART;
	const struct sort_options sort = {.schema = schema,
	    .keys = by_number, .key_count = 1,
	    .temporary_folder = options->folder};
	return sorter_new(&sort, budget);
}

static int
take(struct batch_builder *builder, const struct column *columns,
    const uint32_t *rows, uint32_t count, struct error *err)
{
	batch_builder_clear(builder);
	for (uint32_t i = 0; i < builder->column_count; i++)
		if (column_builder_take(&builder->columns[i], &columns[i],
		    rows, count) != 0)
			return error_data(err, "strings of more than 2 GiB "
			    "in one batch");
	return 0;
}

/* ---- the probe side's ------------------------------------------------ */

int
join_lost_init(struct join_lost *lost, const struct join_plan *plan,
    const struct stream_header *probe, struct error *err)
{
	struct stream_header header;
	*lost = (struct join_lost){.sink = plan->options->unmatched};
	stream_header_copy(&header, probe);
	header.has_blocks = 0;
	int result = lost->sink->begin(lost->sink, &header, err);
	batch_builder_init(&lost->builder, &header.schema);
	stream_header_release(&header);
	return result;
}

void
join_lost_number(struct join_lost *lost, const struct join_plan *plan,
    const struct schema *schema)
{
	batch_builder_release(&lost->builder);
	batch_builder_init(&lost->builder, schema);
	schema_add_all(&lost->schema, schema);
	lost->sorter = new_sorter(&lost->schema, &lost->by_number,
	    &lost->budget, plan);
}

int
join_lost_add(struct join_lost *lost, const struct batch *batch,
    const uint32_t *rows, uint32_t count, struct error *err)
{
	if (count == 0)
		return 0;
	if (take(&lost->builder, batch->columns, rows, count, err) != 0)
		return -1;
	const struct batch *view = batch_builder_view(&lost->builder, NULL);
	return lost->sorter != NULL ? sorter_add(lost->sorter, view, err) :
	    batch_sink_write(lost->sink, view, err);
}

int
join_lost_finish(struct join_lost *lost, struct budget *budget,
    struct error *err)
{
	const struct batch *batch;
	if (lost->sorter == NULL)
		return 0;
	int got = sorter_end(lost->sorter, err);
	while (got == 0 &&
	    (got = sorter_next(lost->sorter, &batch, err)) == 1) {
		struct batch rows = *batch;
		rows.column_count--;
		got = batch_sink_write(lost->sink, &rows, err);
	}
	if (budget != NULL)
		budget->spilled_bytes += lost->budget.spilled_bytes;
	return got;
}

void
join_lost_release(struct join_lost *lost)
{
	sorter_free(lost->sorter);
	schema_release(&lost->schema);
	batch_builder_release(&lost->builder);
}

/* ---- the build side's ------------------------------------------------ */

void
join_rest_init(struct join_rest *rest, const struct join_plan *plan,
    _Bool is_numbered)
{
	*rest = (struct join_rest){.plan = plan};
	schema_add_all(&rest->schema, &plan->stored_schema);
	if (is_numbered)
		schema_add(&rest->schema, "", 0, type_of(TYPE_U64), 0);
	batch_builder_init(&rest->builder, &rest->schema);
	if (is_numbered)
		rest->sorter = new_sorter(&rest->schema, &rest->by_number,
		    &rest->budget, plan);
	else
		rest->spill = spill_new(&rest->schema, plan->options->folder,
		    plan->options->budget);
}

void
join_rest_release(struct join_rest *rest)
{
	sorter_free(rest->sorter);
	if (rest->spill != NULL)
		spill_free(rest->spill);
	schema_release(&rest->schema);
	batch_builder_release(&rest->builder);
}

int
join_rest_add(struct join_rest *rest, const struct column *stored,
    const uint32_t *rows, uint32_t count, struct error *err)
{
	if (count == 0)
		return 0;
	if (take(&rest->builder, stored, rows, count, err) != 0)
		return -1;
	const struct batch *view = batch_builder_view(&rest->builder, NULL);
	return rest->sorter != NULL ? sorter_add(rest->sorter, view, err) :
	    spill_write(rest->spill, view, err);
}

int
join_rest_add_build(struct join_rest *rest, const struct join_build *build,
    struct error *err)
{
	uint32_t rows[2048];
	uint32_t count = 0;
	for (uint64_t i = 0; i < build->row_count; i++) {
		if (join_build_has_matched(build, (uint32_t)i))
			continue;
		rows[count++] = (uint32_t)i;
		if (count < sizeof(rows) / sizeof(*rows))
			continue;
		if (join_rest_add(rest, build->columns, rows, count,
		    err) != 0)
			return -1;
		count = 0;
	}
	return join_rest_add(rest, build->columns, rows, count, err);
}

static int
next_rows(struct join_rest *rest, const struct batch **batch,
    struct error *err)
{
	return rest->sorter != NULL ? sorter_next(rest->sorter, batch, err) :
	    spill_next(rest->spill, batch, err);
}

/* So many nulls of a column. */
static struct column
nulls(struct column_builder *builder, uint32_t rows)
{
	column_builder_clear(builder);
	while (builder->row_count < rows)
		column_builder_append_null(builder);
	return column_builder_view(builder);
}

static int
give_batch(struct join_rest *rest, const struct batch *stored,
    struct batch_builder *empty, struct batch_sink *out, struct error *err)
{
	const struct join_plan *plan = rest->plan;
	uint32_t probe_count = plan->probe_schema->count;
	uint32_t count = plan->header.schema.count;
	struct column *columns = mem_array((size_t)count + 1,
	    sizeof(*columns));
	for (uint32_t i = 0; i < probe_count; i++)
		columns[i] = nulls(&empty->columns[i], stored->row_count);
	for (uint32_t k = 0; k < plan->key_count; k++)
		columns[plan->probe_keys[k]] =
		    stored->columns[plan->stored_keys[k]];
	for (uint32_t i = 0; i < plan->payload_count; i++)
		columns[probe_count + i] = stored->columns[i];
	const struct batch batch = {.row_count = stored->row_count,
	    .column_count = count, .columns = columns};
	int result = batch_sink_write(out, &batch, err);
	mem_free(columns);
	return result;
}

int
join_rest_give(struct join_rest *rest, struct batch_sink *out,
    struct error *err)
{
	struct batch_builder empty;
	const struct batch *batch;
	int got = 0;
	batch_builder_init(&empty, &rest->plan->header.schema);
	if (rest->sorter != NULL)
		got = sorter_end(rest->sorter, err);
	else
		spill_rewind(rest->spill);
	while (got == 0 && (got = next_rows(rest, &batch, err)) == 1)
		got = give_batch(rest, batch, &empty, out, err);
	if (rest->plan->options->budget != NULL)
		rest->plan->options->budget->spilled_bytes +=
		    rest->budget.spilled_bytes;
	batch_builder_release(&empty);
	return got;
}
