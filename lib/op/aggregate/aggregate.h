/*
 * Group and aggregate (ragg).
 *
 * One row for each distinct tuple of the keys, in the order of the keys, nulls
 * first; without keys one row, also for an empty input.  Beyond the budget
 * states are spilled; the rows and their order stay the same.
 *
 * `is_partial` gives states instead of results (op/aggregate/aggregator.h says
 * in what columns), `is_final` takes them: the same keys and the same list
 * make results of the states of any number of slices, in any order.
 *
 * `is_sorted`: the input is sorted by the keys, ascending, nulls first: groups
 * are given as they end.  A row out of order is an error (status 3) that
 * names the row and both keys.
 */
#ifndef OP_AGGREGATE_AGGREGATE_H
#define OP_AGGREGATE_AGGREGATE_H

#include "batch/stream.h"
#include "op/aggregate/keys.h"

struct aggregate_options {
	const char *keys;		/* "region, m = month(ts)", or NULL */
	const char *aggregates;		/* op/aggregate/list.h; or NULL */
	struct aggregate_sets sets;
	const char *having;		/* a condition over the output; NULL */
	_Bool is_partial;
	_Bool is_final;
	_Bool is_sorted;
	struct budget *budget;
	const char *folder;		/* for spilling; see op/spill.h */
};

/*
 * One aggregation, fed batch by batch.  aggregate_new begins `out`; options,
 * input and out are borrowed.  NULL with err set.
 */
struct aggregate *
aggregate_new(const struct aggregate_options *options,
    const struct stream_header *input, struct batch_sink *out,
    struct error *err);
int
aggregate_take(struct aggregate *aggregate, const struct batch *batch,
    struct error *err);
/* Writes the groups, and sets the counters and the strategy of `stage`, but
 * not its rows in and out.  Does not finish `out`. */
int
aggregate_finish(struct aggregate *aggregate, struct stage *stage,
    struct error *err);
/* NULL is allowed. */
void
aggregate_free(struct aggregate *aggregate);

/*
 * All of it: reads `in` to its end, begins and writes `out`, and sets the
 * counters and the strategy of `stage`.  Does not finish `out`.
 */
int
aggregate_run(const struct aggregate_options *options,
    struct batch_source *in, struct batch_sink *out, struct stage *stage,
    struct error *err);

#endif
