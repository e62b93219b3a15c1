#include "format/parquet_column_writer.h"

#include <assert.h>
#include <string.h>

#include "base/zstd.h"
#include "format/parquet_direct.h"
#include "format/parquet_encode.h"
#include "format/parquet_pack.h"
#include "format/parquet_page_writer.h"

/* Values after which a dictionary of nothing but new entries is given up. */
#define TRIAL_VALUES 1024
/* Dictionaries smaller than this stay in memory. */
#define SAVE_BYTES 2048
/* Blocks that wait for the next chunks. */
#define POOL_MAX_BYTES (4u << 20)

void
parquet_scratch_release(struct parquet_scratch *scratch)
{
	parquet_values_release(&scratch->values);
	buffer_release(&scratch->body);
	buffer_release(&scratch->packed);
	buffer_release(&scratch->trial);
	buffer_release(&scratch->indices);
	buffer_release(&scratch->lengths);
	buffer_release(&scratch->head);
	zstd_packer_free(scratch->zstd);
	block_pool_release(&scratch->blocks);
}

/* ---- pages ----------------------------------------------------------- */

/* Definition levels: a length in front, then runs of ones and zeros. */
static void
put_levels(const struct parquet_column_writer *writer,
    const struct column *column, uint32_t rows, struct buffer *body)
{
	if (!writer->field->is_nullable)
		return;
	uint32_t len = 0;
	size_t begin = body->len;
	buffer_append(body, &len, sizeof(len));
	if (column->type.id == TYPE_NULL || column->null_count == rows ||
	    column->null_count == 0) {
		parquet_put_varint(body, (uint64_t)rows << 1);
		buffer_append_byte(body, column->null_count == 0 &&
		    column->type.id != TYPE_NULL);
	} else {
		parquet_encode_bits(body, column->validity, rows);
	}
	len = (uint32_t)(body->len - begin - sizeof(len));
	memcpy(body->data + begin, &len, sizeof(len));
}

/* ---- the dictionary, while it pays ----------------------------------- */

/* Values [begin, end) of the page into indices; false: over the limit. */
static _Bool
find_indices(struct parquet_column_writer *writer,
    const struct parquet_values *values, uint32_t begin, uint32_t end,
    uint32_t *indices)
{
	struct parquet_dictionary *dictionary = &writer->dictionary;
	uint32_t count = end - begin;
	indices += begin;
	switch (values->form) {
	case PARQUET_VALUES_32:
		return parquet_dictionary_index32(dictionary,
		    values->u32 + begin, count, indices);
	case PARQUET_VALUES_64:
		return parquet_dictionary_index64(dictionary,
		    values->u64 + begin, count, indices);
	case PARQUET_VALUES_CODES:
		return parquet_dictionary_index_codes(dictionary,
		    values->dictionary, values->codes + begin, count, indices);
	default:
		return parquet_dictionary_index_bytes(dictionary,
		    values->offsets + begin, values->bytes, count, indices);
	}
}

/*
 * The page's indices, or false if the dictionary does not take it: it is
 * full, or the first values of the chunk are nearly all different.
 */
static _Bool
try_dictionary(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch)
{
	const struct parquet_values *values = &scratch->values;
	buffer_resize(&scratch->indices,
	    (size_t)values->count * sizeof(uint32_t));
	uint32_t *indices = (uint32_t *)(void *)scratch->indices.data;
	uint32_t begin = 0;
	uint32_t before = writer->dictionary.count;
	size_t before_bytes = writer->dictionary.plain_bytes;
	if (writer->value_pages == 0 && values->count > TRIAL_VALUES) {
		begin = TRIAL_VALUES;
		if (!find_indices(writer, values, 0, begin, indices) ||
		    writer->dictionary.count >
		    TRIAL_VALUES - TRIAL_VALUES / 32) {
			writer->dictionary.count = 0;
			return 0;
		}
	}
	if (find_indices(writer, values, begin, values->count, indices))
		return 1;
	writer->dictionary.count = before;
	writer->dictionary.plain_bytes = before_bytes;
	return 0;
}

/*
 * Whether the first page, of index_bytes, is to keep its dictionary.  If
 * nothing follows that is a matter of bytes; else the dictionary is given
 * the time to pay, unless most values are new.
 */
