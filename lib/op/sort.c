#include "op/sort.h"

#include "batch/builder.h"
#include "op/merge.h"
#include "op/sort_run.h"
#include "op/spill.h"

/* Rows held beyond twice the limit before they are cut back to it. */
#define LIMIT_SLACK_ROWS 65536

struct sorter {
	struct sort_options options;
	struct budget *budget;
	struct batch_builder held;	/* the run that grows */
	uint64_t charged_bytes;
	uint32_t *order;		/* owned; of the run that goes out */
	uint32_t position;
	struct spill *runs[SORT_FAN_IN];	/* owned */
	uint32_t run_count;
	struct merge_input inputs[SORT_FAN_IN];
	struct merge *merge;
	struct batch_builder out;
	uint32_t batch_rows;
	uint64_t given_rows, added_rows;
};

struct sorter *
sorter_new(const struct sort_options *options, struct budget *budget)
{
	struct sorter *sorter = mem_zalloc(sizeof(*sorter));
	sorter->options = *options;
	sorter->budget = budget;
	sorter->batch_rows = merge_batch_rows(options->schema);
	batch_builder_init(&sorter->held, options->schema);
	batch_builder_init(&sorter->out, options->schema);
	return sorter;
}

void
sorter_free(struct sorter *sorter)
{
	if (sorter == NULL)
		return;
	merge_free(sorter->merge);
	for (uint32_t i = 0; i < sorter->run_count; i++)
		spill_free(sorter->runs[i]);
	budget_return(sorter->budget, sorter->charged_bytes);
	batch_builder_release(&sorter->held);
	batch_builder_release(&sorter->out);
	mem_free(sorter->order);
	mem_free(sorter);
}

/* ---- the run in memory ----------------------------------------------- */

static void
order_held(struct sorter *sorter)
{
	const struct batch *rows = batch_builder_view(&sorter->held, NULL);
	mem_free(sorter->order);
	sorter->order = mem_array(rows->row_count, sizeof(*sorter->order));
	sorter->position = 0;
	if (rows->row_count > 0)
		sort_run_order(rows, sorter->options.keys,
		    sorter->options.key_count, sorter->order);
}

/* The next rows of the ordered run: 1, 0 at its end. */
static int
next_held(struct sorter *sorter, const struct batch **batch,
    struct error *err)
{
	const struct batch *rows = batch_builder_view(&sorter->held, NULL);
	uint32_t count = rows->row_count - sorter->position;
	if (count == 0)
		return 0;
	if (count > sorter->batch_rows)
		count = sorter->batch_rows;
	batch_builder_clear(&sorter->out);
	if (batch_builder_take(&sorter->out, rows,
	    sorter->order + sorter->position, count) != 0)
		return error_data(err, "the text of a sorted batch passes 2 "
		    "GiB");
	sorter->position += count;
	*batch = batch_builder_view(&sorter->out, NULL);
	return 1;
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
	uint64_t bytes = bytes_held(sorter);
	budget_return(sorter->budget, sorter->charged_bytes);
	budget_charge(sorter->budget, bytes);
	sorter->charged_bytes = bytes;
}

/* ---- runs on disk ---------------------------------------------------- */

static int
next_of_spill(void *context, const struct batch **batch, struct error *err)
{
	return spill_next(context, batch, err);
}

static void
begin_merge(struct sorter *sorter)
{
	for (uint32_t i = 0; i < sorter->run_count; i++) {
		spill_rewind(sorter->runs[i]);
		sorter->inputs[i] = (struct merge_input){
		    .context = sorter->runs[i], .next = next_of_spill};
	}
	sorter->merge = merge_new(sorter->inputs, sorter->run_count,
	    sorter->options.schema, sorter->options.keys,
	    sorter->options.key_count);
}

/* All runs become one. */
static int
merge_runs(struct sorter *sorter, struct error *err)
{
	struct spill *whole = spill_new(sorter->options.schema,
	    sorter->options.temporary_folder, sorter->budget);
	const struct batch *batch;
	int got;
	begin_merge(sorter);
	while ((got = merge_next(sorter->merge, &batch, err)) == 1)
		if (spill_write(whole, batch, err) != 0) {
			got = -1;
			break;
		}
	merge_free(sorter->merge);
	sorter->merge = NULL;
	for (uint32_t i = 0; i < sorter->run_count; i++)
		spill_free(sorter->runs[i]);
	sorter->runs[0] = whole;
	sorter->run_count = 1;
	return got;
}

