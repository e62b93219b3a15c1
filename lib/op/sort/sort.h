/*
 * Sorting: any number of rows by any keys, in bounded memory, stable.
 *
 *	struct sorter *sorter = sorter_new(&options, budget);
 *	sorter_add(sorter, batch, err);		for each batch
 *	sorter_end(sorter, err);
 *	while ((got = sorter_next(sorter, &batch, err)) == 1)
 *		...
 *	sorter_free(sorter);
 *
 * How: rows are collected column by column until they fill a core's second
 * cache.  Such a run is sorted by 64-bit prefixes of its keys
 * (op/sort/prefix.h, op/sort/items.h; least digit first radix sort: Knuth,
 * TAOCP vol. 3, 5.2.5), rows of one prefix are compared in full, and the
 * rows are gathered.  A run that is in order already is not sorted.  Runs
 * that follow each other without overlapping are one sequence
 * (op/sort/runs.h).  The sequences are merged by ranges of prefixes
 * (op/sort/merge.h).  The earliest runs go to temporary files when all hold
 * half of the budget; if there are too many to merge at once, some are
 * merged early.
 *
 * With a limit runs are cut to it, and merged and cut again when they hold
 * four times as many rows.
 *
 * Spilled or not, the same batches come out.
 */
#ifndef OP_SORT_SORT_H
#define OP_SORT_SORT_H

#include "batch/stream.h"

struct sort_options {
	const struct schema *schema;	/* borrowed */
	const struct sort_key *keys;	/* borrowed */
	uint32_t key_count;
	uint64_t limit;			/* keep so many first rows; 0 all */
	const char *temporary_folder;	/* borrowed, may be NULL */
};

struct sorter;		/* opaque */

/* What options borrow, and the budget, must outlive the sorter. */
struct sorter *
sorter_new(const struct sort_options *options, struct budget *budget);
void
sorter_free(struct sorter *sorter);
/* Dictionaries of coded columns must live until the last sorter_next. */
int
sorter_add(struct sorter *sorter, const struct batch *batch,
    struct error *err);
int
sorter_end(struct sorter *sorter, struct error *err);
/* 1 and a batch without block, borrowed until the next call; 0; -1. */
int
sorter_next(struct sorter *sorter, const struct batch **batch,
    struct error *err);
/* Rows that `limit` has cut off. */
uint64_t
sorter_dropped(const struct sorter *sorter);

#endif
