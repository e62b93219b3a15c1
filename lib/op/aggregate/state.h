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
#include "op/key/key_table.h"

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

/*
 * Asks for the slot of the id that comes a few after ids[i], since ids that
 * are given come in the order of their keys, far apart.
 */
static inline void
group_array_prefetch(const struct group_array *array, const uint32_t *ids,
    uint32_t i, uint32_t count)
{
	if (i + 48 < count)
		__builtin_prefetch((const uint8_t *)array->slots +
		    (size_t)ids[i + 48] * array->width);
}

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
/* Appends to a group's string. */
void
group_strings_append(struct group_strings *strings, uint32_t id,
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

#define AGGREGATE_MAX_FIELDS 4

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
	const struct column *second;	/* corr(x, y); NULL for most */
	uint64_t block;			/* where the rows stand in the input: */
	uint64_t row;			/* that of the first, in its block */
};

/* Where a row stands in the input. */
struct aggregate_place {
	uint64_t block;
	uint64_t row;
};

static inline _Bool
aggregate_place_is_before(struct aggregate_place a, struct aggregate_place b)
{
	return a.block != b.block ? a.block < b.block : a.row < b.row;
}

struct aggregate_ops {
	_Bool skips_nulls;		/* null arguments are left out */
	_Bool has_value_rows;		/* state is a set: see below */
	/* States with these ops and the same fields, of the same rows, are
	 * the same; merging may take turns with update. */
	_Bool rolls_up;
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
	/* Group `id` becomes group 0, the only one.  Sets take what they
	 * need from their values and forget them: none of these may come
	 * again. */
	int (*keep)(struct aggregate_state *state, uint32_t id,
	    struct error *err);
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
	_Bool gives_once;		/* after give only clear may follow */
};

/* What a state is made for: sum(x), corr(x, y), quantile_cont(x, 0.9). */
struct aggregate_spec {
	const char *name;		/* of the function, for messages */
	struct type argument;		/* TYPE_NULL for count(*) */
	struct type second;
	const char *parameter;		/* a constant's text, or NULL */
	_Bool is_distinct;
	_Bool is_by_value;		/* string_agg(x ORDER BY x) */
};

/* Status 2 for an argument that is null or nested: "max of a list". */
int
aggregate_check_scalar(const struct aggregate_spec *spec, struct error *err);
/* ... that is no number. */
int
aggregate_check_number(const struct aggregate_spec *spec, struct error *err);

/*
 * A new state; NULL with a usage error ("sum of a string") if the function
 * cannot take that.
 */
#define AGGREGATE(name, arguments, make, suffix, suffix2) \
struct aggregate_state * \
make(const struct aggregate_spec *spec, struct error *err);
#define SYNONYM(name, arguments, make, suffix, suffix2)
#include "op/aggregate/aggregate.def"
#undef AGGREGATE
#undef SYNONYM

/* FUNCTION(DISTINCT x): `inner`, taken, is given each value once. */
struct aggregate_state *
aggregate_distinct_new(const struct aggregate_spec *spec,
    struct aggregate_state *inner, struct error *err);

/*
 * States that are sets have the value as their first field and are given
 * away row by row: the values of a group, ascending.
 */
struct aggregate_value_order {
	uint32_t *begins;	/* owned; [group_count + 1] into tuples */
	uint32_t *tuples;	/* owned; by group, then by value */
};
/* No rows may come after it, but a clear. */
void
aggregate_set_order(struct aggregate_state *state,
    struct aggregate_value_order *order);
void
aggregate_value_order_release(struct aggregate_value_order *order);
/* Appends the fields of values. */
int
aggregate_set_values(const struct aggregate_state *state,
    const uint32_t *tuples, uint32_t count,
    struct column_builder *const *fields);

#endif
