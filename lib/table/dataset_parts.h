/*
 * What the files of dataset_*.c share; nobody else includes this.
 *
 *	dataset.c		the source: batches, filter, projection
 *	dataset_plan.c		which files, columns and row groups
 *	dataset_file.c		one open file: its footer and its columns
 */
#ifndef TABLE_DATASET_PARTS_H
#define TABLE_DATASET_PARTS_H

#include "batch/builder.h"
#include "expr/expr.h"
#include "format/parquet_decoder.h"
#include "format/parquet_footer.h"
#include "io/input.h"
#include "table/ascending.h"
#include "table/dataset.h"
#include "table/hive.h"

/* A column that is read: of the files, or the key of a partition. */
struct dataset_column {
	_Bool is_key;
	uint32_t key;			/* among the values of a file's path */
	struct dictionary *dictionary;	/* owned; of strings */
};

struct dataset_block {
	uint32_t file;
	uint32_t group;
	uint64_t begin;			/* rows */
};

/* An open file. */
struct dataset_file {
	struct input *input;			/* owned */
	struct parquet_input bytes;
	struct parquet_meta meta;
	struct parquet_schema schema;
};

struct dataset {
	struct batch_source source;
	struct stream_header header;
	struct stages stages;			/* the extent */
	struct dataset_counts *counts;		/* borrowed */
	struct hive_files files;
	/* what is read, and what of it goes out */
	struct schema all;			/* the files', then keys */
	uint32_t file_columns;			/* of all */
	struct schema schema;			/* of the columns read */
	struct dataset_column *columns;		/* owned */
	uint32_t *output;			/* owned; columns of schema */
	struct expr *where;			/* owned; on schema, or NULL */
	struct ascending *ascending;		/* owned; or NULL */
	struct dataset_block *blocks;		/* owned */
	uint32_t block_count;
	uint64_t row_count;			/* of all blocks */
	uint64_t part, part_count;		/* part from 0 */
	/* where we are */
	_Bool is_open;
	struct dataset_file file;
	uint32_t file_index;
	struct zstd_unpacker *zstd;		/* owned; all files' */
	struct parquet_decoder *decoders;	/* owned; of file columns */
	uint32_t block;				/* the next or present one */
	_Bool in_block;
	uint64_t row;				/* within the block */
	uint32_t batch_rows;			/* at most */
	struct column_builder *keys;		/* owned; a column each */
	struct column_builder *carried;		/* owned; see dataset.c */
	struct column *views;			/* owned; columns read */
	struct batch_builder filtered;
	struct column *projected;		/* owned */
	struct batch batch;
	struct buffer rows;			/* u32 */
};

/* ---- dataset_file.c --- */

/* Opens, reads the footer and the schema.  Errors name the file.  Whoever
 * reads pages, too, sets bytes.zstd. */
int
dataset_file_open(struct dataset_file *file, const char *path,
    struct error *err);
void
dataset_file_close(struct dataset_file *file);
/* The column of that name, or NULL. */
const struct parquet_column *
dataset_file_column(const struct dataset_file *file, const char *name);

/* ---- dataset_plan.c --- */

/* Lists files, finds columns and types, compiles the condition. */
int
dataset_plan(struct dataset *dataset, const struct dataset_options *options,
    struct error *err);

#endif
