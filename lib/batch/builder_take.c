#include "batch/builder_internal.h"

#include <assert.h>
#include <string.h>

#include "base/lanes.h"

/*
 * Brings builder and column to one form: 1 if codes can be copied as codes,
 * 0 if values must be copied as bytes, -1 if the builder is full.
 */
static int
agree_on_form(struct column_builder *builder, const struct column *column)
{
	if (!type_is_variable(builder->type))
		return 0;
	if (column->code_bytes != 0 && builder->row_count == 0)
		column_builder_use_dictionary(builder, column->dictionary,
		    column->code_bytes);
	if (builder->code_bytes == 0)
		return 0;
	if (column->code_bytes == builder->code_bytes &&
	    column->dictionary == builder->dictionary)
		return 1;
	if (column->code_bytes != 0 &&
	    column->dictionary == builder->dictionary) {
		/* The same dictionary, grown: widen to four bytes. */
		struct column old = column_builder_view(builder);
		struct buffer codes = {0};
		for (uint32_t row = 0; row < builder->row_count; row++) {
			uint32_t code = column_code(&old, row);
			buffer_append(&codes, &code, sizeof(code));
		}
		buffer_reserve(&codes, MEM_ALIGNMENT);
		buffer_release(&builder->values);
		builder->values = codes;
		builder->code_bytes = 4;
		return 1;
	}
	return column_builder_decode(builder);
}

/* Validity of taken rows; true if any was null. */
static _Bool
take_validity(struct column_builder *builder, const struct column *column,
    const uint32_t *rows, uint32_t count)
{
	uint32_t nulls = 0;
	for (uint32_t i = 0; i < count; i++)
		nulls += rows[i] == COLUMN_NULL_ROW ||
		    column_is_null(column, rows[i]);
	if (nulls == 0 || builder->type.id == TYPE_NULL) {
		builder->null_count += nulls;
		builder_add_valid(builder, count);
		if (builder->type.id == TYPE_NULL)
			builder->null_count = builder->row_count;
		return 0;
	}
	builder_need_validity(builder, builder->row_count + count);
	uint8_t *bits = builder->validity.data;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t row = builder->row_count + i;
		uint8_t valid = rows[i] != COLUMN_NULL_ROW &&
		    !column_is_null(column, rows[i]);
		bits[row >> 3] |= (uint8_t)(valid << (row & 7));
	}
	builder->null_count += nulls;
	builder->row_count += count;
	return 1;
}

static void
take_wide(unsigned __int128 *to, const unsigned __int128 *from,
    const uint32_t *rows, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		to[i] = rows[i] == COLUMN_NULL_ROW ? 0 : from[rows[i]];
}

/* The width of the slots in `column`, whose codes may be narrower. */
static void
take_slots(struct column_builder *builder, const struct column *column,
    const uint32_t *rows, uint32_t count, _Bool some_miss)
{
	size_t bytes = builder_slot_bytes(builder);
	if (bytes == 0)
		return;
	buffer_reserve(&builder->values, (size_t)count * bytes);
	void *place = builder->values.data + builder->values.len;
	builder->values.len += (size_t)count * bytes;
	if (builder->code_bytes != column->code_bytes) {
		for (uint32_t i = 0; i < count; i++) {
			uint32_t code = rows[i] == COLUMN_NULL_ROW ? 0 :
			    column_code(column, rows[i]);
			((uint32_t *)place)[i] = code;
		}
		return;
	}
	switch (bytes) {
	case 1:
		lanes()->take8(place, column->values, rows, count,
		    some_miss);
		break;
	case 2:
		lanes()->take16(place, column->values, rows, count,
		    some_miss);
		break;
	case 4:
		lanes()->take32(place, column->values, rows, count,
		    some_miss);
		break;
	case 8:
		lanes()->take64(place, column->values, rows, count,
		    some_miss);
		break;
	default:
		take_wide(place, column->values, rows, count);
		break;
	}
}

