/*
 * The inside of hash.c: what runs over many bytes, one kernel for each kind of
 * processor (base/cpu.h).  `state` is an XXH3_state_t.
 */
#ifndef BASE_HASH_KERNEL_H
#define BASE_HASH_KERNEL_H

#include <stddef.h>
#include <stdint.h>

struct hash_kernel {
	uint64_t (*bytes)(const void *bytes, size_t len);
	void (*update)(void *state, const void *bytes, size_t len);
	uint64_t (*digest)(const void *state);
};

extern const struct hash_kernel hash_kernel_portable;
#ifdef __x86_64__
extern const struct hash_kernel hash_kernel_avx2;
extern const struct hash_kernel hash_kernel_avx512;
#endif

#endif
