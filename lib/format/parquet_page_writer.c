#include "format/parquet_page_writer.h"

#include <string.h>

#include "base/gzip.h"
#include "base/zstd.h"
#include "format/parquet_codec.h"
#include "format/parquet_encode.h"
#include "format/parquet_footer.h"

/* Pages wait until they are this much; then the codec is tried on them. */
#define TRIAL_BYTES 4096
/* Of pages above WHOLE_BYTES, and of strings of a dictionary, a sample. */
#define WHOLE_BYTES 16384
#define SAMPLE_BYTES 4096
#define SAMPLE_MAX_STRINGS 8192
#define COPY_BYTES 65536
/* Pages that did not shrink before one in RETRY_PAGES is tried. */
#define POOR_PAGES 2
#define RETRY_PAGES 8

static int
compress(const struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, int encoding, const void *body,
    size_t len, struct error *err)
{
	const struct parquet_options *options = writer->options;
	scratch->packed.len = 0;
	if (options->codec != PARQUET_ZSTD)
		return parquet_compress(options->codec, options->level, body,
		    len, &scratch->packed, err);
	if (scratch->zstd == NULL)
		scratch->zstd = zstd_packer_new();
	return zstd_packer_compress(scratch->zstd, body, len, options->level,
	    encoding == PARQUET_DELTA_BYTE_ARRAY, &scratch->packed, err);
}

/* A page that was compressed did not shrink, or did. */
static void
count_poor(struct parquet_column_writer *writer, size_t packed, size_t len)
{
	if (packed > len / 10 * 9)
		writer->poor_pages++;
	else
		writer->poor_pages = 0;
}

/*
 * The same for data pages.  After POOR_PAGES of one encoding in a row that
 * hardly shrank, only each RETRY_PAGES'th is tried: to find that packed bits
 * do not shrink takes longer than all else that is done with them.
 */
static int
compress_data(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, int encoding, const void *body,
    size_t len, struct error *err)
{
	if (encoding != writer->poor_encoding)
		writer->poor_pages = 0;
	writer->poor_encoding = encoding;
	if (writer->options->codec == PARQUET_ZSTD &&
	    writer->poor_pages >= POOR_PAGES &&
	    (writer->poor_pages - POOR_PAGES) % RETRY_PAGES !=
	    RETRY_PAGES - 1) {
		scratch->packed.len = 0;
		zstd_store(body, len, &scratch->packed);
		writer->poor_pages++;
		return 0;
	}
	if (compress(writer, scratch, encoding, body, len, err) != 0)
		return -1;
	count_poor(writer, scratch->packed.len, len);
	return 0;
}

static int
check_length(const struct parquet_column_writer *writer, size_t len,
    struct error *err)
{
	if (len <= PARQUET_MAX_PAGE_BYTES)
		return 0;
	return error_data(err,
	    "a page of column '%s' would have %zu bytes; "
	    "at most %u are possible", writer->field->name, len,
	    PARQUET_MAX_PAGE_BYTES);
}

/*
 * The header in scratch->head of a page of `len` bytes, which are stored as
 * `body`, of body_len.
 */
static void
make_header(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct parquet_page_header *header,
    size_t len, const void *body, size_t body_len)
{
	header->uncompressed_bytes = (int32_t)len;
	header->compressed_bytes = (int32_t)body_len;
	header->has_crc = 1;
	header->crc = gzip_crc32(0, body, body_len);
	scratch->head.len = 0;
	parquet_page_header_write(header, &scratch->head);
	writer->header_sum += gzip_crc32(0, scratch->head.data,
	    scratch->head.len);
	writer->uncompressed_bytes += scratch->head.len + len;
}