static void
take_bits(struct column_builder *builder, const struct column *column,
    const uint32_t *rows, uint32_t count)
{
	uint32_t begin = builder->row_count;
	buffer_resize(&builder->values, bitmap_bytes(begin + count));
	uint8_t *bits = builder->values.data;
	for (uint32_t i = 0; i < count; i++) {
		uint8_t bit = rows[i] != COLUMN_NULL_ROW &&
		    column_bool(column, rows[i]);
		uint32_t row = begin + i;
		bits[row >> 3] |= (uint8_t)(bit << (row & 7));
	}
}

/*
 * Sixteen bytes at once, whatever a short text is: all texts have 64 bytes
 * behind them that may be read, or written.
 */
static inline void
copy_text(uint8_t *to, const uint8_t *from, uint32_t len)
{
	memcpy(to, from, 16);
	if (len > 16)
		memcpy(to + 16, from + 16, len - 16);
}

/* Plain strings, none of them null; counts the rows. */
static int
take_plain_bytes(struct column_builder *builder, const struct column *column,
    const uint32_t *rows, uint32_t count)
{
	const int32_t *offsets = column->values;
	size_t total = 0;
	uint8_t *to;
	int32_t *ends;
	int32_t before;
	for (uint32_t i = 0; i < count; i++)
		total += (size_t)(offsets[rows[i] + 1] - offsets[rows[i]]);
	if (column_builder_extend_text(builder, count, total, &to, &ends,
	    &before) != 0)
		return -1;
	size_t end = (size_t)before;
	if (total == 0) {
		/* a column of empty strings may have no bytes */
		for (uint32_t i = 0; i < count; i++)
			ends[i] = before;
		return 0;
	}
	to -= end;	/* the column's first byte */
	for (uint32_t i = 0; i < count; i++) {
		int32_t begin = offsets[rows[i]];
		uint32_t len = (uint32_t)(offsets[rows[i] + 1] - begin);
		copy_text(to + end, column->bytes + begin, len);
		end += len;
		ends[i] = (int32_t)end;
	}
	return 0;
}

static int
take_bytes(struct column_builder *builder, const struct column *column,
    const uint32_t *rows, uint32_t count)
{
	size_t total = builder->bytes.len;
	uint32_t len;
	for (uint32_t i = 0; i < count; i++) {
		if (rows[i] == COLUMN_NULL_ROW ||
		    column_is_null(column, rows[i]))
			continue;
		column_bytes(column, rows[i], &len);
		total += len;
	}
	if (total > COLUMN_MAX_BYTES)
		return -1;
	buffer_reserve(&builder->bytes, total - builder->bytes.len);
	buffer_reserve(&builder->values, (size_t)count * sizeof(int32_t));
	int32_t *ends = (int32_t *)(void *)(builder->values.data +
	    builder->values.len);
	builder->values.len += (size_t)count * sizeof(int32_t);
	uint8_t *to = builder->bytes.data;
	size_t end = builder->bytes.len;
	for (uint32_t i = 0; i < count; i++) {
		if (rows[i] != COLUMN_NULL_ROW &&
		    !column_is_null(column, rows[i])) {
			const uint8_t *from = column_bytes(column, rows[i],
			    &len);
			/* a column of empty strings may have no bytes */
			if (len > 0)
				memcpy(to + end, from, len);
			end += len;
		}
		ends[i] = (int32_t)end;
	}
	builder->bytes.len = end;
	return 0;
}

int
column_builder_take(struct column_builder *builder,
    const struct column *column, const uint32_t *rows, uint32_t count)
{
	assert(type_is_equal(builder->type, column->type));
	if (agree_on_form(builder, column) < 0)
		return -1;
	_Bool some_miss = lanes()->has(rows, count, COLUMN_NULL_ROW);
	_Bool has_nulls = column->null_count != 0 || some_miss;
	if (builder_has_offsets(builder)) {
		if (column->code_bytes == 0 && !has_nulls)
			return take_plain_bytes(builder, column, rows, count);
		if (take_bytes(builder, column, rows, count) != 0)
			return -1;
	} else if (builder_is_bits(builder)) {
		take_bits(builder, column, rows, count);
	} else {
		take_slots(builder, column, rows, count, some_miss);
	}
	if (!has_nulls)
		builder_add_valid(builder, count);
	else
		take_validity(builder, column, rows, count);
	return 0;
}

