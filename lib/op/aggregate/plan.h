/*
 * The plan of an aggregation: keys, calls with their expressions, and the
 * aggregator that they fill.
 */
#ifndef OP_AGGREGATE_PLAN_H
#define OP_AGGREGATE_PLAN_H

#include "op/aggregate/aggregate.h"
#include "op/aggregate/list.h"
#include "op/aggregate/aggregator.h"

/* One call's expressions; NULL where there is none. */
struct aggregate_plan_call {
	struct expr *argument, *second, *filter;
};

struct aggregate_plan {
	const struct aggregate_options *options;
	const struct schema *input;	/* borrowed */
	struct aggregate_list list;
	char *having;			/* owned; rewritten, or NULL */
	struct aggregate_keys keys;
	struct aggregate_plan_call *calls;	/* owned */
	/* is_final: the input's column of each column of the states */
	uint32_t *fields;		/* owned */
	struct aggregator aggregator;
	struct aggregator_input *inputs;	/* owned; of the last batch */
};

int
aggregate_plan_init(struct aggregate_plan *plan,
    const struct aggregate_options *options, const struct schema *input,
    struct error *err);
void
aggregate_plan_release(struct aggregate_plan *plan);

/* Computes what the calls of a batch of rows see: plan->inputs. */
int
aggregate_plan_eval(struct aggregate_plan *plan, const struct batch *batch,
    struct error *err);

#endif
