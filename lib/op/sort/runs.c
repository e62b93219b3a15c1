#include "op/sort/runs.h"

/* Rows of a block in a file: so many bytes, about. */
#define BLOCK_BYTES UINT64_C(32768)

/* Sequences that are merged at once: as the budget has room for blocks. */
#define FAN_IN_MIN 64
#define FAN_IN_MAX 4096

/* ---- files ----------------------------------------------------------- */

static struct run_file *
open_file(const struct sort_runs *runs)
{
	struct run_file *file = mem_zalloc(sizeof(*file));
	file->spill = spill_new(runs->schema, runs->folder, runs->budget);
	file->users = 1;
	return file;
}

static void
leave_file(struct run_file *file)
{
	if (file == NULL || --file->users > 0)
		return;
	spill_free(file->spill);
	mem_free(file);
}

/* ---- the list -------------------------------------------------------- */

void
sort_runs_init(struct sort_runs *runs, const struct schema *schema,
    const struct sort_key *keys, uint32_t key_count, const char *folder,
    struct budget *budget)
{
	*runs = (struct sort_runs){.schema = schema, .keys = keys,
	    .key_count = key_count, .folder = folder, .budget = budget};
	batch_builder_init(&runs->last, schema);
	batch_builder_init(&runs->block, schema);
}

/* Those from `first` on. */
static void
release_runs(struct sort_runs *runs, uint32_t first)
{
	for (uint32_t i = first; i < runs->count; i++) {
		struct sorted_run *run = &runs->runs[i];
		runs->bytes -= run->bytes;
		runs->sequence_count -= !run->follows;
		batch_builder_release(&run->rows);
		leave_file(run->file);
	}
	runs->count = first;
	if (runs->spilled_count > first)
		runs->spilled_count = first;
}

void
sort_runs_release(struct sort_runs *runs)
{
	release_runs(runs, 0);
	leave_file(runs->file);
	mem_free(runs->runs);
	batch_builder_release(&runs->last);
	batch_builder_release(&runs->block);
	*runs = (struct sort_runs){0};
}

/* One more, zeroed. */
static struct sorted_run *
append_run(struct sort_runs *runs)
{
	if (runs->count == runs->capacity) {
		runs->capacity = runs->capacity * 2 + 16;
		runs->runs = mem_grow_array(runs->runs, runs->capacity,
		    sizeof(*runs->runs));
	}
	struct sorted_run *run = &runs->runs[runs->count++];
	*run = (struct sorted_run){0};
	return run;
}

int
sort_runs_add(struct sort_runs *runs, struct batch_builder *rows,
    struct error *err)
{
	struct sorted_run *run = append_run(runs);
	run->rows = *rows;
	*rows = (struct batch_builder){0};
	run->bytes = batch_builder_bytes(&run->rows);
	runs->bytes += run->bytes;
	const struct batch *batch = batch_builder_view(&run->rows, NULL);
	run->row_count = batch->row_count;
	run->follows = batch_builder_rows(&runs->last) > 0 &&
	    batch_compare(batch_builder_view(&runs->last, NULL), 0, batch, 0,
	    runs->keys, runs->key_count) <= 0;
	runs->sequence_count += !run->follows;
	batch_builder_clear(&runs->last);
	if (batch_builder_append(&runs->last, batch, batch->row_count - 1,
	    1) != 0)
		return error_data(err, "a row's text passes 2 GiB");
	return 0;
}

/* Rows of a block, if so many take so many bytes. */
static uint32_t
block_rows(uint64_t rows, uint64_t bytes)
{
	uint64_t count = bytes == 0 ? BATCH_MAX_ROWS :
	    BLOCK_BYTES * rows / bytes;
	return count < 1 ? 1 : count > BATCH_MAX_ROWS ? BATCH_MAX_ROWS :
	    (uint32_t)count;
}

static int
spill_one(struct sort_runs *runs, struct sorted_run *run, struct error *err)
{
	const struct batch *batch = batch_builder_view(&run->rows, NULL);
	uint32_t step = block_rows(run->row_count, run->bytes);
	if (runs->file == NULL)
		runs->file = open_file(runs);
	run->file = runs->file;
	run->file->users++;
	run->place = spill_bytes(run->file->spill);
	for (uint32_t row = 0; row < batch->row_count;) {
		uint32_t count = batch->row_count - row;
		if (count > step)
			count = step;
		batch_builder_clear(&runs->block);
		if (batch_builder_append(&runs->block, batch, row,
		    count) != 0)
			return error_data(err, "a row's text passes 2 GiB");
		if (spill_write(run->file->spill, batch_builder_view(
		    &runs->block, NULL), err) != 0)
			return -1;
		row += count;
	}
	run->end = spill_bytes(run->file->spill);
	batch_builder_release(&run->rows);
	runs->bytes -= run->bytes;
	run->bytes = 0;
	return 0;
}

int
sort_runs_spill(struct sort_runs *runs, uint64_t bytes, struct error *err)
{
	while (runs->bytes > bytes && runs->spilled_count < runs->count)
		if (spill_one(runs, &runs->runs[runs->spilled_count++],
		    err) != 0)
			return -1;
	return 0;
}

/* ---- merging --------------------------------------------------------- */