/* A data page of `len` bytes, stored as `body`. */
static void
put_stored_page(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, int encoding, uint32_t row_count,
    size_t len, const void *body, size_t body_len)
{
	struct parquet_page_header header = {
	    .type = PARQUET_DATA_PAGE,
	    .value_count = (int32_t)row_count,
	    .encoding = encoding,
	    .definition_encoding = PARQUET_RLE,
	    .repetition_encoding = PARQUET_RLE};
	make_header(writer, scratch, &header, len, body, body_len);
	block_list_append(&writer->pages, &scratch->blocks,
	    scratch->head.data, scratch->head.len);
	block_list_append(&writer->pages, &scratch->blocks, body, body_len);
}

static int
put_data_page(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, int encoding, uint32_t row_count,
    const void *body, size_t len, struct error *err)
{
	if (check_length(writer, len, err) != 0)
		return -1;
	if (writer->choice != PARQUET_CODEC_USED) {
		put_stored_page(writer, scratch, encoding, row_count, len,
		    body, len);
		return 0;
	}
	if (compress_data(writer, scratch, encoding, body, len, err) != 0)
		return -1;
	put_stored_page(writer, scratch, encoding, row_count, len,
	    scratch->packed.data, scratch->packed.len);
	return 0;
}

/* Appends the entries, PLAIN; of strings `most` bytes, about. */
static void
put_entries(const struct parquet_column_writer *writer, size_t most,
    struct buffer *out)
{
	const struct parquet_dictionary *dictionary = &writer->dictionary;
	size_t begin = out->len;
	if (dictionary->values != NULL) {
		buffer_append(out, dictionary->values,
		    (size_t)dictionary->count * dictionary->value_bytes);
		return;
	}
	for (uint32_t i = 0; i < dictionary->count &&
	    out->len - begin < most; i++) {
		uint32_t len;
		const uint8_t *bytes = parquet_dictionary_entry(dictionary, i,
		    &len);
		if (writer->physical == PARQUET_BYTE_ARRAY)
			parquet_put_byte_array(out, bytes, len);
		else
			buffer_append(out, bytes, len);
	}
}

/* Adds what the codec makes of some bytes to *packed, `len` to *tried. */
static int
try_codec(const struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, int encoding, const void *bytes,
    size_t len, size_t *tried, size_t *packed, struct error *err)
{
	if (compress(writer, scratch, encoding, bytes, len, err) != 0)
		return -1;
	*tried += len;
	*packed += scratch->packed.len;
	return 0;
}

/*
 * Tries the codec on pages, of TRIAL_BYTES at least if there are so many, and
 * keeps it if that saves a tenth.  Pages that were compressed whole stay so,
 * one after the other in scratch->trial, their lengths in the pages.
 */
static int
choose_codec(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct error *err)
{
	struct buffer *trial = &scratch->trial;
	const uint8_t *body = writer->waiting.data;
	size_t tried = 0, packed = 0;
	trial->len = 0;
	/* Numbers of a dictionary shrink, but are few; strings are not. */
	if (writer->physical == PARQUET_BYTE_ARRAY) {
		put_entries(writer, SAMPLE_MAX_STRINGS, trial);
		if (trial->len > 0 && try_codec(writer, scratch,
		    PARQUET_PLAIN, trial->data, trial->len, &tried, &packed,
		    err) != 0)
			return -1;
		trial->len = 0;
	}
	size_t most = tried + TRIAL_BYTES;
	for (uint32_t i = 0; i < writer->waiting_count && tried < most; i++) {
		struct parquet_waiting_page *page = &writer->waiting_pages[i];
		_Bool is_whole = page->len <= WHOLE_BYTES;
		size_t len = is_whole ? page->len : SAMPLE_BYTES;
		/* the end: of strings with prefixes there are bytes, then */
		if (try_codec(writer, scratch, page->encoding,
		    body + page->len - len, len, &tried, &packed, err) != 0)
			return -1;
		body += page->len;
		if (!is_whole)
			continue;
		page->packed_len = scratch->packed.len;
		buffer_append(trial, scratch->packed.data, page->packed_len);
	}
	writer->choice = packed <= tried / 10 * 9 ? PARQUET_CODEC_USED :
	    PARQUET_CODEC_NONE;
	return 0;
}

