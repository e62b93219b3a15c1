/*
 * CSV of other dialects, as RFC 4180 and UTF-8 have it: a filter in front of
 * the reader.  Lines keep their numbers: what is left out leaves blank lines.
 *
 *	encoding	any of iconv's (base/charset.h)
 *	skip_lines	so many lines at the file's start are left out
 *	comment		lines that begin with this byte, too
 *	escape		before a quote or itself, within quotes: \" is ""
 *	ragged		what to do with records that have fewer or more fields
 *			than the first one: pad with empty fields, cut off
 */
#ifndef FORMAT_CSV_DIALECT_H
#define FORMAT_CSV_DIALECT_H

#include "format/csv_scan.h"

struct rcsv_dialect_options {
	const char *encoding;		/* borrowed; NULL: UTF-8 */
	uint64_t skip_lines;
	uint8_t delimiter, quote;
	uint8_t comment, escape;	/* 0: none */
	_Bool has_quote;
	_Bool pads, cuts;
};

/* Whether there is anything for a filter to do. */
_Bool
rcsv_dialect_is_needed(const struct rcsv_dialect_options *options);

struct rcsv_dialect;		/* opaque */

/* For one file; `bytes` is read through it.  NULL: no such encoding. */
struct rcsv_dialect *
rcsv_dialect_new(const struct rcsv_dialect_options *options,
    const struct rcsv_bytes *bytes, struct error *err);
void
rcsv_dialect_free(struct rcsv_dialect *dialect);
/* The filtered bytes, of unknown size; borrowed from the dialect. */
struct rcsv_bytes
rcsv_dialect_bytes(struct rcsv_dialect *dialect);

#endif
