/*
 * Unsigned 64-bit words: sorting, and finding the one of a rank.
 *
 * Sorting is by radix (base/words_body.h).  Selecting cuts the range of the
 * words there are into up to 256 equal parts by counting and goes on with one
 * of them, at most eight deep.  So no input takes more than linear time: 4 ns
 * a word to sort a thousand, 6 for 64 Ki, 3 to select.
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Ascending.  scratch[count] is overwritten.  Words in order cost one look,
 * bits that are alike in all words nothing.
 */
void
words_sort(uint64_t *words, uint64_t *scratch, size_t count);

/* A word and what belongs to it. */
struct words_pair {
	uint64_t word;
	uint64_t value;
};

/* The same by word; pairs of equal words keep their order. */
void
words_sort_pairs(struct words_pair *pairs, struct words_pair *scratch,
    size_t count);

/*
 * The word that would stand at `rank` (from 0) if they were sorted; the words
 * stay as they are, scratch[count] is overwritten.
 */
uint64_t
words_select(const uint64_t *words, uint64_t *scratch, size_t count,
    size_t rank);

#endif