static _Bool
keeps_first(const struct parquet_column_writer *writer, size_t index_bytes,
    _Bool is_last)
{
	const struct parquet_dictionary *dictionary = &writer->dictionary;
	uint64_t values = writer->direct_values;
	if (dictionary->plain_bytes + index_bytes <= writer->direct_bytes)
		return 1;
	if (is_last)
		return 0;
	uint64_t most = writer->physical == PARQUET_BYTE_ARRAY ?
	    values * 15 / 16 : values * 3 / 4;
	return dictionary->count <= most;
}

/*
 * Looks again at pages 2, 4, 8...: goes on if the dictionary will pay by the
 * end of a full row group, growing as it did since the last look.
 */
static void
look_again(struct parquet_column_writer *writer)
{
	uint32_t pages = writer->value_pages;
	const struct parquet_dictionary *dictionary = &writer->dictionary;
	if (pages < 2 || (pages & (pages - 1)) != 0)
		return;
	uint64_t values = writer->dictionary_values;
	uint64_t total = writer->options->row_group_rows;
	uint64_t left = total > values ? total - values : 0;
	uint64_t grown = dictionary->count - writer->mark_entries;
	uint64_t since = values - writer->mark_values;
	uint64_t entries = dictionary->count + grown * left /
	    (since == 0 ? 1 : since);
	writer->mark_entries = dictionary->count;
	writer->mark_values = (uint32_t)values;
	if (pages < 4)
		return;
	uint64_t cost = dictionary->plain_bytes * entries /
	    dictionary->count + (values + left) *
	    parquet_bits32((uint32_t)entries) / 8;
	uint64_t direct = writer->direct_bytes * (values + left) /
	    writer->direct_values;
	if (cost > direct)
		writer->is_direct = 1;
}

static void
put_indices(const struct parquet_column_writer *writer,
    const struct parquet_scratch *scratch, struct buffer *body)
{
	unsigned width = parquet_bits32(writer->dictionary.count - 1);
	buffer_append_byte(body, (uint8_t)width);
	parquet_encode_hybrid(body,
	    (const uint32_t *)(const void *)scratch->indices.data,
	    scratch->values.count, width);
}

/* Returns the encoding, or -1 if the page is still to be encoded directly. */
static int
put_dictionary(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct buffer *body, _Bool is_last)
{
	_Bool is_first = writer->value_pages == 0;
	if (writer->is_direct)
		return -1;
	if (!try_dictionary(writer, scratch)) {
		writer->is_direct = 1;
		return -1;
	}
	size_t begin = body->len;
	put_indices(writer, scratch, body);
	if (is_first) {
		writer->direct_values = scratch->values.count;
		int encoding;
		writer->direct_bytes = parquet_direct_bytes(writer, scratch,
		    &encoding);
		if (!keeps_first(writer, body->len - begin, is_last)) {
			body->len = begin;
			writer->dictionary.count = 0;
			writer->is_direct = 1;
			if (encoding >= 0)
				buffer_append(body, scratch->trial.data,
				    scratch->trial.len);
			return encoding;
		}
		writer->mark_entries = writer->dictionary.count;
		writer->mark_values = scratch->values.count;
	}
	writer->dictionary_values += scratch->values.count;
	return PARQUET_RLE_DICTIONARY;
}

/* Brings the dictionary back if it is away. */
static int
fetch_dictionary(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct error *err)
{
	size_t len = (size_t)writer->saved.len;
	if (len == 0)
		return 0;
	buffer_resize(&scratch->trial, len);
	if (writer->spill->read(writer->spill->ctx, writer->saved.offset,
	    scratch->trial.data, len, err) != 0)
		return -1;
	parquet_dictionary_load(&writer->dictionary, scratch->trial.data);
	writer->saved.len = 0;
	return 0;
}

