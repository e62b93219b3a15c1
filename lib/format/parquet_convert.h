/*
 * From the values of Parquet's physical types to ours (LogicalTypes.md).
 * What cannot be said in our types is an error: an integer that its width
 * does not hold, a decimal of too many digits, nanoseconds that are not
 * whole microseconds, a moment out of range.
 */
#ifndef FORMAT_PARQUET_CONVERT_H
#define FORMAT_PARQUET_CONVERT_H

#include "format/parquet_schema.h"

/*
 * `count` values of fixed width, column->raw_bytes each, to as many of the
 * width of column->type.  Conversions to fixed width only, and not
 * PARQUET_TO_SAME, which needs none.  16 bytes after the values may be read.
 */
int
parquet_convert_fixed(const struct parquet_column *column, const uint8_t *raw,
    void *out, uint32_t count, struct error *err);

/* Byte arrays to decimals; value i is bytes[ends[i - 1]..ends[i]). */
int
parquet_convert_decimals(const struct parquet_column *column,
    const uint8_t *bytes, const int32_t *ends, void *out, uint32_t count,
    struct error *err);

#define PARQUET_UUID_TEXT_BYTES 36

/* 16 bytes to 36 characters, 8-4-4-4-12 hexadecimal digits. */
void
parquet_convert_uuid(const uint8_t raw[16],
    uint8_t out[PARQUET_UUID_TEXT_BYTES]);

#endif
