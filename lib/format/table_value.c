#include "format/table_value.h"

#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/number.h"

void
table_words_add(struct table_words *words, const char *text, size_t len)
{
	words->items = mem_grow_array(words->items, words->count + 1,
	    sizeof(*words->items));
	words->items[words->count++] = mem_strndup(text, len);
}

_Bool
table_words_have(const struct table_words *words, const void *text,
    size_t len)
{
	for (uint32_t i = 0; i < words->count; i++)
		if (strlen(words->items[i]) == len &&
		    memcmp(words->items[i], text, len) == 0)
			return 1;
	return 0;
}

void
table_words_release(struct table_words *words)
{
	for (uint32_t i = 0; i < words->count; i++)
		mem_free(words->items[i]);
	mem_free(words->items);
	*words = (struct table_words){0};
}

/* ---- fields ---------------------------------------------------------- */

_Bool
table_field_is_constrained(const struct table_field *field)
{
	return field->is_required || field->minimum.is_set ||
	    field->maximum.is_set || field->min_length > 0 ||
	    field->max_length != UINT64_MAX || field->pattern != NULL ||
	    field->allowed != NULL;
}

void
table_field_release(struct table_field *field)
{
	mem_free(field->name);
	mem_free(field->format_text);
	table_words_release(&field->true_words);
	table_words_release(&field->false_words);
	pattern_free(field->pattern);
	mem_free(field->pattern_text);
	if (field->allowed != NULL)
		column_builder_release(field->allowed);
	mem_free(field->allowed);
	*field = (struct table_field){0};
}

int
table_field_set_format(struct table_field *field, const char *pattern,
    size_t len, struct error *err)
{
	struct datetime_format *format = &field->format;
	if (datetime_format_init(format, pattern, len, err) != 0)
		return -1;
	const char *what = type_name(field->type.id);
	if (!format->is_readable)
		return error_usage(err, "the format '%.*s' can be printed "
		    "but not read", (int)len, pattern);
	if (field->type.id == TYPE_DATE && (format->has_time ||
	    !format->has_date))
		return error_usage(err, "the format '%.*s' is not one of a %s",
		    (int)len, pattern, what);
	if (field->type.id == TYPE_TIME && (format->has_date ||
	    format->has_zone || !format->has_time))
		return error_usage(err, "the format '%.*s' is not one of a %s",
		    (int)len, pattern, what);
	if (field->type.id == TYPE_TIMESTAMP && !format->has_date)
		return error_usage(err, "the format '%.*s' is not one of a %s",
		    (int)len, pattern, what);
	if (format->has_zone)
		field->type.is_utc = 1;
	field->has_format = 1;
	mem_free(field->format_text);
	field->format_text = mem_strndup(pattern, len);
	return 0;
}

/* ---- patterns -------------------------------------------------------- */

int
table_field_set_pattern(struct table_field *field, const char *pattern,
    struct error *err)
{
	struct error found = {0};
	field->pattern = pattern_new(pattern, strlen(pattern), PATTERN_WHOLE,
	    &found);
	if (field->pattern == NULL)
		return error_usage(err, "bad pattern '%s': %s", pattern,
		    found.text);
	field->pattern_text = mem_strdup(pattern);
	return 0;
}

_Bool
table_pattern_matches(struct pattern *pattern, const void *text, size_t len)
{
	const size_t *groups;
	return pattern_find(pattern, text, len, 0, &groups) == 1;
}

/* ---- values ---------------------------------------------------------- */

static enum table_fault
fault_of_number(enum number_status status)
{
	return status == NUMBER_OK ? TABLE_OK :
	    status == NUMBER_RANGE ? TABLE_RANGE : TABLE_SYNTAX;
}

static enum table_fault
fault_of_decimal(enum decimal_status status)
{
	switch (status) {
	case DECIMAL_OK:
		return TABLE_OK;
	case DECIMAL_INEXACT:
		return TABLE_INEXACT;
	case DECIMAL_OVERFLOW:
		return TABLE_RANGE;
	default:
		return TABLE_SYNTAX;
	}
}

static _Bool
is_word(const char *word, const char *text, size_t len)
{
	if (strlen(word) != len)
		return 0;
	for (size_t i = 0; i < len; i++) {
		char c = text[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 'a' - 'A');
		if (c != word[i])
			return 0;
	}
	return 1;
}

