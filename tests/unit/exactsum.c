/*
 * Exact sums against a number so wide that it needs no care: all of the
 * values in one integer of 2,240 bits, rounded by comparing with doubles.
 */
#include "base/exactsum.h"

#include <math.h>

#include "check.h"

#define WORDS 70

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

/* Two's complement in units of 2^-1074, 32 bits a word, lowest first. */
struct reference {
	uint32_t words[WORDS];
};

/* Bit by bit: slow and plain. */
static void
reference_add(struct reference *sum, double value, int is_minus)
{
	int exponent;
	double fraction = frexp(fabs(value), &exponent);
	uint64_t m = (uint64_t)ldexp(fraction, 53);
	struct reference term = { { 0 } };
	uint64_t carry;

	for (int bit = 0; bit < 53; bit++) {
		int place = exponent - 53 + 1074 + bit;

		if (m >> bit & 1)
			term.words[place / 32] |= UINT32_C(1) << place % 32;
	}
	carry = (value < 0) != is_minus;
	for (int i = 0; i < WORDS; i++) {
		uint32_t word = (value < 0) != is_minus ? ~term.words[i] :
		    term.words[i];

		carry += (uint64_t)sum->words[i] + word;
		sum->words[i] = (uint32_t)carry;
		carry >>= 32;
	}
}

/* The sign of the number. */
static int
reference_sign(const struct reference *sum)
{
	uint32_t any = 0;

	for (int i = 0; i < WORDS; i++)
		any |= sum->words[i];
	return sum->words[WORDS - 1] >> 31 ? -1 : any != 0;
}

/*
 * Whether `value` is the nearest double: twice the sum lies between value
 * plus the double below and value plus the one above, and on an end only
 * if value is even.
 */
static int
is_nearest(const struct reference *sum, double value)
{
	double below = nextafter(value, -HUGE_VAL);
	double above = nextafter(value, HUGE_VAL);
	struct reference twice = *sum, low, high;
	uint64_t bits, carry = 0;

	for (int i = 0; i < WORDS; i++) {
		carry += 2 * (uint64_t)sum->words[i];
		twice.words[i] = (uint32_t)carry;
		carry >>= 32;
	}
	memcpy(&bits, &value, 8);
	low = twice;
	reference_add(&low, value, 1);
	reference_add(&low, below, 1);
	high = twice;
	reference_add(&high, value, 1);
	reference_add(&high, above, 1);
	if (bits & 1)
		return reference_sign(&low) > 0 && reference_sign(&high) < 0;
	return reference_sign(&low) >= 0 && reference_sign(&high) <= 0;
}

/* A value of one of several distributions. */
static double
random_value(uint64_t *state, int kind)
{
	uint64_t r = next_random(state);
	double value;

	switch (kind) {
	case 0:		/* money */
		return (double)(int64_t)(r % 2000001 - 1000000) / 100;
	case 1:		/* any finite double but the largest */
		r &= ~(UINT64_C(1) << 62);
		memcpy(&value, &r, 8);
		return isfinite(value) ? value : 1;
	case 2:		/* what cancels */
		return ldexp((double)(r % 3) - 1, (int)(r >> 32) % 200);
	case 3:		/* the smallest */
		return ldexp((double)(int64_t)(r % 1000) - 500, -1074);
	default:	/* wide but everyday */
		return ldexp((double)(int64_t)r, -(int)(r % 120));
	}
}

static void
sums_are_exact_and_rounded_once(void)
{
	static double values[300];
	uint64_t state = 11;

	for (int round = 0; round < 1500; round++) {
		struct reference want = { { 0 } };
		struct exactsum one = { 0 }, all = { 0 };
		size_t count = next_random(&state) % 300;
		double got;

		for (size_t i = 0; i < count; i++) {
			values[i] = random_value(&state, round % 5);
			reference_add(&want, values[i], 0);
			exactsum_add(&one, values[i]);
		}
		exactsum_add_array(&all, values, count);
		got = exactsum_value(&one);
		if (!CHECK(is_nearest(&want, got)) ||
		    !CHECK(exactsum_value(&all) == got))
			printf("# round %d: %.17g\n", round, got);
		exactsum_release(&one);
		exactsum_release(&all);
	}
}

static void
order_and_splitting_do_not_show_in_the_bytes(void)
{
	static double values[500];
	uint64_t state = 12;

	for (int round = 0; round < 500; round++) {
		struct exactsum whole = { 0 }, total = { 0 };
		uint8_t want[EXACTSUM_MAX_BYTES], got[EXACTSUM_MAX_BYTES];
		size_t want_len, got_len, done = 0;
		struct error err = { 0 };

		for (size_t i = 0; i < 500; i++)
			values[i] = random_value(&state, round % 5);
		exactsum_add_array(&whole, values, 500);
		want_len = exactsum_write(&whole, want);
		for (size_t i = 499; i > 0; i--) {
			size_t k = next_random(&state) % (i + 1);
			double kept = values[i];

			values[i] = values[k];
			values[k] = kept;
		}
		while (done < 500) {
			struct exactsum part = { 0 }, read = { 0 };
			size_t n = next_random(&state) % (501 - done);

			exactsum_add_array(&part, values + done, n);
			done += n;
			got_len = exactsum_write(&part, got);
			CHECK_INT(exactsum_read(&read, got, got_len, &err),
			    0);
			exactsum_merge(&total, &read);
			exactsum_release(&part);
			exactsum_release(&read);
		}
		got_len = exactsum_write(&total, got);
		if (!CHECK_INT(got_len, want_len) ||
		    !CHECK_BYTES(got, want, want_len) ||
		    !CHECK(exactsum_value(&total) == exactsum_value(&whole)))
			round = 500;
		exactsum_release(&whole);
		exactsum_release(&total);
	}
}