int
parquet_pages_flush(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct error *err)
{
	if (writer->choice != PARQUET_CODEC_OPEN)
		return 0;
	if (choose_codec(writer, scratch, err) != 0)
		return -1;
	const uint8_t *body = writer->waiting.data;
	const uint8_t *packed = scratch->trial.data;
	for (uint32_t i = 0; i < writer->waiting_count; i++) {
		struct parquet_waiting_page *page = &writer->waiting_pages[i];
		if (page->packed_len > 0 &&
		    writer->choice == PARQUET_CODEC_USED) {
			if (page->encoding != writer->poor_encoding)
				writer->poor_pages = 0;
			writer->poor_encoding = page->encoding;
			count_poor(writer, page->packed_len, page->len);
			put_stored_page(writer, scratch, page->encoding,
			    page->row_count, page->len, packed,
			    page->packed_len);
		} else if (put_data_page(writer, scratch, page->encoding,
		    page->row_count, body, page->len, err) != 0) {
			return -1;
		}
		packed += page->packed_len;
		body += page->len;
	}
	mem_free(writer->waiting_pages);
	writer->waiting_pages = NULL;
	writer->waiting_count = 0;
	buffer_release(&writer->waiting);
	return 0;
}

int
parquet_page_queue(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, int encoding, uint32_t row_count,
    struct error *err)
{
	const struct buffer *body = &scratch->body;
	if (writer->choice != PARQUET_CODEC_OPEN)
		return put_data_page(writer, scratch, encoding, row_count,
		    body->data, body->len, err);
	writer->waiting_pages = mem_grow_array(writer->waiting_pages,
	    writer->waiting_count + 1, sizeof(*writer->waiting_pages));
	writer->waiting_pages[writer->waiting_count++] =
	    (struct parquet_waiting_page){.encoding = encoding,
		.row_count = row_count, .len = body->len};
	buffer_append(&writer->waiting, body->data, body->len);
	if (writer->waiting.len < TRIAL_BYTES)
		return 0;
	return parquet_pages_flush(writer, scratch, err);
}

int
parquet_page_dictionary(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct parquet_output *output,
    uint64_t *offset, struct error *err)
{
	struct parquet_page_header header = {
	    .type = PARQUET_DICTIONARY_PAGE,
	    .value_count = (int32_t)writer->dictionary.count,
	    .encoding = PARQUET_PLAIN};
	scratch->body.len = 0;
	put_entries(writer, SIZE_MAX, &scratch->body);
	const struct buffer *body = &scratch->body;
	if (check_length(writer, body->len, err) != 0)
		return -1;
	if (writer->choice == PARQUET_CODEC_USED) {
		if (compress(writer, scratch, PARQUET_PLAIN, body->data,
		    body->len, err) != 0)
			return -1;
		body = &scratch->packed;
	}
	make_header(writer, scratch, &header, scratch->body.len, body->data,
	    body->len);
	if (output->write(output->ctx, scratch->head.data, scratch->head.len,
	    err) != 0 || output->write(output->ctx, body->data, body->len,
	    err) != 0)
		return -1;
	*offset += scratch->head.len + body->len;
	return 0;
}

int
parquet_pages_write(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct parquet_output *output,
    struct error *err)
{
	struct buffer *copy = &scratch->body;
	buffer_resize(copy, COPY_BYTES);
	for (uint32_t i = 0; i < writer->segment_count; i++) {
		struct parquet_segment segment = writer->segments[i];
		while (segment.len > 0) {
			size_t len = segment.len < COPY_BYTES ?
			    (size_t)segment.len : COPY_BYTES;
			if (writer->spill->read(writer->spill->ctx,
			    segment.offset, copy->data, len, err) != 0 ||
			    output->write(output->ctx, copy->data, len,
			    err) != 0)
				return -1;
			segment.offset += len;
			segment.len -= len;
		}
	}
	for (const struct list_block *block = writer->pages.first;
	    block != NULL; block = block->next)
		if (output->write(output->ctx, block->data, block->len,
		    err) != 0)
			return -1;
	return 0;
}
