#include "op/window_item.h"

#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "base/text.h"
#include "batch/value.h"

static const struct {
	const char *name;
	uint32_t least, most;		/* arguments */
} functions[] = {
#define WINDOW(ID, name, least, most) {name, least, most},
#include "op/window_function.def"
#undef WINDOW
};

/* What is left of an item's text. */
struct cursor {
	const char *at, *end;
};

static _Bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static void
skip_space(struct cursor *cursor)
{
	while (cursor->at < cursor->end && is_space(*cursor->at))
		cursor->at++;
}

/* Takes a word: letters, digits, underlines, signs and points. */
static size_t
take_word(struct cursor *cursor, const char **word)
{
	skip_space(cursor);
	*word = cursor->at;
	if (cursor->at < cursor->end && *cursor->at == '\'') {
		(*word)++;
		const char *close = memchr(*word, '\'',
		    (size_t)(cursor->end - *word));
		const char *stop = close != NULL ? close : cursor->end;
		cursor->at = close != NULL ? close + 1 : stop;
		return (size_t)(stop - *word);
	}
	while (cursor->at < cursor->end && !is_space(*cursor->at) &&
	    *cursor->at != '(')
		cursor->at++;
	return (size_t)(cursor->at - *word);
}

static _Bool
take_keyword(struct cursor *cursor, const char *keyword)
{
	struct cursor ahead = *cursor;
	const char *word;
	size_t len = take_word(&ahead, &word);
	if (len != strlen(keyword) || strncasecmp(word, keyword, len) != 0)
		return 0;
	*cursor = ahead;
	return 1;
}

static int
bad_item(const struct cursor *cursor, const char *wanted, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	struct cursor here = *cursor;
	skip_space(&here);
	return error_usage(err, "%s where '%s' is", wanted,
	    error_quote(quoted, here.at, (unsigned long)(here.end - here.at)));
}

/* ---- frames ---------------------------------------------------------- */

static int
parse_interval(struct cursor *cursor, struct frame_bound *bound,
    struct error *err)
{
	const char *word;
	struct cursor start = *cursor;
	size_t len = take_word(cursor, &word);
	size_t digits = 0;
	while (digits < len && word[digits] >= '0' && word[digits] <= '9')
		digits++;
	bound->is_interval = 1;
	if (number_parse_i64(word, digits, &bound->rows) != NUMBER_OK)
		return bad_item(&start, "an interval's number is wanted", err);
	/* '3 months' holds the unit, '3' is followed by it */
	while (digits < len && is_space(word[digits]))
		digits++;
	word += digits;
	len -= digits;
	if (len == 0)
		len = take_word(cursor, &word);
	if (len > 1 && (word[len - 1] | 0x20) == 's')
		len--;
	if (datetime_unit_find(word, len, &bound->unit) != 0 ||
	    bound->unit > DATETIME_MICROSECOND)
		return bad_item(&start, "an interval is wanted", err);
	return 0;
}

static int
parse_bound(struct cursor *cursor, _Bool is_rows, struct type order_type,
    struct frame_bound *bound, struct error *err)
{
	struct cursor start = *cursor;
	_Bool is_unbounded = 0;
	if (take_keyword(cursor, "current")) {
		bound->kind = BOUND_CURRENT;
		return take_keyword(cursor, "row") ? 0 :
		    bad_item(&start, "CURRENT ROW is wanted", err);
	}
	if (take_keyword(cursor, "unbounded")) {
		is_unbounded = 1;
	} else if (take_keyword(cursor, "interval")) {
		if (is_rows || (order_type.id != TYPE_DATE &&
		    order_type.id != TYPE_TIMESTAMP))
			return bad_item(&start, "an INTERVAL needs RANGE over "
			    "a date or timestamp; a number is wanted", err);
		if (parse_interval(cursor, bound, err) != 0)
			return -1;
	} else {
		const char *word;
		size_t len = take_word(cursor, &word);
		if (is_rows) {
			if (number_parse_i64(word, len, &bound->rows) !=
			    NUMBER_OK || bound->rows < 0)
				return bad_item(&start, "a number of rows is "
				    "wanted", err);
		} else {
			if (!type_is_number(order_type))
				return bad_item(&start, "RANGE with an offset "
				    "needs one numeric key to order by; an "
				    "INTERVAL or a bound is wanted", err);
			column_builder_init(&bound->offset, order_type);
			if (value_parse(word, len, &bound->offset, err) != 0)
				return -1;
		}
	}
	if (take_keyword(cursor, "preceding"))
		bound->kind = is_unbounded ? BOUND_UNBOUNDED_PRECEDING :
		    BOUND_PRECEDING;
	else if (take_keyword(cursor, "following"))
		bound->kind = is_unbounded ? BOUND_UNBOUNDED_FOLLOWING :
		    BOUND_FOLLOWING;
	else
		return bad_item(cursor, "PRECEDING or FOLLOWING is wanted",
		    err);
	return 0;
}

