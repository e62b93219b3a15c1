/*
 * Merging sorted sequences of batches into one, stable: of equal rows those
 * of the earlier sequence come first.  A loser tree (Knuth, TAOCP vol. 3,
 * 5.4.1) over prefixes of the keys (op/sort/prefix.h).  Columns that are
 * coded in all sequences come with codes of one dictionary.
 */
#ifndef OP_MERGE_H
#define OP_MERGE_H

#include "batch/stream.h"

/* A sequence: 1 and a batch, good until the next call; 0; -1. */
struct merge_input {
	void *context;
	int (*next)(void *context, const struct batch **batch,
	    struct error *err);
	const char *name;	/* for messages; NULL: known to be sorted */
};

struct merge;		/* opaque */

/*
 * All borrowed until merge_free.  Inputs with a name are checked: a row
 * that is less than the one before it is an error (status 3) that names the
 * input and the row.
 */
struct merge *
merge_new(const struct merge_input *inputs, uint32_t count,
    const struct schema *schema, const struct sort_key *keys,
    uint32_t key_count);
void
merge_free(struct merge *merge);
int
merge_next(struct merge *merge, const struct batch **batch,
    struct error *err);

/* Rows of a batch that comes out of sorting: some BATCH_BYTES of them. */
uint32_t
merge_batch_rows(const struct schema *schema);

#endif
