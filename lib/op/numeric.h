/*
 * Values of any numeric type in one: as doubles, or as whole numbers
 * (decimals scaled up).  Dates count days, times and timestamps microseconds.
 */
#ifndef OP_NUMERIC_H
#define OP_NUMERIC_H

#include "base/int128.h"
#include "batch/batch.h"

/*
 * `rows` doubles: the column's own memory if it is of f64, or `scratch`'s.
 * NULL for a type that has none.  What stands under nulls means nothing.
 */
const double *
numeric_values(const struct column *column, uint32_t rows,
    struct buffer *scratch);

/* One value that is no float and not null, as a whole number. */
static inline int128
numeric_whole(const struct column *column, uint32_t row)
{
	switch (column->type.id) {
	case TYPE_I8:
		return ((const int8_t *)column->values)[row];
	case TYPE_I16:
		return ((const int16_t *)column->values)[row];
	case TYPE_I32:
	case TYPE_DATE:
		return ((const int32_t *)column->values)[row];
	case TYPE_U8:
		return ((const uint8_t *)column->values)[row];
	case TYPE_U16:
		return ((const uint16_t *)column->values)[row];
	case TYPE_U32:
		return ((const uint32_t *)column->values)[row];
	case TYPE_U64:
		return ((const uint64_t *)column->values)[row];
	case TYPE_DECIMAL:
		if (column->type.precision > 18)
			return ((const int128 *)column->values)[row];
		return ((const int64_t *)column->values)[row];
	default:
		return ((const int64_t *)column->values)[row];
	}
}

/* One float that is not null. */
static inline double
numeric_real(const struct column *column, uint32_t row)
{
	return column->type.id == TYPE_F32 ?
	    (double)((const float *)column->values)[row] :
	    ((const double *)column->values)[row];
}

#endif
