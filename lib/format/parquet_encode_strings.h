/*
 * Byte arrays without a dictionary, writing (parquet-format, Encodings.md).
 * Value i is bytes[offsets[i] .. offsets[i + 1]); up to 16 bytes behind the
 * last one are read, too.
 *
 *	PLAIN (0)             each with its length, u32, in front
 *	DELTA_BYTE_ARRAY (7)  bytes shared with the value before and bytes of
 *	                      its own, both DELTA_BINARY_PACKED; then the latter
 *
 * Ascending ids share nearly all: 14 bytes of them become two or three, at a
 * tenth of what it takes to compress them.
 */
#ifndef FORMAT_PARQUET_ENCODE_STRINGS_H
#define FORMAT_PARQUET_ENCODE_STRINGS_H

#include "base/mem.h"

void
parquet_encode_plain_strings(struct buffer *out, const int32_t *offsets,
    const uint8_t *bytes, uint32_t count);

/*
 * How many bytes each value shares with the one before (the first one: none)
 * and how many follow those; whether no value is below the one before.
 * Returns the sum of the shared.
 */
uint64_t
parquet_find_prefixes(const int32_t *offsets, const uint8_t *bytes,
    uint32_t count, uint32_t *prefixes, uint32_t *suffixes,
    _Bool *is_ascending);

/* DELTA_BYTE_ARRAY of values whose prefixes were found. */
void
parquet_encode_prefixed_strings(struct buffer *out, const int32_t *offsets,
    const uint8_t *bytes, uint32_t count, const uint32_t *prefixes,
    const uint32_t *suffixes);

#endif
