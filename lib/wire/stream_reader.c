#include "wire/stream_reader.h"

#include <poll.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "wire/header_meta.h"

void
stream_decoder_init(struct stream_decoder *decoder, const char *name)
{
	*decoder = (struct stream_decoder){.name = name};
	decoder->sums = hash_state_new();
}

void
stream_decoder_release(struct stream_decoder *decoder)
{
	if (decoder->dictionaries != NULL)
		for (uint32_t i = 0; i < decoder->header.schema.count; i++)
			dictionary_free(decoder->dictionaries[i]);
	mem_free(decoder->dictionaries);
	stream_header_release(&decoder->header);
	mem_free(decoder->batch.columns);
	stages_release(&decoder->stages);
	stages_release(&decoder->measures);
	hash_state_free(decoder->sums);
	*decoder = (struct stream_decoder){0};
}

int
stream_decoder_cut(const struct stream_decoder *decoder, struct error *err)
{
	return error_data(err, "%s: truncated after frame %llu: the end frame "
	    "is missing", decoder->name,
	    (unsigned long long)decoder->frame_count);
}

/* Puts "name: frame N" before an error of the frame's contents. */
static int
in_frame(const struct stream_decoder *decoder, struct error *err)
{
	err->status = STATUS_DATA;
	return error_prefix(err, "%s: frame %llu", decoder->name,
	    (unsigned long long)decoder->frame_count);
}

/* ---- buffers of a frame ---------------------------------------------- */

/* What is left of a frame's data, taken buffer by buffer. */
struct cursor {
	const uint8_t *at;
	size_t left;
};

/* Takes a buffer of len bytes and its padding; NULL if it is not there. */
static const uint8_t *
take_buffer(struct cursor *cursor, uint64_t len)
{
	uint64_t padded = (len + FRAME_ALIGNMENT - 1) &
	    ~(uint64_t)(FRAME_ALIGNMENT - 1);
	if (len > FRAME_MAX_BYTES || padded > cursor->left)
		return NULL;
	const uint8_t *buffer = cursor->at;
	cursor->at += padded;
	cursor->left -= padded;
	return buffer;
}

static struct cursor
after_meta(const struct frame *frame, size_t meta_bytes)
{
	size_t skip = (meta_bytes + FRAME_ALIGNMENT - 1) &
	    ~(size_t)(FRAME_ALIGNMENT - 1);
	size_t total = frame_data_bytes(frame);
	if (skip > total)
		return (struct cursor){frame_data(frame) + total, 0};
	return (struct cursor){frame_data(frame) + skip, total - skip};
}

/* ---- the frames ------------------------------------------------------ */

static int
take_header(struct stream_decoder *decoder, const struct meta_item *map,
    struct error *err)
{
	if (header_meta_read(map, &decoder->header, err) != 0)
		return -1;
	uint32_t columns = decoder->header.schema.count;
	decoder->has_header = 1;
	decoder->dictionaries = mem_array(columns,
	    sizeof(struct dictionary *));
	decoder->batch.columns = mem_array(columns, sizeof(struct column));
	decoder->batch.column_count = columns;
	return STREAM_HEADER;
}

static int
take_dictionary(struct stream_decoder *decoder, const struct meta_item *map,
    struct cursor cursor, struct error *err)
{
	uint64_t column, first, count, len;
	if (meta_need_uint(map, "column", SCHEMA_MAX_COLUMNS, &column,
	    err) != 0 ||
	    meta_need_uint(map, "first", DICTIONARY_MAX_ENTRIES, &first,
	    err) != 0 ||
	    meta_need_uint(map, "count", DICTIONARY_MAX_ENTRIES, &count,
	    err) != 0 ||
	    meta_need_uint(map, "bytes", DICTIONARY_MAX_BYTES, &len, err) != 0)
		return -1;
	if (column >= decoder->header.schema.count ||
	    !type_is_variable(decoder->header.schema.fields[column].type))
		return error_data(err, "a dictionary for column %llu",
		    (unsigned long long)column);
	if (decoder->dictionaries[column] == NULL)
		decoder->dictionaries[column] = dictionary_new();
	struct dictionary *dictionary = decoder->dictionaries[column];
	const int32_t *offsets = (const void *)take_buffer(&cursor,
	    (count + 1) * sizeof(int32_t));
	const uint8_t *bytes = take_buffer(&cursor, len);
	if (first != dictionary->count || offsets == NULL || bytes == NULL ||
	    offsets[0] != 0)
		return error_data(err, "the dictionary is broken");
	for (uint32_t i = 0; i < count; i++) {
		if (offsets[i + 1] < offsets[i] ||
		    (uint64_t)offsets[i + 1] > len)
			return error_data(err, "a dictionary's offsets are "
			    "broken");
		if (dictionary_add(dictionary, bytes + offsets[i],
		    (uint32_t)(offsets[i + 1] - offsets[i])) != first + i)
			return error_data(err, "dictionary entry %llu is there "
			    "twice or beyond the limit",
			    (unsigned long long)(first + i));
	}
	return STREAM_DICTIONARY;
}

