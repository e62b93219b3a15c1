#include "op/window/worker.h"

/*
 * Each row's answer is the value of another row: its place is found first,
 * then the values of a chunk are gathered.  IGNORE NULLS looks for values by
 * walking; what it has walked over once it remembers, so that a column that is
 * nearly all null costs no more.
 */
struct value {
	struct window_worker worker;
	const struct window_item *item;
	const struct window_partition *partition;
	struct row_cursor from;		/* of the argument, for gathering */
	struct row_cursor walk;
	struct row_cursor fallback;	/* of lag and lead's default */
	_Bool has_fallback;
	/* There is no value in [empty_begin, empty_end). */
	uint64_t empty_begin, empty_end;
	/* lag and lead ignoring nulls: the places of the next or the last
	 * item->count values, a ring */
	uint64_t *ring;			/* owned */
	uint64_t ring_first, ring_count, ring_size;
	uint64_t next;			/* the first row not looked at */
	uint64_t rows[WINDOW_CHUNK];
};

static int
start(struct window_worker *worker, struct error *err)
{
	struct value *value = (struct value *)worker;
	(void)err;
	row_cursor_reset(&value->from);
	row_cursor_reset(&value->walk);
	row_cursor_reset(&value->fallback);
	value->empty_begin = value->empty_end = 0;
	value->ring_first = value->ring_count = value->next = 0;
	return 0;
}

/* 1 null, 0, -1 */
static int
is_null(struct value *value, uint64_t row, struct error *err)
{
	uint32_t index;
	const struct column *column = row_cursor_at(&value->walk, row, &index,
	    err);
	return column == NULL ? -1 : column_is_null(column, index);
}

/* ---- lag, lead ------------------------------------------------------- */

static void
shift_rows(struct value *value, const struct window_chunk *chunk)
{
	uint64_t by = (uint64_t)value->item->count;
	uint64_t rows = chunk->partition->row_count;
	_Bool is_lag = value->item->function == WINDOW_LAG;
	for (uint32_t i = 0; i < chunk->count; i++) {
		uint64_t row = chunk->first + i;
		if (is_lag)
			value->rows[i] = by <= row ? row - by : ROW_NONE;
		else
			value->rows[i] = by < rows - row ? row + by : ROW_NONE;
	}
}

static void
ring_push(struct value *value, uint64_t row)
{
	if (value->ring_count == value->ring_size) {
		uint64_t size = value->ring_size * 2 + 8;
		uint64_t *ring = mem_array(size, sizeof(*ring));
		for (uint64_t i = 0; i < value->ring_count; i++)
			ring[i] = value->ring[(value->ring_first + i) %
			    value->ring_size];
		mem_free(value->ring);
		value->ring = ring;
		value->ring_first = 0;
		value->ring_size = size;
	}
	value->ring[(value->ring_first + value->ring_count++) %
	    value->ring_size] = row;
}

static void
ring_pop(struct value *value)
{
	value->ring_first = (value->ring_first + 1) % value->ring_size;
	value->ring_count--;
}

/* Looks at the next row, and keeps it if it has a value. */
static int
look(struct value *value, struct error *err)
{
	int null = is_null(value, value->next, err);
	if (null < 0)
		return -1;
	if (!null)
		ring_push(value, value->next);
	value->next++;
	return 0;
}

/* The count-th value before each row. */
static int
shift_values_back(struct value *value, const struct window_chunk *chunk,
    struct error *err)
{
	uint64_t by = (uint64_t)value->item->count;
	for (uint32_t i = 0; i < chunk->count; i++) {
		while (value->next < chunk->first + i) {
			if (look(value, err) != 0)
				return -1;
			if (value->ring_count > by)
				ring_pop(value);
		}
		value->rows[i] = by > 0 && value->ring_count == by ?
		    value->ring[value->ring_first] : ROW_NONE;
		if (by == 0)
			value->rows[i] = chunk->first + i;
	}
	return 0;
}

/* The count-th value after each row. */
static int
shift_values_on(struct value *value, const struct window_chunk *chunk,
    struct error *err)
{
	uint64_t by = (uint64_t)value->item->count;
	for (uint32_t i = 0; i < chunk->count; i++) {
		uint64_t row = chunk->first + i;
		while (value->ring_count > 0 &&
		    value->ring[value->ring_first] <= row)
			ring_pop(value);
		if (value->next <= row)
			value->next = row + 1;
		while (value->ring_count < by &&
		    value->next < chunk->partition->row_count)
			if (look(value, err) != 0)
				return -1;
		value->rows[i] = by > 0 && value->ring_count >= by ?
		    value->ring[(value->ring_first + by - 1) %
		    value->ring_size] : by == 0 ? row : ROW_NONE;
	}
	return 0;
}

/* ---- first_value, last_value, nth_value ------------------------------ */

/* There is no value in [begin, end): joined to what is known, if it touches. */
static void
remember(struct value *value, uint64_t begin, uint64_t end)
{
	if (begin == end)
		return;
	if (begin > value->empty_end || end < value->empty_begin) {
		value->empty_begin = begin;
		value->empty_end = end;
		return;
	}
	if (begin < value->empty_begin)
		value->empty_begin = begin;
	if (end > value->empty_end)
		value->empty_end = end;
}

/*
 * The first value at or after *row, before `end`: 1 and *row; 0; -1.  The
 * stretch known to be empty is jumped over, and grows.
 */
