/*
 * Printing floating point: the shortest text that reads back the same.
 *
 * The search for the digits is that of Adams 2018, "Ryu: fast
 * float-to-string conversion", section 2: the number and the ends of the
 * interval that rounds to it are scaled by a power of ten to integers, and
 * digits are taken off all three while the interval still holds a number
 * that ends there.  Ryu scales with tables of powers; here the scaling is
 * done in 128 bits without loss, which is possible for 1e-9 to 1e44 and
 * needs no tables.  What lies outside is left to printf and tried with 15,
 * 16 and 17 digits.
 */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "base/int128.h"
#include "base/number.h"

/* value = digits * 10^exponent */
struct shortest {
	uint64_t digits;
	int exponent;
};

/* What differs between double and float. */
struct float_kind {
	int bits;		/* of the significand, the hidden one too */
	int min_exponent;	/* of the last bit of the smallest number */
	int sure_digits;	/* so many survive text -> number -> text */
	int max_digits;		/* so many tell any two numbers apart */
};

static const struct float_kind kind_f64 = { 53, -1074, DBL_DIG, 17 };
static const struct float_kind kind_f32 = { 24, -149, FLT_DIG, 9 };

#define MAX_FIVES 27		/* 5^27 < 2^63 */
#define SPARE_DIGITS 2		/* so that digits are always taken off */

static uint64_t
power_of_five(int n)
{
	uint64_t power = 1;

	while (n-- > 0)
		power *= 5;
	return power;
}

/*
 * m * 2^two * 10^ten, rounded down; *is_exact if there was nothing to round.
 * -27 <= ten <= 27, m < 2^55.
 */
static uint64_t
scale(uint64_t m, int two, int ten, _Bool *is_exact)
{
	uint128 product;
	int shift = two + ten;

	if (ten >= 0) {
		product = (uint128)m * power_of_five(ten);
		if (shift >= 0) {
			*is_exact = 1;
			return (uint64_t)(product << shift);
		}
		*is_exact = (product & (((uint128)1 << -shift) - 1)) == 0;
		return (uint64_t)(product >> -shift);
	}
	uint64_t five = power_of_five(-ten);

	product = (uint128)m << shift;
	*is_exact = product % five == 0;
	return (uint64_t)(product / five);
}

/* The digits of m * 2^e, m > 0; 0, or -1 if it is out of reach here. */
static int
find_shortest(uint64_t m, int e, const struct float_kind *kind,
    struct shortest *out)
{
	_Bool is_even = (m & 1) == 0;
	_Bool is_edge = m == UINT64_C(1) << (kind->bits - 1) &&
	    e > kind->min_exponent;
	/* floor(e * log10(2)): the interval is 2^e wide. */
	int ten = SPARE_DIGITS - (int)(((int64_t)e * 78913) >> 18);
	_Bool low_exact, exact, high_exact;

	/* Below e = 10 it is not negative, and above the shift is not. */
	if (ten > MAX_FIVES || ten < -MAX_FIVES || e > 96)
		return -1;
	uint64_t v = scale(4 * m, e - 2, ten, &exact);
	uint64_t high = scale(4 * m + 2, e - 2, ten, &high_exact);
	uint64_t low = scale(4 * m - 2 + is_edge, e - 2, ten, &low_exact);
	unsigned last = 0;

	low_exact &= is_even;		/* the ends belong to even numbers */
	high -= high_exact && !is_even;
	for (; high / 10 > low / 10; ten--) {
		low_exact &= low % 10 == 0;
		exact &= last == 0;
		last = (unsigned)(v % 10);
		high /= 10;
		low /= 10;
		v /= 10;
	}
	for (; low_exact && low % 10 == 0; ten--) {
		exact &= last == 0;
		last = (unsigned)(v % 10);
		low /= 10;
		v /= 10;
	}
	if (exact && last == 5 && v % 2 == 0)
		last = 4;
	out->digits = v + ((v == low && !low_exact) || last >= 5);
	out->exponent = -ten;
	return 0;
}

/*
 * As printf sees it with `count` digits.  The first byte that is no digit
 * is the locale's decimal point, whatever it is.
 */
static struct shortest
print_digits(double value, int count)
{
	char text[64];
	struct shortest result = { 0 };
	const char *p = text;
	int exponent = 0;

	snprintf(text, sizeof(text), "%.*e", count - 1, value);
	for (; *p != 'e'; p++) {
		if (*p >= '0' && *p <= '9')
			result.digits = result.digits * 10 +
			    (uint64_t)(*p - '0');
	}
	for (const char *q = p + 2; *q != '\0'; q++)
		exponent = exponent * 10 + (*q - '0');
	result.exponent = (p[1] == '-' ? -exponent : exponent) - count + 1;
	return result;
}

/* Whether the digits read back as the value. */
static _Bool
is_same(const struct shortest *digits, double value,
    const struct float_kind *kind)
{
	char text[64];
	size_t len = number_format_u64(text, digits->digits);
	float single;
	double read;

	text[len++] = 'e';
	len += number_format_i64(text + len, digits->exponent);
	if (kind->bits == FLT_MANT_DIG) {
		return number_parse_f32(text, len, NUMBER_DIGITS,
		    &single) == NUMBER_OK && (double)single == value;
	}
	return number_parse_f64(text, len, NUMBER_DIGITS, &read) ==
	    NUMBER_OK && read == value;
}

