#include "format/parquet_writer_internal.h"

#include <assert.h>

size_t
parquet_writer_bytes(const struct parquet_writer *writer)
{
	size_t bytes = 0;
	for (uint32_t i = 0; i < writer->shared->schema.count; i++) {
		const struct column_builder *staged = &writer->staged[i];
		bytes += parquet_column_writer_bytes(&writer->columns[i]) +
		    staged->validity.capacity + staged->values.capacity +
		    staged->bytes.capacity;
	}
	return bytes;
}

void
parquet_runs_release(struct parquet_writer *writer)
{
	for (uint32_t i = 0; i < writer->run_count; i++)
		mem_free(writer->runs[i].columns);
	mem_free(writer->runs);
	writer->runs = NULL;
	writer->run_count = 0;
}

/* ---- out ------------------------------------------------------------- */

static void
append_run_column(const struct column *column, uint32_t rows,
    struct parquet_run_column *saved, struct buffer *out)
{
	*saved = (struct parquet_run_column){
	    .validity_len = column->validity != NULL ?
		bitmap_bytes(rows) : 0,
	    .values_len = column_values_bytes(column, rows),
	    .bytes_len = column_data_bytes(column, rows),
	    .null_count = column->null_count,
	    .code_bytes = column->code_bytes,
	    .dictionary = column->dictionary};
	if (saved->validity_len > 0)
		buffer_append(out, column->validity, saved->validity_len);
	if (saved->values_len > 0)
		buffer_append(out, column->values, saved->values_len);
	if (saved->bytes_len > 0)
		buffer_append(out, column->bytes, saved->bytes_len);
}

/* Empty builders keep their memory for the next page: no more. */
static void
release_staged(struct parquet_writer *writer)
{
	for (uint32_t i = 0; i < writer->shared->schema.count; i++) {
		column_builder_release(&writer->staged[i]);
		column_builder_init(&writer->staged[i],
		    writer->shared->schema.fields[i].type);
	}
}

/* Moves the staged rows in memory to a run. */
static int
spill_staged(struct parquet_writer *writer, const struct parquet_spill *spill,
    uint64_t *spilled, struct error *err)
{
	uint32_t count = writer->shared->schema.count;
	uint32_t rows = writer->staged[0].row_count;
	struct buffer *bytes = &writer->shared->scratch.body;
	if (rows == 0)
		return 0;
	struct parquet_run run = {.row_count = rows,
	    .columns = mem_array(count, sizeof(*run.columns))};
	bytes->len = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct column column = column_builder_view(
		    &writer->staged[i]);
		append_run_column(&column, rows, &run.columns[i], bytes);
		if (type_is_variable(column.type))
			parquet_text_count(writer, i);
		writer->text[i].counted_rows = 0;
	}
	release_staged(writer);
	run.len = bytes->len;
	writer->runs = mem_grow_array(writer->runs, writer->run_count + 1,
	    sizeof(*writer->runs));
	if (spill->append(spill->ctx, bytes->data, bytes->len, &run.offset,
	    err) != 0) {
		mem_free(run.columns);
		return -1;
	}
	*spilled += run.len;
	writer->runs[writer->run_count++] = run;
	return 0;
}

int
parquet_writer_spill(struct parquet_writer *writer,
    const struct parquet_spill *spill, _Bool with_rows, uint64_t *spilled,
    struct error *err)
{
	assert(writer->spill == NULL || writer->spill == spill);
	writer->spill = spill;
	for (uint32_t i = 0; i < writer->shared->schema.count; i++)
		if (parquet_column_writer_spill(&writer->columns[i],
		    &writer->shared->scratch, spill, with_rows, spilled,
		    err) != 0)
			return -1;
	if (writer->staged[0].row_count == 0)
		release_staged(writer);
	return with_rows ? spill_staged(writer, spill, spilled, err) : 0;
}

/* ---- back in --------------------------------------------------------- */

/*
 * One column of a run as a column: its buffers are copied out, so that they
 * are aligned and may be read over their ends.  Returns the bytes passed.
 */
static size_t
load_column(const uint8_t *from, const struct parquet_run_column *saved,
    struct type type, struct buffer buffers[3], struct column *column)
{
	const size_t lens[3] = {saved->validity_len, saved->values_len,
	    saved->bytes_len};
	size_t used = 0;
	for (int i = 0; i < 3; i++) {
		buffers[i].len = 0;
		buffer_reserve(&buffers[i], lens[i] + 1);
		buffer_append(&buffers[i], from + used, lens[i]);
		used += lens[i];
	}
	*column = (struct column){.type = type,
	    .code_bytes = saved->code_bytes,
	    .null_count = saved->null_count,
	    .validity = saved->validity_len > 0 ? buffers[0].data : NULL,
	    .values = buffers[1].data,
	    .bytes = buffers[2].data,
	    .dictionary = saved->dictionary};
	return used;
}

/* Appends the run, and after the last one what was staged in memory. */
static int
append_run(struct parquet_writer *writer, const struct parquet_run *run,
    struct column_builder *builders, struct buffer *bytes,
    struct buffer buffers[3], struct error *err)
{
	const struct schema *schema = &writer->shared->schema;
	buffer_resize(bytes, run->len);
	if (writer->spill->read(writer->spill->ctx, run->offset, bytes->data,
	    run->len, err) != 0)
		return -1;
	size_t at = 0;
	for (uint32_t i = 0; i < schema->count; i++) {
		struct column column;
		at += load_column(bytes->data + at, &run->columns[i],
		    schema->fields[i].type, buffers, &column);
		/* Pages are short: this cannot be full. */
		if (column_builder_append(&builders[i], &column, 0,
		    run->row_count) != 0)
			return error_data(err, "column '%s': page too large",
			    schema->fields[i].name);
	}
	return 0;
}

static int
append_staged(struct parquet_writer *writer, struct column_builder *builders,
    struct error *err)
{
	for (uint32_t i = 0; i < writer->shared->schema.count; i++) {
		struct column column = column_builder_view(
		    &writer->staged[i]);
		if (column_builder_append(&builders[i], &column, 0,
		    writer->staged[i].row_count) != 0)
			return error_data(err, "column '%s': page too large",
			    writer->shared->schema.fields[i].name);
	}
	return 0;
}

int
parquet_runs_load(struct parquet_writer *writer, struct error *err)
{
	uint32_t count = writer->shared->schema.count;
	struct buffer bytes = {0};
	struct buffer buffers[3] = {{0}};
	int result = 0;
	if (writer->run_count == 0)
		return 0;
	struct column_builder *builders = mem_array(count, sizeof(*builders));
	for (uint32_t i = 0; i < count; i++)
		column_builder_init(&builders[i],
		    writer->shared->schema.fields[i].type);
	for (uint32_t i = 0; i < writer->run_count && result == 0; i++)
		result = append_run(writer, &writer->runs[i], builders,
		    &bytes, buffers, err);
	if (result == 0)
		result = append_staged(writer, builders, err);
	for (uint32_t i = 0; i < count; i++)
		column_builder_release(&writer->staged[i]);
	mem_free(writer->staged);
	writer->staged = builders;
	parquet_runs_release(writer);
	buffer_release(&bytes);
	for (int i = 0; i < 3; i++)
		buffer_release(&buffers[i]);
	return result;
}
