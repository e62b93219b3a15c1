#include "op/aggregate/list.h"

#include <strings.h>

#include "expr/expr.h"
#include "op/words.h"

static const struct aggregate_function functions[] = {
#define AGGREGATE(name, arguments, make, suffix, suffix2) \
	{name, arguments, make, suffix, suffix2},
#define SYNONYM AGGREGATE
#include "op/aggregate/aggregate.def"
#undef AGGREGATE
#undef SYNONYM
};

#define FUNCTION_COUNT (sizeof(functions) / sizeof(functions[0]))

/* ---- functions ------------------------------------------------------- */

size_t
aggregate_function_count(void)
{
	return FUNCTION_COUNT;
}

const struct aggregate_function *
aggregate_function_at(size_t i)
{
	return &functions[i];
}

_Bool
aggregate_function_is(const char *name, size_t len)
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

/* ... ORDER BY x */
static int
parse_order(struct aggregate_call *call, const char *text, const char *end,
    struct error *err)
{
	text = words_skip(text + strlen("order"));
	if (!words_is(text, "by"))
		return error_usage(err, "ORDER without BY");
	char *by = words_trim(text + strlen("by"), end);
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
	const char *order = words_find(text, end, "order");
	const char *comma = words_comma(text, order);
	call->argument = words_trim(text, comma);
	if (call->argument[0] == '\0')
		return error_usage(err, "%s needs an argument",
		    call->function->name);
	char *rest = comma == order ? NULL : words_trim(comma + 1, order);
	if (wanted[1] == 'y')
		call->second = rest;
	else
		call->parameter = rest;
	if (rest == NULL && (wanted[1] == 'y' || wanted[1] == 'p'))
		return error_usage(err, "%s needs two arguments",
		    call->function->name);
	if (rest != NULL && (wanted[1] == '\0' ||
	    *words_comma(rest, rest + strlen(rest)) == ','))
		return error_usage(err, "%s takes %s", call->function->name,
		    wanted[1] == '\0' ? "one argument" : "two arguments");
	return order == end ? 0 : parse_order(call, order, end, err);
}

/* FILTER (WHERE CONDITION), or nothing; *end moves behind it. */
static int
parse_filter(struct aggregate_call *call, const char **end,
    struct error *err)
{
	const char *text = words_skip(*end);
	if (!words_is(text, "filter"))
		return 0;
	text = words_skip(text + strlen("filter"));
	const char *close = *text == '(' ? words_closing(text) : NULL;
	if (close != NULL)
		text = words_skip(text + 1);
	if (close == NULL || !words_is(text, "where"))
		return error_usage(err, "FILTER needs (WHERE condition)");
	call->filter = words_trim(text + strlen("where"), close);
	*end = close + 1;
	if (call->filter[0] == '\0')
		return error_usage(err, "FILTER needs (WHERE condition)");
	return 0;
}

int
aggregate_call_parse(const char *text, struct aggregate_call *call,
    const char **end, struct error *err)
{
	size_t len = words_len(text);
	const char *open = words_skip(text + len);
	const char *close = words_closing(open);
	if (close == NULL)
		return error_usage(err, "'%.*s(' is not closed", (int)len,
		    text);
	const char *argument = words_skip(open + 1);
	call->is_distinct = words_is(argument, "distinct");
	if (call->is_distinct)
		argument = words_skip(argument + strlen("distinct"));
	_Bool is_star = *argument == '*' &&
	    words_skip(argument + 1) == close;
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

struct aggregate_state *
aggregate_call_state(const struct aggregate_call *call,
    const struct aggregate_spec *spec, struct error *err)
{
	const char *name = call->function->name;
	if (call->is_distinct && strcmp(name, "count") == 0)
		return aggregate_distinct_new(spec, NULL, err);
	struct aggregate_state *state = call->function->make(spec, err);
	if (state == NULL || !call->is_distinct ||
	    strcmp(name, "string_agg") == 0)
		return state;
	return aggregate_distinct_new(spec, state, err);
}

void
aggregate_call_release(struct aggregate_call *call)
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
			aggregate_call_release(call);
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
		size_t len = at_word ? words_len(text) : 0;
		if (len > 0 && *words_skip(text + len) == '(' &&
		    aggregate_function_is(text, len))
			return text;
		at_word = !words_is_char(*text);
		text = words_next(text);
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
		if (aggregate_call_parse(begin, &call, &end, err) != 0) {
			aggregate_call_release(&call);
			buffer_release(&out);
			return NULL;
		}
		call.name = words_trim(begin, end);
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
	int result = aggregate_call_parse(text, &call, &end, err);
	*is_one = result != 0 || *words_skip(end) == '\0';
	if (result != 0 || !*is_one) {
		aggregate_call_release(&call);
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
	size_t len = words_len(text);
	if (len > 0 && *words_skip(text + len) == '(' &&
	    !aggregate_function_is(text, len) && find_call(text) == NULL)
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
		    words_trim(item, item + strlen(item));
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
		aggregate_call_release(&list->calls[i]);
	for (uint32_t i = 0; i < list->item_count; i++) {
		mem_free(list->items[i].name);
		mem_free(list->items[i].expression);
	}
	mem_free(list->calls);
	mem_free(list->items);
	*list = (struct aggregate_list){0};
}
