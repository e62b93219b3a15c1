/*
 * Groups and the states of their aggregates: what ragg is made of.
 *
 * Rows come in by aggregator_update, groups of another aggregator by
 * aggregator_roll_up, states by aggregator_merge (never with the others before
 * a clear); what is there is given away in the order of the keys, as results
 * or as states, in batches of up to AGGREGATOR_CHUNK rows.
 *
 * The columns of states (aggregator_state_schema): the keys, then for each
 * aggregate NAME its fields NAME.suffix.  A group has one main row with the
 * states of all aggregates but the values of sets (op/aggregate/set.h); a set
 * has a row for each of its values, ascending, in which all other fields are
 * null.  Merging such rows, in any order, however often a main
 * row or a value comes, is what `--final` does, and so does spilling.  Given
 * away, rows ascend by the keys, then by the values, nulls first.
 */
#ifndef OP_AGGREGATE_AGGREGATOR_H
#define OP_AGGREGATE_AGGREGATOR_H

#include "batch/order.h"
#include "op/aggregate/state.h"

#define AGGREGATOR_CHUNK 1024

struct aggregator_column {	/* one aggregate */
	char *name;			/* owned */
	struct aggregate_state *state;	/* owned */
};

struct aggregator {
	struct schema keys;		/* owned; names and types */
	struct aggregator_column *columns;	/* owned */
	uint32_t column_count;
	struct budget *budget;		/* borrowed */
	/* private */
	struct key_table *table;	/* NULL without keys: one group */
	uint32_t group_count;
	_Bool is_merging;
	struct group_array has_main;	/* uint8_t: seen when merging */
	struct buffer ids;		/* scratch */
	struct buffer masked;		/* scratch: ids without some rows */
	const struct column **fields;	/* owned, scratch */
	size_t charged_bytes;
	uint32_t capacity;		/* groups that states have room for */
};

/*
 * Takes over the contents of `keys`.  Aggregates are added before the first
 * row; the state is taken, the name copied.
 */
void
aggregator_init(struct aggregator *aggregator, struct schema *keys,
    struct budget *budget);
void
aggregator_add(struct aggregator *aggregator, const char *name,
    struct aggregate_state *state);
void
aggregator_release(struct aggregator *aggregator);

/* Appends the columns of results, or of states. */
void
aggregator_result_schema(const struct aggregator *aggregator,
    struct schema *schema);
void
aggregator_state_schema(const struct aggregator *aggregator,
    struct schema *schema);
/* The order of states: keys[*count], the caller's to mem_free. */
struct sort_key *
aggregator_state_order(const struct aggregator *aggregator, uint32_t *count);

/* What one aggregate sees of a batch. */
struct aggregator_input {
	const struct column *argument;	/* NULL for count(*) */
	const struct column *second;	/* corr(x, y); or NULL */
	const struct column *filter;	/* bool: the rows to take; or NULL */
	_Bool is_rolled_up;		/* it sees no rows */
};

/*
 * Adds a batch of rows: keys[] and inputs[] by column; where it stands in
 * the input: the block, and the first row's number in it.
 */
int
aggregator_update(struct aggregator *aggregator, uint32_t rows,
    const struct column *const *keys, const struct aggregator_input *inputs,
    uint64_t block, uint64_t row, struct error *err);

/* Adds the group of one tuple of keys, without any row. */
void
aggregator_touch(struct aggregator *aggregator,
    const struct column *const *keys);

/* Adds a batch of states. */
int
aggregator_merge(struct aggregator *aggregator, const struct batch *states,
    struct error *err);

/* Aggregates of two aggregators that have the same states of the same rows. */
struct aggregator_link {
	uint32_t from, to;
};

/*
 * Adds groups of `from`, `count` from `begin` on, to those of `to` that they
 * are part of, as if their rows came: keys[] are the keys of `from` that are
 * those of `to`, and only the aggregates links[].to see it, which must have
 * ops->rolls_up.  At most AGGREGATOR_CHUNK groups.
 */
int
aggregator_roll_up(struct aggregator *to, struct aggregator *from,
    const uint32_t *keys, const struct aggregator_link *links,
    uint32_t link_count, uint32_t begin, uint32_t count, struct error *err);

/* Where batches of results or states go. */
struct aggregator_writer {
	int (*write)(struct aggregator_writer *writer,
	    const struct batch *batch, struct error *err);
};

int
aggregator_give_states(struct aggregator *aggregator,
    struct aggregator_writer *writer, struct error *err);
/*
 * Gives the results of all groups, or of all but the last one, which is then
 * the only one kept (see aggregate_ops.keep).
 */
int
aggregator_give_results(struct aggregator *aggregator, _Bool keeps_last,
    struct aggregator_writer *writer, struct error *err);

/*
 * What `rows` rows more, and giving all away, may take beyond what is charged.
 */
size_t
aggregator_growth_bytes(const struct aggregator *aggregator, uint32_t rows);

/* Forgets all groups and returns the memory. */
void
aggregator_clear(struct aggregator *aggregator);

#endif
