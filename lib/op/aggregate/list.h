/*
 * The list of aggregates as users write it:
 *
 *	revenue = sum(amount), n = count(*),
 *	c = count(distinct customer_id) filter (where amount > 0),
 *	per_customer = sum(amount) / count(distinct customer_id)
 *
 * Each item is an expression over calls, or just a call,
 *
 *	FUNCTION([DISTINCT] ARGUMENTS [ORDER BY x]) [FILTER (WHERE CONDITION)]
 *
 * named by NAME = before it or AS NAME behind it; without a name it is called
 * what it says: sum(amount).  ARGUMENTS and CONDITION are expressions over the
 * input (expr/expr.h); the item is one over the results of its calls.
 */
#ifndef OP_AGGREGATE_LIST_H
#define OP_AGGREGATE_LIST_H

#include "op/aggregate/state.h"

struct aggregate_function {
	const char *name;
	const char *arguments;		/* aggregate.def */
	struct aggregate_state *(*make)(const struct aggregate_spec *spec,
	    struct error *err);
	const char *suffix, *suffix2;
};

struct aggregate_call {
	char *name;			/* owned; of its column */
	const struct aggregate_function *function;
	/* owned texts; NULL where there is none */
	char *argument, *second, *parameter, *filter;
	_Bool is_distinct;
	_Bool is_by_value;		/* ORDER BY its argument */
};

struct aggregate_item {
	char *name;			/* owned */
	/* owned: over the columns of the calls; NULL: the item is the call
	 * of the same name */
	char *expression;
};

struct aggregate_list {
	struct aggregate_call *calls;	/* owned */
	uint32_t call_count;
	struct aggregate_item *items;	/* owned */
	uint32_t item_count;
};

/* Usage errors say which item. */
int
aggregate_list_parse(const char *text, struct aggregate_list *list,
    struct error *err);
/*
 * An expression that may hold calls (HAVING): they are added to the list, and
 * what remains is an expression over their columns, the caller's to mem_free.
 */
char *
aggregate_list_rewrite(struct aggregate_list *list, const char *text,
    struct error *err);
void
aggregate_list_release(struct aggregate_list *list);

/* ---- single calls ----------------------------------------------------- */

size_t
aggregate_function_count(void);
const struct aggregate_function *
aggregate_function_at(size_t i);
_Bool
aggregate_function_is(const char *name, size_t len);

/*
 * A call of a function that there is; *end moves behind it.  The call is
 * released by the caller, after an error too.
 */
int
aggregate_call_parse(const char *text, struct aggregate_call *call,
    const char **end, struct error *err);
void
aggregate_call_release(struct aggregate_call *call);
/* The state that a call fills; NULL with a usage error. */
struct aggregate_state *
aggregate_call_state(const struct aggregate_call *call,
    const struct aggregate_spec *spec, struct error *err);

#endif
