/* Numbers in prefixes: private to prefix*.c. */
#ifndef OP_SORT_PREFIX_NUMBER_H
#define OP_SORT_PREFIX_NUMBER_H

#include "op/sort/prefix.h"

/*
 * range: widens least and greatest by the values that are not null, encoded
 * as unsigned numbers of the same order.
 * make: out[i] |= the bits of row begin + i; of a null they mean nothing.
 */
struct prefix_loops {
	void (*range)(const struct column *column, uint32_t rows,
	    uint128 *least, uint128 *greatest);
	void (*make)(const struct prefix_key *key,
	    const struct column *column, uint32_t begin, uint32_t count,
	    uint64_t *out);
};

/* Of any type but text and null. */
struct prefix_loops
prefix_number_loops(struct type type);

/* The least and the greatest that there are, encoded so. */
void
prefix_number_limits(struct type type, uint128 *least, uint128 *greatest);

/* The lowest `bits` bits. */
static inline uint64_t
prefix_ones(uint32_t bits)
{
	return bits == 0 ? 0 : ~UINT64_C(0) >> (64 - bits);
}

#endif
