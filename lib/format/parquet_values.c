#include "format/parquet_values.h"

#include <string.h>

#define GATHER_NAME gather_i8
#define GATHER_FROM int8_t
#define GATHER_TO uint32_t
#include "format/parquet_gather_body.h"

#define GATHER_NAME gather_u8
#define GATHER_FROM uint8_t
#define GATHER_TO uint32_t
#include "format/parquet_gather_body.h"

#define GATHER_NAME gather_i16
#define GATHER_FROM int16_t
#define GATHER_TO uint32_t
#include "format/parquet_gather_body.h"

#define GATHER_NAME gather_u16
#define GATHER_FROM uint16_t
#define GATHER_TO uint32_t
#include "format/parquet_gather_body.h"

#define GATHER_NAME gather_32
#define GATHER_FROM uint32_t
#define GATHER_TO uint32_t
#include "format/parquet_gather_body.h"

#define GATHER_NAME gather_64_to_32
#define GATHER_FROM uint64_t
#define GATHER_TO uint32_t
#include "format/parquet_gather_body.h"

#define GATHER_NAME gather_64
#define GATHER_FROM uint64_t
#define GATHER_TO uint64_t
#include "format/parquet_gather_body.h"

enum parquet_type
parquet_physical(struct type type)
{
	switch (type.id) {
	case TYPE_BOOL:
		return PARQUET_BOOLEAN;
	case TYPE_I64:
	case TYPE_U64:
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
		return PARQUET_INT64;
	case TYPE_F32:
		return PARQUET_FLOAT;
	case TYPE_F64:
		return PARQUET_DOUBLE;
	case TYPE_DECIMAL:
		return type.precision <= 9 ? PARQUET_INT32 :
		    type.precision <= 18 ? PARQUET_INT64 :
		    PARQUET_FIXED_LEN_BYTE_ARRAY;
	case TYPE_STRING:
	case TYPE_BINARY:
		return PARQUET_BYTE_ARRAY;
	default:
		return PARQUET_INT32;
	}
}

uint32_t
parquet_fixed_bytes(struct type type)
{
	if (type.id != TYPE_DECIMAL || type.precision <= 18)
		return 0;
	/* The least n with 10^p <= 2^(8n - 1). */
	unsigned __int128 most = 1;
	for (unsigned i = 0; i < type.precision; i++)
		most *= 10;
	uint32_t bytes = 8;
	while (bytes < 16 && most > (unsigned __int128)1 << (8 * bytes - 1))
		bytes++;
	return bytes;
}

/* Big-endian two's complement, and offsets in steps of one length. */
static void
gather_fixed(struct parquet_values *values, const struct column *column,
    uint32_t rows)
{
	uint32_t len = parquet_fixed_bytes(column->type);
	const __int128 *from = column->values;
	buffer_resize(&values->fixed, (size_t)rows * len);
	buffer_resize(&values->numbers,
	    ((size_t)rows + 1) * sizeof(int32_t));
	int32_t *offsets = (int32_t *)(void *)values->numbers.data;
	uint32_t count = 0;
	offsets[0] = 0;
	for (uint32_t i = 0; i < rows; i++) {
		if (column_is_null(column, i))
			continue;
		unsigned __int128 value = (unsigned __int128)from[i];
		uint8_t *to = values->fixed.data + (size_t)count * len;
		for (uint32_t k = len; k-- > 0; value >>= 8)
			to[k] = (uint8_t)value;
		count++;
		offsets[count] = (int32_t)(count * len);
	}
	values->form = PARQUET_VALUES_BYTES;
	values->count = count;
	values->offsets = offsets;
	values->bytes = values->fixed.data;
}

static void
gather_bits(struct parquet_values *values, const struct column *column,
    uint32_t rows)
{
	values->form = PARQUET_VALUES_BITS;
	values->count = rows;
	values->bits = column->values;
	if (column->null_count == 0)
		return;
	values->numbers.len = 0;
	buffer_resize(&values->numbers, bitmap_bytes(rows) + 1);
	uint8_t *bits = values->numbers.data;
	uint32_t count = 0;
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t valid = !column_is_null(column, i);
		uint32_t bit = column_bool(column, i) & valid;
		bits[count >> 3] |= (uint8_t)(bit << (count & 7));
		count += valid;
	}
	values->count = count;
	values->bits = bits;
}

/* Null rows have no bytes: leaving out their offsets is all. */
static void
gather_strings(struct parquet_values *values, const struct column *column,
    uint32_t rows)
{
	const int32_t *from = column->values;
	values->form = PARQUET_VALUES_BYTES;
	values->count = rows;
	values->offsets = from;
	values->bytes = column->bytes;
	if (column->null_count == 0)
		return;
	buffer_resize(&values->numbers,
	    ((size_t)rows + 1) * sizeof(int32_t));
	int32_t *offsets = (int32_t *)(void *)values->numbers.data;
	uint32_t count = 0;
	offsets[0] = from[0];
	for (uint32_t i = 0; i < rows; i++) {
		offsets[count + 1] = from[i + 1];
		count += !column_is_null(column, i);
	}
	values->count = count;
	values->offsets = offsets;
}

