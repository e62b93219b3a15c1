#include "format/parquet_encode_strings.h"

#include <string.h>

#include "format/parquet_bytes.h"
#include "format/parquet_encode.h"

void
parquet_encode_plain_strings(struct buffer *out, const int32_t *offsets,
    const uint8_t *bytes, uint32_t count)
{
	buffer_reserve(out, (size_t)count * sizeof(uint32_t) +
	    (size_t)(offsets[count] - offsets[0]));
	uint8_t *to = out->data + out->len;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t len = (uint32_t)(offsets[i + 1] - offsets[i]);
		memcpy(to, &len, sizeof(len));
		parquet_copy_short(to + sizeof(len), bytes + offsets[i], len);
		to += sizeof(len) + len;
	}
	out->len = (size_t)(to - out->data);
}

/* Of the first `most` bytes, how many are the same before one is not. */
static inline uint32_t
shared_bytes(const uint8_t *a, const uint8_t *b, uint32_t most)
{
	for (uint32_t i = 0; i < most; i += 8) {
		uint64_t x, y;
		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		if (x == y)
			continue;
		/* little-endian: the first byte is the lowest */
		i += (uint32_t)__builtin_ctzll(x ^ y) / 8;
		return i < most ? i : most;
	}
	return most;
}

uint64_t
parquet_find_prefixes(const int32_t *offsets, const uint8_t *bytes,
    uint32_t count, uint32_t *prefixes, uint32_t *suffixes,
    _Bool *is_ascending)
{
	uint64_t shared = 0;
	uint32_t descents = 0;
	const uint8_t *before = bytes + offsets[0];
	uint32_t before_len = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t len = (uint32_t)(offsets[i + 1] - offsets[i]);
		const uint8_t *value = bytes + offsets[i];
		uint32_t most = len < before_len ? len : before_len;
		uint32_t prefix = shared_bytes(value, before, most);
		descents |= prefix == most ? len < before_len :
		    value[prefix] < before[prefix];
		prefixes[i] = prefix;
		suffixes[i] = len - prefix;
		shared += prefix;
		before = value;
		before_len = len;
	}
	*is_ascending = descents == 0;
	return shared;
}

void
parquet_encode_prefixed_strings(struct buffer *out, const int32_t *offsets,
    const uint8_t *bytes, uint32_t count, const uint32_t *prefixes,
    const uint32_t *suffixes)
{
	uint64_t total = 0;
	for (uint32_t i = 0; i < count; i++)
		total += suffixes[i];
	parquet_encode_delta32(out, prefixes, count);
	parquet_encode_delta32(out, suffixes, count);
	buffer_reserve(out, total);
	uint8_t *to = out->data + out->len;
	for (uint32_t i = 0; i < count; i++) {
		parquet_copy_short(to, bytes + offsets[i] + prefixes[i],
		    suffixes[i]);
		to += suffixes[i];
	}
	out->len += total;
}
