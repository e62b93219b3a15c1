/*
 * One column of a Parquet file that is being written: pages in, a column
 * chunk out at the end of each row group.  Used by parquet_writer.c alone.
 */
#ifndef FORMAT_PARQUET_COLUMN_WRITER_H
#define FORMAT_PARQUET_COLUMN_WRITER_H

#include "base/blocks.h"
#include "format/parquet_dictionary.h"
#include "format/parquet_range.h"
#include "format/parquet_values.h"
#include "format/parquet_writer.h"

/* Working memory, shared by all columns of all writers of a schema. */
struct parquet_scratch {
	struct parquet_values values;
	struct buffer body;		/* of the page */
	struct buffer packed;		/* the page, compressed */
	struct buffer trial;		/* an encoding on trial */
	struct buffer indices;		/* u32, into the dictionary */
	struct buffer lengths;		/* u32, of prefixes and what follows */
	struct buffer head;		/* of the page */
	struct zstd_packer *zstd;	/* owned; made when it is needed */
	struct block_pool blocks;	/* of pages */
};

void
parquet_scratch_release(struct parquet_scratch *scratch);

enum parquet_codec_choice {
	PARQUET_CODEC_OPEN,	/* not enough pages yet: they wait */
	PARQUET_CODEC_NONE,
	PARQUET_CODEC_USED
};

/* How byte arrays are encoded that are not in the dictionary. */
enum parquet_strings_choice {
	PARQUET_STRINGS_OPEN,	/* none so far */
	PARQUET_STRINGS_PLAIN,
	PARQUET_STRINGS_PREFIXED
};

/* A page that waits for the choice of the codec, in `waiting`. */
struct parquet_waiting_page {
	int encoding;
	uint32_t row_count;
	size_t len;
	size_t packed_len;	/* once the codec was tried on it; or 0 */
};

struct parquet_segment {
	uint64_t offset;	/* in the temporary file */
	uint64_t len;
};

#define PARQUET_ENCODING_COUNT 9	/* up to RLE_DICTIONARY */

struct parquet_column_writer {
	/* from its beginning */
	const struct field *field;	/* borrowed */
	const struct parquet_options *options;	/* borrowed */
	enum parquet_type physical;
	/* of this chunk */
	_Bool is_direct;		/* no dictionary, or no more */
	uint32_t row_count;
	uint32_t null_count;
	uint32_t value_count;
	uint32_t value_pages;		/* pages with values */
	uint32_t dictionary_values;	/* in pages with indices */
	uint64_t index_bytes;
	uint64_t direct_bytes;		/* what the first page takes directly */
	uint32_t direct_values;
	uint32_t mark_entries;		/* dictionary entries at page 1, 2, 4 */
	uint32_t mark_values;
	uint32_t data_pages[PARQUET_ENCODING_COUNT];	/* by encoding */
	struct parquet_dictionary dictionary;
	struct parquet_segment saved;	/* the dictionary, if len > 0 */
	struct parquet_range range;
	enum parquet_codec_choice choice;
	enum parquet_strings_choice strings;
	struct parquet_waiting_page *waiting_pages;	/* owned */
	uint32_t waiting_count;
	struct buffer waiting;
	struct block_list pages;	/* headers and bodies */
	uint32_t poor_pages;		/* in a row that did not shrink */
	int poor_encoding;		/* theirs */
	struct parquet_segment *segments;	/* owned; pages before those */
	uint32_t segment_count;
	uint64_t segment_bytes;
	const struct parquet_spill *spill;	/* of the segments */
	uint64_t uncompressed_bytes;	/* headers too */
	uint32_t header_sum;		/* parquet_sums.h */
};

void
parquet_column_writer_init(struct parquet_column_writer *writer,
    const struct field *field, const struct parquet_options *options,
    struct parquet_finder *finder);
void
parquet_column_writer_release(struct parquet_column_writer *writer);

/* Encodes a page.  is_last: no more pages in this chunk. */
int
parquet_column_writer_page(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct column *column,
    uint32_t rows, _Bool is_last, struct error *err);

/*
 * Writes the chunk at *offset of the file, moves *offset behind it, fills in
 * *chunk (its bytes in the arena), and makes ready for the next chunk.
 */
int
parquet_column_writer_close(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct parquet_output *output,
    uint64_t *offset, struct arena *arena, struct parquet_chunk *chunk,
    struct error *err);

size_t
parquet_column_writer_bytes(const struct parquet_column_writer *writer);
/* Moves pages to the temporary file. */
int
parquet_column_writer_spill(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct parquet_spill *spill,
    uint64_t *spilled, struct error *err);
/* And the dictionary. */
int
parquet_column_writer_save(struct parquet_column_writer *writer,
    struct parquet_scratch *scratch, const struct parquet_spill *spill,
    uint64_t *spilled, struct error *err);

#endif
