#include "op/aggregate_list.h"

#include <strings.h>

#include "expr/expr.h"

static const struct aggregate_function functions[] = {
#define AGGREGATE(name, arguments, make, suffix, suffix2) \
	{name, arguments, make, suffix, suffix2},
#define SYNONYM AGGREGATE
#include "op/aggregate.def"
#undef AGGREGATE
#undef SYNONYM
};

#define FUNCTION_COUNT (sizeof(functions) / sizeof(functions[0]))

/* ---- words ----------------------------------------------------------- */

static const char *
skip_blanks(const char *text)
{
	while (*text == ' ' || *text == '\t' || *text == '\n' ||
	    *text == '\r')
		text++;
	return text;
}

static _Bool
is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

static size_t
word_len(const char *text)
{
	size_t len = 0;
	while (is_word_char(text[len]))
		len++;
	return len;
}

static _Bool
is_word(const char *text, const char *word)
{
	size_t len = strlen(word);
	return word_len(text) == len && strncasecmp(text, word, len) == 0;
}

/* Past a quoted text or one character. */
static const char *
next_char(const char *text)
{
	if (*text == '\'' || *text == '"') {
		const char *end = strchr(text + 1, *text);
		return end == NULL ? text + strlen(text) : end + 1;
	}
	return text + 1;
}

/* From an opening parenthesis to the one that closes it, or NULL. */
static const char *
closing(const char *text)
{
	unsigned depth = 0;
	while (*text != '\0') {
		if (*text == '(')
			depth++;
		else if (*text == ')' && --depth == 0)
			return text;
		text = next_char(text);
	}
	return NULL;
}

/* The text between, without blanks at its ends. */
static char *
trimmed(const char *begin, const char *end)
{
	begin = skip_blanks(begin);
	while (end > begin && (end[-1] == ' ' || end[-1] == '\t' ||
	    end[-1] == '\n' || end[-1] == '\r'))
		end--;
	return mem_strndup(begin, (size_t)(end - begin));
}

/* ---- functions ------------------------------------------------------- */

static _Bool
is_aggregate(const char *name, size_t len)
{
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		if (strlen(functions[i].name) == len &&
		    strncasecmp(functions[i].name, name, len) == 0)
			return 1;
	return 0;
}

static int
complain_about_name(const char *name, size_t len, struct error *err)
{
	struct buffer names = {0};
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		if (i == 0 || strcmp(functions[i].name,
		    functions[i - 1].name) != 0)
			buffer_printf(&names, "%s%s", i > 0 ? ", " : "",
			    functions[i].name);
	error_usage(err, "no aggregate '%.*s'; there are %s", (int)len, name,
	    buffer_text(&names));
	buffer_release(&names);
	return -1;
}

static const struct aggregate_function *
find_function(const char *name, size_t len, _Bool is_star, struct error *err)
{
	for (size_t i = 0; i < FUNCTION_COUNT; i++)
		if (strlen(functions[i].name) == len &&
		    strncasecmp(functions[i].name, name, len) == 0 &&
		    (functions[i].arguments[0] == '*') == is_star)
			return &functions[i];
	error_usage(err, "%.*s(*) means nothing; only count(*) does",
	    (int)len, name);
	return NULL;
}

/* ---- a call ---------------------------------------------------------- */

/* Where a word stands outside of parentheses, or the end. */
static const char *
find_word(const char *text, const char *end, const char *word)
{
	unsigned depth = 0;
	_Bool at_word = 1;
	while (text < end) {
		if (depth == 0 && at_word && is_word(text, word))
			return text;
		depth += *text == '(';
		depth -= *text == ')';
		at_word = !is_word_char(*text);
		text = next_char(text);
	}
	return end;
}

static const char *
find_comma(const char *text, const char *end)
{
	unsigned depth = 0;
	while (text < end && (*text != ',' || depth > 0)) {
		depth += *text == '(';
		depth -= *text == ')';
		text = next_char(text);
	}
	return text < end ? text : end;
}

