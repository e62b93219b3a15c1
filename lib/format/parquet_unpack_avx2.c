#include "format/parquet_unpack.h"

#ifdef __x86_64__

#include <immintrin.h>

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
	uint8_t shuffles[32];
	uint32_t shifts[8];
	unsigned half = width / 2;
	for (unsigned i = 0; i < 8; i++) {
		unsigned bit = i * width - (i < 4 ? 0 : half * 8);
		shifts[i] = bit % 8;
		for (unsigned j = 0; j < 4; j++)
			shuffles[i * 4 + j] = (uint8_t)(bit / 8 + j);
	}
	const __m256i shuffle = _mm256_loadu_si256((__m256i *)shuffles);
	const __m256i shift = _mm256_loadu_si256((__m256i *)shifts);
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
