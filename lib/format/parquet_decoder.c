#include "format/parquet_decoder.h"

#include "base/utf8.h"
#include "format/parquet_convert.h"
#include "format/parquet_decoder_parts.h"
#include "format/parquet_spread.h"

#define STEP_ROWS 8192		/* at once, of fixed width */
#define STRING_STEP_ROWS 1024	/* ... of strings: they are looked at twice */

void
parquet_decoder_init(struct parquet_decoder *decoder,
    const struct parquet_input *input, const struct parquet_column *column,
    struct dictionary *dictionary)
{
	*decoder = (struct parquet_decoder){.input = input,
	    .column = column, .dictionary = dictionary,
	    .unpack = parquet_unpack_choose()};
	column_builder_init(&decoder->builder, column->type);
}

void
parquet_decoder_release(struct parquet_decoder *decoder)
{
	parquet_pages_release(&decoder->pages);
	parquet_encoded_release(&decoder->values);
	column_builder_release(&decoder->builder);
	buffer_release(&decoder->entries);
	buffer_release(&decoder->entry_ends);
	buffer_release(&decoder->level_bits);
	buffer_release(&decoder->bits);
	buffer_release(&decoder->dense);
	buffer_release(&decoder->dense_ends);
	buffer_release(&decoder->indices);
	*decoder = (struct parquet_decoder){0};
}

int
parquet_decoder_begin(struct parquet_decoder *decoder,
    const struct parquet_row_group *group, struct error *err)
{
	const struct parquet_chunk *chunk =
	    &group->chunks[decoder->column->leaf];
	decoder->row_count = (uint64_t)group->row_count;
	decoder->row = 0;
	decoder->page_left = 0;
	decoder->has_dictionary = decoder->is_coded = 0;
	decoder->entry_count = 0;
	if (parquet_pages_open(&decoder->pages, decoder->input, chunk,
	    err) < 0)
		return -1;
	if (chunk->value_count != group->row_count)
		return error_data(err, "%lld values, but the row group has "
		    "%lld rows", (long long)chunk->value_count,
		    (long long)group->row_count);
	return 0;
}

/* ---- values of a step ------------------------------------------------ */

/* Checked indices in decoder->indices. */
static const uint32_t *
take_indices(struct parquet_decoder *decoder, uint32_t count,
    struct error *err)
{
	decoder->indices.len = 0;
	buffer_reserve(&decoder->indices, count * sizeof(uint32_t));
	uint32_t *indices = (uint32_t *)(void *)decoder->indices.data;
	if (parquet_encoded_take_indices(&decoder->values, indices, count,
	    err) < 0)
		return NULL;
	uint32_t entries = decoder->entry_count;
	/* bit 31: each is below `entries`, both being below 2^31 */
	uint32_t below = UINT32_MAX;
	for (uint32_t i = 0; i < count; i++)
		below &= (indices[i] - entries) & ~indices[i];
	if (below >> 31 != 0)
		return indices;
	uint32_t greatest = 0;
	for (uint32_t i = 0; i < count; i++)
		greatest = indices[i] > greatest ? indices[i] : greatest;
	error_data(err, "index %u into a dictionary of %u entries", greatest,
	    entries);
	return NULL;
}

/* `count` values without nulls, of the width of our type, to `out`. */
static int
take_fixed(struct parquet_decoder *decoder, void *out, size_t width,
    uint32_t count, struct error *err)
{
	const struct parquet_column *column = decoder->column;
	if (parquet_encoded_are_indices(&decoder->values)) {
		const uint32_t *indices = take_indices(decoder, count, err);
		if (indices == NULL)
			return -1;
		parquet_gather(decoder->entries.data, width, indices, count,
		    out);
		return 0;
	}
	if (column->conversion == PARQUET_TO_SAME)
		return parquet_encoded_take_fixed(&decoder->values, out, count,
		    err);
	return parquet_decoder_convert(decoder, &decoder->values, out, count,
	    err);
}

int
parquet_decoder_convert(struct parquet_decoder *decoder,
    struct parquet_encoded *values, void *out, uint32_t count,
    struct error *err)
{
	const struct parquet_column *column = decoder->column;
	decoder->dense.len = 0;
	if (column->raw_bytes > 0) {
		buffer_reserve(&decoder->dense,
		    (size_t)count * column->raw_bytes);
		if (parquet_encoded_take_fixed(values, decoder->dense.data,
		    count, err) < 0)
			return -1;
		return parquet_convert_fixed(column, decoder->dense.data, out,
		    count, err);
	}
	decoder->dense_ends.len = 0;
	buffer_reserve(&decoder->dense_ends, count * sizeof(int32_t));
	int32_t *ends = (int32_t *)(void *)decoder->dense_ends.data;
	if (parquet_encoded_take_bytes(values, &decoder->dense, ends, count,
	    err) < 0)
		return -1;
	return parquet_convert_decimals(column, decoder->dense.data, ends,
	    out, count, err);
}

