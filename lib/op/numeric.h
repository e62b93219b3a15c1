/*
 * Values of any numeric type as doubles.  Dates count days, times and
 * timestamps microseconds.  As whole numbers: column_whole (batch/batch.h).
 */
#ifndef OP_NUMERIC_H
#define OP_NUMERIC_H

#include "batch/batch.h"

/*
 * `rows` doubles: the column's own memory if it is of f64, or `scratch`'s.
 * NULL for a type that has none.  What stands under nulls means nothing.
 */
const double *
numeric_values(const struct column *column, uint32_t rows,
    struct buffer *scratch);

/* One float that is not null. */
static inline double
numeric_real(const struct column *column, uint32_t row)
{
	return column->type.id == TYPE_F32 ?
	    (double)((const float *)column->values)[row] :
	    ((const double *)column->values)[row];
}

#endif
