/*
 * Merging sorted sequences, many at a time.
 *
 * Not row by row: of each sequence the prefixes (op/sort/prefix.h) of the
 * next rows are at hand, its window.  The least of the windows' last rows
 * bounds a range: what is not above it is complete in the windows, is sorted
 * as items by radix, and gathered.  A range has up to MERGE_ROWS rows, some
 * of each sequence, which costs a fraction of as many matches in a loser
 * tree.  A range of rows of one sequence is copied.
 *
 * Stable: of equal rows those of the earlier sequence come first.  The
 * batches are full but the last, whatever the sequences.
 */
#ifndef OP_SORT_MERGE_H
#define OP_SORT_MERGE_H

#include "op/merge.h"
#include "op/sort/gather.h"
#include "op/sort/prefix.h"

#define MERGE_ROWS 32768

struct sort_merge;	/* opaque */

/*
 * All borrowed until sort_merge_free, as are the batches of an input until
 * its next.  `prefix` has been planned and has seen all rows; `forms` have
 * seen all batches.
 */
struct sort_merge *
sort_merge_new(const struct merge_input *inputs, uint32_t count,
    const struct schema *schema, const struct sort_prefix *prefix,
    const struct sort_form *forms);
void
sort_merge_free(struct sort_merge *merge);
/* Up to `most` rows: 1 and a batch, borrowed until the next call; 0; -1. */
int
sort_merge_next(struct sort_merge *merge, uint32_t most,
    const struct batch **batch, struct error *err);

#endif