/* The lengths that the column's buffers must have. */
static int
take_column(struct stream_decoder *decoder, uint32_t index,
    const struct meta_item *item, struct cursor *cursor, struct error *err)
{
	struct column *column = &decoder->batch.columns[index];
	const struct field *field = &decoder->header.schema.fields[index];
	uint32_t rows = decoder->batch.row_count;
	uint64_t form, nulls, lens[3];
	if (meta_count(item) != 5 || meta_uint(meta_at(item, 0), &form) != 0 ||
	    meta_uint(meta_at(item, 1), &nulls) != 0 || nulls > rows ||
	    meta_uint(meta_at(item, 2), &lens[0]) != 0 ||
	    meta_uint(meta_at(item, 3), &lens[1]) != 0 ||
	    meta_uint(meta_at(item, 4), &lens[2]) != 0)
		return error_data(err, "its description is broken");
	if (form != 0 && ((form != 1 && form != 2 && form != 4) ||
	    !type_is_variable(field->type) ||
	    decoder->dictionaries[index] == NULL))
		return error_data(err, "form %llu does not fit",
		    (unsigned long long)form);
	if (nulls > 0 && !field->is_nullable)
		return error_data(err, "%llu nulls in a column declared "
		    "without", (unsigned long long)nulls);
	*column = (struct column){.type = field->type,
	    .code_bytes = (uint8_t)form, .null_count = (uint32_t)nulls,
	    .dictionary = form != 0 ? decoder->dictionaries[index] : NULL};
	const uint8_t *validity = take_buffer(cursor, lens[0]);
	column->values = take_buffer(cursor, lens[1]);
	column->bytes = take_buffer(cursor, lens[2]);
	if (validity == NULL || column->values == NULL ||
	    column->bytes == NULL)
		return error_data(err, "its buffers pass the frame's end");
	if ((lens[0] != 0 && lens[0] != bitmap_bytes(rows)) ||
	    lens[1] != column_values_bytes(column, rows))
		return error_data(err, "its buffers do not fit %u rows", rows);
	column->validity = lens[0] != 0 ? validity : NULL;
	if (!decoder->is_checked && column_check(column, rows, err) != 0)
		return -1;
	if (lens[2] != column_data_bytes(column, rows))
		return error_data(err, "%llu bytes of text where the offsets "
		    "say %zu", (unsigned long long)lens[2],
		    column_data_bytes(column, rows));
	return 0;
}

static int
take_block(struct stream_decoder *decoder, const struct meta_item *item,
    struct error *err)
{
	struct block *block = &decoder->batch.block;
	*block = (struct block){0};
	if (!decoder->header.has_blocks)
		return 0;
	if (meta_count(item) != 4 ||
	    meta_uint(meta_at(item, 0), &block->index) != 0 ||
	    meta_uint(meta_at(item, 1), &block->begin) != 0 ||
	    meta_uint(meta_at(item, 2), &block->end) != 0 ||
	    meta_bool(meta_at(item, 3), &block->is_last) != 0 ||
	    block->end < block->begin)
		return error_data(err, "its block is broken");
	return 0;
}

static int
take_batch(struct stream_decoder *decoder, const struct meta_item *map,
    struct cursor cursor, struct error *err)
{
	uint64_t rows;
	const struct meta_item *columns;
	if (meta_need_uint(map, "rows", BATCH_MAX_ROWS, &rows, err) != 0 ||
	    meta_need_array(map, "columns", &columns, err) != 0 ||
	    take_block(decoder, meta_get(map, "block"), err) != 0)
		return -1;
	decoder->batch.row_count = (uint32_t)rows;
	decoder->batch.is_mark = 0;
	if (meta_count(columns) != decoder->batch.column_count)
		return error_data(err, "%u columns where the schema has %u",
		    meta_count(columns), decoder->batch.column_count);
	for (uint32_t i = 0; i < decoder->batch.column_count; i++)
		if (take_column(decoder, i, meta_at(columns, i), &cursor,
		    err) != 0)
			return error_prefix(err, "column '%s'",
			    decoder->header.schema.fields[i].name);
	if (cursor.left != 0)
		return error_data(err, "%zu bytes after the last column",
		    cursor.left);
	decoder->row_count += rows;
	decoder->batch_count++;
	return STREAM_BATCH;
}

