/*
 * Sums of what Parquet itself has none for: the footer, and the headers of
 * pages (their bodies have a CRC).  Files of ours hold them as key-value
 * metadata, which other readers pass over:
 *
 *	riffle:sums	16 hexadecimal digits: the XXH3-64 of the footer with
 *			zeros in their place; then 8 for each column chunk, row
 *			group by row group: the sum of its page headers' CRC-32
 */
#ifndef FORMAT_PARQUET_SUMS_H
#define FORMAT_PARQUET_SUMS_H

#include "base/error.h"
#include "format/parquet_format.h"

#define PARQUET_CREATED_BY "riffle version "

/* Adds the pair to a meta that is to be written, and then signs its bytes. */
void
parquet_sums_add(struct parquet_meta *meta);
void
parquet_sums_sign(struct buffer *footer);

/*
 * Checks the footer that was parsed from these bytes, and hands the chunks
 * their sums.  A file that neither says to be ours nor has sums is right.
 */
int
parquet_sums_check(const uint8_t *bytes, size_t len,
    struct parquet_meta *meta, struct error *err);

#endif
