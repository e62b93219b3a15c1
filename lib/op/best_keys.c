#include "op/best_keys.h"

#include "op/order_words.h"

#define AHEAD 8		/* rows whose heaps are fetched */
#define GROUP_BYTES (sizeof(uint32_t) + sizeof(uint64_t))

static uint32_t
capacity_for(const struct best_keys *best, uint32_t count)
{
	uint32_t capacity = best->capacity > 0 ? best->capacity : 1;
	while (capacity < count)
		capacity = capacity > UINT32_MAX / 2 ? UINT32_MAX :
		    capacity * 2;
	return capacity;
}

size_t
best_keys_bytes(const struct best_keys *best, uint32_t count)
{
	return (size_t)capacity_for(best, count) * (GROUP_BYTES +
	    (size_t)best->most * best->word_count * sizeof(uint64_t));
}

void
best_keys_grow(struct best_keys *best, uint32_t count)
{
	uint32_t before = best->capacity;
	uint32_t capacity = capacity_for(best, count);
	if (capacity == before)
		return;
	best->counts = mem_grow_array(best->counts, capacity,
	    sizeof(*best->counts));
	best->tops = mem_grow_array(best->tops, capacity,
	    sizeof(*best->tops));
	if (best->most > 0)
		best->keys = mem_grow_array(best->keys, capacity,
		    (size_t)best->most * best->word_count *
		    sizeof(*best->keys));
	memset(best->counts + before, 0,
	    (size_t)(capacity - before) * sizeof(*best->counts));
	memset(best->tops + before, 0xff,
	    (size_t)(capacity - before) * sizeof(*best->tops));
	best->capacity = capacity;
}

void
best_keys_release(struct best_keys *best)
{
	mem_free(best->counts);
	mem_free(best->tops);
	mem_free(best->keys);
	best->counts = NULL;
	best->tops = best->keys = NULL;
	best->capacity = 0;
}

/* ---- heaps ----------------------------------------------------------- */

static inline void
copy_key(uint64_t *to, const uint64_t *from, uint32_t words)
{
	for (uint32_t i = 0; i < words; i++)
		to[i] = from[i];
}

/* Puts a key in the place of the one at `at`, or where it belongs below. */
static inline void
sift(uint64_t *heap, uint32_t count, uint32_t at, const uint64_t *key,
    uint32_t words)
{
	for (;;) {
		uint32_t child = at * 2 + 1;
		if (child >= count)
			break;
		const uint64_t *below = heap + (size_t)child * words;
		if (child + 1 < count && order_words_compare(below + words,
		    below, words) > 0) {
			child++;
			below += words;
		}
		if (order_words_compare(key, below, words) >= 0)
			break;
		copy_key(heap + (size_t)at * words, below, words);
		at = child;
	}
	copy_key(heap + (size_t)at * words, key, words);
}

/* Makes a heap of keys in any order. */
static inline void
heapify(uint64_t *heap, uint32_t count, uint32_t words)
{
	uint64_t key[ORDER_WORDS_MOST];
	for (uint32_t at = count / 2; at-- > 0;) {
		copy_key(key, heap + (size_t)at * words, words);
		sift(heap, count, at, key, words);
	}
}

static inline _Bool
has_key(const uint64_t *heap, uint32_t count, const uint64_t *key,
    uint32_t words)
{
	for (uint32_t i = 0; i < count; i++)
		if (order_words_compare(heap + (size_t)i * words, key,
		    words) == 0)
			return 1;
	return 0;
}

/* Takes one key: whether its row is not surely beyond. */
static inline _Bool
take_key(struct best_keys *best, uint32_t group, const uint64_t *key,
    uint32_t words)
{
	uint64_t *heap = best->keys + (size_t)group * best->most * words;
	uint32_t count = best->counts[group];
	_Bool is_full = count == best->most;
	if (is_full) {
		int order = order_words_compare(key, heap, words);
		if (order >= 0)
			return order == 0 && !best->drops_equal;
	}
	if (best->is_distinct && has_key(heap, count, key, words))
		return 1;
	if (is_full) {
		sift(heap, count, 0, key, words);
	} else {
		copy_key(heap + (size_t)count * words, key, words);
		best->counts[group] = ++count;
		if (count < best->most)
			return 1;
		heapify(heap, count, words);
	}
	best->tops[group] = heap[0];
	return 1;
}

static inline uint32_t
take_keys(struct best_keys *best, const uint64_t *words,
    const uint32_t *groups, uint32_t rows, uint32_t *kept, uint32_t width)
{
	uint32_t near = 0, count = 0;
	for (uint32_t i = 0; i < rows; i++) {
		kept[near] = i;
		near += words[(size_t)i * width] <= best->tops[groups[i]];
	}
	for (uint32_t i = 0; i < near; i++) {
		uint32_t row = kept[i];
		if (i + AHEAD < near)
			__builtin_prefetch(best->keys +
			    groups[kept[i + AHEAD]] * (size_t)best->most *
			    width);
		kept[count] = row;
		count += take_key(best, groups[row],
		    words + (size_t)row * width, width);
	}
	return count;
}

/* ---- rows ------------------------------------------------------------ */

uint32_t
best_keys_take(struct best_keys *best, const uint64_t *words,
    const uint32_t *groups, uint32_t rows, uint32_t *kept)
{
	if (best->most == 0)
		return 0;
	if (best->word_count == 1)
		return take_keys(best, words, groups, rows, kept, 1);
	return take_keys(best, words, groups, rows, kept, best->word_count);
}

uint32_t
best_keys_again(const struct best_keys *best, const uint64_t *words,
    const uint32_t *groups, uint32_t rows, uint32_t *kept)
{
	uint32_t width = best->word_count;
	uint32_t count = 0;
	for (uint32_t i = 0; i < rows; i++) {
		const uint64_t *key = words + (size_t)i * width;
		uint64_t top = best->tops[groups[i]];
		kept[count] = i;
		count += *key < top || (*key == top && (width == 1 ||
		    best->counts[groups[i]] < best->most ||
		    order_words_compare(key, best->keys + (size_t)groups[i] *
		    best->most * width, width) <= 0));
	}
	return count;
}
