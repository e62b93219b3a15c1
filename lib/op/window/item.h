/*
 * Window functions as they were asked for.
 *
 *	NAME = FUNCTION(ARGUMENTS) [FROM FIRST | LAST] [IGNORE NULLS]
 *	    [FILTER (WHERE CONDITION)] [OVER NAME | OVER (window)] [frame]
 *
 * A window is [NAME] [PARTITION BY columns] [ORDER BY keys] [frame]; NAME is
 * that of another one which it adds to.  FUNCTION is one of
 * op/window/function.def or an aggregate (op/aggregate/aggregate.def).
 */
#ifndef OP_WINDOW_ITEM_H
#define OP_WINDOW_ITEM_H

#include "expr/expr.h"
#include "op/aggregate/state.h"
#include "op/window/frame.h"

enum window_function {
#define WINDOW(ID, name, least, most) WINDOW_##ID,
#include "op/window/function.def"
#undef WINDOW
	WINDOW_COUNT,		/* aggregates that are worked out as */
	WINDOW_SUM,		/* frames move */
	WINDOW_AVG,
	WINDOW_MIN,
	WINDOW_MAX,
	WINDOW_AGGREGATE	/* any other */
};

/* A partition and an order. */
struct window {
	char *name;			/* owned; NULL: of one item */
	struct sort_key *keys;		/* owned; partition, then order */
	uint32_t key_count, order_at;
	_Bool has_frame;
	struct window_frame frame;
};

struct window_item {
	char *name;			/* owned */
	enum window_function function;
	uint32_t window;		/* which */
	struct window_frame frame;
	/* owned, or NULL.  second: lag and lead's third, corr's y */
	struct expr *argument, *second;
	/* lag and lead's second, nth_value's, ntile's */
	int64_t count;
	_Bool ignores_nulls, is_from_last;
	struct type type;		/* of the result */
	struct aggregate_state *state;	/* owned; of WINDOW_AGGREGATE */
};

struct window_list {
	struct window *windows;		/* owned; the first is the default */
	uint32_t window_count;
	struct window_item *items;	/* owned */
	uint32_t item_count;
};

struct window_texts {
	const char *partition;		/* columns, or NULL */
	const char *order;		/* as of sort_keys_parse, or NULL */
	const char *windows;		/* "w = (...), ...", or NULL */
	const char *items;
};

/*
 * Parses all texts against the schema.  The list is released by the caller,
 * after an error too.
 */
int
window_list_parse(const struct window_texts *texts,
    const struct schema *schema, struct window_list *list, struct error *err);
void
window_list_release(struct window_list *list);

#endif
