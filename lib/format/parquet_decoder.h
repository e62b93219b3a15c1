/*
 * One column of a Parquet file: row group by row group, decoded into a
 * column builder a batch at a time.
 *
 *	parquet_decoder_init	once
 *	parquet_decoder_begin	for each row group
 *	parquet_decoder_fill	for each batch; the caller clears the builder
 *	parquet_decoder_release
 *
 * String columns whose pages hold dictionary indices come out coded, by one
 * dictionary for as long as the decoder (or the stream) lives: each row
 * group's own dictionary is mapped to it once.  A row group whose entries do
 * not fit its limits, and what a writer wrote plain, come out plain.
 *
 * Errors say what is wrong in which row of the row group; file, row group
 * and column are added by the caller.
 */
#ifndef FORMAT_PARQUET_DECODER_H
#define FORMAT_PARQUET_DECODER_H

#include "batch/builder.h"
#include "format/parquet_pages.h"
#include "format/parquet_schema.h"
#include "format/parquet_encoded.h"

/* A batch ends early at so many bytes of strings in one column. */
#define PARQUET_STRING_BYTES (UINT32_C(16) << 20)

struct parquet_decoder {
	const struct parquet_column *column;	/* borrowed */
	const struct parquet_input *input;	/* borrowed */
	struct dictionary *dictionary;		/* borrowed, grown */
	parquet_unpack_function *unpack;
	struct column_builder builder;

	/* The row group. */
	struct parquet_pages pages;
	uint64_t row_count;
	uint64_t row;			/* the next one */
	_Bool has_dictionary;		/* of the row group */
	_Bool is_coded;			/* codes of `dictionary`, in entries */
	uint8_t code_bytes;
	uint32_t entry_count;
	uint32_t entry_max_bytes;	/* the longest string */
	struct buffer entries;		/* values, codes, or strings' bytes */
	struct buffer entry_ends;	/* int32_t[entry_count] of strings */

	/* The page. */
	uint32_t page_left;		/* rows not taken yet */
	_Bool has_levels;
	struct parquet_rle levels;
	struct buffer level_bits;	/* BIT_PACKED levels, turned around */
	struct parquet_encoded values;
	int64_t nulls_left;		/* v2: what its header says; or -1 */

	/* Scratch, of one step. */
	struct buffer bits;		/* validity */
	struct buffer dense;		/* values before conversion */
	struct buffer dense_ends;
	struct buffer indices;
};

/* The column must not be one that is refused. */
void
parquet_decoder_init(struct parquet_decoder *decoder,
    const struct parquet_input *input, const struct parquet_column *column,
    struct dictionary *dictionary);
int
parquet_decoder_begin(struct parquet_decoder *decoder,
    const struct parquet_row_group *group, struct error *err);
/*
 * Appends to the builder until it has `rows` rows (which are there), or
 * fewer where its form changes or the strings are long; at least one.
 */
int
parquet_decoder_fill(struct parquet_decoder *decoder, uint32_t rows,
    struct error *err);
void
parquet_decoder_release(struct parquet_decoder *decoder);

#endif
