#ifdef __x86_64__
#include "base/lanes.h"

#include <immintrin.h>

#define WIDTH 16	/* rows at a time */

/*
 * Sixteen row numbers.  Gathers take signed ones: `have` is 0 for what is
 * none, and `is_plain` says that no other has its top bit set.
 */
struct sixteen {
	__m512i rows;
	__mmask16 have;
	_Bool is_plain;
};

static inline struct sixteen
sixteen_of(const uint32_t *rows)
{
	__m512i values = _mm512_loadu_si512(rows);
	__mmask16 have = _mm512_cmpneq_epi32_mask(values,
	    _mm512_set1_epi32((int)LANES_NO_ROW));
	return (struct sixteen){values, have,
	    (have & _mm512_movepi32_mask(values)) == 0};
}

/* The first few rows, and those that a gather cannot have. */
#define TAKE_ONE_BY_ONE(begin, end) do {				\
	for (uint32_t k = (begin); k < (end); k++)			\
		to[k] = rows[k] == LANES_NO_ROW ? 0 : from[rows[k]];	\
} while (0)

/* GATHER takes sixteen values of `from` and puts them at `to + i`. */
#define TAKE(name, c_type, GATHER)					\
static void								\
name(c_type *to, const c_type *from, const uint32_t *rows,		\
    uint32_t count, _Bool some_miss)					\
{									\
	(void)some_miss;						\
	uint32_t i = count % WIDTH;					\
	TAKE_ONE_BY_ONE(0, i);						\
	for (; i < count; i += WIDTH) {					\
		struct sixteen at = sixteen_of(rows + i);		\
		if (at.is_plain)					\
			GATHER(to + i, from, at);			\
		else							\
			TAKE_ONE_BY_ONE(i, i + WIDTH);			\
	}								\
}

static inline __m512i
gather32(const void *from, struct sixteen at, const int scale)
{
	const __m512i zero = _mm512_setzero_si512();
	return scale == 4 ?
	    _mm512_mask_i32gather_epi32(zero, at.have, at.rows, from, 4) :
	    scale == 2 ?
	    _mm512_mask_i32gather_epi32(zero, at.have, at.rows, from, 2) :
	    _mm512_mask_i32gather_epi32(zero, at.have, at.rows, from, 1);
}

static inline void
gather_to8(uint8_t *to, const uint8_t *from, struct sixteen at)
{
	_mm_storeu_si128((__m128i *)(void *)to,
	    _mm512_cvtepi32_epi8(gather32(from, at, 1)));
}

static inline void
gather_to16(uint16_t *to, const uint16_t *from, struct sixteen at)
{
	_mm256_storeu_si256((__m256i *)(void *)to,
	    _mm512_cvtepi32_epi16(gather32(from, at, 2)));
}

static inline void
gather_to32(uint32_t *to, const uint32_t *from, struct sixteen at)
{
	_mm512_storeu_si512(to, gather32(from, at, 4));
}

static inline void
gather_to64(uint64_t *to, const uint64_t *from, struct sixteen at)
{
	const __m512i zero = _mm512_setzero_si512();
	_mm512_storeu_si512(to, _mm512_mask_i32gather_epi64(zero,
	    (__mmask8)at.have, _mm512_castsi512_si256(at.rows), from, 8));
	_mm512_storeu_si512(to + 8, _mm512_mask_i32gather_epi64(zero,
	    (__mmask8)(at.have >> 8), _mm512_extracti64x4_epi64(at.rows, 1),
	    from, 8));
}

TAKE(take8, uint8_t, gather_to8)
TAKE(take16, uint16_t, gather_to16)
TAKE(take32, uint32_t, gather_to32)
TAKE(take64, uint64_t, gather_to64)

static void
look(uint32_t *to, const uint32_t *from, const uint32_t *places,
    uint32_t count)
{
	const __m512i none = _mm512_set1_epi32(-1);
	uint32_t i = count % WIDTH;
	for (uint32_t k = 0; k < i; k++)
		to[k] = places[k] >> 31 != 0 ? UINT32_MAX : from[places[k]];
	for (; i < count; i += WIDTH) {
		__m512i at = _mm512_loadu_si512(places + i);
		__mmask16 have = (__mmask16)~_mm512_movepi32_mask(at);
		_mm512_storeu_si512(to + i, _mm512_mask_i32gather_epi32(none,
		    have, at, from, 4));
	}
}

#define HAS_GATHERS
#define NAME lanes_avx512
#include "base/lanes_body.h"
#endif
