#include "format/csv_reader.h"

#include <string.h>

#include "format/csv_reader_parts.h"

static struct rcsv_reader *
reader_of(struct batch_source *source)
{
	return (struct rcsv_reader *)source;
}

/* ---- rejects --------------------------------------------------------- */

/* Records of the stretch before the one that begins at `begin`. */
static uint32_t
records_before(const struct rcsv_stretch *stretch, uint32_t begin)
{
	uint32_t low = 0;
	uint32_t high = stretch->record_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (stretch->newlines[middle] < begin)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int
reject(struct rcsv_reader *reader, const struct rcsv_fault *fault,
    struct error *err)
{
	const struct rcsv_stretch *stretch = &reader->stretch;
	struct rcsv_reject bad = {
	    .file = reader->file_name,
	    .line = rcsv_lines_find(&reader->fault_lines, fault->begin),
	    .byte = stretch->offset + fault->begin,
	    .column = fault->column == RCSV_NO_COLUMN ? NULL :
		reader->columns[fault->column].field->name,
	    .reason = (const char *)reader->faults.texts.data + fault->reason,
	    .raw = stretch->data + fault->begin,
	    .raw_len = fault->end - fault->begin};
	if (reader->lenient != NULL) {
		struct rcsv_raw raw = rcsv_lenient_find(reader->lenient,
		    stretch->ordinal + records_before(stretch, fault->begin));
		bad.byte = raw.offset;
		bad.raw = raw.bytes;
		bad.raw_len = raw.len;
	} else if (bad.raw_len > 0 && stretch->data[fault->end - 1] == '\r') {
		bad.raw_len--;
	}
	reader->counts.rejected++;
	return rcsv_rejects_add(&reader->rejects, &bad, err);
}

/* Reports the bad rows that begin before `limit`, in their order. */
static int
report(struct rcsv_reader *reader, uint32_t limit, struct error *err)
{
	struct rcsv_faults *faults = &reader->faults;
	rcsv_faults_sort(faults);
	uint32_t i = 0;
	for (; i < faults->count && faults->items[i].begin < limit; i++)
		if (reject(reader, &faults->items[i], err) != 0)
			return -1;
	faults->count -= i;
	if (faults->count > 0)
		memmove(faults->items, faults->items + i,
		    faults->count * sizeof(*faults->items));
	return 0;
}

/* ---- batches --------------------------------------------------------- */

static void
fill_file(struct rcsv_reader *reader, struct column_builder *file,
    uint32_t rows)
{
	uint32_t len = (uint32_t)strlen(reader->file_name);
	uint32_t code = dictionary_add(reader->file_names, reader->file_name,
	    len);
	uint8_t width = dictionary_code_bytes(reader->file_names->count);
	if (code == DICTIONARY_NONE) {
		/* more names than a dictionary holds: plain */
		for (uint32_t row = 0; row < rows; row++)
			column_builder_append_bytes(file, reader->file_name,
			    len);
		return;
	}
	column_builder_use_dictionary(file, reader->file_names, width);
	if (width == 1)
		memset(column_builder_extend(file, rows), (int)code, rows);
	else
		for (uint32_t row = 0; row < rows; row++)
			column_builder_append_code(file, code);
}

/*
 * Where no record is missing and none has a newline in it, each is a line;
 * else newlines are counted.
 */
static void
fill_lines(struct rcsv_reader *reader, const struct rcsv_rows *rows,
    uint64_t *lines)
{
	const struct rcsv_stretch *stretch = &reader->stretch;
	if (reader->rows.ends == stretch->separators &&
	    !stretch->has_quoted_newlines) {
		uint64_t first = stretch->line + reader->row_at - rows->count;
		for (uint32_t row = 0; row < rows->count; row++)
			lines[row] = first + row;
		return;
	}
	for (uint32_t row = 0; row < rows->count; row++)
		lines[row] = rcsv_lines_find(&reader->origin_lines,
		    rcsv_rows_begin(rows, row));
}

/* Of rows that end before reader->row_at. */
static void
fill_origin(struct rcsv_reader *reader, const struct rcsv_rows *rows)
{
	struct column_builder *file =
	    &reader->builder.columns[reader->column_count];
	fill_file(reader, file, rows->count);
	fill_lines(reader, rows, column_builder_extend(file + 1,
	    rows->count));
}

/* Without the bad rows. */
static const struct batch *
keep_good(struct rcsv_reader *reader, const struct batch *batch)
{
	uint32_t count = 0;
	for (uint32_t row = 0; row < batch->row_count; row++) {
		reader->good_rows[count] = row;
		count += !reader->cast.is_bad[row];
	}
	batch_builder_clear(&reader->good);
	/* cannot be full: it holds less than one stretch */
	batch_builder_take(&reader->good, batch, reader->good_rows, count);
	return batch_builder_view(&reader->good, NULL);
}

/* 1 and the next batch of the stretch; 0 if it holds no row; -1. */
static int
make_batch(struct rcsv_reader *reader, const struct batch **batch,
    struct error *err)
{
	struct rcsv_rows rows = reader->rows;
	rows.ends += (size_t)reader->row_at * rows.stride;
	rows.count -= reader->row_at;
	if (rows.count > RCSV_MAX_ROWS)
		rows.count = RCSV_MAX_ROWS;
	reader->row_at += rows.count;
	_Bool is_last = reader->row_at == reader->rows.count;
	uint32_t limit = is_last ? UINT32_MAX :
	    rcsv_rows_begin(&reader->rows, reader->row_at);
	batch_builder_clear(&reader->builder);
	rcsv_cast_start(&reader->cast, rows.count);
	for (uint32_t i = 0; i < reader->column_count; i++)
		rcsv_cast_column(&reader->cast, &rows,
		    reader->columns[i].position, reader->columns[i].field, i,
		    reader->columns[i].coder, &reader->builder.columns[i]);
	if (reader->options.has_origin)
		fill_origin(reader, &rows);
	reader->counts.rows += rows.count;
	if (reader->faults.count > 0 && report(reader, limit, err) != 0)
		return -1;
	*batch = batch_builder_view(&reader->builder, NULL);
	reader->builder.batch.row_count = rows.count;
	if (reader->cast.bad_count > 0)
		*batch = keep_good(reader, *batch);
	struct batch *made = *batch == &reader->builder.batch ?
	    &reader->builder.batch : &reader->good.batch;
	made->block = reader->stretch.block;
	made->block.is_last = made->block.is_last && is_last;
	reader->has_stretch = !is_last;
	return made->row_count > 0 || made->block.is_last;
}

static int
take_stretch(struct rcsv_reader *reader, struct error *err)
{
	const struct rcsv_stretch *stretch = &reader->stretch;
	if (reader->lenient != NULL)
		rcsv_lenient_forget(reader->lenient, stretch->ordinal);
	rcsv_faults_clear(&reader->faults);
	if (rcsv_table_take(&reader->table, &reader->scan.index, stretch,
	    reader->field_count, &reader->rows, &reader->faults,
	    &reader->counts.blank_lines, err) != 0)
		return -1;
	reader->counts.rows += reader->faults.count;
	rcsv_lines_start(&reader->fault_lines, stretch);
	rcsv_lines_start(&reader->origin_lines, stretch);
	reader->row_at = 0;
	reader->has_stretch = 1;
	return 0;
}

static void
end_source(struct rcsv_reader *reader)
{
	reader->stages.block_count = reader->scan.base_block;
	reader->stages.extent = reader->scan.base_offset;
}

static int
reader_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct rcsv_reader *reader = reader_of(source);
	for (;;) {
		if (reader->has_stretch) {
			int got = make_batch(reader, batch, err);
			if (got != 0)
				return got;
			continue;
		}
		if (!reader->has_file) {
			int got = rcsv_reader_open(reader, err);
			if (got < 0)
				return -1;
			if (got == 0) {
				end_source(reader);
				return rcsv_rejects_flush(&reader->rejects,
				    err);
			}
		}
		int got = rcsv_scan_next(&reader->scan, &reader->stretch, err);
		reader->counts.bytes = reader->scan.read_bytes;
		if (got < 0)
			return -1;
		if (got == 0)
			reader->has_file = 0;
		else if (take_stretch(reader, err) != 0)
			return -1;
	}
}

