/*
 * Dirt on purpose: which rows are given which fault, at what rate.
 *
 * A row has one fault at the most.  Which, is read from 32 random bits of
 * the row; so any slice finds its faults alone, and a ledger of all faults
 * is made without making the rows between them.
 */
#ifndef GEN_DIRT_H
#define GEN_DIRT_H

#include <stdint.h>

#include "base/error.h"

/* FAULT(ID, name) in the order of their parts of the 2^32. */
#define DIRT_FAULTS(FAULT) \
	FAULT(DUPLICATES, "duplicates") \
	FAULT(ORPHANS, "orphans") \
	FAULT(ZERO_QUANTITY, "zero-quantity") \
	FAULT(BAD_DATE, "bad-date") \
	FAULT(BAD_PRICE, "bad-price") \
	FAULT(ZERO_PRICE, "zero-price") \
	FAULT(NO_PRICE, "no-price") \
	FAULT(NULLS, "nulls") \
	FAULT(BAD_NUMBER, "bad-number") \
	FAULT(OUT_OF_RANGE, "out-of-range") \
	FAULT(RAGGED, "ragged") \
	FAULT(MOJIBAKE, "mojibake")

enum dirt_fault {
#define FAULT(ID, name) DIRT_##ID,
	DIRT_FAULTS(FAULT)
#undef FAULT
	DIRT_FAULT_COUNT,
	DIRT_FIRST_OF_TEXT = DIRT_NULLS,	/* in any table, as CSV */
	DIRT_NONE = DIRT_FAULT_COUNT
};

/* Zeroed: clean. */
struct dirt {
	uint64_t rates[DIRT_FAULT_COUNT];	/* of 2^32 */
};

/*
 * Reads "duplicates=0.01,orphans=0.005": rates from 0 to 1 with up to nine
 * decimals, 1 together at the most.  Unknown faults, faults named twice and
 * rates out of range are usage errors.
 */
int
dirt_parse(const char *list, struct dirt *dirt, struct error *err);

const char *
dirt_fault_name(enum dirt_fault fault);

/* Keeps the faults of which `mask` has the bit 1 << fault. */
void
dirt_mask(struct dirt *dirt, uint32_t mask);

_Bool
dirt_is_clean(const struct dirt *dirt);

/* The fault that 32 random bits stand for, or DIRT_NONE. */
static inline enum dirt_fault
dirt_pick(const struct dirt *dirt, uint32_t bits)
{
	uint64_t limit = 0;

	for (int i = 0; i < DIRT_FAULT_COUNT; i++) {
		limit += dirt->rates[i];
		if (bits < limit)
			return (enum dirt_fault)i;
	}
	return DIRT_NONE;
}

#endif
