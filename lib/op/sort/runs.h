/*
 * Sorted runs: in memory while the budget lasts, then in temporary files;
 * and sequences of runs that follow each other without overlapping, which
 * need no merging.
 *
 * Files hold blocks of some 32 KiB.  A merge holds one of each sequence: of
 * as many as a quarter of the budget has room for, but of 64 at the least.
 * These 2 MiB, the items of a merge (1.3 MiB, op/sort/merge.h), the batch
 * that came last and the run it went into are what sorting takes however
 * small the budget is: some 4 MiB if rows are short.
 */
#ifndef OP_SORT_RUNS_H
#define OP_SORT_RUNS_H

#include "op/sort/merge.h"
#include "op/spill.h"

/* A file that holds runs; it goes with the last of them. */
struct run_file {
	struct spill *spill;		/* owned */
	uint32_t users;
};

struct sorted_run {
	struct batch_builder rows;	/* while it is in memory */
	struct run_file *file;		/* then it lies here ... */
	uint64_t place, end;		/* ... in these bytes */
	uint64_t row_count;
	uint64_t bytes;			/* held */
	uint32_t level;			/* of how many merges it came */
	/* its first row is not less than the last one before it */
	_Bool follows;
};

struct sort_runs {
	const struct schema *schema;	/* borrowed */
	const struct sort_key *keys;	/* borrowed */
	uint32_t key_count;
	const char *folder;		/* borrowed */
	struct budget *budget;		/* borrowed */
	struct sorted_run *runs;	/* owned, [capacity] */
	uint32_t count, capacity;
	uint32_t spilled_count;		/* the first so many are in files */
	uint32_t sequence_count;	/* runs that do not follow */
	uint64_t bytes;			/* held by all */
	struct run_file *file;		/* where runs go now, or NULL */
	struct batch_builder last;	/* the last row of the last run */
	struct batch_builder block;	/* scratch */
};

void
sort_runs_init(struct sort_runs *runs, const struct schema *schema,
    const struct sort_key *keys, uint32_t key_count, const char *folder,
    struct budget *budget);
void
sort_runs_release(struct sort_runs *runs);

/* Takes sorted rows, at least one, and leaves the builder empty. */
int
sort_runs_add(struct sort_runs *runs, struct batch_builder *rows,
    struct error *err);
/* The earliest runs go to files until all hold at most `bytes`. */
int
sort_runs_spill(struct sort_runs *runs, uint64_t bytes, struct error *err);

/*
 * The merge of the runs from `first` on.  `prefix` and `forms` as in
 * op/sort/merge.h; nothing may be added until it is freed.
 */
struct sort_runs_merge {
	struct sort_merge *merge;
	struct merge_input *inputs;
	struct sequence *sequences;
	uint32_t count;
};

void
sort_runs_merge_init(struct sort_runs_merge *merge, struct sort_runs *runs,
    uint32_t first, const struct sort_prefix *prefix,
    const struct sort_form *forms);
void
sort_runs_merge_release(struct sort_runs_merge *merge);

/*
 * Merges the latest runs into one, in a file, if there are too many
 * sequences to be merged at once.
 */
int
sort_runs_reduce(struct sort_runs *runs, const struct sort_prefix *prefix,
    const struct sort_form *forms, struct error *err);

#endif
