#include "base/decimal.h"
#include "base/number.h"
#include "batch/value.h"
#include "op/numeric.h"
#include "op/window/frame.h"
#include "op/words.h"

_Bool
window_frame_begins(const char *text)
{
	return words_is(text, "rows") || words_is(text, "range") ||
	    words_is(text, "groups");
}

/* What stands up to the next blank; a text in quotes without them. */
static size_t
take_token(const char **text, const char **token)
{
	const char *at = words_skip(*text);
	const char *end;
	if (*at == '\'') {
		end = strchr(at + 1, '\'');
		*token = at + 1;
		if (end == NULL)
			end = at + strlen(at);
		*text = words_skip(*end != '\0' ? end + 1 : end);
		return (size_t)(end - *token);
	}
	for (end = at; *end != '\0' && words_skip(end) == end;)
		end++;
	*token = at;
	*text = words_skip(end);
	return (size_t)(end - at);
}

/* 3 month, '3' month, '3 months' */
static int
parse_interval(const char **text, struct window_bound *bound,
    struct error *err)
{
	const char *start = *text;
	const char *token;
	size_t len = take_token(text, &token);
	size_t digits = 0;
	while (digits < len && token[digits] >= '0' && token[digits] <= '9')
		digits++;
	bound->is_interval = 1;
	if (number_parse_i64(token, digits, &bound->count) != NUMBER_OK)
		return words_bad(start, "an interval's number is wanted",
		    err);
	while (digits < len && token[digits] == ' ')
		digits++;
	token += digits;
	len -= digits;
	if (len == 0)
		len = take_token(text, &token);
	if (len > 1 && (token[len - 1] | 0x20) == 's')
		len--;
	if (datetime_unit_find(token, len, &bound->unit) != 0 ||
	    bound->unit > DATETIME_MICROSECOND)
		return words_bad(start, "an interval is wanted", err);
	return 0;
}

/* A distance in a numeric key. */
static int
parse_distance(const char *token, size_t len, struct type type,
    struct window_bound *bound, struct error *err)
{
	struct column_builder value;
	int result;
	column_builder_init(&value, type);
	result = value_parse(token, len, &value, err);
	if (result == 0) {
		struct column column = column_builder_view(&value);
		if (type_is_float(type))
			bound->real = numeric_real(&column, 0);
		else
			bound->whole = column_whole(&column, 0);
		if (bound->real < 0 || bound->whole < 0)
			result = error_usage(err, "a frame's distance of less "
			    "than 0: '%.*s'", (int)len, token);
	}
	column_builder_release(&value);
	return result;
}

static int
parse_offset(const char **text, enum window_unit unit, struct type order_type,
    struct window_bound *bound, struct error *err)
{
	const char *start = *text;
	const char *token;
	if (words_take(text, "interval")) {
		if (unit != WINDOW_RANGE || (order_type.id != TYPE_DATE &&
		    order_type.id != TYPE_TIMESTAMP))
			return words_bad(start, "an INTERVAL needs RANGE "
			    "over a date or timestamp; a number is wanted",
			    err);
		return parse_interval(text, bound, err);
	}
	size_t len = take_token(text, &token);
	if (unit == WINDOW_RANGE) {
		if (!type_is_number(order_type))
			return words_bad(start, "RANGE with an offset "
			    "needs one numeric key to order by; an INTERVAL "
			    "or a bound is wanted", err);
		return parse_distance(token, len, order_type, bound, err);
	}
	if (number_parse_i64(token, len, &bound->count) != NUMBER_OK ||
	    bound->count < 0)
		return words_bad(start, unit == WINDOW_ROWS ?
		    "a number of rows is wanted" :
		    "a number of groups is wanted", err);
	return 0;
}

static int
parse_bound(const char **text, enum window_unit unit, struct type order_type,
    struct window_bound *bound, struct error *err)
{
	const char *start = *text;
	if (words_take(text, "current")) {
		bound->kind = BOUND_CURRENT;
		return words_take(text, "row") ? 0 : words_bad(start,
		    "CURRENT ROW is wanted", err);
	}
	_Bool is_unbounded = words_take(text, "unbounded");
	if (!is_unbounded && parse_offset(text, unit, order_type, bound,
	    err) != 0)
		return -1;
	if (words_take(text, "preceding"))
		bound->kind = is_unbounded ? BOUND_UNBOUNDED_PRECEDING :
		    BOUND_PRECEDING;
	else if (words_take(text, "following"))
		bound->kind = is_unbounded ? BOUND_UNBOUNDED_FOLLOWING :
		    BOUND_FOLLOWING;
	else
		return words_bad(*text, "PRECEDING or FOLLOWING is "
		    "wanted", err);
	return 0;
}

static int
parse_exclude(const char **text, enum window_exclude *exclude,
    struct error *err)
{
	const char *start = *text;
	*exclude = EXCLUDE_NO_OTHERS;
	if (!words_take(text, "exclude"))
		return 0;
	if (words_take(text, "current") && words_take(text, "row"))
		*exclude = EXCLUDE_CURRENT_ROW;
	else if (words_take(text, "group"))
		*exclude = EXCLUDE_GROUP;
	else if (words_take(text, "ties"))
		*exclude = EXCLUDE_TIES;
	else if (!words_take(text, "no") || !words_take(text, "others"))
		return words_bad(start, "EXCLUDE CURRENT ROW, GROUP, "
		    "TIES or NO OTHERS is wanted", err);
	return 0;
}

int
window_frame_parse(const char **text, struct type order_type, _Bool has_order,
    struct window_frame *frame, struct error *err)
{
	*frame = (struct window_frame){.unit = WINDOW_ROWS,
	    .end.kind = BOUND_CURRENT};
	if (words_take(text, "range"))
		frame->unit = WINDOW_RANGE;
	else if (words_take(text, "groups"))
		frame->unit = WINDOW_GROUPS;
	else
		(void)words_take(text, "rows");
	if (frame->unit == WINDOW_GROUPS && !has_order)
		return error_usage(err, "GROUPS needs an order");
	_Bool has_end = words_take(text, "between");
	if (parse_bound(text, frame->unit, order_type, &frame->begin,
	    err) != 0)
		return -1;
	if (has_end && !words_take(text, "and"))
		return words_bad(*text, "BETWEEN needs AND and an end",
		    err);
	if (has_end && parse_bound(text, frame->unit, order_type, &frame->end,
	    err) != 0)
		return -1;
	if (frame->begin.kind > frame->end.kind ||
	    frame->begin.kind == BOUND_UNBOUNDED_FOLLOWING ||
	    frame->end.kind == BOUND_UNBOUNDED_PRECEDING)
		return error_usage(err, "the frame ends before it begins");
	return parse_exclude(text, &frame->exclude, err);
}
