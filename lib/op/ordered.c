#include "op/ordered.h"

enum type_id
ordered_number(struct type type)
{
	switch (type.id) {
	case TYPE_BOOL:
		return TYPE_U8;
	case TYPE_DATE:
		return TYPE_I32;
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
		return TYPE_I64;
	case TYPE_DECIMAL:
		return type_width(type) == 16 ? TYPE_DECIMAL : TYPE_I64;
	case TYPE_F32:
		return TYPE_U32;
	case TYPE_F64:
		return TYPE_U64;
	default:
		return type_is_integer(type) ? (enum type_id)type.id :
		    TYPE_NULL;
	}
}

uint64_t
ordered_bias(struct type type)
{
	struct type number = type_of(ordered_number(type));

	return type_is_signed(number) ?
	    UINT64_C(1) << (type_width(number) * 8 - 1) : 0;
}

static void
unpack_bits(const uint8_t *bits, uint32_t rows, uint8_t *bytes)
{
	for (uint32_t i = 0; i < rows; i++)
		bytes[i] = bits[i >> 3] >> (i & 7) & 1;
}

static void
order_f32(const float *values, uint32_t rows, uint32_t *out)
{
	for (uint32_t i = 0; i < rows; i++)
		out[i] = ordered_f32(values[i]);
}

static void
order_f64(const double *values, uint32_t rows, uint64_t *out)
{
	for (uint32_t i = 0; i < rows; i++)
		out[i] = ordered_f64(values[i]);
}

const void *
ordered_values(const struct column *column, uint32_t rows,
    struct buffer *scratch)
{
	void *out;

	if (column->type.id != TYPE_BOOL && !type_is_float(column->type))
		return column->values;
	buffer_resize(scratch, (size_t)rows * sizeof(uint64_t));
	out = scratch->data;
	if (column->type.id == TYPE_BOOL)
		unpack_bits(column->values, rows, out);
	else if (column->type.id == TYPE_F32)
		order_f32(column->values, rows, out);
	else
		order_f64(column->values, rows, out);
	return out;
}

uint64_t
ordered_float_bits(struct type type, uint64_t value)
{
	uint64_t sign = UINT64_C(1) << (type.id == TYPE_F32 ? 31 : 63);

	return value & sign ? value ^ sign : ~value;
}
