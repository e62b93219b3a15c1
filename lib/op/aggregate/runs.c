#include "op/aggregate/runs.h"

#include <assert.h>

/* Rows of several runs that are merged together, about. */
#define MERGE_ROWS 32768

struct run_writer {
	struct aggregator_writer writer;
	struct spill *spill;
};

struct cursor {
	const struct batch *batch;	/* borrowed; NULL at the end */
	uint32_t row;
};

void
aggregate_runs_init(struct aggregate_runs *runs,
    struct aggregator *aggregator, const char *folder)
{
	*runs = (struct aggregate_runs){
		.aggregator = aggregator, .folder = folder
	};
	aggregator_state_schema(aggregator, &runs->schema);
	runs->order = aggregator_state_order(aggregator, &runs->order_count);
}

static void
free_runs(struct aggregate_runs *runs)
{
	for (uint32_t i = 0; i < runs->run_count; i++)
		spill_free(runs->runs[i]);
	runs->run_count = 0;
}

void
aggregate_runs_release(struct aggregate_runs *runs)
{
	free_runs(runs);
	schema_release(&runs->schema);
	mem_free(runs->order);
	*runs = (struct aggregate_runs){ 0 };
}

static int
run_write(struct aggregator_writer *writer, const struct batch *batch,
    struct error *err)
{
	return spill_write(((struct run_writer *)writer)->spill, batch, err);
}

static struct spill *
new_run(const struct aggregate_runs *runs)
{
	return spill_new(&runs->schema, runs->folder,
	    runs->aggregator->budget);
}

/* All runs become one. */
static int
compact(struct aggregate_runs *runs, struct error *err)
{
	struct run_writer writer = {
		.writer.write = run_write, .spill = new_run(runs)
	};

	if (aggregate_runs_merge(runs, 1, &writer.writer, err) != 0) {
		spill_free(writer.spill);
		return -1;
	}
	free_runs(runs);
	runs->runs[runs->run_count++] = writer.spill;
	return 0;
}

int
aggregate_runs_spill(struct aggregate_runs *runs, struct error *err)
{
	struct aggregator *aggregator = runs->aggregator;
	_Bool is_merging = aggregator->is_merging;
	struct run_writer writer = {
		.writer.write = run_write, .spill = new_run(runs)
	};

	runs->runs[runs->run_count++] = writer.spill;
	if (aggregator_give_states(aggregator, &writer.writer, err) != 0)
		return -1;
	aggregator_clear(aggregator);
	if (runs->run_count == AGGREGATE_MAX_RUNS && compact(runs, err) != 0)
		return -1;
	aggregator_clear(aggregator);
	aggregator->is_merging = is_merging;
	return 0;
}

/* ---- merging ---------------------------------------------------------- */

struct merge {
	struct aggregate_runs *runs;
	struct cursor cursors[AGGREGATE_MAX_RUNS];
	struct batch_builder builder;	/* of rows to be merged */
};

/* Reads on where a cursor has come to the end of its batch. */
static int
advance(struct merge *merge, uint32_t i, struct error *err)
{
	struct cursor *cursor = &merge->cursors[i];
	int got = 1;

	while (got == 1 && (cursor->batch == NULL ||
	    cursor->row == cursor->batch->row_count)) {
		cursor->row = 0;
		got = spill_next(merge->runs->runs[i], &cursor->batch, err);
	}
	if (got == 0)
		cursor->batch = NULL;
	return got < 0 ? -1 : 0;
}

static int
compare_rows(const struct merge *merge, const struct batch *a,
    uint32_t a_row, const struct batch *b, uint32_t b_row)
{
	return batch_compare(a, a_row, b, b_row, merge->runs->order,
	    merge->runs->order_count);
}

/* The batch whose last row is least; NULL when all runs are at their end. */
static const struct batch *
find_bound(const struct merge *merge)
{
	const struct batch *bound = NULL;

	for (uint32_t i = 0; i < merge->runs->run_count; i++) {
		const struct batch *batch = merge->cursors[i].batch;

		if (batch != NULL && (bound == NULL ||
		    compare_rows(merge, batch, batch->row_count - 1, bound,
		    bound->row_count - 1) < 0))
			bound = batch;
	}
	return bound;
}

