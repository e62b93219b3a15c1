/*
 * Order keys as words: unsigned numbers that compare, the first word first,
 * as rows do by batch_compare (batch/order.h), as far as they go.
 *
 *	order_words_init(&order, &schema, keys, key_count);
 *	order_words_make(&order, batch, words);		for each batch
 *	order_words_compare(a, b, order.word_count)	< 0: a comes first
 *	order_words_release(&order);
 *
 * A row has word_count words.  From the top bit of the first one down they
 * hold, key after key, a bit for "is not null" if the column may be null, and
 * the value.  The bits of descending keys are flipped.  The first text is cut
 * to its first bytes, and nothing stands behind it: is_exact is then false,
 * and rows with equal words may still differ.
 *
 * A lone key of 64 bits has no such bit: null is the least or the greatest
 * word.  Should a value come that has this word, it gets the one next to it,
 * and is_exact becomes false from then on.
 */
#ifndef OP_ORDER_WORDS_H
#define OP_ORDER_WORDS_H

#include "base/mem.h"
#include "batch/order.h"

#define ORDER_WORDS_MOST 8

struct order_shift {
	uint32_t right, left;
};

/* Up to 64 bits of a key: a piece of them in one word, the rest, if any, in
 * the next one. */
struct order_part {
	uint32_t column;
	enum order_part_kind {
		ORDER_VALID,		/* one bit */
		ORDER_NUMBER,
		ORDER_HIGH, ORDER_LOW,	/* halves of 16 bytes */
		ORDER_TEXT
	} kind;
	uint32_t word;
	uint32_t piece_count;		/* 1 or 2 */
	struct order_shift shifts[2];
};

struct order_words {
	uint32_t word_count;		/* at least 1 */
	_Bool is_exact;
	_Bool has_null_word;
	uint64_t null_word;
	struct order_part *parts;	/* owned */
	uint32_t part_count;
	uint64_t flips[ORDER_WORDS_MOST];
	struct buffer scratch;
};

/* The columns must not be nested. */
void
order_words_init(struct order_words *order, const struct schema *schema,
    const struct sort_key *keys, uint32_t key_count);
/* words[row_count * word_count] is the caller's. */
void
order_words_make(struct order_words *order, const struct batch *batch,
    uint64_t *words);
void
order_words_release(struct order_words *order);

static inline int
order_words_compare(const uint64_t *a, const uint64_t *b, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

#endif
