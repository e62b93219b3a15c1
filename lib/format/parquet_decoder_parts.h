/*
 * What parquet_decoder.c and parquet_decoder_page.c have of each other;
 * nobody else includes this.
 */
#ifndef FORMAT_PARQUET_DECODER_PARTS_H
#define FORMAT_PARQUET_DECODER_PARTS_H

#include "format/parquet_decoder.h"

/* Moves to the next page with rows; that there is none is an error. */
int
parquet_decoder_next_page(struct parquet_decoder *decoder,
    struct error *err);

/* Values without nulls, taken and converted to our fixed width. */
int
parquet_decoder_convert(struct parquet_decoder *decoder,
    struct parquet_encoded *values, void *out, uint32_t count,
    struct error *err);

/* Strings without nulls, appended to bytes and ends and checked. */
int
parquet_decoder_strings(struct parquet_decoder *decoder,
    struct parquet_encoded *values, struct buffer *bytes, int32_t *ends,
    uint32_t count, struct error *err);

/* Whether each of the strings that begin at `begin` is UTF-8. */
int
parquet_check_utf8(const uint8_t *bytes, size_t begin, const int32_t *ends,
    uint32_t count, struct error *err);

#endif
