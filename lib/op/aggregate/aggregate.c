#include "op/aggregate/aggregate.h"

#include "batch/value.h"
#include "op/aggregate/run.h"

/* ---- rows in --------------------------------------------------------- */

static int
take_rows(struct aggregate *run, const struct batch *batch, struct error *err)
{
	struct aggregate_plan *plan = &run->plan;
	struct aggregate_keys *keys = &plan->keys;
	if (run->needs_no_rows)
		return 0;
	if (run->input->has_blocks &&
	    batch->block.index != run->block) {
		run->block = batch->block.index;
		run->row = 0;
	}
	if (aggregate_keys_eval(keys, batch, err) != 0 ||
	    aggregate_plan_eval(plan, batch, err) != 0)
		return -1;
	uint32_t sets = keys->set_count > 0 ? keys->set_count : 1;
	for (uint32_t set = 0; set < sets; set++)
		if (aggregator_update(&plan->aggregator, batch->row_count,
		    aggregate_keys_of(keys, set, batch->row_count),
		    plan->inputs, run->block, run->row, err) != 0)
			return -1;
	run->row += batch->row_count;
	return 0;
}

static int
take_states(struct aggregate *run, const struct batch *batch, struct error *err)
{
	struct batch states = *batch;
	states.columns = run->states;
	states.column_count = run->runs.schema.count;
	for (uint32_t i = 0; i < states.column_count; i++)
		states.columns[i] = batch->columns[run->plan.fields[i]];
	return aggregator_merge(&run->plan.aggregator, &states, err);
}

/*
 * Ids of groups are indices with a sign, that of none being -1; any batch may
 * still come, in all grouping sets.
 */
#define MAX_GROUPS (INT32_MAX - BATCH_MAX_ROWS * AGGREGATE_MAX_SETS)

int
aggregate_spill_if_full(struct aggregate *run, uint32_t rows,
    struct error *err)
{
	const struct aggregator *aggregator = &run->plan.aggregator;
	if (run->plan.keys.set_count > 0)
		rows *= run->plan.keys.set_count;
	if (aggregator->group_count <= MAX_GROUPS &&
	    !budget_lacks(run->options->budget,
	    aggregator_growth_bytes(aggregator, rows)))
		return 0;
	run->is_spilled = 1;
	return aggregate_feed_rollups(run, err) != 0 ? -1 :
	    aggregate_runs_spill(&run->runs, err);
}

/* ---- groups out ------------------------------------------------------ */

/* All groups, whether spilled or not. */
static int
give_groups(struct aggregate *run, struct error *err)
{
	struct aggregator_writer *writer = &run->output.writer;
	_Bool is_partial = run->options->is_partial;
	if (run->runs.run_count > 0)
		return aggregate_runs_spill(&run->runs, err) != 0 ? -1 :
		    aggregate_runs_merge(&run->runs, is_partial, writer, err);
	return is_partial ?
	    aggregator_give_states(&run->plan.aggregator, writer, err) :
	    aggregator_give_results(&run->plan.aggregator, 0, writer, err);
}

/* ---- sorted input ---------------------------------------------------- */

static void
format_keys(const struct aggregate *run, const struct batch *keys, uint32_t row,
    struct buffer *text)
{
	for (uint32_t k = 0; k < run->plan.keys.count; k++) {
		buffer_append_text(text, k > 0 ? ", " : "");
		if (column_is_null(&keys->columns[k], row))
			buffer_append_text(text, "null");
		else
			column_format(&keys->columns[k], row, text);
	}
}

static int
fail_order(const struct aggregate *run, const struct batch *before,
    uint32_t before_row, const struct batch *keys, uint32_t row,
    struct error *err)
{
	struct buffer was = {0}, is = {0};
	format_keys(run, before, before_row, &was);
	format_keys(run, keys, row, &is);
	error_data(err, "row %llu is out of order: key (%s) after (%s)",
	    (unsigned long long)(run->row_count + row + 1),
	    buffer_text(&is), buffer_text(&was));
	buffer_release(&was);
	buffer_release(&is);
	return -1;
}

