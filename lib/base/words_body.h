/*
 * Sorting by a word of 64 bits, stable, for ITEM, a type, and WORD(item), its
 * word; SORT, INSERT and MOVE are the names of the functions.  Included once
 * per type:
 *
 *	void SORT(ITEM *items, ITEM *scratch, size_t count)
 *
 * Least digit first radix sort (Knuth, TAOCP vol. 3, 5.2.5) over the upper
 * two digits of those bits that vary; what is then equal in these is sorted
 * in the same way by the bits below, four levels deep at most.  Of 64 Ki
 * words that are evenly spread hardly any are left.
 */
#include <string.h>

/* So few items are sorted by insertion. */
#define FEW 24
/* Bits of a digit: 2048 counters stay in the first cache. */
#define DIGIT_BITS 11
#define SMALL_DIGIT_BITS 8
#define SMALL_COUNT 2048

static void
INSERT(ITEM *items, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		ITEM item = items[i];
		size_t at = i;
		for (; at > 0 && WORD(items[at - 1]) > WORD(item); at--)
			items[at] = items[at - 1];
		items[at] = item;
	}
}

/* From `from` to `to` by the digit at `shift`. */
static void
MOVE(const ITEM *from, ITEM *to, size_t count, uint32_t shift, uint32_t bits)
{
	size_t places[1u << DIGIT_BITS];
	uint32_t mask = (1u << bits) - 1;
	size_t place = 0;
	memset(places, 0, sizeof(*places) << bits);
	for (size_t i = 0; i < count; i++)
		places[WORD(from[i]) >> shift & mask]++;
	for (uint32_t i = 0; i <= mask; i++) {
		size_t items = places[i];
		places[i] = place;
		place += items;
	}
	for (size_t i = 0; i < count; i++)
		to[places[WORD(from[i]) >> shift & mask]++] = from[i];
}

void
SORT(ITEM *items, ITEM *scratch, size_t count)
{
	uint64_t varying = 0;
	_Bool is_ordered = 1;
	if (count <= FEW) {
		INSERT(items, count);
		return;
	}
	for (size_t i = 1; i < count; i++) {
		varying |= WORD(items[i]) ^ WORD(items[0]);
		is_ordered &= WORD(items[i - 1]) <= WORD(items[i]);
	}
	if (is_ordered)
		return;
	uint32_t top = 64 - (uint32_t)__builtin_clzll(varying);
	uint32_t digit = count < SMALL_COUNT ? SMALL_DIGIT_BITS : DIGIT_BITS;
	uint32_t low = top > 2 * digit ? top - 2 * digit : 0;
	if (top - low > digit) {
		MOVE(items, scratch, count, low, digit);
		MOVE(scratch, items, count, low + digit, top - low - digit);
	} else {
		MOVE(items, scratch, count, low, top - low);
		memcpy(items, scratch, count * sizeof(*items));
	}
	if (low == 0)
		return;
	for (size_t begin = 0, end; begin < count; begin = end) {
		uint64_t upper = WORD(items[begin]) >> low;
		for (end = begin + 1; end < count &&
		    WORD(items[end]) >> low == upper; end++)
			;
		if (end - begin > 1)
			SORT(items + begin, scratch, end - begin);
	}
}

#undef ITEM
#undef WORD
#undef SORT
#undef INSERT
#undef MOVE
#undef FEW
#undef DIGIT_BITS
#undef SMALL_DIGIT_BITS
#undef SMALL_COUNT
