/*
 * A value of a column for each group: none, null, or a value of any type
 * that is not nested.  Slots are as in group_array (op/aggregate/state.h); the
 * id KEY_TABLE_NONE must not be used.
 */
#ifndef OP_GROUP_VALUES_H
#define OP_GROUP_VALUES_H

#include "op/aggregate/state.h"

struct group_values {
	struct type type;
	size_t width;			/* of a value; 0: strings */
	struct group_array is;		/* uint8_t, private */
	struct group_array values;	/* width; bool: a byte */
	struct group_strings strings;
};

void
group_values_init(struct group_values *values, struct type type);
void
group_values_grow(struct group_values *values, uint32_t old_count,
    uint32_t count);
void
group_values_set(struct group_values *values, uint32_t id,
    const struct column *column, uint32_t row);
/* False: none was set. */
_Bool
group_values_has(const struct group_values *values, uint32_t id);
/* The value set, not null, compared with another that is not null. */
int
group_values_compare(const struct group_values *values, uint32_t id,
    const struct column *column, uint32_t row);
/* Appends the values of groups; none is null. */
int
group_values_give(const struct group_values *values, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err);
size_t
group_values_bytes(const struct group_values *values);
void
group_values_keep(struct group_values *values, uint32_t id);
void
group_values_clear(struct group_values *values);

#endif
