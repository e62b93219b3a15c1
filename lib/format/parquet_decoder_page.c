#include "format/parquet_decoder_parts.h"
#include "format/parquet_footer.h"

/* ---- dictionaries ---------------------------------------------------- */

/*
 * Maps the strings of the row group's dictionary to codes of the stream's;
 * entries then holds these codes instead.  If the stream's dictionary is
 * full the row group's strings stay, and come out plain.
 */
static void
map_entries(struct parquet_decoder *decoder)
{
	const int32_t *ends = (int32_t *)(void *)decoder->entry_ends.data;
	struct buffer codes = {0};
	buffer_resize(&codes, decoder->entry_count * sizeof(uint32_t));
	uint32_t *code = (uint32_t *)(void *)codes.data;
	if (dictionary_add_all(decoder->dictionary, decoder->entries.data, 0,
	    ends, decoder->entry_count, code) != 0) {
		buffer_release(&codes);
		return;
	}
	decoder->is_coded = 1;
	decoder->code_bytes = dictionary_code_bytes(
	    decoder->dictionary->count);
	/* narrowed in place; the low bytes come first */
	for (uint32_t i = 0; i < decoder->entry_count; i++) {
		uint32_t wide = code[i];
		memcpy(codes.data + (size_t)i * decoder->code_bytes, &wide,
		    decoder->code_bytes);
	}
	buffer_release(&decoder->entries);
	decoder->entries = codes;
}

static int
load_strings(struct parquet_decoder *decoder, struct parquet_encoded *values,
    uint32_t count, struct error *err)
{
	buffer_resize(&decoder->entry_ends, count * sizeof(int32_t));
	int32_t *ends = (int32_t *)(void *)decoder->entry_ends.data;
	decoder->entries.len = 0;
	if (parquet_decoder_strings(decoder, values, &decoder->entries, ends,
	    count, err) < 0)
		return -1;
	decoder->entry_max_bytes = 0;
	int32_t begin = 0;
	for (uint32_t i = 0; i < count; begin = ends[i++])
		if ((uint32_t)(ends[i] - begin) > decoder->entry_max_bytes)
			decoder->entry_max_bytes = (uint32_t)(ends[i] - begin);
	decoder->entry_count = count;
	if (decoder->column->type.id == TYPE_STRING)
		map_entries(decoder);
	return 0;
}

/* Values are converted here, once for each entry. */
static int
load_fixed(struct parquet_decoder *decoder, struct parquet_encoded *values,
    uint32_t count, struct error *err)
{
	size_t width = type_width(decoder->column->type);
	decoder->entries.len = 0;
	buffer_reserve(&decoder->entries, count * width);
	decoder->entry_count = count;
	if (decoder->column->conversion == PARQUET_TO_SAME)
		return parquet_encoded_take_fixed(values,
		    decoder->entries.data, count, err);
	return parquet_decoder_convert(decoder, values,
	    decoder->entries.data, count, err);
}

static int
load_dictionary(struct parquet_decoder *decoder, struct error *err)
{
	const struct parquet_column *column = decoder->column;
	const struct parquet_pages *pages = &decoder->pages;
	uint32_t count = (uint32_t)pages->header.value_count;
	int encoding = pages->header.encoding;
	size_t least = column->raw_bytes > 0 ? column->raw_bytes : 4;
	if (decoder->has_dictionary || decoder->row > 0)
		return error_data(err, "a dictionary that is not the first "
		    "page");
	if (column->conversion == PARQUET_TO_BITS)
		return error_data(err, "a dictionary of booleans");
	if (encoding != PARQUET_PLAIN &&
	    encoding != PARQUET_PLAIN_DICTIONARY)
		return error_data(err, "a dictionary in encoding %s: not "
		    "handled", parquet_encoding_name(encoding));
	if (count > pages->values_len / least)
		return error_data(err, "a dictionary of %u entries in %zu "
		    "bytes", count, pages->values_len);
	decoder->has_dictionary = 1;
	if (column->conversion == PARQUET_TO_NULL)
		return 0;
	struct parquet_encoded values = {0};
	int status = parquet_encoded_init(&values, PARQUET_PLAIN,
	    column->element->type, column->raw_bytes, pages->values,
	    pages->values_len, count, decoder->unpack, err);
	if (status == 0)
		status = type_is_variable(column->type) ?
		    load_strings(decoder, &values, count, err) :
		    load_fixed(decoder, &values, count, err);
	parquet_encoded_release(&values);
	return status < 0 ? error_prefix(err, "dictionary") : 0;
}

/* ---- levels ---------------------------------------------------------- */

static uint32_t
load32(const uint8_t *at)
{
	uint32_t word;
	memcpy(&word, at, sizeof(word));
	return word;
}

