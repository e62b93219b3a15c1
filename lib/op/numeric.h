/*
 * Values as doubles: numbers, days of dates, microseconds of times and
 * timestamps.
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

#endif
