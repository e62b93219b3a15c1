/*
 * A vector: what a kernel reads and writes.  It is a column (batch.h) of as
 * many rows as the batch, or a constant: one row that stands for all; and
 * the memory that it owns, reused from batch to batch.
 *
 * A kernel calls vector_start (or vector_start_text and vector_put for
 * strings), fills the values, and marks nulls with vector_set_null; then
 * vector_finish restores the invariants of columns.
 */
#ifndef EXPR_VECTOR_H
#define EXPR_VECTOR_H

#include "base/int128.h"
#include "batch/batch.h"

struct vector {
	struct column column;
	_Bool is_constant;
	struct buffer validity;	/* column.validity points here, or away */
	struct buffer values;
	struct buffer bytes;
};

void
vector_release(struct vector *v);

/* Room for `rows` values of a fixed width (bits for bool), not set. */
void *
vector_start(struct vector *v, struct type type, uint32_t rows);

/* An empty string or binary vector; then exactly `rows` puts. */
void
vector_start_text(struct vector *v, struct type type, uint32_t rows);

/* Turns a vector into one of codes; returns the place for them. */
void *
vector_start_codes(struct vector *v, const struct dictionary *dictionary,
    uint8_t code_bytes, uint32_t rows);

/* Row by row, from 0.  Bytes may not point into v.  -1 beyond 2 GiB. */
int
vector_put(struct vector *v, uint32_t row, const void *bytes, size_t len);

/* Makes v a view of a column, or of a vector that stays. */
void
vector_borrow(struct vector *v, const struct column *column);

/*
 * The validity that v has from here on: that of `from`, copied so that it
 * may be changed; NULL: none is null.
 */
void
vector_set_validity(struct vector *v, const uint8_t *from, uint32_t rows);

/* `rows` is that of the whole vector. */
void
vector_set_null(struct vector *v, uint32_t row, uint32_t rows);

/* A constant null of the type. */
void
vector_make_null(struct vector *v, struct type type);

/* Counts the nulls, zeroes what lies under them and the bits at the end. */
void
vector_finish(struct vector *v, uint32_t rows);

/* Copies one row of `from` into v as a constant of its own. */
void
vector_copy_constant(struct vector *v, const struct vector *from);

/*
 * Spreads a constant over all rows; strings come coded, by *dictionary, which
 * is made when it is needed.  -1 if that would be more than 2 GiB.
 */
int
vector_broadcast(struct vector *v, const struct vector *from, uint32_t rows,
    struct dictionary **dictionary);

static inline _Bool
bit_get(const uint8_t *bits, uint32_t i)
{
	return bits[i >> 3] >> (i & 7) & 1;
}

static inline void
bit_set(uint8_t *bits, uint32_t i)
{
	bits[i >> 3] |= (uint8_t)(1u << (i & 7));
}

static inline void
bit_clear(uint8_t *bits, uint32_t i)
{
	bits[i >> 3] &= (uint8_t)~(1u << (i & 7));
}

/* Whether the row counts: `live` is a bitmap, or NULL for all. */
static inline _Bool
row_is_live(const uint8_t *live, uint32_t row)
{
	return live == NULL || bit_get(live, row);
}

/* Zeroes the bits from `rows` to the end of the last byte. */
static inline void
bits_trim(uint8_t *bits, uint32_t rows)
{
	if (rows & 7)
		bits[rows >> 3] &= (uint8_t)((1u << (rows & 7)) - 1);
}

/* Packs bytes that are 0 or 1 into bits; those after the last are 0. */
void
bits_pack(const uint8_t *restrict bytes, uint32_t rows,
    uint8_t *restrict bits);

static inline _Bool
vector_is_null(const struct vector *v, uint32_t row)
{
	return column_is_null(&v->column, v->is_constant ? 0 : row);
}

static inline const uint8_t *
vector_text(const struct vector *v, uint32_t row, uint32_t *len)
{
	return column_bytes(&v->column, v->is_constant ? 0 : row, len);
}

static inline int64_t
vector_i64(const struct vector *v, uint32_t row)
{
	return ((const int64_t *)v->column.values)[v->is_constant ? 0 : row];
}

static inline _Bool
vector_bool(const struct vector *v, uint32_t row)
{
	return column_bool(&v->column, v->is_constant ? 0 : row);
}

#endif
