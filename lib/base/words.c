#include "base/words.h"

#define ITEM uint64_t
#define WORD(item) (item)
#define SORT words_sort
#define INSERT insert_words
#define MOVE move_words
#include "base/words_body.h"
#define ITEM struct words_pair
#define WORD(item) ((item).word)
#define SORT words_sort_pairs
#define INSERT insert_pairs
#define MOVE move_pairs
#include "base/words_body.h"

/* ---- selecting -------------------------------------------------------- */

#define MAX_PARTS 256
/* So few are sorted. */
#define FEW 24

struct range {
	uint64_t least;
	uint32_t bits;		/* of greatest - least */
};

static struct range
range_of(const uint64_t *words, size_t count)
{
	uint64_t least = words[0], greatest = words[0];

	for (size_t i = 1; i < count; i++) {
		least = words[i] < least ? words[i] : least;
		greatest = words[i] > greatest ? words[i] : greatest;
	}
	return (struct range){
		.least = least,
		.bits = greatest == least ? 0 :
		    64 - (uint32_t)__builtin_clzll(greatest - least)
	};
}

/* (word - least) >> this is the word's part; as many parts as pay. */
static uint32_t
part_shift(struct range range, size_t count)
{
	uint32_t bits = count < MAX_PARTS ? 5 : 8;

	return range.bits > bits ? range.bits - bits : 0;
}

static void
count_parts(const uint64_t *words, size_t count, struct range range,
    uint32_t shift, size_t *counts)
{
	memset(counts, 0, MAX_PARTS * sizeof(*counts));
	for (size_t i = 0; i < count; i++)
		counts[(words[i] - range.least) >> shift]++;
}

uint64_t
words_select(const uint64_t *words, uint64_t *scratch, size_t count,
    size_t rank)
{
	while (count > FEW) {
		size_t counts[MAX_PARTS], kept = 0;
		struct range range = range_of(words, count);
		uint32_t shift, part = 0;

		if (range.bits == 0)
			return range.least;
		shift = part_shift(range, count);
		count_parts(words, count, range, shift, counts);
		while (rank >= counts[part])
			rank -= counts[part++];
		for (size_t i = 0; i < count; i++) {
			scratch[kept] = words[i];
			kept += (words[i] - range.least) >> shift == part;
		}
		/* from now on in place */
		words = scratch;
		count = kept;
	}
	if (words != scratch)
		memcpy(scratch, words, count * sizeof(*words));
	insert_words(scratch, count);
	return scratch[rank];
}
