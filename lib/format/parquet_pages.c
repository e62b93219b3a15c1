#include "format/parquet_pages.h"

#include "base/gzip.h"
#include "format/parquet_codec.h"
#include "format/parquet_footer.h"

#define READ_AHEAD_BYTES (256 << 10)
#define HEADER_FIRST_BYTES 512	/* enough for most headers */

/*
 * Old writers of Java left the dictionary page's header out of
 * total_compressed_size (PARQUET-816), so that much more may follow.
 */
#define FORGOTTEN_BYTES 100

int
parquet_pages_open(struct parquet_pages *pages,
    const struct parquet_input *input, const struct parquet_chunk *chunk,
    struct error *err)
{
	pages->input = input;
	pages->codec = chunk->codec;
	pages->has_sum = chunk->has_header_sum;
	pages->sum = chunk->header_sum;
	pages->window.len = 0;
	if (chunk->is_encrypted)
		return error_data(err, "it is encrypted: not handled");
	if (!chunk->has_meta)
		return error_data(err, "its metadata are missing");
	if (chunk->file_path != NULL)
		return error_data(err, "its data are in another file, "
		    "'%s': not handled", chunk->file_path);
	if (parquet_codec_check(chunk->codec, err) < 0)
		return -1;
	int64_t begin = chunk->data_page_offset;
	/* some writers set it to 0 for none */
	if (chunk->has_dictionary_page_offset &&
	    chunk->dictionary_page_offset > 0 &&
	    chunk->dictionary_page_offset < begin)
		begin = chunk->dictionary_page_offset;
	uint64_t limit = input->size - PARQUET_TAIL_BYTES;
	if (begin < PARQUET_MAGIC_BYTES || chunk->compressed_bytes < 0 ||
	    (uint64_t)begin > limit ||
	    (uint64_t)chunk->compressed_bytes > limit - (uint64_t)begin)
		return error_data(err, "%lld bytes at %lld lie outside of "
		    "the file of %llu", (long long)chunk->compressed_bytes,
		    (long long)begin, (unsigned long long)input->size);
	pages->next = (uint64_t)begin;
	pages->stop = pages->next + (uint64_t)chunk->compressed_bytes;
	pages->end = pages->stop;
	pages->end += limit - pages->end < FORGOTTEN_BYTES ?
	    limit - pages->end : FORGOTTEN_BYTES;
	return 0;
}

/* Bytes of the window from offset `at` on. */
static size_t
in_window(const struct parquet_pages *pages, uint64_t at)
{
	uint64_t end = pages->window_at + pages->window.len;
	return at >= pages->window_at && at < end ? (size_t)(end - at) : 0;
}

/*
 * The bytes at offset `at`, at least len of them (which lie before the end
 * of the chunk); *len becomes how many there are.
 */
static const uint8_t *
fetch(struct parquet_pages *pages, uint64_t at, size_t *len,
    struct error *err)
{
	size_t have = in_window(pages, at);
	if (have < *len) {
		size_t want = *len > READ_AHEAD_BYTES ? *len :
		    READ_AHEAD_BYTES;
		if (want > pages->end - at)
			want = (size_t)(pages->end - at);
		if (have > 0)
			memmove(pages->window.data,
			    pages->window.data + (at - pages->window_at),
			    have);
		pages->window.len = have;
		pages->window_at = at;
		buffer_reserve(&pages->window, want - have);
		if (pages->input->read_at(pages->input->ctx, at + have,
		    pages->window.data + have, want - have, err) < 0)
			return NULL;
		pages->window.len = have = want;
	}
	*len = have;
	return pages->window.data + (at - pages->window_at);
}

/* 1 and the header at pages->next, its length in *used. */
static int
read_header(struct parquet_pages *pages, size_t *used, struct error *err)
{
	uint64_t room = pages->end - pages->next;
	for (size_t want = HEADER_FIRST_BYTES;; want *= 2) {
		size_t len = want < room ? want : (size_t)room;
		const uint8_t *bytes = fetch(pages, pages->next, &len, err);
		if (bytes == NULL)
			return -1;
		int got = parquet_page_header_parse(bytes, len,
		    &pages->header, used, err);
		if (got == 1 && pages->has_sum)
			pages->sum -= gzip_crc32(0, bytes, *used);
		if (got != 0)
			return got;
		if (len == room)
			return error_data(err, "the page's header is cut off");
		if (len > PARQUET_MAX_PAGE_HEADER_BYTES)
			return error_data(err, "a page's header of more than "
			    "%u bytes", PARQUET_MAX_PAGE_HEADER_BYTES);
	}
}

