/*
 * Several aggregations of the same rows.
 *
 * A call is made of the groups of another aggregation, instead of the rows, if
 * that one has the same call and all the keys, and perhaps more: sum(x) by
 * month of sum(x) by month and region.  (Gray et al., "Data Cube", 1997,
 * section 5: distributive and algebraic functions.)  This stops while rows
 * still come if there are not many more rows than groups.  Results are the
 * same.
 */
#ifndef OP_AGGREGATE_SEVERAL_H
#define OP_AGGREGATE_SEVERAL_H

#include "op/aggregate/aggregate.h"

/* Before the first row: finds what can be made of what. */
void
aggregate_share(struct aggregate *const *runs, uint32_t count);
/* In place of aggregate_take of each. */
int
aggregate_take_all(struct aggregate *const *runs, uint32_t count,
    const struct batch *batch, struct error *err);
/* Behind the last row: before any aggregate_finish. */
int
aggregate_end_all(struct aggregate *const *runs, uint32_t count,
    struct error *err);

#endif
