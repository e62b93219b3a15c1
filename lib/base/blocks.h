/*
 * Bytes in blocks: what is appended never moves, so that a list grows without
 * copies; and blocks that were used are used again, so that their memory need
 * not be asked from the kernel again.
 *
 * Blocks have 1 KiB to 64 KiB, growing with the list.  A zeroed list is
 * empty, a zeroed pool holds none.
 */
#ifndef BASE_BLOCKS_H
#define BASE_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#define BLOCK_SIZES 7

struct list_block {
	struct list_block *next;
	uint32_t len;		/* bytes in use */
	uint32_t capacity;
	uint8_t data[];
};

/* Free blocks, by size: all lists of a thread may share them. */
struct block_pool {
	struct list_block *free[BLOCK_SIZES];	/* owned */
	size_t bytes;
};

struct block_list {
	struct list_block *first;	/* owned */
	struct list_block *last;
	size_t len;		/* bytes in use, of all */
	size_t capacity;
};

void
block_list_append(struct block_list *list, struct block_pool *pool,
    const void *bytes, size_t len);

/* Empties the list; the pool keeps blocks of up to `most` bytes in all. */
void
block_list_return(struct block_list *list, struct block_pool *pool,
    size_t most);

void
block_list_release(struct block_list *list);
void
block_pool_release(struct block_pool *pool);

#endif
