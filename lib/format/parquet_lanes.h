/*
 * Loops of the Parquet writer over whole pages of numbers that are worth wide
 * registers: one set for each kind of processor (base/cpu.h), with the same
 * results.
 */
#ifndef FORMAT_PARQUET_LANES_H
#define FORMAT_PARQUET_LANES_H

#include <stddef.h>
#include <stdint.h>

/* A block of DELTA_BINARY_PACKED, and the parts of it that have a width. */
#define PARQUET_DELTA_BLOCK 128
#define PARQUET_DELTA_MINIBLOCKS 4
#define PARQUET_DELTA_MINIBLOCK 32

struct parquet_lanes {
	/*
	 * The differences of values[0 .. count], 1 to PARQUET_DELTA_BLOCK,
	 * less the least of them, which is returned; they wrap.  Zeros fill
	 * deltas[PARQUET_DELTA_BLOCK] up.  all[i] is what is set in any delta
	 * of miniblock i.
	 */
	int32_t (*delta32)(const uint32_t *values, uint32_t count,
	    uint32_t *deltas, uint32_t all[PARQUET_DELTA_MINIBLOCKS]);
	int64_t (*delta64)(const uint64_t *values, uint32_t count,
	    uint64_t *deltas, uint64_t all[PARQUET_DELTA_MINIBLOCKS]);
};

/* Those of this processor. */
const struct parquet_lanes *
parquet_lanes(void);

/* For parquet_lanes.c and its tests. */
extern const struct parquet_lanes parquet_lanes_portable;
#ifdef __x86_64__
extern const struct parquet_lanes parquet_lanes_avx2;
extern const struct parquet_lanes parquet_lanes_avx512;
#endif

#endif
