#include "op/window/worker.h"

/*
 * Least and greatest of frames that move: a queue of rows, each better than
 * those behind it; its front is the answer while it lies in the frame (Lemire
 * 2006, "Streaming maximum-minimum filter using no more than three comparisons
 * per element").  Where all frames begin with the partition the best row is
 * all that is needed.
 */
struct extreme {
	struct window_worker worker;
	const struct window_item *item;
	struct budget *budget;
	struct row_cursor next_cursor, best_cursor, from;
	_Bool keeps_best;
	int sign;
	uint64_t *queue;		/* owned, a ring of `size` */
	uint64_t first, count, size;
	uint64_t next;			/* the first row not looked at */
	uint64_t charged_bytes;
	uint64_t rows[WINDOW_CHUNK];
};

static uint64_t *
slot(const struct extreme *extreme, uint64_t i)
{
	return &extreme->queue[(extreme->first + i) & (extreme->size - 1)];
}

static void
grow(struct extreme *extreme)
{
	uint64_t size = extreme->size > 0 ? extreme->size * 2 : 16;
	uint64_t *queue = mem_array(size, sizeof(*queue));
	for (uint64_t i = 0; i < extreme->count; i++)
		queue[i] = *slot(extreme, i);
	mem_free(extreme->queue);
	extreme->queue = queue;
	extreme->first = 0;
	extreme->size = size;
	budget_return(extreme->budget, extreme->charged_bytes);
	extreme->charged_bytes = size * sizeof(*queue);
	budget_charge(extreme->budget, extreme->charged_bytes);
}

/* Whether the last row of the queue is worse than, or as good as, a value. */
static int
is_beaten(struct extreme *extreme, const struct column *column,
    uint32_t index, struct error *err)
{
	uint32_t best;
	const struct column *other = row_cursor_at(&extreme->best_cursor,
	    *slot(extreme, extreme->count - 1), &best, err);
	if (other == NULL)
		return -1;
	return extreme->sign * column_compare(other, best, column, index,
	    0) >= 0;
}

/* Looks at the row `next`. */
static int
look(struct extreme *extreme, struct error *err)
{
	uint32_t index;
	uint64_t row = extreme->next++;
	const struct column *column = row_cursor_at(&extreme->next_cursor,
	    row, &index, err);
	int beaten = 1;
	if (column == NULL)
		return -1;
	if (column_is_null(column, index))
		return 0;
	while (extreme->count > 0 && (beaten = is_beaten(extreme, column,
	    index, err)) == 1)
		extreme->count--;
	if (beaten < 0)
		return -1;
	if (extreme->keeps_best && extreme->count > 0)
		return 0;
	if (extreme->count == extreme->size)
		grow(extreme);
	*slot(extreme, extreme->count++) = row;
	return 0;
}

static int
compute(struct window_worker *worker, const struct window_chunk *chunk,
    struct column_builder *out, struct error *err)
{
	struct extreme *extreme = (struct extreme *)worker;
	for (uint32_t i = 0; i < chunk->count; i++) {
		uint64_t begin = chunk->frame_begin[i];
		uint64_t end = chunk->frame_end[i];
		while (extreme->next < end)
			if (look(extreme, err) != 0)
				return -1;
		while (extreme->count > 0 && *slot(extreme, 0) < begin) {
			extreme->first++;
			extreme->count--;
		}
		extreme->rows[i] = extreme->count > 0 && begin < end ?
		    *slot(extreme, 0) : ROW_NONE;
	}
	return row_cursor_take(&extreme->from, extreme->rows, chunk->count,
	    out, err);
}

static int
start(struct window_worker *worker, struct error *err)
{
	struct extreme *extreme = (struct extreme *)worker;
	(void)err;
	row_cursor_reset(&extreme->next_cursor);
	row_cursor_reset(&extreme->best_cursor);
	row_cursor_reset(&extreme->from);
	extreme->first = extreme->count = extreme->next = 0;
	return 0;
}

static void
extreme_free(struct window_worker *worker)
{
	struct extreme *extreme = (struct extreme *)worker;
	budget_return(extreme->budget, extreme->charged_bytes);
	mem_free(extreme->queue);
	mem_free(extreme);
}

struct window_worker *
window_extreme_new(const struct window_setup *setup)
{
	static const struct window_worker_ops ops = {
		.start = start,
		.compute = compute,
		.free = extreme_free
	};
	struct extreme *extreme = mem_zalloc(sizeof(*extreme));
	struct row_store *store = setup->partition->store;
	extreme->worker.ops = &ops;
	extreme->worker.needs_frames = 1;
	extreme->item = setup->item;
	extreme->budget = setup->budget;
	extreme->sign = setup->item->function == WINDOW_MIN ? 1 : -1;
	extreme->keeps_best = setup->item->frame.begin.kind ==
	    BOUND_UNBOUNDED_PRECEDING;
	row_cursor_init(&extreme->next_cursor, store, setup->argument);
	row_cursor_init(&extreme->best_cursor, store, setup->argument);
	row_cursor_init(&extreme->from, store, setup->argument);
	return &extreme->worker;
}