/*
 * Digits by trial.  The nearest number of n digits is inside the interval
 * if any is, but for a power of two, whose interval is shorter below: there
 * the next above may be inside where the nearest is not.
 */
static void
try_shortest(double value, const struct float_kind *kind, _Bool is_normal,
    struct shortest *out)
{
	int count = is_normal ? kind->sure_digits : 1;

	for (; count < kind->max_digits; count++) {
		*out = print_digits(value, count);
		if (is_same(out, value, kind))
			return;
		out->digits++;
		if (is_same(out, value, kind))
			return;
	}
	*out = print_digits(value, kind->max_digits);
}

/* Lays the digits out as repr() does; returns the length. */
static size_t
lay_out(char *out, struct shortest s)
{
	char digits[NUMBER_I64_BYTES];
	int count, point;
	size_t len = 0;

	while (s.digits % 10 == 0) {
		s.digits /= 10;
		s.exponent++;
	}
	count = (int)number_format_u64(digits, s.digits);
	point = count + s.exponent;	/* digits before the point */
	if (point > 16 || point < -3) {
		out[len++] = digits[0];
		if (count > 1)
			out[len++] = '.';
		memcpy(out + len, digits + 1, (size_t)count - 1);
		len += (size_t)count - 1;
		out[len++] = 'e';
		out[len++] = point > 0 ? '+' : '-';
		point = point > 0 ? point - 1 : 1 - point;
		if (point < 10)
			out[len++] = '0';
		return len + number_format_u64(out + len, (uint64_t)point);
	}
	if (point <= 0) {
		memcpy(out, "0.000", 5);
		len = (size_t)(2 - point);
		memcpy(out + len, digits, (size_t)count);
		return len + (size_t)count;
	}
	if (point >= count) {
		memset(out, '0', (size_t)point);
		memcpy(out, digits, (size_t)count);
		memcpy(out + point, ".0", 2);
		return (size_t)point + 2;
	}
	memcpy(out, digits, (size_t)point);
	out[point] = '.';
	memcpy(out + point + 1, digits + point, (size_t)(count - point));
	return (size_t)count + 1;
}

/*
 * Few decimals, as money and measures have: value * 10^places is near an
 * integer i below 10^15, and i / 10^places is the value.  No other text of
 * up to 15 digits reads as the same double, so i's is the shortest.
 */
static _Bool
find_few_decimals(double value, struct shortest *out)
{
	static const double powers[2] = { 1e2, 1e6 };

	for (int i = 0; i < 2; i++) {
		double scaled = value * powers[i] + 0.5;

		if (scaled >= 1e15)
			return 0;
		out->digits = (uint64_t)scaled;
		out->exponent = i == 0 ? -2 : -6;
		if ((double)out->digits / powers[i] == value)
			return 1;
	}
	return 0;
}

/* value >= 0, or nan; m and e as in find_shortest. */
static size_t
format_magnitude(char *out, double value, uint64_t m, int e,
    const struct float_kind *kind)
{
	struct shortest s;

	if (value != value || value > DBL_MAX) {
		memcpy(out, value != value ? "nan" : "inf", 3);
		return 3;
	}
	if (value == 0) {
		memcpy(out, "0.0", 3);
		return 3;
	}
	if (kind->bits == DBL_MANT_DIG && find_few_decimals(value, &s))
		return lay_out(out, s);
	if (find_shortest(m, e, kind, &s) != 0)
		try_shortest(value, kind,
		    m >= UINT64_C(1) << (kind->bits - 1), &s);
	return lay_out(out, s);
}

size_t
number_format_f64(char out[NUMBER_F64_BYTES], double value)
{
	uint64_t bits, m;
	int biased;
	size_t sign;

	memcpy(&bits, &value, 8);
	sign = bits >> 63 != 0 && value == value;
	biased = (int)(bits >> 52 & 0x7ff);
	m = bits & ((UINT64_C(1) << 52) - 1);
	if (biased > 0)
		m |= UINT64_C(1) << 52;
	*out = '-';
	return sign + format_magnitude(out + sign, fabs(value), m,
	    (biased > 0 ? biased : 1) - 1075, &kind_f64);
}

size_t
number_format_f32(char out[NUMBER_F64_BYTES], float value)
{
	uint32_t bits, m;
	int biased;
	size_t sign;

	memcpy(&bits, &value, 4);
	sign = bits >> 31 != 0 && value == value;
	biased = (int)(bits >> 23 & 0xff);
	m = bits & ((UINT32_C(1) << 23) - 1);
	if (biased > 0)
		m |= UINT32_C(1) << 23;
	*out = '-';
	return sign + format_magnitude(out + sign, (double)fabsf(value), m,
	    (biased > 0 ? biased : 1) - 150, &kind_f32);
}
