#include "table/dataset_parts.h"

#include "batch/value.h"

/*
 * The columns of a row group are decoded side by side.  One may hand out
 * fewer rows than the others (its strings are long, or their form changes);
 * the batch then has as many, and what the others have more is carried: the
 * batch's rows are copied to `carried`, the rest stays with the decoder.
 */

/* ---- where we are ---------------------------------------------------- */

static void
close_file(struct dataset *dataset)
{
	if (!dataset->is_open)
		return;
	for (uint32_t i = 0; i < dataset->schema.count; i++)
		if (!dataset->columns[i].is_key)
			parquet_decoder_release(&dataset->decoders[i]);
	dataset_file_close(&dataset->file);
	dataset->is_open = 0;
}

/* The value of a key, in one row that is repeated for each batch. */
static int
set_key(struct dataset *dataset, uint32_t column, struct error *err)
{
	const struct hive_file *file =
	    &dataset->files.items[dataset->file_index];
	const struct hive_value *value =
	    &file->values[dataset->columns[column].key];
	struct column_builder *builder = &dataset->keys[column];
	struct dictionary *dictionary = dataset->columns[column].dictionary;
	column_builder_clear(builder);
	if (value->value == NULL) {
		column_builder_append_null(builder);
		return 0;
	}
	uint32_t code = builder->type.id != TYPE_STRING ? DICTIONARY_NONE :
	    dictionary_add(dictionary, value->value,
	    (uint32_t)value->value_len);
	if (code != DICTIONARY_NONE) {
		column_builder_use_dictionary(builder, dictionary,
		    dictionary_code_bytes(dictionary->count));
		column_builder_append_code(builder, code);
	} else if (value_parse(value->value, value->value_len, builder,
	    err) != 0)
		return error_prefix(err, "%s: %s", file->path, value->key);
	return 0;
}

static int
open_file(struct dataset *dataset, uint32_t index, struct error *err)
{
	if (dataset->is_open && dataset->file_index == index)
		return 0;
	close_file(dataset);
	if (dataset_file_open(&dataset->file,
	    dataset->files.items[index].path, err) != 0)
		return -1;
	dataset->is_open = 1;
	dataset->file_index = index;
	if (dataset->zstd == NULL)
		dataset->zstd = zstd_unpacker_new();
	dataset->file.bytes.zstd = dataset->zstd;
	for (uint32_t i = 0; i < dataset->schema.count; i++) {
		const struct dataset_column *column = &dataset->columns[i];
		if (column->is_key)
			continue;
		parquet_decoder_init(&dataset->decoders[i],
		    &dataset->file.bytes, dataset_file_column(&dataset->file,
		    dataset->schema.fields[i].name), column->dictionary);
	}
	for (uint32_t i = 0; i < dataset->schema.count; i++)
		if (dataset->columns[i].is_key &&
		    set_key(dataset, i, err) != 0)
			return -1;
	return 0;
}

static const struct parquet_row_group *
present_group(const struct dataset *dataset)
{
	return &dataset->file.meta.row_groups[
	    dataset->blocks[dataset->block].group];
}

/* Where an error of a column is. */
static int
explain(const struct dataset *dataset, uint32_t column, struct error *err)
{
	return error_prefix(err, "%s: row group %u: column '%s'",
	    dataset->file.bytes.name, dataset->blocks[dataset->block].group,
	    dataset->schema.fields[column].name);
}

static int
begin_block(struct dataset *dataset, struct error *err)
{
	if (open_file(dataset, dataset->blocks[dataset->block].file,
	    err) != 0)
		return -1;
	const struct parquet_row_group *group = present_group(dataset);
	for (uint32_t i = 0; i < dataset->schema.count; i++) {
		if (dataset->columns[i].is_key)
			continue;
		struct parquet_decoder *decoder = &dataset->decoders[i];
		column_builder_clear(&decoder->builder);
		if (parquet_decoder_begin(decoder, group, err) != 0)
			return explain(dataset, i, err);
		dataset->counts->bytes +=
		    (uint64_t)group->chunks[decoder->column->leaf]
		    .compressed_bytes;
	}
	dataset->in_block = 1;
	dataset->row = 0;
	return 0;
}

/* ---- a batch --------------------------------------------------------- */

/* Forgets the rows of the last batch, unless they are still to come. */
static void
forget_batch(struct dataset *dataset)
{
	for (uint32_t i = 0; i < dataset->schema.count; i++) {
		if (dataset->columns[i].is_key)
			continue;
		struct column_builder *builder =
		    &dataset->decoders[i].builder;
		struct column_builder *carried = &dataset->carried[i];
		if (carried->row_count == 0)
			column_builder_clear(builder);
		else
			column_builder_clear(carried);
	}
}

