/*
 * The last step of an aggregation: from the keys and the results of the calls
 * to the columns that were asked for, and HAVING.
 */
#ifndef OP_AGGREGATE_RESULTS_H
#define OP_AGGREGATE_RESULTS_H

#include "batch/stream.h"
#include "expr/expr.h"
#include "op/aggregate/list.h"

struct aggregate_results {
	struct batch_sink sink;		/* of batches of keys and calls */
	struct batch_sink *out;		/* borrowed */
	uint32_t key_count;
	uint32_t item_count;
	struct expr **items;		/* owned; NULL: see column_of */
	uint32_t *column_of;		/* owned; of an item that is a call */
	struct expr *having;		/* over `scope`; NULL: none */
	struct schema schema;		/* what comes out */
	struct column *columns;		/* owned; scratch */
	struct batch_builder picked;
	uint32_t *rows;			/* owned; scratch */
	uint64_t dropped;		/* groups, by HAVING */
};

/*
 * `calls` is the schema of the batches to come: the keys, then the list's
 * calls.  `having` is rewritten already, or NULL: it sees the columns that
 * come out, and the calls.
 */
int
aggregate_results_init(struct aggregate_results *results,
    const struct schema *calls, uint32_t key_count,
    const struct aggregate_list *list, const char *having,
    struct batch_sink *out, struct error *err);
void
aggregate_results_release(struct aggregate_results *results);

#endif
