/*
 * What parquet_writer.c and parquet_writer_spill.c share; nobody else
 * includes this.
 *
 * The rows of an unfinished page are staged, in one builder a column.  Where
 * writers are many these take block_rows each, and full ones are kept as runs:
 * memory then follows the rows, not the pages that the writers had once.  Runs
 * may be moved to the temporary file.
 */
#ifndef FORMAT_PARQUET_WRITER_INTERNAL_H
#define FORMAT_PARQUET_WRITER_INTERNAL_H

#include "batch/builder.h"
#include "format/parquet_column_writer.h"

/* The longest entry of a dictionary, as far as it was looked through. */
struct parquet_longest {
	const struct dictionary *dictionary;
	uint32_t count;
	size_t bytes;
};

struct parquet_shared {
	struct schema schema;		/* owned */
	struct parquet_options options;
	struct parquet_scratch scratch;
	struct parquet_longest *longest;	/* owned, one a column */
	struct parquet_finder *finders;		/* owned, one a column */
	struct column_builder *page;	/* owned; a page made of runs */
	struct column_builder **free_blocks;	/* owned; empty builders */
	uint32_t free_count;
	size_t free_bytes;
};

/* Bytes of strings that are staged; exact only where it matters. */
struct parquet_text_count {
	uint64_t counted;	/* of the first ... */
	uint32_t counted_rows;	/* ... rows, those in the file at least */
	uint64_t most;		/* what the other rows have at the most */
};

/* A column of a run: three buffers, one after the other. */
struct parquet_run_column {
	size_t validity_len;
	size_t values_len;
	size_t bytes_len;
	uint32_t null_count;
	uint8_t code_bytes;
	const struct dictionary *dictionary;
};

struct parquet_run {
	uint32_t row_count;
	struct column_builder *block;	/* owned; NULL once it is away */
	uint64_t offset;		/* in the temporary file */
	size_t len;
	struct parquet_run_column *columns;	/* owned */
};

struct parquet_writer {
	struct parquet_shared *shared;		/* borrowed */
	struct parquet_output output;
	struct parquet_column_writer *columns;	/* owned */
	struct column_builder *staged;		/* owned; after the runs */
	struct parquet_text_count *text;	/* owned, one a column */
	uint32_t staged_rows;	/* those in runs too */
	uint32_t block_rows;	/* of them, in `staged` */
	uint64_t group_rows;	/* in pages of this row group */
	uint64_t rows;		/* in pages */
	uint64_t offset;	/* bytes written */
	struct parquet_row_group *row_groups;	/* owned */
	uint32_t row_group_count;
	struct arena arena;	/* of the row groups */
	struct parquet_run *runs;	/* owned */
	uint32_t run_count;
	size_t block_bytes;	/* held by runs */
	const struct parquet_spill *spill;	/* borrowed; of the runs */
};

/* Makes text->counted exact for all that is staged. */
void
parquet_text_count(struct parquet_writer *writer, uint32_t index);

/* Builders for the columns of the schema. */
struct column_builder *
parquet_block_new(const struct parquet_shared *shared);
void
parquet_block_free(const struct parquet_shared *shared,
    struct column_builder *block);
/* Makes what is staged a run. */
void
parquet_block_keep(struct parquet_writer *writer);

/*
 * Joins the runs and what is staged after them, which then are empty, to
 * shared->page; it stays the caller's to clear.
 */
int
parquet_runs_join(struct parquet_writer *writer, struct error *err);
void
parquet_runs_release(struct parquet_writer *writer);

#endif
