/*
 * The rows of a table, or of a slice of it, some thousand at a time.  Slices
 * of text are runs of rows; those of a stream every part_count-th block.
 */
#ifndef GEN_WALK_H
#define GEN_WALK_H

#include "batch/batch.h"

/* Rows of a block (DESIGN: blocks). */
#define WALK_BLOCK_ROWS 16384
/* Rows of a batch: a quarter of a block, some 150 KiB. */
#define WALK_BATCH_ROWS 4096

struct walk {
	uint64_t row_count;	/* of the table */
	uint64_t row, end;	/* the run of rows at hand */
	uint64_t block;		/* its block; not for text */
	uint64_t step;		/* blocks to the next; 0: one run is all */
};

/* part is from 1 to part_count. */
void
walk_init(struct walk *walk, uint64_t row_count, uint64_t part,
    uint64_t part_count, _Bool is_text);
/*
 * The next rows [*first, *first + *count), count <= WALK_BATCH_ROWS, with
 * their block; 1, or 0 at the end.
 */
int
walk_next(struct walk *walk, uint64_t *first, uint32_t *count,
    struct block *block);
/* Blocks of the whole table. */
static inline uint64_t
walk_block_count(uint64_t row_count)
{
	return row_count / WALK_BLOCK_ROWS +
	    (row_count % WALK_BLOCK_ROWS != 0);
}

#endif