/* The first row of the batch's last group; 0 if it began before. */
static int
find_open(struct aggregate *run, const struct batch *keys, uint32_t *open,
    struct error *err)
{
	*open = 0;
	for (uint32_t i = 0; i < keys->row_count; i++) {
		const struct batch *before = keys;
		uint32_t before_row = i - 1;
		if (i == 0) {
			if (batch_builder_rows(&run->last) == 0)
				continue;
			before = batch_builder_view(&run->last, NULL);
			before_row = 0;
		}
		int order = batch_compare(before, before_row, keys, i,
		    run->order, run->plan.keys.count);
		if (order > 0)
			return fail_order(run, before, before_row, keys, i,
			    err);
		if (order < 0)
			*open = i;
		/* a group that ended with the batch before */
		if (order < 0 && i == 0 && (give_groups(run, err) != 0))
			return -1;
		if (order < 0 && i == 0)
			aggregate_runs_restart(&run->runs);
	}
	batch_builder_clear(&run->last);
	if (batch_builder_append(&run->last, keys, keys->row_count - 1,
	    1) != 0)
		return error_data(err, "a key's text passes 2 GiB");
	return 0;
}

static int
take_part(struct aggregate *run, struct batch_builder *part,
    const struct batch *batch, uint32_t begin, uint32_t count,
    struct error *err)
{
	batch_builder_clear(part);
	if (batch_builder_append(part, batch, begin, count) != 0)
		return error_data(err, "a batch's text passes 2 GiB");
	return take_rows(run, batch_builder_view(part, batch), err);
}

/*
 * The groups that end in this batch are given; the last one stays open,
 * alone in the aggregator.
 */
static int
take_sorted(struct aggregate *run, const struct batch *batch, struct error *err)
{
	struct aggregate_keys *keys = &run->plan.keys;
	uint32_t open;
	if (aggregate_keys_eval(keys, batch, err) != 0)
		return -1;
	struct column *columns = mem_array((size_t)keys->count + 1,
	    sizeof(*columns));
	for (uint32_t k = 0; k < keys->count; k++)
		columns[k] = *keys->values[k];
	const struct batch tuples = {.row_count = batch->row_count,
	    .column_count = keys->count, .columns = columns};
	int result = find_open(run, &tuples, &open, err);
	mem_free(columns);
	if (result != 0)
		return -1;
	if (open == 0)
		return take_rows(run, batch, err);
	if (take_part(run, &run->closed, batch, 0, open, err) != 0 ||
	    give_groups(run, err) != 0)
		return -1;
	aggregate_runs_restart(&run->runs);
	return take_part(run, &run->open, batch, open,
	    batch->row_count - open, err);
}

static void
prepare_sorted(struct aggregate *run)
{
	uint32_t count = run->plan.keys.count;
	batch_builder_init(&run->closed, &run->input->schema);
	batch_builder_init(&run->open, &run->input->schema);
	batch_builder_init(&run->last, &run->plan.keys.schema);
	run->order = mem_array((size_t)count + 1, sizeof(*run->order));
	for (uint32_t k = 0; k < count; k++)
		run->order[k] = (struct sort_key){.column = k,
		    .nulls_first = 1};
}

/* ---- all ------------------------------------------------------------- */

/* The header of the output. */
static int
begin(struct aggregate *run, struct batch_sink *out,
    struct stream_header *header, struct error *err)
{
	const struct aggregator *aggregator = &run->plan.aggregator;
	struct properties *properties = &header->properties;
	uint32_t key_count = run->plan.keys.schema.count;
	if (run->input->origin != NULL)
		header->origin = mem_strdup(run->input->origin);
	if (run->options->is_partial)
		aggregator_state_schema(aggregator, &header->schema);
	else
		aggregator_result_schema(aggregator, &header->schema);
	properties->sort_keys = aggregator_state_order(aggregator,
	    &properties->sort_key_count);
	if (!run->options->is_partial) {
		properties->sort_key_count = key_count;
		properties->unique_columns = mem_array(
		    (size_t)key_count + 1, sizeof(uint32_t));
		properties->unique_column_count = key_count;
		for (uint32_t k = 0; k < key_count; k++)
			properties->unique_columns[k] = k;
	}
	return out->begin(out, header, err);
}

