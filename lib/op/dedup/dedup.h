/*
 * One row for each key.
 *
 * Keeping the first: rows pass as they come while their keys are new.  Keys
 * that ascend are known by a list, others by a hash table.  When these fill a
 * quarter of the budget, the list goes to a file; a table stays as it is:
 * rows whose keys are not known go to a spill file as they come, and their
 * keys with their places there to a sorter (op/sort/sort.h), which shows
 * which of them are first; then the file is read again without the others (a
 * bit a row).  Keeping the last, or the first or last in another order, or
 * counting: all rows go that way.
 *
 * The rows kept, and those dropped, come in the order of the input, whatever
 * the budget.
 */
#ifndef OP_DEDUP_DEDUP_H
#define OP_DEDUP_DEDUP_H

#include "batch/stream.h"

struct dedup_options {
	const uint32_t *columns;	/* borrowed; the key */
	uint32_t column_count;
	_Bool keeps_last;
	/* first or last in this order; rows that are equal in it stay in
	 * that of the input.  Borrowed. */
	const struct sort_key *order;
	uint32_t order_count;
	/* a further column, i64, not null: how many rows had the key of the
	 * row kept; or NULL */
	const char *count_name;
	const char *temporary_folder;	/* borrowed, may be NULL */
	struct batch_sink *dropped;	/* borrowed, may be NULL */
};

struct dedup_result {
	uint64_t duplicates;
	_Bool is_spilled;
};

/* Pulls all of `in`; calls begin and write of the sinks. */
int
dedup_run(const struct dedup_options *options, struct batch_source *in,
    struct batch_sink *out, struct budget *budget,
    struct dedup_result *result, struct error *err);

/*
 * The same for an input that is sorted by the key columns, as its header
 * declares or else ascending, nulls first: rows flow, one is held.  A row
 * out of order is an error (status 3) that names the row and both keys.
 * Takes no `order`.
 */
int
dedup_sorted_run(const struct dedup_options *options, struct batch_source *in,
    struct batch_sink *out, struct dedup_result *result, struct error *err);

#endif
