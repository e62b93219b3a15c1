#include "base/exactsum.h"

#include <math.h>
#include <string.h>

#include "base/int128.h"
#include "base/mem.h"

/*
 * A fixed-point number in units of 2^-1074, the smallest double: 2,098 bits
 * hold the largest, and 64 more the sum of 2^64 of them.  Limb i weighs
 * 2^(32 i) units and has 31 spare bits above its 32, so that carries may
 * wait for 2^30 additions.  The highest limb carries the sign.
 */
#define LIMBS 68
#define LIMB_MASK INT64_C(0xffffffff)
#define MAX_PENDING (UINT32_C(1) << 30)
#define UNIT_EXPONENT (-1074)

enum flags {
	SAW_PLUS_INF = 1,
	SAW_MINUS_INF = 2,
	SAW_NAN = 4,
	IS_NEGATIVE = 8		/* in the bytes only */
};

struct exactsum_big {
	int64_t limbs[LIMBS];
	uint32_t pending;	/* additions since carries were made */
	uint32_t flags;
};

_Static_assert(sizeof(struct exactsum_big) == EXACTSUM_BIG_BYTES,
    "the header says how large the hidden part is");
_Static_assert(LIMBS * 4 + 3 <= EXACTSUM_MAX_BYTES,
    "the header says how long the bytes may get");

/* Brings all limbs but the highest into 0 .. 2^32 - 1. */
static void
propagate(struct exactsum_big *big)
{
	for (int i = 0; i < LIMBS - 1; i++) {
		big->limbs[i + 1] += big->limbs[i] >> 32;
		big->limbs[i] &= LIMB_MASK;
	}
	big->pending = 0;
}

/* A finite double as an integer, times 2^place units. */
static uint64_t
split(double value, unsigned *place)
{
	uint64_t bits, m;
	unsigned exponent;

	memcpy(&bits, &value, 8);
	exponent = bits >> 52 & 0x7ff;
	m = bits & ((UINT64_C(1) << 52) - 1);
	if (exponent > 0) {
		m |= UINT64_C(1) << 52;
		exponent--;
	}
	*place = exponent;
	return m;
}

/* value is finite. */
static void
big_add(struct exactsum_big *big, double value)
{
	unsigned exponent;
	uint64_t m = split(value, &exponent);
	unsigned place = exponent / 32;
	unsigned shift = exponent % 32;
	int64_t parts[3];

	parts[0] = (int64_t)(m << shift) & LIMB_MASK;
	parts[1] = (int64_t)(m >> (32 - shift)) & LIMB_MASK;
	parts[2] = (int64_t)(m >> 32 >> (32 - shift));
	for (int i = 0; i < 3; i++)
		big->limbs[place + (unsigned)i] += signbit(value) ?
		    -parts[i] : parts[i];
	if (++big->pending == MAX_PENDING)
		propagate(big);
}

static void
big_merge(struct exactsum_big *big, const struct exactsum_big *other)
{
	propagate(big);
	for (int i = 0; i < LIMBS; i++)
		big->limbs[i] += other->limbs[i];
	big->flags |= other->flags;
	propagate(big);
}

/* Makes the limbs a magnitude; whether the number was negative. */
static _Bool
make_absolute(struct exactsum_big *big)
{
	propagate(big);
	if (big->limbs[LIMBS - 1] >= 0)
		return 0;
	for (int i = 0; i < LIMBS; i++)
		big->limbs[i] = -big->limbs[i];
	propagate(big);
	return 1;
}

/* The place of the highest limb of a magnitude that is not 0, or -1. */
static int
highest_limb(const struct exactsum_big *big)
{
	int i = LIMBS - 1;

	while (i >= 0 && big->limbs[i] == 0)
		i--;
	return i;
}

/* The number rounded to nearest even; makes it a magnitude. */
static double
big_round(struct exactsum_big *big)
{
	_Bool is_negative = make_absolute(big);
	int high = highest_limb(big);
	uint64_t top = 0;	/* three limbs, the lowest one cut to fit */
	_Bool has_rest = 0;
	double value;
	int shift;

	if (high < 0)
		return 0;
	if (high < 2) {
		top = (uint64_t)big->limbs[1] << 32 |
		    (uint64_t)big->limbs[0];
		shift = __builtin_clzll(top);
		top <<= shift;
		shift = -shift;
	} else {
		top = (uint64_t)big->limbs[high] << 32 |
		    (uint64_t)big->limbs[high - 1];
		int up = __builtin_clzll(top);
		uint64_t low = (uint64_t)big->limbs[high - 2];

		top = top << up | (low << up >> 32);
		has_rest = (low << up & (uint64_t)LIMB_MASK) != 0;
		for (int i = high - 3; i >= 0; i--)
			has_rest |= big->limbs[i] != 0;
		shift = (high - 1) * 32 - up;
	}
	/* The number is top * 2^shift units, and a bit if has_rest. */
	if (shift < -11) {
		/* Less than 53 bits: a double as it is. */
		value = ldexp((double)(top >> 11),
		    shift + 11 + UNIT_EXPONENT);
	} else {
		uint64_t rest = top & 0x7ff, m = top >> 11;

		m += rest > 0x400 || (rest == 0x400 && (has_rest || (m & 1)));
		value = ldexp((double)m, shift + 11 + UNIT_EXPONENT);
	}
	return is_negative ? -value : value;
}

