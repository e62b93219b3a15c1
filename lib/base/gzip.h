/*
 * gzip (RFC 1952): one buffer at a time, and decompression of a stream; and
 * CRC-32, which zlib has at hand.
 */
#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include "base/error.h"
#include "base/mem.h"

/* Appends one member.  level 1 to 9; 0 is 6. */
int
gzip_compress(const void *in, size_t len, int level, struct buffer *out,
    struct error *err);

/* Decompresses all members of `in` into exactly out_len bytes. */
int
gzip_decompress(const void *in, size_t len, void *out, size_t out_len,
    struct error *err);

/* A running decompression; several members in a row are one stream. */
struct gzip_stream;		/* opaque */

struct gzip_stream *
gzip_stream_new(void);
void
gzip_stream_free(struct gzip_stream *stream);
/*
 * Takes some of in[0..in_len) and fills some of out[0..out_room): *in_used
 * and *out_len say how much.  1 while within a member, 0 between members
 * (the input may end here), -1 if the data are wrong.
 */
int
gzip_stream_read(struct gzip_stream *stream, const void *in, size_t in_len,
    size_t *in_used, void *out, size_t out_room, size_t *out_len,
    struct error *err);

/* CRC-32 (polynomial 0x04C11DB7, as in gzip) of bytes after `crc`, or 0. */
uint32_t
gzip_crc32(uint32_t crc, const void *bytes, size_t len);

#endif
