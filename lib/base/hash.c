#include "base/hash.h"

#define NAME hash_kernel_portable
#include "base/hash_body.h"

#include "base/cpu.h"
#include "base/mem.h"

/* Up to here XXH3 uses no vectors. */
#define SHORT_BYTES 240

struct hash_state {
	XXH3_state_t xxh3;
};

static const struct hash_kernel *
kernel(void)
{
	static const struct hash_kernel *chosen;
	if (chosen != NULL)
		return chosen;
	chosen = &hash_kernel_portable;
#ifdef __x86_64__
	if (cpu_level() == CPU_AVX512)
		chosen = &hash_kernel_avx512;
	else if (cpu_level() == CPU_AVX2)
		chosen = &hash_kernel_avx2;
#endif
	return chosen;
}

uint64_t
hash_xxh64(const void *bytes, size_t len)
{
	return XXH64(bytes, len, 0);
}

uint64_t
hash_bytes(const void *bytes, size_t len)
{
	return len <= SHORT_BYTES ? XXH3_64bits(bytes, len) :
	    kernel()->bytes(bytes, len);
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
	kernel()->update(&state->xxh3, bytes, len);
}

uint64_t
hash_state_digest(const struct hash_state *state)
{
	return kernel()->digest(&state->xxh3);
}

void
hash_state_free(struct hash_state *state)
{
	mem_free(state);
}
