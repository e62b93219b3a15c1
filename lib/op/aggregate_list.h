/*
 * The list of aggregates as users write it:
 *
 *	revenue = sum(amount), n = count(*),
 *	c = count(distinct customer_id) filter (where amount > 0)
 *
 * Each item is [NAME =] FUNCTION(ARGUMENT) [FILTER (WHERE CONDITION)], or the
 * same with AS NAME behind it; without a name it is called what it says:
 * sum(amount).  ARGUMENT and CONDITION are expressions (expr/expr.h).
 */
#ifndef OP_AGGREGATE_LIST_H
#define OP_AGGREGATE_LIST_H

#include "op/aggregate_state.h"

struct aggregate_function {
	const char *name;
	_Bool is_distinct;
	_Bool has_argument;
	struct aggregate_state *(*make)(struct type argument,
	    struct error *err);
	const char *suffix;
};

struct aggregate_item {
	char *name;			/* owned */
	const struct aggregate_function *function;
	char *argument;			/* owned; NULL for count(*) */
	char *filter;			/* owned; NULL for none */
};

struct aggregate_list {
	struct aggregate_item *items;	/* owned */
	uint32_t count;
};

/* Usage errors say which item. */
int
aggregate_list_parse(const char *text, struct aggregate_list *list,
    struct error *err);
void
aggregate_list_release(struct aggregate_list *list);

#endif
