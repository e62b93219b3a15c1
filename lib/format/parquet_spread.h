/*
 * From dense values to rows with nulls between them, in place.
 */
#ifndef FORMAT_PARQUET_SPREAD_H
#define FORMAT_PARQUET_SPREAD_H

#include <stddef.h>
#include <stdint.h>

/*
 * values[] holds `valid` values of `width` bytes (1, 2, 4, 8 or 16), as many
 * as there are ones among the first `rows` bits, and has room for `rows`.
 * Afterwards the value of row i stands at i, and zeros stand for nulls.
 */
void
parquet_spread(void *values, size_t width, const uint8_t *bits,
    uint32_t rows, uint32_t valid);

/*
 * The same for ends of strings: ends[-1] is where the first begins; nulls
 * end where the row before ends.
 */
void
parquet_spread_ends(int32_t *ends, const uint8_t *bits, uint32_t rows,
    uint32_t valid);

/* The same for bits: from `dense` to zeroed `out` at position begin. */
void
parquet_spread_bits(uint8_t *out, uint64_t begin, const uint8_t *dense,
    const uint8_t *bits, uint32_t rows);

/*
 * out[i] = values[indices[i]], `width` bytes each (1, 2, 4, 8 or 16); the
 * indices have been checked.
 */
void
parquet_gather(const void *values, size_t width, const uint32_t *indices,
    uint32_t count, void *out);

#endif
