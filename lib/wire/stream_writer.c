#include "wire/stream_writer.h"

#include <string.h>

#include "base/fd.h"
#include "base/hash.h"
#include "batch/recode.h"
#include "wire/frame.h"
#include "wire/header_meta.h"
#include "wire/stream_reader.h"

/*
 * What the reader has of one column's dictionary.  The recoder is used once
 * a second dictionary has turned up, or one with entries that the rows do not
 * use, or not in their order (rows were dropped): the stream's bytes are to
 * be those of its rows, not of what came before.
 */
struct writer_column {
	const struct dictionary *current;	/* the batches' own */
	uint32_t sent;				/* entries sent so far */
	_Bool is_announced;		/* the reader has a dictionary */
	_Bool is_recoded;
	struct recoder recoder;
};

struct stream_writer {
	struct batch_sink sink;
	int fd;
	char *name;			/* owned */
	struct schema schema;		/* a copy */
	_Bool has_blocks;
	_Bool has_begun;
	struct writer_column *columns;	/* owned */
	struct column *views;		/* owned; what goes out */
	struct buffer no_texts;		/* zeroes: offsets of empty values */
	struct buffer meta;
	struct frame_piece *pieces;	/* owned, three a column */
	struct hash_state *sums;	/* owned */
	uint64_t row_count, batch_count, written_bytes;
};

/* Writes what is in writer->meta, with pieces, as a frame. */
static int
put_frame(struct stream_writer *writer, enum frame_type type,
    uint32_t piece_count, struct error *err)
{
	uint64_t sum;
	if (frame_write(writer->fd, writer->name, type, &writer->meta,
	    writer->pieces, piece_count, &sum, &writer->written_bytes,
	    err) != 0)
		return -1;
	if (type != FRAME_MEASURES)
		hash_state_update(writer->sums, &sum, sizeof(sum));
	return 0;
}

static int
writer_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	struct stream_writer *writer = (struct stream_writer *)sink;
	schema_add_all(&writer->schema, &header->schema);
	uint32_t count = header->schema.count;
	writer->has_blocks = header->has_blocks;
	writer->has_begun = 1;
	writer->columns = mem_array(count, sizeof(*writer->columns));
	writer->views = mem_array(count, sizeof(*writer->views));
	writer->pieces = mem_array((size_t)count * 3 + 2,
	    sizeof(*writer->pieces));
	fd_widen_pipe(writer->fd, FD_PIPE_BYTES);
	writer->meta.len = 0;
	header_meta_put(&writer->meta, header);
	return put_frame(writer, FRAME_HEADER, 0, err);
}

/* ---- dictionaries ---------------------------------------------------- */

/* Sends the entries of a dictionary that the reader does not have yet. */
static int
send_entries(struct stream_writer *writer, uint32_t index,
    const struct dictionary *dictionary, struct error *err)
{
	struct writer_column *column = &writer->columns[index];
	uint32_t first = column->sent;
	uint32_t count = dictionary->count - first;
	/* a batch of nulls needs a dictionary too, if an empty one */
	if (count == 0 && column->is_announced)
		return 0;
	column->is_announced = 1;
	const int32_t *offsets = dictionary_offsets(dictionary);
	int32_t *own = mem_array((size_t)count + 1, sizeof(*own));
	for (uint32_t i = 0; i <= count; i++)
		own[i] = offsets[first + i] - offsets[first];
	writer->meta.len = 0;
	meta_put_map(&writer->meta, 4);
	meta_put_text(&writer->meta, "column");
	meta_put_uint(&writer->meta, index);
	meta_put_text(&writer->meta, "first");
	meta_put_uint(&writer->meta, first);
	meta_put_text(&writer->meta, "count");
	meta_put_uint(&writer->meta, count);
	meta_put_text(&writer->meta, "bytes");
	meta_put_uint(&writer->meta, (uint64_t)own[count]);
	writer->pieces[0] = (struct frame_piece){own,
	    ((size_t)count + 1) * sizeof(*own)};
	writer->pieces[1] = (struct frame_piece){
	    dictionary->bytes.data + offsets[first], (size_t)own[count]};
	int result = put_frame(writer, FRAME_DICTIONARY, 2, err);
	mem_free(own);
	column->sent = dictionary->count;
	return result;
}

/* Starts to recode: what the reader has comes first. */
static void
begin_recoding(struct writer_column *column, struct type type)
{
	recoder_init(&column->recoder, type, 1);
	column->is_recoded = 1;
	for (uint32_t code = 0; code < column->sent; code++) {
		uint32_t len;
		const uint8_t *bytes = dictionary_get(column->current, code,
		    &len);
		dictionary_add(column->recoder.merged, bytes, len);
	}
}

