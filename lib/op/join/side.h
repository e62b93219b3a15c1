/*
 * One sorted side of a merge join, for merge.c only: runs of rows with
 * equal keys, one after the other, their order checked.
 *
 * A run is a range of rows of the batch at hand.  One that reaches the
 * batch's end may go on in the next: join_side_continues asks.
 */
#ifndef OP_JOIN_SIDE_H
#define OP_JOIN_SIDE_H

#include "op/join/parts.h"

struct join_side {
	struct batch_source *source;	/* borrowed */
	const struct schema *schema;	/* borrowed */
	const uint32_t *keys;		/* borrowed; columns */
	uint32_t key_count;
	const char *name;		/* for messages */
	const struct batch *batch;	/* borrowed; NULL at the end */
	const int64_t *numbers;		/* the one key of each row, where it
					 * is a number without nulls */
	uint32_t begin, end;		/* the run at hand */
	uint64_t rows_before;		/* of the batches before this one */
	struct column_builder *last;	/* owned; the key of the last row of
					 * the batch before, if any */
	struct column *last_views;	/* owned */
	struct buffer scratch;
};

void
join_side_init(struct join_side *side, struct batch_source *source,
    const uint32_t *keys, uint32_t key_count, const char *name);
void
join_side_release(struct join_side *side);

/*
 * The next batch, of any number of rows; its first run is at hand, which
 * is empty if the batch is.  1, 0 at the end, -1, also for a batch that does
 * not ascend.
 */
int
join_side_read(struct join_side *side, struct error *err);
/* The next run of the batch; false at its end. */
_Bool
join_side_next_run(struct join_side *side);
/* Whether the first run goes on with the last key of the batch before. */
_Bool
join_side_continues(const struct join_side *side);

_Bool
join_side_is_null(const struct join_side *side);

/* The keys of the runs at hand: < 0, 0, > 0; neither has a null. */
int
join_side_compare(const struct join_side *a, const struct join_side *b);
/* The same with a key by itself, as columns[key_count] of one row. */
int
join_side_compare_key(const struct join_side *a, const struct column *keys);

#endif
