/*
 * Skew: ranks by Zipf's law, the r-th of `count` with a weight of r^-skew,
 * and the scattering of ranks over ids.
 *
 * Ranks 1 to 32 have their exact weights; those above share them in runs of
 * a sixteenth of a power of two (33..34, .. , 64..67, ...), each with the
 * weight of its middle: at most 3 % of the skew away from Zipf's, a table of
 * some hundred entries for any count, and no start-up that grows with it.
 * Weights come from IEEE 754 multiplication and square root, which are
 * exact to the last bit everywhere; no libm function is involved.
 */
#ifndef GEN_ZIPF_H
#define GEN_ZIPF_H

#include "gen/alias.h"

#define ZIPF_SKEW_ONE 65536		/* skew is in 1/65536 */
#define ZIPF_MAX_SKEW (4 * ZIPF_SKEW_ONE)
#define ZIPF_MAX_COUNT UINT32_C(2147480000)

struct zipf_run {
	uint32_t first;		/* rank, from 0 */
	uint32_t size;
};

struct zipf {
	struct alias alias;	/* over the runs */
	struct zipf_run *runs;	/* owned */
};

/* count from 1; skew 0 is uniform. */
void
zipf_init(struct zipf *zipf, uint32_t count, uint32_t skew);
void
zipf_release(struct zipf *zipf);

/* A rank, from 0, for 64 random bits. */
static inline uint32_t
zipf_pick(const struct zipf *zipf, uint64_t bits)
{
	struct zipf_run run =
	    zipf->runs[alias_pick(&zipf->alias, (uint32_t)(bits >> 32))];

	return run.first +
	    (uint32_t)(((bits & UINT32_MAX) * run.size) >> 32);
}

/*
 * A permutation of 0 .. count - 1, so that the best customer is not number
 * one: rank * multiplier + offset modulo count, the multiplier being near
 * count's golden section and without a common divisor.
 */
struct scatter {
	uint64_t multiplier;
	uint64_t offset;
	uint64_t count;
};

void
scatter_init(struct scatter *scatter, uint32_t count, uint64_t key);

static inline uint32_t
scatter_at(const struct scatter *scatter, uint32_t rank)
{
	return (uint32_t)((rank * scatter->multiplier + scatter->offset) %
	    scatter->count);
}

#endif
