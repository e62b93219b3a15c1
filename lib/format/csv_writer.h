/*
 * Batches as CSV (RFC 4180, but lines end with LF).
 *
 * Values are spelled as value.h says; null is the null text (by default
 * nothing) without quotes.  A string that is empty, that is the null text,
 * or that holds the delimiter, a quote, CR or LF stands in quotes, so that
 * what rcsv reads back is what was written.
 */
#ifndef FORMAT_CSV_WRITER_H
#define FORMAT_CSV_WRITER_H

#include "batch/stream.h"
#include "io/output.h"

struct rcsv_writer_options {
	uint8_t delimiter;
	uint8_t quote;
	_Bool quotes_all;	/* every value that is not null */
	_Bool quotes_text;	/* every string, and names */
	_Bool has_bom;		/* begins with a byte order mark */
	_Bool has_crlf;		/* lines end with CR and LF */
	/* a ' before strings that begin with = + - @ or a tab: spreadsheets
	 * would compute them */
	_Bool is_guarded;
	_Bool has_header;
	const char *null_text;	/* borrowed; "" by default */
};

/*
 * A sink that writes to `output` (borrowed, as null_text is).  begin writes
 * the header; finish flushes; abort leaves what is written.
 */
struct batch_sink *
rcsv_sink_new(const struct rcsv_writer_options *options,
    struct output *output);

#endif
