#include "op/window_compute.h"

#include "base/decimal.h"
#include "base/exactsum.h"

#define AVERAGE_SCALE 6

/* ---- places ---------------------------------------------------------- */

static void
compute_place(const struct window_rows *rows, struct window_item *item)
{
	int64_t *out = column_builder_extend(&item->results, rows->count);
	int64_t dense = 0;
	for (uint32_t i = 0; i < rows->count; i++) {
		if (rows->peer_begin[i] == i)
			dense++;
		out[i] = item->function == WINDOW_ROW_NUMBER ? i + 1 :
		    item->function == WINDOW_RANK ? rows->peer_begin[i] + 1 :
		    dense;
	}
}

/* lag and lead, first and last: the row whose value it is. */
static int
take_rows(const struct window_rows *rows, struct window_item *item,
    struct error *err)
{
	struct column values = column_builder_view(&item->values);
	uint32_t *from = mem_array(rows->count, sizeof(*from));
	uint32_t count = rows->count;
	uint64_t distance = (uint64_t)item->distance;
	for (uint32_t i = 0; i < count; i++) {
		from[i] = COLUMN_NULL_ROW;
		if (item->function == WINDOW_LAG) {
			if (distance <= i)
				from[i] = i - (uint32_t)distance;
		} else if (item->function == WINDOW_LEAD) {
			if (distance < count - i)
				from[i] = i + (uint32_t)distance;
		} else if (rows->begin[i] < rows->end[i]) {
			from[i] = item->function == WINDOW_FIRST_VALUE ?
			    rows->begin[i] : rows->end[i] - 1;
		}
	}
	int result = 0;
	if (item->fallback == NULL) {
		result = column_builder_take(&item->results, &values, from,
		    count);
	} else {
		struct column others = column_builder_view(&item->fallbacks);
		for (uint32_t i = 0; i < count && result == 0; i++)
			result = from[i] == COLUMN_NULL_ROW ?
			    column_builder_append(&item->results, &others, i,
			    1) : column_builder_append(&item->results, &values,
			    from[i], 1);
	}
	mem_free(from);
	return result == 0 ? 0 :
	    error_data(err, "%s: the text of a partition passes 2 GiB",
	    item->name);
}

/* ---- counts ---------------------------------------------------------- */

/* before[i]: values that are not null among the first i rows. */
static uint32_t *
count_before(const struct window_item *item, uint32_t count)
{
	struct column values = column_builder_view(&item->values);
	uint32_t *before = mem_array((size_t)count + 1, sizeof(*before));
	for (uint32_t i = 0; i < count; i++)
		before[i + 1] = before[i] + (item->argument == NULL ||
		    !column_is_null(&values, i));
	return before;
}

static void
compute_count(const struct window_rows *rows, struct window_item *item)
{
	int64_t *out = column_builder_extend(&item->results, rows->count);
	uint32_t *before = count_before(item, rows->count);
	for (uint32_t i = 0; i < rows->count; i++)
		out[i] = rows->begin[i] < rows->end[i] ?
		    before[rows->end[i]] - before[rows->begin[i]] : 0;
	mem_free(before);
}

/* ---- sums of whole numbers ------------------------------------------- */

