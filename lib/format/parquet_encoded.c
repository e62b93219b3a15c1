#include "format/parquet_encoded.h"

#include "format/parquet_bytes.h"
#include "format/parquet_footer.h"

static uint32_t
load32(const uint8_t *at)
{
	uint32_t word;
	memcpy(&word, at, sizeof(word));
	return word;
}

static int
too_few(struct error *err)
{
	return error_data(err, "fewer values than the page's header says");
}

static int
too_long(struct error *err)
{
	return error_data(err, "strings of more than 2 GiB in a step");
}

/* ---- beginning a page ------------------------------------------------ */

static _Bool
is_applicable(int encoding, int type)
{
	switch (encoding) {
	case PARQUET_PLAIN:
		return 1;
	case PARQUET_PLAIN_DICTIONARY:
	case PARQUET_RLE_DICTIONARY:
		return type != PARQUET_BOOLEAN;
	case PARQUET_RLE:
		return type == PARQUET_BOOLEAN;
	case PARQUET_DELTA_BINARY_PACKED:
		return type == PARQUET_INT32 || type == PARQUET_INT64;
	case PARQUET_DELTA_LENGTH_BYTE_ARRAY:
		return type == PARQUET_BYTE_ARRAY;
	case PARQUET_DELTA_BYTE_ARRAY:
		return type == PARQUET_BYTE_ARRAY ||
		    type == PARQUET_FIXED_LEN_BYTE_ARRAY;
	case PARQUET_BYTE_STREAM_SPLIT:
		return type != PARQUET_BOOLEAN && type != PARQUET_INT96 &&
		    type != PARQUET_BYTE_ARRAY;
	default:
		return 0;
	}
}

/* One byte of width, then the hybrid. */
static int
init_indices(struct parquet_encoded *values, parquet_unpack_function *unpack,
    struct error *err)
{
	unsigned width = values->at < values->end ? *values->at++ : 0;
	if (width > 32)
		return error_data(err, "dictionary indices of %u bits",
		    width);
	parquet_rle_init(&values->rle, values->at,
	    (size_t)(values->end - values->at), width, unpack);
	return 0;
}

/* The hybrid's length in four bytes, then the hybrid. */
static int
init_booleans(struct parquet_encoded *values, parquet_unpack_function *unpack,
    struct error *err)
{
	size_t len = (size_t)(values->end - values->at);
	if (len > 0 && (len < 4 || load32(values->at) > len - 4))
		return error_data(err, "RLE booleans are cut off");
	parquet_rle_init(&values->rle, values->at + (len > 0 ? 4 : 0),
	    len > 0 ? load32(values->at) : 0, 1, unpack);
	return 0;
}

/*
 * DELTA_LENGTH_BYTE_ARRAY: lengths, bytes.  DELTA_BYTE_ARRAY: lengths of
 * prefixes shared with the value before, then the rest as the former.
 */
static int
init_delta_bytes(struct parquet_encoded *values, uint64_t max_count,
    parquet_unpack_function *unpack, struct error *err)
{
	size_t len = (size_t)(values->end - values->at);
	values->last.len = 0;
	if (values->encoding == PARQUET_DELTA_BYTE_ARRAY) {
		if (parquet_delta_init(&values->prefixes, values->at, len, 32,
		    max_count, unpack, err) < 0)
			return -1;
		values->at = parquet_delta_end(&values->prefixes, err);
		if (values->at == NULL)
			return -1;
		len = (size_t)(values->end - values->at);
	}
	if (parquet_delta_init(&values->delta, values->at, len, 32,
	    max_count, unpack, err) < 0)
		return -1;
	if (values->encoding == PARQUET_DELTA_BYTE_ARRAY &&
	    parquet_delta_left(&values->delta) !=
	    parquet_delta_left(&values->prefixes))
		return error_data(err, "DELTA_BYTE_ARRAY with %llu prefixes "
		    "of %llu values", (unsigned long long)
		    parquet_delta_left(&values->prefixes),
		    (unsigned long long)parquet_delta_left(&values->delta));
	values->at = parquet_delta_end(&values->delta, err);
	return values->at == NULL ? -1 : 0;
}

