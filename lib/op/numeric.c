#include "op/numeric.h"

#include "base/decimal.h"
#include "batch/integers.h"

#define FIXED(X) \
	INTEGERS(X) X(F32, f32, float) X(DATE, i32, int32_t) \
	X(TIME, i64, int64_t) X(TIMESTAMP, i64, int64_t)

static void
from_decimals(const struct column *column, uint32_t rows, double *out)
{
	const int64_t *narrow = column->values;
	const int128 *wide = column->values;
	_Bool is_wide = type_width(column->type) == 16;
	for (uint32_t i = 0; i < rows; i++)
		out[i] = decimal_to_f64(is_wide ? wide[i] : narrow[i],
		    column->type.scale);
}

const double *
numeric_values(const struct column *column, uint32_t rows,
    struct buffer *scratch)
{
	if (column->type.id == TYPE_F64)
		return column->values;
	buffer_resize(scratch, (size_t)rows * sizeof(double));
	double *out = (double *)(void *)scratch->data;
	switch ((enum type_id)column->type.id) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		for (uint32_t i = 0; i < rows; i++) \
			out[i] = (double)((const c_type *)column->values)[i]; \
		break;
	FIXED(X)
#undef X
	case TYPE_DECIMAL:
		from_decimals(column, rows, out);
		break;
	default:
		return NULL;
	}
	return out;
}
