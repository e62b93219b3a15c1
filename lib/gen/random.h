/*
 * Random numbers by counter: the value of row i is a function of a key and
 * of i, so that any row can be had without the rows before it.
 *
 * The generator is SplitMix64 (Steele, Lea and Flood, "Fast Splittable
 * Pseudorandom Number Generators", OOPSLA 2014): its state moves by a fixed
 * odd constant, hence the i-th output of the sequence that begins at `key`
 * is a mix of key + (i + 1) * gamma.  Keys are made of the seed, a table and
 * a column; columns do not see each other's numbers.  Integers only.
 */
#ifndef GEN_RANDOM_H
#define GEN_RANDOM_H

#include "base/hash.h"

#define RANDOM_GAMMA UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t
random_key(uint64_t seed, uint32_t table, uint32_t column)
{
	return hash_combine(hash_u64(seed + RANDOM_GAMMA),
	    (uint64_t)table << 32 | column);
}

/* 64 random bits for row i. */
static inline uint64_t
random_at(uint64_t key, uint64_t i)
{
	return hash_u64(key + (i + 1) * RANDOM_GAMMA);
}

/*
 * A number below `limit` from 32 random bits (multiply and shift; the bias
 * is at most limit / 2^32).
 */
static inline uint32_t
random_below(uint32_t bits, uint32_t limit)
{
	return (uint32_t)((uint64_t)bits * limit >> 32);
}

static inline uint32_t
random_high(uint64_t bits)
{
	return (uint32_t)(bits >> 32);
}

static inline uint32_t
random_low(uint64_t bits)
{
	return (uint32_t)bits;
}

#endif
