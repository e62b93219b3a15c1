#include "batch/builder_internal.h"

#include <assert.h>
#include <string.h>

void
column_builder_init(struct column_builder *builder, struct type type)
{
	*builder = (struct column_builder){.type = type};
	column_builder_clear(builder);
}

void
column_builder_use_dictionary(struct column_builder *builder,
    const struct dictionary *dictionary, uint8_t code_bytes)
{
	assert(type_is_variable(builder->type));
	if (builder->row_count > 0)
		return;
	builder->dictionary = dictionary;
	builder->code_bytes = code_bytes;
	builder->values.len = 0;
	if (builder_has_offsets(builder))
		buffer_resize(&builder->values, sizeof(int32_t));
}

void
column_builder_clear(struct column_builder *builder)
{
	builder->row_count = 0;
	builder->null_count = 0;
	builder->validity.len = 0;
	builder->values.len = 0;
	builder->bytes.len = 0;
	builder->code_bytes = 0;
	builder->dictionary = NULL;
	buffer_reserve(&builder->values, MEM_ALIGNMENT);
	if (builder_has_offsets(builder)) {
		buffer_reserve(&builder->bytes, 1);
		buffer_resize(&builder->values, sizeof(int32_t));
	}
}

void
column_builder_release(struct column_builder *builder)
{
	buffer_release(&builder->validity);
	buffer_release(&builder->values);
	buffer_release(&builder->bytes);
	*builder = (struct column_builder){0};
}

/* ---- validity -------------------------------------------------------- */

static void
set_bits(uint8_t *bits, uint32_t begin, uint32_t count)
{
	uint32_t end = begin + count;
	for (; begin < end && (begin & 7) != 0; begin++)
		bits[begin >> 3] |= (uint8_t)(1u << (begin & 7));
	if (end - begin >= 8) {
		memset(bits + (begin >> 3), 0xff, (end - begin) / 8);
		begin = end & ~7u;
	}
	for (; begin < end; begin++)
		bits[begin >> 3] |= (uint8_t)(1u << (begin & 7));
}

/* Makes the bitmap, all ones, when the first null comes. */
void
builder_need_validity(struct column_builder *builder, uint32_t rows)
{
	size_t need = bitmap_bytes(rows);
	if (builder->null_count == 0) {
		builder->validity.len = 0;
		buffer_resize(&builder->validity, need);
		set_bits(builder->validity.data, 0, builder->row_count);
	} else if (builder->validity.len < need) {
		buffer_resize(&builder->validity, need);
	}
}

/* Counts `rows` more rows, all valid. */
void
builder_add_valid(struct column_builder *builder, uint32_t rows)
{
	if (builder->null_count > 0) {
		builder_need_validity(builder, builder->row_count + rows);
		set_bits(builder->validity.data, builder->row_count, rows);
	}
	builder->row_count += rows;
}

/* Counts `rows` more rows, all null; their bits are zero already. */
static void
add_nulls(struct column_builder *builder, uint32_t rows)
{
	if (builder->type.id != TYPE_NULL)
		builder_need_validity(builder, builder->row_count + rows);
	builder->null_count += rows;
	builder->row_count += rows;
}

/* ---- values ---------------------------------------------------------- */

/* Room for the values of `rows` more rows, zeroed. */
static void
add_zero_values(struct column_builder *builder, uint32_t rows)
{
	struct buffer *values = &builder->values;
	if (builder_is_bits(builder)) {
		buffer_resize(values, bitmap_bytes(builder->row_count + rows));
	} else if (builder_has_offsets(builder)) {
		int32_t end = (int32_t)builder->bytes.len;
		buffer_reserve(values, (size_t)rows * sizeof(end));
		for (uint32_t i = 0; i < rows; i++)
			buffer_append(values, &end, sizeof(end));
	} else {
		buffer_resize(values, values->len +
		    (size_t)rows * builder_slot_bytes(builder));
	}
}

static void
append_nulls(struct column_builder *builder, uint32_t rows)
{
	add_zero_values(builder, rows);
	add_nulls(builder, rows);
}

void
column_builder_append_null(struct column_builder *builder)
{
	append_nulls(builder, 1);
}

void
column_builder_append_value(struct column_builder *builder, const void *value)
{
	buffer_append(&builder->values, value, builder_slot_bytes(builder));
	builder_add_valid(builder, 1);
}

void
column_builder_append_bool(struct column_builder *builder, _Bool value)
{
	uint8_t bits = value;
	column_builder_append_bits(builder, &bits, 1);
}

int
column_builder_append_bytes(struct column_builder *builder, const void *bytes,
    uint32_t len)
{
	assert(builder_has_offsets(builder));
	if (builder->bytes.len + len > COLUMN_MAX_BYTES)
		return -1;
	buffer_append(&builder->bytes, bytes, len);
	int32_t end = (int32_t)builder->bytes.len;
	buffer_append(&builder->values, &end, sizeof(end));
	builder_add_valid(builder, 1);
	return 0;
}

