/*
 * The RLE / bit-packing hybrid: levels, booleans and dictionary indices
 * (parquet-format, Encodings.md, "Run Length Encoding / Bit-Packing
 * Hybrid").
 *
 *	run        varint header, then
 *	  even     header >> 1 times one value of ceil(width / 8) bytes
 *	  odd      (header >> 1) * 8 values, bit-packed
 *
 * A last bit-packed run may be cut off where no more values are needed.
 */
#ifndef FORMAT_PARQUET_RLE_H
#define FORMAT_PARQUET_RLE_H

#include "format/parquet_unpack.h"

struct parquet_rle {
	const uint8_t *at;	/* borrowed; the next run's header */
	const uint8_t *end;
	unsigned width;		/* bits, 0 to 32 */
	_Bool is_packed;	/* the present run */
	_Bool is_corrupt;	/* a run's header was wrong */
	uint32_t value;		/* of a run that is not packed */
	uint64_t left;		/* values of the present run */
	const uint8_t *packed;	/* its bits ... */
	uint64_t position;	/* ... and the next value among them */
	parquet_unpack_function *unpack;	/* not for width 1 bits */
};

/* The bytes stay the caller's; width is at most 32. */
void
parquet_rle_init(struct parquet_rle *rle, const uint8_t *bytes, size_t len,
    unsigned width, parquet_unpack_function *unpack);

/* A decoder over `count` bits that are all there, LSB first, no runs. */
void
parquet_rle_init_bits(struct parquet_rle *rle, const uint8_t *bits,
    uint64_t count);

/*
 * Takes up to `count` values; returns how many there were: fewer if the
 * bytes end (or are wrong, is_corrupt).
 */
uint32_t
parquet_rle_take(struct parquet_rle *rle, uint32_t *out, uint32_t count);

/* The same for width 1, to position `begin` of zeroed bits. */
uint32_t
parquet_rle_take_bits(struct parquet_rle *rle, uint8_t *bits, uint64_t begin,
    uint32_t count);

#endif