static struct exactsum_big *
need_big(struct exactsum *sum)
{
	if (sum->big == NULL)
		sum->big = mem_zalloc(sizeof(*sum->big));
	return sum->big;
}

/* a + b and what was lost in it: Knuth, TAOCP 2, 4.2.2, theorem B. */
static inline double
two_sum(double a, double b, double *lost)
{
	double sum = a + b;
	double part = sum - a;

	*lost = (a - (sum - part)) + (b - part);
	return sum;
}

void
exactsum_add_hard(struct exactsum *sum, double value)
{
	double hi, lo, rest;

	if (!isfinite(value)) {
		need_big(sum)->flags |= isnan(value) ? SAW_NAN :
		    value > 0 ? SAW_PLUS_INF : SAW_MINUS_INF;
		return;
	}
	hi = two_sum(sum->hi, value, &rest);
	if (!isfinite(hi)) {
		/* Out of range in between; perhaps it comes back. */
		big_add(need_big(sum), value);
		return;
	}
	lo = two_sum(sum->lo, rest, &rest);
	if (!isfinite(lo)) {
		big_add(need_big(sum), value);
		return;
	}
	sum->hi = hi;
	sum->lo = lo;
	if (rest != 0)
		big_add(need_big(sum), rest);
}

/*
 * Vectors in the compilers' own extension, which becomes whatever the
 * processor has: left to themselves they make no vectors of this loop.
 */
#define LANES 4
#define ROUNDS 16

typedef double lane_values __attribute__((vector_size(LANES * 8)));
typedef int64_t lane_masks __attribute__((vector_size(LANES * 8)));

struct lanes {
	lane_values hi;
	lane_values lo;
};

/*
 * Adds LANES * ROUNDS values to as many sums side by side; whether that was
 * exact.
 */
static inline _Bool
add_block(struct lanes *sums, const double *values)
{
	lane_values hi = sums->hi, lo = sums->lo;
	lane_masks wrong = { 0 };

	for (size_t r = 0; r < ROUNDS; r++) {
		lane_values value, sum, part, rest;

		memcpy(&value, values + r * LANES, sizeof(value));
		sum = hi + value;
		part = sum - hi;
		rest = (hi - (sum - part)) + (value - part);
		hi = sum;
		sum = lo + rest;
		part = sum - lo;
		wrong |= (lo - (sum - part)) + (rest - part) != 0;
		lo = sum;
	}
	sums->hi = hi;
	sums->lo = lo;
	return (wrong[0] | wrong[1] | wrong[2] | wrong[3]) == 0;
}

/* A block in which any sum was not exact is done again one by one. */
void
exactsum_add_array(struct exactsum *sum, const double *values, size_t count)
{
	struct lanes sums = { { 0 }, { 0 } };
	size_t i = 0;

	for (; i + LANES * ROUNDS <= count; i += LANES * ROUNDS) {
		struct lanes tried = sums;

		if (add_block(&tried, values + i)) {
			sums = tried;
			continue;
		}
		for (size_t k = 0; k < LANES * ROUNDS; k++)
			exactsum_add(sum, values[i + k]);
	}
	for (; i < count; i++)
		exactsum_add(sum, values[i]);
	for (size_t k = 0; k < LANES; k++) {
		exactsum_add(sum, sums.hi[k]);
		exactsum_add(sum, sums.lo[k]);
	}
}

void
exactsum_merge(struct exactsum *sum, const struct exactsum *other)
{
	exactsum_add(sum, other->hi);
	exactsum_add(sum, other->lo);
	if (other->big != NULL)
		big_merge(need_big(sum), other->big);
}

/* All of the sum in limbs. */
static void
gather(const struct exactsum *sum, struct exactsum_big *out)
{
	if (sum->big != NULL)
		*out = *sum->big;
	else
		memset(out, 0, sizeof(*out));
	propagate(out);
	big_add(out, sum->hi);
	big_add(out, sum->lo);
}

double
exactsum_value(const struct exactsum *sum)
{
	struct exactsum_big all;

	if (sum->big == NULL)
		return sum->hi + sum->lo;
	if (sum->big->flags != 0) {
		if (sum->big->flags == SAW_PLUS_INF)
			return HUGE_VAL;
		if (sum->big->flags == SAW_MINUS_INF)
			return -HUGE_VAL;
		return (double)__builtin_nanf("");
	}
	gather(sum, &all);
	return big_round(&all);
}

/*
 * exactsum_write for what 16 bytes hold, as nearly all sums do; 0 for others.
 */
