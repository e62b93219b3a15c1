/*
 * The least and the greatest value of a column chunk, for its statistics
 * (parquet.thrift, struct Statistics; the order is ColumnOrder's
 * TYPE_ORDER).  Nulls and NaN do not take part; a zero is -0.0 as the least
 * and +0.0 as the greatest.  Strings over PARQUET_RANGE_TEXT_BYTES are cut,
 * the greatest is then rounded up, and the statistics say so.
 */
#ifndef FORMAT_PARQUET_RANGE_H
#define FORMAT_PARQUET_RANGE_H

#include "batch/type.h"
#include "format/parquet_format.h"
#include "format/parquet_values.h"

#define PARQUET_RANGE_TEXT_BYTES 64

union parquet_bound {
	int64_t i;
	uint64_t u;
	double f;
};

struct parquet_range {
	_Bool has_values;
	union parquet_bound least;	/* numbers, bools */
	union parquet_bound greatest;
	struct buffer least_bytes;	/* strings; fixed bytes */
	struct buffer greatest_bytes;
};

void
parquet_range_release(struct parquet_range *range);

/* Takes in the values of a page: of bits, 32, 64, fixed and strings. */
void
parquet_range_add(struct parquet_range *range, struct type type,
    const struct parquet_values *values);

/* Takes in one string. */
void
parquet_range_add_bytes(struct parquet_range *range, struct type type,
    const uint8_t *bytes, uint32_t len);

/* Fills in min_value, max_value and their exactness; bytes in the arena. */
void
parquet_range_write(const struct parquet_range *range, struct type type,
    enum parquet_type physical, struct arena *arena,
    struct parquet_statistics *statistics);

#endif