/* The first `rows` rows of a decoder's builder as a column. */
static int
take_front(struct dataset *dataset, uint32_t index, uint32_t rows,
    struct column *view, struct error *err)
{
	struct column_builder *builder = &dataset->decoders[index].builder;
	struct column_builder *front = &dataset->carried[index];
	struct column whole = column_builder_view(builder);
	if (builder->row_count == rows) {
		*view = whole;
		return 0;
	}
	struct column_builder rest;
	column_builder_init(&rest, builder->type);
	if (column_builder_append(front, &whole, 0, rows) != 0 ||
	    column_builder_append(&rest, &whole, rows,
	    builder->row_count - rows) != 0) {
		column_builder_release(&rest);
		return error_data(err, "too many bytes in one batch");
	}
	column_builder_release(builder);
	*builder = rest;
	*view = column_builder_view(front);
	return 0;
}

static int
fill_keys(struct dataset *dataset, uint32_t index, uint32_t rows,
    struct column *view)
{
	struct column_builder *builder = &dataset->carried[index];
	struct column value = column_builder_view(&dataset->keys[index]);
	column_builder_clear(builder);
	if (column_builder_repeat(builder, &value, 0, rows) != 0)
		return -1;
	*view = column_builder_view(builder);
	return 0;
}

/* Decodes rows of the block into views; returns how many, or 0 on error. */
static uint32_t
decode(struct dataset *dataset, struct error *err)
{
	uint64_t left = (uint64_t)present_group(dataset)->row_count -
	    dataset->row;
	uint32_t rows = left < dataset->batch_rows ? (uint32_t)left :
	    dataset->batch_rows;
	for (uint32_t i = 0; i < dataset->schema.count; i++) {
		if (dataset->columns[i].is_key)
			continue;
		struct parquet_decoder *decoder = &dataset->decoders[i];
		if (parquet_decoder_fill(decoder, rows, err) != 0) {
			explain(dataset, i, err);
			return 0;
		}
		if (decoder->builder.row_count < rows)
			rows = decoder->builder.row_count;
	}
	for (uint32_t i = 0; i < dataset->schema.count; i++) {
		struct column *view = &dataset->views[i];
		if (dataset->columns[i].is_key) {
			if (fill_keys(dataset, i, rows, view) != 0) {
				error_data(err, "a key of 2 GiB");
				return 0;
			}
		} else if (take_front(dataset, i, rows, view, err) != 0) {
			explain(dataset, i, err);
			return 0;
		}
	}
	return rows;
}

/* ---- what goes out --------------------------------------------------- */

static void
project(struct dataset *dataset, const struct column *columns, uint32_t rows)
{
	dataset->batch.row_count = rows;
	dataset->batch.column_count = dataset->header.schema.count;
	dataset->batch.columns = dataset->projected;
	for (uint32_t i = 0; i < dataset->batch.column_count; i++)
		dataset->projected[i] = columns[dataset->output[i]];
}

/* Drops the rows that do not meet the condition. */
static int
filter(struct dataset *dataset, uint32_t rows, struct error *err)
{
	struct batch all = {.row_count = rows,
	    .column_count = dataset->schema.count,
	    .columns = dataset->views};
	uint32_t kept;
	buffer_resize(&dataset->rows, (size_t)rows * sizeof(uint32_t));
	uint32_t *chosen = (uint32_t *)(void *)dataset->rows.data;
	if (expr_filter(dataset->where, &all, chosen, &kept, err) != 0) {
		/* Counted over the rows that are read. */
		return error_prefix(err, "%s: --where",
		    dataset->file.bytes.name);
	}
	dataset->counts->filtered += rows - kept;
	project(dataset, dataset->views, rows);
	if (kept == rows)
		return 0;
	batch_builder_clear(&dataset->filtered);
	if (kept > 0 && batch_builder_take(&dataset->filtered,
	    &dataset->batch, chosen, kept) != 0)
		return error_data(err, "too many bytes in one batch");
	const struct batch *view = batch_builder_view(&dataset->filtered,
	    NULL);
	dataset->batch.row_count = kept;
	dataset->batch.columns = view->columns;
	return 0;
}

static int
check_order(struct dataset *dataset, uint32_t rows, struct error *err)
{
	struct ascending *ascending = dataset->ascending;
	if (ascending == NULL || ascending_check(ascending, dataset->block,
	    &dataset->views[ascending->column], rows, dataset->row == 0,
	    dataset->row + rows == (uint64_t)present_group(dataset)->row_count,
	    err) == 0)
		return 0;
	return error_prefix(err, "%s: row group %u", dataset->file.bytes.name,
	    dataset->blocks[dataset->block].group);
}

/* The next rows of the present block; there are some. */
static int
next_rows(struct dataset *dataset, struct error *err)
{
	uint32_t rows = decode(dataset, err);
	if (rows == 0 || check_order(dataset, rows, err) != 0)
		return -1;
	if (dataset->where == NULL)
		project(dataset, dataset->views, rows);
	else if (filter(dataset, rows, err) != 0)
		return -1;
	const struct dataset_block *block = &dataset->blocks[dataset->block];
	uint64_t total = (uint64_t)present_group(dataset)->row_count;
	dataset->row += rows;
	dataset->counts->rows += rows;
	dataset->batch.block = (struct block){.index = dataset->block,
	    .begin = block->begin, .end = block->begin + total,
	    .is_last = dataset->row == total};
	if (dataset->row == total) {
		dataset->in_block = 0;
		dataset->block += (uint32_t)dataset->part_count;
	}
	return 0;
}

