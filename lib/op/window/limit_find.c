#include "op/window/limit.h"

/* Bounds above these pay less than they cost: an entry takes log2(most)
 * steps, for dense_rank, whose keys are searched, `most`. */
#define MOST_ROWS 1024
#define MOST_DISTINCT 64
#define MAX_BOUNDS 64

/* The bound's greatest value that is let through; false if it has none. */
static _Bool
greatest_of(const struct expr_bound *bound, int64_t *greatest)
{
	const int64_t *values = bound->value.values;
	if (bound->value_count == 0 || bound->value.type.id != TYPE_I64 ||
	    bound->value.null_count > 0)
		return 0;
	*greatest = values[0];
	switch (bound->op) {
	case EXPR_EQ:
	case EXPR_LE:
		return 1;
	case EXPR_LT:
		*greatest -= *greatest > INT64_MIN;
		return 1;
	case EXPR_IN:
		for (uint32_t i = 1; i < bound->value_count; i++)
			if (values[i] > *greatest)
				*greatest = values[i];
		return 1;
	default:
		return 0;
	}
}

/* Whether an argument, if there is one, can be computed for every row. */
static _Bool
is_total(const struct expr *expr)
{
	return expr == NULL || !expr_may_fail(expr);
}

/*
 * Whether an item's value can be computed for all rows, whatever they hold;
 * sums are not among them, which may pass 38 digits.
 */
static _Bool
is_safe(const struct window_item *item)
{
	switch (item->function) {
	case WINDOW_ROW_NUMBER:
	case WINDOW_RANK:
	case WINDOW_DENSE_RANK:
		return 1;
	case WINDOW_LAG:
		break;
	case WINDOW_FIRST_VALUE:
	case WINDOW_LAST_VALUE:
	case WINDOW_NTH_VALUE:
	case WINDOW_COUNT:
	case WINDOW_MIN:
	case WINDOW_MAX:
		/* an interval may pass the years 1 to 9999 */
		if (item->frame.begin.is_interval ||
		    item->frame.end.is_interval)
			return 0;
		break;
	default:
		return 0;
	}
	return is_total(item->argument) && is_total(item->second);
}

/* Whether an item's value in a row that may be kept needs no row dropped. */
static _Bool
looks_back(const struct window_item *item, enum window_function limited)
{
	switch (item->function) {
	case WINDOW_ROW_NUMBER:
	case WINDOW_RANK:
	case WINDOW_DENSE_RANK:
	case WINDOW_LAG:
		return 1;
	default:
		break;
	}
	/* a rank's peers are kept with it, a row's may be dropped */
	if (limited == WINDOW_ROW_NUMBER && item->frame.unit != WINDOW_ROWS)
		return 0;
	return item->frame.end.kind == BOUND_CURRENT ||
	    item->frame.end.kind == BOUND_PRECEDING;
}

/* Whether rows beyond a bound on `limited` are of no use to any item. */
static _Bool
all_allow(const struct window_list *list, enum window_function limited)
{
	for (uint32_t i = 0; i < list->item_count; i++)
		if (!is_safe(&list->items[i]) ||
		    !looks_back(&list->items[i], limited))
			return 0;
	return 1;
}

static _Bool
is_bounded(const struct window_item *item, int64_t greatest)
{
	switch (item->function) {
	case WINDOW_ROW_NUMBER:
	case WINDOW_RANK:
		return greatest <= MOST_ROWS;
	case WINDOW_DENSE_RANK:
		return greatest <= MOST_DISTINCT;
	default:
		return 0;
	}
}

_Bool
window_limit_find(const struct window_list *list, const struct expr *qualify,
    uint32_t first_column, struct window_limit *limit)
{
	struct expr_bound bounds[MAX_BOUNDS];
	uint32_t count = expr_may_fail(qualify) ? 0 :
	    expr_bounds(qualify, bounds, MAX_BOUNDS);
	_Bool is_found = 0;
	for (uint32_t i = 0; i < count; i++) {
		int64_t greatest;
		if (bounds[i].column < first_column ||
		    !greatest_of(&bounds[i], &greatest))
			continue;
		const struct window_item *item =
		    &list->items[bounds[i].column - first_column];
		uint32_t most = greatest > 0 ? (uint32_t)greatest : 0;
		if (!is_bounded(item, greatest) ||
		    !all_allow(list, item->function) ||
		    (is_found && most >= limit->most))
			continue;
		*limit = (struct window_limit){item->function, most};
		is_found = 1;
	}
	return is_found;
}
