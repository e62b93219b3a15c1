/*
 * Rows that --qualify cannot keep, dropped before they are sorted.
 *
 * If the condition bounds row_number, rank or dense_rank from above, and no
 * function looks at rows behind the last that may be kept, then a row that
 * has enough rows before it in its partition is of no use, whatever comes
 * later.  This source lets pass only rows of which that is not yet known
 * (op/best_keys.h), some too many; the functions themselves decide.
 * Whatever it drops, the rows that are kept in the end are the same.  What it
 * drops depends on the memory there is, so that there is no limit where
 * anything computed for a row dropped could fail.
 *
 * Rows are held, and looked at again, before they are passed on.  When the
 * partitions' keys outgrow a share of the budget, or nearly every row is a
 * partition of its own, the rest of the rows passes unseen.
 */
#ifndef OP_WINDOW_LIMIT_H
#define OP_WINDOW_LIMIT_H

#include "batch/stream.h"
#include "op/window/item.h"

struct window_limit {
	enum window_function function;
	uint32_t most;			/* the bound, inclusive */
};

/*
 * Whether the condition, over a schema whose columns from first_column on
 * are the items, sets a limit.  All items are of one window.
 */
_Bool
window_limit_find(const struct window_list *list, const struct expr *qualify,
    uint32_t first_column, struct window_limit *limit);

/*
 * All borrowed; the rows keep their order.  Rows dropped are added to
 * *dropped.
 */
struct batch_source *
window_limit_new(struct batch_source *in, const struct window *window,
    const struct window_limit *limit, struct budget *budget,
    uint64_t *dropped);

#endif
