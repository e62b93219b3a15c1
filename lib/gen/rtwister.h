/*
 * The random numbers of R: set.seed(n), runif, sample, with the generators
 * that R has by default (Mersenne-Twister of Matsumoto and Nishimura 1998,
 * seeded as src/main/RNG.c does; sampling by rejection, since R 3.6).
 */
#ifndef GEN_RTWISTER_H
#define GEN_RTWISTER_H

#include <stdint.h>

#define RTWISTER_WORDS 624

/* Copied, it goes on from the same place. */
struct rtwister {
	uint32_t state[RTWISTER_WORDS];
	uint32_t next;
};

void
rtwister_seed(struct rtwister *rng, uint32_t seed);
/* runif(1): in (0, 1). */
double
rtwister_real(struct rtwister *rng);
/* A whole number in [0, n), n from 1 to 2^31. */
uint32_t
rtwister_index(struct rtwister *rng, uint32_t n);
/* x = sample(x): a permutation of all of it. */
void
rtwister_shuffle(struct rtwister *rng, int32_t *x, uint32_t n);
/* round(runif(1, max = 100), 6) */
double
rtwister_percent(struct rtwister *rng);

#endif