/* A mark looks like an empty batch. */
static int
take_mark(struct stream_decoder *decoder, const struct meta_item *map,
    struct error *err)
{
	struct batch *batch = &decoder->batch;
	static const int32_t no_offsets[16] __attribute__((aligned(64)));
	if (meta_need_uint(map, "epoch", UINT64_MAX, &batch->epoch, err) != 0)
		return -1;
	batch->row_count = 0;
	batch->is_mark = 1;
	batch->block = (struct block){0};
	for (uint32_t i = 0; i < batch->column_count; i++)
		batch->columns[i] = (struct column){
		    .type = decoder->header.schema.fields[i].type,
		    .values = no_offsets,
		    .bytes = (const uint8_t *)no_offsets};
	return STREAM_BATCH;
}

/* Gives the stages what the measures frame said before them. */
static int
join_measures(struct stream_decoder *decoder, struct error *err)
{
	if (decoder->measures.count > decoder->stages.count)
		return error_data(err, "measures of %u stages, of which there "
		    "are %u", decoder->measures.count, decoder->stages.count);
	for (uint32_t i = 0; i < decoder->measures.count; i++)
		decoder->stages.items[i].measures =
		    decoder->measures.items[i].measures;
	return 0;
}

static int
take_measures(struct stream_decoder *decoder, const struct meta_item *map,
    struct error *err)
{
	const struct meta_item *array;
	if (meta_need_array(map, "measures", &array, err) != 0)
		return -1;
	stages_release(&decoder->measures);
	struct stage none = {0};
	for (uint32_t i = 0; i < meta_count(array); i++)
		stages_add(&decoder->measures, &none);
	return measures_meta_read(array, &decoder->measures, err) != 0 ? -1 :
	    STREAM_MEASURES;
}

static int
take_end(struct stream_decoder *decoder, const struct meta_item *map,
    struct error *err)
{
	uint64_t rows, batches, sum;
	const struct meta_item *stages;
	if (meta_need_uint(map, "rows", UINT64_MAX, &rows, err) != 0 ||
	    meta_need_uint(map, "batches", UINT64_MAX, &batches, err) != 0 ||
	    meta_need_uint(map, "sum", UINT64_MAX, &sum, err) != 0 ||
	    meta_need_uint(map, "block_count", UINT64_MAX,
	    &decoder->stages.block_count, err) != 0 ||
	    meta_need_uint(map, "extent", UINT64_MAX, &decoder->stages.extent,
	    err) != 0 ||
	    meta_need_array(map, "stages", &stages, err) != 0)
		return -1;
	if (rows != decoder->row_count || batches != decoder->batch_count)
		return error_data(err, "%llu rows in %llu batches where the "
		    "end frame says %llu in %llu",
		    (unsigned long long)decoder->row_count,
		    (unsigned long long)decoder->batch_count,
		    (unsigned long long)rows, (unsigned long long)batches);
	decoder->end_sum = hash_state_digest(decoder->sums);
	if (sum != decoder->end_sum)
		return error_data(err, "the sum over all frames does not "
		    "match: a frame is missing, doubled or moved");
	if (stages_meta_read(stages, &decoder->stages, err) != 0 ||
	    join_measures(decoder, err) != 0)
		return -1;
	decoder->has_ended = 1;
	return STREAM_END;
}

/* Turns an abort frame into the error that it carries. */
static int
take_abort(struct stream_decoder *decoder, const struct meta_item *map,
    struct error *err)
{
	uint64_t status;
	char *tool = NULL;
	char *why = NULL;
	if (meta_need_uint(map, "status", 255, &status, err) != 0 ||
	    meta_need_text(map, "tool", &tool, err) != 0 ||
	    meta_need_text(map, "why", &why, err) != 0) {
		mem_free(tool);
		return in_frame(decoder, err);
	}
	stages_meta_read(meta_get(map, "stages"), &decoder->stages, err);
	error_set(err, status != 0 ? (enum status)status : STATUS_DATA,
	    "%s: %s", tool, why);
	err->is_passed_on = 1;
	mem_free(tool);
	mem_free(why);
	return -1;
}

static int
take_meta(struct stream_decoder *decoder, const struct frame *frame,
    const struct meta_item *map, size_t meta_bytes, struct error *err)
{
	switch (frame->type) {
	case FRAME_HEADER:
		return take_header(decoder, map, err);
	case FRAME_DICTIONARY:
		return take_dictionary(decoder, map, after_meta(frame,
		    meta_bytes), err);
	case FRAME_BATCH:
		return take_batch(decoder, map, after_meta(frame, meta_bytes),
		    err);
	case FRAME_MARK:
		return take_mark(decoder, map, err);
	case FRAME_MEASURES:
		return take_measures(decoder, map, err);
	default:
		return take_end(decoder, map, err);
	}
}