/* All rows are null, and no entry was ever used: there is nothing to code. */
static void
make_plain(struct stream_writer *writer, struct column *view, uint32_t rows)
{
	buffer_resize(&writer->no_texts, ((size_t)rows + 1) * sizeof(int32_t));
	view->code_bytes = 0;
	view->dictionary = NULL;
	view->values = writer->no_texts.data;
	view->bytes = writer->no_texts.data;
}

/* Prepares one column to go out, its dictionary sent. */
static int
prepare_column(struct stream_writer *writer, uint32_t index,
    const struct column *column, uint32_t rows, struct error *err)
{
	struct writer_column *state = &writer->columns[index];
	struct column *view = &writer->views[index];
	*view = *column;
	if (column->code_bytes == 0)
		return 0;
	if (state->current == NULL)
		state->current = column->dictionary;
	if (state->current != column->dictionary) {
		if (!state->is_recoded)
			begin_recoding(state, column->type);
		state->current = column->dictionary;
		recoder_forget(&state->recoder, 0);
	}
	if (!state->is_recoded && column->dictionary->count > state->sent &&
	    !recode_is_in_order(column, rows, state->sent))
		begin_recoding(state, column->type);
	if (state->is_recoded && recoder_map(&state->recoder, 0, column, rows,
	    view, err) != 0)
		return -1;
	if (view->code_bytes == 0)
		return 0;
	if (view->dictionary->count == 0) {
		make_plain(writer, view, rows);
		return 0;
	}
	return send_entries(writer, index, view->dictionary, err);
}

/* ---- batches --------------------------------------------------------- */

static void
put_block(struct stream_writer *writer, const struct batch *batch)
{
	struct buffer *meta = &writer->meta;
	if (!writer->has_blocks) {
		meta_put_null(meta);
		return;
	}
	meta_put_array(meta, 4);
	meta_put_uint(meta, batch->block.index);
	meta_put_uint(meta, batch->block.begin);
	meta_put_uint(meta, batch->block.end);
	meta_put_bool(meta, batch->block.is_last);
}

static void
put_column(struct stream_writer *writer, const struct column *column,
    uint32_t rows, struct frame_piece *pieces)
{
	struct buffer *meta = &writer->meta;
	pieces[0] = (struct frame_piece){column->validity,
	    column->null_count > 0 && column->validity != NULL ?
	    bitmap_bytes(rows) : 0};
	pieces[1] = (struct frame_piece){column->values,
	    column_values_bytes(column, rows)};
	pieces[2] = (struct frame_piece){column->bytes,
	    column_data_bytes(column, rows)};
	meta_put_array(meta, 5);
	meta_put_uint(meta, column->code_bytes);
	meta_put_uint(meta, column->null_count);
	for (unsigned i = 0; i < 3; i++)
		meta_put_uint(meta, pieces[i].len);
}

static int
put_mark(struct stream_writer *writer, uint64_t epoch, struct error *err)
{
	writer->meta.len = 0;
	meta_put_map(&writer->meta, 1);
	meta_put_text(&writer->meta, "epoch");
	meta_put_uint(&writer->meta, epoch);
	return put_frame(writer, FRAME_MARK, 0, err);
}

static int
writer_write(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct stream_writer *writer = (struct stream_writer *)sink;
	uint32_t rows = batch->row_count;
	if (batch->is_mark)
		return put_mark(writer, batch->epoch, err);
	if (rows > BATCH_MAX_ROWS)
		return error_data(err, "a batch of %u rows; the limit is %u",
		    rows, BATCH_MAX_ROWS);
	for (uint32_t i = 0; i < batch->column_count; i++)
		if (prepare_column(writer, i, &batch->columns[i], rows,
		    err) != 0)
			return -1;
	writer->meta.len = 0;
	meta_put_map(&writer->meta, 3);
	meta_put_text(&writer->meta, "rows");
	meta_put_uint(&writer->meta, rows);
	meta_put_text(&writer->meta, "block");
	put_block(writer, batch);
	meta_put_text(&writer->meta, "columns");
	meta_put_array(&writer->meta, batch->column_count);
	for (uint32_t i = 0; i < batch->column_count; i++)
		put_column(writer, &writer->views[i], rows,
		    &writer->pieces[(size_t)i * 3]);
	if (put_frame(writer, FRAME_BATCH, batch->column_count * 3, err) != 0)
		return -1;
	writer->row_count += rows;
	writer->batch_count++;
	return 0;
}

/* ---- the end --------------------------------------------------------- */

static void
measures_put(struct buffer *meta, const struct stages *stages)
{
	meta->len = 0;
	meta_put_map(meta, 1);
	meta_put_text(meta, "measures");
	measures_meta_put(meta, stages);
}

/* What the end frame says besides the stages. */
struct totals {
	uint64_t row_count, batch_count, sum;
	_Bool has_blocks;
};

