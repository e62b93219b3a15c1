/*
 * The values of groups as they came: where most are different, appending
 * them and ordering them at the end costs a tenth of a set of (group, value).
 *
 * Values are of fixed width (value_log_takes) and kept in 64 bits as
 * op/ordered.h has them, moved up to be unsigned.  Zeroed but for its type a
 * log is empty.
 */
#ifndef OP_VALUE_LOG_H
#define OP_VALUE_LOG_H

#include "batch/builder.h"

struct value_log {
	struct type type;
	uint64_t count, capacity;
	uint32_t *groups;	/* owned, [capacity] */
	uint64_t *values;	/* owned, [capacity] */
	struct buffer scratch;
	uint64_t next_check;	/* count at which repeats are looked for */
	/* after value_log_order: group id's stand at begins[id] ... */
	uint32_t *begins;	/* owned, [groups + 1] */
	uint64_t *ordered;	/* owned; without order in a group, until: */
	/* after value_log_unite: each once, ascending in a group */
	uint32_t *weights;	/* owned; how often it came */
};

_Bool
value_log_takes(struct type type);

/*
 * Appends rows of a column, no nulls among those whose group is not
 * KEY_TABLE_NONE; groups NULL: all of group 0.  weights NULL: each once.
 */
void
value_log_add(struct value_log *log, const struct column *column,
    const uint32_t *groups, const int64_t *weights, uint32_t rows);

/*
 * Whether a set would be smaller: most values repeat.  Looks at a sample, and
 * only when the log has grown eightfold since the last time; also true of a
 * log that cannot grow any more.
 */
_Bool
value_log_repeats(struct value_log *log);

/* Orders the log by group; it takes no more values. */
void
value_log_order(struct value_log *log, uint32_t group_count);
/* Then values in each group, too, and unites equal ones. */
void
value_log_unite(struct value_log *log, uint32_t group_count);

/* Encoded values as they were, appended to a builder of the type. */
void
value_log_decode(struct type type, const uint64_t *values, uint32_t count,
    struct column_builder *builder);

/* With what ordering and uniting take. */
size_t
value_log_bytes(const struct value_log *log);
/* Forgets all but the type. */
void
value_log_clear(struct value_log *log);

#endif
