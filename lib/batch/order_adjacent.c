#include "batch/order.h"

/*
 * One key: rows that are still equal to the one before get its sign.  Where
 * just one of two values is null the sign has been set already; the slots of
 * nulls are zero, so that two of them are equal here.
 */
#define SIGNS(c_type, SIGN) do {					\
	const c_type *values = column->values;				\
	for (uint32_t i = 1; i < rows; i++) {				\
		c_type a = values[i - 1];				\
		c_type b = values[i];					\
		int8_t sign = (int8_t)((SIGN) * way);			\
		signs[i] = signs[i] != 0 ? signs[i] : sign;		\
	}								\
} while (0)

#define NUMBER_SIGN ((a > b) - (a < b))
/* NaN is above all numbers and equal to itself. */
#define FLOAT_SIGN ((a > b) - (a < b) + (a != a) - (b != b))

static void
sign_nulls(const struct column *column, uint32_t rows, _Bool nulls_first,
    int8_t *signs)
{
	int8_t way = nulls_first ? -1 : 1;
	for (uint32_t i = 1; i < rows; i++)
		if (signs[i] == 0)
			signs[i] = (int8_t)(way *
			    (column_is_null(column, i - 1) -
			    column_is_null(column, i)));
}

static void
sign_bools(const struct column *column, uint32_t rows, int8_t way,
    int8_t *signs)
{
	for (uint32_t i = 1; i < rows; i++)
		if (signs[i] == 0)
			signs[i] = (int8_t)(way * (column_bool(column, i - 1) -
			    column_bool(column, i)));
}

static void
sign_codes(const struct column *column, uint32_t rows, int8_t way,
    int8_t *signs)
{
	uint32_t before = column_code(column, 0);
	for (uint32_t i = 1; i < rows; i++) {
		uint32_t code = column_code(column, i);
		uint32_t a_len, b_len;
		if (signs[i] == 0 && code != before) {
			const uint8_t *a = dictionary_get(column->dictionary,
			    before, &a_len);
			const uint8_t *b = dictionary_get(column->dictionary,
			    code, &b_len);
			signs[i] = (int8_t)(way *
			    bytes_compare(a, a_len, b, b_len));
		}
		before = code;
	}
}

static void
sign_texts(const struct column *column, uint32_t rows, int8_t way,
    int8_t *signs)
{
	const int32_t *offsets = column->values;
	for (uint32_t i = 1; i < rows; i++) {
		if (signs[i] != 0)
			continue;
		signs[i] = (int8_t)(way * bytes_compare(
		    column->bytes + offsets[i - 1],
		    (uint32_t)(offsets[i] - offsets[i - 1]),
		    column->bytes + offsets[i],
		    (uint32_t)(offsets[i + 1] - offsets[i])));
	}
}

static void
sign_values(const struct column *column, uint32_t rows, int8_t way,
    int8_t *signs)
{
	switch (column->type.id) {
	case TYPE_NULL:
		break;
	case TYPE_BOOL:
		sign_bools(column, rows, way, signs);
		break;
	case TYPE_I8:
		SIGNS(int8_t, NUMBER_SIGN);
		break;
	case TYPE_I16:
		SIGNS(int16_t, NUMBER_SIGN);
		break;
	case TYPE_I32:
	case TYPE_DATE:
		SIGNS(int32_t, NUMBER_SIGN);
		break;
	case TYPE_I64:
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
		SIGNS(int64_t, NUMBER_SIGN);
		break;
	case TYPE_U8:
		SIGNS(uint8_t, NUMBER_SIGN);
		break;
	case TYPE_U16:
		SIGNS(uint16_t, NUMBER_SIGN);
		break;
	case TYPE_U32:
		SIGNS(uint32_t, NUMBER_SIGN);
		break;
	case TYPE_U64:
		SIGNS(uint64_t, NUMBER_SIGN);
		break;
	case TYPE_F32:
		SIGNS(float, FLOAT_SIGN);
		break;
	case TYPE_F64:
		SIGNS(double, FLOAT_SIGN);
		break;
	case TYPE_DECIMAL:
		if (column->type.precision > 18)
			SIGNS(__int128, NUMBER_SIGN);
		else
			SIGNS(int64_t, NUMBER_SIGN);
		break;
	default:
		if (column->code_bytes != 0)
			sign_codes(column, rows, way, signs);
		else
			sign_texts(column, rows, way, signs);
		break;
	}
}

void
batch_compare_adjacent(const struct batch *batch, const struct sort_key *keys,
    uint32_t key_count, int8_t *signs)
{
	uint32_t rows = batch->row_count;
	memset(signs, 0, rows);
	if (rows == 0)
		return;
	for (uint32_t k = 0; k < key_count; k++) {
		const struct column *column = &batch->columns[keys[k].column];
		if (column->null_count > 0)
			sign_nulls(column, rows, keys[k].nulls_first, signs);
		sign_values(column, rows, keys[k].is_descending ? -1 : 1,
		    signs);
	}
}
