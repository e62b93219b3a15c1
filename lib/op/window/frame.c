#include "op/window/frame.h"

#include <math.h>

#include "op/numeric.h"

/* ---- offsets --------------------------------------------------------- */

/* The key of a row moved by a bound's offset: what others are held against. */
struct moved {
	_Bool is_descending, nulls_first, is_float, or_equal;
	int128 whole;
	double real;
};

static int
passes_the_years(uint64_t row, struct error *err)
{
	return error_data(err, "row %llu of a partition: the frame passes the "
	    "years 1 to 9999", (unsigned long long)row + 1);
}

/* Whole days, downwards. */
static int64_t
days_of(int64_t us)
{
	return us >= 0 ? us / DATETIME_US_PER_DAY :
	    -((-us + DATETIME_US_PER_DAY - 1) / DATETIME_US_PER_DAY);
}

static int
move_interval(const struct column *column, uint32_t row,
    const struct window_bound *bound, int sign, int128 *moved)
{
	_Bool is_date = column->type.id == TYPE_DATE;
	int64_t us = (int64_t)column_whole(column, row);
	if (is_date)
		us *= DATETIME_US_PER_DAY;
	int result = datetime_add(bound->unit, us, sign * bound->count, &us);
	*moved = is_date ? days_of(us) : us;
	return result;
}

static int
move_key(const struct column *column, uint32_t row,
    const struct window_bound *bound, struct moved *moved)
{
	int sign = (bound->kind == BOUND_FOLLOWING) != moved->is_descending ?
	    1 : -1;
	if (moved->is_float) {
		moved->real = numeric_real(column, row) + sign * bound->real;
		return 0;
	}
	if (bound->is_interval)
		return move_interval(column, row, bound, sign, &moved->whole);
	int128 value = column_whole(column, row);
	/* beyond int128 only if the key itself is: no row lies there */
	if (__builtin_add_overflow(value, sign * bound->whole, &moved->whole))
		moved->whole = sign > 0 ? INT128_MAX : INT128_MIN;
	return 0;
}

/* Whether a row stands before the moved key (or at it, if or_equal). */
static _Bool
is_before(const struct moved *moved, const struct column *column, uint32_t row)
{
	if (column_is_null(column, row))
		return moved->nulls_first;
	if (!moved->is_float) {
		int128 value = column_whole(column, row);
		if (value == moved->whole)
			return moved->or_equal;
		return (value < moved->whole) != moved->is_descending;
	}
	double value = numeric_real(column, row);
	if (value == moved->real || (isnan(value) && isnan(moved->real)))
		return moved->or_equal;
	/* NaN is the greatest */
	_Bool is_less = isnan(moved->real) ||
	    (!isnan(value) && value < moved->real);
	return is_less != moved->is_descending;
}

static int
fill_offsets(struct window_reader *reader, unsigned end,
    const struct window_chunk *chunk, uint64_t *out, struct error *err)
{
	const struct window_partition *partition = chunk->partition;
	const struct sort_key *key = &partition->order[0];
	const struct window_bound *bound = end ? &reader->frame->end :
	    &reader->frame->begin;
	const struct column *keys = &chunk->batch->columns[key->column];
	struct moved moved = {.is_descending = key->is_descending,
	    .nulls_first = key->nulls_first, .or_equal = end != 0,
	    .is_float = type_is_float(keys->type)};
	for (uint32_t i = 0; i < chunk->count; i++) {
		/* nulls are peers of each other, and of nothing else */
		if (column_is_null(keys, chunk->begin + i)) {
			out[i] = end ? chunk->peer_end[i] :
			    chunk->peer_begin[i];
			continue;
		}
		if (move_key(keys, chunk->begin + i, bound, &moved) != 0)
			return passes_the_years(chunk->first + i, err);
		for (; reader->at[end] < partition->row_count;
		    reader->at[end]++) {
			uint32_t row;
			const struct column *column = row_cursor_at(
			    &reader->cursors[end], reader->at[end], &row, err);
			if (column == NULL)
				return -1;
			if (!is_before(&moved, column, row))
				break;
		}
		out[i] = reader->at[end];
	}
	return 0;
}

