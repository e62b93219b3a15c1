/*
 * Dates and timestamps: their parts, and arithmetic with them.
 *
 * node->state of these is a unit.  A date stays a date when whole days are
 * added to it.
 */
#include "expr/function.h"

#include "base/datetime.h"
#include "expr/kernel.h"

static void
set_unit(struct node *node, enum datetime_unit unit)
{
	enum datetime_unit *state = mem_alloc(sizeof(*state));
	*state = unit;
	node->state = state;
	node->state_free = mem_free;
}

static enum datetime_unit
unit_of(const struct call *call)
{
	return *(const enum datetime_unit *)call->node->state;
}

/* The unit that a constant text names; up to `last`. */
static int
read_unit(struct binder *b, struct node *node, enum datetime_unit last,
    enum datetime_unit *unit)
{
	uint32_t len;
	const char *text = (const char *)vector_text(&node->out, 0, &len);
	char quoted[ERROR_QUOTE_BYTES];
	if (datetime_unit_find(text, len, unit) == 0 && *unit <= last)
		return 0;
	bind_error(b, node->begin, "'%s' is not a unit%s",
	    error_quote(quoted, text, len), last == DATETIME_EPOCH ? "" :
	    " from year to microsecond");
	return -1;
}

/* ---- parts ----------------------------------------------------------- */

static void
parts_of_days(enum datetime_unit unit, const int32_t *restrict days,
    int32_t *restrict out, uint32_t rows)
{
	switch (unit) {
	case DATETIME_YEAR:
		for (uint32_t i = 0; i < rows; i++)
			out[i] = datetime_year(days[i]);
		break;
	case DATETIME_QUARTER:
		for (uint32_t i = 0; i < rows; i++)
			out[i] = datetime_quarter(days[i]);
		break;
	case DATETIME_MONTH:
		for (uint32_t i = 0; i < rows; i++)
			out[i] = datetime_month(days[i]);
		break;
	case DATETIME_DAY:
		for (uint32_t i = 0; i < rows; i++)
			out[i] = datetime_day(days[i]);
		break;
	case DATETIME_DOW:
		for (uint32_t i = 0; i < rows; i++)
			out[i] = datetime_dow(days[i]);
		break;
	case DATETIME_ISODOW:
		for (uint32_t i = 0; i < rows; i++)
			out[i] = datetime_isodow(days[i]);
		break;
	default:
		for (uint32_t i = 0; i < rows; i++)
			out[i] = (int32_t)datetime_extract_days(unit, days[i]);
		break;
	}
}

static void
parts_of_time(enum datetime_unit unit, const int64_t *restrict us,
    int32_t *restrict out, uint32_t rows)
{
	switch (unit) {
	case DATETIME_HOUR:
		for (uint32_t i = 0; i < rows; i++)
			out[i] = datetime_hour(us[i]);
		break;
	case DATETIME_MINUTE:
		for (uint32_t i = 0; i < rows; i++)
			out[i] = datetime_minute(us[i]);
		break;
	case DATETIME_SECOND:
		for (uint32_t i = 0; i < rows; i++)
			out[i] = datetime_second(us[i]);
		break;
	default:
		for (uint32_t i = 0; i < rows; i++)
			out[i] = (int32_t)datetime_extract(unit, us[i]);
		break;
	}
}

static _Bool
is_of_day(enum datetime_unit unit)
{
	return unit <= DATETIME_DAY || (unit >= DATETIME_DOW &&
	    unit != DATETIME_EPOCH);
}

int
prepare_part(struct binder *b, struct node *node, int param)
{
	(void)b;
	set_unit(node, (enum datetime_unit)param);
	return 0;
}

/* date_part('month', x): an i32, but for epoch */
int
prepare_named_part(struct binder *b, struct node *node, int param)
{
	enum datetime_unit unit;
	(void)param;
	if (read_unit(b, node->args[0], DATETIME_EPOCH, &unit) != 0)
		return -1;
	if (node->args[1]->type.id == TYPE_TIME && is_of_day(unit)) {
		bind_error(b, node->args[0]->begin, "a time has no such part");
		return -1;
	}
	set_unit(node, unit);
	node->type = type_of(unit == DATETIME_EPOCH ? TYPE_I64 : TYPE_I32);
	return 0;
}

