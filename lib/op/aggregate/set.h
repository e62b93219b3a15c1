/*
 * Aggregates over the values of a group in their order: a set of (group,
 * value) tuples, weighted by how often each came where that matters, and a
 * reducer that is shown each group's values once, ascending.
 *
 * State: NAME.value, the value, null in a group's main row; and, if weighted,
 * NAME.count, i64: how often it came, in the main row how many values there
 * were in all.  Groups are reduced when results are given; what was reduced
 * is forgotten, so that a group may come in stretches (runs.h),
 * however large it is.
 */
#ifndef OP_AGGREGATE_SET_H
#define OP_AGGREGATE_SET_H

#include "op/aggregate/state.h"

/* Values of groups; those of one group ascend, here and from call to call. */
struct aggregate_values {
	uint32_t count;
	const uint32_t *groups;		/* [count] */
	const struct column *values;	/* [count], not null */
	const int64_t *weights;		/* [count] */
	const int64_t *totals;		/* by group: the sum of its weights;
					 * 0 if the set is not weighted */
};

struct aggregate_reducer;

struct aggregate_reducer_ops {
	void (*grow)(struct aggregate_reducer *reducer, uint32_t old_count,
	    uint32_t count);
	int (*take)(struct aggregate_reducer *reducer,
	    const struct aggregate_values *values, struct error *err);
	/*
	 * NULL, or the only ranks (from 0, ascending, at most 2; their number
	 * is returned) of `total` values that matter: then these may be all
	 * that is shown of a group, each with the weight of what stands
	 * between it and the one before.
	 */
	uint32_t (*ranks)(const struct aggregate_reducer *reducer,
	    int64_t total, int64_t ranks[2]);
	int (*give)(struct aggregate_reducer *reducer, const uint32_t *ids,
	    uint32_t count, struct column_builder *result,
	    struct error *err);
	void (*keep)(struct aggregate_reducer *reducer, uint32_t id);
	void (*clear)(struct aggregate_reducer *reducer);
	size_t (*bytes)(const struct aggregate_reducer *reducer);
	void (*free)(struct aggregate_reducer *reducer);
};

struct aggregate_reducer {
	const struct aggregate_reducer_ops *ops;
};

/*
 * What stands in the set for the arguments of a batch; NULL: themselves.
 * Borrowed from `scratch` until the next call.
 */
typedef const struct column *aggregate_encode(
    const struct aggregate_rows *rows, struct column_builder *scratch);

struct aggregate_set_options {
	struct type value;		/* in the set */
	struct type result;
	_Bool is_weighted;
	aggregate_encode *encode;
	/* taken; NULL: the result is the number of values, an i64 */
	struct aggregate_reducer *reducer;
};

struct aggregate_state *
aggregate_set_new(const struct aggregate_set_options *options);

#endif
