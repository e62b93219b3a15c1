/*
 * The values of a page on their way to an encoder: a column's rows without
 * the nulls, in the physical type that Parquet stores.
 *
 *	BOOLEAN      bits: bool
 *	INT32        32: i8 i16 i32 u8 u16 u32 date, decimal up to 9 digits
 *	INT64        64: i64 u64 time timestamp, decimal up to 18 digits
 *	FLOAT        32: f32         DOUBLE  64: f64
 *	BYTE_ARRAY   strings or codes: string binary
 *	FIXED...     strings of one length, big-endian: decimal over 18
 *
 * Where nothing has to be done the arrays are the column's own.
 */
#ifndef FORMAT_PARQUET_VALUES_H
#define FORMAT_PARQUET_VALUES_H

#include "batch/batch.h"
#include "format/parquet_format.h"

enum parquet_values_form {
	PARQUET_VALUES_NONE,	/* no values: type null, or all rows null */
	PARQUET_VALUES_BITS,
	PARQUET_VALUES_32,
	PARQUET_VALUES_64,
	PARQUET_VALUES_CODES,
	PARQUET_VALUES_BYTES
};

struct parquet_values {
	enum parquet_values_form form;
	uint32_t count;			/* without nulls */
	const uint8_t *bits;		/* LSB first; zero after the last */
	const uint32_t *u32;
	const uint64_t *u64;
	const uint32_t *codes;
	const struct dictionary *dictionary;	/* of the codes */
	const int32_t *offsets;		/* [count + 1] into bytes */
	const uint8_t *bytes;
	_Bool is_ascending;		/* strings: known to be */
	/* memory, reused from page to page; owned */
	struct buffer numbers;
	struct buffer fixed;
	struct buffer offset_memory;
};

/* The physical type; type null is INT32 as others have it. */
enum parquet_type
parquet_physical(struct type type);

/* Bytes of FIXED_LEN_BYTE_ARRAY for a decimal of that precision, else 0. */
uint32_t
parquet_fixed_bytes(struct type type);

/* Sets the values of `rows` rows; borrowed from the column and `values`. */
void
parquet_values_gather(struct parquet_values *values,
    const struct column *column, uint32_t rows);

/* Turns codes into strings; other forms stay as they are. */
void
parquet_values_decode(struct parquet_values *values);

void
parquet_values_release(struct parquet_values *values);

#endif
