/*
 * The state of one aggregate function over all groups.
 *
 * A state holds arrays indexed by group id (key_table.h).  Rows come in by
 * update; the states of other runs, spilled or from another slice, by merge.
 * State is given away as ordinary columns (fields[]), result as one column.
 *
 * Arrays have one slot before the first, that of id KEY_TABLE_NONE (-1): what
 * goes there is forgotten.  Rows that a FILTER or a null leaves out get this
 * id, so that kernels need not ask.
 */
#ifndef OP_AGGREGATE_STATE_H
#define OP_AGGREGATE_STATE_H

#include "batch/builder.h"
#include "op/key_table.h"

/* ---- arrays by group -------------------------------------------------- */

struct group_array {
	void *slots;		/* slot 0; slots[-1] is there too; not owned */
	void *memory;		/* owned */
	size_t width;		/* of a slot, bytes; a power of 2, or n * 8 */
	uint32_t capacity;
};

/* Makes slots up to `count`, new ones (from old_count on) zero. */
void
group_array_grow(struct group_array *array, size_t width, uint32_t old_count,
    uint32_t count);
size_t
group_array_bytes(const struct group_array *array);
/* Slot `id` becomes slot 0, the only one. */
void
group_array_keep(struct group_array *array, uint32_t id);
void
group_array_release(struct group_array *array);

/* A string for each group. */
struct group_string {
	uint64_t offset;
	uint32_t len;
	uint32_t room;
};
struct group_strings {
	struct group_array strings;	/* struct group_string */
	struct buffer bytes;
	uint64_t lost_bytes;		/* of strings that were outgrown */
	uint32_t count;
};

void
group_strings_grow(struct group_strings *strings, uint32_t count);
void
group_strings_set(struct group_strings *strings, uint32_t id,
    const void *bytes, uint32_t len);
const uint8_t *
group_strings_get(const struct group_strings *strings, uint32_t id,
    uint32_t *len);
size_t
group_strings_bytes(const struct group_strings *strings);
void
group_strings_keep(struct group_strings *strings, uint32_t id);
void
group_strings_release(struct group_strings *strings);

/* ---- states ----------------------------------------------------------- */

#define AGGREGATE_MAX_FIELDS 3

/* One column of the state: called NAME.suffix after the result NAME. */
struct aggregate_field {
	const char *suffix;
	struct type type;
};

struct aggregate_state;

/* A batch as a state sees it. */
struct aggregate_rows {
	uint32_t count;
	/* ids[count]; NULL: all rows are of group 0, and there are no nulls
	 * to leave out (update only) */
	const uint32_t *ids;
	const struct column *argument;	/* NULL for count(*) */
	uint64_t block;			/* where the rows stand in the input: */
	uint64_t row;			/* that of the first, in its block */
};

struct aggregate_ops {
	_Bool skips_nulls;		/* null arguments are left out */
	_Bool has_value_rows;		/* state is a set: see below */
	/* Room for groups up to `count`; never less than before. */
	void (*grow)(struct aggregate_state *state, uint32_t count);
	int (*update)(struct aggregate_state *state,
	    const struct aggregate_rows *rows, struct error *err);
	/* fields[i] has rows->count rows; rows without state have the id
	 * KEY_TABLE_NONE. */
	int (*merge)(struct aggregate_state *state,
	    const struct aggregate_rows *rows,
	    const struct column *const *fields, struct error *err);
	/* Appends the state of groups to a builder for each field. */
	int (*give_state)(struct aggregate_state *state, const uint32_t *ids,
	    uint32_t count, struct column_builder *const *fields,
	    struct error *err);
	int (*give)(struct aggregate_state *state, const uint32_t *ids,
	    uint32_t count, struct column_builder *result,
	    struct error *err);
	/* Group `id` becomes group 0, the only one; sets forget their
	 * values but not how many there were. */
	void (*keep)(struct aggregate_state *state, uint32_t id);
	/* Forgets all groups and returns the memory; group_count is 0. */
	void (*clear)(struct aggregate_state *state);
	size_t (*bytes)(const struct aggregate_state *state);
	void (*free)(struct aggregate_state *state);
};

struct aggregate_state {
	const struct aggregate_ops *ops;
	struct type type;		/* of the result */
	_Bool is_nullable;
	uint32_t field_count;
	struct aggregate_field fields[AGGREGATE_MAX_FIELDS];
	uint32_t group_count;		/* as grown */
};

/*
 * A new state for an argument of this type (TYPE_NULL for count(*)); NULL
 * with a usage error ("sum of a string") if the function cannot take it.
 */
struct aggregate_state *
aggregate_count_new(struct type argument, struct error *err);
struct aggregate_state *
aggregate_distinct_new(struct type argument, struct error *err);
struct aggregate_state *
aggregate_sum_new(struct type argument, struct error *err);
struct aggregate_state *
aggregate_average_new(struct type argument, struct error *err);
struct aggregate_state *
aggregate_min_new(struct type argument, struct error *err);
struct aggregate_state *
aggregate_max_new(struct type argument, struct error *err);
struct aggregate_state *
aggregate_first_new(struct type argument, struct error *err);
struct aggregate_state *
aggregate_last_new(struct type argument, struct error *err);

/*
 * States that are sets (count distinct) have one field, the value, and are
 * given away row by row: the values of a group, ascending.
 */
struct aggregate_value_order {
	uint32_t *begins;	/* owned; [group_count + 1] into tuples */
	uint32_t *tuples;	/* owned; by group, then by value */
};
void
aggregate_distinct_order(const struct aggregate_state *state,
    struct aggregate_value_order *order);
void
aggregate_value_order_release(struct aggregate_value_order *order);
int
aggregate_distinct_values(const struct aggregate_state *state,
    const uint32_t *tuples, uint32_t count, struct column_builder *builder);

#endif
