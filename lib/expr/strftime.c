/*
 * strftime and strptime: dates and timestamps as text, by a format.
 *
 * A format without a time of day has one result a day: these are kept by day
 * as codes of the node's dictionary, and the result is coded.
 */
#include "expr/function.h"

#include <string.h>

#include "base/datetime.h"
#include "base/datetime_format.h"
#include "expr/text.h"

#define MAX_SPAN (UINT32_C(1) << 18)	/* days kept, some 700 years */

struct moment_format {
	struct datetime_format *formats;	/* owned; tried in turn */
	uint32_t format_count;
	_Bool is_daily;		/* the same all day long */
	_Bool makes_date;	/* to_date */
	struct buffer text;	/* one result */
	uint32_t *codes;	/* by day - first_day */
	int32_t first_day;
	uint32_t span;		/* days */
	_Bool is_full;		/* the dictionary takes no more */
};

static void
free_format(void *state)
{
	struct moment_format *own = state;
	buffer_release(&own->text);
	mem_free(own->formats);
	mem_free(own->codes);
	mem_free(own);
}

/* The formats that the arguments from the second on are. */
static struct moment_format *
new_format(struct binder *b, struct node *node)
{
	struct moment_format *own = mem_zalloc(sizeof(*own));
	node->state = own;
	node->state_free = free_format;
	own->formats = mem_array(node->arg_count, sizeof(*own->formats));
	for (uint32_t i = 1; i < node->arg_count; i++) {
		struct error found = {0};
		uint32_t len;
		const char *pattern = (const char *)vector_text(
		    &node->args[i]->out, 0, &len);
		if (datetime_format_init(&own->formats[i - 1], pattern, len,
		    &found) != 0) {
			bind_error(b, node->args[i]->begin, "%s", found.text);
			return NULL;
		}
		own->format_count++;
	}
	return own;
}

/* ---- printing -------------------------------------------------------- */

int
prepare_strftime(struct binder *b, struct node *node, int param)
{
	(void)param;
	struct moment_format *own = new_format(b, node);
	if (own == NULL)
		return -1;
	own->is_daily = 1;
	for (uint32_t i = 0; i < own->formats[0].item_count; i++) {
		uint8_t kind = own->formats[0].items[i].kind;
		if (kind != 0 && strchr("HIMSpfsTRz", kind) != NULL)
			own->is_daily = 0;
	}
	buffer_reserve(&own->text, own->formats[0].max_bytes + 1);
	return 0;
}

/* Makes room for a day; 0 if days lie too far apart. */
static _Bool
cover_day(struct moment_format *own, int32_t day)
{
	int64_t first = own->first_day, end = first + own->span;
	if (own->span == 0)
		first = day - INT64_C(512), end = day + INT64_C(512);
	if (day < first)
		first = day - INT64_C(1024);
	if (day >= end)
		end = day + INT64_C(1024);
	if (end - first > MAX_SPAN || first < INT32_MIN || end > INT32_MAX)
		return 0;
	uint32_t span = (uint32_t)(end - first);
	uint32_t *codes = mem_array(span, sizeof(*codes));
	memset(codes, 0xff, (size_t)span * sizeof(*codes));
	if (own->span > 0)
		memcpy(codes + (own->first_day - first), own->codes,
		    (size_t)own->span * sizeof(*codes));
	mem_free(own->codes);
	own->codes = codes;
	own->first_day = (int32_t)first;
	own->span = span;
	return 1;
}

static uint32_t
add_day(struct moment_format *own, struct dictionary *dictionary, int32_t day)
{
	uint32_t index = (uint32_t)((int64_t)day - own->first_day);
	if ((int64_t)day < own->first_day || index >= own->span) {
		if (!cover_day(own, day))
			return DICTIONARY_NONE;
		index = (uint32_t)(day - own->first_day);
	}
	if (own->codes[index] == DICTIONARY_NONE) {
		size_t len = datetime_format_print(&own->formats[0],
		    day * DATETIME_US_PER_DAY, (char *)own->text.data);
		own->codes[index] = dictionary_add(dictionary, own->text.data,
		    (uint32_t)len);
	}
	return own->codes[index];
}

static void
days_of(const struct column *in, int32_t *restrict days, uint32_t rows)
{
	if (in->type.id == TYPE_DATE) {
		memcpy(days, in->values, (size_t)rows * sizeof(*days));
		return;
	}
	const int64_t *restrict us = in->values;
	for (uint32_t i = 0; i < rows; i++)
		days[i] = datetime_day_of(us[i]);
}

/* codes[i] for days[i], in place; 0 if some day cannot be coded. */
static _Bool
code_days(struct call *call, int32_t *days)
{
	struct moment_format *own = call->node->state;
	struct dictionary *dictionary = call->node->dictionary;
	uint32_t *codes = (uint32_t *)(void *)days;
	for (uint32_t i = 0; i < call->rows; i++) {
		uint32_t index = (uint32_t)days[i] -
		    (uint32_t)own->first_day;
		uint32_t code = index < own->span ? own->codes[index] :
		    DICTIONARY_NONE;
		if (code == DICTIONARY_NONE) {
			code = 0;
			if (row_is_live(call->live, i))
				code = add_day(own, dictionary, days[i]);
			if (code == DICTIONARY_NONE)
				return 0;
		}
		codes[i] = code;
	}
	return 1;
}

