#include "op/window_frame.h"

#include <math.h>

void
window_rows_set(struct window_rows *rows, const struct batch *batch)
{
	uint32_t count = batch->row_count;
	rows->rows = batch;
	rows->count = count;
	if (count > rows->capacity) {
		uint32_t capacity = count + count / 2;
		size_t size = sizeof(uint32_t);
		rows->peer_begin = mem_grow_array(rows->peer_begin, capacity,
		    size);
		rows->peer_end = mem_grow_array(rows->peer_end, capacity, size);
		rows->begin = mem_grow_array(rows->begin, capacity, size);
		rows->end = mem_grow_array(rows->end, capacity, size);
		rows->capacity = capacity;
	}
	for (uint32_t begin = 0, end; begin < count; begin = end) {
		end = begin + 1;
		while (end < count && batch_compare(batch, end - 1, batch, end,
		    rows->order, rows->order_count) == 0)
			end++;
		for (uint32_t i = begin; i < end; i++) {
			rows->peer_begin[i] = begin;
			rows->peer_end[i] = end;
		}
	}
}

void
window_rows_release(struct window_rows *rows)
{
	mem_free(rows->peer_begin);
	mem_free(rows->peer_end);
	mem_free(rows->begin);
	mem_free(rows->end);
}

/* ---- RANGE with an offset -------------------------------------------- */

/* One key to order by, as a number that ascends with the rows. */
struct range {
	const struct column *column;
	_Bool is_descending;
	_Bool is_float;
};

static int128
whole_value(const struct column *column, uint32_t row)
{
	switch (column->type.id) {
	case TYPE_I8:
		return ((const int8_t *)column->values)[row];
	case TYPE_I16:
		return ((const int16_t *)column->values)[row];
	case TYPE_I32:
	case TYPE_DATE:
		return ((const int32_t *)column->values)[row];
	case TYPE_U8:
		return ((const uint8_t *)column->values)[row];
	case TYPE_U16:
		return ((const uint16_t *)column->values)[row];
	case TYPE_U32:
		return ((const uint32_t *)column->values)[row];
	case TYPE_U64:
		return ((const uint64_t *)column->values)[row];
	case TYPE_DECIMAL:
		if (column->type.precision > 18)
			return ((const int128 *)column->values)[row];
		return ((const int64_t *)column->values)[row];
	default:
		return ((const int64_t *)column->values)[row];
	}
}

static double
float_value(const struct column *column, uint32_t row)
{
	return column->type.id == TYPE_F32 ?
	    (double)((const float *)column->values)[row] :
	    ((const double *)column->values)[row];
}

/* A key moved by the bound's offset, `sign` of it. */
static int
move_whole(const struct range *range, const struct frame_bound *bound,
    uint32_t row, int sign, int128 *moved, struct error *err)
{
	int128 value = whole_value(range->column, row);
	int result = 0;
	if (!bound->is_interval) {
		struct column offset = column_builder_view(&bound->offset);
		*moved = value + sign * whole_value(&offset, 0);
		return 0;
	}
	if (range->column->type.id == TYPE_DATE) {
		int64_t us;
		result = datetime_add(bound->unit, (int64_t)value *
		    DATETIME_US_PER_DAY, sign * bound->rows, &us);
		/* a date reaches as far as whole days do */
		*moved = result == 0 ? (us >= 0 ? us / DATETIME_US_PER_DAY :
		    -((-us + DATETIME_US_PER_DAY - 1) / DATETIME_US_PER_DAY)) :
		    0;
	} else {
		int64_t us;
		result = datetime_add(bound->unit, (int64_t)value,
		    sign * bound->rows, &us);
		*moved = us;
	}
	return result == 0 ? 0 : error_data(err, "row %u of a partition: the "
	    "frame passes the years 1 to 9999", row + 1);
}

