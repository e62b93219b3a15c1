/*
 * Streams one after the other, as one.  All have the first one's columns,
 * by name and type, in its order; or, by name, any columns: the outcome has
 * those of all, and nulls where an input lacks one.  Codes are mapped to one
 * dictionary a column; blocks and properties are dropped if there are several
 * inputs.
 */
#ifndef OP_CONCAT_H
#define OP_CONCAT_H

#include "batch/stream.h"

/* Calls begin and write of `out`.  The sources are borrowed. */
int
concat_run(struct batch_source *const *sources, uint32_t count,
    _Bool is_by_name, struct batch_sink *out, struct error *err);

#endif
