/*
 * Parquet's encodings, writing: each function appends to a buffer the bytes
 * of some values without nulls.  All of parquet-format's Encodings.md that
 * the writer uses for numbers: RLE / bit-packing hybrid (3, 8),
 * DELTA_BINARY_PACKED (5).  What is plain and of fixed width is a memcpy;
 * strings are in parquet_encode_strings.h.
 *
 * The bytes depend on the values alone.
 */
#ifndef FORMAT_PARQUET_ENCODE_H
#define FORMAT_PARQUET_ENCODE_H

#include "base/mem.h"

void
parquet_put_varint(struct buffer *out, uint64_t value);

/*
 * The hybrid of runs and packed groups, of values of `width` bits (0 to 32).
 * No length in front.
 */
void
parquet_encode_hybrid(struct buffer *out, const uint32_t *values,
    uint32_t count, unsigned width);

/* The same of `count` bits of a bitmap, LSB first: width 1. */
void
parquet_encode_bits(struct buffer *out, const uint8_t *bits, uint32_t count);

/* DELTA_BINARY_PACKED of INT32 and INT64: blocks of 128, miniblocks of 32. */
void
parquet_encode_delta32(struct buffer *out, const uint32_t *values,
    uint32_t count);
void
parquet_encode_delta64(struct buffer *out, const uint64_t *values,
    uint32_t count);

/* PLAIN BYTE_ARRAY: a u32 length (LE) in front of the bytes. */
static inline void
parquet_put_byte_array(struct buffer *out, const void *bytes, uint32_t len)
{
	buffer_reserve(out, (size_t)len + 4);
	uint8_t *to = out->data + out->len;
	memcpy(to, &len, 4);	/* little-endian, as all that we run on */
	memcpy(to + 4, bytes, len);
	out->len += (size_t)len + 4;
}

#endif