/* ---- runs of rows ---------------------------------------------------- */

static int
append_bytes_run(struct column_builder *builder, const struct column *column,
    uint32_t begin, uint32_t count)
{
	const int32_t *offsets = column->values;
	int32_t first = offsets[begin];
	size_t len = (size_t)(offsets[begin + count] - first);
	if (builder->bytes.len + len > COLUMN_MAX_BYTES)
		return -1;
	int32_t shift = (int32_t)builder->bytes.len - first;
	buffer_append(&builder->bytes, column->bytes + first, len);
	buffer_reserve(&builder->values, (size_t)count * sizeof(int32_t));
	int32_t *ends = (int32_t *)(void *)(builder->values.data +
	    builder->values.len);
	for (uint32_t i = 0; i < count; i++)
		ends[i] = offsets[begin + i + 1] + shift;
	builder->values.len += (size_t)count * sizeof(int32_t);
	return 0;
}

static void
append_validity_run(struct column_builder *builder,
    const struct column *column, uint32_t begin, uint32_t count)
{
	if (builder->type.id == TYPE_NULL || column->null_count == 0) {
		builder_add_valid(builder, count);
		if (builder->type.id == TYPE_NULL)
			builder->null_count = builder->row_count;
		return;
	}
	uint32_t nulls = 0;
	for (uint32_t i = 0; i < count; i++)
		nulls += column_is_null(column, begin + i);
	if (nulls == 0) {
		builder_add_valid(builder, count);
		return;
	}
	builder_need_validity(builder, builder->row_count + count);
	builder_copy_bits(builder->validity.data, builder->row_count,
	    column->validity, begin, count);
	builder->null_count += nulls;
	builder->row_count += count;
}

/* The rows begin, begin + 1, ... in pieces, for forms without a fast run. */
static int
append_by_take(struct column_builder *builder, const struct column *column,
    uint32_t begin, uint32_t count)
{
	uint32_t rows[1024];
	while (count > 0) {
		uint32_t step = count < 1024 ? count : 1024;
		for (uint32_t i = 0; i < step; i++)
			rows[i] = begin + i;
		if (column_builder_take(builder, column, rows, step) != 0)
			return -1;
		begin += step;
		count -= step;
	}
	return 0;
}

int
column_builder_append(struct column_builder *builder,
    const struct column *column, uint32_t begin, uint32_t count)
{
	assert(type_is_equal(builder->type, column->type));
	if (count == 0)
		return 0;
	if (agree_on_form(builder, column) < 0)
		return -1;
	if (builder->code_bytes != column->code_bytes)
		return append_by_take(builder, column, begin, count);
	if (builder_has_offsets(builder)) {
		if (append_bytes_run(builder, column, begin, count) != 0)
			return -1;
	} else if (builder_is_bits(builder)) {
		buffer_resize(&builder->values,
		    bitmap_bytes(builder->row_count + count));
		builder_copy_bits(builder->values.data, builder->row_count,
		    column->values, begin, count);
	} else {
		size_t bytes = builder_slot_bytes(builder);
		const uint8_t *from = column->values;
		buffer_append(&builder->values, from + begin * bytes,
		    count * bytes);
	}
	append_validity_run(builder, column, begin, count);
	return 0;
}

int
column_builder_repeat(struct column_builder *builder,
    const struct column *column, uint32_t row, uint32_t count)
{
	uint32_t rows[1024];
	for (uint32_t i = 0; i < 1024 && i < count; i++)
		rows[i] = row;
	while (count > 0) {
		uint32_t step = count < 1024 ? count : 1024;
		if (column_builder_take(builder, column, rows, step) != 0)
			return -1;
		count -= step;
	}
	return 0;
}
