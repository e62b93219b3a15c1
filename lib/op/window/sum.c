#include "base/decimal.h"
#include "base/exactsum.h"
#include "op/numeric.h"
#include "op/window/worker.h"

#define AVERAGE_SCALE 6

/*
 * The values of the frame at hand, added up exactly: so rows that leave the
 * frame are taken off again, and a frame that moves by one row costs two
 * additions.  What is no finite float is counted.
 */
struct total {
	uint64_t count;			/* of values, not nulls */
	int128 whole;
	struct exactsum real;
	uint64_t nans, infinities, minus_infinities;
};

struct sum {
	struct window_worker worker;
	const struct window_item *item;
	const struct window_partition *partition;
	_Bool has_argument, is_float;
	struct type type;		/* of the argument */
	struct total total;
	/* The rows in `total`, and a cursor at each end. */
	struct row_run runs[3];
	struct row_cursor cursors[3][2];
	struct row_cursor own;		/* share: the row's value */
};

static void
clear_total(struct sum *sum)
{
	exactsum_release(&sum->total.real);
	sum->total = (struct total){0};
	for (int i = 0; i < 3; i++)
		sum->runs[i] = (struct row_run){0, 0};
}

/* ---- adding and taking off ------------------------------------------- */

static int
overflow(struct error *err)
{
	return error_data(err, "a sum passes 38 digits");
}

static void
move_real(struct total *total, double value, int sign)
{
	uint64_t one = sign > 0 ? 1 : UINT64_MAX;
	if (value != value)
		total->nans += one;
	else if (value - value == 0)
		exactsum_add(&total->real, sign * value);
	else if (value > 0)
		total->infinities += one;
	else
		total->minus_infinities += one;
}

/* Rows of one block. */
static int
move_block(struct sum *sum, const struct column *column, uint32_t begin,
    uint32_t count, int sign, struct error *err)
{
	struct total *total = &sum->total;
	int128 whole = total->whole;
	_Bool is_count = sum->item->function == WINDOW_COUNT;
	int64_t values = 0;
	for (uint32_t i = begin; i < begin + count; i++) {
		if (column_is_null(column, i))
			continue;
		values++;
		if (is_count)
			continue;
		if (sum->is_float)
			move_real(total, numeric_real(column, i), sign);
		else if (__builtin_add_overflow(whole, sign *
		    column_whole(column, i), &whole))
			return overflow(err);
	}
	total->whole = whole;
	total->count += (uint64_t)(sign * values);
	return 0;
}

/* Adds (sign 1) or takes off (-1) the rows [begin, end). */
static int
move_rows(struct sum *sum, struct row_cursor *cursor, uint64_t begin,
    uint64_t end, int sign, struct error *err)
{
	if (!sum->has_argument) {
		sum->total.count += sign > 0 ? end - begin : begin - end;
		return 0;
	}
	while (begin < end) {
		uint32_t index = 0, count;
		const struct column *column = row_cursor_run(cursor, begin,
		    end, &index, &count, err);
		if (column == NULL || move_block(sum, column, index, count,
		    sign, err) != 0)
			return -1;
		begin += count;
	}
	return 0;
}

/* One end of a run, from row `at` to row `to`; to the right it adds. */
static int
move_end(struct sum *sum, struct row_cursor *cursor, uint64_t at, uint64_t to,
    int sign, struct error *err)
{
	return at < to ? move_rows(sum, cursor, at, to, sign, err) :
	    move_rows(sum, cursor, to, at, -sign, err);
}

static int
move_run(struct sum *sum, unsigned i, struct row_run to, struct error *err)
{
	struct row_run *at = &sum->runs[i];
	struct row_cursor *cursors = sum->cursors[i];
	int result;
	if (to.begin >= at->end || to.end <= at->begin) {
		/* nothing in common */
		result = move_rows(sum, &cursors[0], at->begin, at->end, -1,
		    err);
		if (result == 0)
			result = move_rows(sum, &cursors[1], to.begin, to.end,
			    1, err);
	} else {
		result = move_end(sum, &cursors[1], at->end, to.end, 1, err);
		if (result == 0)
			result = move_end(sum, &cursors[0], at->begin,
			    to.begin, -1, err);
	}
	*at = to;
	return result;
}

/* ---- results --------------------------------------------------------- */

