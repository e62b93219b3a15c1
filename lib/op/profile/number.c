#include <math.h>

#include "batch/value.h"
#include "op/numeric.h"
#include "op/profile/parts.h"

void
profile_range(const struct column *column, uint32_t rows, double *low,
    double *high)
{
	struct buffer scratch = {0};
	const double *numbers = numeric_values(column, rows, &scratch);
	for (uint32_t i = 0; i < rows && numbers != NULL; i++) {
		if (column_is_null(column, i) || !isfinite(numbers[i]))
			continue;
		*low = numbers[i] < *low ? numbers[i] : *low;
		*high = numbers[i] > *high ? numbers[i] : *high;
	}
	buffer_release(&scratch);
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