/* Runs that follow each other, read one after the other. */
struct sequence {
	struct sort_runs *runs;
	uint32_t run, end;
	_Bool is_open;			/* place is within the run */
	uint64_t place;
	struct spill_page page;
};

static int
next_of_sequence(void *context, const struct batch **batch,
    struct error *err)
{
	struct sequence *sequence = context;
	while (sequence->run < sequence->end) {
		struct sorted_run *run = &sequence->runs->runs[sequence->run];
		if (run->file == NULL) {
			*batch = batch_builder_view(&run->rows, NULL);
			sequence->run++;
			return 1;
		}
		if (!sequence->is_open)
			sequence->place = run->place;
		sequence->is_open = sequence->place < run->end;
		if (!sequence->is_open) {
			sequence->run++;
			continue;
		}
		if (spill_read(run->file->spill, sequence->place,
		    &sequence->page, err) != 0)
			return -1;
		sequence->place += sequence->page.memory.len;
		*batch = &sequence->page.batch;
		return 1;
	}
	return 0;
}

void
sort_runs_merge_init(struct sort_runs_merge *merge, struct sort_runs *runs,
    uint32_t first, const struct sort_prefix *prefix,
    const struct sort_form *forms)
{
	*merge = (struct sort_runs_merge){0};
	merge->sequences = mem_array(runs->count - first,
	    sizeof(*merge->sequences));
	merge->inputs = mem_array(runs->count - first,
	    sizeof(*merge->inputs));
	for (uint32_t i = first; i < runs->count; i++) {
		if (merge->count == 0 || !runs->runs[i].follows)
			merge->sequences[merge->count++] = (struct sequence){
			    .runs = runs, .run = i};
		merge->sequences[merge->count - 1].end = i + 1;
	}
	for (uint32_t i = 0; i < merge->count; i++)
		merge->inputs[i] = (struct merge_input){
		    .context = &merge->sequences[i],
		    .next = next_of_sequence};
	merge->merge = sort_merge_new(merge->inputs, merge->count,
	    runs->schema, prefix, forms);
}

void
sort_runs_merge_release(struct sort_runs_merge *merge)
{
	sort_merge_free(merge->merge);
	for (uint32_t i = 0; i < merge->count; i++)
		spill_page_release(&merge->sequences[i].page);
	mem_free(merge->sequences);
	mem_free(merge->inputs);
	*merge = (struct sort_runs_merge){0};
}

/* ---- too many -------------------------------------------------------- */

static uint32_t
fan_in(const struct sort_runs *runs)
{
	uint64_t limit = runs->budget->limit_bytes;
	uint64_t count = limit / 4 / BLOCK_BYTES;
	return limit == 0 || count > FAN_IN_MAX ? FAN_IN_MAX :
	    count < FAN_IN_MIN ? FAN_IN_MIN : (uint32_t)count;
}

/*
 * Where the runs begin that are merged early: the latest that have come of
 * few merges, half of the limit at the least, so that a row is merged again
 * only as often as their number has doubled.
 */
static uint32_t
find_latest(const struct sort_runs *runs, uint32_t at_least, uint32_t *level)
{
	uint32_t first = runs->count;
	uint32_t sequences = 0;
	for (*level = 0; first > 0; ++*level) {
		while (first > 0 && runs->runs[first - 1].level <= *level)
			sequences += !runs->runs[--first].follows;
		if (sequences >= at_least)
			break;
	}
	return first;
}

/* Those from `first` on, which are in files, become one in `merged`. */
static int
merge_files(struct sort_runs *runs, uint32_t first,
    const struct sort_prefix *prefix, const struct sort_form *forms,
    struct sorted_run *merged, struct error *err)
{
	struct sort_runs_merge merge;
	struct spill *spill = merged->file->spill;
	const struct batch *batch;
	uint64_t bytes = 0;
	int got;
	for (uint32_t i = first; i < runs->count; i++) {
		merged->row_count += runs->runs[i].row_count;
		bytes += runs->runs[i].end - runs->runs[i].place;
	}
	uint32_t step = block_rows(merged->row_count, bytes);
	sort_runs_merge_init(&merge, runs, first, prefix, forms);
	while ((got = sort_merge_next(merge.merge, step, &batch, err)) == 1 &&
	    (got = spill_write(spill, batch, err)) == 0)
		;
	sort_runs_merge_release(&merge);
	merged->end = spill_bytes(spill);
	return got;
}

int
sort_runs_reduce(struct sort_runs *runs, const struct sort_prefix *prefix,
    const struct sort_form *forms, struct error *err)
{
	uint32_t level;
	if (runs->sequence_count < fan_in(runs))
		return 0;
	if (sort_runs_spill(runs, 0, err) != 0)
		return -1;
	uint32_t first = find_latest(runs, fan_in(runs) / 2, &level);
	struct sorted_run merged = {.file = open_file(runs),
	    .level = level + 1};
	int result = merge_files(runs, first, prefix, forms, &merged, err);
	release_runs(runs, first);
	leave_file(runs->file);
	runs->file = NULL;
	/* the last row is another one now: the next run is no sequel */
	batch_builder_clear(&runs->last);
	*append_run(runs) = merged;
	runs->sequence_count++;
	runs->spilled_count = runs->count;
	return result;
}