int
parquet_encoded_init(struct parquet_encoded *values, int encoding, int type,
    uint32_t raw_bytes, const uint8_t *bytes, size_t len, uint64_t max_count,
    parquet_unpack_function *unpack, struct error *err)
{
	values->encoding = encoding;
	values->type = type;
	values->raw_bytes = raw_bytes;
	values->at = bytes;
	values->end = bytes + len;
	if (!is_applicable(encoding, type))
		return error_data(err, "encoding %s (%d) of type %s: not "
		    "handled", parquet_encoding_name(encoding), encoding,
		    parquet_type_name(type));
	switch (encoding) {
	case PARQUET_PLAIN_DICTIONARY:
	case PARQUET_RLE_DICTIONARY:
		return init_indices(values, unpack, err);
	case PARQUET_RLE:
		return init_booleans(values, unpack, err);
	case PARQUET_DELTA_BINARY_PACKED:
		/* a page of nulls only may be empty */
		if (len == 0) {
			values->delta = (struct parquet_delta){0};
			return 0;
		}
		return parquet_delta_init(&values->delta, bytes, len,
		    raw_bytes * 8, max_count, unpack, err);
	case PARQUET_DELTA_LENGTH_BYTE_ARRAY:
	case PARQUET_DELTA_BYTE_ARRAY:
		if (len == 0) {
			values->delta = (struct parquet_delta){0};
			return 0;
		}
		return init_delta_bytes(values, max_count, unpack, err);
	case PARQUET_BYTE_STREAM_SPLIT:
		values->position = 0;
		values->count = len / raw_bytes;
		return len % raw_bytes == 0 ? 0 :
		    error_data(err, "BYTE_STREAM_SPLIT of %zu bytes, "
		    "%u each", len, raw_bytes);
	default:
		if (type == PARQUET_BOOLEAN)
			parquet_rle_init_bits(&values->rle, bytes, len * 8);
		return 0;
	}
}

void
parquet_encoded_release(struct parquet_encoded *values)
{
	buffer_release(&values->last);
	buffer_release(&values->lengths);
	buffer_release(&values->scratch);
	buffer_release(&values->ends);
}

/* ---- indices, booleans, fixed width ---------------------------------- */

int
parquet_encoded_take_indices(struct parquet_encoded *values, uint32_t *out,
    uint32_t count, struct error *err)
{
	return parquet_rle_take(&values->rle, out, count) == count ? 0 :
	    too_few(err);
}

int
parquet_encoded_take_bits(struct parquet_encoded *values, uint8_t *bits,
    uint64_t begin, uint32_t count, struct error *err)
{
	return parquet_rle_take_bits(&values->rle, bits, begin, count) ==
	    count ? 0 : too_few(err);
}

/* Stream k holds byte k of all values. */
static void
merge_streams(const struct parquet_encoded *values, uint8_t *out,
    uint32_t count)
{
	size_t width = values->raw_bytes;
	const uint8_t *from = values->at + values->position;
	if (width == 4) {
		for (uint32_t i = 0; i < count; i++) {
			uint32_t word = from[i] |
			    (uint32_t)from[i + values->count] << 8 |
			    (uint32_t)from[i + values->count * 2] << 16 |
			    (uint32_t)from[i + values->count * 3] << 24;
			memcpy(out + (size_t)i * 4, &word, 4);
		}
		return;
	}
	for (size_t k = 0; k < width; k++, from += values->count)
		for (uint32_t i = 0; i < count; i++)
			out[i * width + k] = from[i];
}

