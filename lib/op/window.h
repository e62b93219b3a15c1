/*
 * Window functions: values of a row from its partition's other rows.
 *
 * The input is sorted by the partition's columns (ascending, nulls first)
 * and then by the order; that is checked row by row.  One partition is held
 * at a time.  Frames are SQL:2011's: ROWS and RANGE, without one the whole
 * partition or, with an order, RANGE from its beginning to the row's peers.
 *
 * Results: row_number, rank, dense_rank, count: i64.  sum of integers
 * decimal(38,0), of decimal(p,s) decimal(38,s), of floats f64, all exact.
 * avg of integers and decimals decimal(38,6), rounded half away from zero,
 * of floats f64.  share, a value by the sum of its partition, alike.
 * min, max, lag, lead, first_value, last_value: the argument's type.
 *
 * Sums over frames are differences of prefix sums (integers, exact), minima
 * come from a queue of candidates (Lemire 2006): O(1) a row.  Frames of
 * floats are added up one by one, exactly.
 */
#ifndef OP_WINDOW_H
#define OP_WINDOW_H

#include "batch/stream.h"

struct window_options {
	const char *partition;		/* columns, or NULL; borrowed */
	const char *order;		/* as of sort_keys_parse, or NULL */
	const char *items;		/* "name = function(...) frame, ..." */
	const char *qualify;		/* condition on the output, or NULL */
};

/*
 * The sort keys that the input must have: partition, then order.  *keys is
 * the caller's to mem_free; *order_at is where the order begins.
 */
int
window_keys(const struct window_options *options, const struct schema *schema,
    struct sort_key **keys, uint32_t *count, uint32_t *order_at,
    struct error *err);

/* Pulls all of `in`; calls begin and write of `out`. */
int
window_run(const struct window_options *options, struct batch_source *in,
    struct batch_sink *out, uint64_t *qualified_away, struct error *err);

#endif
