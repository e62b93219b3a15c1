#include "format/parquet_writer_internal.h"

#include <assert.h>

/* ---- blocks ---------------------------------------------------------- */

struct column_builder *
parquet_block_new(const struct parquet_shared *shared)
{
	const struct schema *schema = &shared->schema;
	struct column_builder *block = mem_array(schema->count,
	    sizeof(*block));
	for (uint32_t i = 0; i < schema->count; i++)
		column_builder_init(&block[i], schema->fields[i].type);
	return block;
}

void
parquet_block_free(const struct parquet_shared *shared,
    struct column_builder *block)
{
	for (uint32_t i = 0; i < shared->schema.count; i++)
		column_builder_release(&block[i]);
	mem_free(block);
}

static size_t
block_bytes(const struct parquet_shared *shared,
    const struct column_builder *block)
{
	size_t bytes = 0;
	for (uint32_t i = 0; i < shared->schema.count; i++)
		bytes += block[i].validity.capacity +
		    block[i].values.capacity + block[i].bytes.capacity;
	return bytes;
}

/* For the next run, of any writer. */
static void
return_block(struct parquet_shared *shared, struct column_builder *block)
{
	uint32_t count = shared->free_count;
	for (uint32_t i = 0; i < shared->schema.count; i++)
		column_builder_clear(&block[i]);
	shared->free_bytes += block_bytes(shared, block);
	if ((count & (count - 1)) == 0)
		shared->free_blocks = mem_grow_array(shared->free_blocks,
		    count == 0 ? 1 : (size_t)count * 2,
		    sizeof(*shared->free_blocks));
	shared->free_blocks[shared->free_count++] = block;
}

/* The caller makes another block to be staged. */
static void
add_run(struct parquet_writer *writer)
{
	uint32_t count = writer->run_count++;
	if ((count & (count - 1)) == 0)
		writer->runs = mem_grow_array(writer->runs,
		    count == 0 ? 1 : (size_t)count * 2,
		    sizeof(*writer->runs));
	struct parquet_run *run = &writer->runs[count];
	*run = (struct parquet_run){.block = writer->staged,
	    .row_count = writer->block_rows};
	writer->block_bytes += block_bytes(writer->shared, run->block);
	writer->block_rows = 0;
}

void
parquet_block_keep(struct parquet_writer *writer)
{
	struct parquet_shared *shared = writer->shared;
	add_run(writer);
	if (shared->free_count == 0) {
		writer->staged = parquet_block_new(shared);
		return;
	}
	writer->staged = shared->free_blocks[--shared->free_count];
	shared->free_bytes -= block_bytes(shared, writer->staged);
}

size_t
parquet_shared_idle_bytes(const struct parquet_shared *shared)
{
	return shared->free_bytes + shared->scratch.blocks.bytes;
}

void
parquet_shared_trim(struct parquet_shared *shared)
{
	while (shared->free_count > 0)
		parquet_block_free(shared,
		    shared->free_blocks[--shared->free_count]);
	shared->free_bytes = 0;
	block_pool_release(&shared->scratch.blocks);
}

void
parquet_runs_release(struct parquet_writer *writer)
{
	for (uint32_t i = 0; i < writer->run_count; i++) {
		struct parquet_run *run = &writer->runs[i];
		if (run->block != NULL)
			return_block(writer->shared, run->block);
		mem_free(run->columns);
	}
	mem_free(writer->runs);
	writer->runs = NULL;
	writer->run_count = 0;
	writer->block_bytes = 0;
}

size_t
parquet_writer_bytes(const struct parquet_writer *writer)
{
	size_t bytes = writer->block_bytes +
	    block_bytes(writer->shared, writer->staged);
	for (uint32_t i = 0; i < writer->shared->schema.count; i++)
		bytes += parquet_column_writer_bytes(&writer->columns[i]);
	return bytes;
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

/* Moves the run's block to the temporary file. */
static int
spill_run(struct parquet_writer *writer, struct parquet_run *run,
    const struct parquet_spill *spill, uint64_t *spilled, struct error *err)
{
	uint32_t count = writer->shared->schema.count;
	struct buffer *bytes = &writer->shared->scratch.body;
	run->columns = mem_array(count, sizeof(*run->columns));
	bytes->len = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct column column = column_builder_view(&run->block[i]);
		append_run_column(&column, run->row_count, &run->columns[i],
		    bytes);
	}
	run->len = bytes->len;
	if (spill->append(spill->ctx, bytes->data, bytes->len, &run->offset,
	    err) != 0)
		return -1;
	*spilled += run->len;
	writer->block_bytes -= block_bytes(writer->shared, run->block);
	return_block(writer->shared, run->block);
	run->block = NULL;
	return 0;
}