static int
take_prefixed_fixed(struct parquet_encoded *values, uint8_t *out,
    uint32_t count, struct error *err)
{
	values->scratch.len = 0;
	buffer_resize(&values->ends, count * sizeof(int32_t));
	int32_t *ends = (int32_t *)(void *)values->ends.data;
	if (parquet_encoded_take_bytes(values, &values->scratch, ends, count,
	    err) < 0)
		return -1;
	int32_t begin = 0;
	for (uint32_t i = 0; i < count; begin = ends[i++])
		if ((uint32_t)(ends[i] - begin) != values->raw_bytes)
			return error_data(err, "a value of %d bytes, not %u",
			    ends[i] - begin, values->raw_bytes);
	memcpy(out, values->scratch.data, (size_t)count * values->raw_bytes);
	return 0;
}

int
parquet_encoded_take_fixed(struct parquet_encoded *values, uint8_t *out,
    uint32_t count, struct error *err)
{
	size_t bytes = (size_t)count * values->raw_bytes;
	if (count == 0)
		return 0;
	switch (values->encoding) {
	case PARQUET_DELTA_BINARY_PACKED:
		if (parquet_delta_left(&values->delta) < count)
			return too_few(err);
		return values->raw_bytes == 4 ?
		    parquet_delta_take32(&values->delta, (void *)out, count,
		    err) :
		    parquet_delta_take64(&values->delta, (void *)out, count,
		    err);
	case PARQUET_DELTA_BYTE_ARRAY:
		return take_prefixed_fixed(values, out, count, err);
	case PARQUET_BYTE_STREAM_SPLIT:
		if (values->count - values->position < count)
			return too_few(err);
		merge_streams(values, out, count);
		values->position += count;
		return 0;
	default:
		if ((size_t)(values->end - values->at) < bytes)
			return too_few(err);
		memcpy(out, values->at, bytes);
		values->at += bytes;
		return 0;
	}
}

/* ---- byte arrays ----------------------------------------------------- */

static int
take_plain(struct parquet_encoded *values, struct buffer *bytes,
    int32_t *ends, uint32_t count, struct error *err)
{
	const uint8_t *at = values->at;
	uint64_t end = bytes->len;
	for (uint32_t i = 0; i < count; i++) {
		size_t room = (size_t)(values->end - at);
		if (room < 4)
			return too_few(err);
		uint32_t len = load32(at);
		if (len > room - 4)
			return error_data(err, "a string of %u bytes where "
			    "%zu are left", len, room - 4);
		at += 4 + (size_t)len;
		end += len;
		ends[i] = (int32_t)end;
	}
	/* at most the page and what was there: ends[] have not wrapped */
	if (end > INT32_MAX)
		return too_long(err);
	size_t begin = bytes->len;
	buffer_reserve(bytes, end - begin);
	at = values->at;
	for (uint32_t i = 0; i < count; i++) {
		size_t len = (size_t)ends[i] - begin;
		parquet_copy_short(bytes->data + begin, at + 4, len);
		at += 4 + len;
		begin += len;
	}
	bytes->len = end;
	values->at = at;
	return 0;
}

/* Lengths of the next `count` values in values->lengths. */
static int
take_lengths(struct parquet_encoded *values, struct parquet_delta *delta,
    size_t begin, uint32_t count, struct error *err)
{
	if (parquet_delta_left(delta) < count)
		return too_few(err);
	values->lengths.len = 0;
	buffer_reserve(&values->lengths, (begin + count) * sizeof(uint32_t));
	return parquet_delta_take32(delta,
	    (uint32_t *)(void *)values->lengths.data + begin, count, err);
}

static int
take_delta_length(struct parquet_encoded *values, struct buffer *bytes,
    int32_t *ends, uint32_t count, struct error *err)
{
	if (take_lengths(values, &values->delta, 0, count, err) < 0)
		return -1;
	const uint32_t *lengths = (uint32_t *)(void *)values->lengths.data;
	size_t room = (size_t)(values->end - values->at);
	uint64_t total = 0;
	for (uint32_t i = 0; i < count; i++) {
		total += lengths[i];
		ends[i] = (int32_t)(uint32_t)(bytes->len + total);
	}
	if (total > room)
		return error_data(err, "strings of %llu bytes where %zu are "
		    "left", (unsigned long long)total, room);
	if (bytes->len + total > INT32_MAX)
		return too_long(err);
	buffer_append(bytes, values->at, total);
	values->at += total;
	return 0;
}