static uint32_t *
room_32(struct parquet_values *values, uint32_t rows)
{
	buffer_resize(&values->numbers, (size_t)rows * sizeof(uint32_t));
	return (uint32_t *)(void *)values->numbers.data;
}

static void
gather_codes(struct parquet_values *values, const struct column *column,
    uint32_t rows)
{
	const uint8_t *validity = column->null_count > 0 ?
	    column->validity : NULL;
	values->form = PARQUET_VALUES_CODES;
	values->dictionary = column->dictionary;
	values->count = rows;
	values->codes = column->values;
	if (column->code_bytes == 4 && validity == NULL)
		return;
	uint32_t *to = room_32(values, rows);
	values->codes = to;
	if (column->code_bytes == 1)
		values->count = gather_u8(to, column->values, validity, rows);
	else if (column->code_bytes == 2)
		values->count = gather_u16(to, column->values, validity, rows);
	else
		values->count = gather_32(to, column->values, validity, rows);
}

static void
gather_64s(struct parquet_values *values, const struct column *column,
    uint32_t rows)
{
	values->form = PARQUET_VALUES_64;
	values->count = rows;
	values->u64 = column->values;
	if (column->null_count == 0)
		return;
	buffer_resize(&values->numbers, (size_t)rows * sizeof(uint64_t));
	uint64_t *to = (uint64_t *)(void *)values->numbers.data;
	values->count = gather_64(to, column->values, column->validity, rows);
	values->u64 = to;
}

static void
gather_32s(struct parquet_values *values, const struct column *column,
    uint32_t rows)
{
	const uint8_t *validity = column->null_count > 0 ?
	    column->validity : NULL;
	values->form = PARQUET_VALUES_32;
	values->count = rows;
	values->u32 = column->values;
	size_t width = type_width(column->type);
	if (width == 4 && validity == NULL)
		return;
	uint32_t *to = room_32(values, rows);
	values->u32 = to;
	_Bool is_signed = type_is_signed(column->type);
	if (width == 1 && is_signed)
		values->count = gather_i8(to, column->values, validity, rows);
	else if (width == 1)
		values->count = gather_u8(to, column->values, validity, rows);
	else if (width == 2 && is_signed)
		values->count = gather_i16(to, column->values, validity, rows);
	else if (width == 2)
		values->count = gather_u16(to, column->values, validity, rows);
	else if (width == 4)
		values->count = gather_32(to, column->values, validity, rows);
	else
		values->count = gather_64_to_32(to, column->values, validity,
		    rows);
}

void
parquet_values_gather(struct parquet_values *values,
    const struct column *column, uint32_t rows)
{
	values->form = PARQUET_VALUES_NONE;
	values->count = 0;
	values->is_ascending = 0;
	if (column->type.id == TYPE_NULL || column->null_count == rows)
		return;
	if (column->code_bytes != 0) {
		gather_codes(values, column, rows);
		return;
	}
	switch (parquet_physical(column->type)) {
	case PARQUET_BOOLEAN:
		gather_bits(values, column, rows);
		break;
	case PARQUET_INT64:
	case PARQUET_DOUBLE:
		gather_64s(values, column, rows);
		break;
	case PARQUET_BYTE_ARRAY:
		gather_strings(values, column, rows);
		break;
	case PARQUET_FIXED_LEN_BYTE_ARRAY:
		gather_fixed(values, column, rows);
		break;
	default:
		gather_32s(values, column, rows);
	}
}

void
parquet_values_decode(struct parquet_values *values)
{
	if (values->form != PARQUET_VALUES_CODES)
		return;
	struct buffer *bytes = &values->fixed;
	values->offset_memory.len = 0;
	buffer_reserve(&values->offset_memory,
	    ((size_t)values->count + 1) * sizeof(int32_t));
	int32_t *offsets = (int32_t *)(void *)values->offset_memory.data;
	bytes->len = 0;
	offsets[0] = 0;
	for (uint32_t i = 0; i < values->count; i++) {
		uint32_t len;
		const uint8_t *from = dictionary_get(values->dictionary,
		    values->codes[i], &len);
		buffer_append(bytes, from, len);
		offsets[i + 1] = (int32_t)bytes->len;
	}
	values->form = PARQUET_VALUES_BYTES;
	values->offsets = offsets;
	values->bytes = bytes->data;
}

void
parquet_values_release(struct parquet_values *values)
{
	buffer_release(&values->numbers);
	buffer_release(&values->fixed);
	buffer_release(&values->offset_memory);
	*values = (struct parquet_values){0};
}
