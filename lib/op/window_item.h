/*
 * One window function as it was asked for: parsed, with its argument.
 */
#ifndef OP_WINDOW_ITEM_H
#define OP_WINDOW_ITEM_H

#include "base/datetime.h"
#include "base/int128.h"
#include "batch/builder.h"
#include "expr/expr.h"

/* WINDOW(ID, name, most_arguments): see window_function.def. */
enum window_function {
#define WINDOW(ID, name, least, most) WINDOW_##ID,
#include "op/window_function.def"
#undef WINDOW
	WINDOW_COUNT_OF
};

enum frame_bound_kind {
	BOUND_UNBOUNDED_PRECEDING,
	BOUND_PRECEDING,
	BOUND_CURRENT,
	BOUND_FOLLOWING,
	BOUND_UNBOUNDED_FOLLOWING
};

struct frame_bound {
	enum frame_bound_kind kind;
	int64_t rows;			/* of ROWS */
	struct column_builder offset;	/* of RANGE over numbers: one value */
	_Bool is_interval;
	enum datetime_unit unit;	/* of an interval of `rows` units */
};

struct window_item {
	char *name;			/* owned */
	enum window_function function;
	struct expr *argument;		/* owned, or NULL: count(*) */
	struct expr *fallback;		/* owned; lag and lead's third */
	int64_t distance;		/* lag and lead's second: 1 */
	_Bool is_rows;			/* ROWS, else RANGE */
	_Bool has_frame;
	struct frame_bound begin, end;
	/* The partition at hand. */
	struct column_builder values;	/* of the argument */
	struct column_builder fallbacks;
	struct column_builder results;
	struct type type;		/* of the result */
};

/*
 * Parses a list of items against the schema; order_type is that of the one
 * key of the order (null: none, or several).  *items is the caller's, each
 * to be released, after an error too.
 */
int
window_items_parse(const char *list, const struct schema *schema,
    struct type order_type, struct window_item **items, uint32_t *count,
    struct error *err);
void
window_item_release(struct window_item *item);

#endif
