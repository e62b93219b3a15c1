/*
 * Rows to be sorted, as items of 16 bytes.
 */
#ifndef OP_SORT_ITEMS_H
#define OP_SORT_ITEMS_H

#include "batch/order.h"

struct sort_item {
	uint64_t prefix;	/* see op/sort/prefix.h */
	uint32_t row;
	uint32_t source;	/* which batch holds the row */
};

/*
 * Orders items by their prefixes, stable, as words_sort does (base/words.h).
 * `spare` is scratch of as many.
 */
void
sort_items(struct sort_item *items, struct sort_item *spare, size_t count);

/* What decides between items of one prefix: all borrowed. */
struct sort_ties {
	const struct batch *const *sources;
	const struct sort_key *keys;
	uint32_t key_count;
};

/*
 * Orders items, which are sorted by prefix, by the keys where prefixes are
 * equal, stable.
 */
void
sort_items_ties(const struct sort_ties *ties, struct sort_item *items,
    struct sort_item *spare, size_t count);

#endif