/* ... ORDER BY x */
static int
parse_order(struct aggregate_call *call, const char *text, const char *end,
    struct error *err)
{
	text = skip_blanks(text + strlen("order"));
	if (!is_word(text, "by"))
		return error_usage(err, "ORDER without BY");
	char *by = trimmed(text + strlen("by"), end);
	call->is_by_value = strcmp(by, call->argument) == 0;
	mem_free(by);
	if (strcmp(call->function->name, "string_agg") != 0 ||
	    !call->is_by_value)
		return error_usage(err, "ORDER BY is only possible in "
		    "string_agg, and only by what it joins, ascending");
	return 0;
}

static int
parse_arguments(struct aggregate_call *call, const char *text,
    const char *end, struct error *err)
{
	const char *wanted = call->function->arguments;
	const char *order = find_word(text, end, "order");
	const char *comma = find_comma(text, order);
	call->argument = trimmed(text, comma);
	if (call->argument[0] == '\0')
		return error_usage(err, "%s needs an argument",
		    call->function->name);
	char *rest = comma == order ? NULL : trimmed(comma + 1, order);
	if (wanted[1] == 'y')
		call->second = rest;
	else
		call->parameter = rest;
	if (rest == NULL && (wanted[1] == 'y' || wanted[1] == 'p'))
		return error_usage(err, "%s needs two arguments",
		    call->function->name);
	if (rest != NULL && (wanted[1] == '\0' ||
	    *find_comma(rest, rest + strlen(rest)) == ','))
		return error_usage(err, "%s takes %s", call->function->name,
		    wanted[1] == '\0' ? "one argument" : "two arguments");
	return order == end ? 0 : parse_order(call, order, end, err);
}

/* FILTER (WHERE CONDITION), or nothing; *end moves behind it. */
static int
parse_filter(struct aggregate_call *call, const char **end,
    struct error *err)
{
	const char *text = skip_blanks(*end);
	if (!is_word(text, "filter"))
		return 0;
	text = skip_blanks(text + strlen("filter"));
	const char *close = *text == '(' ? closing(text) : NULL;
	if (close != NULL)
		text = skip_blanks(text + 1);
	if (close == NULL || !is_word(text, "where"))
		return error_usage(err, "FILTER needs (WHERE condition)");
	call->filter = trimmed(text + strlen("where"), close);
	*end = close + 1;
	if (call->filter[0] == '\0')
		return error_usage(err, "FILTER needs (WHERE condition)");
	return 0;
}

/* A call that begins here; *end becomes its end. */
static int
parse_call(const char *text, struct aggregate_call *call, const char **end,
    struct error *err)
{
	size_t len = word_len(text);
	const char *open = skip_blanks(text + len);
	const char *close = closing(open);
	if (close == NULL)
		return error_usage(err, "'%.*s(' is not closed", (int)len,
		    text);
	const char *argument = skip_blanks(open + 1);
	call->is_distinct = is_word(argument, "distinct");
	if (call->is_distinct)
		argument = skip_blanks(argument + strlen("distinct"));
	_Bool is_star = *argument == '*' &&
	    skip_blanks(argument + 1) == close;
	*end = close + 1;
	call->function = find_function(text, len, is_star, err);
	if (call->function == NULL)
		return -1;
	if (call->is_distinct && (is_star ||
	    call->function->arguments[1] == 'y' ||
	    call->function->arguments[1] == 'p'))
		return error_usage(err, "%s(distinct ...) is not supported",
		    call->function->name);
	if (!is_star && parse_arguments(call, argument, close, err) != 0)
		return -1;
	return parse_filter(call, end, err);
}

static void
release_call(struct aggregate_call *call)
{
	mem_free(call->name);
	mem_free(call->argument);
	mem_free(call->second);
	mem_free(call->parameter);
	mem_free(call->filter);
}

/* Adds a call, unless one of its name is there. */
static void
add_call(struct aggregate_list *list, struct aggregate_call *call)
{
	for (uint32_t i = 0; i < list->call_count; i++)
		if (strcmp(list->calls[i].name, call->name) == 0) {
			release_call(call);
			return;
		}
	list->calls = mem_grow_array(list->calls,
	    (size_t)list->call_count + 1, sizeof(*call));
	list->calls[list->call_count++] = *call;
}

/* ---- expressions over calls ------------------------------------------ */

