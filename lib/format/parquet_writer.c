#include "format/parquet_writer_internal.h"

#include <assert.h>

#include "config.h"
#include "format/parquet_codec.h"
#include "format/parquet_elements.h"
#include "format/parquet_footer.h"
#include "format/parquet_sums.h"

/* Rows that are this part of a block, or more, take memory for all of it. */
#define BLOCK_PART 8

/* ---- what writers share ---------------------------------------------- */

struct parquet_shared *
parquet_shared_new(const struct schema *schema,
    const struct parquet_options *options, struct error *err)
{
	if (parquet_elements_check(schema, err) != 0 ||
	    parquet_codec_check(options->codec, err) != 0)
		return NULL;
	struct parquet_shared *shared = mem_zalloc(sizeof(*shared));
	schema_add_all(&shared->schema, schema);
	shared->options = *options;
	if (shared->options.row_group_rows == 0)
		shared->options.row_group_rows = PARQUET_ROW_GROUP_ROWS;
	if (shared->options.page_rows == 0)
		shared->options.page_rows = PARQUET_PAGE_ROWS;
	if (shared->options.block_rows == 0)
		shared->options.block_rows = shared->options.page_rows;
	shared->longest = mem_array(schema->count, sizeof(*shared->longest));
	shared->finders = mem_array(schema->count, sizeof(*shared->finders));
	shared->page = parquet_block_new(shared);
	return shared;
}

void
parquet_shared_free(struct parquet_shared *shared)
{
	if (shared == NULL)
		return;
	for (uint32_t i = 0; i < shared->schema.count; i++)
		parquet_finder_release(&shared->finders[i]);
	for (uint32_t i = 0; i < shared->free_count; i++)
		parquet_block_free(shared, shared->free_blocks[i]);
	parquet_block_free(shared, shared->page);
	schema_release(&shared->schema);
	parquet_scratch_release(&shared->scratch);
	mem_free(shared->free_blocks);
	mem_free(shared->finders);
	mem_free(shared->longest);
	mem_free(shared);
}

/* ---- the writer ------------------------------------------------------ */

struct parquet_writer *
parquet_writer_new(struct parquet_shared *shared,
    const struct parquet_output *output)
{
	struct parquet_writer *writer = mem_zalloc(sizeof(*writer));
	uint32_t count = shared->schema.count;
	writer->shared = shared;
	writer->output = *output;
	writer->columns = mem_array(count, sizeof(*writer->columns));
	writer->staged = parquet_block_new(shared);
	writer->text = mem_array(count, sizeof(*writer->text));
	for (uint32_t i = 0; i < count; i++) {
		const struct field *field = &shared->schema.fields[i];
		parquet_column_writer_init(&writer->columns[i], field,
		    &shared->options, &shared->finders[i]);
	}
	return writer;
}

void
parquet_writer_free(struct parquet_writer *writer)
{
	if (writer == NULL)
		return;
	for (uint32_t i = 0; i < writer->shared->schema.count; i++)
		parquet_column_writer_release(&writer->columns[i]);
	parquet_runs_release(writer);
	parquet_block_free(writer->shared, writer->staged);
	mem_free(writer->columns);
	mem_free(writer->text);
	for (uint32_t i = 0; i < writer->row_group_count; i++)
		mem_free(writer->row_groups[i].chunks);
	mem_free(writer->row_groups);
	arena_release(&writer->arena);
	mem_free(writer);
}

static int
put(struct parquet_writer *writer, const void *bytes, size_t len,
    struct error *err)
{
	writer->offset += len;
	return writer->output.write(writer->output.ctx, bytes, len, err);
}

static int
close_row_group(struct parquet_writer *writer, struct error *err)
{
	uint32_t count = writer->shared->schema.count;
	if (writer->offset == 0 &&
	    put(writer, PARQUET_MAGIC, PARQUET_MAGIC_BYTES, err) != 0)
		return -1;
	writer->row_groups = mem_grow_array(writer->row_groups,
	    writer->row_group_count + 1, sizeof(*writer->row_groups));
	struct parquet_row_group *group =
	    &writer->row_groups[writer->row_group_count];
	*group = (struct parquet_row_group){
	    .chunk_count = count,
	    .chunks = mem_array(count, sizeof(*group->chunks)),
	    .row_count = writer->group_rows,
	    .has_file_offset = 1,
	    .has_compressed_bytes = 1,
	    .has_ordinal = writer->row_group_count <= INT16_MAX,
	    .ordinal = (int16_t)writer->row_group_count,
	    .file_offset = (int64_t)writer->offset};
	writer->row_group_count++;
	for (uint32_t i = 0; i < count; i++) {
		struct parquet_chunk *chunk = &group->chunks[i];
		if (parquet_column_writer_close(&writer->columns[i],
		    &writer->shared->scratch, &writer->output,
		    &writer->offset, &writer->arena, chunk, err) != 0)
			return -1;
		group->uncompressed_bytes += chunk->uncompressed_bytes;
		group->compressed_bytes += chunk->compressed_bytes;
	}
	writer->group_rows = 0;
	return 0;
}