static int128
whole(const struct column *column, uint32_t row)
{
	switch (column->type.id) {
	case TYPE_I8:
		return ((const int8_t *)column->values)[row];
	case TYPE_I16:
		return ((const int16_t *)column->values)[row];
	case TYPE_I32:
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

static int
overflow(const struct window_item *item, struct error *err)
{
	return error_data(err, "%s: a sum passes 38 digits", item->name);
}

/* One result from the frame's sum and count; *is_null if it has none. */
static int
finish_whole(const struct window_item *item, int128 value, int128 sum,
    uint32_t count, int128 *out, _Bool *is_null, struct error *err)
{
	int scale = item->values.type.id == TYPE_DECIMAL ?
	    item->values.type.scale : 0;
	*is_null = count == 0;
	*out = sum;
	if (*is_null)
		return 0;
	if (item->function == WINDOW_AVG &&
	    decimal_div_128(sum, (int128)count, AVERAGE_SCALE - scale,
	    out) != 0)
		return overflow(item, err);
	if (item->function == WINDOW_SHARE) {
		*is_null = sum == 0;
		if (!*is_null && decimal_div_128(value, sum, AVERAGE_SCALE,
		    out) != 0)
			return overflow(item, err);
	}
	return *is_null || decimal_fits_128(*out, 38) ? 0 :
	    overflow(item, err);
}

static int
sum_whole(const struct window_rows *rows, struct window_item *item,
    struct error *err)
{
	struct column values = column_builder_view(&item->values);
	uint32_t count = rows->count;
	uint32_t *counts = count_before(item, count);
	int128 *sums = mem_array((size_t)count + 1, sizeof(*sums));
	_Bool is_share = item->function == WINDOW_SHARE;
	int result = 0;
	sums[0] = 0;
	for (uint32_t i = 0; i < count && result == 0; i++) {
		int128 value = column_is_null(&values, i) ? 0 :
		    whole(&values, i);
		if (__builtin_add_overflow(sums[i], value, &sums[i + 1]))
			result = overflow(item, err);
	}
	for (uint32_t i = 0; i < count && result == 0; i++) {
		uint32_t begin = is_share ? 0 : rows->begin[i];
		uint32_t end = is_share ? count : rows->end[i];
		_Bool is_null = 1;
		int128 out = 0;
		if (begin < end)
			result = finish_whole(item, is_share &&
			    !column_is_null(&values, i) ? whole(&values, i) : 0,
			    sums[end] - sums[begin],
			    counts[end] - counts[begin], &out, &is_null, err);
		if (is_share && column_is_null(&values, i))
			is_null = 1;
		if (is_null)
			column_builder_append_null(&item->results);
		else
			column_builder_append_value(&item->results, &out);
	}
	mem_free(counts);
	mem_free(sums);
	return result;
}

/* ---- sums of floats -------------------------------------------------- */

static double
float_at(const struct column *column, uint32_t row)
{
	return column->type.id == TYPE_F32 ?
	    (double)((const float *)column->values)[row] :
	    ((const double *)column->values)[row];
}

/* The exact sum of a range; what is already in `sum` stays. */
static void
add_floats(struct exactsum *sum, const struct column *values, uint32_t begin,
    uint32_t end)
{
	for (uint32_t i = begin; i < end; i++)
		if (!column_is_null(values, i))
			exactsum_add(sum, float_at(values, i));
}

static void
sum_floats(const struct window_rows *rows, struct window_item *item)
{
	struct column values = column_builder_view(&item->values);
	uint32_t *counts = count_before(item, rows->count);
	struct exactsum sum = {0};
	uint32_t begin = 0;
	uint32_t end = 0;
	_Bool is_share = item->function == WINDOW_SHARE;
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t from = is_share ? 0 : rows->begin[i];
		uint32_t to = is_share ? rows->count : rows->end[i];
		if (from >= to || counts[to] == counts[from] ||
		    (is_share && column_is_null(&values, i))) {
			column_builder_append_null(&item->results);
			continue;
		}
		if (from != begin || to < end) {
			exactsum_release(&sum);
			sum = (struct exactsum){0};
			begin = end = from;
		}
		add_floats(&sum, &values, end, to);
		end = to;
		double out = exactsum_value(&sum);
		if (item->function == WINDOW_AVG)
			out /= counts[to] - counts[from];
		else if (is_share)
			out = float_at(&values, i) / out;
		column_builder_append_value(&item->results, &out);
	}
	exactsum_release(&sum);
	mem_free(counts);
}

/* ---- least and greatest ---------------------------------------------- */

/*
 * A queue of rows, each better than those behind it: the front is the answer
 * while it lies in the frame.
 */
static int
compute_extreme(const struct window_rows *rows, struct window_item *item,
    struct error *err)
{
	struct column values = column_builder_view(&item->values);
	uint32_t *queue = mem_array(rows->count, sizeof(*queue));
	uint32_t *from = mem_array(rows->count, sizeof(*from));
	uint32_t front = 0, back = 0, next = 0;
	int sign = item->function == WINDOW_MIN ? 1 : -1;
	for (uint32_t i = 0; i < rows->count; i++) {
		for (; next < rows->end[i]; next++) {
			if (column_is_null(&values, next))
				continue;
			while (back > front && sign * column_compare(&values,
			    queue[back - 1], &values, next, 0) >= 0)
				back--;
			queue[back++] = next;
		}
		while (front < back && queue[front] < rows->begin[i])
			front++;
		from[i] = front < back && rows->begin[i] < rows->end[i] ?
		    queue[front] : COLUMN_NULL_ROW;
	}
	int result = column_builder_take(&item->results, &values, from,
	    rows->count);
	mem_free(queue);
	mem_free(from);
	return result == 0 ? 0 :
	    error_data(err, "%s: the text of a partition passes 2 GiB",
	    item->name);
}

int
window_compute(struct window_rows *rows, struct window_item *item,
    struct error *err)
{
	column_builder_clear(&item->results);
	switch (item->function) {
	case WINDOW_ROW_NUMBER:
	case WINDOW_RANK:
	case WINDOW_DENSE_RANK:
		compute_place(rows, item);
		return 0;
	case WINDOW_LAG:
	case WINDOW_LEAD:
		return take_rows(rows, item, err);
	default:
		break;
	}
	if (window_frames(rows, item, err) != 0)
		return -1;
	switch (item->function) {
	case WINDOW_FIRST_VALUE:
	case WINDOW_LAST_VALUE:
		return take_rows(rows, item, err);
	case WINDOW_COUNT:
		compute_count(rows, item);
		return 0;
	case WINDOW_MIN:
	case WINDOW_MAX:
		return compute_extreme(rows, item, err);
	default:
		if (type_is_float(item->values.type)) {
			sum_floats(rows, item);
			return 0;
		}
		return sum_whole(rows, item, err);
	}
}
