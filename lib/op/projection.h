/*
 * Some columns of a stream, in an order of their own.
 */
#ifndef OP_PROJECTION_H
#define OP_PROJECTION_H

#include "batch/stream.h"

struct projection {
	struct stream_header header;	/* of what comes out */
	uint32_t *columns;		/* owned; of the input, those that come
					 * out; NULL: all */
	uint32_t column_count;
	struct column *chosen;		/* owned; of a batch */
};

/* `columns` is "a,b", or NULL for all.  Release it even if that fails. */
int
projection_init(struct projection *projection,
    const struct stream_header *input, const char *columns,
    struct error *err);
void
projection_release(struct projection *projection);

/* The columns that come out, borrowed until the next call. */
struct batch
projection_choose(struct projection *projection, const struct batch *batch);

#endif
