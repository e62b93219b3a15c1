#include "base/decimal.h"

#include <math.h>

#define E18 INT64_C(1000000000000000000)
#define TIMES_E18(n) ((int128)E18 * INT64_C(n))
#define MAX_SHIFT 76

const int64_t decimal_pow10_64[DECIMAL_MAX_PRECISION_64 + 1] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
	1000000000, INT64_C(10000000000), INT64_C(100000000000),
	INT64_C(1000000000000), INT64_C(10000000000000),
	INT64_C(100000000000000), INT64_C(1000000000000000),
	INT64_C(10000000000000000), INT64_C(100000000000000000), E18
};

const int128 decimal_pow10_128[DECIMAL_MAX_PRECISION + 1] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
	1000000000, INT64_C(10000000000), INT64_C(100000000000),
	INT64_C(1000000000000), INT64_C(10000000000000),
	INT64_C(100000000000000), INT64_C(1000000000000000),
	INT64_C(10000000000000000), INT64_C(100000000000000000), E18,
	TIMES_E18(10), TIMES_E18(100), TIMES_E18(1000), TIMES_E18(10000),
	TIMES_E18(100000), TIMES_E18(1000000), TIMES_E18(10000000),
	TIMES_E18(100000000), TIMES_E18(1000000000), TIMES_E18(10000000000),
	TIMES_E18(100000000000), TIMES_E18(1000000000000),
	TIMES_E18(10000000000000), TIMES_E18(100000000000000),
	TIMES_E18(1000000000000000), TIMES_E18(10000000000000000),
	TIMES_E18(100000000000000000), TIMES_E18(1000000000000000000),
	TIMES_E18(1000000000000000000) * 10,
	TIMES_E18(1000000000000000000) * 100
};

/*
 * Whether a magnitude grows by one: `half` is the sign of what was cut off
 * less one half, `has_rest` whether anything was.
 */
static inline _Bool
is_rounded_up(enum decimal_rounding rounding, _Bool is_negative,
    _Bool is_odd, int half, _Bool has_rest)
{
	switch (rounding) {
	case DECIMAL_HALF_AWAY:
		return half >= 0;
	case DECIMAL_HALF_EVEN:
		return half > 0 || (half == 0 && is_odd);
	case DECIMAL_FLOOR:
		return has_rest && is_negative;
	case DECIMAL_CEIL:
		return has_rest && !is_negative;
	case DECIMAL_TRUNC:
		break;
	}
	return 0;
}

/* The sign of rest / divisor - 1/2; rest < divisor. */
static inline int
compare_to_half(uint128 rest, uint128 divisor)
{
	uint128 other = divisor - rest;

	return (rest > other) - (rest < other);
}

int128
decimal_divide_128(int128 value, int128 divisor,
    enum decimal_rounding rounding)
{
	int128 quotient = value / divisor;
	int128 rest = value % divisor;

	if (is_rounded_up(rounding, value < 0, quotient & 1,
	    compare_to_half(int128_abs(rest), (uint128)divisor), rest != 0))
		quotient += value < 0 ? -1 : 1;
	return quotient;
}

int
decimal_rescale_128(int128 value, unsigned from, unsigned to,
    enum decimal_rounding rounding, int128 *out)
{
	if (to >= from)
		return int128_mul(value, decimal_pow10_128[to - from], out);
	*out = decimal_divide_128(value, decimal_pow10_128[from - to],
	    rounding);
	return 0;
}

/*
 * Unsigned numbers of 384 bits: enough for an int128 times 10^76.  The
 * lowest limb comes first.
 */
#define WIDE_LIMBS 6

struct wide {
	uint64_t limbs[WIDE_LIMBS];
};

static struct wide
wide_from(uint128 value)
{
	return (struct wide){ { (uint64_t)value, (uint64_t)(value >> 64) } };
}

/* The caller knows that it fits. */
static void
wide_mul_64(struct wide *a, uint64_t b)
{
	uint128 carry = 0;

	for (int i = 0; i < WIDE_LIMBS; i++) {
		carry += (uint128)a->limbs[i] * b;
		a->limbs[i] = (uint64_t)carry;
		carry >>= 64;
	}
}

static void
wide_mul_128(struct wide *a, uint128 b)
{
	struct wide high = *a;
	uint128 carry = 0;

	wide_mul_64(a, (uint64_t)b);
	if (b >> 64 == 0)
		return;
	wide_mul_64(&high, (uint64_t)(b >> 64));
	for (int i = 1; i < WIDE_LIMBS; i++) {
		carry += (uint128)a->limbs[i] + high.limbs[i - 1];
		a->limbs[i] = (uint64_t)carry;
		carry >>= 64;
	}
}

static uint64_t
wide_bit(const struct wide *a, int bit)
{
	return a->limbs[bit / 64] >> bit % 64 & 1;
}

/*
 * a becomes a / b, the rest is returned; b > 0.  By limbs if b has 64 bits,
 * else bit by bit: rare, and short.  No bit is lost: b is 2^127 at most, or
 * a is.
 */
static uint128
wide_div(struct wide *a, uint128 b)
{
	struct wide quotient = { { 0 } };
	uint128 rest = 0;

	if (b >> 64 == 0) {
		for (int i = WIDE_LIMBS - 1; i >= 0; i--) {
			rest = rest << 64 | a->limbs[i];
			a->limbs[i] = (uint64_t)(rest / b);
			rest %= b;
		}
		return rest;
	}
	for (int bit = WIDE_LIMBS * 64 - 1; bit >= 0; bit--) {
		rest = rest << 1 | wide_bit(a, bit);
		if (rest >= b) {
			rest -= b;
			quotient.limbs[bit / 64] |= UINT64_C(1) << bit % 64;
		}
	}
	*a = quotient;
	return rest;
}

