#include "gen/zipf.h"

#include <assert.h>
#include <math.h>

#include "base/mem.h"

/* Ranks below this have a run each; above, a power of two has SHARES runs. */
#define EXACT_RANKS 32
#define SHARES 16
/* 32 and 16 for each power of two from 2^5 to 2^30, and then some. */
#define MAX_RUNS 512
/* Of the heaviest run; MAX_RUNS of them are within ALIAS_MAX_WEIGHT. */
#define TOP_WEIGHT 137438953472.0	/* 2^37 */

/*
 * x^(skew / 65536) for x >= 1: whole powers by multiplication, binary
 * fractions of the exponent by repeated square roots.
 */
static double
power_of(double x, uint32_t skew)
{
	double power = 1.0;
	double root = x;

	for (uint32_t i = 0; i < skew / ZIPF_SKEW_ONE; i++)
		power = power * x;
	for (uint32_t bit = ZIPF_SKEW_ONE / 2; bit > 0; bit /= 2) {
		root = sqrt(root);
		if (skew & bit)
			power = power * root;
	}
	return power;
}

/* Cuts 0 .. count - 1 into runs; returns their number. */
static uint32_t
cut_runs(struct zipf_run *runs, uint32_t count)
{
	uint32_t used = 0;
	uint32_t size = 1;

	for (uint32_t first = 0; first < count; first += size) {
		/* ranks count from 1 in the law, from 0 here */
		if (first >= EXACT_RANKS && (first & (first - 1)) == 0)
			size = first / SHARES;
		assert(used < MAX_RUNS);
		runs[used].first = first;
		runs[used].size = size < count - first ? size : count - first;
		used++;
	}
	return used;
}

void
zipf_init(struct zipf *zipf, uint32_t count, uint32_t skew)
{
	double doubles[MAX_RUNS];
	uint64_t weights[MAX_RUNS];
	double top = 0.0;

	assert(count > 0 && count <= ZIPF_MAX_COUNT);
	assert(skew <= ZIPF_MAX_SKEW);
	zipf->runs = mem_array(MAX_RUNS, sizeof(*zipf->runs));

	uint32_t runs = cut_runs(zipf->runs, count);

	for (uint32_t i = 0; i < runs; i++) {
		struct zipf_run run = zipf->runs[i];
		double middle = run.first + 1 + (run.size - 1) / 2.0;

		doubles[i] = run.size / power_of(middle, skew);
		if (doubles[i] > top)
			top = doubles[i];
	}
	for (uint32_t i = 0; i < runs; i++) {
		double share = doubles[i] / top;

		weights[i] = (uint64_t)(share * TOP_WEIGHT);
	}
	alias_init(&zipf->alias, weights, runs);
}

void
zipf_release(struct zipf *zipf)
{
	alias_release(&zipf->alias);
	mem_free(zipf->runs);
	zipf->runs = NULL;
}

static uint64_t
common_divisor(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

void
scatter_init(struct scatter *scatter, uint32_t count, uint64_t key)
{
	/* 2^32 divided by the golden ratio, as a share of count */
	uint64_t multiplier = (count * UINT64_C(2654435769)) >> 32;

	if (multiplier == 0)
		multiplier = 1;
	while (common_divisor(multiplier, count) != 1)
		multiplier++;
	scatter->multiplier = multiplier;
	scatter->offset = key % count;
	scatter->count = count;
}
