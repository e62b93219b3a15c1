/*
 * The values of one page, by encoding (parquet-format, Encodings.md): PLAIN,
 * RLE (of booleans), DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY,
 * DELTA_BYTE_ARRAY, BYTE_STREAM_SPLIT; and the indices of dictionary pages.
 * Nulls are not among them.
 *
 * The page's bytes lie in a buffer of base/mem.h: the decoders read a few
 * bytes after their end.
 */
#ifndef FORMAT_PARQUET_ENCODED_H
#define FORMAT_PARQUET_ENCODED_H

#include "base/mem.h"
#include "format/parquet_delta.h"
#include "format/parquet_rle.h"

struct parquet_encoded {
	int encoding;		/* enum parquet_encoding */
	int type;		/* enum parquet_type */
	uint32_t raw_bytes;	/* of a value of fixed width; else 0 */
	const uint8_t *at;	/* borrowed; the next value, or the streams */
	const uint8_t *end;
	uint64_t position;	/* BYTE_STREAM_SPLIT: of the next value ... */
	uint64_t count;		/* ... of so many */
	struct parquet_rle rle;		/* booleans, dictionary indices */
	struct parquet_delta delta;	/* numbers, or lengths */
	struct parquet_delta prefixes;	/* DELTA_BYTE_ARRAY */
	struct buffer last;		/* DELTA_BYTE_ARRAY: the last value */
	struct buffer lengths;		/* scratch, of a step */
	struct buffer scratch;		/* DELTA_BYTE_ARRAY of fixed length */
	struct buffer ends;
};

/*
 * Begins a page of at most max_count values; the struct is zeroed or was
 * used before.  An encoding that the type cannot have is an error.
 */
int
parquet_encoded_init(struct parquet_encoded *values, int encoding, int type,
    uint32_t raw_bytes, const uint8_t *bytes, size_t len, uint64_t max_count,
    parquet_unpack_function *unpack, struct error *err);
void
parquet_encoded_release(struct parquet_encoded *values);

/* Whether the page holds indices: PLAIN_DICTIONARY or RLE_DICTIONARY. */
static inline _Bool
parquet_encoded_are_indices(const struct parquet_encoded *values)
{
	return values->encoding == 2 || values->encoding == 8;
}

/* Each fails if there are fewer than `count` values left. */

/* Indices; whether they are below the dictionary's count is not checked. */
int
parquet_encoded_take_indices(struct parquet_encoded *values, uint32_t *out,
    uint32_t count, struct error *err);
/* Booleans, to position `begin` of zeroed bits. */
int
parquet_encoded_take_bits(struct parquet_encoded *values, uint8_t *bits,
    uint64_t begin, uint32_t count, struct error *err);
/* Values of fixed width, raw_bytes each, as PLAIN has them. */
int
parquet_encoded_take_fixed(struct parquet_encoded *values, uint8_t *out,
    uint32_t count, struct error *err);
/*
 * Byte arrays, appended to `bytes`; ends[i] becomes its length after value
 * i.  More than INT32_MAX bytes are an error.
 */
int
parquet_encoded_take_bytes(struct parquet_encoded *values,
    struct buffer *bytes, int32_t *ends, uint32_t count, struct error *err);

#endif
