/*
 * Reading floating point.
 *
 * A text is w * 10^e with w < 2^64 and, if it has more than 19 digits, a
 * little more.  Three ways, each of them correctly rounded:
 *
 * 1. w <= 2^53 and |e| <= 22: one multiplication or division of exact
 *    doubles (Clinger 1990, "How to read floating point numbers
 *    accurately").
 * 2. |e| <= 27: 5^27 < 2^63, so that w * 5^e and w / 5^-e with its remainder
 *    fit in 128 bits; the result is rounded there.  This takes what other
 *    programs print of doubles of everyday size, and needs no tables of
 *    128-bit powers (Eisel-Lemire).
 * 3. libc's strtod in the C locale.
 */
#include <float.h>
#include <locale.h>
#include <stdlib.h>

#include "base/int128.h"
#include "base/mem.h"
#include "base/number.h"

#define EXACT_POWER 22		/* 10^22 is the last exact double */
#define MAX_POWER 27
#define MAX_DIGITS 19		/* that fit in 64 bits */
#define MAX_EXPONENT (INT64_C(1) << 56)	/* what a text can outweigh */

static const double exact_tens[EXACT_POWER + 1] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};

struct scan {
	uint64_t digits;	/* the first 19 that count */
	int64_t exponent;	/* of ten, of the last of them */
	_Bool is_negative;
	_Bool is_cut;		/* digits that are not zero came after */
};

/* One digit more; the place of the point is kept in the exponent. */
static inline void
take_digit(struct scan *scan, unsigned digit, int *count,
    _Bool is_fraction)
{
	if (*count < MAX_DIGITS) {
		scan->digits = scan->digits * 10 + digit;
		*count += scan->digits != 0;
		scan->exponent -= is_fraction;
	} else {
		scan->is_cut |= digit != 0;
		scan->exponent += !is_fraction;
	}
}

/* The exponent's digits from text[i] to the end; 0 or -1. */
static int
scan_exponent(const char *text, size_t len, size_t i, struct scan *scan)
{
	int64_t exponent = 0;
	_Bool is_negative = 0;

	if (i < len && (text[i] == '-' || text[i] == '+'))
		is_negative = text[i++] == '-';
	if (i == len)
		return -1;
	for (; i < len; i++) {
		unsigned digit = (unsigned char)text[i] - '0';

		if (digit > 9)
			return -1;
		if (exponent < MAX_EXPONENT)
			exponent = exponent * 10 + digit;
	}
	scan->exponent += is_negative ? -exponent : exponent;
	return 0;
}

/* text[i..len) by the grammar in the header; 0 or -1. */
static int
scan_number(const char *text, size_t len, size_t i, struct scan *scan)
{
	size_t start = i;
	int count = 0;

	for (; i < len; i++) {
		unsigned digit = (unsigned char)text[i] - '0';

		if (digit > 9)
			break;
		take_digit(scan, digit, &count, 0);
	}
	if (i < len && text[i] == '.') {
		size_t point = i++;

		for (; i < len; i++) {
			unsigned digit = (unsigned char)text[i] - '0';

			if (digit > 9)
				break;
			take_digit(scan, digit, &count, 1);
		}
		if (i == point + 1)
			return -1;
	}
	if (i == start)
		return -1;
	if (i < len && (text[i] == 'e' || text[i] == 'E'))
		return scan_exponent(text, len, i + 1, scan);
	return i == len ? 0 : -1;
}

/* inf, infinity or nan at text[0..len), any case: their value, else 0. */
static double
named_value(const char *text, size_t len)
{
	char lower[8];

	if (len != 3 && len != 8)
		return 0;
	for (size_t i = 0; i < len; i++)
		lower[i] = (char)(text[i] | 0x20);
	if (len == 3 && memcmp(lower, "nan", 3) == 0)
		return (double)__builtin_nanf("");
	if ((len == 3 && memcmp(lower, "inf", 3) == 0) ||
	    (len == 8 && memcmp(lower, "infinity", 8) == 0))
		return (double)__builtin_inff();
	return 0;
}

/*
 * (top + a bit if `has_rest`) * 2^exponent rounded half to even to `bits`
 * bits; top has its highest bit set, so that the rest lies below the half.
 * The result is a normal number of a type with that many bits.
 */
