/*
 * The inside of set.c and set_log.c.
 *
 * The tuples are a set, hashed, or a log of what came (value_log.h).  Only
 * weighted sets of rows become logs, not those of states, which may come in
 * stretches.
 */
#ifndef OP_AGGREGATE_SET_PARTS_H
#define OP_AGGREGATE_SET_PARTS_H

#include "op/aggregate/set.h"
#include "op/value_log.h"

/* Tuples that a reducer is shown at a time. */
#define AGGREGATE_SET_CHUNK 4096

struct aggregate_set {
	struct aggregate_state state;
	struct aggregate_set_options options;
	struct key_table *tuples;	/* (group id, value) */
	struct buffer weights;		/* int64_t by tuple */
	struct group_array totals;	/* int64_t: values, or weights */
	uint64_t row_count;		/* that went into the set */
	_Bool may_log;
	_Bool is_log;
	struct value_log log;
	_Bool is_reduced;		/* nothing new since */
	struct buffer ids;		/* scratch: tuple ids of a batch */
	struct buffer groups;		/* scratch: group ids of a batch */
	struct buffer validity;		/* scratch */
	struct column_builder encoded;	/* scratch */
};

struct aggregate_chunk {
	struct aggregate_set *set;
	uint32_t count;
	uint32_t tuples[AGGREGATE_SET_CHUNK];
	uint64_t logged[AGGREGATE_SET_CHUNK];
	uint32_t groups[AGGREGATE_SET_CHUNK];
	int64_t weights[AGGREGATE_SET_CHUNK];
	struct column_builder values;
};

/* ---- set.c -------------------------------------------------- */

/* Adds values, each once, to the hashed tuples of a weighted set. */
void
aggregate_set_add(struct aggregate_set *set,
    const struct aggregate_rows *rows, const struct column *values);
/* Shows a chunk, whose values and weights are there, and empties it. */
int
aggregate_set_show(struct aggregate_chunk *chunk, struct error *err);

/* ---- set_log.c ---------------------------------------------- */

/* The set becomes a log, if most of its values came once. */
void
aggregate_set_log(struct aggregate_set *set);
/* The log becomes a set, for good. */
void
aggregate_set_unlog(struct aggregate_set *set);
/* Shows all of a log, or what matters of it, to the reducer. */
int
aggregate_set_reduce_log(struct aggregate_set *set,
    struct aggregate_chunk *chunk, struct error *err);
/* aggregate_set_order and aggregate_set_values of a log. */
void
aggregate_set_order_log(struct aggregate_set *set,
    struct aggregate_value_order *order);
int
aggregate_set_log_values(const struct value_log *log,
    const uint32_t *tuples, uint32_t count,
    struct column_builder *const *fields);

#endif
