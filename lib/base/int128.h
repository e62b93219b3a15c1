/*
 * 128-bit integers: the two typedefs, checked arithmetic, decimal text.
 *
 * The checked functions return 0, or -1 when the result does not fit (then
 * *out holds the wrapped value, which nobody should read).  They may be
 * or-ed together over a loop: `bad |= int128_add(a[i], b[i], &out[i])`.
 */
#ifndef BASE_INT128_H
#define BASE_INT128_H

#include <stddef.h>
#include <stdint.h>

/* Not in C17: a gcc and clang extension, named here and nowhere else. */
__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

#define INT128_MAX ((int128)(~(uint128)0 >> 1))
#define INT128_MIN (-INT128_MAX - 1)

/* Longest text: a sign and 39 digits. */
#define INT128_TEXT_BYTES 40

static inline int
int128_add(int128 a, int128 b, int128 *out)
{
	return -(int)__builtin_add_overflow(a, b, out);
}

static inline int
int128_sub(int128 a, int128 b, int128 *out)
{
	return -(int)__builtin_sub_overflow(a, b, out);
}

/* Fast when both fit in 64 bits, where the product always fits. */
static inline int
int128_mul(int128 a, int128 b, int128 *out)
{
	if (a == (int64_t)a && b == (int64_t)b) {
		*out = a * b;
		return 0;
	}
	return -(int)__builtin_mul_overflow(a, b, out);
}

/* The magnitude; right for INT128_MIN too. */
static inline uint128
int128_abs(int128 value)
{
	return value < 0 ? -(uint128)value : (uint128)value;
}

static inline int128
int128_from_halves(int64_t high, uint64_t low)
{
	return (int128)((uint128)(uint64_t)high << 64 | low);
}

static inline int64_t
int128_high(int128 value)
{
	return (int64_t)(uint64_t)((uint128)value >> 64);
}

static inline uint64_t
int128_low(int128 value)
{
	return (uint64_t)value;
}

/* Writes decimal text without a NUL; returns its length. */
size_t
int128_format(char out[INT128_TEXT_BYTES], int128 value);

/*
 * Reads [+-]digits, all of text[0..len).  Returns 0, or -1 if the text is
 * not a whole number or does not fit.
 */
int
int128_parse(const char *text, size_t len, int128 *out);

#endif
