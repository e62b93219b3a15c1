/*
 * Sorting rows that are in memory: a permutation of row numbers.
 */
#ifndef OP_SORT_RUN_H
#define OP_SORT_RUN_H

#include "op/sort/items.h"
#include "op/sort/prefix.h"

/* Bytes a row that sorting holds while it works. */
#define SORT_RUN_ROW_BYTES 44

/* Memory to sort in, used again.  Zeroed is empty. */
struct sort_scratch {
	uint32_t capacity;		/* rows */
	struct sort_item *items, *spare;	/* owned */
	uint64_t *prefixes;		/* owned */
	uint32_t *order;		/* owned */
};

void
sort_scratch_release(struct sort_scratch *scratch);

/*
 * Orders rows by the keys of a prefix that has seen them and been planned,
 * equal rows in their own order: true if they are so already; else
 * scratch->order[0 .. row_count) becomes the row numbers.
 */
_Bool
sort_run(const struct sort_prefix *prefix, const struct batch *rows,
    struct sort_scratch *scratch);

/*
 * order[row_count] becomes the row numbers in the order of the keys, equal
 * rows in their own order.
 */
void
sort_run_order(const struct batch *rows, const struct sort_key *keys,
    uint32_t key_count, uint32_t *order);

#endif
