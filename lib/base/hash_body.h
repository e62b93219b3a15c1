/*
 * XXH3 for one kind of processor: included by hash.c, hash_avx2.c and
 * hash_avx512.c, each compiled for its own; defines NAME, their kernel.  xxHash
 * takes the widest vectors that the compiler may use, and gives the same sums
 * with all.
 */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/hash_kernel.h"

static uint64_t
sum_bytes(const void *bytes, size_t len)
{
	return XXH3_64bits(bytes, len);
}

static void
update(void *state, const void *bytes, size_t len)
{
	XXH3_64bits_update(state, bytes, len);
}

static uint64_t
digest(const void *state)
{
	return XXH3_64bits_digest(state);
}

const struct hash_kernel NAME = {sum_bytes, update, digest};
