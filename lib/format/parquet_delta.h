/*
 * DELTA_BINARY_PACKED (parquet-format, Encodings.md, "Delta Encoding").
 *
 *	header     varints: values per block (a multiple of 128), miniblocks
 *	           per block, count of values, zigzag first value
 *	block      zigzag least delta, a byte of width for each miniblock,
 *	           then the miniblocks: deltas less the least, bit-packed
 *
 * Sums wrap around, in 32 bits for INT32 and in 64 for INT64.
 */
#ifndef FORMAT_PARQUET_DELTA_H
#define FORMAT_PARQUET_DELTA_H

#include "base/error.h"
#include "format/parquet_unpack.h"

#define PARQUET_DELTA_STEP 32	/* miniblocks are multiples of it */

struct parquet_delta {
	const uint8_t *at;	/* borrowed; the next block or miniblock */
	const uint8_t *end;
	unsigned max_width;	/* 32 or 64 */
	uint32_t mini_values;	/* values of a miniblock */
	uint32_t mini_count;	/* miniblocks of a block */
	uint64_t left;		/* values still to come from miniblocks */
	uint64_t last;		/* the last value, or the first to come */
	uint64_t least;		/* of the present block */
	const uint8_t *widths;	/* of the present block */
	uint32_t mini;		/* the next miniblock of the block */
	uint32_t mini_left;	/* values of the present miniblock */
	unsigned width;		/* of the present miniblock */
	uint64_t ready[PARQUET_DELTA_STEP];	/* decoded, not yet taken */
	uint32_t ready_begin;
	uint32_t ready_end;
	parquet_unpack_function *unpack;
};

/*
 * Reads the header.  bits is 32 or 64; more than max_count values are an
 * error.  The bytes stay the caller's.
 */
int
parquet_delta_init(struct parquet_delta *delta, const uint8_t *bytes,
    size_t len, unsigned bits, uint64_t max_count,
    parquet_unpack_function *unpack, struct error *err);

/* Values that can still be taken. */
uint64_t
parquet_delta_left(const struct parquet_delta *delta);

/*
 * Takes `count` values, as many as parquet_delta_left at the most, of 4 or
 * of 8 bytes (whatever the bits; 4 bytes are the low ones).
 */
int
parquet_delta_take32(struct parquet_delta *delta, uint32_t *out,
    uint32_t count, struct error *err);
int
parquet_delta_take64(struct parquet_delta *delta, uint64_t *out,
    uint32_t count, struct error *err);

/*
 * Where the encoded values end, of a decoder that has been made and not yet
 * used; NULL with an error if they are cut off.
 */
const uint8_t *
parquet_delta_end(const struct parquet_delta *delta, struct error *err);

#endif
