#include "format/csv_index.h"

#ifdef __x86_64__

#include <immintrin.h>

struct needles {
	__m512i delimiter, newline, quote, cr;
};

struct masks;

static inline struct needles
needles_of(const struct rcsv_index *index)
{
	return (struct needles){_mm512_set1_epi8((char)index->delimiter),
	    _mm512_set1_epi8('\n'), _mm512_set1_epi8((char)index->quote),
	    _mm512_set1_epi8('\r')};
}

static inline uint64_t
prefix_xor(uint64_t mask)
{
	__m128i product = _mm_clmulepi64_si128(
	    _mm_set_epi64x(0, (long long)mask), _mm_set1_epi8((char)0xff), 0);
	return (uint64_t)_mm_cvtsi128_si64(product);
}

/* The numbers of the bits, packed by vpcompressb and widened. */
static inline uint32_t *
put(uint32_t *out, uint32_t base, uint64_t mask)
{
	const __m512i numbers = _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57,
	    56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41,
	    40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25,
	    24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8,
	    7, 6, 5, 4, 3, 2, 1, 0);
	__m512i bits = _mm512_maskz_compress_epi8(mask, numbers);
	__m512i bases = _mm512_set1_epi32((int)base);
	unsigned count = (unsigned)__builtin_popcountll(mask);
	_mm512_storeu_si512(out, _mm512_add_epi32(bases,
	    _mm512_cvtepu8_epi32(_mm512_castsi512_si128(bits))));
	if (count > 16) {
		_mm512_storeu_si512(out + 16, _mm512_add_epi32(bases,
		    _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(bits, 1))));
		_mm512_storeu_si512(out + 32, _mm512_add_epi32(bases,
		    _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(bits, 2))));
		_mm512_storeu_si512(out + 48, _mm512_add_epi32(bases,
		    _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(bits, 3))));
	}
	return out + count;
}

#define RUN rcsv_index_run_avx512
#include "format/csv_index_body.h"

static inline void
find(const struct needles *needles, const uint8_t *p, struct masks *masks)
{
	__m512i bytes = _mm512_loadu_si512(p);
	masks->delimiter = _mm512_cmpeq_epi8_mask(bytes, needles->delimiter);
	masks->newline = _mm512_cmpeq_epi8_mask(bytes, needles->newline);
	masks->quote = _mm512_cmpeq_epi8_mask(bytes, needles->quote);
	masks->cr = _mm512_cmpeq_epi8_mask(bytes, needles->cr);
	masks->high = _mm512_movepi8_mask(bytes);
}

void
rcsv_index_count_avx512(uint8_t quote, const uint8_t *data, size_t len,
    struct rcsv_tally *tally)
{
	__m512i quotes = _mm512_set1_epi8((char)quote);
	__m512i newlines = _mm512_set1_epi8('\n');
	uint64_t quote_count = 0, newline_count = 0;
	size_t i = 0;
	for (; len - i >= 64; i += 64) {
		__m512i bytes = _mm512_loadu_si512(data + i);
		quote_count += (uint64_t)__builtin_popcountll(
		    _mm512_cmpeq_epi8_mask(bytes, quotes));
		newline_count += (uint64_t)__builtin_popcountll(
		    _mm512_cmpeq_epi8_mask(bytes, newlines));
	}
	tally->quotes += quote_count;
	tally->newlines += newline_count;
	rcsv_index_count_portable(quote, data + i, len - i, tally);
}

#else
typedef int rcsv_index_avx512_is_empty;
#endif