void
column_builder_append_code(struct column_builder *builder, uint32_t code)
{
	/* Little-endian: the low bytes come first. */
	buffer_append(&builder->values, &code, builder->code_bytes);
	builder_add_valid(builder, 1);
}

void *
column_builder_extend(struct column_builder *builder, uint32_t rows)
{
	size_t bytes = (size_t)rows * builder_slot_bytes(builder);
	assert(!builder_is_bits(builder) && !builder_has_offsets(builder));
	buffer_reserve(&builder->values, bytes);
	void *place = builder->values.data + builder->values.len;
	builder->values.len += bytes;
	builder_add_valid(builder, rows);
	return place;
}

int
column_builder_extend_text(struct column_builder *builder, uint32_t rows,
    size_t bytes, uint8_t **text, int32_t **ends, int32_t *begin)
{
	assert(builder_has_offsets(builder));
	if (bytes > COLUMN_MAX_BYTES - builder->bytes.len)
		return -1;
	size_t ends_bytes = (size_t)rows * sizeof(int32_t);
	buffer_reserve(&builder->bytes, bytes);
	buffer_reserve(&builder->values, ends_bytes);
	*text = builder->bytes.data + builder->bytes.len;
	*ends = (int32_t *)(void *)(builder->values.data +
	    builder->values.len);
	*begin = (int32_t)builder->bytes.len;
	builder->bytes.len += bytes;
	builder->values.len += ends_bytes;
	builder_add_valid(builder, rows);
	return 0;
}

/* Copies `count` bits to position `begin` of zeroed bits. */
void
builder_copy_bits(uint8_t *to, uint32_t begin, const uint8_t *from,
    uint32_t from_begin, uint32_t count)
{
	if (((begin | from_begin) & 7) == 0) {
		memcpy(to + (begin >> 3), from + (from_begin >> 3), count / 8);
		uint32_t done = count & ~7u;
		begin += done;
		from_begin += done;
		count -= done;
	}
	for (uint32_t i = 0; i < count; i++) {
		uint32_t j = from_begin + i;
		uint32_t k = begin + i;
		to[k >> 3] |= (uint8_t)((from[j >> 3] >> (j & 7) & 1) <<
		    (k & 7));
	}
}

void
column_builder_append_bits(struct column_builder *builder,
    const uint8_t *bits, uint32_t rows)
{
	assert(builder_is_bits(builder));
	buffer_resize(&builder->values,
	    bitmap_bytes(builder->row_count + rows));
	builder_copy_bits(builder->values.data, builder->row_count, bits, 0,
	    rows);
	builder_add_valid(builder, rows);
}

/* Zeroes the value of one row of fixed width. */
static void
zero_value(struct column_builder *builder, uint32_t row)
{
	if (builder_is_bits(builder)) {
		builder->values.data[row >> 3] &=
		    (uint8_t)~(1u << (row & 7));
	} else if (!builder_has_offsets(builder)) {
		size_t bytes = builder_slot_bytes(builder);
		memset(builder->values.data + row * bytes, 0, bytes);
	}
}

void
column_builder_set_validity(struct column_builder *builder,
    const uint8_t *validity, uint32_t rows)
{
	uint32_t nulls = rows - bitmap_count(validity, rows);
	if (nulls == 0)
		return;
	builder_need_validity(builder, builder->row_count);
	uint32_t begin = builder->row_count - rows;
	uint8_t *bits = builder->validity.data;
	for (uint32_t i = 0; i < rows; i++) {
		if (validity[i >> 3] >> (i & 7) & 1)
			continue;
		uint32_t row = begin + i;
		bits[row >> 3] &= (uint8_t)~(1u << (row & 7));
		zero_value(builder, row);
	}
	builder->null_count += nulls;
}

int
column_builder_decode(struct column_builder *builder)
{
	if (builder->code_bytes == 0)
		return 0;
	struct column coded = column_builder_view(builder);
	struct column_builder plain;
	column_builder_init(&plain, builder->type);
	for (uint32_t row = 0; row < builder->row_count; row++) {
		if (column_is_null(&coded, row)) {
			append_nulls(&plain, 1);
			continue;
		}
		uint32_t len;
		const uint8_t *bytes = column_bytes(&coded, row, &len);
		if (column_builder_append_bytes(&plain, bytes, len) != 0) {
			column_builder_release(&plain);
			return -1;
		}
	}
	column_builder_release(builder);
	*builder = plain;
	return 0;
}

struct column
column_builder_view(const struct column_builder *builder)
{
	return (struct column){
	    .type = builder->type,
	    .code_bytes = builder->code_bytes,
	    .null_count = builder->null_count,
	    .validity = builder->null_count > 0 &&
		builder->type.id != TYPE_NULL ? builder->validity.data : NULL,
	    .values = builder->values.data,
	    .bytes = builder->bytes.data,
	    .dictionary = builder->dictionary};
}

size_t
column_builder_bytes(const struct column_builder *builder)
{
	return builder->validity.len + builder->values.len +
	    builder->bytes.len;
}