/* Strings of the row group's dictionary, not coded. */
static int
take_entries(struct parquet_decoder *decoder, int32_t *ends, uint32_t count,
    struct error *err)
{
	struct buffer *bytes = &decoder->builder.bytes;
	const int32_t *entry_ends =
	    (int32_t *)(void *)decoder->entry_ends.data;
	const uint32_t *indices = take_indices(decoder, count, err);
	if (indices == NULL)
		return -1;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t entry = indices[i];
		int32_t begin = entry > 0 ? entry_ends[entry - 1] : 0;
		buffer_append(bytes, decoder->entries.data + begin,
		    (size_t)(entry_ends[entry] - begin));
		ends[i] = (int32_t)bytes->len;
	}
	return 0;
}

int
parquet_decoder_strings(struct parquet_decoder *decoder,
    struct parquet_encoded *values, struct buffer *bytes, int32_t *ends,
    uint32_t count, struct error *err)
{
	const struct parquet_column *column = decoder->column;
	uint32_t raw_bytes = column->raw_bytes;
	_Bool is_uuid = column->conversion == PARQUET_TO_UUID;
	size_t begin = bytes->len;
	if (raw_bytes == 0) {
		if (parquet_encoded_take_bytes(values, bytes, ends, count,
		    err) < 0)
			return -1;
		return column->type.id != TYPE_STRING ? 0 :
		    parquet_check_utf8(bytes->data, begin, ends, count, err);
	}
	size_t width = is_uuid ? PARQUET_UUID_TEXT_BYTES : raw_bytes;
	if (width * count > INT32_MAX - begin)
		return error_data(err, "strings of more than 2 GiB");
	buffer_reserve(bytes, width * count);
	decoder->dense.len = 0;
	buffer_reserve(&decoder->dense, (size_t)raw_bytes * count);
	uint8_t *raw = is_uuid ? decoder->dense.data : bytes->data + begin;
	if (parquet_encoded_take_fixed(values, raw, count, err) < 0)
		return -1;
	for (uint32_t i = 0; i < count; i++) {
		if (is_uuid)
			parquet_convert_uuid(raw + (size_t)i * 16,
			    bytes->data + begin + i * width);
		ends[i] = (int32_t)(begin + (i + 1) * width);
	}
	bytes->len = begin + width * count;
	return 0;
}

int
parquet_check_utf8(const uint8_t *bytes, size_t begin, const int32_t *ends,
    uint32_t count, struct error *err)
{
	if (utf8_are_valid(bytes, begin, ends, count))
		return 0;
	for (uint32_t i = 0; i < count; begin = (size_t)ends[i++]) {
		size_t len = (size_t)ends[i] - begin;
		if (utf8_is_valid(bytes + begin, len))
			continue;
		char quoted[ERROR_QUOTE_BYTES];
		return error_data(err, "'%s' is not UTF-8",
		    error_quote(quoted, bytes + begin, len));
	}
	return 0;
}

/* ---- a step of rows -------------------------------------------------- */

/* Counts rows of which `valid` are not null; bits may be NULL: all. */
static void
add_rows(struct column_builder *builder, const uint8_t *bits, uint32_t rows,
    uint32_t valid)
{
	uint32_t before = builder->row_count;
	builder->row_count += rows;
	if (builder->null_count == 0 && valid == rows)
		return;
	builder->null_count += rows - valid;
	if (builder->type.id == TYPE_NULL)
		return;
	struct buffer *validity = &builder->validity;
	if (builder->null_count == rows - valid) {
		validity->len = 0;
		buffer_resize(validity, bitmap_bytes(builder->row_count));
		parquet_set_bits(validity->data, 0, before);
	} else {
		buffer_resize(validity, bitmap_bytes(builder->row_count));
	}
	if (valid == rows)
		parquet_set_bits(validity->data, before, rows);
	else
		parquet_copy_bits(validity->data, before, bits, 0, rows);
}

static int
append_fixed(struct parquet_decoder *decoder, size_t width,
    const uint8_t *bits, uint32_t rows, uint32_t valid, struct error *err)
{
	struct buffer *values = &decoder->builder.values;
	buffer_reserve(values, rows * width);
	void *place = values->data + values->len;
	if (take_fixed(decoder, place, width, valid, err) < 0)
		return -1;
	if (valid < rows)
		parquet_spread(place, width, bits, rows, valid);
	values->len += rows * width;
	return 0;
}

static int
append_bools(struct parquet_decoder *decoder, const uint8_t *bits,
    uint32_t rows, uint32_t valid, struct error *err)
{
	struct column_builder *builder = &decoder->builder;
	buffer_resize(&builder->values,
	    bitmap_bytes(builder->row_count + rows));
	if (valid == rows)
		return parquet_encoded_take_bits(&decoder->values,
		    builder->values.data, builder->row_count, rows, err);
	decoder->dense.len = 0;
	buffer_resize(&decoder->dense, bitmap_bytes(valid) + 8);
	if (parquet_encoded_take_bits(&decoder->values, decoder->dense.data, 0,
	    valid, err) < 0)
		return -1;
	parquet_spread_bits(builder->values.data, builder->row_count,
	    decoder->dense.data, bits, rows);
	return 0;
}

