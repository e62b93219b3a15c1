/*
 * The loops of lanes.h in C, for the compiler to make wide: included by
 * lanes.c, lanes_avx2.c and lanes_avx512.c, each compiled for its own; defines
 * NAME, their set.  With HAS_GATHERS the file brings its own takes and look().
 */
#include <string.h>

static uint32_t
most8(const uint8_t *values, uint32_t count)
{
	uint8_t most = 0;
	for (uint32_t i = 0; i < count; i++)
		most = values[i] > most ? values[i] : most;
	return most;
}

static uint32_t
most16(const uint16_t *values, uint32_t count)
{
	uint16_t most = 0;
	for (uint32_t i = 0; i < count; i++)
		most = values[i] > most ? values[i] : most;
	return most;
}

static uint32_t
most32(const uint32_t *values, uint32_t count)
{
	uint32_t most = 0;
	for (uint32_t i = 0; i < count; i++)
		most = values[i] > most ? values[i] : most;
	return most;
}

#define RANGE(name, c_type)						\
static void								\
name(const c_type *values, uint32_t count, c_type *least, c_type *most)	\
{									\
	c_type low = values[0], high = low;				\
	for (uint32_t i = 1; i < count; i++) {				\
		low = values[i] < low ? values[i] : low;		\
		high = values[i] > high ? values[i] : high;		\
	}								\
	*least = low;							\
	*most = high;							\
}
RANGE(range32, int32_t)
RANGE(range32u, uint32_t)
RANGE(range64, int64_t)
RANGE(range64u, uint64_t)
#undef RANGE

static _Bool
ascends(const int32_t *values, uint32_t count)
{
	uint32_t descents = 0;
	for (uint32_t i = 0; i < count; i++)
		descents |= values[i + 1] < values[i];
	return descents == 0;
}

static _Bool
has(const uint32_t *values, uint32_t count, uint32_t value)
{
	uint32_t found = 0;	/* not a bool: vectors of 32 bits */
	for (uint32_t i = 0; i < count; i++)
		found |= values[i] == value;
	return found != 0;
}

/* Without an instruction for it: Warren, Hacker's Delight, 5-1. */
static inline uint64_t
ones_of(uint64_t word)
{
#ifdef __POPCNT__
	return (uint64_t)__builtin_popcountll(word);
#else
	word -= word >> 1 & UINT64_C(0x5555555555555555);
	word = (word & UINT64_C(0x3333333333333333)) +
	    (word >> 2 & UINT64_C(0x3333333333333333));
	word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return word * UINT64_C(0x0101010101010101) >> 56;
#endif
}

static uint32_t
ones(const uint8_t *words, uint32_t count)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t word;
		memcpy(&word, words + (size_t)i * 8, 8);
		sum += ones_of(word);
	}
	return (uint32_t)sum;
}

#ifndef HAS_GATHERS
#define TAKE(name, c_type)						\
static void								\
name(c_type *to, const c_type *from, const uint32_t *rows,		\
    uint32_t count, _Bool some_miss)					\
{									\
	if (some_miss) {						\
		for (uint32_t i = 0; i < count; i++)			\
			to[i] = rows[i] == LANES_NO_ROW ? 0 :		\
			    from[rows[i]];				\
		return;							\
	}								\
	for (uint32_t i = 0; i < count; i++)				\
		to[i] = from[rows[i]];					\
}
TAKE(take8, uint8_t)
TAKE(take16, uint16_t)
TAKE(take32, uint32_t)
TAKE(take64, uint64_t)
#undef TAKE

static void
look(uint32_t *to, const uint32_t *from, const uint32_t *places,
    uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		to[i] = places[i] >> 31 != 0 ? UINT32_MAX : from[places[i]];
}
#endif

const struct lanes NAME = {
	.most8 = most8, .most16 = most16, .most32 = most32,
	.range32 = range32, .range32u = range32u, .range64 = range64,
	.range64u = range64u,
	.ascends = ascends, .has = has, .ones = ones,
	.take8 = take8, .take16 = take16, .take32 = take32, .take64 = take64,
	.look = look
};
