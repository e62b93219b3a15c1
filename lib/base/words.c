#include "base/words.h"

#include <string.h>

#define MAX_PARTS 256

/* So few are sorted by insertion. */
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

static void
insert_all(uint64_t *words, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint64_t word = words[i];
		size_t at = i;

		for (; at > 0 && words[at - 1] > word; at--)
			words[at] = words[at - 1];
		words[at] = word;
	}
}

void
words_sort(uint64_t *words, uint64_t *scratch, size_t count)
{
	size_t counts[MAX_PARTS], begin = 0;
	struct range range;
	uint32_t shift;

	if (count <= FEW) {
		insert_all(words, count);
		return;
	}
	range = range_of(words, count);
	if (range.bits == 0)
		return;
	shift = part_shift(range, count);
	count_parts(words, count, range, shift, counts);
	for (uint32_t p = 0; p < MAX_PARTS; p++) {
		size_t part_count = counts[p];

		counts[p] = begin;
		begin += part_count;
	}
	for (size_t i = 0; i < count; i++)
		scratch[counts[(words[i] - range.least) >> shift]++] =
		    words[i];
	memcpy(words, scratch, count * sizeof(*words));
	/* counts[p] is now where part p ends */
	begin = 0;
	for (uint32_t p = 0; p < MAX_PARTS && shift > 0; p++) {
		if (counts[p] - begin > 1)
			words_sort(words + begin, scratch + begin,
			    counts[p] - begin);
		begin = counts[p];
	}
}

/* ---- pairs, the same once more ---------------------------------------- */

static struct range
range_of_pairs(const struct words_pair *pairs, size_t count)
{
	uint64_t least = pairs[0].word, greatest = pairs[0].word;

	for (size_t i = 1; i < count; i++) {
		uint64_t word = pairs[i].word;

		least = word < least ? word : least;
		greatest = word > greatest ? word : greatest;
	}
	return (struct range){
		.least = least,
		.bits = greatest == least ? 0 :
		    64 - (uint32_t)__builtin_clzll(greatest - least)
	};
}

static void
insert_pairs(struct words_pair *pairs, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct words_pair pair = pairs[i];
		size_t at = i;

		for (; at > 0 && pairs[at - 1].word > pair.word; at--)
			pairs[at] = pairs[at - 1];
		pairs[at] = pair;
	}
}

void
words_sort_pairs(struct words_pair *pairs, struct words_pair *scratch,
    size_t count)
{
	size_t counts[MAX_PARTS] = { 0 }, begin = 0;
	struct range range;
	uint32_t shift;

	if (count <= FEW) {
		insert_pairs(pairs, count);
		return;
	}
	range = range_of_pairs(pairs, count);
	if (range.bits == 0)
		return;
	shift = part_shift(range, count);
	for (size_t i = 0; i < count; i++)
		counts[(pairs[i].word - range.least) >> shift]++;
	for (uint32_t p = 0; p < MAX_PARTS; p++) {
		size_t part_count = counts[p];

		counts[p] = begin;
		begin += part_count;
	}
	for (size_t i = 0; i < count; i++)
		scratch[counts[(pairs[i].word - range.least) >> shift]++] =
		    pairs[i];
	memcpy(pairs, scratch, count * sizeof(*pairs));
	begin = 0;
	for (uint32_t p = 0; p < MAX_PARTS && shift > 0; p++) {
		if (counts[p] - begin > 1)
			words_sort_pairs(pairs + begin, scratch + begin,
			    counts[p] - begin);
		begin = counts[p];
	}
}

/* ---- selecting -------------------------------------------------------- */

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
	insert_all(scratch, count);
	return scratch[rank];
}
