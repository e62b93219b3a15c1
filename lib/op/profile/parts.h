/* The parts of a profile that are about numbers.  Private to op/profile*. */
#ifndef OP_PROFILE_PARTS_H
#define OP_PROFILE_PARTS_H

#include "batch/batch.h"

/* Widens low..high to the finite values of a column. */
void
profile_range(const struct column *column, uint32_t rows, double *low,
    double *high);

/* Appends a number (op/numeric.h) as a value of the type, shortened. */
void
profile_place(struct type type, double number, struct buffer *out);

#endif
