#include "batch/batch.h"

#include "base/lanes.h"

uint32_t
bitmap_count(const uint8_t *bits, uint32_t rows)
{
	uint32_t words = rows / 64;
	uint32_t count = lanes()->ones(bits, words);
	for (uint32_t i = words * 64; i < rows; i++)
		count += bits[i >> 3] >> (i & 7) & 1;
	return count;
}

size_t
column_values_bytes(const struct column *column, uint32_t rows)
{
	if (column->code_bytes != 0)
		return (size_t)rows * column->code_bytes;
	if (type_is_variable(column->type))
		return ((size_t)rows + 1) * sizeof(int32_t);
	if (column->type.id == TYPE_BOOL)
		return bitmap_bytes(rows);
	return (size_t)rows * type_width(column->type);
}

size_t
column_data_bytes(const struct column *column, uint32_t rows)
{
	if (column->code_bytes != 0 || !type_is_variable(column->type) ||
	    rows == 0)
		return 0;
	return (size_t)((const int32_t *)column->values)[rows];
}

uint32_t
column_largest_code(const struct column *column, uint32_t rows)
{
	switch (column->code_bytes) {
	case 1:
		return lanes()->most8(column->values, rows);
	case 2:
		return lanes()->most16(column->values, rows);
	default:
		return lanes()->most32(column->values, rows);
	}
}

/* Bits after the last row are zero. */
static _Bool
is_tail_clear(const uint8_t *bits, uint32_t rows)
{
	return (rows & 7) == 0 || bits[rows >> 3] >> (rows & 7) == 0;
}

static int
check_codes(const struct column *column, uint32_t rows, struct error *err)
{
	uint32_t largest = column_largest_code(column, rows);
	uint32_t entries = column->dictionary->count;
	if (rows == column->null_count && largest == 0)
		return 0;
	if (largest >= entries)
		return error_data(err, "code %u of a dictionary of %u entries",
		    largest, entries);
	return 0;
}

static int
check_offsets(const struct column *column, uint32_t rows, struct error *err)
{
	const int32_t *offsets = column->values;
	if (offsets[0] != 0)
		return error_data(err, "offsets begin at %d", offsets[0]);
	if (!lanes()->ascends(offsets, rows))
		return error_data(err, "offsets descend");
	return 0;
}

int
column_check(const struct column *column, uint32_t rows, struct error *err)
{
	if (column->validity != NULL) {
		uint32_t nulls = rows - bitmap_count(column->validity, rows);
		if (nulls != column->null_count)
			return error_data(err, "%u nulls where %u are declared",
			    nulls, column->null_count);
		if (!is_tail_clear(column->validity, rows))
			return error_data(err, "bits after the last row");
	} else if (column->null_count != 0 && column->type.id != TYPE_NULL) {
		return error_data(err, "%u nulls without a bitmap",
		    column->null_count);
	}
	if (column->type.id == TYPE_BOOL &&
	    !is_tail_clear(column->values, rows))
		return error_data(err, "bits after the last row");
	if (column->code_bytes != 0)
		return check_codes(column, rows, err);
	if (type_is_variable(column->type))
		return check_offsets(column, rows, err);
	return 0;
}
