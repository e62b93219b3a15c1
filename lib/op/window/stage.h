/*
 * A window stage: a source that adds the columns of all items of one window
 * to the rows of another source, which has them in the window's order.
 *
 * The rows of one partition are held in a row store (op/row_store.h), with
 * the values of the items' arguments; the items are worked out chunk by chunk
 * as the rows are given away.
 */
#ifndef OP_WINDOW_STAGE_H
#define OP_WINDOW_STAGE_H

#include "batch/stream.h"
#include "op/window/item.h"

struct window_stage_options {
	const struct window *window;		/* borrowed */
	struct window_item *const *items;	/* borrowed, [item_count] */
	uint32_t item_count;
	const char *folder;
	struct budget *budget;
};

/*
 * The items' expressions are over the first columns of `in`, which is
 * borrowed.  Rows out of order are an error (status 3) that names both.
 */
struct batch_source *
window_stage_new(struct batch_source *in,
    const struct window_stage_options *options);

#endif