int
stream_decoder_take(struct stream_decoder *decoder, const struct frame *frame,
    struct error *err)
{
	size_t used;
	struct meta *meta = meta_parse(frame_data(frame),
	    frame_data_bytes(frame), &used, err);
	if (meta == NULL)
		return in_frame(decoder, err);
	int event;
	if (frame->type == FRAME_ABORT) {
		event = take_abort(decoder, meta_root(meta), err);
		meta_release(meta);
		return event;
	}
	if (decoder->has_ended)
		event = error_data(err, "a frame after the end frame");
	else if ((frame->type == FRAME_HEADER) == decoder->has_header)
		event = error_data(err, decoder->has_header ?
		    "a second header" : "the header is missing");
	else
		event = take_meta(decoder, frame, meta_root(meta), used, err);
	meta_release(meta);
	if (event < 0)
		return in_frame(decoder, err);
	if (frame->type != FRAME_MEASURES)
		hash_state_update(decoder->sums, &frame->sum,
		    sizeof(frame->sum));
	decoder->frame_count++;
	return event;
}

/* ---- as a source ----------------------------------------------------- */

struct stream_reader {
	struct batch_source source;
	int fd;
	_Bool owns_fd;
	char *name;		/* owned */
	struct frame_reader frames;
	struct frame frame;	/* of the current batch */
	struct stream_decoder decoder;
};

/* The next frame, however long it takes. */
static int
next_frame(struct stream_reader *reader, struct error *err)
{
	int got;
	while ((got = frame_reader_next(&reader->frames, &reader->frame,
	    err)) == 2)
		fd_await(reader->fd, POLLIN);
	return got;
}

/* Takes frames until one of two events comes; 0 at the end, -1. */
static int
read_until(struct stream_reader *reader, enum stream_event wanted,
    struct error *err)
{
	for (;;) {
		int got = next_frame(reader, err);
		if (got == 0)
			return stream_decoder_cut(&reader->decoder, err);
		if (got < 0)
			return -1;
		int event = stream_decoder_take(&reader->decoder,
		    &reader->frame, err);
		if (event < 0 || frame_reader_hand_on(&reader->frames,
		    &reader->frame, err) != 0)
			return -1;
		if (event == (int)wanted)
			return 1;
		if (event == STREAM_END)
			break;
	}
	int got = next_frame(reader, err);
	if (got > 0)
		return error_data(err, "%s: a frame after the end frame",
		    reader->name);
	return got;
}

static int
reader_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct stream_reader *reader = (struct stream_reader *)source;
	if (reader->decoder.has_ended)
		return 0;
	int got = read_until(reader, STREAM_BATCH, err);
	if (got == 1)
		*batch = &reader->decoder.batch;
	return got;
}

static const struct stages *
reader_stages(struct batch_source *source)
{
	return &((struct stream_reader *)source)->decoder.stages;
}

static void
reader_free(struct batch_source *source)
{
	struct stream_reader *reader = (struct stream_reader *)source;
	if (reader->owns_fd)
		close(reader->fd);
	frame_reader_release(&reader->frames);
	frame_release(&reader->frame);
	stream_decoder_release(&reader->decoder);
	mem_free(reader->name);
	mem_free(reader);
}

struct batch_source *
stream_reader_shared(int fd, _Bool owns_fd, const char *name,
    struct share *share, struct error *err)
{
	struct stream_reader *reader = mem_zalloc(sizeof(*reader));
	reader->fd = fd;
	reader->owns_fd = owns_fd;
	reader->name = mem_strdup(name);
	frame_reader_init(&reader->frames, fd, reader->name);
	frame_reader_share(&reader->frames, share, 0);
	stream_decoder_init(&reader->decoder, reader->name);
	reader->decoder.is_checked = frame_reader_follows(&reader->frames);
	reader->source = (struct batch_source){
	    .header = &reader->decoder.header, .next = reader_next,
	    .stages = reader_stages, .free = reader_free};
	if (read_until(reader, STREAM_HEADER, err) != 1) {
		reader_free(&reader->source);
		return NULL;
	}
	return &reader->source;
}

struct batch_source *
stream_reader_new(int fd, _Bool owns_fd, const char *name, struct error *err)
{
	return stream_reader_shared(fd, owns_fd, name, NULL, err);
}

uint64_t
stream_reader_bytes(const struct batch_source *source)
{
	return ((const struct stream_reader *)source)->frames.read_bytes;
}