/* Whether all lengths are right; sets ends[]. */
static int
check_prefixed(const struct parquet_encoded *values, uint64_t begin,
    const uint32_t *prefixes, const uint32_t *suffixes, int32_t *ends,
    uint32_t count, struct error *err)
{
	uint64_t room = (uint64_t)(values->end - values->at);
	uint64_t before = values->last.len;
	uint64_t end = begin;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t prefix = prefixes[i], suffix = suffixes[i];
		if (prefix > before)
			return error_data(err, "a prefix of %u bytes of a "
			    "string of %llu", prefixes[i],
			    (unsigned long long)before);
		if (suffix > room)
			return error_data(err, "a string of %u bytes where "
			    "%llu are left", suffixes[i],
			    (unsigned long long)room);
		room -= suffix;
		before = prefix + suffix;
		end += before;
		if (end > INT32_MAX)
			return too_long(err);
		ends[i] = (int32_t)end;
	}
	return 0;
}

/*
 * Puts the values together; returns where their own bytes end.  Those of up
 * to 16 bytes stay in a register: to read back from memory what was just
 * written in two pieces takes several times as long.
 */
static const uint8_t *
join_prefixes(uint8_t *to, const uint8_t *before, const uint8_t *from,
    const uint32_t *prefixes, const uint32_t *suffixes, uint32_t count)
{
	unsigned __int128 head;		/* of the value before */
	memcpy(&head, before, sizeof(head));
	for (uint32_t i = 0; i < count; i++) {
		uint32_t prefix = prefixes[i], suffix = suffixes[i];
		if (prefix + suffix <= 16) {
			unsigned __int128 mask = parquet_first_bytes(prefix);
			unsigned __int128 own;
			memcpy(&own, from, sizeof(own));
			head = (head & mask) |
			    (own << (prefix * 8 & 127) & ~mask);
			memcpy(to, &head, sizeof(head));
		} else {
			memcpy(to, before, prefix);
			memcpy(to + prefix, from, suffix);
			memcpy(&head, to, sizeof(head));
		}
		before = to;
		to += prefix + suffix;
		from += suffix;
	}
	return from;
}

static int
take_prefixed(struct parquet_encoded *values, struct buffer *bytes,
    int32_t *ends, uint32_t count, struct error *err)
{
	size_t begin = bytes->len;
	if (take_lengths(values, &values->delta, count, count, err) < 0 ||
	    take_lengths(values, &values->prefixes, 0, count, err) < 0)
		return -1;
	const uint32_t *prefixes = (uint32_t *)(void *)values->lengths.data;
	const uint32_t *suffixes = prefixes + count;
	if (check_prefixed(values, begin, prefixes, suffixes, ends, count,
	    err) < 0)
		return -1;
	size_t end = (size_t)ends[count - 1];
	buffer_reserve(bytes, end - begin);
	buffer_reserve(&values->last, 1);	/* data, for the first one */
	values->at = join_prefixes(bytes->data + begin, values->last.data,
	    values->at, prefixes, suffixes, count);
	bytes->len = end;
	size_t last = count > 1 ? (size_t)ends[count - 2] : begin;
	values->last.len = 0;
	buffer_append(&values->last, bytes->data + last, end - last);
	return 0;
}

int
parquet_encoded_take_bytes(struct parquet_encoded *values,
    struct buffer *bytes, int32_t *ends, uint32_t count, struct error *err)
{
	if (count == 0)
		return 0;
	switch (values->encoding) {
	case PARQUET_DELTA_LENGTH_BYTE_ARRAY:
		return take_delta_length(values, bytes, ends, count, err);
	case PARQUET_DELTA_BYTE_ARRAY:
		return take_prefixed(values, bytes, ends, count, err);
	default:
		return take_plain(values, bytes, ends, count, err);
	}
}