int
parquet_column_writer_page(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct column *column,
    uint32_t rows, _Bool is_last, struct error *err)
{
	struct parquet_values *values = &scratch->values;
	struct buffer *body = &scratch->body;
	uint32_t nulls = column->type.id == TYPE_NULL ? rows :
	    column->null_count;
	if (nulls > 0 && !writer->field->is_nullable)
		return error_data(err,
		    "column '%s' has nulls and promised none",
		    writer->field->name);
	if ((!writer->is_direct || writer->choice == PARQUET_CODEC_OPEN) &&
	    fetch_dictionary(writer, scratch, err) != 0)
		return -1;
	body->len = 0;
	put_levels(writer, column, rows, body);
	parquet_values_gather(values, column, rows);
	int encoding = PARQUET_PLAIN;
	if (values->form == PARQUET_VALUES_BITS) {
		encoding = parquet_put_direct(writer, scratch, body);
		parquet_range_add(&writer->range, column->type, values);
	} else if (values->form != PARQUET_VALUES_NONE) {
		encoding = put_dictionary(writer, scratch, body, is_last);
		if (encoding < 0)
			encoding = parquet_put_direct(writer, scratch, body);
		if (encoding != PARQUET_RLE_DICTIONARY)
			parquet_range_add(&writer->range, column->type,
			    values);
		writer->value_pages++;
		if (encoding == PARQUET_RLE_DICTIONARY)
			look_again(writer);
		if (writer->is_direct && writer->dictionary.count == 0)
			parquet_dictionary_release(&writer->dictionary);
		else if (writer->is_direct)
			parquet_dictionary_shrink(&writer->dictionary);
	}
	writer->row_count += rows;
	writer->null_count += nulls;
	writer->data_pages[encoding]++;
	return parquet_page_queue(writer, scratch, encoding, rows, err);
}

/* ---- the chunk ------------------------------------------------------- */

void
parquet_column_writer_init(struct parquet_column_writer *writer,
    const struct field *field, const struct parquet_options *options,
    struct parquet_finder *finder)
{
	*writer = (struct parquet_column_writer){
	    .field = field,
	    .options = options,
	    .dictionary = {.finder = finder},
	    .physical = parquet_physical(field->type),
	    .choice = options->codec == PARQUET_UNCOMPRESSED ?
		PARQUET_CODEC_NONE : PARQUET_CODEC_OPEN};
}

void
parquet_column_writer_release(struct parquet_column_writer *writer)
{
	parquet_dictionary_release(&writer->dictionary);
	parquet_range_release(&writer->range);
	mem_free(writer->waiting_pages);
	buffer_release(&writer->waiting);
	block_list_release(&writer->pages);
	mem_free(writer->segments);
}

/* The least and greatest of what stands in the dictionary's page. */
static void
add_dictionary_range(struct parquet_column_writer *writer)
{
	const struct parquet_dictionary *dictionary = &writer->dictionary;
	struct type type = writer->field->type;
	struct parquet_values values = {.count = dictionary->count};
	if (dictionary->count == 0)
		return;
	if (dictionary->values == NULL) {
		for (uint32_t i = 0; i < dictionary->count; i++) {
			uint32_t len;
			const uint8_t *bytes = parquet_dictionary_entry(
			    dictionary, i, &len);
			parquet_range_add_bytes(&writer->range, type, bytes,
			    len);
		}
		return;
	}
	if (dictionary->value_bytes == sizeof(*values.u32)) {
		values.form = PARQUET_VALUES_32;
		values.u32 = dictionary->values;
	} else {
		values.form = PARQUET_VALUES_64;
		values.u64 = dictionary->values;
	}
	parquet_range_add(&writer->range, type, &values);
}

static void
list_encodings(const struct parquet_column_writer *writer,
    struct arena *arena, struct parquet_chunk *chunk)
{
	_Bool is_used[PARQUET_ENCODING_COUNT] = {0};
	struct parquet_encoding_stat *stats = arena_alloc(arena,
	    (PARQUET_ENCODING_COUNT + 1) * sizeof(*stats));
	int32_t *encodings = arena_alloc(arena,
	    PARQUET_ENCODING_COUNT * sizeof(*encodings));
	uint32_t count = 0;
	if (writer->dictionary.count > 0) {
		is_used[PARQUET_PLAIN] = 1;
		stats[count++] = (struct parquet_encoding_stat){
		    .page_type = PARQUET_DICTIONARY_PAGE,
		    .encoding = PARQUET_PLAIN, .count = 1};
	}
	is_used[PARQUET_RLE] = writer->field->is_nullable;
	for (int i = 0; i < PARQUET_ENCODING_COUNT; i++) {
		if (writer->data_pages[i] == 0)
			continue;
		is_used[i] = 1;
		stats[count++] = (struct parquet_encoding_stat){
		    .page_type = PARQUET_DATA_PAGE, .encoding = i,
		    .count = (int32_t)writer->data_pages[i]};
	}
	chunk->encoding_stats = stats;
	chunk->encoding_stat_count = count;
	chunk->encodings = encodings;
	for (int i = 0; i < PARQUET_ENCODING_COUNT; i++)
		if (is_used[i])
			encodings[chunk->encoding_count++] = i;
}

