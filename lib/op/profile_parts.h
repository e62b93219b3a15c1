/* The parts of a profile that are about numbers.  Private to op/profile*. */
#ifndef OP_PROFILE_PARTS_H
#define OP_PROFILE_PARTS_H

#include "batch/batch.h"

/*
 * A value that is not null as a place on a line: numbers, days of dates,
 * microseconds of times and timestamps.  False for other types.
 */
_Bool
profile_number(const struct column *column, uint32_t row, double *number);

/* Widens low..high to the finite values of a column. */
void
profile_range(const struct column *column, uint32_t rows, double *low,
    double *high);

/* Appends such a place as a value of the type, shortened. */
void
profile_place(struct type type, double number, struct buffer *out);

#endif