static int
begin_planned(struct aggregate *run, struct batch_sink *out,
    struct error *err)
{
	struct stream_header header = {0};
	aggregate_runs_init(&run->runs, &run->plan.aggregator,
	    run->options->folder);
	run->states = mem_array((size_t)run->runs.schema.count + 1,
	    sizeof(*run->states));
	if (run->options->is_sorted)
		prepare_sorted(run);
	int result = begin(run, out, &header, err);
	aggregate_output_init(&run->output, &header.schema,
	    run->plan.keys.schema.count, out);
	run->has_begun = 1;
	stream_header_release(&header);
	return result;
}

/* With expressions over results, or HAVING, there is a step behind. */
static _Bool
needs_results(const struct aggregate_plan *plan)
{
	for (uint32_t i = 0; i < plan->list.item_count; i++)
		if (plan->list.items[i].expression != NULL)
			return 1;
	return plan->having != NULL;
}

static int
begin_with_results(struct aggregate *run, struct batch_sink *out,
    struct error *err)
{
	struct aggregate_plan *plan = &run->plan;
	struct schema calls = {0};
	aggregator_result_schema(&plan->aggregator, &calls);
	run->has_results = 1;
	int result = aggregate_results_init(&run->results, &calls,
	    plan->keys.schema.count, &plan->list, plan->having, out, err);
	if (result == 0)
		result = begin_planned(run, &run->results.sink, err);
	schema_release(&calls);
	return result;
}

struct aggregate *
aggregate_new(const struct aggregate_options *options,
    const struct stream_header *input, struct batch_sink *out,
    struct error *err)
{
	struct aggregate *run = mem_zalloc(sizeof(*run));
	run->options = options;
	run->input = input;
	int result = aggregate_plan_init(&run->plan, options, &input->schema,
	    err);
	if (result == 0)
		result = needs_results(&run->plan) && !options->is_partial ?
		    begin_with_results(run, out, err) :
		    begin_planned(run, out, err);
	if (result == 0)
		return run;
	aggregate_free(run);
	return NULL;
}

int
aggregate_take(struct aggregate *run, const struct batch *batch,
    struct error *err)
{
	const struct aggregate_options *options = run->options;
	if (batch->row_count == 0)
		return 0;
	int result = options->is_final ? take_states(run, batch, err) :
	    options->is_sorted && run->plan.keys.count > 0 ?
	    take_sorted(run, batch, err) : take_rows(run, batch, err);
	run->row_count += batch->row_count;
	return result != 0 ? -1 :
	    aggregate_spill_if_full(run, batch->row_count, err);
}

int
aggregate_finish(struct aggregate *run, struct stage *stage,
    struct error *err)
{
	/* the total of no rows is a row, too */
	int64_t total = aggregate_keys_total(&run->plan.keys);
	if (total >= 0 && run->row_count == 0)
		aggregator_touch(&run->plan.aggregator, aggregate_keys_of(
		    &run->plan.keys, (uint32_t)total, 1));
	int result = 0;
	/* sorted: what is left is the open group, if there was a row */
	if (!(run->options->is_sorted && run->row_count == 0 &&
	    run->plan.keys.count > 0))
		result = give_groups(run, err);
	if (result == 0)
		result = aggregate_output_finish(&run->output, err);
	if (run->is_spilled)
		stage_set_strategy(stage, "spilled");
	stage->counts.grouped = run->row_count;
	if (run->has_results)
		stage->counts.qualified = run->results.dropped;
	return result;
}

void
aggregate_free(struct aggregate *run)
{
	if (run == NULL)
		return;
	if (run->has_begun) {
		aggregate_output_release(&run->output);
		aggregate_runs_release(&run->runs);
	}
	if (run->has_results)
		aggregate_results_release(&run->results);
	aggregate_free_rollups(run);
	aggregate_plan_release(&run->plan);
	batch_builder_release(&run->closed);
	batch_builder_release(&run->open);
	batch_builder_release(&run->last);
	mem_free(run->order);
	mem_free(run->states);
	mem_free(run);
}

int
aggregate_run(const struct aggregate_options *options,
    struct batch_source *in, struct batch_sink *out, struct stage *stage,
    struct error *err)
{
	struct aggregate *run = aggregate_new(options, in->header, out, err);
	const struct batch *batch;
	int got = -1;
	while (run != NULL && (got = batch_source_next(in, &batch, err)) == 1)
		if (aggregate_take(run, batch, err) != 0) {
			got = -1;
			break;
		}
	if (got == 0)
		got = aggregate_finish(run, stage, err);
	aggregate_free(run);
	return got;
}
