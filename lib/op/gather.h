/*
 * Gathering: n streams become one.
 *
 * In block order (the default) the streams are slices of one source: block
 * after block is taken in turn, so that the gathered stream is the serial
 * stream at any n.  Each block must begin where the one before ended and
 * the last must be the source's last: a slice that is missing, doubled or
 * cut in the wrong place is an error.  The stages of the slices, which must
 * be the same pipeline, are added up.
 *
 * In stream order (is_concatenated) the streams follow each other whole,
 * with or without blocks; the gathered stream has none.  So it is with a
 * single stream without blocks, whatever is asked for.
 *
 * While one stream is awaited, frames of the others are read ahead, up to
 * the budget.  Dictionary codes are mapped to one dictionary a column.
 *
 * Copies of this process can gather the same streams: the first reads, and
 * hands on each frame when it takes it (io/share.h).
 *
 * The streams are opened through a callback, `open_at_once` of them at a
 * time when they are concatenated, all of them otherwise.
 */
#ifndef OP_GATHER_H
#define OP_GATHER_H

#include "batch/stream.h"

struct gather_inputs {
	uint32_t count;
	uint32_t open_at_once;		/* 0: all */
	_Bool is_concatenated;
	struct share *share;		/* borrowed; NULL: no copies */
	void *context;
	/* Opens stream `index`: its descriptor (taken; any where another
	 * copy reads) and name (borrowed until close). */
	int (*open)(void *context, uint32_t index, int *fd, const char **name,
	    struct error *err);
	/* Stream `index` has come to its end frame. */
	int (*close)(void *context, uint32_t index, struct error *err);
};

/* NULL with err set.  `budget` is borrowed. */
struct batch_source *
gather_new(const struct gather_inputs *inputs, struct budget *budget,
    struct error *err);

#endif