/*
 * BIT_PACKED levels of width 1: a bit for each value, from the highest bit
 * of a byte on (Encodings.md, "Bit-packed (Deprecated)").
 */
static int
begin_packed_levels(struct parquet_decoder *decoder, uint32_t rows,
    size_t *used, struct error *err)
{
	const struct parquet_pages *pages = &decoder->pages;
	size_t len = bitmap_bytes(rows);
	if (len > pages->values_len)
		return error_data(err, "definition levels are cut off");
	decoder->level_bits.len = 0;
	buffer_resize(&decoder->level_bits, len);
	for (size_t i = 0; i < len; i++) {
		uint8_t byte = pages->values[i], turned = 0;
		for (unsigned bit = 0; bit < 8; bit++)
			turned |= (uint8_t)((byte >> bit & 1) << (7 - bit));
		decoder->level_bits.data[i] = turned;
	}
	parquet_rle_init_bits(&decoder->levels, decoder->level_bits.data,
	    rows);
	*used = len;
	return 0;
}

/*
 * v1: definition levels stand before the values, with their length if RLE.
 * There are no repetition levels where nothing is repeated.
 */
static int
begin_levels(struct parquet_decoder *decoder, size_t *used,
    struct error *err)
{
	const struct parquet_pages *pages = &decoder->pages;
	const struct parquet_page_header *header = &pages->header;
	*used = 0;
	if (!decoder->has_levels)
		return 0;
	if (header->type == PARQUET_DATA_PAGE_V2) {
		parquet_rle_init(&decoder->levels, pages->levels,
		    pages->levels_len, 1, decoder->unpack);
		return 0;
	}
	if (header->definition_encoding == PARQUET_BIT_PACKED)
		return begin_packed_levels(decoder,
		    (uint32_t)header->value_count, used, err);
	if (header->definition_encoding != PARQUET_RLE)
		return error_data(err, "definition levels in encoding %s: "
		    "not handled",
		    parquet_encoding_name(header->definition_encoding));
	if (pages->values_len < 4 ||
	    load32(pages->values) > pages->values_len - 4)
		return error_data(err, "definition levels are cut off");
	parquet_rle_init(&decoder->levels, pages->values + 4,
	    load32(pages->values), 1, decoder->unpack);
	*used = 4 + (size_t)load32(pages->values);
	return 0;
}

/* ---- data pages ------------------------------------------------------ */

static int
begin_page(struct parquet_decoder *decoder, struct error *err)
{
	const struct parquet_column *column = decoder->column;
	const struct parquet_pages *pages = &decoder->pages;
	const struct parquet_page_header *header = &pages->header;
	_Bool is_v2 = header->type == PARQUET_DATA_PAGE_V2;
	uint32_t count = (uint32_t)header->value_count;
	size_t used;
	if (count > decoder->row_count - decoder->row)
		return error_data(err, "a page of %u values where %llu are "
		    "left", count, (unsigned long long)
		    (decoder->row_count - decoder->row));
	if (is_v2 && (header->row_count != header->value_count ||
	    header->null_count > header->value_count))
		return error_data(err, "a page of %d rows, %d values and %d "
		    "nulls", header->row_count, header->value_count,
		    header->null_count);
	if (is_v2 && !column->is_nullable && header->null_count > 0)
		return error_data(err, "a page of %d nulls where there are "
		    "none", header->null_count);
	decoder->page_left = count;
	decoder->has_levels = column->is_nullable;
	decoder->nulls_left = is_v2 ? header->null_count : -1;
	if (count == 0)
		return 0;
	if (begin_levels(decoder, &used, err) < 0)
		return -1;
	if (column->conversion == PARQUET_TO_NULL)
		return 0;
	if (parquet_encoded_init(&decoder->values, header->encoding,
	    column->element->type, column->raw_bytes, pages->values + used,
	    pages->values_len - used, count, decoder->unpack, err) < 0)
		return -1;
	if (parquet_encoded_are_indices(&decoder->values) &&
	    !decoder->has_dictionary)
		return error_data(err, "indices without a dictionary");
	return 0;
}

int
parquet_decoder_next_page(struct parquet_decoder *decoder,
    struct error *err)
{
	while (decoder->page_left == 0) {
		int got = parquet_pages_next(&decoder->pages, err);
		if (got == 0)
			return error_data(err, "it ends after %llu of %llu "
			    "rows", (unsigned long long)decoder->row,
			    (unsigned long long)decoder->row_count);
		if (got < 0)
			return error_prefix(err, "row %llu",
			    (unsigned long long)decoder->row);
		int status = decoder->pages.header.type ==
		    PARQUET_DICTIONARY_PAGE ? load_dictionary(decoder, err) :
		    begin_page(decoder, err);
		if (status < 0)
			return error_prefix(err, "row %llu",
			    (unsigned long long)decoder->row);
	}
	return 0;
}
