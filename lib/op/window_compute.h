/*
 * Computing one window function over one partition.
 */
#ifndef OP_WINDOW_COMPUTE_H
#define OP_WINDOW_COMPUTE_H

#include "op/window_frame.h"

/* Fills item->results, cleared before, with a value for each row. */
int
window_compute(struct window_rows *rows, struct window_item *item,
    struct error *err);

#endif