static int
append_strings(struct parquet_decoder *decoder, const uint8_t *bits,
    uint32_t rows, uint32_t valid, struct error *err)
{
	struct column_builder *builder = &decoder->builder;
	buffer_reserve(&builder->values, rows * sizeof(int32_t));
	int32_t *ends = (int32_t *)(void *)(builder->values.data +
	    builder->values.len);
	int status = parquet_encoded_are_indices(&decoder->values) ?
	    take_entries(decoder, ends, valid, err) :
	    parquet_decoder_strings(decoder, &decoder->values,
	    &builder->bytes, ends, valid, err);
	if (status < 0)
		return -1;
	if (valid < rows)
		parquet_spread_ends(ends, bits, rows, valid);
	builder->values.len += rows * sizeof(int32_t);
	return 0;
}

/* The validity of the next rows in decoder->bits; counts the valid. */
static int
take_levels(struct parquet_decoder *decoder, uint32_t rows, uint32_t *valid,
    struct error *err)
{
	decoder->bits.len = 0;
	buffer_resize(&decoder->bits, bitmap_bytes(rows) + 8);
	if (parquet_rle_take_bits(&decoder->levels, decoder->bits.data, 0,
	    rows) != rows)
		return error_data(err, "fewer definition levels than values");
	*valid = bitmap_count(decoder->bits.data, rows);
	return 0;
}

static int
append_rows(struct parquet_decoder *decoder, uint32_t rows,
    struct error *err)
{
	struct column_builder *builder = &decoder->builder;
	uint32_t valid = rows;
	if (decoder->has_levels && take_levels(decoder, rows, &valid, err) < 0)
		return -1;
	const uint8_t *bits = decoder->bits.data;
	int status = 0;
	if (decoder->column->conversion == PARQUET_TO_NULL)
		status = valid == 0 ? 0 : error_data(err,
		    "a value in a column that is said to have only nulls");
	else if (decoder->column->conversion == PARQUET_TO_BITS)
		status = append_bools(decoder, bits, rows, valid, err);
	else if (builder->code_bytes != 0)
		status = append_fixed(decoder, builder->code_bytes, bits,
		    rows, valid, err);
	else if (type_is_variable(builder->type))
		status = append_strings(decoder, bits, rows, valid, err);
	else
		status = append_fixed(decoder, type_width(builder->type),
		    bits, rows, valid, err);
	if (status < 0)
		return -1;
	add_rows(builder, bits, rows, valid);
	decoder->page_left -= rows;
	decoder->row += rows;
	decoder->nulls_left -= decoder->nulls_left < 0 ? 0 : rows - valid;
	if (decoder->page_left == 0 && decoder->nulls_left > 0)
		return error_data(err, "fewer nulls than the page's header "
		    "says");
	return 0;
}

/* Rows of the next step, with the strings of a dictionary in mind. */
static uint32_t
step_rows(const struct parquet_decoder *decoder, uint32_t rows)
{
	uint32_t step = STEP_ROWS;
	if (type_is_variable(decoder->builder.type) &&
	    decoder->builder.code_bytes == 0) {
		uint32_t longest = parquet_encoded_are_indices(
		    &decoder->values) ? decoder->entry_max_bytes :
		    decoder->column->raw_bytes;
		step = STRING_STEP_ROWS;
		if (longest > PARQUET_STRING_BYTES / STRING_STEP_ROWS)
			step = longest > PARQUET_STRING_BYTES ? 1 :
			    PARQUET_STRING_BYTES / longest;
	}
	if (step > rows)
		step = rows;
	return step < decoder->page_left ? step : decoder->page_left;
}

int
parquet_decoder_fill(struct parquet_decoder *decoder, uint32_t rows,
    struct error *err)
{
	struct column_builder *builder = &decoder->builder;
	while (builder->row_count < rows &&
	    builder->bytes.len < PARQUET_STRING_BYTES) {
		if (decoder->page_left == 0 &&
		    parquet_decoder_next_page(decoder, err) < 0)
			return -1;
		_Bool is_coded = decoder->is_coded &&
		    parquet_encoded_are_indices(&decoder->values);
		if (builder->row_count == 0 && is_coded)
			column_builder_use_dictionary(builder,
			    decoder->dictionary, decoder->code_bytes);
		/* a batch's column is coded or plain, not both */
		if (is_coded != (builder->code_bytes != 0))
			break;
		if (append_rows(decoder, step_rows(decoder,
		    rows - builder->row_count), err) < 0)
			return error_prefix(err, "row %llu",
			    (unsigned long long)decoder->row);
	}
	return 0;
}