static int
spill_run(struct sorter *sorter, struct error *err)
{
	if (batch_builder_rows(&sorter->held) == 0)
		return 0;
	if (sorter->run_count == SORT_FAN_IN && merge_runs(sorter, err) != 0)
		return -1;
	struct spill *run = spill_new(sorter->options.schema,
	    sorter->options.temporary_folder, sorter->budget);
	sorter->runs[sorter->run_count++] = run;
	order_held(sorter);
	const struct batch *batch = NULL;
	int got;
	while ((got = next_held(sorter, &batch, err)) == 1)
		if (spill_write(run, batch, err) != 0)
			return -1;
	batch_builder_clear(&sorter->held);
	charge(sorter);
	return got;
}

/* ---- adding and taking out ------------------------------------------- */

/* Keeps the first `limit` rows of those held. */
static int
cut_back(struct sorter *sorter, struct error *err)
{
	struct batch_builder kept;
	order_held(sorter);
	batch_builder_init(&kept, sorter->options.schema);
	if (batch_builder_take(&kept, batch_builder_view(&sorter->held, NULL),
	    sorter->order, (uint32_t)sorter->options.limit) != 0)
		return error_data(err, "the text of the first rows passes 2 "
		    "GiB");
	batch_builder_release(&sorter->held);
	sorter->held = kept;
	return 0;
}

int
sorter_add(struct sorter *sorter, const struct batch *batch,
    struct error *err)
{
	uint64_t budget = sorter->budget->limit_bytes;
	uint64_t limit = sorter->options.limit;
	sorter->added_rows += batch->row_count;
	if (batch_builder_append(&sorter->held, batch, 0,
	    batch->row_count) != 0) {
		if (spill_run(sorter, err) != 0)
			return -1;
		if (batch_builder_append(&sorter->held, batch, 0,
		    batch->row_count) != 0)
			return error_data(err, "a batch's text passes 2 GiB");
	}
	uint32_t rows = batch_builder_rows(&sorter->held);
	if (limit != 0 && rows > LIMIT_SLACK_ROWS && rows / 2 > limit &&
	    cut_back(sorter, err) != 0)
		return -1;
	charge(sorter);
	if ((budget != 0 && bytes_held(sorter) > budget / 3) ||
	    rows > UINT32_MAX / 2)
		return spill_run(sorter, err);
	return 0;
}

int
sorter_end(struct sorter *sorter, struct error *err)
{
	if (sorter->run_count == 0) {
		order_held(sorter);
		return 0;
	}
	if (spill_run(sorter, err) != 0)
		return -1;
	batch_builder_release(&sorter->held);
	batch_builder_init(&sorter->held, sorter->options.schema);
	begin_merge(sorter);
	return 0;
}

int
sorter_next(struct sorter *sorter, const struct batch **batch,
    struct error *err)
{
	uint64_t limit = sorter->options.limit;
	if (limit != 0 && sorter->given_rows >= limit)
		return 0;
	int got = sorter->merge != NULL ?
	    merge_next(sorter->merge, batch, err) :
	    next_held(sorter, batch, err);
	if (got != 1)
		return got;
	if (limit != 0 && sorter->given_rows + (*batch)->row_count > limit) {
		struct batch_builder *from = sorter->merge != NULL ?
		    &sorter->held : &sorter->out;
		uint32_t count = (uint32_t)(limit - sorter->given_rows);
		struct batch_builder cut;
		batch_builder_init(&cut, sorter->options.schema);
		batch_builder_append(&cut, *batch, 0, count);
		batch_builder_release(from);
		*from = cut;
		*batch = batch_builder_view(from, NULL);
	}
	sorter->given_rows += (*batch)->row_count;
	return 1;
}

uint64_t
sorter_dropped(const struct sorter *sorter)
{
	return sorter->added_rows - sorter->given_rows;
}