/* Encodes the staged rows as a page of each column. */
static int
close_page(struct parquet_writer *writer, _Bool is_last, struct error *err)
{
	uint32_t rows = writer->staged_rows;
	struct column_builder *page = writer->staged;
	if (writer->run_count > 0) {
		if (parquet_runs_join(writer, err) != 0)
			return -1;
		page = writer->shared->page;
	}
	writer->group_rows += rows;
	writer->rows += rows;
	if (writer->group_rows == writer->shared->options.row_group_rows)
		is_last = 1;
	for (uint32_t i = 0; i < writer->shared->schema.count; i++) {
		struct column column = column_builder_view(&page[i]);
		if (parquet_column_writer_page(&writer->columns[i],
		    &writer->shared->scratch, &column, rows, is_last,
		    err) != 0)
			return -1;
		column_builder_clear(&page[i]);
		writer->text[i] = (struct parquet_text_count){0};
	}
	writer->staged_rows = 0;
	writer->block_rows = 0;
	return is_last ? close_row_group(writer, err) : 0;
}

/* ---- where pages end ------------------------------------------------- */

/* The most bytes that an entry of the column's dictionary has. */
static size_t
longest_entry(struct parquet_shared *shared, uint32_t index,
    const struct column *column)
{
	struct parquet_longest *longest = &shared->longest[index];
	const struct dictionary *dictionary = column->dictionary;
	if (longest->dictionary != dictionary)
		*longest = (struct parquet_longest){.dictionary = dictionary};
	const int32_t *offsets = dictionary_offsets(dictionary);
	for (; longest->count < dictionary->count; longest->count++) {
		size_t len = (size_t)(offsets[longest->count + 1] -
		    offsets[longest->count]);
		if (len > longest->bytes)
			longest->bytes = len;
	}
	return longest->bytes;
}

static size_t
value_bytes(const struct column *column, uint32_t row)
{
	uint32_t len;
	if (column_is_null(column, row))
		return 0;
	column_bytes(column, row, &len);
	return len;
}

/* Those of the builder, whose first row is number `first`, if not counted. */
static void
count_text(struct parquet_text_count *text,
    const struct column_builder *builder, uint32_t first)
{
	struct column column = column_builder_view(builder);
	uint32_t end = first + builder->row_count;
	for (; text->counted_rows < end; text->counted_rows++)
		text->counted += value_bytes(&column,
		    text->counted_rows - first);
}

void
parquet_text_count(struct parquet_writer *writer, uint32_t index)
{
	struct parquet_text_count *text = &writer->text[index];
	uint32_t first = 0;
	for (uint32_t i = 0; i < writer->run_count; i++) {
		const struct parquet_run *run = &writer->runs[i];
		if (run->block != NULL)
			count_text(text, &run->block[index], first);
		first += run->row_count;
	}
	count_text(text, &writer->staged[index], first);
	text->most = 0;
}

/*
 * How many of `count` rows go into the page: up to the one with which the
 * strings of a column fill it, if there is one; then *is_full.
 */
static uint32_t
rows_until_full(const struct column *column, const uint32_t *rows,
    uint32_t begin, uint32_t count, uint64_t bytes, _Bool *is_full)
{
	for (uint32_t i = 0; i < count; i++) {
		bytes += value_bytes(column,
		    rows == NULL ? begin + i : rows[begin + i]);
		if (bytes >= PARQUET_PAGE_TEXT_BYTES) {
			*is_full = 1;
			return i + 1;
		}
	}
	return count;
}

/*
 * The same over all columns: the rest can only become shorter.  Strings are
 * counted only where a rough count comes to the limit.
 */
static uint32_t
rows_for_page(struct parquet_writer *writer, const struct batch *batch,
    const uint32_t *rows, uint32_t begin, uint32_t count, _Bool *is_full)
{
	*is_full = 0;
	for (uint32_t i = 0; i < batch->column_count; i++) {
		const struct column *column = &batch->columns[i];
		struct parquet_text_count *text = &writer->text[i];
		if (!type_is_variable(column->type))
			continue;
		uint64_t most = column->code_bytes != 0 ? (uint64_t)count *
		    longest_entry(writer->shared, i, column) :
		    column_data_bytes(column, batch->row_count);
		if (text->counted + text->most + most >=
		    PARQUET_PAGE_TEXT_BYTES) {
			_Bool fills = 0;
			parquet_text_count(writer, i);
			uint32_t fit = rows_until_full(column, rows, begin,
			    count, text->counted, &fills);
			if (fit < count)
				*is_full = 0;
			*is_full |= fills;
			count = fit;
		}
		text->most += most;
	}
	return count;
}

