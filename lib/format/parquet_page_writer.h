/*
 * Pages of a column chunk that is being written: header, compression, CRC.
 * Used by parquet_column_writer.c alone.
 */
#ifndef FORMAT_PARQUET_PAGE_WRITER_H
#define FORMAT_PARQUET_PAGE_WRITER_H

#include "format/parquet_column_writer.h"

/*
 * Takes the data page in scratch->body.  It is compressed if the chunk is;
 * while that is open it waits.
 */
int
parquet_page_queue(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, int encoding, uint32_t row_count,
    struct error *err);

/* Chooses the codec if that is still open, and puts waiting pages through. */
int
parquet_pages_flush(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, struct error *err);

/* Writes the dictionary page and moves *offset behind it. */
int
parquet_page_dictionary(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct parquet_output *output,
    uint64_t *offset, struct error *err);

/* Writes all data pages, those in the temporary file first. */
int
parquet_pages_write(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct parquet_output *output,
    struct error *err);

#endif
