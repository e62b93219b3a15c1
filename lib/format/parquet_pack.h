/*
 * Bit packing, least significant bit first, as Parquet's hybrid and delta
 * encodings have it (parquet-format Encodings.md, "RLE/Bit-Packing Hybrid").
 */
#ifndef FORMAT_PARQUET_PACK_H
#define FORMAT_PARQUET_PACK_H

#include <stddef.h>
#include <stdint.h>

/*
 * Packs `count` values, a multiple of 8, of `width` bits (0 to 32) each into
 * count / 8 * width bytes.  Values must fit their width.  Up to 8 bytes after
 * the last may be overwritten.
 */
void
parquet_pack32(const uint32_t *values, size_t count, unsigned width,
    uint8_t *out);

/* What this calls, by processor; the second one for 1 to 16 bits. */
void
parquet_pack32_portable(const uint32_t *values, size_t count, unsigned width,
    uint8_t *out);
#ifdef __x86_64__
void
parquet_pack32_avx2(const uint32_t *values, size_t count, unsigned width,
    uint8_t *out);
#endif

/* Packs 32 values of `width` bits (0 to 64) into 4 * width bytes. */
void
parquet_pack64(const uint64_t values[32], unsigned width, uint8_t *out);

/* Bits that hold every value up to `value`: 0 for 0. */
static inline unsigned
parquet_bits32(uint32_t value)
{
	return value == 0 ? 0 : 32 - (unsigned)__builtin_clz(value);
}

static inline unsigned
parquet_bits64(uint64_t value)
{
	return value == 0 ? 0 : 64 - (unsigned)__builtin_clzll(value);
}

#endif
