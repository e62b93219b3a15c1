/*
 * Pages of values that stand there themselves, not in a dictionary: PLAIN,
 * or where that is smaller RLE (bools), DELTA_BINARY_PACKED (INT32, INT64),
 * DELTA_BYTE_ARRAY (byte arrays).  Used by parquet_column_writer.c alone.
 */
#ifndef FORMAT_PARQUET_DIRECT_H
#define FORMAT_PARQUET_DIRECT_H

#include "format/parquet_column_writer.h"

/*
 * Appends the page's values; returns the encoding.  With the first strings
 * that a chunk asks for, it is chosen how all of its strings are encoded.
 */
int
parquet_put_direct(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct buffer *body);

/*
 * What the page's values take so.  *encoding is that of what then stands in
 * scratch->trial, or -1 if this is but an estimate.
 */
uint64_t
parquet_direct_bytes(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, int *encoding);

#endif
