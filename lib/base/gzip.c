#include "base/gzip.h"

#include <assert.h>
#include <limits.h>
#include <zlib.h>

#include "base/cpu.h"
#include "base/gzip_crc32.h"

#define DEFAULT_LEVEL 6
#define GZIP_WINDOW (15 + 16)	/* 32 KiB; + 16 asks zlib for gzip framing */
#define GZIP_OR_ZLIB (15 + 32)	/* + 32: either, by its first bytes */
#define MEMORY_LEVEL 8

int
gzip_compress(const void *in, size_t len, int level, struct buffer *out,
    struct error *err)
{
	if (len > UINT_MAX / 2)
		return error_data(err, "gzip: %zu bytes are too many", len);
	z_stream z = {0};
	int code = deflateInit2(&z, level == 0 ? DEFAULT_LEVEL : level,
	    Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
	if (code != Z_OK)
		return error_system(err, 0, "gzip: %s", zError(code));
	size_t bound = deflateBound(&z, (uLong)len);
	buffer_reserve(out, bound);
	z.next_in = (Bytef *)(uintptr_t)in;
	z.avail_in = (uInt)len;
	z.next_out = out->data + out->len;
	z.avail_out = (uInt)bound;
	code = deflate(&z, Z_FINISH);
	out->len += bound - z.avail_out;
	deflateEnd(&z);
	if (code != Z_STREAM_END)
		return error_system(err, 0, "gzip: %s", zError(code));
	return 0;
}

struct gzip_stream {
	z_stream z;
	_Bool is_within;	/* a member has begun and not ended */
};

struct gzip_stream *
gzip_stream_new(void)
{
	struct gzip_stream *stream = mem_zalloc(sizeof(*stream));
	int code = inflateInit2(&stream->z, GZIP_OR_ZLIB);
	assert(code == Z_OK);
	(void)code;
	return stream;
}

void
gzip_stream_free(struct gzip_stream *stream)
{
	if (stream == NULL)
		return;
	inflateEnd(&stream->z);
	mem_free(stream);
}

int
gzip_stream_read(struct gzip_stream *stream, const void *in, size_t in_len,
    size_t *in_used, void *out, size_t out_room, size_t *out_len,
    struct error *err)
{
	z_stream *z = &stream->z;
	uInt avail_in = in_len > UINT_MAX ? UINT_MAX : (uInt)in_len;
	uInt avail_out = out_room > UINT_MAX ? UINT_MAX : (uInt)out_room;
	*in_used = *out_len = 0;
	if (!stream->is_within) {
		if (avail_in == 0)
			return 0;
		inflateReset(z);
		stream->is_within = 1;
	}
	z->next_in = (Bytef *)(uintptr_t)in;
	z->avail_in = avail_in;
	z->next_out = out;
	z->avail_out = avail_out;
	int code = inflate(z, Z_NO_FLUSH);
	*in_used = avail_in - z->avail_in;
	*out_len = avail_out - z->avail_out;
	if (code == Z_STREAM_END) {
		stream->is_within = 0;
		return 0;
	}
	if (code != Z_OK && code != Z_BUF_ERROR)
		return error_data(err, "gzip: %s",
		    z->msg != NULL ? z->msg : zError(code));
	return 1;
}

int
gzip_decompress(const void *in, size_t len, void *out, size_t out_len,
    struct error *err)
{
	struct gzip_stream *stream = gzip_stream_new();
	const uint8_t *from = in;
	uint8_t *to = out;
	size_t used, got, in_left = len, out_left = out_len;
	int more = 0;
	do {
		more = gzip_stream_read(stream, from, in_left, &used, to,
		    out_left, &got, err);
		from += used;
		in_left -= used;
		to += got;
		out_left -= got;
	} while (more >= 0 && (used > 0 || got > 0));
	gzip_stream_free(stream);
	if (more < 0)
		return -1;
	if (more == 1 && in_left == 0)
		return error_data(err, "gzip: the data end too early");
	if (more == 1 || in_left > 0)
		return error_data(err, "gzip: more than %zu bytes", out_len);
	if (out_left > 0)
		return error_data(err, "gzip: %zu bytes, not %zu",
		    out_len - out_left, out_len);
	return 0;
}

uint32_t
gzip_crc32(uint32_t crc, const void *bytes, size_t len)
{
	const uint8_t *from = bytes;
#ifdef __x86_64__
	static int is_fast = -1;
	if (is_fast < 0)
		is_fast = cpu_level() >= CPU_AVX2;
	if (is_fast > 0 && len >= GZIP_CRC32_LEAST) {
		size_t most = len / 16 * 16;
		crc = gzip_crc32_avx2(crc, from, most);
		from += most;
		len -= most;
	}
#endif
	return (uint32_t)crc32_z(crc, from, len);
}
