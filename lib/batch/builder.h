/*
 * Builders: columns that grow row by row or run by run, and batches of them.
 *
 * A column_builder owns its memory and reuses it after a clear.  Its view
 * (column_builder_view) is a column in the sense of batch.h, valid until the
 * builder changes.  A builder of a string column builds plain values, or
 * codes after column_builder_use_dictionary.
 *
 * Append functions for vectors that kernels fill directly:
 * column_builder_extend hands out the place for n more values.
 */
#ifndef BATCH_BUILDER_H
#define BATCH_BUILDER_H

#include "batch/batch.h"

struct column_builder {
	struct type type;
	uint8_t code_bytes;
	uint32_t row_count;
	uint32_t null_count;
	struct buffer validity;	/* kept only while null_count > 0 */
	struct buffer values;
	struct buffer bytes;
	const struct dictionary *dictionary;	/* borrowed */
};

/* What the offsets of one column can address; beyond it: "full". */
#define COLUMN_MAX_BYTES INT32_MAX

void
column_builder_init(struct column_builder *builder, struct type type);
/*
 * Makes an empty builder take codes of code_bytes; a builder that holds
 * rows keeps its form.  column_builder_clear returns it to plain.
 */
void
column_builder_use_dictionary(struct column_builder *builder,
    const struct dictionary *dictionary, uint8_t code_bytes);
/* Forgets the rows, keeps the memory. */
void
column_builder_clear(struct column_builder *builder);
void
column_builder_release(struct column_builder *builder);

void
column_builder_append_null(struct column_builder *builder);
/* One value of the type's width (not bool, string, binary). */
void
column_builder_append_value(struct column_builder *builder, const void *value);
void
column_builder_append_bool(struct column_builder *builder, _Bool value);
/* A string or binary value.  -1 if the column is full (COLUMN_MAX_BYTES). */
int
column_builder_append_bytes(struct column_builder *builder, const void *bytes,
    uint32_t len);
void
column_builder_append_code(struct column_builder *builder, uint32_t code);

/*
 * Room for `rows` more values of a fixed-width type (codes, if coded), all
 * valid; the caller fills the memory.  For bool use append_bits.
 */
void *
column_builder_extend(struct column_builder *builder, uint32_t rows);
/*
 * Room for `rows` more texts of `bytes` bytes together, all valid: the
 * caller fills text[0 .. bytes) and the end of each, ends[0 .. rows), which
 * count from the column's first byte: this text begins at *begin.  64 bytes
 * after the text may be written, too.  -1 if the builder is full.
 */
int
column_builder_extend_text(struct column_builder *builder, uint32_t rows,
    size_t bytes, uint8_t **text, int32_t **ends, int32_t *begin);
/* Appends `rows` bits, LSB first, all valid. */
void
column_builder_append_bits(struct column_builder *builder,
    const uint8_t *bits, uint32_t rows);
/*
 * Sets the validity of the last `rows` rows from a bitmap, and zeroes the
 * fixed-width values (or codes, or bits) under nulls.
 */
void
column_builder_set_validity(struct column_builder *builder,
    const uint8_t *validity, uint32_t rows);

/*
 * Appends rows of a column: rows[i], or a null where rows[i] is
 * COLUMN_NULL_ROW (an outer join's missing side).  Codes stay codes if the
 * builder is empty or has the same dictionary; else they are decoded, and a
 * coded builder that meets another form is decoded first.
 * -1 if the builder would be full; it is then unchanged.
 */
#define COLUMN_NULL_ROW UINT32_MAX
int
column_builder_take(struct column_builder *builder,
    const struct column *column, const uint32_t *rows, uint32_t count);
/* The same for the run of rows [begin, begin + count). */
int
column_builder_append(struct column_builder *builder,
    const struct column *column, uint32_t begin, uint32_t count);
/* One row that is repeated `count` times. */
int
column_builder_repeat(struct column_builder *builder,
    const struct column *column, uint32_t row, uint32_t count);
/* Turns codes into plain values.  -1 if that would be full. */
int
column_builder_decode(struct column_builder *builder);

struct column
column_builder_view(const struct column_builder *builder);
/* Bytes held: of values in use, not of capacity. */
size_t
column_builder_bytes(const struct column_builder *builder);

/* ---- a batch of builders --------------------------------------------- */

struct batch_builder {
	uint32_t column_count;
	struct column_builder *columns;		/* owned */
	struct column *views;			/* owned */
	struct batch batch;			/* of the last view */
};

void
batch_builder_init(struct batch_builder *builder, const struct schema *schema);
void
batch_builder_clear(struct batch_builder *builder);
void
batch_builder_release(struct batch_builder *builder);
/* Room in an empty builder for what another one of its schema holds. */
void
batch_builder_reserve(struct batch_builder *builder,
    const struct batch_builder *like);
/* All columns must hold as many rows; the first one says how many. */
static inline uint32_t
batch_builder_rows(const struct batch_builder *builder)
{
	return builder->column_count > 0 ? builder->columns[0].row_count : 0;
}
size_t
batch_builder_bytes(const struct batch_builder *builder);
/* Row-wise appends over all columns; -1 if one is full (none changed). */
int
batch_builder_take(struct batch_builder *builder, const struct batch *batch,
    const uint32_t *rows, uint32_t count);
int
batch_builder_append(struct batch_builder *builder, const struct batch *batch,
    uint32_t begin, uint32_t count);
/*
 * The rows as a batch, borrowed until the builder changes.  Block and mark
 * are those of `like`, or none if it is NULL.
 */
const struct batch *
batch_builder_view(struct batch_builder *builder, const struct batch *like);

#endif
