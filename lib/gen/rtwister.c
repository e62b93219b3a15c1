#include "gen/rtwister.h"

#include <math.h>

#include "base/mem.h"

#define SHIFT_WORDS 397
#define MATRIX UINT32_C(0x9908b0df)
#define UNIT 2.3283064365386963e-10		/* 1 / (2^32 - 1) as R has it */

void
rtwister_seed(struct rtwister *rng, uint32_t seed)
{
	for (int i = 0; i < 50; i++)
		seed = 69069 * seed + 1;
	/* the first word is the index, which starts at its end */
	seed = 69069 * seed + 1;
	for (uint32_t i = 0; i < RTWISTER_WORDS; i++) {
		seed = 69069 * seed + 1;
		rng->state[i] = seed;
	}
	rng->next = RTWISTER_WORDS;
}

static void
refill(struct rtwister *rng)
{
	uint32_t *state = rng->state;
	for (uint32_t i = 0; i < RTWISTER_WORDS; i++) {
		uint32_t y = (state[i] & UINT32_C(0x80000000)) |
		    (state[(i + 1) % RTWISTER_WORDS] & UINT32_C(0x7fffffff));
		state[i] = state[(i + SHIFT_WORDS) % RTWISTER_WORDS] ^
		    (y >> 1) ^ ((y & 1) != 0 ? MATRIX : 0);
	}
	rng->next = 0;
}

double
rtwister_real(struct rtwister *rng)
{
	if (rng->next == RTWISTER_WORDS)
		refill(rng);
	uint32_t y = rng->state[rng->next++];
	y ^= y >> 11;
	y ^= (y << 7) & UINT32_C(0x9d2c5680);
	y ^= (y << 15) & UINT32_C(0xefc60000);
	y ^= y >> 18;
	double value = y * 2.3283064365386963e-10;
	if (value <= 0)
		return 0.5 * UNIT;
	return 1 - value <= 0 ? 1 - 0.5 * UNIT : value;
}

uint32_t
rtwister_index(struct rtwister *rng, uint32_t n)
{
	uint32_t bits = n <= 1 ? 0 : 32 - (uint32_t)__builtin_clz(n - 1);
	uint64_t mask = (UINT64_C(1) << bits) - 1;
	uint64_t value;
	do {
		value = 0;
		for (uint32_t i = 0; i <= bits; i += 16)
			value = value * 65536 +
			    (uint64_t)floor(rtwister_real(rng) * 65536);
		value &= mask;
	} while (value >= n);
	return (uint32_t)value;
}

void
rtwister_shuffle(struct rtwister *rng, int32_t *x, uint32_t n)
{
	int32_t *left = mem_array((size_t)n + 1, sizeof(*left));
	memcpy(left, x, n * sizeof(*x));
	for (uint32_t i = 0, count = n; i < n; i++) {
		uint32_t j = rtwister_index(rng, count);
		x[i] = left[j];
		left[j] = left[--count];
	}
	mem_free(left);
}

double
rtwister_percent(struct rtwister *rng)
{
	return nearbyint(100 * rtwister_real(rng) * 1e6) / 1e6;
}
