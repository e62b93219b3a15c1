/*
 * Rows kept of the batches of a stream, sent on in batches that are worth
 * sending.
 *
 * A batch that is kept whole goes through as it is.  Else its rows are
 * gathered, with those of the batches after it, until there are enough; a
 * block's end is always sent, even with no rows, and batches never span
 * blocks.  Marks end what was gathered before them.
 */
#ifndef OP_ROW_EMITTER_H
#define OP_ROW_EMITTER_H

#include "batch/builder.h"
#include "batch/stream.h"

struct row_emitter {
	struct batch_builder rows;
	struct batch_sink *sink;	/* borrowed */
	_Bool has_blocks;
	struct block block;		/* of the rows gathered */
};

/* The sink has begun; the schema is that of the batches to come. */
void
row_emitter_init(struct row_emitter *emitter, const struct schema *schema,
    _Bool has_blocks, struct batch_sink *sink);

/* Keeps rows[0..count) of a batch (ascending); NULL keeps the first count. */
int
row_emitter_take(struct row_emitter *emitter, const struct batch *batch,
    const uint32_t *rows, uint32_t count, struct error *err);

/* Sends what is still gathered. */
int
row_emitter_finish(struct row_emitter *emitter, struct error *err);

void
row_emitter_release(struct row_emitter *emitter);

#endif
