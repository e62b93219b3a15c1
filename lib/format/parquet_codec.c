#include "format/parquet_codec.h"

#include <stdio.h>
#include <strings.h>

#include "base/gzip.h"
#include "base/zstd.h"
#include "format/parquet_footer.h"
#include "format/snappy_block.h"

int
parquet_codec_check(int codec, struct error *err)
{
	switch (codec) {
	case PARQUET_UNCOMPRESSED:
	case PARQUET_SNAPPY:
	case PARQUET_GZIP:
	case PARQUET_ZSTD:
		return 0;
	case PARQUET_LZO:
	case PARQUET_BROTLI:
	case PARQUET_LZ4:
	case PARQUET_LZ4_RAW:
		return error_data(err, "compressed with %s: not handled",
		    parquet_codec_name(codec));
	default:
		return error_data(err, "there is no codec %d", codec);
	}
}

/*
 * The most that a compressed byte can stand for.  snappy: a copy of 64 bytes
 * takes 3 (2 in its shortest form, for 11).  deflate: 258 bytes take 2 bits.
 * zstd: a block of 128 KiB takes 4 bytes (RFC 8878, RLE block).
 */
static size_t
greatest_ratio(int codec)
{
	switch (codec) {
	case PARQUET_SNAPPY:
		return 32;
	case PARQUET_GZIP:
		return 1032;
	case PARQUET_ZSTD:
		return 32768;
	default:
		return 1;
	}
}

int
parquet_codec_check_length(int codec, size_t len, size_t out_len,
    struct error *err)
{
	if (codec == PARQUET_UNCOMPRESSED ? out_len == len :
	    out_len / greatest_ratio(codec) <= len)
		return 0;
	return error_data(err, "%zu bytes of %s cannot be %zu bytes", len,
	    parquet_codec_name(codec), out_len);
}

int
parquet_decompress(int codec, struct zstd_unpacker *zstd, const void *in,
    size_t len, void *out, size_t out_len, struct error *err)
{
	if (parquet_codec_check(codec, err) < 0 ||
	    parquet_codec_check_length(codec, len, out_len, err) < 0)
		return -1;
	switch (codec) {
	case PARQUET_SNAPPY:
		return snappy_block_decompress(in, len, out, out_len, err);
	case PARQUET_GZIP:
		return gzip_decompress(in, len, out, out_len, err);
	case PARQUET_ZSTD:
		return zstd_unpacker_decompress(zstd, in, len, out, out_len,
		    err);
	default:
		if (len > 0)
			memcpy(out, in, len);
		return 0;
	}
}

int
parquet_compress(int codec, int level, const void *in, size_t len,
    struct buffer *out, struct error *err)
{
	if (parquet_codec_check(codec, err) < 0)
		return -1;
	switch (codec) {
	case PARQUET_SNAPPY:
		return snappy_block_compress(in, len, out, err);
	case PARQUET_GZIP:
		return gzip_compress(in, len, level, out, err);
	case PARQUET_ZSTD:
		return zstd_compress(in, len, level, out, err);
	default:
		buffer_append(out, in, len);
		return 0;
	}
}

int
parquet_codec_find(const char *name, size_t len, struct error *err)
{
	static const struct {
		const char *name;
		int codec;
	} names[] = {
		{"none", PARQUET_UNCOMPRESSED},
		{"uncompressed", PARQUET_UNCOMPRESSED},
		{"snappy", PARQUET_SNAPPY},
		{"gzip", PARQUET_GZIP},
		{"zstd", PARQUET_ZSTD}
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i].name) == len &&
		    strncasecmp(names[i].name, name, len) == 0)
			return names[i].codec;
	char quoted[ERROR_QUOTE_BYTES];
	return error_usage(err,
	    "'%s' is not a codec (none, snappy, gzip, zstd)",
	    error_quote(quoted, name, len));
}
