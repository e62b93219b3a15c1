#include "op/key/key_strings.h"

#include "base/words.h"
#include "batch/order.h"
#include "op/ordered.h"

/*
 * Strings are sorted by the eight bytes behind what all of them begin with,
 * those that have these in common by the next eight, and so on; few strings,
 * and those that are still together after MAX_DEPTH times, are merged by
 * comparison.
 */
#define MAX_DEPTH 8
#define FEW 16

/* .word: eight bytes, big-endian, zeros behind the end; .value: the number */
struct ranker {
	const struct key_strings *strings;
	struct words_pair *scratch;	/* owned */
};

static const uint8_t *
string_of(const struct ranker *ranker, const struct words_pair *pair,
    uint32_t *len)
{
	return key_strings_get(ranker->strings, (uint32_t)pair->value, len);
}

static _Bool
is_before(const struct ranker *ranker, const struct words_pair *a,
    const struct words_pair *b)
{
	uint32_t a_len, b_len;
	const uint8_t *a_bytes = string_of(ranker, a, &a_len);
	const uint8_t *b_bytes = string_of(ranker, b, &b_len);

	return bytes_compare(a_bytes, a_len, b_bytes, b_len) < 0;
}

/* One step of a bottom-up merge sort: from[] to to[], runs of `width`. */
static void
merge_runs(const struct ranker *ranker, const struct words_pair *from,
    struct words_pair *to, size_t count, size_t width)
{
	for (size_t begin = 0; begin < count; begin += 2 * width) {
		size_t middle = begin + width < count ? begin + width : count;
		size_t end = middle + width < count ? middle + width : count;
		size_t a = begin, b = middle;

		for (size_t i = begin; i < end; i++) {
			if (b < end && (a == middle ||
			    is_before(ranker, &from[b], &from[a])))
				to[i] = from[b++];
			else
				to[i] = from[a++];
		}
	}
}

static void
merge_all(const struct ranker *ranker, struct words_pair *pairs,
    size_t count)
{
	struct words_pair *from = pairs, *to = ranker->scratch;

	for (size_t width = 1; width < count; width *= 2) {
		struct words_pair *spare = from;

		merge_runs(ranker, from, to, count, width);
		from = to;
		to = spare;
	}
	if (from != pairs)
		memcpy(pairs, from, count * sizeof(*pairs));
}

/* What all of the strings begin with, which is `skip` bytes at the least. */
static uint32_t
common_len(const struct ranker *ranker, const struct words_pair *pairs,
    size_t count, uint32_t skip)
{
	uint32_t common;
	const uint8_t *first = string_of(ranker, &pairs[0], &common);

	for (size_t i = 1; i < count && common > skip; i++) {
		uint32_t len;
		const uint8_t *bytes = string_of(ranker, &pairs[i], &len);
		uint32_t at = skip;

		common = len < common ? len : common;
		while (at < common && bytes[at] == first[at])
			at++;
		common = at;
	}
	return common;
}

static void
rank_from(const struct ranker *ranker, struct words_pair *pairs,
    size_t count, uint32_t skip, int depth)
{
	if (count <= FEW || depth == MAX_DEPTH) {
		merge_all(ranker, pairs, count);
		return;
	}
	skip = common_len(ranker, pairs, count, skip);
	for (size_t i = 0; i < count; i++) {
		uint32_t len;
		const uint8_t *bytes = string_of(ranker, &pairs[i], &len);

		pairs[i].word = ordered_text_word(bytes, len, skip);
	}
	words_sort_pairs(pairs, ranker->scratch, count);
	for (size_t i = 0, next; i < count; i = next) {
		for (next = i + 1; next < count &&
		    pairs[next].word == pairs[i].word; next++)
			;
		if (next - i > 1)
			rank_from(ranker, pairs + i, next - i, skip,
			    depth + 1);
	}
}

void
key_strings_rank(const struct key_strings *strings, uint32_t *ranks)
{
	size_t count = strings->count;
	struct words_pair *pairs = mem_array(count + 1, sizeof(*pairs));
	struct ranker ranker = {
		.strings = strings,
		.scratch = mem_array(count + 1, sizeof(*pairs))
	};

	for (size_t i = 0; i < count; i++)
		pairs[i].value = i;
	rank_from(&ranker, pairs, count, 0, 0);
	for (size_t i = 0; i < count; i++)
		ranks[pairs[i].value] = (uint32_t)i;
	mem_free(ranker.scratch);
	mem_free(pairs);
}
