/*
 * Parquet files as one stream: a file, several, or folders in Hive's layout
 * with the keys of their partitions as columns after those of the files.
 *
 * The files are taken in the order of the paths, those of a folder in the
 * order of their names; all must have the columns that are asked for, of one
 * type.  Every footer is read before the first row, so that a truncated file
 * shows at once.  What a condition rules out by partition or by statistics is
 * not read; the rows that remain are filtered exactly.
 *
 * Blocks are the row groups that are read, over all files; begin and end
 * count their rows.  They are the same in each slice.
 *
 * Types of keys: as given, or as the .manifest in the table's root says, or
 * string.  Null is __HIVE_DEFAULT_PARTITION__.  A column that stands in the
 * files is taken from there, whatever the folders are called.  A folder with
 * a .manifest must hold the files that this lists, and no others.
 */
#ifndef TABLE_DATASET_H
#define TABLE_DATASET_H

#include "batch/stream.h"

struct dataset_options {
	char *const *paths;	/* borrowed */
	uint32_t path_count;
	const char *columns;	/* "a,b", in this order; NULL: all */
	const char *key_types;	/* "region:string,yyyymm:i32", or NULL */
	const char *where;	/* a condition, or NULL */
	const char *ascending;	/* a column of `columns`, by which rows must
				 * ascend, no two alike; or NULL */
	uint64_t part;		/* slice part/part_count, from 1 */
	uint64_t part_count;	/* 0 or 1: all */
};

struct dataset_counts {
	uint64_t files;			/* with rows to be read */
	uint64_t pruned_files;		/* by their partitions: not opened */
	uint64_t row_groups;
	uint64_t pruned_row_groups;
	uint64_t rows;			/* read */
	uint64_t filtered;		/* of those, dropped */
	uint64_t bytes;			/* read */
};

/*
 * Borrows nothing but `counts`, which are kept up to date.  NULL with err
 * set.  stages() has no stages, only the extent.
 */
struct batch_source *
dataset_new(const struct dataset_options *options,
    struct dataset_counts *counts, struct error *err);

#endif
