/* Numbers that look random, the same in every run. */
#ifndef UNIT_RANDOM_H
#define UNIT_RANDOM_H

#include "base/hash.h"

static uint32_t
below(uint32_t limit)
{
	static uint64_t seed = 1;
	seed++;
	return (uint32_t)(hash_u64(seed) % limit);
}

#endif