static int
fill_groups(struct window_reader *reader, unsigned end,
    const struct window_chunk *chunk, uint64_t *out, struct error *err)
{
	const struct window_partition *partition = chunk->partition;
	const struct window_bound *bound = end ? &reader->frame->end :
	    &reader->frame->begin;
	const int64_t *groups = chunk->batch->columns[
	    partition->group_column].values;
	int64_t by = bound->kind == BOUND_PRECEDING ? -bound->count :
	    bound->count;
	for (uint32_t i = 0; i < chunk->count; i++) {
		int64_t target;
		/* the first row of the target, or of the group behind it */
		if (__builtin_add_overflow(groups[chunk->begin + i], by,
		    &target))
			target = by < 0 ? INT64_MIN : INT64_MAX;
		for (; reader->at[end] < partition->row_count;
		    reader->at[end]++) {
			uint32_t row;
			const struct column *column = row_cursor_at(
			    &reader->cursors[end], reader->at[end], &row, err);
			if (column == NULL)
				return -1;
			int64_t group = ((const int64_t *)column->values)[row];
			if (group > target || (!end && group == target))
				break;
		}
		out[i] = reader->at[end];
	}
	return 0;
}

/* ---- bounds ---------------------------------------------------------- */

static void
fill_rows(const struct window_bound *bound, unsigned end,
    const struct window_chunk *chunk, uint64_t *out)
{
	uint64_t rows = chunk->partition->row_count;
	uint64_t by = bound->kind == BOUND_CURRENT ? 0 :
	    (uint64_t)bound->count;
	for (uint32_t i = 0; i < chunk->count; i++) {
		uint64_t row = chunk->first + i + end;
		if (bound->kind == BOUND_PRECEDING)
			out[i] = by > row ? 0 : row - by;
		else
			out[i] = by > rows - row ? rows : row + by;
	}
}

static int
fill_bound(struct window_reader *reader, unsigned end,
    const struct window_chunk *chunk, uint64_t *out, struct error *err)
{
	const struct window_frame *frame = reader->frame;
	const struct window_bound *bound = end ? &frame->end : &frame->begin;
	if (bound->kind == BOUND_UNBOUNDED_PRECEDING ||
	    bound->kind == BOUND_UNBOUNDED_FOLLOWING) {
		for (uint32_t i = 0; i < chunk->count; i++)
			out[i] = end ? chunk->partition->row_count : 0;
		return 0;
	}
	if (frame->unit == WINDOW_ROWS) {
		fill_rows(bound, end, chunk, out);
		return 0;
	}
	if (bound->kind == BOUND_CURRENT) {
		memcpy(out, end ? chunk->peer_end : chunk->peer_begin,
		    chunk->count * sizeof(*out));
		return 0;
	}
	return frame->unit == WINDOW_RANGE ?
	    fill_offsets(reader, end, chunk, out, err) :
	    fill_groups(reader, end, chunk, out, err);
}

void
window_reader_init(struct window_reader *reader,
    const struct window_frame *frame,
    const struct window_partition *partition)
{
	uint32_t column = frame->unit == WINDOW_RANGE &&
	    partition->order_count > 0 ? partition->order[0].column :
	    partition->group_column;
	reader->frame = frame;
	row_cursor_init(&reader->cursors[0], partition->store, column);
	row_cursor_init(&reader->cursors[1], partition->store, column);
}

void
window_reader_reset(struct window_reader *reader)
{
	row_cursor_reset(&reader->cursors[0]);
	row_cursor_reset(&reader->cursors[1]);
	reader->at[0] = reader->at[1] = 0;
}

int
window_frame_fill(struct window_reader *reader, struct window_chunk *chunk,
    struct error *err)
{
	if (fill_bound(reader, 0, chunk, chunk->frame_begin, err) != 0)
		return -1;
	return fill_bound(reader, 1, chunk, chunk->frame_end, err);
}

/* ---- exclusion ------------------------------------------------------- */

static uint64_t
clamp(uint64_t value, uint64_t low, uint64_t high)
{
	return value < low ? low : value > high ? high : value;
}

void
window_frame_runs(const struct window_frame *frame,
    const struct window_chunk *chunk, uint32_t i, struct row_run runs[3])
{
	uint64_t row = chunk->first + i;
	uint64_t begin = chunk->frame_begin[i];
	uint64_t end = chunk->frame_end[i] < begin ? begin :
	    chunk->frame_end[i];
	_Bool is_row = frame->exclude == EXCLUDE_CURRENT_ROW;
	if (frame->exclude == EXCLUDE_NO_OTHERS) {
		runs[0] = (struct row_run){begin, end};
		runs[1] = runs[2] = (struct row_run){end, end};
		return;
	}
	uint64_t from = is_row ? row : chunk->peer_begin[i];
	uint64_t to = is_row ? row + 1 : chunk->peer_end[i];
	runs[0] = (struct row_run){begin, clamp(from, begin, end)};
	runs[2] = (struct row_run){clamp(to, begin, end), end};
	_Bool has_row = frame->exclude == EXCLUDE_TIES && row >= begin &&
	    row < end;
	runs[1] = (struct row_run){row, row + has_row};
}
