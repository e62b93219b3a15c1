/*
 * The schema of a Parquet file as a schema of ours: one column for each
 * field below the root (parquet-format, LogicalTypes.md).
 *
 *	BOOLEAN			bool
 *	INT32, INT64		i32, i64; by INTEGER i8 to u64; decimal, date,
 *				time, timestamp
 *	INT96			timestamp (of nobody's clock)
 *	FLOAT, DOUBLE		f32, f64
 *	BYTE_ARRAY		binary; STRING, ENUM, JSON: string; decimal
 *	FIXED_LEN_BYTE_ARRAY	binary; UUID: string; FLOAT16: f32; decimal
 *
 * Times and timestamps of ms and ns become microseconds.  What we have no
 * type for is there under its name, with a reason in `refusal`: it fails
 * when it is asked for.
 */
#ifndef FORMAT_PARQUET_SCHEMA_H
#define FORMAT_PARQUET_SCHEMA_H

#include "batch/schema.h"
#include "format/parquet_format.h"

/* How the values of a page become ours. */
enum parquet_conversion {
	PARQUET_TO_NULL,	/* there are none */
	PARQUET_TO_BITS,	/* BOOLEAN */
	PARQUET_TO_SAME,	/* fixed width, as it is */
	PARQUET_TO_I8,		/* from INT32, and what fits is checked */
	PARQUET_TO_I16,
	PARQUET_TO_U8,
	PARQUET_TO_U16,
	PARQUET_TO_DECIMAL,	/* from any type that can be one */
	PARQUET_TO_TIME_MS,	/* INT32 or INT64, times 1000 */
	PARQUET_TO_TIME_NS,	/* INT64, by 1000, must be whole */
	PARQUET_TO_INT96_US,	/* INT96: ns of the day and Julian day */
	PARQUET_TO_HALF,	/* FLOAT16 */
	PARQUET_TO_BYTES,	/* string, binary */
	PARQUET_TO_UUID		/* 16 bytes, as 36 characters */
};

struct parquet_column {
	const char *name;	/* borrowed from the meta */
	const char *refusal;	/* "is a list", or NULL */
	const struct parquet_element *element;	/* borrowed */
	struct type type;
	enum parquet_conversion conversion;
	uint32_t leaf;		/* the (first) leaf that belongs to it */
	uint32_t raw_bytes;	/* of a PLAIN value; 0: BYTE_ARRAY, bits */
	_Bool is_nullable;	/* max definition level 1, else 0 */
};

struct parquet_schema {
	struct parquet_column *columns;	/* owned, [schema.count] */
	struct schema schema;
	uint32_t leaf_count;
};

/*
 * From the meta of a file, which must outlive it.  Checks that the tree of
 * elements is one, that each row group has a chunk for each leaf, and that
 * their types agree.
 */
int
parquet_schema_init(struct parquet_schema *schema,
    const struct parquet_meta *meta, struct error *err);
void
parquet_schema_release(struct parquet_schema *schema);

#endif
