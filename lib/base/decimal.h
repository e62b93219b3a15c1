/*
 * Decimal numbers: decimal(precision, scale) as scaled integers.
 *
 * A value v of decimal(p, s) stands for v / 10^s, with |v| < 10^p, s <= p
 * and 1 <= p <= 38; up to 18 digits it lives in an int64_t (the functions
 * ending in 64), up to 38 in an int128 (128).  The type is not stored with
 * the value: the caller passes scales and precisions, which it has checked
 * against the limits below.
 *
 * Arithmetic is exact or rounded once, half away from zero unless another
 * rounding is asked for.  Functions that can fail return 0 (DECIMAL_OK) or a
 * reason, or -1 where there is only one reason; *out then means nothing.
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/int128.h"
#include "base/number.h"

#define DECIMAL_MAX_PRECISION_64 18
#define DECIMAL_MAX_PRECISION 38

/* Longest text: sign, "0.", 38 digits (or 39 digits and a point). */
#define DECIMAL_TEXT_BYTES 48

enum decimal_status {
	DECIMAL_OK = 0,
	DECIMAL_SYNTAX,		/* the text is not a number */
	DECIMAL_INEXACT,	/* digits that are not zero beyond the scale */
	DECIMAL_OVERFLOW	/* more digits than the precision has */
};

enum decimal_rounding {
	DECIMAL_HALF_AWAY,	/* to nearest, ties away from zero */
	DECIMAL_HALF_EVEN,	/* to nearest, ties to the even digit */
	DECIMAL_FLOOR,
	DECIMAL_CEIL,
	DECIMAL_TRUNC		/* towards zero */
};

/* 10^i; i <= 18 and i <= 38. */
extern const int64_t decimal_pow10_64[DECIMAL_MAX_PRECISION_64 + 1];
extern const int128 decimal_pow10_128[DECIMAL_MAX_PRECISION + 1];

/* Whether |value| < 10^precision. */
static inline _Bool
decimal_fits_64(int64_t value, unsigned precision)
{
	int64_t limit = decimal_pow10_64[precision];

	return value < limit && value > -limit;
}

static inline _Bool
decimal_fits_128(int128 value, unsigned precision)
{
	int128 limit = decimal_pow10_128[precision];

	return value < limit && value > -limit;
}

/*
 * text[0..len) is [+-]digits[.digits] or [+-].digits, nothing before or
 * after.  Zeros beyond the scale are fine, other digits are
 * DECIMAL_INEXACT: nothing is rounded in silence.
 */
enum decimal_status
decimal_parse_64(const char *text, size_t len, unsigned precision,
    unsigned scale, int64_t *out);
enum decimal_status
decimal_parse_128(const char *text, size_t len, unsigned precision,
    unsigned scale, int128 *out);

/*
 * The same for text of which at least 16 bytes from text[0] on can be read,
 * whatever len is (CSV readers' buffers have slack).  Eight bytes after the
 * sign take no loop and no unforeseeable branch.
 */
static inline enum decimal_status
decimal_parse_64_padded(const char *text, size_t len, unsigned precision,
    unsigned scale, int64_t *out)
{
	unsigned skip = (text[0] == '-') | (text[0] == '+');
	size_t n = len - skip;
	uint64_t w, dots, below, bad = 0;
	unsigned point, fraction, has_point, added;
	int64_t value;

	if (len == 0 || n - 1 >= 8)
		return decimal_parse_64(text, len, precision, scale, out);
	memcpy(&w, text + skip, 8);
	w &= ~UINT64_C(0) >> (64 - 8 * n);
	/* The lowest byte that is '.': Mycroft's test for a zero byte. */
	dots = w ^ UINT64_C(0x2e2e2e2e2e2e2e2e);
	dots = (dots - UINT64_C(0x0101010101010101)) & ~dots &
	    UINT64_C(0x8080808080808080);
	has_point = dots != 0;
	below = dots ^ (dots - 1);	/* all ones if there is none */
	point = has_point ? (unsigned)__builtin_ctzll(dots) / 8 : (unsigned)n;
	below >>= has_point * 8;
	w = (w & below) | ((w >> 8) & ~below);
	n -= has_point;
	fraction = (unsigned)n - point;
	if (n == 0 || fraction > scale || fraction < has_point)
		return decimal_parse_64(text, len, precision, scale, out);
	value = number_few_digits(w, (unsigned)n, &bad);
	added = scale - fraction;
	if (bad != 0)
		return DECIMAL_SYNTAX;
	if (value >= decimal_pow10_64[precision - added])
		return DECIMAL_OVERFLOW;
	value *= decimal_pow10_64[added];
	*out = text[0] == '-' ? -value : value;
	return DECIMAL_OK;
}

