#include "op/window/worker.h"

/*
 * Any aggregate: its state is filled with a frame's rows.  Rows that join at
 * the end of a frame are added to what is there; a frame that begins elsewhere
 * is filled anew, so that a row costs as much as its frame is long.
 */
struct any {
	struct window_worker worker;
	const struct window_item *item;
	const struct window_partition *partition;
	struct aggregate_state *state;	/* borrowed from the item */
	struct row_cursor argument, second;
	_Bool has_argument, has_second;
	_Bool is_filled;
	struct row_run runs[3];	/* what the state holds */
	struct column_builder values, seconds, last;
	struct buffer ids;
};

#define STEP 8192

/* ---- filling --------------------------------------------------------- */

/* Ids of `count` rows: group 0, or none where an argument is null. */
static const uint32_t *
group_ids(struct any *any, const struct column *values,
    const struct column *seconds, uint32_t count)
{
	_Bool has_nulls = (values != NULL && values->null_count > 0) ||
	    (seconds != NULL && seconds->null_count > 0);
	if (!any->state->ops->skips_nulls || !has_nulls)
		return NULL;
	buffer_resize(&any->ids, (size_t)count * sizeof(uint32_t));
	uint32_t *ids = (uint32_t *)(void *)any->ids.data;
	for (uint32_t i = 0; i < count; i++)
		ids[i] = column_is_null(values, i) || (seconds != NULL &&
		    column_is_null(seconds, i)) ? KEY_TABLE_NONE : 0;
	return ids;
}

static int
add_step(struct any *any, uint64_t begin, uint64_t end, struct error *err)
{
	uint32_t count = (uint32_t)(end - begin);
	struct column values, seconds;
	struct aggregate_rows rows = {.count = count, .row = begin};
	column_builder_clear(&any->values);
	column_builder_clear(&any->seconds);
	if (any->has_argument) {
		if (row_cursor_append(&any->argument, begin, end,
		    &any->values, err) != 0)
			return -1;
		values = column_builder_view(&any->values);
		rows.argument = &values;
	}
	if (any->has_second) {
		if (row_cursor_append(&any->second, begin, end,
		    &any->seconds, err) != 0)
			return -1;
		seconds = column_builder_view(&any->seconds);
		rows.second = &seconds;
	}
	rows.ids = group_ids(any, rows.argument, rows.second, count);
	return any->state->ops->update(any->state, &rows, err);
}

static int
add_rows(struct any *any, uint64_t begin, uint64_t end, struct error *err)
{
	while (begin < end) {
		uint64_t step = end - begin < STEP ? end - begin : STEP;
		if (add_step(any, begin, begin + step, err) != 0)
			return -1;
		begin += step;
	}
	return 0;
}

static _Bool
is_same(const struct row_run *a, const struct row_run *b)
{
	return a->begin == b->begin && a->end == b->end;
}

/* Fills the state with a frame: 1 if it has changed, 0, -1. */
static int
fill(struct any *any, const struct row_run runs[3], struct error *err)
{
	uint64_t from = runs[0].begin;
	if (any->is_filled && is_same(&runs[0], &any->runs[0]) &&
	    is_same(&runs[1], &any->runs[1]) &&
	    is_same(&runs[2], &any->runs[2]))
		return 0;
	_Bool grows = any->is_filled && !any->state->gives_once &&
	    runs[0].begin == any->runs[0].begin &&
	    runs[0].end >= any->runs[0].end &&
	    any->runs[1].begin == any->runs[1].end &&
	    any->runs[2].begin == any->runs[2].end;
	if (grows) {
		from = any->runs[0].end;
	} else {
		any->state->ops->clear(any->state);
		any->state->ops->grow(any->state, 1);
	}
	if (add_rows(any, from, runs[0].end, err) != 0 ||
	    add_rows(any, runs[1].begin, runs[1].end, err) != 0 ||
	    add_rows(any, runs[2].begin, runs[2].end, err) != 0)
		return -1;
	memcpy(any->runs, runs, sizeof(any->runs));
	any->is_filled = 1;
	return 1;
}

/* ---- all ------------------------------------------------------------- */

static int
compute(struct window_worker *worker, const struct window_chunk *chunk,
    struct column_builder *out, struct error *err)
{
	static const uint32_t only[1] = {0};
	struct any *any = (struct any *)worker;
	for (uint32_t i = 0; i < chunk->count; i++) {
		struct row_run runs[3];
		window_frame_runs(&any->item->frame, chunk, i, runs);
		int changed = fill(any, runs, err);
		if (changed < 0)
			return -1;
		if (changed) {
			column_builder_clear(&any->last);
			if (any->state->ops->give(any->state, only, 1,
			    &any->last, err) != 0)
				return -1;
		}
		struct column last = column_builder_view(&any->last);
		if (column_builder_append(out, &last, 0, 1) != 0)
			return error_data(err, "the text of a batch passes "
			    "2 GiB");
	}
	return 0;
}

static int
start(struct window_worker *worker, struct error *err)
{
	struct any *any = (struct any *)worker;
	(void)err;
	if (any->has_argument)
		row_cursor_reset(&any->argument);
	if (any->has_second)
		row_cursor_reset(&any->second);
	any->is_filled = 0;
	return 0;
}

static void
any_free(struct window_worker *worker)
{
	struct any *any = (struct any *)worker;
	column_builder_release(&any->values);
	column_builder_release(&any->seconds);
	column_builder_release(&any->last);
	buffer_release(&any->ids);
	mem_free(any);
}

struct window_worker *
window_aggregate_new(const struct window_setup *setup)
{
	static const struct window_worker_ops ops = {
		.start = start,
		.compute = compute,
		.free = any_free
	};
	struct any *any = mem_zalloc(sizeof(*any));
	const struct window_item *item = setup->item;
	any->worker.ops = &ops;
	any->worker.needs_frames = 1;
	any->item = item;
	any->partition = setup->partition;
	any->state = item->state;
	any->has_argument = setup->argument != UINT32_MAX;
	any->has_second = setup->second != UINT32_MAX;
	if (any->has_argument) {
		row_cursor_init(&any->argument, setup->partition->store,
		    setup->argument);
		column_builder_init(&any->values, expr_type(item->argument));
	}
	if (any->has_second) {
		row_cursor_init(&any->second, setup->partition->store,
		    setup->second);
		column_builder_init(&any->seconds, expr_type(item->second));
	}
	column_builder_init(&any->last, item->type);
	return &any->worker;
}
