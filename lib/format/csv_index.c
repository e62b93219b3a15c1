#include "format/csv_index.h"

#include <string.h>

#include "base/mem.h"

/*
 * The portable path: 8 bytes at a time in a 64-bit word (SWAR).  A byte
 * equals the needle where the xor of both is zero; the zero bytes of a word
 * are found exactly (Hacker's Delight, 2nd edition, section 6-1) and their
 * high bits drawn together by a multiplication.
 */
#define LOW_BITS UINT64_C(0x7f7f7f7f7f7f7f7f)
#define HIGH_BITS UINT64_C(0x8080808080808080)
#define ONES UINT64_C(0x0101010101010101)

struct needles {
	uint64_t delimiter, newline, quote, cr;
};

struct masks;

static inline struct needles
needles_of(const struct rcsv_index *index)
{
	return (struct needles){index->delimiter * ONES, '\n' * ONES,
	    index->quote * ONES, '\r' * ONES};
}

/* The high bits of a word, drawn together into 8. */
static inline uint64_t
gather(uint64_t high_bits)
{
	return (high_bits >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static inline uint64_t
equal(uint64_t word, uint64_t needle)
{
	uint64_t x = word ^ needle;
	return ~(((x & LOW_BITS) + LOW_BITS) | x) & HIGH_BITS;
}

static inline uint64_t
prefix_xor(uint64_t mask)
{
	for (unsigned shift = 1; shift < 64; shift *= 2)
		mask ^= mask << shift;
	return mask;
}

static inline uint32_t *
put(uint32_t *out, uint32_t base, uint64_t mask)
{
	for (; mask != 0; mask &= mask - 1)
		*out++ = base + (uint32_t)__builtin_ctzll(mask);
	return out;
}

#define RUN rcsv_index_run_portable
#include "format/csv_index_body.h"

static inline void
find(const struct needles *needles, const uint8_t *p, struct masks *masks)
{
	*masks = (struct masks){0};
	for (unsigned i = 0; i < 64; i += 8) {
		uint64_t word;
		memcpy(&word, p + i, 8);
		masks->delimiter |=
		    gather(equal(word, needles->delimiter)) << i;
		masks->newline |= gather(equal(word, needles->newline)) << i;
		masks->quote |= gather(equal(word, needles->quote)) << i;
		masks->cr |= gather(equal(word, needles->cr)) << i;
		masks->high |= gather(word & HIGH_BITS) << i;
	}
}

void
rcsv_index_count_portable(uint8_t quote, const uint8_t *data, size_t len,
    struct rcsv_tally *tally)
{
	uint64_t quotes = 0, newlines = 0;
	size_t i = 0;
	for (; len - i >= 8; i += 8) {
		uint64_t word;
		memcpy(&word, data + i, 8);
		quotes += (uint64_t)__builtin_popcountll(
		    equal(word, quote * ONES));
		newlines += (uint64_t)__builtin_popcountll(
		    equal(word, '\n' * ONES));
	}
	for (; i < len; i++) {
		quotes += data[i] == quote;
		newlines += data[i] == '\n';
	}
	tally->quotes += quotes;
	tally->newlines += newlines;
}

/* ---- by level -------------------------------------------------------- */

void
rcsv_index_init(struct rcsv_index *index, uint8_t delimiter, uint8_t quote,
    _Bool has_quote)
{
	*index = (struct rcsv_index){.delimiter = delimiter, .quote = quote,
	    .has_quote = has_quote, .level = cpu_level()};
}

void
rcsv_index_release(struct rcsv_index *index)
{
	if (index->separators != NULL)
		mem_free(index->separators - 1);
	mem_free(index->newlines);
	mem_free(index->faults);
	*index = (struct rcsv_index){0};
}

void
rcsv_index_start(struct rcsv_index *index, _Bool is_inside)
{
	index->separator_count = 0;
	index->newline_count = 0;
	index->fault_count = 0;
	index->quoted_newlines = 0;
	index->has_high_bytes = 0;
	index->inside = is_inside ? ~UINT64_C(0) : 0;
	index->may_open = 1;
	index->must_end = 0;
	index->must_feed = 0;
}

void
rcsv_index_reserve(struct rcsv_index *index, size_t bytes)
{
	if (bytes <= index->capacity)
		return;
	/* 64 more: put() may write a whole word's worth. */
	size_t count = bytes + 64;
	uint32_t *separators = index->separators;
	separators = mem_grow_array(separators != NULL ? separators - 1 : NULL,
	    count + 1, sizeof(*separators));
	index->separators = separators + 1;
	index->newlines = mem_grow_array(index->newlines, count,
	    sizeof(*index->newlines));
	index->faults = mem_grow_array(index->faults, count,
	    sizeof(*index->faults));
	index->capacity = (uint32_t)bytes;
}

void
rcsv_index_run(struct rcsv_index *index, const uint8_t *data, uint32_t begin,
    uint32_t end)
{
#ifdef __x86_64__
	if (index->level == CPU_AVX512) {
		rcsv_index_run_avx512(index, data, begin, end);
		return;
	}
	if (index->level == CPU_AVX2) {
		rcsv_index_run_avx2(index, data, begin, end);
		return;
	}
#endif
	rcsv_index_run_portable(index, data, begin, end);
}

void
rcsv_index_count(const struct rcsv_index *index, const uint8_t *data,
    size_t len, struct rcsv_tally *tally)
{
	uint64_t quotes = tally->quotes;
#ifdef __x86_64__
	if (index->level == CPU_AVX512)
		rcsv_index_count_avx512(index->quote, data, len, tally);
	else if (index->level == CPU_AVX2)
		rcsv_index_count_avx2(index->quote, data, len, tally);
	else
#endif
		rcsv_index_count_portable(index->quote, data, len, tally);
	if (!index->has_quote)
		tally->quotes = quotes;
}
