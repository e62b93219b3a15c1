#include "expr/vector.h"

#include <string.h>

void
vector_release(struct vector *v)
{
	buffer_release(&v->validity);
	buffer_release(&v->values);
	buffer_release(&v->bytes);
	*v = (struct vector){0};
}

/* Room for len bytes whose content nobody needs. */
static uint8_t *
room(struct buffer *buf, size_t len)
{
	buf->len = 0;
	buffer_reserve(buf, len + 1);
	buf->len = len;
	return buf->data;
}

void *
vector_start(struct vector *v, struct type type, uint32_t rows)
{
	size_t width = type_width(type);
	size_t len = width != 0 ? width * rows :
	    type.id == TYPE_BOOL ? bitmap_bytes(rows) : 0;
	const uint8_t *validity = v->column.validity;
	v->column = (struct column){.type = type, .validity = validity,
	    .values = room(&v->values, len)};
	return v->values.data;
}

void *
vector_start_codes(struct vector *v, const struct dictionary *dictionary,
    uint8_t code_bytes, uint32_t rows)
{
	v->column = (struct column){.type = type_of(TYPE_STRING),
	    .code_bytes = code_bytes, .dictionary = dictionary,
	    .validity = v->column.validity,
	    .values = room(&v->values, (size_t)code_bytes * rows)};
	return v->values.data;
}

void
vector_start_text(struct vector *v, struct type type, uint32_t rows)
{
	int32_t *offsets = (int32_t *)(void *)room(&v->values,
	    ((size_t)rows + 1) * sizeof(int32_t));
	offsets[0] = 0;
	room(&v->bytes, 0);
	v->column = (struct column){.type = type, .values = offsets,
	    .validity = v->column.validity, .bytes = v->bytes.data};
}

int
vector_put(struct vector *v, uint32_t row, const void *bytes, size_t len)
{
	int32_t *offsets = (int32_t *)(void *)v->values.data;
	if (len > (size_t)INT32_MAX - v->bytes.len) {
		offsets[row + 1] = offsets[row];
		return -1;
	}
	if (len > v->bytes.capacity - v->bytes.len) {
		buffer_reserve(&v->bytes, len);
		v->column.bytes = v->bytes.data;
	}
	if (len > 0)
		memcpy(v->bytes.data + v->bytes.len, bytes, len);
	v->bytes.len += len;
	offsets[row + 1] = (int32_t)v->bytes.len;
	return 0;
}

void
vector_borrow(struct vector *v, const struct column *column)
{
	v->column = *column;
	v->is_constant = 0;
}

void
vector_set_validity(struct vector *v, const uint8_t *from, uint32_t rows)
{
	v->column.validity = NULL;
	if (from == NULL)
		return;
	uint8_t *bits = room(&v->validity, bitmap_bytes(rows));
	memcpy(bits, from, bitmap_bytes(rows));
	v->column.validity = bits;
}

void
vector_set_null(struct vector *v, uint32_t row, uint32_t rows)
{
	if (v->column.validity == NULL) {
		uint8_t *bits = room(&v->validity, bitmap_bytes(rows));
		memset(bits, 0xff, bitmap_bytes(rows));
		v->column.validity = bits;
	}
	bit_clear(v->validity.data, row);
}

void
vector_make_null(struct vector *v, struct type type)
{
	v->column.validity = NULL;
	v->is_constant = 1;
	if (type_is_variable(type)) {
		vector_start_text(v, type, 1);
		vector_put(v, 0, NULL, 0);
	} else {
		vector_start(v, type, 1);
	}
	vector_set_null(v, 0, 1);
	vector_finish(v, 1);
}

/* Zeroes fixed-width values under nulls, of which there may be long runs. */
static void
zero_nulls(uint8_t *values, size_t width, const uint8_t *validity,
    uint32_t rows)
{
	uint32_t end;
	for (uint32_t i = 0; i < rows; i = end) {
		uint8_t bits = validity[i >> 3];
		end = i + 8;
		while (bits == 0 && end < rows && validity[end >> 3] == 0)
			end += 8;
		if (end > rows)
			end = rows;
		if (bits == 0)
			memset(values + i * width, 0, (end - i) * width);
		else if (bits != 0xff)
			for (uint32_t k = i; k < end; k++)
				if ((bits >> (k - i) & 1) == 0)
					memset(values + k * width, 0, width);
	}
}