/* Decompresses `in` to the end of pages->plain. */
static int
append_plain(struct parquet_pages *pages, const uint8_t *in, size_t len,
    size_t out_len, struct error *err)
{
	/* nothing, which some writers compress to nothing */
	if (len == 0 && out_len == 0)
		return 0;
	if (parquet_codec_check_length(pages->codec, len, out_len, err) < 0)
		return -1;
	buffer_reserve(&pages->plain, out_len);
	if (parquet_decompress(pages->codec, pages->input->zstd, in, len,
	    pages->plain.data + pages->plain.len, out_len, err) < 0)
		return -1;
	pages->plain.len += out_len;
	return 0;
}

/* v1 and dictionaries: all of it is compressed. */
static int
unpack_v1(struct parquet_pages *pages, const uint8_t *body,
    struct error *err)
{
	size_t len = (size_t)pages->header.compressed_bytes;
	size_t plain_len = (size_t)pages->header.uncompressed_bytes;
	pages->levels = NULL;
	pages->levels_len = 0;
	pages->values = body;
	pages->values_len = plain_len;
	if (pages->codec == PARQUET_UNCOMPRESSED)
		return parquet_codec_check_length(pages->codec, len,
		    plain_len, err);
	pages->plain.len = 0;
	if (append_plain(pages, body, len, plain_len, err) < 0)
		return -1;
	pages->values = pages->plain.data;
	return 0;
}

/* v2: repetition levels, definition levels, and compressed values. */
static int
unpack_v2(struct parquet_pages *pages, const uint8_t *body,
    struct error *err)
{
	const struct parquet_page_header *header = &pages->header;
	size_t len = (size_t)header->compressed_bytes;
	size_t plain_len = (size_t)header->uncompressed_bytes;
	size_t levels_len = (size_t)header->repetition_bytes +
	    (size_t)header->definition_bytes;
	if (levels_len > len || levels_len > plain_len)
		return error_data(err, "levels of %zu bytes in a page of %zu",
		    levels_len, len < plain_len ? len : plain_len);
	pages->levels = body + header->repetition_bytes;
	pages->levels_len = (size_t)header->definition_bytes;
	pages->values = body + levels_len;
	pages->values_len = plain_len - levels_len;
	if (pages->codec == PARQUET_UNCOMPRESSED || !header->is_compressed)
		return parquet_codec_check_length(PARQUET_UNCOMPRESSED, len,
		    plain_len, err);
	/* only nulls: whatever nothing was compressed to */
	if (pages->values_len == 0)
		return 0;
	pages->plain.len = 0;
	if (append_plain(pages, pages->values, len - levels_len,
	    pages->values_len, err) < 0)
		return -1;
	pages->values = pages->plain.data;
	return 0;
}

static int
read_page(struct parquet_pages *pages, struct error *err)
{
	size_t used;
	if (read_header(pages, &used, err) < 0)
		return -1;
	const struct parquet_page_header *header = &pages->header;
	size_t len = (size_t)header->compressed_bytes;
	uint64_t at = pages->next + used;
	if (len > pages->end - at)
		return error_data(err, "a page of %zu bytes where %llu are "
		    "left", len, (unsigned long long)(pages->end - at));
	size_t have = len;
	const uint8_t *body = fetch(pages, at, &have, err);
	if (body == NULL)
		return -1;
	if (header->has_crc && gzip_crc32(0, body, len) != header->crc)
		return error_data(err, "the page's checksum is wrong");
	pages->next = at + len;
	if (pages->has_sum && pages->next >= pages->stop && pages->sum != 0)
		return error_data(err, "the sum of the pages' headers is "
		    "wrong");
	switch (header->type) {
	case PARQUET_DATA_PAGE_V2:
		return unpack_v2(pages, body, err);
	case PARQUET_DATA_PAGE:
	case PARQUET_DICTIONARY_PAGE:
		return unpack_v1(pages, body, err);
	case PARQUET_INDEX_PAGE:
		return 0;
	default:
		return error_data(err, "there is no page of type %d",
		    header->type);
	}
}

int
parquet_pages_next(struct parquet_pages *pages, struct error *err)
{
	do {
		if (pages->next >= pages->stop)
			return 0;
		uint64_t at = pages->next;
		if (read_page(pages, err) < 0)
			return error_prefix(err, "page at %llu",
			    (unsigned long long)at);
	} while (pages->header.type == PARQUET_INDEX_PAGE);
	return 1;
}

void
parquet_pages_release(struct parquet_pages *pages)
{
	buffer_release(&pages->window);
	buffer_release(&pages->plain);
	*pages = (struct parquet_pages){0};
}
