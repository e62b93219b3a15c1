/*
 * A stream into Parquet files: one file, or a folder of files in Hive's
 * layout, one for each partition, published whole (io/publish.h).
 *
 * One pass in bounded memory: rows go to the file of their partition in the
 * order in which they come.  Encoded pages, and at need rows that do not fill
 * a page yet, wait in one unnamed temporary file when the budget is used up.
 * The bytes of the files depend on the rows alone.
 *
 *	DIR/region=Asia/yyyymm=202301/part-00000.parquet
 *	DIR/.manifest			table/manifest.h
 *	DIR/.stages
 *
 * finish publishes; if the folder holds these very files already it is left
 * as it is, with its inodes and times.  The account must have been checked.
 */
#ifndef TABLE_PARQUET_TABLE_H
#define TABLE_PARQUET_TABLE_H

#include "batch/stream.h"
#include "format/parquet_writer.h"
#include "io/copies.h"
#include "io/publish.h"

#define PARQUET_TABLE_FILE "part-00000.parquet"
#define PARQUET_TABLE_MAX_PARTITIONS 10000

/* What was written, for counters. */
struct parquet_table_counts {
	uint64_t files;
	uint64_t bytes;
	uint64_t row_groups;
	_Bool is_skipped;	/* something was there and stays */
	_Bool is_unchanged;	/* the same was there */
};

struct parquet_table_options {
	const char *path;		/* borrowed */
	enum publish_mode mode;
	_Bool is_folder;		/* also without keys */
	_Bool keep_keys;		/* in the files, too */
	const char *keys;		/* "a,b", or NULL; borrowed */
	uint32_t max_partitions;	/* 0: PARQUET_TABLE_MAX_PARTITIONS */
	struct parquet_options parquet;
	struct budget *budget;		/* borrowed */
	const char *temporary_folder;	/* borrowed; NULL: $TMPDIR, /tmp */
	struct parquet_table_counts *counts;	/* borrowed; by finish */
};

/* NULL with err set: the output's place is looked at before any row. */
struct batch_sink *
parquet_table_new(const struct parquet_table_options *options,
    struct error *err);

/*
 * Before rows: each of the copies of this process, which all get the same
 * rows, writes the partitions of its own.  finish does not return in others
 * than the first.  Borrowed.
 */
void
parquet_table_divide(struct batch_sink *sink, struct copies *copies);

#endif