static void
describe(struct parquet_column_writer *writer, struct arena *arena,
    uint64_t begin, uint64_t data, uint64_t end, struct parquet_chunk *chunk)
{
	const char **path = arena_alloc(arena, sizeof(*path));
	path[0] = arena_strndup(arena, writer->field->name,
	    strlen(writer->field->name));
	*chunk = (struct parquet_chunk){
	    .type = (int8_t)writer->physical,
	    .codec = writer->choice == PARQUET_CODEC_USED ?
		(int8_t)writer->options->codec : PARQUET_UNCOMPRESSED,
	    .has_meta = 1,
	    .has_dictionary_page_offset = data > begin,
	    .has_statistics = 1,
	    .path_count = 1,
	    .path = path,
	    .value_count = writer->row_count,
	    .uncompressed_bytes = (int64_t)writer->uncompressed_bytes,
	    .header_sum = writer->header_sum,
	    .compressed_bytes = (int64_t)(end - begin),
	    .data_page_offset = (int64_t)data,
	    .dictionary_page_offset = (int64_t)begin,
	    .statistics = {.has_null_count = 1,
		.null_count = writer->null_count}};
	list_encodings(writer, arena, chunk);
	add_dictionary_range(writer);
	parquet_range_write(&writer->range, writer->field->type,
	    writer->physical, arena, &chunk->statistics);
}

/* Ready for the next chunk; memory that grew with this one is let go. */
static void
start_again(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch)
{
	const struct field *field = writer->field;
	const struct parquet_options *options = writer->options;
	struct parquet_finder *finder = writer->dictionary.finder;
	block_list_return(&writer->pages, &scratch->blocks,
	    POOL_MAX_BYTES);
	parquet_column_writer_release(writer);
	parquet_column_writer_init(writer, field, options, finder);
}

int
parquet_column_writer_close(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct parquet_output *output,
    uint64_t *offset, struct arena *arena, struct parquet_chunk *chunk,
    struct error *err)
{
	uint64_t begin = *offset;
	uint64_t data = begin;
	if (fetch_dictionary(writer, scratch, err) != 0 ||
	    parquet_pages_flush(writer, scratch, err) != 0)
		return -1;
	if (writer->dictionary.count > 0 &&
	    parquet_page_dictionary(writer, scratch, output, &data, err) != 0)
		return -1;
	if (parquet_pages_write(writer, scratch, output, err) != 0)
		return -1;
	*offset = data + writer->segment_bytes + writer->pages.len;
	describe(writer, arena, begin, data, *offset, chunk);
	start_again(writer, scratch);
	return 0;
}

size_t
parquet_column_writer_bytes(const struct parquet_column_writer *writer)
{
	return writer->pages.capacity + writer->waiting.len +
	    parquet_dictionary_bytes(&writer->dictionary);
}

int
parquet_column_writer_spill(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct parquet_spill *spill,
    uint64_t *spilled, struct error *err)
{
	assert(writer->spill == NULL || writer->spill == spill);
	writer->spill = spill;
	if (writer->pages.len == 0)
		return 0;
	struct parquet_segment segment = {.len = writer->pages.len};
	for (const struct list_block *block = writer->pages.first;
	    block != NULL; block = block->next) {
		uint64_t offset;
		if (spill->append(spill->ctx, block->data, block->len,
		    &offset, err) != 0)
			return -1;
		if (block == writer->pages.first)
			segment.offset = offset;
	}
	block_list_return(&writer->pages, &scratch->blocks, SIZE_MAX);
	writer->segments = mem_grow_array(writer->segments,
	    writer->segment_count + 1, sizeof(segment));
	writer->segments[writer->segment_count++] = segment;
	writer->segment_bytes += segment.len;
	*spilled += segment.len;
	return 0;
}

int
parquet_column_writer_save(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct parquet_spill *spill,
    uint64_t *spilled, struct error *err)
{
	struct buffer *out = &scratch->trial;
	assert(writer->spill == NULL || writer->spill == spill);
	writer->spill = spill;
	if (parquet_dictionary_bytes(&writer->dictionary) < SAVE_BYTES)
		return 0;
	out->len = 0;
	parquet_dictionary_save(&writer->dictionary, out);
	if (spill->append(spill->ctx, out->data, out->len,
	    &writer->saved.offset, err) != 0)
		return -1;
	writer->saved.len = out->len;
	*spilled += out->len;
	parquet_dictionary_release(&writer->dictionary);
	return 0;
}
