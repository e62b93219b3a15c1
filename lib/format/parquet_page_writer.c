#include "format/parquet_page_writer.h"

#include <string.h>

#include "base/gzip.h"
#include "base/zstd.h"
#include "format/parquet_codec.h"
#include "format/parquet_encode.h"
#include "format/parquet_footer.h"

/* Pages wait until they are this much, of which so much is tried. */
#define SAMPLE_BYTES 4096
#define SAMPLE_MAX_BYTES 8192
#define COPY_BYTES 65536

static int
compress(const struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const void *body, size_t len,
    struct error *err)
{
	const struct parquet_options *options = writer->options;
	scratch->packed.len = 0;
	if (options->codec != PARQUET_ZSTD)
		return parquet_compress(options->codec, options->level, body,
		    len, &scratch->packed, err);
	if (scratch->zstd == NULL)
		scratch->zstd = zstd_packer_new();
	return zstd_packer_compress(scratch->zstd, body, len, options->level,
	    &scratch->packed, err);
}

/* Appends one page, its body compressed as the chunk is. */
static int
put_page(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct parquet_page_header *header,
    const void *body, size_t len, struct buffer *out, struct error *err)
{
	size_t begin = out->len;
	header->uncompressed_bytes = (int32_t)len;
	if (len > PARQUET_MAX_PAGE_BYTES)
		return error_data(err,
		    "a page of column '%s' would have %zu bytes; "
		    "at most %u are possible", writer->field->name, len,
		    PARQUET_MAX_PAGE_BYTES);
	if (writer->choice == PARQUET_CODEC_USED) {
		if (compress(writer, scratch, body, len, err) != 0)
			return -1;
		body = scratch->packed.data;
		len = scratch->packed.len;
	}
	header->compressed_bytes = (int32_t)len;
	header->has_crc = 1;
	header->crc = gzip_crc32(0, body, len);
	parquet_page_header_write(header, out);
	writer->header_sum += gzip_crc32(0, out->data + begin,
	    out->len - begin);
	writer->uncompressed_bytes += out->len - begin +
	    (uint32_t)header->uncompressed_bytes;
	buffer_append(out, body, len);
	return 0;
}

static int
put_data_page(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, int encoding, uint32_t row_count,
    const void *body, size_t len, struct error *err)
{
	struct parquet_page_header header = {
	    .type = PARQUET_DATA_PAGE,
	    .value_count = (int32_t)row_count,
	    .encoding = encoding,
	    .definition_encoding = PARQUET_RLE,
	    .repetition_encoding = PARQUET_RLE};
	return put_page(writer, scratch, &header, body, len, &writer->pages,
	    err);
}

/* Appends the entries, PLAIN; no more than `most` bytes, about. */
static void
put_entries(const struct parquet_column_writer *writer, size_t most,
    struct buffer *out)
{
	const struct parquet_dictionary *dictionary = &writer->dictionary;
	size_t width = writer->physical == PARQUET_INT32 ||
	    writer->physical == PARQUET_FLOAT ? 4 : 8;
	size_t begin = out->len;
	for (uint32_t i = 0; i < dictionary->count &&
	    out->len - begin < most; i++) {
		if (dictionary->values != NULL) {
			/* Little-endian: the low bytes come first. */
			buffer_append(out, &dictionary->values[i], width);
			continue;
		}
		uint32_t len;
		const uint8_t *bytes = parquet_dictionary_entry(dictionary, i,
		    &len);
		if (writer->physical == PARQUET_BYTE_ARRAY)
			parquet_put_byte_array(out, bytes, len);
		else
			buffer_append(out, bytes, len);
	}
}

/* Compresses a sample and keeps the codec if that saves an eighth. */
static int
choose_codec(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct error *err)
{
	struct buffer *sample = &scratch->trial;
	size_t data = writer->waiting.len;
	sample->len = 0;
	/* Numbers of a dictionary shrink, but are few; strings are not. */
	if (writer->physical == PARQUET_BYTE_ARRAY)
		put_entries(writer, SAMPLE_MAX_BYTES, sample);
	buffer_append(sample, writer->waiting.data,
	    data < SAMPLE_MAX_BYTES ? data : SAMPLE_MAX_BYTES);
	if (compress(writer, scratch, sample->data, sample->len, err) != 0)
		return -1;
	writer->choice = scratch->packed.len <= sample->len / 8 * 7 ?
	    PARQUET_CODEC_USED : PARQUET_CODEC_NONE;
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
	for (uint32_t i = 0; i < writer->waiting_count; i++) {
		struct parquet_waiting_page *page = &writer->waiting_pages[i];
		if (put_data_page(writer, scratch, page->encoding,
		    page->row_count, body, page->len, err) != 0)
			return -1;
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
	if (writer->waiting.len < SAMPLE_BYTES)
		return 0;
	return parquet_pages_flush(writer, scratch, err);
}

int
parquet_page_dictionary(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct buffer *out, struct error *err)
{
	struct parquet_page_header header = {
	    .type = PARQUET_DICTIONARY_PAGE,
	    .value_count = (int32_t)writer->dictionary.count,
	    .encoding = PARQUET_PLAIN};
	scratch->body.len = 0;
	put_entries(writer, SIZE_MAX, &scratch->body);
	return put_page(writer, scratch, &header, scratch->body.data,
	    scratch->body.len, out, err);
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
	if (writer->pages.len == 0)
		return 0;
	return output->write(output->ctx, writer->pages.data,
	    writer->pages.len, err);
}