static const struct stages *
reader_stages(struct batch_source *source)
{
	return &reader_of(source)->stages;
}

static void
reader_free(struct batch_source *source)
{
	struct rcsv_reader *reader = reader_of(source);
	for (uint32_t i = 0; reader->columns != NULL &&
	    i < reader->column_count; i++)
		rcsv_coder_free(reader->columns[i].coder);
	mem_free(reader->columns);
	rcsv_lenient_free(reader->lenient);
	rcsv_dialect_free(reader->dialect);
	rcsv_scan_release(&reader->scan);
	rcsv_table_release(&reader->table);
	rcsv_faults_release(&reader->faults);
	rcsv_cast_release(&reader->cast);
	batch_builder_release(&reader->builder);
	batch_builder_release(&reader->good);
	mem_free(reader->good_rows);
	dictionary_free(reader->file_names);
	rcsv_rejects_release(&reader->rejects);
	table_words_release(&reader->extra);
	table_schema_release(&reader->own_schema);
	stream_header_release(&reader->header);
	stages_release(&reader->stages);
	mem_free(reader->file_name);
	mem_free(reader);
}

struct batch_source *
rcsv_source_new(const struct rcsv_options *options,
    const struct table_schema *schema, const struct rcsv_files *files,
    struct batch_sink *rejects, struct error *err)
{
	struct rcsv_reader *reader = mem_zalloc(sizeof(*reader));
	reader->source = (struct batch_source){.header = &reader->header,
	    .next = reader_next, .stages = reader_stages,
	    .free = reader_free};
	reader->options = *options;
	reader->files = *files;
	if (options->origin != NULL)
		reader->header.origin = mem_strdup(options->origin);
	reader->schema = schema->count > 0 ? schema : NULL;
	reader->good_rows = mem_array(RCSV_MAX_ROWS, sizeof(uint32_t));
	rcsv_scan_init(&reader->scan, options->delimiter, options->quote,
	    options->has_quote, options->slice, options->slice_count);
	if (options->record_bytes > 0)
		reader->scan.record_bytes = options->record_bytes;
	rcsv_cast_init(&reader->cast, &schema->missing, &reader->faults);
	int got = rcsv_reader_open(reader, err);
	if (got == 0)
		error_usage(err, "no files");
	if (got != 1 || rcsv_rejects_init(&reader->rejects, rejects,
	    err) != 0) {
		reader_free(&reader->source);
		return NULL;
	}
	return &reader->source;
}

const struct rcsv_counts *
rcsv_source_counts(const struct batch_source *source)
{
	return &((const struct rcsv_reader *)source)->counts;
}

const struct table_words *
rcsv_source_extra(const struct batch_source *source)
{
	return &((const struct rcsv_reader *)source)->extra;
}
