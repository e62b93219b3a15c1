#include "op/sort/sort.h"

#include "batch/builder.h"
#include "op/sort/run.h"
#include "op/sort/runs.h"

/*
 * A run: what a core's second cache holds, so that gathering its rows in
 * order hits it.
 */
#define RUN_BYTES (UINT64_C(4) << 20)
#define RUN_ROWS 65536

struct sorter {
	struct sort_options options;
	struct budget *budget;
	struct batch_builder held;	/* the run that grows */
	uint64_t charged_bytes;
	uint64_t run_bytes;		/* how far it grows */
	struct sort_prefix of_run, of_all;
	struct sort_form *forms;	/* owned, one a column */
	struct sort_scratch scratch;
	struct sort_runs runs;
	struct sort_runs_merge merge;
	uint64_t run_rows;		/* in runs, if there is a limit */
	uint64_t given_rows, added_rows;
};

struct sorter *
sorter_new(const struct sort_options *options, struct budget *budget)
{
	struct sorter *sorter = mem_zalloc(sizeof(*sorter));
	uint64_t limit = budget->limit_bytes;
	sorter->options = *options;
	sorter->budget = budget;
	sorter->run_bytes = limit == 0 || limit / 8 > RUN_BYTES ? RUN_BYTES :
	    limit / 8;
	batch_builder_init(&sorter->held, options->schema);
	sort_prefix_init(&sorter->of_run, options->keys, options->key_count);
	sort_prefix_init(&sorter->of_all, options->keys, options->key_count);
	sorter->forms = mem_array(options->schema->count,
	    sizeof(*sorter->forms));
	sort_runs_init(&sorter->runs, options->schema, options->keys,
	    options->key_count, options->temporary_folder, budget);
	return sorter;
}

void
sorter_free(struct sorter *sorter)
{
	if (sorter == NULL)
		return;
	sort_runs_merge_release(&sorter->merge);
	sort_runs_release(&sorter->runs);
	budget_return(sorter->budget, sorter->charged_bytes);
	batch_builder_release(&sorter->held);
	sort_prefix_release(&sorter->of_run);
	sort_prefix_release(&sorter->of_all);
	sort_scratch_release(&sorter->scratch);
	mem_free(sorter->forms);
	mem_free(sorter);
}

static uint64_t
bytes_held(const struct sorter *sorter)
{
	return batch_builder_bytes(&sorter->held) +
	    (uint64_t)batch_builder_rows(&sorter->held) * SORT_RUN_ROW_BYTES;
}

static void
charge(struct sorter *sorter)
{
	uint64_t bytes = bytes_held(sorter) + sorter->runs.bytes;
	budget_return(sorter->budget, sorter->charged_bytes);
	budget_charge(sorter->budget, bytes);
	sorter->charged_bytes = bytes;
}

/* ---- runs ------------------------------------------------------------ */

/* The rows held, or those of the limit, in order, in `run`; held is empty. */
static int
take_sorted(struct sorter *sorter, _Bool is_sorted, uint32_t count,
    struct batch_builder *run, struct error *err)
{
	const struct batch *rows = batch_builder_view(&sorter->held, NULL);
	if (is_sorted && count == rows->row_count) {
		*run = sorter->held;
		batch_builder_init(&sorter->held, sorter->options.schema);
		batch_builder_reserve(&sorter->held, run);
		return 0;
	}
	batch_builder_init(run, sorter->options.schema);
	int result = is_sorted ? batch_builder_append(run, rows, 0, count) :
	    batch_builder_take(run, rows, sorter->scratch.order, count);
	batch_builder_clear(&sorter->held);
	if (result == 0)
		return 0;
	batch_builder_release(run);
	return error_data(err, "the text of a sorted batch passes 2 GiB");
}

static int
close_run(struct sorter *sorter, struct error *err)
{
	const struct batch *rows = batch_builder_view(&sorter->held, NULL);
	uint64_t limit = sorter->options.limit;
	uint32_t count = rows->row_count;
	struct batch_builder run;
	if (count == 0)
		return 0;
	sort_prefix_reset(&sorter->of_run);
	sort_prefix_see(&sorter->of_run, rows);
	sort_prefix_join(&sorter->of_all, &sorter->of_run);
	sort_prefix_plan(&sorter->of_run);
	_Bool is_sorted = sort_run(&sorter->of_run, rows, &sorter->scratch);
	_Bool is_cut = limit != 0 && limit < count;
	_Bool is_kept = is_cut && limit <= count / 4;
	if (is_cut)
		count = (uint32_t)limit;
	if (take_sorted(sorter, is_sorted, count, &run, err) != 0)
		return -1;
	if (is_kept) {
		/* more may come before these */
		batch_builder_release(&sorter->held);
		sorter->held = run;
		return 0;
	}
	sorter->run_rows += count;
	return sort_runs_add(&sorter->runs, &run, err);
}

