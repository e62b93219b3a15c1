/*
 * Spill files: batches that wait on disk because the budget is used up.
 *
 *	struct spill *spill = spill_new(&schema, folder, budget);
 *	spill_write(spill, batch, err);		as often as needed
 *	spill_rewind(spill);
 *	while ((got = spill_next(spill, &batch, err)) == 1)
 *		...
 *	spill_free(spill);
 *
 * Batches come back as they went in: the same rows, blocks and codes, in
 * order by spill_next, or any one of them by spill_read.  The
 * file is unnamed, made with the first batch, and gone with the process.
 * It holds buffers, not the stream format: dictionaries stay in memory, so
 * codes stay codes; a column's dictionary must live as long as the spill
 * (a column that changes its dictionary is written plain from then on).
 * Each batch carries a sum, so that a disk's mistake is an error.
 */
#ifndef OP_SPILL_H
#define OP_SPILL_H

#include "batch/builder.h"

struct spill;		/* opaque */

/*
 * In `folder`, or $TMPDIR, or /tmp if it is NULL (borrowed).  What is written
 * counts as budget->spilled_bytes (borrowed, may be NULL).
 */
struct spill *
spill_new(const struct schema *schema, const char *folder,
    struct budget *budget);
void
spill_free(struct spill *spill);

int
spill_write(struct spill *spill, const struct batch *batch,
    struct error *err);

/* Reading starts again at the first batch. */
void
spill_rewind(struct spill *spill);
/* 1 and a batch, borrowed until the next call; 0 after the last; -1. */
int
spill_next(struct spill *spill, const struct batch **batch,
    struct error *err);

uint64_t
spill_row_count(const struct spill *spill);
/* Bytes written: where the next batch will stand. */
uint64_t
spill_bytes(const struct spill *spill);

/* A batch read back, with its memory.  Zeroed is empty. */
struct spill_page {
	struct batch batch;		/* its columns are owned */
	struct buffer memory;
};

/* Reads the batch that stands at `place` (spill_bytes before it came). */
int
spill_read(struct spill *spill, uint64_t place, struct spill_page *page,
    struct error *err);
void
spill_page_release(struct spill_page *page);

#endif
