#include "format/parquet_direct.h"

#include "format/parquet_encode.h"
#include "format/parquet_encode_strings.h"

static size_t
plain_bytes(const struct parquet_values *values, enum parquet_type physical)
{
	if (values->form == PARQUET_VALUES_BITS)
		return bitmap_bytes(values->count);
	if (values->form == PARQUET_VALUES_32)
		return (size_t)values->count * 4;
	if (values->form == PARQUET_VALUES_64)
		return (size_t)values->count * 8;
	size_t bytes = physical == PARQUET_BYTE_ARRAY ?
	    (size_t)values->count * 4 : 0;
	if (values->form == PARQUET_VALUES_BYTES)
		return bytes + (size_t)(values->offsets[values->count] -
		    values->offsets[0]);
	for (uint32_t i = 0; i < values->count; i++) {
		uint32_t len;
		dictionary_get(values->dictionary, values->codes[i], &len);
		bytes += len;
	}
	return bytes;
}

static int
put_bools(struct parquet_scratch *scratch, struct buffer *body)
{
	const struct parquet_values *values = &scratch->values;
	struct buffer *trial = &scratch->trial;
	trial->len = 0;
	parquet_encode_bits(trial, values->bits, values->count);
	uint32_t len = (uint32_t)trial->len;
	if (len + sizeof(len) < bitmap_bytes(values->count)) {
		buffer_append(body, &len, sizeof(len));
		buffer_append(body, trial->data, trial->len);
		return PARQUET_RLE;
	}
	buffer_append(body, values->bits, bitmap_bytes(values->count));
	return PARQUET_PLAIN;
}

static int
put_numbers(const struct parquet_column_writer *writer,
    const struct parquet_values *values, struct buffer *body)
{
	size_t plain = plain_bytes(values, writer->physical);
	size_t begin = body->len;
	if (writer->physical == PARQUET_INT32)
		parquet_encode_delta32(body, values->u32, values->count);
	else if (writer->physical == PARQUET_INT64)
		parquet_encode_delta64(body, values->u64, values->count);
	if (body->len > begin && body->len - begin < plain)
		return PARQUET_DELTA_BINARY_PACKED;
	body->len = begin;
	if (values->form == PARQUET_VALUES_32)
		buffer_append(body, values->u32, plain);
	else
		buffer_append(body, values->u64, plain);
	return PARQUET_PLAIN;
}

/*
 * With prefixes if the values share half of their bytes with the ones before
 * them; else zstd finds as much in plain ones.
 */
static int
put_strings(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct buffer *body)
{
	struct parquet_values *values = &scratch->values;
	parquet_values_decode(values);
	uint32_t count = values->count;
	const int32_t *offsets = values->offsets;
	if (writer->strings != PARQUET_STRINGS_PLAIN) {
		scratch->lengths.len = 0;
		buffer_reserve(&scratch->lengths,
		    (size_t)count * 2 * sizeof(uint32_t));
		uint32_t *prefixes =
		    (uint32_t *)(void *)scratch->lengths.data;
		uint32_t *suffixes = prefixes + count;
		uint64_t shared = parquet_find_prefixes(offsets,
		    values->bytes, count, prefixes, suffixes,
		    &values->is_ascending);
		if (writer->strings == PARQUET_STRINGS_OPEN && count > 0)
			writer->strings = shared * 2 >= (uint64_t)
			    (offsets[count] - offsets[0]) && shared > 0 ?
			    PARQUET_STRINGS_PREFIXED : PARQUET_STRINGS_PLAIN;
		if (writer->strings == PARQUET_STRINGS_PREFIXED) {
			parquet_encode_prefixed_strings(body, offsets,
			    values->bytes, count, prefixes, suffixes);
			return PARQUET_DELTA_BYTE_ARRAY;
		}
	}
	parquet_encode_plain_strings(body, offsets, values->bytes, count);
	return PARQUET_PLAIN;
}

int
parquet_put_direct(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct buffer *body)
{
	const struct parquet_values *values = &scratch->values;
	switch (writer->physical) {
	case PARQUET_BOOLEAN:
		return put_bools(scratch, body);
	case PARQUET_BYTE_ARRAY:
		return put_strings(writer, scratch, body);
	case PARQUET_FIXED_LEN_BYTE_ARRAY:
		buffer_append(body, values->bytes,
		    plain_bytes(values, writer->physical));
		return PARQUET_PLAIN;
	default:
		return put_numbers(writer, values, body);
	}
}

uint64_t
parquet_direct_bytes(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, int *encoding)
{
	*encoding = -1;
	const struct parquet_values *values = &scratch->values;
	/* Of strings that come again a dictionary pays in any case. */
	if (writer->physical == PARQUET_FIXED_LEN_BYTE_ARRAY ||
	    (writer->physical == PARQUET_BYTE_ARRAY &&
	    writer->dictionary.count <= values->count / 2))
		return plain_bytes(values, writer->physical);
	scratch->trial.len = 0;
	*encoding = parquet_put_direct(writer, scratch, &scratch->trial);
	return scratch->trial.len;
}