static int
dataset_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct dataset *dataset = (struct dataset *)source;
	*batch = &dataset->batch;
	if (dataset->ascending != NULL &&
	    ascending_begin(dataset->ascending, err) != 0)
		return -1;
	for (;;) {
		if (dataset->in_block)
			forget_batch(dataset);
		else if (dataset->block >= dataset->block_count)
			return 0;
		else if (begin_block(dataset, err) != 0)
			return -1;
		if (next_rows(dataset, err) != 0)
			return -1;
		/* An empty batch says something only as the last one. */
		if (dataset->batch.row_count > 0 ||
		    dataset->batch.block.is_last)
			return 1;
	}
}

static const struct stages *
dataset_stages(struct batch_source *source)
{
	return &((struct dataset *)source)->stages;
}

static void
dataset_free(struct batch_source *source)
{
	struct dataset *dataset = (struct dataset *)source;
	close_file(dataset);
	for (uint32_t i = 0; i < dataset->schema.count; i++) {
		if (dataset->keys != NULL)
			column_builder_release(&dataset->keys[i]);
		if (dataset->carried != NULL)
			column_builder_release(&dataset->carried[i]);
		dictionary_free(dataset->columns[i].dictionary);
	}
	zstd_unpacker_free(dataset->zstd);
	mem_free(dataset->keys);
	mem_free(dataset->carried);
	mem_free(dataset->decoders);
	mem_free(dataset->views);
	mem_free(dataset->projected);
	batch_builder_release(&dataset->filtered);
	buffer_release(&dataset->rows);
	expr_free(dataset->where);
	if (dataset->ascending != NULL)
		ascending_release(dataset->ascending);
	mem_free(dataset->ascending);
	hive_files_release(&dataset->files);
	schema_release(&dataset->all);
	schema_release(&dataset->schema);
	mem_free(dataset->columns);
	mem_free(dataset->output);
	mem_free(dataset->blocks);
	stages_release(&dataset->stages);
	stream_header_release(&dataset->header);
	mem_free(dataset);
}

/* ---- begin ----------------------------------------------------------- */

/* So many rows that a batch is about BATCH_BYTES. */
static uint32_t
rows_of_batch(const struct schema *schema)
{
	size_t width = 0;
	for (uint32_t i = 0; i < schema->count; i++) {
		struct type type = schema->fields[i].type;
		width += type_is_variable(type) ? 8 : type_width(type);
	}
	size_t rows = BATCH_BYTES / (width == 0 ? 1 : width);
	return rows < BATCH_ROWS / 4 ? BATCH_ROWS / 4 :
	    rows > BATCH_ROWS ? BATCH_ROWS : (uint32_t)rows;
}

static void
make_room(struct dataset *dataset)
{
	uint32_t count = dataset->schema.count;
	dataset->keys = mem_array(count, sizeof(*dataset->keys));
	dataset->carried = mem_array(count, sizeof(*dataset->carried));
	dataset->decoders = mem_array(count, sizeof(*dataset->decoders));
	dataset->views = mem_array(count, sizeof(*dataset->views));
	dataset->projected = mem_array(dataset->header.schema.count,
	    sizeof(*dataset->projected));
	for (uint32_t i = 0; i < count; i++) {
		struct type type = dataset->schema.fields[i].type;
		column_builder_init(&dataset->keys[i], type);
		column_builder_init(&dataset->carried[i], type);
	}
	batch_builder_init(&dataset->filtered, &dataset->header.schema);
	dataset->batch_rows = rows_of_batch(&dataset->schema);
}

static char *
join_paths(const struct dataset_options *options)
{
	struct buffer text = {0};
	for (uint32_t i = 0; i < options->path_count; i++)
		buffer_printf(&text, "%s%s", i == 0 ? "" : " ",
		    options->paths[i]);
	char *origin = mem_strdup(buffer_text(&text));
	buffer_release(&text);
	return origin;
}

struct batch_source *
dataset_new(const struct dataset_options *options,
    struct dataset_counts *counts, struct error *err)
{
	struct dataset *dataset = mem_zalloc(sizeof(*dataset));
	dataset->source = (struct batch_source){.header = &dataset->header,
	    .next = dataset_next, .stages = dataset_stages,
	    .free = dataset_free};
	dataset->counts = counts;
	*counts = (struct dataset_counts){0};
	if (dataset_plan(dataset, options, err) != 0) {
		dataset_free(&dataset->source);
		return NULL;
	}
	make_room(dataset);
	dataset->header.has_blocks = 1;
	dataset->header.origin = join_paths(options);
	dataset->part_count = options->part_count == 0 ? 1 :
	    options->part_count;
	dataset->block = options->part_count == 0 ? 0 :
	    (uint32_t)(options->part - 1);
	dataset->stages.block_count = dataset->block_count;
	dataset->stages.extent = dataset->row_count;
	return &dataset->source;
}