/*
 * Also accepts an exponent, [eE][+-]digits: 1.5e3.  `rounding` says what
 * becomes of digits beyond the scale; is_exact (may be NULL) whether there
 * were none.
 */
enum decimal_status
decimal_parse_exponent_128(const char *text, size_t len, unsigned precision,
    unsigned scale, enum decimal_rounding rounding, int128 *out,
    _Bool *is_exact);

/*
 * Writes the text with exactly `scale` digits after the point (none and no
 * point if scale is 0), without a NUL; returns its length.  Any value.
 */
size_t
decimal_format_64(char out[DECIMAL_TEXT_BYTES], int64_t value,
    unsigned scale);
size_t
decimal_format_128(char out[DECIMAL_TEXT_BYTES], int128 value,
    unsigned scale);

/* value / divisor rounded half away from zero; divisor > 0. */
static inline int64_t
decimal_round_64(int64_t value, int64_t divisor)
{
	int64_t quotient = value / divisor;
	int64_t rest = value % divisor;
	int64_t twice = rest < 0 ? -rest : rest;

	/* twice >= divisor - twice: |rest| * 2 >= divisor, no overflow. */
	return quotient +
	    (twice >= divisor - twice) * (value < 0 ? -1 : 1);
}

static inline int128
decimal_round_128(int128 value, int128 divisor)
{
	int128 quotient = value / divisor;
	int128 rest = value % divisor;
	int128 twice = rest < 0 ? -rest : rest;

	return quotient +
	    (twice >= divisor - twice) * (value < 0 ? -1 : 1);
}

/* value / divisor rounded as asked; divisor > 0. */
int128
decimal_divide_128(int128 value, int128 divisor,
    enum decimal_rounding rounding);

/*
 * From one scale to another.  -1 if the result does not fit in the integer;
 * whether it fits the precision is asked with decimal_fits_*.
 */
int
decimal_rescale_128(int128 value, unsigned from, unsigned to,
    enum decimal_rounding rounding, int128 *out);

/*
 * a * 10^shift / b rounded half away from zero: values of scales sa and sb
 * give one of scale sa - sb + shift; shift <= 76, negative shifts (down to
 * -38) divide by the power as well, rounding once.  Exact in between (384
 * bits).  -1 if b is 0 or the result does not fit in the integer.
 */
int
decimal_div_128(int128 a, int128 b, int shift, int128 *out);

/* < 0, 0, > 0 as a / 10^a_scale is less, equal or greater; never fails. */
int
decimal_compare_128(int128 a, unsigned a_scale, int128 b, unsigned b_scale);

/* The nearest double, correctly rounded. */
double
decimal_to_f64(int128 value, unsigned scale);

/*
 * The exact value of the double (which 0.1 is not), rounded as asked.
 * DECIMAL_SYNTAX for nan and infinities.  *is_exact may be NULL.
 */
enum decimal_status
decimal_from_f64(double value, unsigned precision, unsigned scale,
    enum decimal_rounding rounding, int128 *out, _Bool *is_exact);

#endif
