/*
 * Hashing: XXH3-64 (xxHash 0.8, seed 0; the format is stable by its
 * specification) for checksums, hash tables and hash partitions, and a
 * mixer for integers.  No seed ever comes from a clock or an address.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t
hash_bytes(const void *bytes, size_t len);

/* XXH64 with seed 0: the older function, for keys made elsewhere. */
uint64_t
hash_xxh64(const void *bytes, size_t len);

/* A running XXH3-64 over pieces; the sum is that of the pieces joined. */
struct hash_state;		/* opaque; owned by its user */

struct hash_state *
hash_state_new(void);
void
hash_state_reset(struct hash_state *state);
void
hash_state_update(struct hash_state *state, const void *bytes, size_t len);
uint64_t
hash_state_digest(const struct hash_state *state);
void
hash_state_free(struct hash_state *state);

/* The finalizer of splitmix64 (Steele, Lea, Flood 2014): a bijection. */
static inline uint64_t
hash_u64(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* Folds the hash of one more key column into that of those before. */
static inline uint64_t
hash_combine(uint64_t left, uint64_t right)
{
	return hash_u64(left * UINT64_C(0x9e3779b97f4a7c15) + right);
}

#endif
