#include "base/hash.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/error.h"
#include "base/mem.h"

struct hash_state {
	XXH3_state_t xxh3;
};

uint64_t
hash_xxh64(const void *bytes, size_t len)
{
	return XXH64(bytes, len, 0);
}

uint64_t
hash_bytes(const void *bytes, size_t len)
{
	return XXH3_64bits(bytes, len);
}

struct hash_state *
hash_state_new(void)
{
	/* XXH3_state_t wants an alignment of 64. */
	struct hash_state *state = mem_alloc_aligned(sizeof(*state));
	hash_state_reset(state);
	return state;
}

void
hash_state_reset(struct hash_state *state)
{
	XXH3_64bits_reset(&state->xxh3);
}

void
hash_state_update(struct hash_state *state, const void *bytes, size_t len)
{
	XXH3_64bits_update(&state->xxh3, bytes, len);
}

uint64_t
hash_state_digest(const struct hash_state *state)
{
	return XXH3_64bits_digest(&state->xxh3);
}

void
hash_state_free(struct hash_state *state)
{
	mem_free(state);
}