static void
narrow(struct call *call, const uint32_t *restrict codes)
{
	const struct dictionary *dictionary = call->node->dictionary;
	uint8_t width = dictionary_code_bytes(dictionary->count);
	uint32_t rows = call->rows;
	void *out = vector_start_codes(call->out, dictionary, width, rows);
	uint8_t *restrict to_1 = out;
	uint16_t *restrict to_2 = out;
	if (width == 1)
		for (uint32_t i = 0; i < rows; i++)
			to_1[i] = (uint8_t)codes[i];
	else if (width == 2)
		for (uint32_t i = 0; i < rows; i++)
			to_2[i] = (uint16_t)codes[i];
	else
		memcpy(out, codes, (size_t)rows * sizeof(*codes));
}

static int
step_strftime(struct call *call, uint32_t row)
{
	struct moment_format *own = call->node->state;
	const struct vector *in = call->args[0];
	uint32_t at = in->is_constant ? 0 : row;
	int64_t us = in->column.type.id == TYPE_DATE ?
	    ((const int32_t *)in->column.values)[at] * DATETIME_US_PER_DAY :
	    ((const int64_t *)in->column.values)[at];
	uint8_t *out = text_room(call, own->formats[0].max_bytes + 1);
	return text_done(call, row, datetime_format_print(&own->formats[0], us,
	    (char *)out));
}

int
kernel_strftime(struct call *call)
{
	struct moment_format *own = call->node->state;
	if (!own->is_daily || own->is_full || call->is_single)
		return text_rows(call, step_strftime);
	int32_t *days = kernel_scratch(call, (size_t)call->rows * 4);
	days_of(&call->args[0]->column, days, call->rows);
	if (call->node->dictionary == NULL)
		call->node->dictionary = dictionary_new();
	if (!code_days(call, days)) {
		own->is_full = 1;
		return text_rows(call, step_strftime);
	}
	narrow(call, (const uint32_t *)(const void *)days);
	return 0;
}

/* ---- reading --------------------------------------------------------- */

static int
check_format(struct binder *b, const struct node *node,
    const struct moment_format *own, uint32_t i)
{
	const struct datetime_format *format = &own->formats[i];
	const char *wrong = NULL;
	if (!format->is_readable)
		wrong = "this format can be printed, but not read";
	else if (own->makes_date && format->has_time)
		wrong = "a date has no time of day: "
		    "cast(strptime(...) as date)";
	else if (format->has_zone != own->formats[0].has_zone)
		wrong = "either all formats have a %z, or none";
	if (wrong != NULL)
		bind_error(b, node->args[i + 1]->begin, "%s", wrong);
	return wrong == NULL ? 0 : -1;
}

/* param: 1 and 3 make nulls of what they cannot read, 2 and 3 dates */
int
prepare_strptime(struct binder *b, struct node *node, int param)
{
	struct moment_format *own = new_format(b, node);
	if (own == NULL)
		return -1;
	own->makes_date = param >= 2;
	for (uint32_t i = 0; i < own->format_count; i++)
		if (check_format(b, node, own, i) != 0)
			return -1;
	node->is_try = node->may_be_null = param & 1;
	node->type = own->makes_date ? type_of(TYPE_DATE) :
	    type_timestamp(own->formats[0].has_zone);
	return 0;
}

static int
read_moment(const struct moment_format *own, struct text text, int64_t *us)
{
	for (uint32_t i = 0; i < own->format_count; i++)
		if (datetime_format_parse(&own->formats[i],
		    (const char *)text.bytes, text.len, us) == 0)
			return 0;
	*us = 0;
	return -1;
}

static int
report_moment(struct call *call, uint32_t row)
{
	const struct moment_format *own = call->node->state;
	char shown[ERROR_QUOTE_BYTES], format[ERROR_QUOTE_BYTES];
	call_show(call, 0, row, shown);
	call_show(call, 1, row, format);
	return own->format_count == 1 ?
	    call_fail(call, row, "'%s' is no moment in the format '%s'",
	    shown, format) :
	    call_fail(call, row, "'%s' is no moment in any of the %u formats",
	    shown, own->format_count);
}

int
kernel_strptime(struct call *call)
{
	struct moment_format *own = call->node->state;
	void *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		int64_t us = 0;
		if (row_is_live(call->live, i) &&
		    read_moment(own, text_at(call, 0, i), &us) != 0 &&
		    report_moment(call, i) != 0)
			return -1;
		if (own->makes_date)
			((int32_t *)out)[i] = datetime_day_of(us);
		else
			((int64_t *)out)[i] = us;
	}
	return 0;
}
