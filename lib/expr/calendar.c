/*
 * Calendars and clocks of one's own: fiscal years, months as numbers,
 * seconds since 1970, time zones.
 */
#include "base/datetime.h"
#include "base/timezone.h"
#include "expr/function.h"
#include "expr/kernel.h"

static int32_t
day_at(const struct vector *v, uint32_t row)
{
	uint32_t at = v->is_constant ? 0 : row;
	return v->column.type.id == TYPE_DATE ?
	    ((const int32_t *)v->column.values)[at] :
	    datetime_day_of(((const int64_t *)v->column.values)[at]);
}

/* The years 1 to 9999. */
#define FIRST_SECOND (-INT64_C(62135596800))
#define LAST_SECOND INT64_C(253402300799)

/* ---- fiscal years ---------------------------------------------------- */

enum fiscal_part { FISCAL_YEAR, FISCAL_QUARTER, FISCAL_MONTH };

struct fiscal {
	enum fiscal_part part;
	int32_t start;			/* the month that begins it, from 1 */
};

int
prepare_fiscal(struct binder *b, struct node *node, int param)
{
	struct fiscal *fiscal = mem_zalloc(sizeof(*fiscal));
	int64_t start = vector_i64(&node->args[1]->out, 0);
	fiscal->part = (enum fiscal_part)param;
	fiscal->start = (int32_t)start;
	node->state = fiscal;
	node->state_free = mem_free;
	if (start >= 1 && start <= 12)
		return 0;
	bind_error(b, node->args[1]->begin, "a year begins with a month from "
	    "1 to 12");
	return -1;
}

/* A fiscal year is named after the year that it ends in. */
int
kernel_fiscal(struct call *call)
{
	const struct fiscal *fiscal = call->node->state;
	int32_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		struct datetime_civil c = datetime_civil(day_at(
		    call->args[0], i));
		int32_t month = ((int32_t)c.month - fiscal->start + 12) % 12;
		_Bool is_next = fiscal->start > 1 &&
		    (int32_t)c.month >= fiscal->start;
		out[i] = fiscal->part == FISCAL_YEAR ? c.year + is_next :
		    fiscal->part == FISCAL_QUARTER ? month / 3 + 1 :
		    month + 1;
	}
	return 0;
}

int
kernel_yyyymm(struct call *call)
{
	int32_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		struct datetime_civil c = datetime_civil(day_at(
		    call->args[0], i));
		out[i] = c.year * 100 + (int32_t)c.month;
	}
	return 0;
}

/* ---- from_epoch ------------------------------------------------------ */

int
kernel_from_epoch(struct call *call)
{
	int64_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		int64_t seconds = vector_i64(call->args[0], i);
		_Bool fits = seconds >= FIRST_SECOND && seconds <= LAST_SECOND;
		out[i] = fits ? seconds * DATETIME_US_PER_SECOND : 0;
		if (!fits && row_is_live(call->live, i) && call_fail(call, i,
		    "%lld lies outside the years 1 to 9999",
		    (long long)seconds) != 0)
			return -1;
	}
	return 0;
}

/* ---- time zones ------------------------------------------------------ */

static void
free_zone(void *state)
{
	timezone_free(state);
}

/* x AT TIME ZONE zone: from UTC to the clocks there, or back. */
int
prepare_timezone(struct binder *b, struct node *node, int param)
{
	uint32_t len;
	const char *name = (const char *)vector_text(&node->args[0]->out, 0,
	    &len);
	struct error found = {0};
	(void)param;
	node->state = timezone_new(name, len, &found);
	node->state_free = free_zone;
	if (node->state == NULL) {
		bind_error(b, node->args[0]->begin, "%s", found.text);
		return -1;
	}
	node->type = type_timestamp(!node->args[1]->type.is_utc);
	return 0;
}

int
kernel_timezone(struct call *call)
{
	const struct timezone_rules *zone = call->node->state;
	const struct vector *in = call->args[1];
	_Bool is_utc = in->column.type.is_utc;
	int64_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		int64_t us = vector_i64(in, i);
		out[i] = is_utc ? timezone_to_local(zone, us) :
		    timezone_to_utc(zone, us);
		_Bool fits = out[i] >= FIRST_SECOND * DATETIME_US_PER_SECOND &&
		    out[i] < (LAST_SECOND + 1) * DATETIME_US_PER_SECOND;
		if (fits)
			continue;
		out[i] = 0;
		if (row_is_live(call->live, i) && call_fail(call, i,
		    "the result is outside the years 1 to 9999") != 0)
			return -1;
	}
	return 0;
}