/* The first row of the cursor's batch that is beyond the bound. */
static uint32_t
find_end(const struct merge *merge, const struct cursor *cursor,
    const struct batch *bound)
{
	uint32_t low = cursor->row, high = cursor->batch->row_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare_rows(merge, cursor->batch, middle, bound,
		    bound->row_count - 1) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int
merge_rows(struct merge *merge, struct error *err)
{
	int result = aggregator_merge(merge->runs->aggregator,
	    batch_builder_view(&merge->builder, NULL), err);

	batch_builder_clear(&merge->builder);
	return result;
}

static int
merge_slice(struct merge *merge, const struct batch *batch, uint32_t begin,
    uint32_t count, struct error *err)
{
	if (batch_builder_append(&merge->builder, batch, begin, count) != 0) {
		if (merge_rows(merge, err) != 0)
			return -1;
		if (batch_builder_append(&merge->builder, batch, begin,
		    count) != 0)
			return error_data(err, "states of more than 2 GiB");
	}
	return batch_builder_rows(&merge->builder) < MERGE_ROWS ? 0 :
	    merge_rows(merge, err);
}

/* All rows up to the bound; the cursors then stand behind them. */
static int
merge_stretch(struct merge *merge, const struct batch *bound,
    struct error *err)
{
	uint32_t ends[AGGREGATE_MAX_RUNS] = { 0 };

	for (uint32_t i = 0; i < merge->runs->run_count; i++) {
		if (merge->cursors[i].batch != NULL)
			ends[i] = find_end(merge, &merge->cursors[i], bound);
		/* the run that the bound is from ends here, or is unsorted */
		assert(merge->cursors[i].batch != bound ||
		    ends[i] == bound->row_count);
	}
	for (uint32_t i = 0; i < merge->runs->run_count; i++) {
		struct cursor *cursor = &merge->cursors[i];

		if (cursor->batch == NULL || ends[i] == cursor->row)
			continue;
		if (merge_slice(merge, cursor->batch, cursor->row,
		    ends[i] - cursor->row, err) != 0)
			return -1;
		cursor->row = ends[i];
	}
	if (merge_rows(merge, err) != 0)
		return -1;
	for (uint32_t i = 0; i < merge->runs->run_count; i++) {
		if (merge->cursors[i].batch != NULL &&
		    advance(merge, i, err) != 0)
			return -1;
	}
	return 0;
}

static int
merge_all(struct merge *merge, _Bool gives_states,
    struct aggregator_writer *writer, struct error *err)
{
	struct aggregator *aggregator = merge->runs->aggregator;
	const struct batch *bound;

	for (uint32_t i = 0; i < merge->runs->run_count; i++) {
		spill_rewind(merge->runs->runs[i]);
		if (advance(merge, i, err) != 0)
			return -1;
	}
	bound = find_bound(merge);
	while (bound != NULL) {
		if (merge_stretch(merge, bound, err) != 0)
			return -1;
		bound = find_bound(merge);
		if (!gives_states) {
			/* the last group may go on in the next stretch */
			if (aggregator_give_results(aggregator,
			    bound != NULL, writer, err) != 0)
				return -1;
			continue;
		}
		if (aggregator_give_states(aggregator, writer, err) != 0)
			return -1;
		aggregator_clear(aggregator);
	}
	return 0;
}

int
aggregate_runs_merge(struct aggregate_runs *runs, _Bool gives_states,
    struct aggregator_writer *writer, struct error *err)
{
	struct merge *merge = mem_zalloc(sizeof(*merge));
	int result;

	merge->runs = runs;
	batch_builder_init(&merge->builder, &runs->schema);
	result = merge_all(merge, gives_states, writer, err);
	batch_builder_release(&merge->builder);
	mem_free(merge);
	return result;
}

void
aggregate_runs_restart(struct aggregate_runs *runs)
{
	free_runs(runs);
	aggregator_clear(runs->aggregator);
	runs->aggregator->is_merging = 0;
}
