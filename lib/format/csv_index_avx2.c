#include "format/csv_index.h"

#ifdef __x86_64__

#include <immintrin.h>
#include <string.h>

struct needles {
	__m256i delimiter, newline, quote, cr;
};

struct masks;

static inline struct needles
needles_of(const struct rcsv_index *index)
{
	return (struct needles){_mm256_set1_epi8((char)index->delimiter),
	    _mm256_set1_epi8('\n'), _mm256_set1_epi8((char)index->quote),
	    _mm256_set1_epi8('\r')};
}

static inline uint64_t
equal(__m256i low, __m256i high, __m256i needle)
{
	uint32_t a = (uint32_t)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(low, needle));
	uint32_t b = (uint32_t)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(high, needle));
	return a | (uint64_t)b << 32;
}

/* A carry-less product with all ones. */
static inline uint64_t
prefix_xor(uint64_t mask)
{
	__m128i product = _mm_clmulepi64_si128(
	    _mm_set_epi64x(0, (long long)mask), _mm_set1_epi8((char)0xff), 0);
	return (uint64_t)_mm_cvtsi128_si64(product);
}

/* Eight at a time, most of them in vain, is faster than a count. */
static inline uint32_t *
put(uint32_t *out, uint32_t base, uint64_t mask)
{
	uint32_t *end = out + __builtin_popcountll(mask);
	while (out < end) {
		for (unsigned i = 0; i < 8; i++) {
			out[i] = base + (uint32_t)_tzcnt_u64(mask);
			mask = _blsr_u64(mask);
		}
		out += 8;
	}
	return end;
}

#define RUN rcsv_index_run_avx2
#include "format/csv_index_body.h"

static inline void
find(const struct needles *needles, const uint8_t *p, struct masks *masks)
{
	__m256i low = _mm256_loadu_si256((const __m256i *)(const void *)p);
	__m256i high = _mm256_loadu_si256(
	    (const __m256i *)(const void *)(p + 32));
	masks->delimiter = equal(low, high, needles->delimiter);
	masks->newline = equal(low, high, needles->newline);
	masks->quote = equal(low, high, needles->quote);
	masks->cr = equal(low, high, needles->cr);
	masks->high = (uint32_t)_mm256_movemask_epi8(low) |
	    (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

void
rcsv_index_count_avx2(uint8_t quote, const uint8_t *data, size_t len,
    struct rcsv_tally *tally)
{
	__m256i quotes = _mm256_set1_epi8((char)quote);
	__m256i newlines = _mm256_set1_epi8('\n');
	uint64_t quote_count = 0, newline_count = 0;
	size_t i = 0;
	for (; len - i >= 64; i += 64) {
		__m256i low = _mm256_loadu_si256(
		    (const __m256i *)(const void *)(data + i));
		__m256i high = _mm256_loadu_si256(
		    (const __m256i *)(const void *)(data + i + 32));
		quote_count += (uint64_t)__builtin_popcountll(
		    equal(low, high, quotes));
		newline_count += (uint64_t)__builtin_popcountll(
		    equal(low, high, newlines));
	}
	tally->quotes += quote_count;
	tally->newlines += newline_count;
	rcsv_index_count_portable(quote, data + i, len - i, tally);
}

#else
typedef int rcsv_index_avx2_is_empty;
#endif
