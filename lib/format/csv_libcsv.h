/*
 * The tolerant reader: CSV as libcsv understands it, rewritten as CSV that
 * is well formed, record by record; the vector reader reads that.
 *
 * A quote within a field that does not begin with one is a character like
 * any other, text after a closing quote belongs to the field, a carriage
 * return alone ends a record.  A quote that is never closed is an error.
 * Every line of the input is a line of the output.
 *
 * What is lost: whether a field that is not empty had quotes.  A missing
 * text (other than the empty one) is missing here with quotes, too.
 */
#ifndef FORMAT_CSV_LIBCSV_H
#define FORMAT_CSV_LIBCSV_H

#include "format/csv_scan.h"

struct rcsv_lenient;		/* opaque */

/* `inner` is copied; its context and name are borrowed. */
struct rcsv_lenient *
rcsv_lenient_new(uint8_t delimiter, uint8_t quote, uint32_t record_bytes,
    const struct rcsv_bytes *inner);
void
rcsv_lenient_free(struct rcsv_lenient *lenient);

/* The rewritten bytes, borrowed from `lenient`; their size is unknown. */
struct rcsv_bytes
rcsv_lenient_bytes(struct rcsv_lenient *lenient);

/* Where record number `ordinal` (from 0, blank ones too) came from. */
struct rcsv_raw {
	uint64_t offset;	/* in the input */
	const uint8_t *bytes;	/* borrowed until the next read */
	size_t len;		/* without what ended it */
};

struct rcsv_raw
rcsv_lenient_find(const struct rcsv_lenient *lenient, uint64_t ordinal);
/* Records before this one will not be asked for again. */
void
rcsv_lenient_forget(struct rcsv_lenient *lenient, uint64_t ordinal);

#endif