/* Sorted rows go to `kept` when they are a run, or at the end. */
static int
keep_rows(struct sorter *sorter, struct batch_builder *rows, _Bool is_end,
    struct sort_runs *kept, struct error *err)
{
	uint64_t limit = sorter->budget->limit_bytes;
	if (batch_builder_rows(rows) == 0 ||
	    (!is_end && batch_builder_bytes(rows) < sorter->run_bytes))
		return 0;
	if (sort_runs_add(kept, rows, err) != 0)
		return -1;
	batch_builder_init(rows, sorter->options.schema);
	return limit == 0 ? 0 : sort_runs_spill(kept, limit / 4, err);
}

/* Of the rows in runs those of the limit stay, as runs that follow. */
static int
cut_runs(struct sorter *sorter, struct error *err)
{
	struct sort_runs kept;
	struct batch_builder rows;
	const struct batch *batch;
	uint64_t left = sorter->options.limit;
	int got = 1;
	sort_runs_init(&kept, sorter->options.schema, sorter->options.keys,
	    sorter->options.key_count, sorter->options.temporary_folder,
	    sorter->budget);
	batch_builder_init(&rows, sorter->options.schema);
	sort_runs_merge_init(&sorter->merge, &sorter->runs, 0,
	    &sorter->of_all, sorter->forms);
	while (left > 0 && got == 1) {
		got = sort_merge_next(sorter->merge.merge, left <
		    BATCH_MAX_ROWS ? (uint32_t)left : BATCH_MAX_ROWS, &batch,
		    err);
		if (got != 1)
			break;
		left -= batch->row_count;
		if (batch_builder_append(&rows, batch, 0,
		    batch->row_count) != 0)
			got = error_data(err, "a run's text passes 2 GiB");
		else if (keep_rows(sorter, &rows, 0, &kept, err) != 0)
			got = -1;
	}
	if (got >= 0)
		got = keep_rows(sorter, &rows, 1, &kept, err);
	sort_runs_merge_release(&sorter->merge);
	batch_builder_release(&rows);
	sort_runs_release(&sorter->runs);
	sorter->runs = kept;
	sorter->run_rows = sorter->options.limit - left;
	return got;
}

/* Runs are cut back, go to files and are merged as is due. */
static int
tidy_runs(struct sorter *sorter, struct error *err)
{
	uint64_t limit = sorter->budget->limit_bytes;
	uint64_t rows = sorter->options.limit;
	sort_prefix_plan(&sorter->of_all);
	if (rows != 0 && sorter->run_rows / 4 > rows &&
	    cut_runs(sorter, err) != 0)
		return -1;
	if (limit != 0 && sort_runs_spill(&sorter->runs, limit / 2,
	    err) != 0)
		return -1;
	charge(sorter);
	int result = sort_runs_reduce(&sorter->runs, &sorter->of_all,
	    sorter->forms, err);
	/* what was merged is no longer in memory */
	charge(sorter);
	return result;
}

/* ---- adding and taking out ------------------------------------------- */

int
sorter_add(struct sorter *sorter, const struct batch *batch,
    struct error *err)
{
	sorter->added_rows += batch->row_count;
	if (batch->row_count == 0)
		return 0;
	sort_form_see(sorter->forms, batch);
	if (batch_builder_append(&sorter->held, batch, 0,
	    batch->row_count) != 0) {
		if (close_run(sorter, err) != 0)
			return -1;
		if (batch_builder_append(&sorter->held, batch, 0,
		    batch->row_count) != 0)
			return error_data(err, "a batch's text passes 2 GiB");
	}
	charge(sorter);
	if (batch_builder_rows(&sorter->held) < RUN_ROWS &&
	    bytes_held(sorter) < sorter->run_bytes)
		return 0;
	if (close_run(sorter, err) != 0)
		return -1;
	return tidy_runs(sorter, err);
}

int
sorter_end(struct sorter *sorter, struct error *err)
{
	if (close_run(sorter, err) != 0)
		return -1;
	if (batch_builder_rows(&sorter->held) > 0 &&
	    sort_runs_add(&sorter->runs, &sorter->held, err) != 0)
		return -1;
	batch_builder_release(&sorter->held);
	batch_builder_init(&sorter->held, sorter->options.schema);
	sort_scratch_release(&sorter->scratch);
	charge(sorter);
	sort_prefix_plan(&sorter->of_all);
	sort_runs_merge_init(&sorter->merge, &sorter->runs, 0,
	    &sorter->of_all, sorter->forms);
	return 0;
}

int
sorter_next(struct sorter *sorter, const struct batch **batch,
    struct error *err)
{
	uint64_t limit = sorter->options.limit;
	uint64_t most = BATCH_MAX_ROWS;
	if (limit != 0 && limit - sorter->given_rows < most)
		most = limit - sorter->given_rows;
	if (most == 0)
		return 0;
	int got = sort_merge_next(sorter->merge.merge, (uint32_t)most, batch,
	    err);
	if (got == 1)
		sorter->given_rows += (*batch)->row_count;
	return got;
}

uint64_t
sorter_dropped(const struct sorter *sorter)
{
	return sorter->added_rows - sorter->given_rows;
}
