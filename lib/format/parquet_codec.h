/*
 * Compression of Parquet pages: UNCOMPRESSED, SNAPPY, GZIP and ZSTD.  LZO,
 * BROTLI, LZ4 and LZ4_RAW are refused by name.
 */
#ifndef FORMAT_PARQUET_CODEC_H
#define FORMAT_PARQUET_CODEC_H

#include "base/error.h"
#include "base/mem.h"
#include "base/zstd.h"

/* 0 if the codec (enum parquet_codec) is one of ours; else its refusal. */
int
parquet_codec_check(int codec, struct error *err);

/*
 * 0 if `len` compressed bytes can be as many as out_len, so that memory for
 * these may be taken; an error if no stream of that length can.
 */
int
parquet_codec_check_length(int codec, size_t len, size_t out_len,
    struct error *err);

/* Decompresses into exactly out_len bytes; anything else is an error. */
int
parquet_decompress(int codec, struct zstd_unpacker *zstd, const void *in,
    size_t len, void *out, size_t out_len, struct error *err);

/*
 * Appends the compressed bytes.  level is zstd's (1 to 19) or zlib's (1 to
 * 9), 0 the default (1 and 6).
 */
int
parquet_compress(int codec, int level, const void *in, size_t len,
    struct buffer *out, struct error *err);

/* "snappy", "zstd" and so on, any case: the codec, or -1 with a refusal. */
int
parquet_codec_find(const char *name, size_t len, struct error *err);

#endif
