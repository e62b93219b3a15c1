/*
 * Zstandard: one buffer at a time, and decompression of a stream.
 */
#ifndef BASE_ZSTD_H
#define BASE_ZSTD_H

#include "base/error.h"
#include "base/mem.h"

/* Appends one frame.  level 1 to 19; 0 is 1. */
int
zstd_compress(const void *in, size_t len, int level, struct buffer *out,
    struct error *err);

/*
 * The same for many buffers: the working memory is made once (10 ns a row
 * less for pages of 8192 rows).
 *
 * Of bytes that are packed, such as bits or the ends of strings, short matches
 * are chance: the fast level then looks for those of 7 bytes only, not of 5 or
 * 6 as in other small inputs (ids of ten digits: half the time, 5 % larger;
 * names would become 8 % larger).
 */
struct zstd_packer;		/* opaque */

struct zstd_packer *
zstd_packer_new(void);
void
zstd_packer_free(struct zstd_packer *packer);
int
zstd_packer_compress(struct zstd_packer *packer, const void *in, size_t len,
    int level, _Bool is_packed, struct buffer *out, struct error *err);

/* Appends a frame that holds the bytes as they are: a copy's time. */
void
zstd_store(const void *in, size_t len, struct buffer *out);

/*
 * Decompression; to make and clear the working memory takes as long as to
 * decompress 20 KiB.
 */
struct zstd_unpacker;		/* opaque */

struct zstd_unpacker *
zstd_unpacker_new(void);
void
zstd_unpacker_free(struct zstd_unpacker *unpacker);
/* All frames of `in` into exactly out_len bytes. */
int
zstd_unpacker_decompress(struct zstd_unpacker *unpacker, const void *in,
    size_t len, void *out, size_t out_len, struct error *err);

/* A running decompression; several frames in a row are one stream. */
struct zstd_stream;		/* opaque */

struct zstd_stream *
zstd_stream_new(void);
void
zstd_stream_free(struct zstd_stream *stream);
/*
 * Takes some of in[0..in_len) and fills some of out[0..out_room): *in_used
 * and *out_len say how much.  1 while within a frame, 0 between frames (the
 * input may end here), -1 if the data are wrong.  Progress is made whenever
 * there is both input (or output still held) and room.
 */
int
zstd_stream_read(struct zstd_stream *stream, const void *in, size_t in_len,
    size_t *in_used, void *out, size_t out_room, size_t *out_len,
    struct error *err);

#endif