static int
part_of(struct call *call, uint32_t arg)
{
	enum datetime_unit unit = unit_of(call);
	const struct column *in = &call->args[arg]->column;
	uint32_t rows = call->rows;
	void *out = vector_start(call->out, call->node->type, rows);
	if (unit == DATETIME_EPOCH) {
		int64_t *seconds = out;
		const int64_t *us = in->values;
		const int32_t *days = in->values;
		for (uint32_t i = 0; i < rows; i++)
			seconds[i] = in->type.id == TYPE_DATE ?
			    (int64_t)days[i] * 86400 : datetime_epoch(us[i]);
		return 0;
	}
	if (in->type.id == TYPE_DATE) {
		parts_of_days(unit, in->values, out, rows);
		return 0;
	}
	if (!is_of_day(unit)) {
		parts_of_time(unit, in->values, out, rows);
		return 0;
	}
	const int64_t *restrict us = in->values;
	int32_t *restrict days = kernel_scratch(call, (size_t)rows * 4);
	for (uint32_t i = 0; i < rows; i++)
		days[i] = datetime_day_of(us[i]);
	parts_of_days(unit, days, out, rows);
	return 0;
}

int
kernel_date_part(struct call *call)
{
	return part_of(call, 0);
}

int
kernel_named_part(struct call *call)
{
	return part_of(call, 1);
}

/* ---- truncation ------------------------------------------------------ */

int
prepare_unit(struct binder *b, struct node *node, int param)
{
	enum datetime_unit unit;
	(void)param;
	if (read_unit(b, node->args[0], DATETIME_MICROSECOND, &unit) != 0)
		return -1;
	set_unit(node, unit);
	return 0;
}

int
kernel_date_trunc(struct call *call)
{
	enum datetime_unit unit = unit_of(call);
	const struct column *in = &call->args[1]->column;
	void *out = vector_start(call->out, call->node->type, call->rows);
	if (in->type.id == TYPE_DATE) {
		const int32_t *restrict from = in->values;
		int32_t *restrict to = out;
		for (uint32_t i = 0; i < call->rows; i++)
			to[i] = datetime_truncate_days(unit, from[i]);
		return 0;
	}
	const int64_t *restrict from = in->values;
	int64_t *restrict to = out;
	for (uint32_t i = 0; i < call->rows; i++)
		to[i] = datetime_truncate(unit, from[i]);
	return 0;
}

int
kernel_last_day(struct call *call)
{
	const struct column *in = &call->args[0]->column;
	int32_t *out = vector_start(call->out, call->node->type, call->rows);
	const int32_t *days = in->values;
	const int64_t *us = in->values;
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = datetime_last_day(in->type.id == TYPE_DATE ?
		    days[i] : datetime_day_of(us[i]));
	return 0;
}

/* ---- sums ------------------------------------------------------------ */

static int
report_sum(struct call *call, uint32_t moment, uint32_t count, uint32_t row)
{
	char shown[ERROR_QUOTE_BYTES], other[ERROR_QUOTE_BYTES];
	return call_fail(call, row, "%s and %s: the result is outside the "
	    "years 1 to 9999", call_show(call, moment, row, shown),
	    call_show(call, count, row, other));
}