static int
parse_frame(struct cursor *cursor, struct type order_type,
    struct window_item *item, struct error *err)
{
	skip_space(cursor);
	if (cursor->at == cursor->end)
		return 0;
	item->has_frame = 1;
	if (take_keyword(cursor, "rows"))
		item->is_rows = 1;
	else if (!take_keyword(cursor, "range"))
		return bad_item(cursor, "ROWS or RANGE is wanted", err);
	_Bool has_end = take_keyword(cursor, "between");
	item->end.kind = BOUND_CURRENT;
	if (parse_bound(cursor, item->is_rows, order_type, &item->begin,
	    err) != 0)
		return -1;
	if (has_end && (!take_keyword(cursor, "and") ||
	    parse_bound(cursor, item->is_rows, order_type, &item->end,
	    err) != 0))
		return bad_item(cursor, "BETWEEN needs AND and an end", err);
	skip_space(cursor);
	if (cursor->at != cursor->end)
		return bad_item(cursor, "the end of the item is wanted", err);
	if (item->begin.kind > item->end.kind ||
	    item->begin.kind == BOUND_UNBOUNDED_FOLLOWING ||
	    item->end.kind == BOUND_UNBOUNDED_PRECEDING)
		return error_usage(err, "%s: the frame ends before it begins",
		    item->name);
	return 0;
}

/* ---- functions ------------------------------------------------------- */

/* The end of the argument list that opens at `at`, or NULL. */
static const char *
find_close(const char *at, const char *end)
{
	int depth = 0;
	char quote = 0;
	for (; at < end; at++) {
		if (quote != 0)
			quote = *at == quote ? 0 : quote;
		else if (*at == '\'' || *at == '"')
			quote = *at;
		else if (*at == '(')
			depth++;
		else if (*at == ')' && --depth == 0)
			return at;
	}
	return NULL;
}

static int
find_function(const struct cursor *cursor, const char *word, size_t len,
    enum window_function *function, struct error *err)
{
	for (unsigned i = 0; i < WINDOW_COUNT_OF; i++) {
		if (strlen(functions[i].name) == len &&
		    strncasecmp(functions[i].name, word, len) == 0) {
			*function = (enum window_function)i;
			return 0;
		}
	}
	const char *nearest = NULL;
	unsigned best = 3;
	char quoted[ERROR_QUOTE_BYTES];
	(void)cursor;
	for (unsigned i = 0; i < WINDOW_COUNT_OF; i++) {
		unsigned distance = text_distance(word, len,
		    functions[i].name, strlen(functions[i].name));
		if (distance < best) {
			best = distance;
			nearest = functions[i].name;
		}
	}
	error_quote(quoted, word, len);
	return nearest != NULL ?
	    error_usage(err, "no window function '%s'; is it '%s'?", quoted,
	    nearest) : error_usage(err, "no window function '%s'", quoted);
}

static int
compile_arguments(struct window_item *item, const struct expr_items *arguments,
    const struct schema *schema, struct error *err)
{
	const struct expr_item *texts = arguments->items;
	const char *name = functions[item->function].name;
	uint32_t count = arguments->count;
	item->distance = 1;
	if (item->function == WINDOW_COUNT && count == 1 &&
	    strcmp(texts[0].text, "*") == 0)
		return 0;
	if (count < functions[item->function].least ||
	    count > functions[item->function].most)
		return error_usage(err, "%s takes %u to %u arguments, not %u",
		    name, functions[item->function].least,
		    functions[item->function].most, count);
	if (count > 0 && expr_compile(texts[0].text, schema, &item->argument,
	    err) != 0)
		return error_prefix(err, "%s", item->name);
	if (count > 1 && (number_parse_i64(texts[1].text,
	    strlen(texts[1].text), &item->distance) != NUMBER_OK ||
	    item->distance < 0))
		return error_usage(err, "%s: '%s' is not a number of rows",
		    item->name, texts[1].text);
	if (count > 2) {
		char type[TYPE_TEXT_BYTES];
		char *cast = mem_printf("cast(%s as %s)", texts[2].text,
		    type_format(expr_type(item->argument), type));
		int result = expr_compile(cast, schema, &item->fallback, err);
		mem_free(cast);
		return result;
	}
	return 0;
}

