/*
 * Where each row's frame begins and ends in its partition.
 */
#ifndef OP_WINDOW_FRAME_H
#define OP_WINDOW_FRAME_H

#include "batch/order.h"
#include "op/window_item.h"

/* A partition: its rows, and which are peers (equal in the order). */
struct window_rows {
	const struct batch *rows;
	uint32_t count;
	const struct sort_key *order;	/* borrowed, [order_count] */
	uint32_t order_count;
	uint32_t *peer_begin;		/* owned; of each row */
	uint32_t *peer_end;		/* owned; behind its last peer */
	uint32_t capacity;
	uint32_t *begin, *end;		/* owned; of window_frames */
};

/* Makes room and finds the peers. */
void
window_rows_set(struct window_rows *rows, const struct batch *batch);
void
window_rows_release(struct window_rows *rows);

/*
 * rows->begin and rows->end become the frames of an item: rows [begin, end),
 * empty if begin >= end.  Both ascend.
 */
int
window_frames(struct window_rows *rows, const struct window_item *item,
    struct error *err);

#endif
