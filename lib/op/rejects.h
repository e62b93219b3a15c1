/*
 * Rows set aside: a stream of the input's columns and one more, `_reason`.
 */
#ifndef OP_REJECTS_H
#define OP_REJECTS_H

#include "op/row_emitter.h"

#define REJECTS_REASON "_reason"

struct rejects {
	struct stream_header header;
	struct batch_builder rows;
	struct batch_sink *sink;	/* borrowed */
	uint64_t count;			/* rows taken so far */
};

/* Begins the sink.  Fails if the input has such a column already. */
int
rejects_begin(struct rejects *rejects, const struct stream_header *input,
    struct batch_sink *sink, struct error *err);

/* Adds rows[0..count), each with its reason. */
int
rejects_add(struct rejects *rejects, const struct batch *batch,
    const uint32_t *rows, const char *const *reasons, uint32_t count,
    struct error *err);

int
rejects_finish(struct rejects *rejects, struct error *err);

/* A zeroed one may be released. */
void
rejects_release(struct rejects *rejects);

/*
 * Where a row comes from, for a message: "orders.csv:1042: " by the columns
 * _file and _line where there are such, else "block 3: " in a stream of
 * blocks, else "".  Puts it before the error's text.
 */
void
rejects_locate(const struct stream_header *header, const struct batch *batch,
    uint32_t row, struct error *err);

#endif
