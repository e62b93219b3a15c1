/*
 * A batch: some thousand rows of a stream, column by column.
 *
 * The layout of a column is Arrow's.  For n rows:
 *
 *	validity   bitmap, bit i (LSB first) is 1 where row i is not null;
 *	           NULL if there are no nulls
 *	values     fixed width: n values; bool: n bits, LSB first;
 *	           string, binary: int32_t offsets[n + 1] into bytes;
 *	           coded string: n codes of code_bytes bytes
 *	bytes      string, binary, if not coded
 *
 * Invariants: null_count is exact; value slots of nulls are zero (an empty
 * range of bytes, code 0); bits after the last row are zero; offsets[0] is 0
 * and offsets ascend.  Buffers are aligned to 64 bytes, and 64 bytes after
 * their end may be read, so that vector kernels may run over.
 *
 * A batch is read only and borrowed from whoever made it until its next
 * batch, unless said otherwise.
 */
#ifndef BATCH_BATCH_H
#define BATCH_BATCH_H

#include "base/int128.h"
#include "batch/dictionary.h"
#include "batch/schema.h"

#define BATCH_MAX_ROWS 65536	/* what a stream may hold in one batch */
#define BATCH_ROWS 8192		/* what our tools aim at, at the most */
#define BATCH_BYTES 131072	/* ... and in bytes, about */

struct column {
	struct type type;
	uint8_t code_bytes;	/* 0 plain; 1, 2, 4: dictionary-coded */
	uint32_t null_count;
	const uint8_t *validity;
	const void *values;
	const uint8_t *bytes;
	const struct dictionary *dictionary;	/* borrowed; NULL if plain */
};

/*
 * The part of a source that a batch belongs to (DESIGN: blocks).  Batches
 * never span blocks.  begin and end say what the *block* covers, in bytes
 * or rows of the source: the block after it begins at end.
 */
struct block {
	uint64_t index;		/* from 0, ascending within a stream */
	uint64_t begin;
	uint64_t end;
	_Bool is_last;		/* the last batch of this block */
};

struct batch {
	uint32_t row_count;
	uint32_t column_count;
	struct column *columns;		/* [column_count], as in the schema */
	struct block block;		/* if the stream has blocks */
	_Bool is_mark;			/* no rows: the end of an epoch */
	uint64_t epoch;			/* of a mark */
};

static inline _Bool
column_is_null(const struct column *column, uint32_t row)
{
	return column->validity != NULL &&
	    (column->validity[row >> 3] >> (row & 7) & 1) == 0;
}

static inline uint32_t
column_code(const struct column *column, uint32_t row)
{
	switch (column->code_bytes) {
	case 1:
		return ((const uint8_t *)column->values)[row];
	case 2:
		return ((const uint16_t *)column->values)[row];
	default:
		return ((const uint32_t *)column->values)[row];
	}
}

static inline _Bool
column_bool(const struct column *column, uint32_t row)
{
	return ((const uint8_t *)column->values)[row >> 3] >> (row & 7) & 1;
}

/*
 * A value that is an integer, a decimal (scaled up), a date (days), a time or
 * a timestamp (microseconds), and not null.
 */
static inline int128
column_whole(const struct column *column, uint32_t row)
{
	switch (column->type.id) {
	case TYPE_I8:
		return ((const int8_t *)column->values)[row];
	case TYPE_I16:
		return ((const int16_t *)column->values)[row];
	case TYPE_I32:
	case TYPE_DATE:
		return ((const int32_t *)column->values)[row];
	case TYPE_U8:
		return ((const uint8_t *)column->values)[row];
	case TYPE_U16:
		return ((const uint16_t *)column->values)[row];
	case TYPE_U32:
		return ((const uint32_t *)column->values)[row];
	case TYPE_U64:
		return ((const uint64_t *)column->values)[row];
	case TYPE_DECIMAL:
		if (type_width(column->type) == 16)
			return ((const int128 *)column->values)[row];
		return ((const int64_t *)column->values)[row];
	default:
		return ((const int64_t *)column->values)[row];
	}
}

/* The bytes of a string or binary value, coded or plain; not for nulls. */
static inline const uint8_t *
column_bytes(const struct column *column, uint32_t row, uint32_t *len)
{
	if (column->code_bytes != 0)
		return dictionary_get(column->dictionary,
		    column_code(column, row), len);
	const int32_t *offsets = column->values;
	*len = (uint32_t)(offsets[row + 1] - offsets[row]);
	return column->bytes + offsets[row];
}

/* Bytes of a bitmap of `rows` bits. */
static inline size_t
bitmap_bytes(uint32_t rows)
{
	return ((size_t)rows + 7) / 8;
}

/* The number of ones among the first `rows` bits. */
uint32_t
bitmap_count(const uint8_t *bits, uint32_t rows);

/* Bytes of the values buffer (codes, bits, offsets or values) for rows. */
size_t
column_values_bytes(const struct column *column, uint32_t rows);

/* Bytes of the bytes buffer; 0 for a type that has none. */
size_t
column_data_bytes(const struct column *column, uint32_t rows);

/* Of a coded column; 0 if there are no rows. */
uint32_t
column_largest_code(const struct column *column, uint32_t rows);

/*
 * Checks the invariants above as far as a reader of foreign bytes must to
 * be safe: offsets, codes, null count, trailing bits.  The error says what
 * is wrong; the caller adds where.
 */
int
column_check(const struct column *column, uint32_t rows, struct error *err);

#endif
