#include "op/sort/items.h"

#include <string.h>

/* So few items are sorted by insertion. */
#define FEW 24
/* Bits of a digit: 2048 counters stay in the first cache. */
#define DIGIT_BITS 11
#define SMALL_DIGIT_BITS 8
#define SMALL_COUNT 2048

static void
insert_items(struct sort_item *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct sort_item item = items[i];
		size_t at = i;
		while (at > 0 && items[at - 1].prefix > item.prefix) {
			items[at] = items[at - 1];
			at--;
		}
		items[at] = item;
	}
}

/* From `from` to `to` by the digit at `shift`. */
static void
move_digit(const struct sort_item *from, struct sort_item *to, size_t count,
    uint32_t shift, uint32_t bits)
{
	uint32_t places[1u << DIGIT_BITS];
	uint32_t mask = (1u << bits) - 1;
	uint32_t place = 0;
	memset(places, 0, sizeof(*places) << bits);
	for (size_t i = 0; i < count; i++)
		places[from[i].prefix >> shift & mask]++;
	for (uint32_t i = 0; i <= mask; i++) {
		uint32_t items = places[i];
		places[i] = place;
		place += items;
	}
	for (size_t i = 0; i < count; i++)
		to[places[from[i].prefix >> shift & mask]++] = from[i];
}

/*
 * Least digit first over the upper two digits of those bits that vary; what
 * is then equal in these is sorted in the same way by the bits below.  Of
 * 64 Ki items with prefixes that are evenly spread hardly any are left.
 */
void
sort_items(struct sort_item *items, struct sort_item *spare, size_t count)
{
	uint64_t varying = 0;
	_Bool is_ordered = 1;
	if (count <= FEW) {
		insert_items(items, count);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		varying |= items[i].prefix ^ items[0].prefix;
		is_ordered &= items[i - 1].prefix <= items[i].prefix;
	}
	if (is_ordered)
		return;
	uint32_t top = 64 - (uint32_t)__builtin_clzll(varying);
	uint32_t digit = count < SMALL_COUNT ? SMALL_DIGIT_BITS : DIGIT_BITS;
	uint32_t low = top > 2 * digit ? top - 2 * digit : 0;
	if (top - low > digit) {
		move_digit(items, spare, count, low, digit);
		move_digit(spare, items, count, low + digit,
		    top - low - digit);
	} else {
		move_digit(items, spare, count, low, top - low);
		memcpy(items, spare, count * sizeof(*items));
	}
	if (low == 0)
		return;
	for (size_t begin = 0, end; begin < count; begin = end) {
		uint64_t upper = items[begin].prefix >> low;
		for (end = begin + 1; end < count &&
		    items[end].prefix >> low == upper; end++)
			;
		if (end - begin > 1)
			sort_items(items + begin, spare, end - begin);
	}
}

/* ---- items of one prefix --------------------------------------------- */

static int
compare_items(const struct sort_ties *ties, const struct sort_item *a,
    const struct sort_item *b)
{
	return batch_compare(ties->sources[a->source], a->row,
	    ties->sources[b->source], b->row, ties->keys, ties->key_count);
}

/* Two sorted halves become one. */
static void
merge_halves(const struct sort_ties *ties, struct sort_item *items,
    struct sort_item *spare, size_t middle, size_t count)
{
	size_t left = 0;
	size_t right = middle;
	size_t at = 0;
	if (compare_items(ties, &items[middle - 1], &items[middle]) <= 0)
		return;
	memcpy(spare, items, middle * sizeof(*items));
	while (left < middle && right < count)
		items[at++] = compare_items(ties, &spare[left],
		    &items[right]) <= 0 ? spare[left++] : items[right++];
	memcpy(items + at, spare + left, (middle - left) * sizeof(*items));
}

static void
merge_sort(const struct sort_ties *ties, struct sort_item *items,
    struct sort_item *spare, size_t count)
{
	if (count < 2)
		return;
	merge_sort(ties, items, spare, count / 2);
	merge_sort(ties, items + count / 2, spare, count - count / 2);
	merge_halves(ties, items, spare, count / 2, count);
}

void
sort_items_ties(const struct sort_ties *ties, struct sort_item *items,
    struct sort_item *spare, size_t count)
{
	if (ties->key_count == 0)
		return;
	for (size_t begin = 0, end; begin < count; begin = end) {
		for (end = begin + 1; end < count &&
		    items[end].prefix == items[begin].prefix; end++)
			;
		if (end - begin > 1)
			merge_sort(ties, items + begin, spare, end - begin);
	}
}
