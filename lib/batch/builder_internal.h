/*
 * What builder.c and builder_take.c share; nobody else includes this.
 */
#ifndef BATCH_BUILDER_INTERNAL_H
#define BATCH_BUILDER_INTERNAL_H

#include "batch/builder.h"

static inline _Bool
builder_has_offsets(const struct column_builder *builder)
{
	return builder->code_bytes == 0 && type_is_variable(builder->type);
}

static inline _Bool
builder_is_bits(const struct column_builder *builder)
{
	return builder->type.id == TYPE_BOOL;
}

/* Bytes of a value or a code; 0 for bits, offsets, null. */
static inline size_t
builder_slot_bytes(const struct column_builder *builder)
{
	return builder->code_bytes != 0 ? builder->code_bytes :
	    type_width(builder->type);
}

/* Makes the bitmap long enough for `rows`, all ones up to row_count. */
void
builder_need_validity(struct column_builder *builder, uint32_t rows);

/* Counts `rows` more rows, all valid. */
void
builder_add_valid(struct column_builder *builder, uint32_t rows);

/* Copies `count` bits to position `begin` of zeroed bits. */
void
builder_copy_bits(uint8_t *to, uint32_t begin, const uint8_t *from,
    uint32_t from_begin, uint32_t count);

#endif