static enum table_fault
parse_bool(const struct table_field *field, const char *text, size_t len,
    void *out)
{
	static const char *const words[2][5] = {
	    {"false", "f", "0", "no", "n"}, {"true", "t", "1", "yes", "y"}};
	uint8_t *value = out;
	if (field->true_words.count + field->false_words.count > 0) {
		*value = table_words_have(&field->true_words, text, len);
		return *value || table_words_have(&field->false_words, text,
		    len) ? TABLE_OK : TABLE_SYNTAX;
	}
	for (uint8_t i = 0; i < 2; i++)
		for (int j = 0; j < 5; j++)
			if (is_word(words[i][j], text, len)) {
				*value = i;
				return TABLE_OK;
			}
	return TABLE_SYNTAX;
}

static enum table_fault
parse_integer(struct type type, const char *text, size_t len, void *out)
{
	size_t width = type_width(type);
	unsigned bits = (unsigned)width * 8;
	enum number_status status;
	/* Little-endian: the low bytes come first. */
	if (type_is_signed(type)) {
		int64_t max = (int64_t)(UINT64_MAX >> (65 - bits));
		int64_t value = 0;
		status = number_parse_i64_within(text, len, -max - 1, max,
		    &value);
		memcpy(out, &value, width);
	} else {
		uint64_t value = 0;
		status = number_parse_u64_within(text, len,
		    UINT64_MAX >> (64 - bits), &value);
		memcpy(out, &value, width);
	}
	return fault_of_number(status);
}

static enum table_fault
parse_decimal(struct type type, const char *text, size_t len, void *out)
{
	if (type.precision <= DECIMAL_MAX_PRECISION_64) {
		int64_t value = 0;
		enum decimal_status status = decimal_parse_64(text, len,
		    type.precision, type.scale, &value);
		memcpy(out, &value, sizeof(value));
		return fault_of_decimal(status);
	}
	int128 value = 0;
	enum decimal_status status = decimal_parse_128(text, len,
	    type.precision, type.scale, &value);
	memcpy(out, &value, sizeof(value));
	return fault_of_decimal(status);
}

static enum table_fault
parse_formatted(const struct table_field *field, const char *text, size_t len,
    void *out)
{
	int64_t us;
	if (datetime_format_parse(&field->format, text, len, &us) != 0)
		return TABLE_SYNTAX;
	if (field->type.id == TYPE_DATE) {
		int32_t days = datetime_day_of(us);
		memcpy(out, &days, sizeof(days));
		return TABLE_OK;
	}
	if (field->type.id == TYPE_TIME)
		us = datetime_time_of(us);
	memcpy(out, &us, sizeof(us));
	return TABLE_OK;
}

static enum table_fault
parse_moment(const struct table_field *field, const char *text, size_t len,
    void *out)
{
	if (field->has_format)
		return parse_formatted(field, text, len, out);
	int status;
	int64_t us = 0;
	int32_t days = 0;
	_Bool has_zone;
	switch (field->type.id) {
	case TYPE_DATE:
		status = datetime_parse_date(text, len, &days);
		memcpy(out, &days, sizeof(days));
		break;
	case TYPE_TIME:
		status = datetime_parse_time(text, len, &us);
		memcpy(out, &us, sizeof(us));
		break;
	default:
		status = datetime_parse_timestamp(text, len, &us,
		    field->type.is_utc ? &has_zone : NULL);
		memcpy(out, &us, sizeof(us));
	}
	return status == 0 ? TABLE_OK : TABLE_SYNTAX;
}

/* ---- numbers with marks ---------------------------------------------- */

#define MARKED_BYTES 128	/* of a number's text */

static _Bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What may stand around a number goes: all but digits, signs and its point. */
static void
undress(char point, const char **text, size_t *len)
{
	const char *at = *text;
	size_t left = *len;
	while (left > 0 && !is_digit(*at) && *at != '-' && *at != '+' &&
	    !(*at == point && left > 1 && is_digit(at[1]))) {
		at++;
		left--;
	}
	while (left > 0 && !is_digit(at[left - 1]) && at[left - 1] != point)
		left--;
	*text = at;
	*len = left;
}

/*
 * Whether groups are as people write them, so that 1.5 is no 15: the last
 * one of three digits, those before of two or three, the first of one to
 * three.
 */
static _Bool
has_groups(const char *text, size_t len, char group)
{
	size_t run = 0, runs = 0;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] != group) {
			if (!is_digit(text[i]))
				return 0;
			run++;
			continue;
		}
		if (run > 3 || run < 1 || (runs > 0 && run < 2) ||
		    (i == len && runs > 0 && run != 3))
			return 0;
		run = 0;
		runs++;
	}
	return 1;
}

/*
 * The text as others read it, with a point and without groups; its length,
 * or 0 if it is no number.
 */
