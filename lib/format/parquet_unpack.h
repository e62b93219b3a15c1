/*
 * Bits into numbers: Parquet's bit-packed values, LSB first
 * (parquet-format, Encodings.md, "Bit-packing" of RLE = 3), and bitmaps.
 *
 * All of these may read up to PARQUET_UNPACK_SLACK bytes after the input and
 * write as many after the output: buffers of base/mem.h have that room.
 */
#ifndef FORMAT_PARQUET_UNPACK_H
#define FORMAT_PARQUET_UNPACK_H

#include <stddef.h>
#include <stdint.h>

#define PARQUET_UNPACK_SLACK 16

/*
 * Unpacks groups of 8 values of `width` bits, 0 to 32; each group takes
 * `width` bytes.
 */
typedef void parquet_unpack_function(const uint8_t *in, uint32_t *out,
    size_t groups, unsigned width);

/* The fastest one here (base/cpu.h): to be asked for once and kept. */
parquet_unpack_function *
parquet_unpack_choose(void);

/* The same for widths of 0 to 64. */
void
parquet_unpack_wide(const uint8_t *in, uint64_t *out, size_t groups,
    unsigned width);

/* What there is to choose from; all give the same. */
parquet_unpack_function parquet_unpack_portable;
#ifdef __x86_64__
/* Widths of 1 to 25 only. */
parquet_unpack_function parquet_unpack_avx2;
#endif

/*
 * Copies `count` bits from position from_begin to position to_begin, where
 * the bits of `to` are zero so far.
 */
void
parquet_copy_bits(uint8_t *to, uint64_t to_begin, const uint8_t *from,
    uint64_t from_begin, uint64_t count);

/* Sets `count` zero bits from position `begin`. */
void
parquet_set_bits(uint8_t *to, uint64_t begin, uint64_t count);

#endif
