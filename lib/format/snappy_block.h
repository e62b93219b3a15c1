/*
 * Snappy's block format (no framing), as Parquet uses it.
 * https://github.com/google/snappy/blob/main/format_description.txt
 */
#ifndef FORMAT_SNAPPY_BLOCK_H
#define FORMAT_SNAPPY_BLOCK_H

#include "base/error.h"
#include "base/mem.h"

/* Appends the compressed bytes. */
int
snappy_block_compress(const void *in, size_t len, struct buffer *out,
    struct error *err);

/* Decompresses into exactly out_len bytes; anything else is an error. */
int
snappy_block_decompress(const void *in, size_t len, void *out,
    size_t out_len, struct error *err);

#endif
