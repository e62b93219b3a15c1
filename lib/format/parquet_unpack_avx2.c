#include "format/parquet_unpack.h"

#ifdef __x86_64__

#include <immintrin.h>

/* Where the values of a group lie: made once, as miniblocks are short. */
struct places {
	uint8_t shuffles[32];
	uint32_t shifts[8];
};

/* Of value i, from the byte on that its half begins with. */
#define BIT(width, i)	((i) * (width) - ((i) < 4 ? 0 : (width) / 2 * 8))
#define BYTES(width, i)							\
	BIT(width, i) / 8, BIT(width, i) / 8 + 1,			\
	BIT(width, i) / 8 + 2, BIT(width, i) / 8 + 3
#define PLACES(width) {							\
	{BYTES(width, 0), BYTES(width, 1), BYTES(width, 2),		\
	    BYTES(width, 3), BYTES(width, 4), BYTES(width, 5),		\
	    BYTES(width, 6), BYTES(width, 7)},				\
	{BIT(width, 0) % 8, BIT(width, 1) % 8, BIT(width, 2) % 8,	\
	    BIT(width, 3) % 8, BIT(width, 4) % 8, BIT(width, 5) % 8,	\
	    BIT(width, 6) % 8, BIT(width, 7) % 8}}

static const struct places places[] = {
	PLACES(0), PLACES(1), PLACES(2), PLACES(3), PLACES(4), PLACES(5),
	PLACES(6), PLACES(7), PLACES(8), PLACES(9), PLACES(10), PLACES(11),
	PLACES(12), PLACES(13), PLACES(14), PLACES(15), PLACES(16),
	PLACES(17), PLACES(18), PLACES(19), PLACES(20), PLACES(21),
	PLACES(22), PLACES(23), PLACES(24), PLACES(25)
};

/*
 * A group of 8 values lies in `width` bytes: values 0 to 3 from byte 0,
 * values 4 to 7 from byte width / 2 on.  Each half goes to a lane of 16
 * bytes, a shuffle puts the four bytes that hold a value into its place, and
 * a shift and a mask cut it out; a value begins at bit 0 to 7 of its bytes,
 * so up to 25 bits are whole.
 */
void
parquet_unpack_avx2(const uint8_t *in, uint32_t *out, size_t groups,
    unsigned width)
{
	unsigned half = width / 2;
	const struct places *at = &places[width];
	const __m256i shuffle =
	    _mm256_loadu_si256((const __m256i *)(const void *)at->shuffles);
	const __m256i shift =
	    _mm256_loadu_si256((const __m256i *)(const void *)at->shifts);
	const __m256i mask =
	    _mm256_set1_epi32((int)((UINT32_C(1) << width) - 1));
	for (size_t group = 0; group < groups; group++) {
		__m256i bytes = _mm256_loadu2_m128i(
		    (const __m128i *)(in + half), (const __m128i *)in);
		bytes = _mm256_shuffle_epi8(bytes, shuffle);
		bytes = _mm256_and_si256(_mm256_srlv_epi32(bytes, shift),
		    mask);
		_mm256_storeu_si256((__m256i *)out, bytes);
		in += width;
		out += 8;
	}
}

#endif