static double
sum_of(const double *values, size_t count)
{
	struct exactsum sum = { 0 };
	double result;

	for (size_t i = 0; i < count; i++)
		exactsum_add(&sum, values[i]);
	result = exactsum_value(&sum);
	exactsum_release(&sum);
	return result;
}

#define SUM(...) \
	sum_of((const double[]){ __VA_ARGS__ }, \
	    sizeof((const double[]){ __VA_ARGS__ }) / sizeof(double))

static void
zeros_infinities_and_nan_follow_the_rules(void)
{
	double inf = (double)INFINITY, nan = (double)NAN, max = 0x1.fp1023;
	double negative_zero = SUM(-0.0, -0.0);
	double got = SUM(-nan);
	uint64_t bits;

	CHECK(negative_zero == 0 && !signbit(negative_zero));
	CHECK(!signbit(SUM(1, -1)));
	CHECK(SUM(1, inf, -1e300) == inf);
	CHECK(SUM(-inf, 1) == -inf);
	CHECK(isnan(SUM(inf, -inf)));
	CHECK(isnan(SUM(inf, nan)));
	memcpy(&bits, &got, 8);
	CHECK(bits == UINT64_C(0x7ff8000000000000));
	CHECK(SUM(max, max) == inf);
	CHECK(SUM(max, max, -max) == max);
	CHECK(SUM(-max, -max, max, max, 1) == 1);
	CHECK(SUM(1e100, 1, -1e100) == 1);
	CHECK(SUM(1e16, 1, 1e-16) == 10000000000000002.0);
}

static void
infinities_survive_the_bytes(void)
{
	struct exactsum sum = { 0 }, read = { 0 };
	uint8_t bytes[EXACTSUM_MAX_BYTES];
	struct error err = { 0 };

	exactsum_add(&sum, 1.5);
	exactsum_add(&sum, -(double)INFINITY);
	CHECK_INT(exactsum_read(&read, bytes, exactsum_write(&sum, bytes),
	    &err), 0);
	CHECK(exactsum_value(&read) == -(double)INFINITY);
	exactsum_release(&sum);
	exactsum_release(&read);
}

static void
everyday_sums_need_no_memory_and_few_bytes(void)
{
	struct exactsum sum = { 0 };
	uint8_t bytes[EXACTSUM_MAX_BYTES];
	uint64_t state = 13;

	for (int i = 0; i < 100000; i++)
		exactsum_add(&sum, random_value(&state, 0));
	CHECK(sum.big == NULL);
	CHECK(exactsum_write(&sum, bytes) <= 15);
	exactsum_release(&sum);
	CHECK_INT(exactsum_write(&sum, bytes), 3);
}

static void
damaged_bytes_are_refused(void)
{
	static const uint8_t damaged[][6] = {
		{ 16, 0, 0, 1 }, { 0, 0, 0, 0 }, { 0, 1, 0 }, { 8, 0, 0 },
		{ 0, 255, 255, 1 }, { 0, 15, 1, 1, 1 }
	};
	static const size_t lens[] = { 4, 4, 3, 3, 4, 5 };
	struct exactsum sum = { 0 };
	struct error err = { 0 };

	for (size_t i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		if (!CHECK_INT(exactsum_read(&sum, damaged[i], lens[i],
		    &err), -1))
			printf("# case %zu\n", i);
	}
	CHECK_INT(exactsum_read(&sum, damaged[0], 0, &err), -1);
}

/* What two doubles hold is written as it is from limbs, and comes back. */
static void
short_and_long_ways_write_the_same_bytes(void)
{
	uint64_t state = 99;

	for (int round = 0; round < 200000; round++) {
		int scale = (int)(next_random(&state) % 2000) - 1050;
		int gap = (int)(next_random(&state) % 140) - 20;
		double a = ldexp((double)(int64_t)next_random(&state), scale -
		    63), b = ldexp((double)(int64_t)(next_random(&state) >>
		    next_random(&state) % 60), scale - gap - 63);
		struct exactsum pair = { 0 }, limbs = { 0 }, read = { 0 };
		struct error err = { 0 };
		uint8_t got[EXACTSUM_MAX_BYTES], want[EXACTSUM_MAX_BYTES];
		size_t got_len, want_len;

		b = round % 2 ? -b : b;
		/* what needs limbs keeps them */
		exactsum_add(&limbs, 1e300);
		exactsum_add(&limbs, 1e-300);
		exactsum_add(&limbs, 1.0);
		for (int i = 0; i < 2; i++) {
			exactsum_add(&pair, i ? a : b);
			exactsum_add(&limbs, i ? a : b);
		}
		exactsum_add(&limbs, -1e300);
		exactsum_add(&limbs, -1e-300);
		exactsum_add(&limbs, -1.0);
		got_len = exactsum_write(&pair, got);
		want_len = exactsum_write(&limbs, want);
		CHECK_INT(exactsum_read(&read, got, got_len, &err), 0);
		if (!CHECK_INT(got_len, want_len) ||
		    !CHECK_BYTES(got, want, want_len) ||
		    !CHECK(exactsum_value(&read) == a + b))
			round = 200000;
		exactsum_release(&pair);
		exactsum_release(&limbs);
		exactsum_release(&read);
	}
}

int
main(void)
{
	RUN(sums_are_exact_and_rounded_once);
	RUN(order_and_splitting_do_not_show_in_the_bytes);
	RUN(zeros_infinities_and_nan_follow_the_rules);
	RUN(infinities_survive_the_bytes);
	RUN(everyday_sums_need_no_memory_and_few_bytes);
	RUN(damaged_bytes_are_refused);
	RUN(short_and_long_ways_write_the_same_bytes);
	return check_done();
}
