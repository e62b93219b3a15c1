#include "format/snappy_block.h"

#include <snappy-c.h>

int
snappy_block_compress(const void *in, size_t len, struct buffer *out,
    struct error *err)
{
	size_t room = snappy_max_compressed_length(len);
	buffer_reserve(out, room);
	if (snappy_compress(in, len, (char *)out->data + out->len, &room) !=
	    SNAPPY_OK)
		return error_system(err, 0, "snappy: cannot compress");
	out->len += room;
	return 0;
}

int
snappy_block_decompress(const void *in, size_t len, void *out,
    size_t out_len, struct error *err)
{
	size_t got;
	if (snappy_uncompressed_length(in, len, &got) != SNAPPY_OK)
		return error_data(err, "snappy: the data are corrupt");
	if (got != out_len)
		return error_data(err, "snappy: %zu bytes, not %zu", got,
		    out_len);
	if (snappy_uncompress(in, len, out, &got) != SNAPPY_OK)
		return error_data(err, "snappy: the data are corrupt");
	return 0;
}