static void
end_put(struct buffer *meta, const struct totals *totals,
    const struct stages *stages)
{
	meta->len = 0;
	meta_put_map(meta, 6);
	meta_put_text(meta, "rows");
	meta_put_uint(meta, totals->row_count);
	meta_put_text(meta, "batches");
	meta_put_uint(meta, totals->batch_count);
	meta_put_text(meta, "sum");
	meta_put_uint(meta, totals->sum);
	meta_put_text(meta, "block_count");
	meta_put_uint(meta, totals->has_blocks ? stages->block_count : 0);
	meta_put_text(meta, "extent");
	meta_put_uint(meta, totals->has_blocks ? stages->extent : 0);
	meta_put_text(meta, "stages");
	stages_meta_put(meta, stages);
}

static int
writer_finish(struct batch_sink *sink, const struct stages *stages,
    struct error *err)
{
	struct stream_writer *writer = (struct stream_writer *)sink;
	if (fd_is_pipe(writer->fd)) {
		measures_put(&writer->meta, stages);
		if (put_frame(writer, FRAME_MEASURES, 0, err) != 0)
			return -1;
	}
	const struct totals totals = {writer->row_count, writer->batch_count,
	    hash_state_digest(writer->sums), writer->has_blocks};
	end_put(&writer->meta, &totals, stages);
	return put_frame(writer, FRAME_END, 0, err);
}

void
stream_end_build(const struct stream_decoder *decoder,
    const struct stages *stages, struct frame *measures, struct frame *end)
{
	struct buffer meta = {0};
	const struct totals totals = {decoder->row_count,
	    decoder->batch_count, decoder->end_sum,
	    decoder->header.has_blocks};
	measures_put(&meta, stages);
	frame_build(FRAME_MEASURES, &meta, measures);
	end_put(&meta, &totals, stages);
	frame_build(FRAME_END, &meta, end);
	buffer_release(&meta);
}

/*
 * Who failed, and why: an error that was passed on says both, "tool: why".
 */
static void
put_cause(struct buffer *meta, const struct error *why,
    const struct stages *stages)
{
	const char *colon = strstr(why->text, ": ");
	char *tool = why->is_passed_on && colon != NULL ?
	    mem_strndup(why->text, (size_t)(colon - why->text)) :
	    mem_strdup(stages->count > 0 ?
	    stages->items[stages->count - 1].tool : "riffle");
	meta_put_text(meta, "tool");
	meta_put_text(meta, tool);
	meta_put_text(meta, "why");
	meta_put_text(meta, why->is_passed_on && colon != NULL ? colon + 2 :
	    why->text);
	mem_free(tool);
}

static void
abort_put(struct buffer *meta, const struct error *why,
    const struct stages *stages)
{
	meta->len = 0;
	meta_put_map(meta, 4);
	put_cause(meta, why, stages);
	meta_put_text(meta, "status");
	meta_put_uint(meta, (uint64_t)why->status);
	meta_put_text(meta, "stages");
	stages_meta_put(meta, stages);
}

/* A failure to say that we failed changes nothing: the stream ends cut. */
static void
writer_abort(struct batch_sink *sink, const struct error *why,
    const struct stages *stages)
{
	struct stream_writer *writer = (struct stream_writer *)sink;
	struct error ignored;
	abort_put(&writer->meta, why, stages);
	put_frame(writer, FRAME_ABORT, 0, &ignored);
}

void
stream_abort_build(const struct error *why, const struct stages *stages,
    struct frame *frame)
{
	struct buffer meta = {0};
	abort_put(&meta, why, stages);
	frame_build(FRAME_ABORT, &meta, frame);
	buffer_release(&meta);
}

static void
writer_free(struct batch_sink *sink)
{
	struct stream_writer *writer = (struct stream_writer *)sink;
	for (uint32_t i = 0; writer->columns != NULL &&
	    i < writer->schema.count; i++)
		if (writer->columns[i].is_recoded)
			recoder_release(&writer->columns[i].recoder);
	schema_release(&writer->schema);
	mem_free(writer->columns);
	mem_free(writer->views);
	mem_free(writer->pieces);
	mem_free(writer->name);
	buffer_release(&writer->no_texts);
	buffer_release(&writer->meta);
	hash_state_free(writer->sums);
	mem_free(writer);
}

struct batch_sink *
stream_writer_new(int fd, const char *name)
{
	struct stream_writer *writer = mem_zalloc(sizeof(*writer));
	writer->sink = (struct batch_sink){.begin = writer_begin,
	    .write = writer_write, .finish = writer_finish,
	    .abort = writer_abort, .free = writer_free};
	writer->fd = fd;
	writer->name = mem_strdup(name);
	writer->sums = hash_state_new();
	return &writer->sink;
}

uint64_t
stream_writer_bytes(const struct batch_sink *sink)
{
	return ((const struct stream_writer *)sink)->written_bytes;
}