/* moment + count units, which are arguments of these numbers */
static int
add_units(struct call *call, enum datetime_unit unit, uint32_t moment,
    uint32_t count)
{
	const struct vector *in = call->args[moment];
	_Bool is_date = in->column.type.id == TYPE_DATE;
	const int32_t *days = in->column.values;
	const int64_t *us = in->column.values;
	void *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		uint32_t at = in->is_constant ? 0 : i;
		int64_t n = vector_i64(call->args[count], i);
		int64_t time = 0;
		int32_t day = 0;
		int result = 0;
		if (!row_is_live(call->live, i))
			result = 0;
		else if (!is_date)
			result = datetime_add(unit, us[at], n, &time);
		else if (unit == DATETIME_DAY)
			result = datetime_add_days(days[at], n, &day);
		else if (unit == DATETIME_WEEK)
			result = n > 1000000 || n < -1000000 ? -1 :
			    datetime_add_days(days[at], n * 7, &day);
		else {
			int64_t months = unit == DATETIME_YEAR ? 12 :
			    unit == DATETIME_QUARTER ? 3 : 1;
			result = n > 1000000 || n < -1000000 ? -1 :
			    datetime_add_months(days[at], n * months, &day);
		}
		if (is_date)
			((int32_t *)out)[i] = result == 0 ? day : 0;
		else
			((int64_t *)out)[i] = result == 0 ? time : 0;
		if (result != 0 && report_sum(call, moment, count, i) != 0)
			return -1;
	}
	return 0;
}

void
interval_prepare(struct node *node, int unit)
{
	set_unit(node, (enum datetime_unit)unit);
}

int
kernel_add_interval(struct call *call)
{
	return add_units(call, unit_of(call), 0, 1);
}

int
kernel_add_days(struct call *call)
{
	return add_units(call, DATETIME_DAY, 0, 1);
}

int
kernel_add_months(struct call *call)
{
	return add_units(call, DATETIME_MONTH, 0, 1);
}

/* date_add(unit, count, moment) */
int
prepare_date_add(struct binder *b, struct node *node, int param)
{
	enum datetime_unit unit;
	(void)param;
	if (read_unit(b, node->args[0], DATETIME_MICROSECOND, &unit) != 0)
		return -1;
	set_unit(node, unit);
	node->type = node->args[2]->type;
	if (node->type.id != TYPE_DATE || unit <= DATETIME_DAY)
		return 0;
	/* Hours turn a date into a timestamp. */
	struct ast ast = {.begin = node->begin, .end = node->end};
	node->type = type_timestamp(0);
	node->args[2] = bind_cast(b, &ast, node->args[2], node->type, 0);
	return node->args[2] != NULL ? 0 : -1;
}

int
kernel_date_add(struct call *call)
{
	return add_units(call, unit_of(call), 2, 1);
}

int
kernel_subtract_dates(struct call *call)
{
	const struct vector *a = call->args[0], *b = call->args[1];
	const int32_t *x = a->column.values, *y = b->column.values;
	int64_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = (int64_t)x[a->is_constant ? 0 : i] -
		    y[b->is_constant ? 0 : i];
	return 0;
}

int
kernel_date_diff(struct call *call)
{
	enum datetime_unit unit = unit_of(call);
	const struct vector *a = call->args[1], *b = call->args[2];
	_Bool is_date = a->column.type.id == TYPE_DATE;
	int64_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		uint32_t from = a->is_constant ? 0 : i;
		uint32_t to = b->is_constant ? 0 : i;
		out[i] = 0;
		if (!row_is_live(call->live, i))
			continue;
		if (is_date)
			out[i] = datetime_diff_days(unit,
			    ((const int32_t *)a->column.values)[from],
			    ((const int32_t *)b->column.values)[to]);
		else
			out[i] = datetime_diff(unit,
			    ((const int64_t *)a->column.values)[from],
			    ((const int64_t *)b->column.values)[to]);
	}
	return 0;
}

int
kernel_make_date(struct call *call)
{
	int32_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		out[i] = 0;
		if (!row_is_live(call->live, i))
			continue;
		int64_t year = vector_i64(call->args[0], i);
		int64_t month = vector_i64(call->args[1], i);
		int64_t day = vector_i64(call->args[2], i);
		_Bool is_date = year >= 1 && year <= 9999 && month >= 1 &&
		    month <= 12 && day >= 1 && day <= 31 &&
		    datetime_is_civil((int32_t)year, (uint32_t)month,
		    (uint32_t)day);
		if (is_date)
			out[i] = datetime_days((int32_t)year, (uint32_t)month,
			    (int32_t)day);
		else if (call_fail(call, i, "%lld-%lld-%lld is not a date",
		    (long long)year, (long long)month, (long long)day) != 0)
			return -1;
	}
	return 0;
}