/* Moves all rows in memory. */
static int
spill_rows(struct parquet_writer *writer, const struct parquet_spill *spill,
    uint64_t *spilled, struct error *err)
{
	struct parquet_shared *shared = writer->shared;
	for (uint32_t i = 0; i < shared->schema.count; i++)
		if (type_is_variable(shared->schema.fields[i].type))
			parquet_text_count(writer, i);
	if (writer->block_rows > 0) {
		add_run(writer);
		writer->staged = parquet_block_new(shared);
	}
	for (uint32_t i = 0; i < writer->run_count; i++)
		if (writer->runs[i].block != NULL &&
		    spill_run(writer, &writer->runs[i], spill, spilled,
		    err) != 0)
			return -1;
	return 0;
}

int
parquet_writer_spill(struct parquet_writer *writer,
    const struct parquet_spill *spill, enum parquet_spill_depth depth,
    uint64_t *spilled, struct error *err)
{
	struct parquet_scratch *scratch = &writer->shared->scratch;
	assert(writer->spill == NULL || writer->spill == spill);
	writer->spill = spill;
	if (writer->block_rows == 0) {
		/* Empty builders keep their memory for the next page. */
		parquet_block_free(writer->shared, writer->staged);
		writer->staged = parquet_block_new(writer->shared);
	}
	for (uint32_t i = 0; i < writer->shared->schema.count; i++) {
		struct parquet_column_writer *column = &writer->columns[i];
		if (parquet_column_writer_spill(column, scratch, spill,
		    spilled, err) != 0 || (depth >= PARQUET_SPILL_ALL &&
		    parquet_column_writer_save(column, scratch, spill,
		    spilled, err) != 0))
			return -1;
	}
	return depth < PARQUET_SPILL_ROWS ? 0 :
	    spill_rows(writer, spill, spilled, err);
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

static int
append_column(struct parquet_writer *writer, uint32_t index,
    const struct column *column, uint32_t rows, struct error *err)
{
	/* Pages are short: this cannot be full. */
	if (column_builder_append(&writer->shared->page[index], column, 0,
	    rows) != 0)
		return error_data(err, "column '%s': page too large",
		    writer->shared->schema.fields[index].name);
	return 0;
}

static int
append_block(struct parquet_writer *writer,
    const struct column_builder *block, struct error *err)
{
	for (uint32_t i = 0; i < writer->shared->schema.count; i++) {
		struct column column = column_builder_view(&block[i]);
		if (append_column(writer, i, &column, block[i].row_count,
		    err) != 0)
			return -1;
	}
	return 0;
}

/* Appends a run that is away. */
static int
append_run(struct parquet_writer *writer, const struct parquet_run *run,
    struct buffer *bytes, struct buffer buffers[3], struct error *err)
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
		if (append_column(writer, i, &column, run->row_count,
		    err) != 0)
			return -1;
	}
	return 0;
}

int
parquet_runs_join(struct parquet_writer *writer, struct error *err)
{
	struct buffer bytes = {0};
	struct buffer buffers[3] = {{0}};
	int result = 0;
	for (uint32_t i = 0; i < writer->run_count && result == 0; i++) {
		const struct parquet_run *run = &writer->runs[i];
		result = run->block != NULL ?
		    append_block(writer, run->block, err) :
		    append_run(writer, run, &bytes, buffers, err);
	}
	if (result == 0)
		result = append_block(writer, writer->staged, err);
	for (uint32_t i = 0; i < writer->shared->schema.count; i++)
		column_builder_clear(&writer->staged[i]);
	parquet_runs_release(writer);
	buffer_release(&bytes);
	for (int i = 0; i < 3; i++)
		buffer_release(&buffers[i]);
	return result;
}