static double
round_to_bits(uint64_t top, _Bool has_rest, int exponent, int bits)
{
	int drop = 64 - bits;
	uint64_t half = UINT64_C(1) << (drop - 1);
	uint64_t rest = top & (2 * half - 1);
	uint64_t kept = top >> drop;
	uint64_t power = (uint64_t)(exponent + drop + 1023) << 52;
	double scale;

	kept += rest > half || (rest == half && (has_rest || (kept & 1)));
	memcpy(&scale, &power, 8);
	return (double)kept * scale;
}

/* digits * 10^exponent for digits > 0 and |exponent| <= MAX_POWER. */
static double
scale_exactly(uint64_t digits, int exponent, int bits)
{
	uint64_t five = 1;
	int shift;

	for (int i = exponent < 0 ? -exponent : exponent; i > 0; i--)
		five *= 5;
	if (exponent >= 0) {
		uint128 product = (uint128)digits * five;

		shift = product >> 64 != 0 ?
		    __builtin_clzll((uint64_t)(product >> 64)) :
		    64 + __builtin_clzll((uint64_t)product);
		product <<= shift;
		return round_to_bits((uint64_t)(product >> 64),
		    (uint64_t)product != 0, exponent + 64 - shift, bits);
	}
	/* Both with their highest bits in place: a quotient of 63 or 64. */
	int up = __builtin_clzll(digits);
	int five_up = __builtin_clzll(five);
	uint128 dividend = (uint128)(digits << up) << 63;
	uint64_t quotient = (uint64_t)(dividend / (five << five_up));
	_Bool has_rest = (uint128)quotient * (five << five_up) != dividend;

	shift = __builtin_clzll(quotient);
	return round_to_bits(quotient << shift, has_rest,
	    exponent - up - 63 + five_up - shift, bits);
}

/* What scale_exactly can do; 0 if it is not sure. */
static double
scale_fast(const struct scan *scan, int bits)
{
	double value, above;

	if (scan->exponent > MAX_POWER || scan->exponent < -MAX_POWER)
		return 0;
	value = scale_exactly(scan->digits, (int)scan->exponent, bits);
	if (!scan->is_cut)
		return value;
	above = scale_exactly(scan->digits + 1, (int)scan->exponent, bits);
	return value == above ? value : 0;
}

/*
 * By libc.  strtod_l and "C" because another locale may have another
 * decimal point; newlocale("C") is a constant of libc and costs nothing.
 */
static double
scale_by_libc(const char *text, size_t len, int bits)
{
	locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	char *copy = mem_strndup(text, len);
	double value = bits == FLT_MANT_DIG ? (double)strtof_l(copy, NULL, c) :
	    strtod_l(copy, NULL, c);

	mem_free(copy);
	freelocale(c);
	return value;
}

static enum number_status
parse_float(const char *text, size_t len, enum number_flags flags, int bits,
    double max, double *out)
{
	struct scan scan = { 0 };
	size_t i = len > 0 && (text[0] == '-' || text[0] == '+');
	double value;

	scan.is_negative = i > 0 && text[0] == '-';
	if (scan_number(text, len, i, &scan) != 0) {
		value = flags & NUMBER_NAMES ?
		    named_value(text + i, len - i) : 0;
		if (value == 0)
			return NUMBER_SYNTAX;
		/* There is one nan, and it has no sign. */
		*out = scan.is_negative && value == value ? -value : value;
		return NUMBER_OK;
	}
	if (scan.digits == 0) {
		value = 0;
	} else if (bits == DBL_MANT_DIG && !scan.is_cut &&
	    scan.digits <= UINT64_C(1) << 53 &&
	    scan.exponent <= EXACT_POWER && scan.exponent >= -EXACT_POWER) {
		value = (double)scan.digits;
		if (scan.exponent < 0)
			value /= exact_tens[-scan.exponent];
		else
			value *= exact_tens[scan.exponent];
	} else {
		value = scale_fast(&scan, bits);
		if (value == 0)
			value = scale_by_libc(text + i, len - i, bits);
		if (value > max)
			return NUMBER_RANGE;
	}
	*out = scan.is_negative ? -value : value;
	return NUMBER_OK;
}

enum number_status
number_parse_f64(const char *text, size_t len, enum number_flags flags,
    double *out)
{
	return parse_float(text, len, flags, DBL_MANT_DIG, DBL_MAX, out);
}

enum number_status
number_parse_f32(const char *text, size_t len, enum number_flags flags,
    float *out)
{
	double value;
	enum number_status status = parse_float(text, len, flags,
	    FLT_MANT_DIG, (double)FLT_MAX, &value);

	if (status == NUMBER_OK)
		*out = (float)value;
	return status;
}