static double
real_total(const struct total *total)
{
	if (total->nans > 0 ||
	    (total->infinities > 0 && total->minus_infinities > 0))
		return __builtin_nan("");
	if (total->infinities > 0)
		return __builtin_inf();
	if (total->minus_infinities > 0)
		return -__builtin_inf();
	return exactsum_value(&total->real);
}

static int
append_whole(const struct sum *sum, int128 value, struct column_builder *out,
    struct error *err)
{
	int128 result = sum->total.whole;
	int scale = sum->type.id == TYPE_DECIMAL ? sum->type.scale : 0;
	if (sum->item->function == WINDOW_AVG &&
	    decimal_div_128(result, (int128)sum->total.count,
	    AVERAGE_SCALE - scale, &result) != 0)
		return overflow(err);
	if (sum->item->function == WINDOW_SHARE) {
		if (result == 0) {
			column_builder_append_null(out);
			return 0;
		}
		if (decimal_div_128(value, result, AVERAGE_SCALE, &result) != 0)
			return overflow(err);
	}
	if (!decimal_fits_128(result, 38))
		return overflow(err);
	column_builder_append_value(out, &result);
	return 0;
}

static int
append_result(struct sum *sum, uint64_t row, struct column_builder *out,
    struct error *err)
{
	const struct column *own = NULL;
	uint32_t index = 0;
	if (sum->item->function == WINDOW_COUNT) {
		column_builder_append_value(out, &sum->total.count);
		return 0;
	}
	if (sum->item->function == WINDOW_SHARE) {
		own = row_cursor_at(&sum->own, row, &index, err);
		if (own == NULL)
			return -1;
	}
	if (sum->total.count == 0 ||
	    (own != NULL && column_is_null(own, index))) {
		column_builder_append_null(out);
		return 0;
	}
	if (!sum->is_float)
		return append_whole(sum, own != NULL ? column_whole(own,
		    index) : 0, out, err);
	double result = real_total(&sum->total);
	if (sum->item->function == WINDOW_AVG)
		result /= (double)sum->total.count;
	else if (own != NULL)
		result = numeric_real(own, index) / result;
	column_builder_append_value(out, &result);
	return 0;
}

static int
compute(struct window_worker *worker, const struct window_chunk *chunk,
    struct column_builder *out, struct error *err)
{
	struct sum *sum = (struct sum *)worker;
	_Bool is_share = sum->item->function == WINDOW_SHARE;
	for (uint32_t i = 0; i < chunk->count; i++) {
		struct row_run runs[3] = {{0, chunk->partition->row_count}};
		unsigned count = 1;
		if (!is_share) {
			window_frame_runs(&sum->item->frame, chunk, i, runs);
			count = sum->item->frame.exclude ==
			    EXCLUDE_NO_OTHERS ? 1 : 3;
		}
		for (unsigned k = 0; k < count; k++)
			if (move_run(sum, k, runs[k], err) != 0)
				return -1;
		if (append_result(sum, chunk->first + i, out, err) != 0)
			return -1;
	}
	return 0;
}

/* ---- making ---------------------------------------------------------- */

static int
start(struct window_worker *worker, struct error *err)
{
	struct sum *sum = (struct sum *)worker;
	(void)err;
	clear_total(sum);
	for (int i = 0; i < 6; i++)
		row_cursor_reset(&sum->cursors[i / 2][i % 2]);
	row_cursor_reset(&sum->own);
	return 0;
}

static void
sum_free(struct window_worker *worker)
{
	clear_total((struct sum *)worker);
	mem_free(worker);
}

struct window_worker *
window_sum_new(const struct window_setup *setup)
{
	static const struct window_worker_ops ops = {
		.start = start,
		.compute = compute,
		.free = sum_free
	};
	struct sum *sum = mem_zalloc(sizeof(*sum));
	struct row_store *store = setup->partition->store;
	sum->worker.ops = &ops;
	sum->worker.needs_frames = setup->item->function != WINDOW_SHARE;
	sum->item = setup->item;
	sum->partition = setup->partition;
	sum->has_argument = setup->argument != UINT32_MAX;
	if (!sum->has_argument)
		return &sum->worker;
	sum->type = expr_type(setup->item->argument);
	sum->is_float = type_is_float(sum->type);
	for (int i = 0; i < 6; i++)
		row_cursor_init(&sum->cursors[i / 2][i % 2], store,
		    setup->argument);
	row_cursor_init(&sum->own, store, setup->argument);
	return &sum->worker;
}
