#include "op/aggregate_list.h"

#include <strings.h>

#include "expr/expr.h"

static const struct aggregate_function functions[] = {
#define AGGREGATE(name, is_distinct, has_argument, make, suffix) \
	{ name, is_distinct, has_argument, make, suffix },
#include "op/aggregate.def"
#undef AGGREGATE
};

#define FUNCTION_COUNT (sizeof(functions) / sizeof(functions[0]))

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

/* From an opening parenthesis to the one that closes it, or NULL. */
static const char *
closing(const char *text)
{
	unsigned depth = 0;

	for (; *text != '\0'; text++) {
		if (*text == '\'' || *text == '"') {
			const char *end = strchr(text + 1, *text);
			if (end == NULL)
				return NULL;
			text = end;
		} else if (*text == '(') {
			depth++;
		} else if (*text == ')' && --depth == 0) {
			return text;
		}
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

static void
complain_about_name(const char *name, size_t len, struct error *err)
{
	struct buffer names = { 0 };

	for (size_t i = 0; i < FUNCTION_COUNT; i++) {
		if (i > 0 && strcmp(functions[i].name,
		    functions[i - 1].name) == 0)
			continue;
		buffer_printf(&names, "%s%s", i > 0 ? ", " : "",
		    functions[i].name);
	}
	error_usage(err, "no aggregate '%.*s'; there are %s", (int)len, name,
	    buffer_text(&names));
	buffer_release(&names);
}

static const struct aggregate_function *
find_function(const char *name, size_t len, _Bool is_distinct,
    _Bool has_argument, struct error *err)
{
	_Bool has_name = 0;

	for (size_t i = 0; i < FUNCTION_COUNT; i++) {
		const struct aggregate_function *function = &functions[i];

		if (strlen(function->name) != len ||
		    strncasecmp(function->name, name, len) != 0)
			continue;
		has_name = 1;
		if (function->is_distinct == is_distinct &&
		    function->has_argument == has_argument)
			return function;
	}
	if (!has_name)
		complain_about_name(name, len, err);
	else if (is_distinct)
		error_usage(err, "%.*s(distinct ...) is not supported",
		    (int)len, name);
	else
		error_usage(err, "%.*s(*) means nothing; only count(*) does",
		    (int)len, name);
	return NULL;
}

/* ... FILTER (WHERE CONDITION), or nothing. */
static int
parse_filter(const char *text, struct aggregate_item *item,
    struct error *err)
{
	const char *end;

	text = skip_blanks(text);
	if (*text == '\0')
		return 0;
	if (!is_word(text, "filter"))
		return error_usage(err, "'%s' after the aggregate; only "
		    "FILTER (WHERE ...) may stand there", text);
	text = skip_blanks(text + strlen("filter"));
	end = *text == '(' ? closing(text) : NULL;
	if (end == NULL)
		return error_usage(err, "FILTER needs (WHERE condition)");
	if (*skip_blanks(end + 1) != '\0')
		return error_usage(err, "'%s' after FILTER (...)",
		    skip_blanks(end + 1));
	text = skip_blanks(text + 1);
	if (!is_word(text, "where"))
		return error_usage(err, "FILTER needs (WHERE condition)");
	item->filter = trimmed(text + strlen("where"), end);
	if (item->filter[0] == '\0')
		return error_usage(err, "FILTER needs (WHERE condition)");
	return 0;
}

static int
parse_item(const char *text, struct aggregate_item *item, struct error *err)
{
	const char *begin = skip_blanks(text);
	size_t len = word_len(begin);
	const char *open = skip_blanks(begin + len);
	const char *end = *open == '(' ? closing(open) : NULL;
	const char *argument;
	_Bool is_distinct, is_star;

	if (len == 0 || end == NULL)
		return error_usage(err, "an aggregate is FUNCTION(EXPR)");
	argument = skip_blanks(open + 1);
	is_distinct = is_word(argument, "distinct");
	if (is_distinct)
		argument += strlen("distinct");
	item->argument = trimmed(argument, end);
	is_star = strcmp(item->argument, "*") == 0;
	item->function = find_function(begin, len, is_distinct, !is_star,
	    err);
	if (item->function == NULL)
		return -1;
	if (item->argument[0] == '\0')
		return error_usage(err, "%s needs an argument",
		    item->function->name);
	if (is_star) {
		mem_free(item->argument);
		item->argument = NULL;
	}
	return parse_filter(end + 1, item, err);
}

int
aggregate_list_parse(const char *text, struct aggregate_list *list,
    struct error *err)
{
	struct expr_items items = { 0 };
	int result = 0;

	*list = (struct aggregate_list){ 0 };
	if (expr_items_parse(text, &items, err) != 0)
		return -1;
	list->items = mem_array((size_t)items.count + 1,
	    sizeof(*list->items));
	for (uint32_t i = 0; i < items.count && result == 0; i++) {
		const char *item = items.items[i].text;
		const char *name = items.items[i].name;

		list->count++;
		list->items[i].name = name[0] != '\0' ? mem_strdup(name) :
		    trimmed(item, item + strlen(item));
		result = parse_item(item, &list->items[i], err);
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
	for (uint32_t i = 0; i < list->count; i++) {
		mem_free(list->items[i].name);
		mem_free(list->items[i].argument);
		mem_free(list->items[i].filter);
	}
	mem_free(list->items);
	*list = (struct aggregate_list){ 0 };
}
