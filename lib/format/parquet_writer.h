/*
 * Writing one Parquet file: batches in, bytes out.
 *
 *	struct parquet_shared *shared = parquet_shared_new(&schema, &options);
 *	struct parquet_writer *writer = parquet_writer_new(shared, &output);
 *	parquet_writer_write(writer, batch, &err) ...
 *	parquet_writer_finish(writer, &err);
 *	parquet_writer_free(writer);
 *	parquet_shared_free(shared);
 *
 * The bytes depend on the rows and the options alone: not on the sizes of
 * batches, not on whether strings come coded, not on memory or spilling.
 * Pages end after page_rows rows, or earlier once the strings of a column
 * fill PARQUET_PAGE_TEXT_BYTES; row groups after row_group_rows.
 *
 * Encodings are chosen for each column chunk by its values: a dictionary
 * while it pays (else RLE_DICTIONARY pages are followed by plain or delta
 * ones), DELTA_BINARY_PACKED for integers, dates, times and decimals up to 18
 * digits where that is smaller than plain, DELTA_BYTE_ARRAY for strings if
 * those of the first such page share half of their bytes with the ones before
 * them, runs or bits for bool.  A chunk is compressed if a sample of it
 * shrinks by a tenth or more: packed integers seldom do.  With zstd, pages
 * of such a chunk that follow two which did not shrink by a tenth are stored
 * in its frames as they are, but for each eighth, which is tried.  Data pages
 * are of version 1 and carry a CRC-32; chunks carry null_count, min_value and
 * max_value.
 *
 * Memory: pages are encoded when they are full and kept until their row
 * group closes.  parquet_writer_bytes says how much is held, and
 * parquet_writer_spill moves it to a temporary file of the caller's, if asked
 * even the rows of unfinished pages, so that thousands of writers fit.  Memory
 * that was let go of so waits in `shared` for the next pages and rows.
 *
 * Dictionaries of the batches must live until parquet_writer_finish.
 */
#ifndef FORMAT_PARQUET_WRITER_H
#define FORMAT_PARQUET_WRITER_H

#include "batch/batch.h"
#include "format/parquet_format.h"

#define PARQUET_ROW_GROUP_ROWS 131072
#define PARQUET_PAGE_ROWS 8192
#define PARQUET_PAGE_TEXT_BYTES (1u << 20)

struct parquet_options {
	int codec;			/* enum parquet_codec */
	int level;			/* 0: the codec's default */
	uint32_t row_group_rows;	/* 0: PARQUET_ROW_GROUP_ROWS */
	uint32_t page_rows;		/* 0: PARQUET_PAGE_ROWS */
	/*
	 * Rows for which memory is taken at a time; 0: page_rows.  Fewer are
	 * for many writers at a time, and cost a copy.  Changes no byte.
	 */
	uint32_t block_rows;
};

/* Where the file goes, in order. */
struct parquet_output {
	int (*write)(void *ctx, const void *bytes, size_t len,
	    struct error *err);
	void *ctx;
};

/* A temporary file; one serves many writers. */
struct parquet_spill {
	/* Appends; *offset is where. */
	int (*append)(void *ctx, const void *bytes, size_t len,
	    uint64_t *offset, struct error *err);
	int (*read)(void *ctx, uint64_t offset, void *bytes, size_t len,
	    struct error *err);
	void *ctx;
};

/* What writers of one schema have in common: the schema, working memory. */
struct parquet_shared;

/* NULL if the schema has a type, or an option a value, that is refused. */
struct parquet_shared *
parquet_shared_new(const struct schema *schema,
    const struct parquet_options *options, struct error *err);
void
parquet_shared_free(struct parquet_shared *shared);

struct parquet_writer;

/*
 * Borrows `shared` until it is freed; the output is copied.  Nothing is
 * written before the first row group closes.
 */
struct parquet_writer *
parquet_writer_new(struct parquet_shared *shared,
    const struct parquet_output *output);
void
parquet_writer_free(struct parquet_writer *writer);

/* The batch has the columns of the schema. */
int
parquet_writer_write(struct parquet_writer *writer, const struct batch *batch,
    struct error *err);
/* Only these rows of it, in this order. */
int
parquet_writer_take(struct parquet_writer *writer, const struct batch *batch,
    const uint32_t *rows, uint32_t count, struct error *err);

/* Closes the last row group and writes the footer. */
int
parquet_writer_finish(struct parquet_writer *writer, struct error *err);

uint64_t
parquet_writer_rows(const struct parquet_writer *writer);
/* Row groups written. */
uint32_t
parquet_writer_row_groups(const struct parquet_writer *writer);
/* Bytes that a spill could free, about. */
size_t
parquet_writer_bytes(const struct parquet_writer *writer);
/* What is moved, from what costs least to have back. */
enum parquet_spill_depth {
	PARQUET_SPILL_PAGES,	/* encoded pages */
	PARQUET_SPILL_ROWS,	/* and rows that do not fill a page yet */
	PARQUET_SPILL_ALL	/* and dictionaries */
};

/*
 * Moves what is held to the temporary file, which must be readable until
 * the writer is freed.  *spilled is increased by the bytes written.
 */
int
parquet_writer_spill(struct parquet_writer *writer,
    const struct parquet_spill *spill, enum parquet_spill_depth depth,
    uint64_t *spilled, struct error *err);

/*
 * Memory that the writers let go of and that waits for the next rows and
 * pages: its bytes, and freeing it.
 */
size_t
parquet_shared_idle_bytes(const struct parquet_shared *shared);
void
parquet_shared_trim(struct parquet_shared *shared);

#endif
