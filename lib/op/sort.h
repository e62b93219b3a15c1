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
 * How: rows are collected column by column until they and what sorting them
 * takes fill a third of the budget (columns that grow are copied, which
 * takes as much again).  Such a run is sorted by (prefix, row number) pairs:
 * the prefix is the first key as an order-preserving u64, for text the 8
 * bytes after what all its values have in common; least digit first radix
 * sort, constant digits skipped; rows of one prefix are then compared in
 * full.  Rows are gathered once.  If there is more than one run they go to
 * spill files (op/spill.h) and are merged by a loser tree (op/merge.h;
 * Knuth, TAOCP vol. 3, 5.4.1); runs beyond SORT_FAN_IN are merged early.
 *
 * A run that is in order already is not sorted.  Spilled or not, the same
 * batches come out.
 */
#ifndef OP_SORT_H
#define OP_SORT_H

#include "batch/stream.h"

#define SORT_FAN_IN 128

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
