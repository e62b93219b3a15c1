/*
 * Choosing among weighted things in constant time: alias tables.
 *
 * Walker's method with Vose's construction (M. D. Vose, "A linear algorithm
 * for generating random numbers with a given distribution", 1991), in
 * integers: the table is the same on every machine.  A chance is kept to
 * count / 2^32.
 */
#ifndef GEN_ALIAS_H
#define GEN_ALIAS_H

#include <stdint.h>

#define ALIAS_MAX_COUNT (UINT32_C(1) << 16)
#define ALIAS_MAX_WEIGHT (UINT64_C(1) << 46)	/* of all together */

struct alias_slot {
	uint32_t threshold;	/* of 2^32: below it the slot itself */
	uint32_t other;
};

struct alias {
	struct alias_slot *slots;	/* owned, [count] */
	uint32_t count;
};

/* Weights may be 0, but not all of them.  The limits above are asserted. */
void
alias_init(struct alias *alias, const uint64_t *weights, uint32_t count);
void
alias_release(struct alias *alias);

/* The index that 32 random bits stand for. */
static inline uint32_t
alias_pick(const struct alias *alias, uint32_t bits)
{
	uint64_t place = (uint64_t)bits * alias->count;
	uint32_t i = (uint32_t)(place >> 32);
	struct alias_slot slot = alias->slots[i];

	return (uint32_t)place < slot.threshold ? i : slot.other;
}

#endif
