#include "op/sort/merge.h"

/* Rows of a window at the least. */
#define WINDOW_ROWS_MIN 16

struct input {
	const struct merge_input *from;
	const struct batch *batch;	/* NULL at the end */
	uint32_t row;			/* the next to be taken */
	uint32_t ready;			/* rows [row, ready) are the window */
	uint64_t *window;		/* owned; their prefixes */
};

/* Rows of the range at hand that have not gone out. */
struct range {
	uint32_t begin, end;
	/* of one input only: rows, not items */
	_Bool is_run;
	uint32_t input;
};

struct sort_merge {
	const struct sort_prefix *prefix;
	struct sort_key *tie_keys;	/* owned */
	struct sort_ties ties;
	struct input *inputs;		/* owned, [count] */
	uint32_t count, open_count;
	uint32_t window_rows;
	const struct batch **batches;	/* owned; of each input */
	uint32_t *taken;		/* owned; rows in the range */
	struct sort_sources sources;
	struct sort_item *items, *spare;	/* owned */
	struct range range;
	struct batch_builder out;
	uint32_t batch_rows;
	_Bool has_begun;
};

struct sort_merge *
sort_merge_new(const struct merge_input *inputs, uint32_t count,
    const struct schema *schema, const struct sort_prefix *prefix,
    const struct sort_form *forms)
{
	struct sort_merge *merge = mem_zalloc(sizeof(*merge));
	merge->prefix = prefix;
	merge->count = count;
	merge->batch_rows = merge_batch_rows(schema);
	merge->inputs = mem_array(count, sizeof(*merge->inputs));
	merge->batches = mem_array(count, sizeof(*merge->batches));
	merge->taken = mem_array(count, sizeof(*merge->taken));
	merge->window_rows = count == 0 ? 0 : MERGE_ROWS / count;
	if (merge->window_rows < WINDOW_ROWS_MIN)
		merge->window_rows = WINDOW_ROWS_MIN;
	size_t rows = (size_t)merge->window_rows * count;
	merge->items = mem_alloc(rows * sizeof(*merge->items));
	merge->spare = mem_alloc(rows * sizeof(*merge->spare));
	for (uint32_t i = 0; i < count; i++) {
		merge->inputs[i].from = &inputs[i];
		merge->inputs[i].window = mem_alloc(merge->window_rows *
		    sizeof(uint64_t));
	}
	uint32_t ties = prefix->key_count - prefix->tie_key;
	merge->tie_keys = mem_array(ties, sizeof(*merge->tie_keys));
	for (uint32_t i = 0; i < ties; i++)
		merge->tie_keys[i] = prefix->keys[prefix->tie_key + i].key;
	merge->ties = (struct sort_ties){.sources = merge->batches,
	    .keys = merge->tie_keys, .key_count = ties};
	sort_sources_init(&merge->sources, count, forms, schema->count);
	batch_builder_init(&merge->out, schema);
	return merge;
}

void
sort_merge_free(struct sort_merge *merge)
{
	if (merge == NULL)
		return;
	for (uint32_t i = 0; i < merge->count; i++)
		mem_free(merge->inputs[i].window);
	sort_sources_release(&merge->sources);
	batch_builder_release(&merge->out);
	mem_free(merge->tie_keys);
	mem_free(merge->inputs);
	mem_free(merge->batches);
	mem_free(merge->taken);
	mem_free(merge->items);
	mem_free(merge->spare);
	mem_free(merge);
}

/* ---- windows --------------------------------------------------------- */

/* The next batch that has rows: 0, or -1. */
static int
next_batch(struct sort_merge *merge, uint32_t i, struct error *err)
{
	struct input *input = &merge->inputs[i];
	int got;
	do
		got = input->from->next(input->from->context, &input->batch,
		    err);
	while (got == 1 && input->batch->row_count == 0);
	input->row = input->ready = 0;
	if (got != 1) {
		input->batch = NULL;
		merge->open_count--;
		return got;
	}
	merge->batches[i] = input->batch;
	sort_sources_set(&merge->sources, i, input->batch);
	return 0;
}

/* Fills a window up.  One sequence alone needs no prefixes. */
static int
fill(struct sort_merge *merge, uint32_t i, struct error *err)
{
	struct input *input = &merge->inputs[i];
	if (input->batch != NULL && input->row == input->batch->row_count &&
	    next_batch(merge, i, err) != 0)
		return -1;
	if (input->batch == NULL)
		return 0;
	uint32_t old = input->ready - input->row;
	uint32_t more = input->batch->row_count - input->ready;
	if (more > merge->window_rows - old)
		more = merge->window_rows - old;
	if (more == 0)
		return 0;
	if (merge->count > 1)
		sort_prefix_make(merge->prefix, input->batch, input->ready,
		    more, input->window + old);
	input->ready += more;
	return 0;
}

static int
begin(struct sort_merge *merge, struct error *err)
{
	merge->has_begun = 1;
	merge->open_count = merge->count;
	for (uint32_t i = 0; i < merge->count; i++)
		if (next_batch(merge, i, err) != 0)
			return -1;
	return 0;
}