static size_t
plain_number(const struct table_field *field, const char *text, size_t len,
    char out[MARKED_BYTES])
{
	char point = field->decimal_char != 0 ? field->decimal_char : '.';
	size_t used = 0;
	if (field->is_dressed)
		undress(point, &text, &len);
	if (len == 0 || len >= MARKED_BYTES)
		return 0;
	const char *stop = memchr(text, point, len);
	size_t whole = stop != NULL ? (size_t)(stop - text) : len;
	size_t sign = *text == '-' || *text == '+';
	if (field->group_char != 0 && memchr(text, field->group_char, len) !=
	    NULL && (whole < sign || !has_groups(text + sign, whole - sign,
	    field->group_char)))
		return 0;
	for (size_t i = 0; i < len; i++) {
		if (i < whole && field->group_char != 0 &&
		    text[i] == field->group_char)
			continue;
		if (text[i] == '.' && point != '.')
			return 0;
		out[used++] = i == whole ? '.' : text[i];
	}
	return used;
}

enum table_fault
table_value_parse(const struct table_field *field, const char *text,
    size_t len, void *out)
{
	struct type type = field->type;
	char marked[MARKED_BYTES];
	if (table_field_has_marks(field) && type_is_number(type)) {
		len = plain_number(field, text, len, marked);
		text = marked;
	}
	switch (type.id) {
	case TYPE_BOOL:
		return parse_bool(field, text, len, out);
	case TYPE_F32:
		return fault_of_number(number_parse_f32(text, len,
		    NUMBER_NAMES, out));
	case TYPE_F64:
		return fault_of_number(number_parse_f64(text, len,
		    NUMBER_NAMES, out));
	case TYPE_DECIMAL:
		return parse_decimal(type, text, len, out);
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
		return parse_moment(field, text, len, out);
	default:
		return type_is_integer(type) ?
		    parse_integer(type, text, len, out) : TABLE_SYNTAX;
	}
}

/* A moment with a zone, where the type has none. */
static _Bool
has_unwanted_zone(const struct table_field *field, const void *text,
    size_t len)
{
	int64_t us;
	_Bool has_zone = 0;
	return field->type.id == TYPE_TIMESTAMP && !field->type.is_utc &&
	    datetime_parse_timestamp(text, len, &us, &has_zone) == 0 &&
	    has_zone;
}

void
table_fault_explain(const struct table_field *field, enum table_fault fault,
    const void *text, size_t len, struct buffer *out)
{
	char quoted[ERROR_QUOTE_BYTES];
	char type[TYPE_TEXT_BYTES];
	error_quote(quoted, text, len);
	type_format(field->type, type);
	if (fault == TABLE_RANGE)
		buffer_printf(out, "'%s' is out of the range of %s", quoted,
		    type);
	else if (fault == TABLE_INEXACT)
		buffer_printf(out, "'%s' has more than the %u decimals of %s",
		    quoted, field->type.scale, type);
	else if (has_unwanted_zone(field, text, len))
		buffer_printf(out, "'%s' has a zone, a timestamp has none "
		    "(timestamp(utc) has)", quoted);
	else if (field->has_format)
		buffer_printf(out, "'%s' is not a %s of the format %s", quoted,
		    type_name(field->type.id), field->format_text);
	else
		buffer_printf(out, "'%s' is not %s %s", quoted,
		    type[0] == 'i' || type[0] == 'f' ? "an" : "a", type);
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

int
table_value_compare(struct type type, const void *a, const void *b)
{
	int64_t x = 0, y = 0;
	size_t width = type.id == TYPE_BOOL ? 1 : type_width(type);
	if (type.id == TYPE_F64) {
		double f, g;
		memcpy(&f, a, sizeof(f));
		memcpy(&g, b, sizeof(g));
		return ORDER(f, g);
	}
	if (type.id == TYPE_F32) {
		float f, g;
		memcpy(&f, a, sizeof(f));
		memcpy(&g, b, sizeof(g));
		return ORDER(f, g);
	}
	if (width == sizeof(int128)) {
		int128 f, g;
		memcpy(&f, a, sizeof(f));
		memcpy(&g, b, sizeof(g));
		return ORDER(f, g);
	}
	memcpy(&x, a, width);
	memcpy(&y, b, width);
	if ((type.id >= TYPE_U8 && type.id <= TYPE_U64) ||
	    type.id == TYPE_BOOL)
		return ORDER((uint64_t)x, (uint64_t)y);
	/* sign-extends the narrower ones */
	unsigned shift = 64 - (unsigned)width * 8;
	x = (int64_t)((uint64_t)x << shift) >> shift;
	y = (int64_t)((uint64_t)y << shift) >> shift;
	return ORDER(x, y);
}