/* ---- rows in --------------------------------------------------------- */

static int
stage(struct parquet_writer *writer, const struct batch *batch,
    const uint32_t *rows, uint32_t begin, uint32_t count, struct error *err)
{
	/* To grow by halves would waste a quarter. */
	uint32_t room = writer->shared->options.block_rows -
	    writer->block_rows;
	_Bool is_full_soon = count >= room / BLOCK_PART;
	for (uint32_t i = 0; i < batch->column_count; i++) {
		const struct column *column = &batch->columns[i];
		struct column_builder *builder = &writer->staged[i];
		if (is_full_soon)
			buffer_reserve(&builder->values,
			    column_values_bytes(column, room));
		int result = rows == NULL ?
		    column_builder_append(builder, column, begin, count) :
		    column_builder_take(builder, column, rows + begin, count);
		if (result != 0)
			return error_data(err,
			    "column '%s': too many bytes in one batch",
			    writer->shared->schema.fields[i].name);
	}
	writer->staged_rows += count;
	writer->block_rows += count;
	return 0;
}

static int
add_rows(struct parquet_writer *writer, const struct batch *batch,
    const uint32_t *rows, uint32_t count, struct error *err)
{
	const struct parquet_options *options = &writer->shared->options;
	assert(batch->column_count == writer->shared->schema.count);
	for (uint32_t begin = 0; begin < count;) {
		uint32_t room = options->page_rows - writer->staged_rows;
		uint32_t group = options->row_group_rows -
		    (uint32_t)writer->group_rows - writer->staged_rows;
		uint32_t block = options->block_rows - writer->block_rows;
		uint32_t some = count - begin;
		if (some > block)
			some = block;
		if (some > room)
			some = room;
		if (some > group)
			some = group;
		_Bool is_full;
		some = rows_for_page(writer, batch, rows, begin, some,
		    &is_full);
		if (stage(writer, batch, rows, begin, some, err) != 0)
			return -1;
		begin += some;
		if (is_full || some == room || some == group) {
			if (close_page(writer, 0, err) != 0)
				return -1;
		} else if (some == block) {
			parquet_block_keep(writer);
		}
	}
	return 0;
}

int
parquet_writer_write(struct parquet_writer *writer, const struct batch *batch,
    struct error *err)
{
	return add_rows(writer, batch, NULL, batch->row_count, err);
}

int
parquet_writer_take(struct parquet_writer *writer, const struct batch *batch,
    const uint32_t *rows, uint32_t count, struct error *err)
{
	return add_rows(writer, batch, rows, count, err);
}

/* ---- the end --------------------------------------------------------- */

static int
put_footer(struct parquet_writer *writer, struct error *err)
{
	struct parquet_meta meta = {
	    .version = 1,	/* what all readers take: parquet.thrift */
	    .row_count = (int64_t)writer->rows,
	    .row_group_count = writer->row_group_count,
	    .row_groups = writer->row_groups,
	    .created_by = PARQUET_CREATED_BY RIFFLE_VERSION};
	struct buffer footer = {0};
	parquet_elements_make(&writer->shared->schema, &meta);
	parquet_sums_add(&meta);
	parquet_footer_write(&meta, &footer);
	parquet_sums_sign(&footer);
	uint32_t len = (uint32_t)footer.len;
	buffer_append(&footer, &len, sizeof(len));
	buffer_append(&footer, PARQUET_MAGIC, PARQUET_MAGIC_BYTES);
	int result = put(writer, footer.data, footer.len, err);
	buffer_release(&footer);
	parquet_meta_release(&meta);
	return result;
}

int
parquet_writer_finish(struct parquet_writer *writer, struct error *err)
{
	if (writer->staged_rows > 0) {
		if (close_page(writer, 1, err) != 0)
			return -1;
	} else if (writer->group_rows > 0) {
		if (close_row_group(writer, err) != 0)
			return -1;
	}
	if (writer->offset == 0 &&
	    put(writer, PARQUET_MAGIC, PARQUET_MAGIC_BYTES, err) != 0)
		return -1;
	return put_footer(writer, err);
}

uint64_t
parquet_writer_rows(const struct parquet_writer *writer)
{
	return writer->rows + writer->staged_rows;
}

uint32_t
parquet_writer_row_groups(const struct parquet_writer *writer)
{
	return writer->row_group_count;
}
