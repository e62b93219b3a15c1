/*
 * The loops of parquet_lanes.h in C, for the compiler to make wide: included
 * by parquet_lanes.c and its twins, each compiled for its own processors;
 * defines NAME, their set.
 */

/* `count` is a constant for all blocks but the last one of a page. */
#define DELTA(name, c_uint, c_int)					\
static inline __attribute__((always_inline)) c_int			\
name##_of(const c_uint *restrict values, const uint32_t count,		\
    c_uint *restrict deltas, c_uint all[PARQUET_DELTA_MINIBLOCKS])	\
{									\
	c_int least = (c_int)(values[1] - values[0]);			\
	for (uint32_t i = 0; i < count; i++) {				\
		deltas[i] = values[i + 1] - values[i];			\
		least = (c_int)deltas[i] < least ?			\
		    (c_int)deltas[i] : least;				\
	}								\
	for (uint32_t i = 0; i < count; i++)				\
		deltas[i] -= (c_uint)least;				\
	for (uint32_t i = count; i < PARQUET_DELTA_BLOCK; i++)		\
		deltas[i] = 0;						\
	for (uint32_t m = 0; m < PARQUET_DELTA_MINIBLOCKS; m++) {	\
		const c_uint *from = deltas +				\
		    m * PARQUET_DELTA_MINIBLOCK;			\
		c_uint any = 0;						\
		for (uint32_t i = 0; i < PARQUET_DELTA_MINIBLOCK; i++)	\
			any |= from[i];					\
		all[m] = any;						\
	}								\
	return least;							\
}									\
									\
static c_int								\
name(const c_uint *values, uint32_t count, c_uint *deltas,		\
    c_uint all[PARQUET_DELTA_MINIBLOCKS])				\
{									\
	return count == PARQUET_DELTA_BLOCK ?				\
	    name##_of(values, PARQUET_DELTA_BLOCK, deltas, all) :	\
	    name##_of(values, count, deltas, all);			\
}

DELTA(delta32, uint32_t, int32_t)
DELTA(delta64, uint64_t, int64_t)

const struct parquet_lanes NAME = {
	.delta32 = delta32,
	.delta64 = delta64
};
#undef DELTA
#undef NAME
