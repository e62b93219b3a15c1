/*
 * Window functions: values of a row from its partition's other rows.
 *
 * The input is sorted by the default window's partition (ascending, nulls
 * first) and then by its order; that is checked row by row.  Frames are
 * SQL:2011's; without one it is the whole partition or, with an order, RANGE
 * from its beginning to the row's peers.  Items over other windows are worked
 * out in further passes, for which the rows are sorted and, at the end, put
 * back; passes whose order is there already are not sorted for.
 *
 * Results: row_number, rank, dense_rank, ntile: i64.  percent_rank,
 * cume_dist: f64.  Aggregates as of ragg; share, a value by the sum of its
 * partition, as avg.  lag, lead, first_value, last_value, nth_value: the
 * argument's type.
 *
 * Counts, sums, averages, minima and maxima cost the same per row however
 * long the frames are; other aggregates cost as much as their frame, unless
 * it only grows.  A partition beyond the budget is spilled
 * (op/row_store.h): the rows and their order stay the same.
 */
#ifndef OP_WINDOW_WINDOW_H
#define OP_WINDOW_WINDOW_H

#include "batch/stream.h"
#include "op/window/item.h"

struct window_options {
	struct window_texts texts;	/* borrowed */
	const char *qualify;		/* condition on the output, or NULL */
	_Bool sorts;			/* the input is not sorted */
	struct budget *budget;
	const char *folder;		/* for spilling; see op/spill.h */
};

/* Pulls all of `in`; calls begin and write of `out`. */
int
window_run(const struct window_options *options, struct batch_source *in,
    struct batch_sink *out, uint64_t *qualified_away, struct error *err);

#endif
