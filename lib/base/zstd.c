#include "base/zstd.h"

#include <assert.h>
#include <zstd.h>

#define DEFAULT_LEVEL 1
#define PACKED_MATCH_BYTES 7	/* the most that the library takes */
#define BLOCK_BYTES 131072u	/* the most that a block may have */
#define BLOCK_HEAD_BYTES 3

struct zstd_packer {
	ZSTD_CCtx *context;	/* owned */
	/* what the context is set to: */
	int level;		/* or 0: nothing yet */
	_Bool is_packed;
};

struct zstd_packer *
zstd_packer_new(void)
{
	struct zstd_packer *packer = mem_zalloc(sizeof(*packer));
	packer->context = ZSTD_createCCtx();
	assert(packer->context != NULL);
	return packer;
}

void
zstd_packer_free(struct zstd_packer *packer)
{
	if (packer == NULL)
		return;
	ZSTD_freeCCtx(packer->context);
	mem_free(packer);
}

static int
set_parameters(struct zstd_packer *packer, int level, _Bool is_packed,
    struct error *err)
{
	if (packer->level == level && packer->is_packed == is_packed)
		return 0;
	size_t got = ZSTD_CCtx_setParameter(packer->context,
	    ZSTD_c_compressionLevel, level);
	if (!ZSTD_isError(got))	/* 0: what the library has for the level */
		got = ZSTD_CCtx_setParameter(packer->context, ZSTD_c_minMatch,
		    is_packed ? PACKED_MATCH_BYTES : 0);
	if (ZSTD_isError(got))
		return error_system(err, 0, "zstd: %s",
		    ZSTD_getErrorName(got));
	packer->level = level;
	packer->is_packed = is_packed;
	return 0;
}

int
zstd_packer_compress(struct zstd_packer *packer, const void *in, size_t len,
    int level, _Bool is_packed, struct buffer *out, struct error *err)
{
	size_t bound = ZSTD_compressBound(len);
	if (level == 0)
		level = DEFAULT_LEVEL;
	if (ZSTD_isError(bound))
		return error_data(err, "zstd: %zu bytes are too many", len);
	if (set_parameters(packer, level, is_packed && level == DEFAULT_LEVEL,
	    err) != 0)
		return -1;
	buffer_reserve(out, bound);
	size_t got = ZSTD_compress2(packer->context, out->data + out->len,
	    bound, in, len);
	if (ZSTD_isError(got))
		return error_system(err, 0, "zstd: %s",
		    ZSTD_getErrorName(got));
	out->len += got;
	return 0;
}

int
zstd_compress(const void *in, size_t len, int level, struct buffer *out,
    struct error *err)
{
	struct zstd_packer *packer = zstd_packer_new();
	int result = zstd_packer_compress(packer, in, len, level, 0, out,
	    err);
	zstd_packer_free(packer);
	return result;
}

/*
 * RFC 8878, 3.1.1: magic number; a descriptor that says "one segment, its
 * size in four bytes"; the size; raw blocks.
 */
void
zstd_store(const void *in, size_t len, struct buffer *out)
{
	static const uint8_t head[5] = {0x28, 0xb5, 0x2f, 0xfd, 0xa0};
	const uint8_t *from = in;
	uint32_t size = (uint32_t)len;
	assert(len <= UINT32_MAX);
	buffer_reserve(out, len + sizeof(head) + sizeof(size) +
	    (len / BLOCK_BYTES + 1) * BLOCK_HEAD_BYTES);
	buffer_append(out, head, sizeof(head));
	buffer_append(out, &size, sizeof(size));
	do {
		uint32_t some = len < BLOCK_BYTES ? (uint32_t)len :
		    BLOCK_BYTES;
		uint32_t block = some << 3 | (some == len);
		buffer_append(out, &block, BLOCK_HEAD_BYTES);
		buffer_append(out, from, some);
		from += some;
		len -= some;
	} while (len > 0);
}

struct zstd_unpacker {
	ZSTD_DCtx *context;	/* owned */
};

struct zstd_unpacker *
zstd_unpacker_new(void)
{
	struct zstd_unpacker *unpacker = mem_zalloc(sizeof(*unpacker));
	unpacker->context = ZSTD_createDCtx();
	assert(unpacker->context != NULL);
	return unpacker;
}

void
zstd_unpacker_free(struct zstd_unpacker *unpacker)
{
	if (unpacker == NULL)
		return;
	ZSTD_freeDCtx(unpacker->context);
	mem_free(unpacker);
}

int
zstd_unpacker_decompress(struct zstd_unpacker *unpacker, const void *in,
    size_t len, void *out, size_t out_len, struct error *err)
{
	size_t got = ZSTD_decompressDCtx(unpacker->context, out, out_len, in,
	    len);
	if (ZSTD_isError(got))
		return error_data(err, "zstd: %s", ZSTD_getErrorName(got));
	if (got != out_len)
		return error_data(err, "zstd: %zu bytes, not %zu", got,
		    out_len);
	return 0;
}

struct zstd_stream {
	ZSTD_DStream *dstream;	/* owned */
};

struct zstd_stream *
zstd_stream_new(void)
{
	struct zstd_stream *stream = mem_zalloc(sizeof(*stream));
	stream->dstream = ZSTD_createDStream();
	assert(stream->dstream != NULL);
	return stream;
}

void
zstd_stream_free(struct zstd_stream *stream)
{
	if (stream == NULL)
		return;
	ZSTD_freeDStream(stream->dstream);
	mem_free(stream);
}

int
zstd_stream_read(struct zstd_stream *stream, const void *in, size_t in_len,
    size_t *in_used, void *out, size_t out_room, size_t *out_len,
    struct error *err)
{
	ZSTD_inBuffer from = {in, in_len, 0};
	ZSTD_outBuffer to = {out, out_room, 0};
	size_t hint = ZSTD_decompressStream(stream->dstream, &to, &from);
	*in_used = from.pos;
	*out_len = to.pos;
	if (ZSTD_isError(hint))
		return error_data(err, "zstd: %s", ZSTD_getErrorName(hint));
	return hint != 0;
}
