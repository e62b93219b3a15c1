/*
 * What rows are grouped by: columns or expressions over the input, and the
 * sets of them (GROUPING SETS, ROLLUP, CUBE).
 *
 * With sets there is one more key behind the others, grouping_id, an i64: a
 * bit for each key, the first key's the highest, which is 1 where the key is
 * not in the set.  Keys that are not in a set are null.
 */
#ifndef OP_AGGREGATE_KEYS_H
#define OP_AGGREGATE_KEYS_H

#include "batch/builder.h"
#include "expr/expr.h"

#define AGGREGATE_MAX_SET_KEYS 32
#define AGGREGATE_MAX_SETS 4096
#define AGGREGATE_GROUPING_ID "grouping_id"

/* How sets are given. */
struct aggregate_sets {
	_Bool is_rollup, is_cube;
	const char *list;		/* "(a,b),(a),()", or NULL */
};

struct aggregate_keys {
	struct schema schema;		/* of the keys, grouping_id included */
	uint32_t count;			/* of these */
	struct expr **exprs;		/* owned; NULL: a column of the input */
	uint32_t *columns;		/* owned; of the input */
	char **texts;			/* owned; of exprs */
	uint64_t *sets;			/* owned; grouping ids */
	uint32_t set_count;		/* 0: no sets */
	/* scratch, one a key */
	const struct column **views;	/* owned */
	const struct column **values;	/* owned */
	struct column_builder *nulls;	/* owned */
	struct column *null_views;	/* owned */
	struct column_builder id;
	struct column id_view;
};

/*
 * `keys` is the list, or NULL.  is_final: the input has the keys as columns,
 * named as they would be here.
 */
int
aggregate_keys_init(struct aggregate_keys *keys, const char *list,
    const struct aggregate_sets *sets, const struct schema *input,
    _Bool is_final, struct error *err);
void
aggregate_keys_release(struct aggregate_keys *keys);

/* Computes the keys of a batch. */
int
aggregate_keys_eval(struct aggregate_keys *keys, const struct batch *batch,
    struct error *err);
/* They, as columns: of all rows under set i, or without sets. */
const struct column *const *
aggregate_keys_of(struct aggregate_keys *keys, uint32_t set, uint32_t rows);

/* Are two keys, of the same input, the same?  By column or by text. */
_Bool
aggregate_keys_are_same(const struct aggregate_keys *a, uint32_t i,
    const struct aggregate_keys *b, uint32_t k);

/* The set without keys: its number, or -1 if there is none. */
int64_t
aggregate_keys_total(const struct aggregate_keys *keys);

#endif