static int
find_on(struct value *value, uint64_t *row, uint64_t end, struct error *err)
{
	uint64_t begin = *row;
	while (*row < end) {
		if (*row >= value->empty_begin && *row < value->empty_end) {
			*row = value->empty_end;
			continue;
		}
		int null = is_null(value, *row, err);
		if (null < 0)
			return -1;
		if (!null)
			break;
		++*row;
	}
	remember(value, begin, *row);
	return *row < end;
}

/* The last value before *row, not before `begin`; alike. */
static int
find_back(struct value *value, uint64_t *row, uint64_t begin,
    struct error *err)
{
	uint64_t end = *row;
	uint64_t at = end;
	while (at > begin) {
		if (at - 1 >= value->empty_begin && at - 1 < value->empty_end) {
			at = value->empty_begin;
			continue;
		}
		int null = is_null(value, at - 1, err);
		if (null < 0)
			return -1;
		if (!null)
			break;
		at--;
	}
	remember(value, at, end);
	*row = at - 1;
	return at > begin;
}

/* The nth row of the runs, with a value if nulls are ignored; or ROW_NONE. */
static int
find_nth(struct value *value, const struct row_run runs[3], uint64_t nth,
    uint64_t *found, struct error *err)
{
	*found = ROW_NONE;
	for (int i = 0; i < 3; i++) {
		uint64_t row = runs[i].begin;
		uint64_t end = runs[i].end;
		if (!value->item->ignores_nulls) {
			if (nth < end - row) {
				*found = row + nth;
				return 0;
			}
			nth -= end - row;
			continue;
		}
		int got;
		while ((got = row < end ? find_on(value, &row, end, err) :
		    0) == 1) {
			if (nth-- == 0) {
				*found = row;
				return 0;
			}
			row++;
		}
		if (got < 0)
			return -1;
	}
	return 0;
}

/* ... counted from the last one. */
static int
find_nth_last(struct value *value, const struct row_run runs[3],
    uint64_t nth, uint64_t *found, struct error *err)
{
	*found = ROW_NONE;
	for (int i = 2; i >= 0; i--) {
		uint64_t begin = runs[i].begin;
		uint64_t row = runs[i].end;
		if (!value->item->ignores_nulls) {
			if (nth < row - begin) {
				*found = row - 1 - nth;
				return 0;
			}
			nth -= row - begin;
			continue;
		}
		int got;
		while ((got = row > begin ? find_back(value, &row, begin,
		    err) : 0) == 1)
			if (nth-- == 0) {
				*found = row;
				return 0;
			}
		if (got < 0)
			return -1;
	}
	return 0;
}

static int
find_rows(struct value *value, const struct window_chunk *chunk,
    struct error *err)
{
	const struct window_item *item = value->item;
	uint64_t nth = (uint64_t)item->count - 1;
	_Bool is_last = item->function == WINDOW_LAST_VALUE ||
	    item->is_from_last;
	for (uint32_t i = 0; i < chunk->count; i++) {
		struct row_run runs[3];
		window_frame_runs(&item->frame, chunk, i, runs);
		if ((is_last ? find_nth_last(value, runs, nth,
		    &value->rows[i], err) : find_nth(value, runs, nth,
		    &value->rows[i], err)) != 0)
			return -1;
	}
	return 0;
}

/* ---- all ------------------------------------------------------------- */

/* Rows without an answer take the default's value of their own. */
static int
gather(struct value *value, const struct window_chunk *chunk,
    struct column_builder *out, struct error *err)
{
	const uint64_t *rows = value->rows;
	if (!value->has_fallback)
		return row_cursor_take(&value->from, rows, chunk->count, out,
		    err);
	for (uint32_t i = 0, end; i < chunk->count; i = end) {
		end = i + 1;
		if (rows[i] == ROW_NONE) {
			if (row_cursor_append(&value->fallback,
			    chunk->first + i, chunk->first + end, out,
			    err) != 0)
				return -1;
			continue;
		}
		while (end < chunk->count && rows[end] != ROW_NONE)
			end++;
		if (row_cursor_take(&value->from, rows + i, end - i, out,
		    err) != 0)
			return -1;
	}
	return 0;
}

static int
compute(struct window_worker *worker, const struct window_chunk *chunk,
    struct column_builder *out, struct error *err)
{
	struct value *value = (struct value *)worker;
	const struct window_item *item = value->item;
	int result = 0;
	if (item->function != WINDOW_LAG && item->function != WINDOW_LEAD)
		result = find_rows(value, chunk, err);
	else if (!item->ignores_nulls)
		shift_rows(value, chunk);
	else if (item->function == WINDOW_LAG)
		result = shift_values_back(value, chunk, err);
	else
		result = shift_values_on(value, chunk, err);
	return result == 0 ? gather(value, chunk, out, err) : -1;
}

static void
value_free(struct window_worker *worker)
{
	struct value *value = (struct value *)worker;
	mem_free(value->ring);
	mem_free(value);
}

struct window_worker *
window_value_new(const struct window_setup *setup)
{
	static const struct window_worker_ops ops = {
		.start = start,
		.compute = compute,
		.free = value_free
	};
	struct value *value = mem_zalloc(sizeof(*value));
	struct row_store *store = setup->partition->store;
	const struct window_item *item = setup->item;
	value->worker.ops = &ops;
	value->worker.needs_frames = item->function != WINDOW_LAG &&
	    item->function != WINDOW_LEAD;
	value->item = item;
	value->partition = setup->partition;
	value->has_fallback = setup->second != UINT32_MAX;
	row_cursor_init(&value->from, store, setup->argument);
	row_cursor_init(&value->walk, store, setup->argument);
	if (value->has_fallback)
		row_cursor_init(&value->fallback, store, setup->second);
	return &value->worker;
}
