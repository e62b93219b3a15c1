/*
 * What an aggregator spills: runs of states in their order, merged back a
 * stretch at a time.
 *
 * A stretch ends with the least of the last rows that have been read of the
 * runs; all rows up to it are there, are merged by hash, and given away.
 * Memory is that of a few batches, however large the groups or the sets of
 * one group are.
 */
#ifndef OP_AGGREGATE_RUNS_H
#define OP_AGGREGATE_RUNS_H

#include "op/aggregate/aggregator.h"
#include "op/spill.h"

/* When there are so many, they are merged into one. */
#define AGGREGATE_MAX_RUNS 64

struct aggregate_runs {
	struct aggregator *aggregator;	/* borrowed */
	const char *folder;		/* borrowed; see op/spill.h */
	struct schema schema;		/* of states */
	struct sort_key *order;		/* owned */
	uint32_t order_count;
	struct spill *runs[AGGREGATE_MAX_RUNS];
	uint32_t run_count;
};

void
aggregate_runs_init(struct aggregate_runs *runs,
    struct aggregator *aggregator, const char *folder);
void
aggregate_runs_release(struct aggregate_runs *runs);

/* The aggregator's groups become a run; it is empty afterwards. */
int
aggregate_runs_spill(struct aggregate_runs *runs, struct error *err);

/*
 * Merges all runs and gives results, or states.  The aggregator must be
 * empty and is not empty afterwards.
 */
int
aggregate_runs_merge(struct aggregate_runs *runs, _Bool gives_states,
    struct aggregator_writer *writer, struct error *err);

/* After a merge: no runs, no groups, rows may come again. */
void
aggregate_runs_restart(struct aggregate_runs *runs);

#endif
