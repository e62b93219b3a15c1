/* Sorting and selecting words, against qsort. */
#include "base/words.h"

#include "check.h"

#define MAX_COUNT 70000

static uint64_t words[MAX_COUNT], sorted[MAX_COUNT], expected[MAX_COUNT];
static uint64_t scratch[MAX_COUNT];

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t
next_random(void)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Words of 1 to 64 bits, some of them clustered at either end. */
static void
make(size_t count, unsigned kind)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t word = next_random();

		switch (kind) {
		case 0: words[i] = word; break;
		case 1: words[i] = word & 3; break;
		case 2: words[i] = word >> (word & 63); break;
		case 3: words[i] = ~(word >> (word & 63)); break;
		case 4: words[i] = UINT64_MAX; break;
		case 5: words[i] = word % 100 == 0 ? word : 7; break;
		default: words[i] = i; break;
		}
	}
}

static void
check(size_t count)
{
	memcpy(expected, words, count * sizeof(*words));
	qsort(expected, count, sizeof(*words), compare);
	memcpy(sorted, words, count * sizeof(*words));
	words_sort(sorted, scratch, count);
	CHECK(memcmp(sorted, expected, count * sizeof(*words)) == 0);
	for (size_t i = 0; i < 20 && count > 0; i++) {
		size_t rank = i < 2 ? i * (count - 1) :
		    (size_t)(next_random() % count);

		memcpy(sorted, words, count * sizeof(*words));
		CHECK(words_select(sorted, scratch, count, rank) ==
		    expected[rank]);
		CHECK(memcmp(sorted, words, count * sizeof(*words)) == 0);
	}
}

static void
words_are_sorted_and_selected(void)
{
	static const size_t counts[] = {
		0, 1, 2, 24, 25, 31, 100, 255, 256, 1000, 70000
	};

	for (unsigned kind = 0; kind < 7; kind++) {
		for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
			make(counts[i], kind);
			check(counts[i]);
		}
	}
}

static void
pairs_are_sorted_and_keep_their_order(void)
{
	static struct words_pair pairs[MAX_COUNT], spare[MAX_COUNT];

	for (unsigned kind = 0; kind < 7; kind++) {
		make(MAX_COUNT, kind);
		for (size_t i = 0; i < MAX_COUNT; i++)
			pairs[i] = (struct words_pair){ words[i], i };
		words_sort_pairs(pairs, spare, MAX_COUNT);
		for (size_t i = 0; i < MAX_COUNT; i++) {
			CHECK(words[pairs[i].value] == pairs[i].word);
			CHECK(i == 0 || pairs[i - 1].word < pairs[i].word ||
			    (pairs[i - 1].word == pairs[i].word &&
			    pairs[i - 1].value < pairs[i].value));
		}
	}
}

int
main(void)
{
	RUN(words_are_sorted_and_selected);
	RUN(pairs_are_sorted_and_keep_their_order);
	return check_done();
}
