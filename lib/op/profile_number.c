#include <math.h>

#include "base/decimal.h"
#include "batch/value.h"
#include "op/profile_parts.h"

_Bool
profile_number(const struct column *column, uint32_t row, double *number)
{
	const void *values = column->values;
	switch ((enum type_id)column->type.id) {
	case TYPE_I8:
		*number = ((const int8_t *)values)[row];
		return 1;
	case TYPE_I16:
		*number = ((const int16_t *)values)[row];
		return 1;
	case TYPE_I32:
	case TYPE_DATE:
		*number = ((const int32_t *)values)[row];
		return 1;
	case TYPE_I64:
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
		*number = (double)((const int64_t *)values)[row];
		return 1;
	case TYPE_U8:
		*number = ((const uint8_t *)values)[row];
		return 1;
	case TYPE_U16:
		*number = ((const uint16_t *)values)[row];
		return 1;
	case TYPE_U32:
		*number = ((const uint32_t *)values)[row];
		return 1;
	case TYPE_U64:
		*number = (double)((const uint64_t *)values)[row];
		return 1;
	case TYPE_F32:
		*number = (double)((const float *)values)[row];
		return 1;
	case TYPE_F64:
		*number = ((const double *)values)[row];
		return 1;
	case TYPE_DECIMAL:
		*number = decimal_to_f64(type_width(column->type) == 8 ?
		    ((const int64_t *)values)[row] :
		    ((const int128 *)values)[row], column->type.scale);
		return 1;
	default:
		return 0;
	}
}

void
profile_range(const struct column *column, uint32_t rows, double *low,
    double *high)
{
	for (uint32_t i = 0; i < rows; i++) {
		double number;
		if (column_is_null(column, i))
			continue;
		if (!profile_number(column, i, &number))
			return;
		if (!isfinite(number))
			continue;
		*low = number < *low ? number : *low;
		*high = number > *high ? number : *high;
	}
}

void
profile_place(struct type type, double number, struct buffer *out)
{
	int64_t wide = 0;
	int32_t narrow = 0;
	struct column column = {.type = type, .values = &wide};
	switch ((enum type_id)type.id) {
	case TYPE_DATE:
		narrow = (int32_t)floor(number);
		column.values = &narrow;
		column_format(&column, 0, out);
		return;
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
		/* whole seconds are enough */
		wide = (int64_t)floor(number / 1e6) * 1000000;
		column_format(&column, 0, out);
		return;
	default:
		buffer_printf(out, "%.6g", number);
	}
}
