/*
 * The pages of one column chunk, one after the other: read, checked (CRC
 * where there is one), decompressed (parquet-format README, "Data Pages";
 * parquet.thrift, PageHeader).
 */
#ifndef FORMAT_PARQUET_PAGES_H
#define FORMAT_PARQUET_PAGES_H

#include "format/parquet_format.h"
#include "format/parquet_input.h"

struct parquet_pages {
	const struct parquet_input *input;	/* borrowed */
	int codec;
	uint64_t next;		/* offset of the next page's header ... */
	uint64_t stop;		/* ... which lies before this */
	uint64_t end;		/* of all bytes that may be read */
	_Bool has_sum;
	uint32_t sum;		/* of headers yet to come: parquet_sums.h */
	struct buffer window;	/* bytes read, those from ... */
	uint64_t window_at;	/* ... this offset on */
	struct buffer plain;	/* the page, decompressed */
	/* The present page, until the next call. */
	struct parquet_page_header header;
	const uint8_t *levels;	/* v2: definition levels */
	size_t levels_len;
	const uint8_t *values;	/* v1: levels, then values */
	size_t values_len;
};

/* Begins a chunk; a zeroed struct or one used before.  Keeps the input. */
int
parquet_pages_open(struct parquet_pages *pages,
    const struct parquet_input *input, const struct parquet_chunk *chunk,
    struct error *err);

/* 1 and the next page, 0 at the end of the chunk, -1. */
int
parquet_pages_next(struct parquet_pages *pages, struct error *err);

void
parquet_pages_release(struct parquet_pages *pages);

#endif