/* Whether row `other` lies before the moved key of `row`. */
static int
is_before(const struct range *range, const struct frame_bound *bound,
    uint32_t row, uint32_t other, int sign, _Bool or_equal, struct error *err)
{
	if (range->is_float) {
		struct column offset = column_builder_view(&bound->offset);
		double moved = float_value(range->column, row) +
		    sign * float_value(&offset, 0);
		double value = float_value(range->column, other);
		if (isnan(value) || isnan(moved))
			return isnan(value) ? isnan(moved) && or_equal : 1;
		if (range->is_descending)
			return or_equal ? value >= moved : value > moved;
		return or_equal ? value <= moved : value < moved;
	}
	int128 moved;
	if (move_whole(range, bound, row, sign, &moved, err) != 0)
		return -1;
	int128 value = whole_value(range->column, other);
	if (range->is_descending)
		return or_equal ? value >= moved : value > moved;
	return or_equal ? value <= moved : value < moved;
}

/*
 * One end of the frames with an offset.  Nulls are peers of each other and
 * of nothing else, and stand together at one end of the partition.
 */
static int
range_offset(struct window_rows *rows, const struct frame_bound *bound,
    _Bool is_end, uint32_t *out, struct error *err)
{
	const struct sort_key *key = &rows->order[0];
	const struct range range = {&rows->rows->columns[key->column],
	    key->is_descending, type_is_float(
	    rows->rows->columns[key->column].type)};
	int sign = (bound->kind == BOUND_FOLLOWING) != key->is_descending ?
	    1 : -1;
	uint32_t first = 0;
	uint32_t last = rows->count;
	while (first < last && column_is_null(range.column, first))
		first++;
	while (last > first && column_is_null(range.column, last - 1))
		last--;
	uint32_t at = first;
	for (uint32_t row = 0; row < rows->count; row++) {
		if (row < first || row >= last) {
			out[row] = is_end ? rows->peer_end[row] :
			    rows->peer_begin[row];
			continue;
		}
		while (at < last) {
			int before = is_before(&range, bound, row, at, sign,
			    is_end, err);
			if (before < 0)
				return -1;
			if (!before)
				break;
			at++;
		}
		out[row] = at;
	}
	return 0;
}

/* ---- all kinds ------------------------------------------------------- */

static uint32_t
move_row(uint32_t row, int64_t by, uint32_t count)
{
	if (by < 0)
		return (uint64_t)-by > row ? 0 : row - (uint32_t)-by;
	return (uint64_t)by > count - row ? count : row + (uint32_t)by;
}

static int
find_bound(struct window_rows *rows, const struct window_item *item,
    const struct frame_bound *bound, _Bool is_end, uint32_t *out,
    struct error *err)
{
	uint32_t count = rows->count;
	if (bound->kind == BOUND_UNBOUNDED_PRECEDING ||
	    bound->kind == BOUND_UNBOUNDED_FOLLOWING) {
		for (uint32_t i = 0; i < count; i++)
			out[i] = is_end ? count : 0;
		return 0;
	}
	if (!item->is_rows && bound->kind != BOUND_CURRENT)
		return range_offset(rows, bound, is_end, out, err);
	for (uint32_t i = 0; i < count; i++) {
		if (!item->is_rows)
			out[i] = is_end ? rows->peer_end[i] :
			    rows->peer_begin[i];
		else
			out[i] = move_row(i, (bound->kind == BOUND_CURRENT ? 0 :
			    bound->kind == BOUND_PRECEDING ? -bound->rows :
			    bound->rows) + is_end, count);
	}
	return 0;
}

int
window_frames(struct window_rows *rows, const struct window_item *item,
    struct error *err)
{
	struct frame_bound begin = {.kind = BOUND_UNBOUNDED_PRECEDING};
	struct frame_bound end = {.kind = rows->order_count > 0 ?
	    BOUND_CURRENT : BOUND_UNBOUNDED_FOLLOWING};
	if (find_bound(rows, item, item->has_frame ? &item->begin : &begin, 0,
	    rows->begin, err) != 0)
		return -1;
	return find_bound(rows, item, item->has_frame ? &item->end : &end, 1,
	    rows->end, err);
}