static size_t
write_small(const struct exactsum *sum, uint8_t *out)
{
	unsigned high, low, place;
	uint64_t hi = split(sum->hi, &high), lo = split(sum->lo, &low);
	uint128 rest;
	int128 whole;
	size_t first, count = 0;

	high = hi == 0 ? low : high;
	low = lo == 0 ? high : low;
	place = high < low ? high : low;
	/* 53 bits, 64 places, a carry, and 7 places to a whole byte */
	if (sum->big != NULL || high - place > 64 || low - place > 64)
		return 0;
	whole = (int128)((uint128)hi << (high - place));
	whole = signbit(sum->hi) ? -whole : whole;
	whole += signbit(sum->lo) ? -(int128)((uint128)lo << (low - place)) :
	    (int128)((uint128)lo << (low - place));
	if (whole == 0)
		return 0;
	out[0] = whole < 0 ? IS_NEGATIVE : 0;
	rest = (uint128)(whole < 0 ? -whole : whole) << place % 8;
	for (first = place / 8; (rest & 255) == 0; first++)
		rest >>= 8;
	out[1] = (uint8_t)first;
	out[2] = (uint8_t)(first >> 8);
	for (; rest != 0; rest >>= 8)
		out[3 + count++] = (uint8_t)rest;
	return 3 + count;
}

size_t
exactsum_write(const struct exactsum *sum, uint8_t out[EXACTSUM_MAX_BYTES])
{
	struct exactsum_big all;
	uint8_t bytes[LIMBS * 4];
	size_t first = 0, end = sizeof(bytes);
	size_t len = write_small(sum, out);

	if (len > 0)
		return len;
	gather(sum, &all);
	out[0] = (uint8_t)all.flags;
	if (make_absolute(&all))
		out[0] |= IS_NEGATIVE;
	for (size_t i = 0; i < LIMBS; i++) {
		uint32_t limb = (uint32_t)all.limbs[i];

		memcpy(bytes + 4 * i, &limb, 4);
	}
	while (end > 0 && bytes[end - 1] == 0)
		end--;
	while (first < end && bytes[first] == 0)
		first++;
	out[1] = (uint8_t)first;
	out[2] = (uint8_t)(first >> 8);
	memcpy(out + 3, bytes + first, end - first);
	return 3 + end - first;
}

/* Takes what a double can hold out of the limbs, and returns it. */
static double
take_double(struct exactsum_big *big)
{
	struct exactsum_big copy = *big;
	double value = big_round(&copy);

	if (!isfinite(value))
		return 0;
	big_add(big, -value);
	return value;
}

/* Two doubles of 48 bits each, from up to 12 bytes far below the largest. */
static void
read_small(struct exactsum *sum, _Bool is_negative, size_t first,
    const uint8_t *bytes, size_t count)
{
	int place = (int)first * 8 + UNIT_EXPONENT;
	int64_t sign = is_negative ? -1 : 1;
	int64_t halves[2] = { 0 };

	for (size_t i = 0; i < count; i++)
		halves[i / 6] |= (int64_t)bytes[i] << 8 * (i % 6);
	sum->big = NULL;
	sum->hi = ldexp((double)(sign * halves[1]), place + 48);
	sum->lo = ldexp((double)(sign * halves[0]), place);
}

int
exactsum_read(struct exactsum *sum, const uint8_t *bytes, size_t len,
    struct error *err)
{
	struct exactsum_big all = { .pending = 0 };
	uint8_t limbs[LIMBS * 4] = { 0 };
	size_t first;

	if (len < 3 || bytes[0] > 15)
		return error_data(err, "a sum's state is damaged");
	first = bytes[1] | (size_t)bytes[2] << 8;
	if (first + (len - 3) > sizeof(limbs) ||
	    (len > 3 && (bytes[3] == 0 || bytes[len - 1] == 0)) ||
	    (len == 3 && (first != 0 || (bytes[0] & IS_NEGATIVE))) ||
	    (first + (len - 3) == sizeof(limbs) && bytes[len - 1] > 0x7f))
		return error_data(err, "a sum's state is damaged");
	if (len > 3 && len - 3 <= 12 && first + len < 256 &&
	    (bytes[0] & ~IS_NEGATIVE) == 0) {
		read_small(sum, bytes[0] != 0, first, bytes + 3, len - 3);
		return 0;
	}
	memcpy(limbs + first, bytes + 3, len - 3);
	for (size_t i = 0; i < LIMBS; i++) {
		uint32_t limb;

		memcpy(&limb, limbs + 4 * i, 4);
		all.limbs[i] = bytes[0] & IS_NEGATIVE ? -(int64_t)limb :
		    (int64_t)limb;
	}
	propagate(&all);
	all.flags = bytes[0] & (SAW_PLUS_INF | SAW_MINUS_INF | SAW_NAN);
	sum->big = NULL;
	sum->hi = take_double(&all);
	sum->lo = take_double(&all);
	propagate(&all);
	if (all.flags != 0 || all.limbs[LIMBS - 1] != 0 ||
	    highest_limb(&all) >= 0)
		*need_big(sum) = all;
	return 0;
}

void
exactsum_release(struct exactsum *sum)
{
	mem_free(sum->big);
	memset(sum, 0, sizeof(*sum));
}
