/*
 * Whether the rows of a stream ascend by one column, no two alike: a batch at
 * a time.  Null is least.
 */
#ifndef BATCH_ASCENT_H
#define BATCH_ASCENT_H

#include "batch/builder.h"

struct ascent {
	struct column_builder last;	/* the row before, or none */
	struct buffer signs;
};

void
ascent_init(struct ascent *ascent, struct type type);
void
ascent_release(struct ascent *ascent);

/* Forgets the row before. */
void
ascent_restart(struct ascent *ascent);

/* 1 if the rows ascend, 0 if not; -1. */
int
ascent_check(struct ascent *ascent, const struct column *values,
    uint32_t rows, struct error *err);

#endif
