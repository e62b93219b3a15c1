/*
 * Group and aggregate (ragg).
 *
 * One row for each distinct tuple of the keys, in the order of the keys, nulls
 * first; without keys one row, also for an empty input.  Beyond the budget
 * states are spilled; the rows and their order stay the same.
 *
 * `is_partial` gives states instead of results (op/aggregator.h says in what
 * columns), `is_final` takes them: the same keys and the same list make
 * results of the states of any number of slices, in any order.
 */
#ifndef OP_AGGREGATE_H
#define OP_AGGREGATE_H

#include "batch/stream.h"

struct aggregate_options {
	const char *keys;		/* "region,yyyymm", or NULL */
	const char *aggregates;		/* op/aggregate_list.h; or NULL */
	_Bool is_partial;
	_Bool is_final;
	struct budget *budget;
	const char *folder;		/* for spilling; see op/spill.h */
};

/*
 * Reads `in` to its end, begins and writes `out`, and sets the counters and
 * the strategy of `stage`.  Does not finish `out`.
 */
int
aggregate_run(const struct aggregate_options *options,
    struct batch_source *in, struct batch_sink *out, struct stage *stage,
    struct error *err);

#endif