static int
set_type(struct window_item *item, struct error *err)
{
	struct type argument = item->argument != NULL ?
	    expr_type(item->argument) : type_of(TYPE_I64);
	char text[TYPE_TEXT_BYTES];
	switch (item->function) {
	case WINDOW_SUM:
	case WINDOW_AVG:
	case WINDOW_SHARE:
		if (!type_is_number(argument))
			return error_usage(err, "%s: %s of a %s", item->name,
			    functions[item->function].name,
			    type_format(argument, text));
		if (type_is_float(argument))
			item->type = type_of(TYPE_F64);
		else
			item->type = type_decimal(38,
			    item->function != WINDOW_SUM ? 6 :
			    argument.id == TYPE_DECIMAL ? argument.scale : 0);
		break;
	case WINDOW_LAG:
	case WINDOW_LEAD:
	case WINDOW_FIRST_VALUE:
	case WINDOW_LAST_VALUE:
	case WINDOW_MIN:
	case WINDOW_MAX:
		item->type = argument;
		break;
	default:
		item->type = type_of(TYPE_I64);
		break;
	}
	if (item->argument != NULL)
		column_builder_init(&item->values, argument);
	if (item->fallback != NULL)
		column_builder_init(&item->fallbacks, argument);
	column_builder_init(&item->results, item->type);
	return 0;
}

static int
parse_item(const struct expr_item *text, const struct schema *schema,
    struct type order_type, struct window_item *item, struct error *err)
{
	struct cursor cursor = {text->text, text->text + strlen(text->text)};
	const char *word;
	item->name = mem_strdup(text->name[0] != '\0' ? text->name :
	    text->text);
	size_t len = take_word(&cursor, &word);
	if (find_function(&cursor, word, len, &item->function, err) != 0)
		return -1;
	skip_space(&cursor);
	const char *close = cursor.at < cursor.end && *cursor.at == '(' ?
	    find_close(cursor.at, cursor.end) : NULL;
	if (close == NULL)
		return bad_item(&cursor, "arguments in brackets are wanted",
		    err);
	char *inside = mem_strndup(cursor.at + 1,
	    (size_t)(close - cursor.at - 1));
	struct expr_items arguments = {0};
	int result = strspn(inside, " \t\n") == strlen(inside) ? 0 :
	    expr_items_parse(inside, &arguments, err);
	if (result == 0)
		result = compile_arguments(item, &arguments, schema, err);
	expr_items_release(&arguments);
	mem_free(inside);
	cursor.at = close + 1;
	if (result != 0 || parse_frame(&cursor, order_type, item, err) != 0)
		return -1;
	return set_type(item, err);
}

void
window_item_release(struct window_item *item)
{
	mem_free(item->name);
	expr_free(item->argument);
	expr_free(item->fallback);
	column_builder_release(&item->begin.offset);
	column_builder_release(&item->end.offset);
	column_builder_release(&item->values);
	column_builder_release(&item->fallbacks);
	column_builder_release(&item->results);
}

int
window_items_parse(const char *list, const struct schema *schema,
    struct type order_type, struct window_item **items, uint32_t *count,
    struct error *err)
{
	struct expr_items texts = {0};
	if (expr_items_parse(list, &texts, err) != 0)
		return -1;
	*items = mem_array(texts.count, sizeof(**items));
	int result = 0;
	for (uint32_t i = 0; i < texts.count && result == 0; i++) {
		*count = i + 1;
		result = parse_item(&texts.items[i], schema, order_type,
		    &(*items)[i], err);
	}
	expr_items_release(&texts);
	return result;
}
