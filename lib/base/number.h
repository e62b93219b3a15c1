/*
 * Numbers as text: integers and floating point, independent of the locale.
 *
 * Texts are (pointer, length), not NUL terminated, and must be the number
 * and nothing else: no blanks, no grouping, no hexadecimal.  Formatting
 * writes no NUL and returns the length; give it the named number of bytes.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "text is read in words whose first byte is the lowest");

enum number_status {
	NUMBER_OK = 0,
	NUMBER_SYNTAX,		/* the text is not such a number */
	NUMBER_RANGE		/* it is, but too large for the type */
};

#define NUMBER_I64_BYTES 24	/* room for any 64-bit integer as text */
#define NUMBER_F64_BYTES 32	/* room for any double or float as text */

/* [+-]digits; leading zeros are fine. */
enum number_status
number_parse_i64(const char *text, size_t len, int64_t *out);
enum number_status
number_parse_u64(const char *text, size_t len, uint64_t *out);

/* Also NUMBER_RANGE outside [min, max]: for the narrower types. */
enum number_status
number_parse_i64_within(const char *text, size_t len, int64_t min,
    int64_t max, int64_t *out);
enum number_status
number_parse_u64_within(const char *text, size_t len, uint64_t max,
    uint64_t *out);

size_t
number_format_i64(char out[NUMBER_I64_BYTES], int64_t value);
size_t
number_format_u64(char out[NUMBER_I64_BYTES], uint64_t value);

/* Decimal digits of value; 1 for 0. */
unsigned
number_count_digits(uint64_t value);

/*
 * Eight digits, the first in the lowest byte, as a number; *bad gets bits
 * where a byte is no digit.  Method: Lemire, "Number parsing at a gigabyte
 * per second" (2021), section 5, and fast_float's ascii_number.h.
 */
static inline uint32_t
number_eight_digits(uint64_t little_endian, uint64_t *bad)
{
	uint64_t w = little_endian;

	*bad |= ((w & 0xf0f0f0f0f0f0f0f0) |
	    (((w + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) ^
	    0x3333333333333333;
	w &= 0x0f0f0f0f0f0f0f0f;
	w = (w * 10) + (w >> 8);
	return (uint32_t)((((w & 0x000000ff000000ff) * 0x000f424000000064) +
	    (((w >> 16) & 0x000000ff000000ff) * 0x0000271000000001)) >> 32);
}

/*
 * The first n <= 8 bytes of the word as number_eight_digits, as if zeros
 * stood in front of them.
 */
static inline uint32_t
number_few_digits(uint64_t little_endian, unsigned n, uint64_t *bad)
{
	unsigned half = 4 * n;

	return number_eight_digits((little_endian << (32 - half)) <<
	    (32 - half) | (UINT64_C(0x3030303030303030) >> half) >> half,
	    bad);
}

/*
 * Text of which 16 bytes from text[0] on can be read whatever len is: up to
 * eight digits without a loop or an unforeseeable branch.
 */
static inline enum number_status
number_parse_i64_padded(const char *text, size_t len, int64_t *out)
{
	unsigned skip = (text[0] == '-') | (text[0] == '+');
	size_t n = len - skip;
	uint64_t w, bad = 0;
	int64_t value;

	if (len == 0 || n - 1 >= 8)
		return number_parse_i64(text, len, out);
	memcpy(&w, text + skip, 8);
	value = number_few_digits(w, (unsigned)n, &bad);
	if (bad != 0)
		return NUMBER_SYNTAX;
	*out = text[0] == '-' ? -value : value;
	return NUMBER_OK;
}

/*
 * Floating point: [+-](digits[.digits]|.digits)[(e|E)[+-]digits], rounded
 * to nearest even.  With NUMBER_NAMES also inf, infinity and nan with an
 * optional sign in any case.  Too large is NUMBER_RANGE; too small is 0 or
 * subnormal.
 */
enum number_flags {
	NUMBER_DIGITS = 0,
	NUMBER_NAMES = 1
};

enum number_status
number_parse_f64(const char *text, size_t len, enum number_flags flags,
    double *out);
enum number_status
number_parse_f32(const char *text, size_t len, enum number_flags flags,
    float *out);

/*
 * The shortest text that reads back as the same number, and of those the
 * nearest, laid out as Python's repr() does: 1.0, 0.1, 1e+16, 1e-05, -0.0,
 * inf, -inf, nan.
 */
size_t
number_format_f64(char out[NUMBER_F64_BYTES], double value);
size_t
number_format_f32(char out[NUMBER_F64_BYTES], float value);

#endif
