#include "base/gzip_crc32.h"

#ifdef __x86_64__

#include <immintrin.h>

/* Powers of x modulo the polynomial, bits reflected: page 16 of the paper. */
static const uint64_t by_512[2] = {0x0154442bd4, 0x01c6e41596};
static const uint64_t by_128[2] = {0x01751997d0, 0x00ccaa009e};
static const uint64_t by_64[2] = {0x0163cd6124, 0};
static const uint64_t polynomial[2] = {0x01db710641, 0x01f7011641};

static inline __m128i
load(const void *bytes)
{
	return _mm_loadu_si128((const __m128i *)bytes);
}

/* Moves `x` on by as many bits as `power` is for, onto `next`. */
static inline __m128i
fold(__m128i x, __m128i power, __m128i next)
{
	return _mm_xor_si128(next, _mm_xor_si128(
	    _mm_clmulepi64_si128(x, power, 0x00),
	    _mm_clmulepi64_si128(x, power, 0x11)));
}

/* From 128 bits to 64, to 32: the latter by Barrett's reduction. */
static uint32_t
reduce(__m128i x)
{
	const __m128i low = _mm_setr_epi32(-1, 0, -1, 0);
	__m128i y = _mm_clmulepi64_si128(x, load(by_128), 0x10);
	x = _mm_xor_si128(_mm_srli_si128(x, 8), y);
	y = _mm_srli_si128(x, 4);
	x = _mm_clmulepi64_si128(_mm_and_si128(x, low), load(by_64), 0x00);
	x = _mm_xor_si128(x, y);
	y = _mm_clmulepi64_si128(_mm_and_si128(x, low), load(polynomial),
	    0x10);
	y = _mm_clmulepi64_si128(_mm_and_si128(y, low), load(polynomial),
	    0x00);
	return (uint32_t)_mm_extract_epi32(_mm_xor_si128(x, y), 1);
}

uint32_t
gzip_crc32_avx2(uint32_t crc, const uint8_t *bytes, size_t len)
{
	const uint8_t *end = bytes + len;
	__m128i power = load(by_512);
	__m128i a = _mm_xor_si128(load(bytes), _mm_cvtsi32_si128((int)~crc));
	__m128i b = load(bytes + 16);
	__m128i c = load(bytes + 32);
	__m128i d = load(bytes + 48);
	for (bytes += 64; end - bytes >= 64; bytes += 64) {
		a = fold(a, power, load(bytes));
		b = fold(b, power, load(bytes + 16));
		c = fold(c, power, load(bytes + 32));
		d = fold(d, power, load(bytes + 48));
	}
	power = load(by_128);
	a = fold(a, power, b);
	a = fold(a, power, c);
	a = fold(a, power, d);
	for (; bytes < end; bytes += 16)
		a = fold(a, power, load(bytes));
	return ~reduce(a);
}

#endif
