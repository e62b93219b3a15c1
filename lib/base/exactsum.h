/*
 * Exact sums of doubles.
 *
 * The sum of a multiset of doubles, as if computed with unlimited precision
 * and rounded once (to nearest even) at the end: it does not depend on the
 * order of the values nor on how they were split into partial sums.
 *
 * As long as it is exact the sum is kept as two doubles (Knuth's two-sum;
 * Shewchuk 1997, "Adaptive precision floating-point arithmetic"); what does
 * not fit there goes to a superaccumulator of 32-bit limbs that spans all
 * of double's range (Neal 2015, "Fast exact summation using small and large
 * superaccumulators", arXiv:1505.05571, the small one).
 *
 * - A zero sum is +0.0, also of no values and of -0.0 alone.
 * - A nan makes the sum nan, and so do +inf and -inf together; one infinity
 *   makes it that infinity.  The nan is always 0x7ff8000000000000.
 * - Finite values whose exact sum exceeds the range give an infinity;
 *   sums that leave the range in between and come back do not.
 *
 * A zeroed state is the sum of nothing.
 */
#ifndef BASE_EXACTSUM_H
#define BASE_EXACTSUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * The sum is hi + lo + *big.  Copying the struct moves the state: one of
 * the two may be used afterwards.
 */
struct exactsum {
	double hi;
	double lo;
	struct exactsum_big *big;	/* NULL until it is needed */
};

/* What exactsum_write writes at most. */
#define EXACTSUM_MAX_BYTES 288

/* Bytes of memory behind `big`, for budgets. */
#define EXACTSUM_BIG_BYTES 552

/* Adds what two doubles cannot hold; called by exactsum_add. */
void
exactsum_add_hard(struct exactsum *sum, double value);

/* Adds one value. */
static inline void
exactsum_add(struct exactsum *sum, double value)
{
	double hi = sum->hi + value;
	double part = hi - sum->hi;
	double rest = (sum->hi - (hi - part)) + (value - part);
	double lo = sum->lo + rest;

	part = lo - sum->lo;
	rest = (sum->lo - (lo - part)) + (rest - part);
	/* Not zero where lo was rounded, nan where something is infinite. */
	if (__builtin_expect(rest != 0, 0)) {
		exactsum_add_hard(sum, value);
		return;
	}
	sum->hi = hi;
	sum->lo = lo;
}

/* Adds values[0..count), with vectors: about twice as fast. */
void
exactsum_add_array(struct exactsum *sum, const double *values, size_t count);

/* Adds the sum in `other`, which stays as it is. */
void
exactsum_merge(struct exactsum *sum, const struct exactsum *other);

/* The sum, rounded to nearest even. */
double
exactsum_value(const struct exactsum *sum);

/*
 * The sum as bytes, the same for the same multiset of values up to zeros
 * however it came about; returns the length, at most EXACTSUM_MAX_BYTES
 * and some 15 for most.  Layout:
 *
 *   byte 0      bit 0: saw +inf, 1: saw -inf, 2: saw nan, 3: negative
 *   bytes 1, 2  little-endian: i, the place of the first byte below
 *   then        |sum| / 2^-1074 / 256^i, little-endian, neither its first
 *               nor its last byte zero; absent (and i = 0) if it is zero
 */
size_t
exactsum_write(const struct exactsum *sum, uint8_t out[EXACTSUM_MAX_BYTES]);

/* Sets `sum`, zeroed or released, from such bytes; checks them wholly. */
int
exactsum_read(struct exactsum *sum, const uint8_t *bytes, size_t len,
    struct error *err);

/* Frees what the state holds and makes it the sum of nothing. */
void
exactsum_release(struct exactsum *sum);

#endif