/* Gives the magnitude its sign; -1 if it does not fit. */
static int
wide_to_int128(const struct wide *a, _Bool is_negative, int128 *out)
{
	uint128 value = (uint128)a->limbs[1] << 64 | a->limbs[0];

	if ((a->limbs[2] | a->limbs[3] | a->limbs[4] | a->limbs[5]) != 0 ||
	    value > (uint128)INT128_MAX + is_negative)
		return -1;
	*out = (int128)(is_negative ? 0 - value : value);
	return 0;
}

/* a / b rounded half away from zero, with the sign given. */
static int
wide_round(struct wide *a, uint128 b, _Bool is_negative, int128 *out)
{
	uint128 rest = wide_div(a, b);

	if (compare_to_half(rest, b) >= 0) {
		for (int i = 0; i < WIDE_LIMBS && ++a->limbs[i] == 0; i++)
			continue;
	}
	return wide_to_int128(a, is_negative, out);
}

int
decimal_div_128(int128 a, int128 b, int shift, int128 *out)
{
	_Bool is_negative = (a < 0) != (b < 0);
	uint128 divisor = int128_abs(b);
	struct wide wide;
	int128 dividend;

	if (b == 0 || shift > MAX_SHIFT || shift < -DECIMAL_MAX_PRECISION)
		return -1;
	if (shift < 0) {
		/* A divisor above 2^128 is more than twice any dividend. */
		if (__builtin_mul_overflow(divisor,
		    (uint128)decimal_pow10_128[-shift], &divisor)) {
			*out = 0;
			return 0;
		}
		shift = 0;
	}
	if (shift <= DECIMAL_MAX_PRECISION && divisor >> 127 == 0 &&
	    int128_mul(a, decimal_pow10_128[shift], &dividend) == 0 &&
	    dividend != INT128_MIN) {
		dividend = is_negative != (dividend < 0) ? -dividend :
		    dividend;
		*out = decimal_round_128(dividend, (int128)divisor);
		return 0;
	}
	wide = wide_from(int128_abs(a));
	if (shift > DECIMAL_MAX_PRECISION) {
		wide_mul_128(&wide,
		    (uint128)decimal_pow10_128[DECIMAL_MAX_PRECISION]);
		shift -= DECIMAL_MAX_PRECISION;
	}
	wide_mul_128(&wide, (uint128)decimal_pow10_128[shift]);
	return wide_round(&wide, divisor, is_negative, out);
}

int
decimal_compare_128(int128 a, unsigned a_scale, int128 b, unsigned b_scale)
{
	int128 left = a, right = b;

	/* One that cannot be scaled up is further from zero than all. */
	if (a_scale < b_scale) {
		if (int128_mul(a, decimal_pow10_128[b_scale - a_scale],
		    &left) != 0)
			return a < 0 ? -1 : 1;
	} else if (a_scale > b_scale) {
		if (int128_mul(b, decimal_pow10_128[a_scale - b_scale],
		    &right) != 0)
			return b < 0 ? 1 : -1;
	}
	return (left > right) - (left < right);
}

double
decimal_to_f64(int128 value, unsigned scale)
{
	static const double tens[23] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10,
		1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
		1e21, 1e22
	};
	char text[DECIMAL_TEXT_BYTES];
	double result = 0;

	/* Exact over exact is rounded once. */
	if (scale < 23 && int128_abs(value) <= (uint128)1 << 53)
		return (double)(int64_t)value / tens[scale];
	(void)number_parse_f64(text, decimal_format_128(text, value, scale),
	    NUMBER_DIGITS, &result);
	return result;
}

/* wide / 2^shift rounded. */
static void
wide_shift(struct wide *a, int shift, enum decimal_rounding rounding,
    _Bool is_negative, _Bool *is_exact)
{
	struct wide kept = { { 0 } };
	_Bool half = 0, rest = 0;

	for (int bit = 0; bit < WIDE_LIMBS * 64; bit++) {
		if (bit >= shift && wide_bit(a, bit))
			kept.limbs[(bit - shift) / 64] |=
			    UINT64_C(1) << (bit - shift) % 64;
		else if (bit == shift - 1)
			half = wide_bit(a, bit);
		else if (bit < shift)
			rest |= wide_bit(a, bit);
	}
	*is_exact = !half && !rest;
	if (is_rounded_up(rounding, is_negative, kept.limbs[0] & 1,
	    half ? rest : -1, half || rest)) {
		for (int i = 0; i < WIDE_LIMBS && ++kept.limbs[i] == 0; i++)
			continue;
	}
	*a = kept;
}

enum decimal_status
decimal_from_f64(double value, unsigned precision, unsigned scale,
    enum decimal_rounding rounding, int128 *out, _Bool *is_exact)
{
	_Bool exact = 1;
	struct wide wide;
	int exponent;
	int128 result;

	if (!isfinite(value))
		return DECIMAL_SYNTAX;
	if (fabs(value) >= 1e39)
		return DECIMAL_OVERFLOW;
	/* value = whole * 2^exponent */
	double whole = ldexp(frexp(fabs(value), &exponent), 53);

	exponent -= 53;
	wide = wide_from((uint128)whole);
	wide_mul_128(&wide, (uint128)decimal_pow10_128[scale]);
	if (exponent >= 0)	/* 2^77 at most: two factors of 64 bits */
		wide_mul_128(&wide, (uint128)1 << exponent);
	else
		wide_shift(&wide, -exponent, rounding, value < 0, &exact);
	if (wide_to_int128(&wide, value < 0, &result) != 0 ||
	    !decimal_fits_128(result, precision))
		return DECIMAL_OVERFLOW;
	*out = result;
	if (is_exact != NULL)
		*is_exact = exact;
	return DECIMAL_OK;
}