void
vector_finish(struct vector *v, uint32_t rows)
{
	struct column *column = &v->column;
	_Bool is_bool = column->type.id == TYPE_BOOL;
	if (is_bool)
		bits_trim(v->values.data, rows);
	column->null_count = 0;
	if (column->validity == NULL)
		return;
	if (column->validity == v->validity.data)
		bits_trim(v->validity.data, rows);
	column->null_count = rows - bitmap_count(column->validity, rows);
	if (column->null_count == 0) {
		column->validity = NULL;
		return;
	}
	if (is_bool) {
		size_t len = bitmap_bytes(rows);
		for (size_t i = 0; i < len; i++)
			v->values.data[i] &= column->validity[i];
		return;
	}
	size_t width = column->code_bytes != 0 ? column->code_bytes :
	    type_width(column->type);
	if (width != 0)
		zero_nulls(v->values.data, width, column->validity, rows);
}

void
vector_copy_constant(struct vector *v, const struct vector *from)
{
	struct type type = from->column.type;
	v->column.validity = NULL;
	v->is_constant = 1;
	if (vector_is_null(from, 0)) {
		vector_make_null(v, type);
		return;
	}
	if (type_is_variable(type)) {
		uint32_t len;
		const uint8_t *bytes = vector_text(from, 0, &len);
		vector_start_text(v, type, 1);
		vector_put(v, 0, bytes, len);
	} else {
		size_t len = type.id == TYPE_BOOL ? 1 : type_width(type);
		memcpy(vector_start(v, type, 1), from->column.values, len);
	}
	vector_finish(v, 1);
}

static void
spread(uint8_t *values, const void *value, size_t width, uint32_t rows)
{
	for (uint32_t i = 0; i < rows; i++)
		memcpy(values + i * width, value, width);
}

int
vector_broadcast(struct vector *v, const struct vector *from, uint32_t rows,
    struct dictionary **dictionary)
{
	int result = 0;
	struct type type = from->column.type;
	_Bool is_null = vector_is_null(from, 0);
	v->is_constant = 0;
	v->column.validity = NULL;
	if (is_null && rows > 0) {
		memset(room(&v->validity, bitmap_bytes(rows)), 0,
		    bitmap_bytes(rows));
		v->column.validity = v->validity.data;
	}
	if (type.id == TYPE_STRING && !is_null) {
		if (*dictionary == NULL)
			*dictionary = dictionary_new();
		uint32_t len;
		const uint8_t *bytes = vector_text(from, 0, &len);
		uint32_t code = dictionary_add(*dictionary, bytes, len);
		if (code != DICTIONARY_NONE) {
			uint8_t width = dictionary_code_bytes(
			    (*dictionary)->count);
			spread(vector_start_codes(v, *dictionary, width,
			    rows), &code, width, rows);
			vector_finish(v, rows);
			return 0;
		}
	}
	if (type_is_variable(type)) {
		uint32_t len = 0;
		const uint8_t *bytes = is_null ? NULL :
		    vector_text(from, 0, &len);
		vector_start_text(v, type, rows);
		for (uint32_t i = 0; i < rows; i++)
			result |= vector_put(v, i, bytes, len);
	} else if (type.id == TYPE_BOOL) {
		memset(vector_start(v, type, rows),
		    !is_null && bit_get(from->column.values, 0) ? 0xff : 0,
		    bitmap_bytes(rows));
	} else if (type_width(type) != 0) {
		spread(vector_start(v, type, rows), from->column.values,
		    type_width(type), rows);
	} else {
		vector_start(v, type, rows);
	}
	vector_finish(v, rows);
	return result;
}

/*
 * Eight bytes of 0 or 1 to eight bits by one multiplication: byte i lands
 * at bit 56 + i, and no two products meet.
 */
void
bits_pack(const uint8_t *restrict bytes, uint32_t rows,
    uint8_t *restrict bits)
{
	const uint64_t gather = UINT64_C(0x0102040810204080);
	uint64_t word;
	for (uint32_t i = 0; i < rows / 8; i++) {
		memcpy(&word, bytes + (size_t)i * 8, 8);
		bits[i] = (uint8_t)((word * gather) >> 56);
	}
	if (rows % 8 != 0) {
		word = 0;
		memcpy(&word, bytes + rows / 8 * 8, rows % 8);
		bits[rows / 8] = (uint8_t)((word * gather) >> 56);
	}
}
