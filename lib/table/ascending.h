/*
 * Whether rows ascend by a column, no two alike, found out while a dataset is
 * read in slices: within a row group by its values, from one row group to the
 * next by the bounds in the footers, which must be the first and the last
 * value of each.  What is out of order is an error of status 1.
 */
#ifndef TABLE_ASCENDING_H
#define TABLE_ASCENDING_H

#include "batch/ascent.h"
#include "format/parquet_schema.h"

struct ascending {
	uint32_t column;		/* of those that are read */
	char *name;			/* owned; its name */
	struct column_builder least, greatest;	/* a row for each block */
	struct ascent rows;		/* of the block */
	struct error why;		/* what ascending_add found, or OK */
};

void
ascending_init(struct ascending *ascending, uint32_t column,
    const struct field *field);
void
ascending_release(struct ascending *ascending);

/*
 * The next row group that is read, by any slice.  What is
 * wrong is told by ascending_begin, when a stream has begun that can tell it
 * to others.
 */
void
ascending_add(struct ascending *ascending, const struct parquet_meta *meta,
    const struct parquet_column *column,
    const struct parquet_row_group *group, const char *file, uint32_t number);
int
ascending_begin(const struct ascending *ascending, struct error *err);

/* The next rows of a block: its first if `begins`, its last if `ends`. */
int
ascending_check(struct ascending *ascending, uint32_t block,
    const struct column *values, uint32_t rows, _Bool begins, _Bool ends,
    struct error *err);

#endif
