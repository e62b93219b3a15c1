/*
 * Footers and page headers: Thrift compact structs <-> parquet_format.h.
 *
 * A file ends with the footer (FileMetaData), its length as a u32, and the
 * magic (parquet-format README, "File format").  Reading checks lengths,
 * counts and required fields; what they mean for the schema is
 * parquet_schema.h's.
 */
#ifndef FORMAT_PARQUET_FOOTER_H
#define FORMAT_PARQUET_FOOTER_H

#include "format/parquet_format.h"
#include "format/parquet_input.h"

/*
 * Reads the tail and the footer of a file.  On success the meta is the
 * caller's to release; errors name the file and leave nothing behind.
 */
int
parquet_footer_read(const struct parquet_input *input,
    struct parquet_meta *meta, struct error *err);

/* The footer alone: the bytes of FileMetaData, which are not kept. */
int
parquet_footer_parse(const uint8_t *bytes, size_t len,
    struct parquet_meta *meta, struct error *err);

void
parquet_meta_release(struct parquet_meta *meta);

/* Appends FileMetaData; the length and the magic are the caller's. */
void
parquet_footer_write(const struct parquet_meta *meta, struct buffer *out);

/*
 * Parses the page header at the start of bytes[0..len).  1 and its length
 * in *used; 0 if it does not end within len (read more and call again);
 * -1 if it is wrong.
 */
int
parquet_page_header_parse(const uint8_t *bytes, size_t len,
    struct parquet_page_header *header, size_t *used, struct error *err);

/* Appends a page header. */
void
parquet_page_header_write(const struct parquet_page_header *header,
    struct buffer *out);

/* "PLAIN", "SNAPPY", "INT96"...; "unknown" for numbers that are none. */
const char *
parquet_encoding_name(int encoding);
const char *
parquet_codec_name(int codec);
const char *
parquet_type_name(int type);

#endif
