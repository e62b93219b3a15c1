/*
 * An aggregation while it runs; aggregate.c and several.c know what is in it.
 */
#ifndef OP_AGGREGATE_RUN_H
#define OP_AGGREGATE_RUN_H

#include "op/aggregate/output.h"
#include "op/aggregate/plan.h"
#include "op/aggregate/results.h"
#include "op/aggregate/runs.h"

/* Another aggregation, some calls of which are made of this one's groups. */
struct aggregate_rollup {
	struct aggregate *to;		/* borrowed */
	uint32_t *keys;			/* owned; ours, for each of its keys */
	struct aggregator_link *links;	/* owned; of calls */
	uint32_t link_count;
};

struct aggregate {
	const struct aggregate_options *options;
	const struct stream_header *input;	/* borrowed */
	_Bool has_results, has_begun;
	struct aggregate_results results;
	struct aggregate_plan plan;
	struct aggregate_runs runs;
	struct aggregate_output output;
	struct column *states;		/* owned; is_final: of a batch */
	uint64_t block, row;		/* the next row's place in the input */
	uint64_t row_count;
	_Bool is_spilled;
	/* is_sorted */
	struct batch_builder closed, open;	/* parts of a batch */
	struct batch_builder last;	/* the keys of the row before */
	struct sort_key *order;		/* owned; of the keys */
	/* one of several */
	struct aggregate_rollup *rollups;	/* owned */
	uint32_t rollup_count;
	uint64_t fed_count;		/* rows that the rollups know */
	_Bool has_given_many;		/* groups, for its rows */
	_Bool needs_no_rows;		/* it is made of others' groups */
};

/* Spills if another batch like the last one, of `rows` rows, might not fit. */
int
aggregate_spill_if_full(struct aggregate *run, uint32_t rows,
    struct error *err);

/* Gives what is in the groups, which are forgotten then, to the rollups. */
int
aggregate_feed_rollups(struct aggregate *run, struct error *err);
void
aggregate_free_rollups(struct aggregate *run);

#endif
