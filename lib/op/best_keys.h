/*
 * The least keys of each group, and which rows are surely beyond them.
 *
 * Keys are words (op/order_words.h), groups are numbered from 0 on, in order
 * of first use.  For each group a heap holds the `most` least keys so far;
 * once it is full the greatest of them is on top (Knuth, TAOCP vol. 3,
 * 5.2.3), and a row whose key is above it has `most` rows before it whatever
 * comes.  Rows far beyond, that is nearly all then, cost one comparison.
 */
#ifndef OP_BEST_KEYS_H
#define OP_BEST_KEYS_H

#include "base/mem.h"

struct best_keys {
	/* set by the caller before the first row */
	uint32_t word_count;		/* of a key */
	uint32_t most;			/* keys of a group */
	_Bool is_distinct;		/* equal keys count once */
	_Bool drops_equal;		/* a later row equal to the last of */
					/* `most` keys is beyond them, too */
	/* all owned */
	uint32_t capacity;		/* groups */
	uint32_t *counts;		/* [capacity]: keys held */
	uint64_t *tops;			/* [capacity]: the first word of the */
					/* greatest if `most` are held */
	uint64_t *keys;			/* [capacity * most * word_count] */
};

/* Makes room for groups 0 ... count - 1. */
void
best_keys_grow(struct best_keys *best, uint32_t count);
/* Bytes held, once there is room for so many groups. */
size_t
best_keys_bytes(const struct best_keys *best, uint32_t count);
/*
 * Takes the keys of rows with their groups, and writes to kept[] which of
 * the rows are not surely beyond; returns how many.
 */
uint32_t
best_keys_take(struct best_keys *best, const uint64_t *words,
    const uint32_t *groups, uint32_t rows, uint32_t *kept);
/* Of rows that have been taken: those that are not beyond by now. */
uint32_t
best_keys_again(const struct best_keys *best, const uint64_t *words,
    const uint32_t *groups, uint32_t rows, uint32_t *kept);
/* Leaves what the caller has set. */
void
best_keys_release(struct best_keys *best);

#endif