/* "name", with its quotes doubled */
static void
append_quoted(struct buffer *out, const char *name)
{
	buffer_append_byte(out, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"')
			buffer_append_byte(out, '"');
		buffer_append_byte(out, (uint8_t)*name);
	}
	buffer_append_byte(out, '"');
}

/* The next call in a text, at the beginning of a word; NULL: none. */
static const char *
find_call(const char *text)
{
	_Bool at_word = 1;
	while (*text != '\0') {
		size_t len = at_word ? word_len(text) : 0;
		if (len > 0 && *skip_blanks(text + len) == '(' &&
		    is_aggregate(text, len))
			return text;
		at_word = !is_word_char(*text);
		text = next_char(text);
	}
	return NULL;
}

char *
aggregate_list_rewrite(struct aggregate_list *list, const char *text,
    struct error *err)
{
	struct buffer out = {0};
	const char *begin;
	while ((begin = find_call(text)) != NULL) {
		struct aggregate_call call = {0};
		const char *end = begin;
		if (parse_call(begin, &call, &end, err) != 0) {
			release_call(&call);
			buffer_release(&out);
			return NULL;
		}
		call.name = trimmed(begin, end);
		buffer_append(&out, text, (size_t)(begin - text));
		append_quoted(&out, call.name);
		add_call(list, &call);
		text = end;
	}
	buffer_append_text(&out, text);
	char *rewritten = mem_strdup(buffer_text(&out));
	buffer_release(&out);
	return rewritten;
}

/* An item that is one call, which gets the item's name. */
static int
parse_only_call(struct aggregate_list *list, const char *text,
    struct aggregate_item *item, _Bool *is_one, struct error *err)
{
	struct aggregate_call call = {0};
	const char *end = text;
	*is_one = find_call(text) == text;
	if (!*is_one)
		return 0;
	int result = parse_call(text, &call, &end, err);
	*is_one = result != 0 || *skip_blanks(end) == '\0';
	if (result != 0 || !*is_one) {
		release_call(&call);
		return result;
	}
	call.name = mem_strdup(item->name);
	list->calls = mem_grow_array(list->calls,
	    (size_t)list->call_count + 1, sizeof(call));
	list->calls[list->call_count++] = call;
	return 0;
}

static int
parse_item(struct aggregate_list *list, const char *text,
    struct aggregate_item *item, struct error *err)
{
	_Bool is_one;
	size_t len = word_len(text);
	if (len > 0 && *skip_blanks(text + len) == '(' &&
	    !is_aggregate(text, len) && find_call(text) == NULL)
		return complain_about_name(text, len, err);
	if (find_call(text) == NULL)
		return error_usage(err, "an aggregate is FUNCTION(EXPR)");
	if (parse_only_call(list, text, item, &is_one, err) != 0)
		return -1;
	if (is_one)
		return 0;
	item->expression = aggregate_list_rewrite(list, text, err);
	return item->expression == NULL ? -1 : 0;
}

int
aggregate_list_parse(const char *text, struct aggregate_list *list,
    struct error *err)
{
	struct expr_items items = {0};
	int result = 0;
	*list = (struct aggregate_list){0};
	if (expr_items_parse(text, &items, err) != 0)
		return -1;
	list->items = mem_array((size_t)items.count + 1,
	    sizeof(*list->items));
	for (uint32_t i = 0; i < items.count && result == 0; i++) {
		const char *item = items.items[i].text;
		const char *name = items.items[i].name;
		list->item_count++;
		list->items[i].name = name[0] != '\0' ? mem_strdup(name) :
		    trimmed(item, item + strlen(item));
		result = parse_item(list, item, &list->items[i], err);
		if (result != 0)
			error_prefix(err, "'%s'", item);
	}
	expr_items_release(&items);
	if (result != 0)
		aggregate_list_release(list);
	return result;
}

void
aggregate_list_release(struct aggregate_list *list)
{
	for (uint32_t i = 0; i < list->call_count; i++)
		release_call(&list->calls[i]);
	for (uint32_t i = 0; i < list->item_count; i++) {
		mem_free(list->items[i].name);
		mem_free(list->items[i].expression);
	}
	mem_free(list->calls);
	mem_free(list->items);
	*list = (struct aggregate_list){0};
}