/* ---- ranges ---------------------------------------------------------- */

static int
compare_ties(const struct sort_merge *merge, uint32_t a, uint32_t a_row,
    uint32_t b, uint32_t b_row)
{
	return batch_compare(merge->batches[a], a_row, merge->batches[b],
	    b_row, merge->ties.keys, merge->ties.key_count);
}

/* The input whose window's last row bounds the range. */
static uint32_t
find_bound(const struct sort_merge *merge)
{
	uint32_t bound = merge->count;
	uint64_t least = 0;
	for (uint32_t i = 0; i < merge->count; i++) {
		const struct input *input = &merge->inputs[i];
		if (input->batch == NULL)
			continue;
		uint64_t last = input->window[input->ready - input->row - 1];
		if (bound < merge->count && (last > least ||
		    (last == least && compare_ties(merge, i, input->ready - 1,
		    bound, merge->inputs[bound].ready - 1) >= 0)))
			continue;
		bound = i;
		least = last;
	}
	return bound;
}

/* Puts the rows of input i that belong to the range behind items. */
static uint32_t
take_rows(struct sort_merge *merge, uint32_t i, uint32_t bound,
    struct sort_item *items)
{
	struct input *input = &merge->inputs[i];
	const struct input *limit = &merge->inputs[bound];
	uint32_t rows = input->ready - input->row;
	uint64_t least = limit->window[limit->ready - limit->row - 1];
	uint32_t taken = 0;
	if (i == bound)
		least = UINT64_MAX;
	for (; taken < rows && input->window[taken] < least; taken++)
		items[taken] = (struct sort_item){input->window[taken],
		    input->row + taken, i};
	for (; taken < rows && input->window[taken] == least; taken++) {
		int result = i == bound ? 0 : compare_ties(merge, i,
		    input->row + taken, bound, limit->ready - 1);
		if (result > 0 || (result == 0 && i > bound))
			break;
		items[taken] = (struct sort_item){input->window[taken],
		    input->row + taken, i};
	}
	return taken;
}

static void
drop_rows(struct input *input, uint32_t taken)
{
	uint32_t rest = input->ready - input->row - taken;
	memmove(input->window, input->window + taken,
	    rest * sizeof(*input->window));
	input->row += taken;
}

/* 1 if there is a range, 0 at the end, -1. */
static int
next_range(struct sort_merge *merge, struct error *err)
{
	struct range *range = &merge->range;
	uint32_t sequences = 0;
	uint32_t total = 0;
	for (uint32_t i = 0; i < merge->count; i++)
		if (fill(merge, i, err) != 0)
			return -1;
	if (merge->open_count == 0)
		return 0;
	if (merge->count == 1) {
		struct input *input = &merge->inputs[0];
		*range = (struct range){input->row, input->ready, 1, 0};
		input->row = input->ready;
		return 1;
	}
	uint32_t bound = find_bound(merge);
	uint32_t *taken = merge->taken;
	for (uint32_t i = 0; i < merge->count; i++) {
		taken[i] = merge->inputs[i].batch == NULL ? 0 :
		    take_rows(merge, i, bound, merge->items + total);
		total += taken[i];
		if (taken[i] > 0) {
			sequences++;
			range->input = i;
			range->begin = merge->inputs[i].row;
		}
	}
	for (uint32_t i = 0; i < merge->count; i++)
		if (taken[i] > 0)
			drop_rows(&merge->inputs[i], taken[i]);
	range->is_run = sequences == 1;
	range->end = range->begin + total;
	if (range->is_run)
		return 1;
	range->begin = 0;
	range->end = total;
	sort_items(merge->items, merge->spare, total);
	sort_items_ties(&merge->ties, merge->items, merge->spare, total);
	return 1;
}

/* ---- rows out -------------------------------------------------------- */

int
sort_merge_next(struct sort_merge *merge, uint32_t most,
    const struct batch **batch, struct error *err)
{
	struct range *range = &merge->range;
	uint32_t rows = 0;
	if (!merge->has_begun && begin(merge, err) != 0)
		return -1;
	if (most > merge->batch_rows)
		most = merge->batch_rows;
	sort_gather_begin(&merge->out, &merge->sources);
	while (rows < most) {
		if (range->begin == range->end) {
			int got = next_range(merge, err);
			if (got < 0)
				return -1;
			if (got == 0)
				break;
		}
		uint32_t count = range->end - range->begin;
		if (count > most - rows)
			count = most - rows;
		int result = range->is_run ?
		    sort_gather_run(&merge->out, &merge->sources,
		    range->input, range->begin, count) :
		    sort_gather(&merge->out, &merge->sources,
		    merge->items + range->begin, count);
		if (result != 0)
			return error_data(err, "the text of a sorted batch "
			    "passes 2 GiB");
		range->begin += count;
		rows += count;
	}
	*batch = batch_builder_view(&merge->out, NULL);
	return rows > 0;
}
