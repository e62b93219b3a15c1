/*
 * Sorting rows that are in memory: a permutation of row numbers.
 */
#ifndef OP_SORT_RUN_H
#define OP_SORT_RUN_H

#include "batch/order.h"

/* Bytes a row that sort_run_order holds while it works. */
#define SORT_RUN_ROW_BYTES 32

/*
 * order[row_count] becomes the row numbers in the order of the keys, equal
 * rows in their own order.
 */
void
sort_run_order(const struct batch *rows, const struct sort_key *keys,
    uint32_t key_count, uint32_t *order);

#endif
