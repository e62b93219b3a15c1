#include "format/parquet_pack.h"

#ifdef __x86_64__

#include <immintrin.h>
#include <string.h>

/* Eight values as 16 bits each. */
static inline __m128i
load_narrow(const uint32_t *values)
{
	return _mm_packus_epi32(
	    _mm_loadu_si128((const __m128i *)(const void *)values),
	    _mm_loadu_si128((const __m128i *)(const void *)(values + 4)));
}

/* Up to 8 bits: eight bytes, and what matters of each. */
static void
pack_bytes(const uint32_t *values, size_t count, unsigned width,
    uint8_t *out)
{
	const uint64_t mask = UINT64_C(0x0101010101010101) *
	    ((UINT64_C(1) << width) - 1);
	for (size_t i = 0; i < count; i += 8, out += width) {
		__m128i narrow = load_narrow(values + i);
		uint64_t bits = _pext_u64((uint64_t)_mm_cvtsi128_si64(
		    _mm_packus_epi16(narrow, narrow)), mask);
		memcpy(out, &bits, sizeof(bits));
	}
}

/*
 * 9 to 16 bits: two times four values.  Those of an odd width end in the
 * middle of a byte, which the second half begins with.
 */
static void
pack_words(const uint32_t *values, size_t count, unsigned width,
    uint8_t *out)
{
	const uint64_t mask = UINT64_C(0x0001000100010001) *
	    ((UINT64_C(1) << width) - 1);
	const unsigned odd = width % 2 * 4;
	for (size_t i = 0; i < count; i += 8, out += width) {
		__m128i narrow = load_narrow(values + i);
		uint64_t low = _pext_u64(
		    (uint64_t)_mm_cvtsi128_si64(narrow), mask);
		uint64_t high = _pext_u64(
		    (uint64_t)_mm_extract_epi64(narrow, 1), mask);
		memcpy(out, &low, sizeof(low));
		/* what is left of low in its last byte; nothing if even */
		high = high << odd | (odd == 0 ? 0 : low >> (width * 4 - 4));
		memcpy(out + width / 2, &high, sizeof(high));
	}
}

void
parquet_pack32_avx2(const uint32_t *values, size_t count, unsigned width,
    uint8_t *out)
{
	if (width <= 8)
		pack_bytes(values, count, width, out);
	else
		pack_words(values, count, width, out);
}

#endif
