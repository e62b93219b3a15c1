#include "op/window/item.h"

#include <strings.h>

#include "base/number.h"
#include "base/text.h"
#include "op/aggregate/list.h"
#include "op/lookup.h"
#include "op/words.h"

static const struct {
	const char *name;
	uint32_t least, most;		/* arguments */
} functions[] = {
#define WINDOW(ID, name, least, most) {name, least, most},
#include "op/window/function.def"
#undef WINDOW
};

#define FUNCTION_COUNT (sizeof(functions) / sizeof(functions[0]))

/* ---- windows --------------------------------------------------------- */

/* Sets the keys; those of `base`, if any, come first. */
static int
set_keys(const struct schema *schema, const char *partition,
    const char *order, const struct window *base, struct window *window,
    struct error *err)
{
	uint32_t *columns = NULL;
	struct sort_key *keys = NULL;
	uint32_t partition_count = 0, key_count = 0;
	if (partition != NULL && schema_need_list(schema, partition, &columns,
	    &partition_count, err) != 0)
		return -1;
	if (order != NULL && sort_keys_parse(schema, order, &keys, &key_count,
	    err) != 0) {
		mem_free(columns);
		return -1;
	}
	uint32_t base_count = base != NULL ? base->key_count : 0;
	window->keys = mem_array((size_t)base_count + partition_count +
	    key_count + 1, sizeof(*window->keys));
	for (uint32_t i = 0; i < base_count; i++)
		window->keys[window->key_count++] = base->keys[i];
	for (uint32_t i = 0; i < partition_count; i++)
		window->keys[window->key_count++] = (struct sort_key){
		    .column = columns[i], .nulls_first = 1};
	window->order_at = base != NULL ? base->order_at : window->key_count;
	for (uint32_t i = 0; i < key_count; i++)
		window->keys[window->key_count++] = keys[i];
	mem_free(columns);
	mem_free(keys);
	return 0;
}

static struct type
order_type(const struct window *window, const struct schema *schema)
{
	if (window->key_count - window->order_at != 1)
		return type_of(TYPE_NULL);
	return schema->fields[window->keys[window->order_at].column].type;
}

static int
find_window(const struct window_list *list, const char *name, size_t len,
    uint32_t *index, struct error *err)
{
	for (uint32_t i = 0; i < list->window_count; i++) {
		const char *other = list->windows[i].name;
		if (other != NULL && strlen(other) == len &&
		    strncasecmp(other, name, len) == 0) {
			*index = i;
			return 0;
		}
	}
	char quoted[ERROR_QUOTE_BYTES];
	return error_usage(err, "no window '%s'; --window names them",
	    error_quote(quoted, name, len));
}

/* A clause's text, from behind its keywords to where the next one begins. */
static char *
take_clause(const char **text, const char *end)
{
	static const char *const next[] = {"order", "rows", "range", "groups"};
	const char *stop = end;
	for (size_t i = 0; i < sizeof(next) / sizeof(next[0]); i++) {
		const char *at = words_find(*text, end, next[i]);
		if (at < stop)
			stop = at;
	}
	char *clause = words_trim(*text, stop);
	*text = stop;
	return clause;
}

static int
parse_clauses(const char *text, struct window_list *list, char **partition,
    char **order, const struct window **base, const char **rest,
    struct error *err)
{
	const char *end = text + strlen(text);
	uint32_t index = 0;
	text = words_skip(text);
	if (*text != '\0' && !words_is(text, "partition") &&
	    !words_is(text, "order") && !window_frame_begins(text)) {
		size_t len = words_len(text);
		if (find_window(list, text, len, &index, err) != 0)
			return -1;
		*base = &list->windows[index];
		text = words_skip(text + len);
	}
	if (words_take(&text, "partition")) {
		if (!words_take(&text, "by") || *base != NULL)
			return words_bad(text, *base != NULL ?
			    "PARTITION is said already" : "BY is wanted", err);
		*partition = take_clause(&text, end);
	}
	if (words_take(&text, "order")) {
		if (!words_take(&text, "by") || (*base != NULL &&
		    (*base)->key_count > (*base)->order_at))
			return words_bad(text, *base != NULL ?
			    "ORDER is said already" : "BY is wanted", err);
		*order = take_clause(&text, end);
	}
	*rest = text;
	return 0;
}

/* Adds a window: what stands between parentheses. */
static int
add_window(const char *text, const char *name, const struct schema *schema,
    struct window_list *list, struct error *err)
{
	const struct window *base = NULL;
	struct window window = {0};
	char *partition = NULL, *order = NULL;
	int result = parse_clauses(text, list, &partition, &order, &base,
	    &text, err);
	if (result == 0)
		result = set_keys(schema, partition, order, base, &window,
		    err);
	window.has_frame = result == 0 && window_frame_begins(text);
	if (window.has_frame)
		result = window_frame_parse(&text, order_type(&window, schema),
		    window.key_count > window.order_at, &window.frame, err);
	if (result == 0 && *text != '\0')
		result = words_bad(text, "the window's end is wanted",
		    err);
	mem_free(partition);
	mem_free(order);
	window.name = name != NULL ? mem_strdup(name) : NULL;
	list->windows = mem_grow_array(list->windows,
	    (size_t)list->window_count + 1, sizeof(window));
	list->windows[list->window_count++] = window;
	return result;
}

static int
parse_windows(const char *text, const struct schema *schema,
    struct window_list *list, struct error *err)
{
	struct expr_items items = {0};
	int result = 0;
	if (text == NULL)
		return 0;
	if (expr_items_parse(text, &items, err) != 0)
		return -1;
	for (uint32_t i = 0; i < items.count && result == 0; i++) {
		const struct expr_item *item = &items.items[i];
		const char *open = words_skip(item->text);
		const char *close = *open == '(' ? words_closing(open) : NULL;
		if (item->name[0] == '\0' || close == NULL ||
		    *words_skip(close + 1) != '\0') {
			result = words_bad(item->text,
			    "NAME = (PARTITION BY ... ORDER BY ...) is "
			    "wanted", err);
			break;
		}
		char *inside = words_trim(open + 1, close);
		result = add_window(inside, item->name, schema, list, err);
		mem_free(inside);
	}
	expr_items_release(&items);
	return result == 0 ? 0 : error_prefix(err, "--window");
}

/* ---- arguments ------------------------------------------------------- */

static int
no_function(const char *word, size_t len, struct error *err)
{
	const char *nearest = NULL;
	unsigned best = 3;
	char quoted[ERROR_QUOTE_BYTES];
	for (size_t i = 0; i < FUNCTION_COUNT + aggregate_function_count();
	    i++) {
		const char *name = i < FUNCTION_COUNT ? functions[i].name :
		    aggregate_function_at(i - FUNCTION_COUNT)->name;
		unsigned distance = text_distance(word, len, name,
		    strlen(name));
		if (distance < best) {
			best = distance;
			nearest = name;
		}
	}
	error_quote(quoted, word, len);
	return nearest != NULL ?
	    error_usage(err, "no window function '%s'; is it '%s'?", quoted,
	    nearest) : error_usage(err, "no window function '%s'", quoted);
}

/* A whole constant of at least `least`. */
static int
parse_count(struct window_item *item, const char *text, int64_t least,
    struct error *err)
{
	if (number_parse_i64(text, strlen(text), &item->count) == NUMBER_OK &&
	    item->count >= least)
		return 0;
	return error_usage(err, "'%s' is not a whole number of at least %lld",
	    text, (long long)least);
}

static int
compile_default(struct window_item *item, const char *text,
    const struct schema *schema, struct error *err)
{
	char type[TYPE_TEXT_BYTES];
	char *cast = mem_printf("cast(%s as %s)", text,
	    type_format(expr_type(item->argument), type));
	int result = lookup_compile(cast, schema, &item->second, err);
	mem_free(cast);
	return result;
}

static int
compile_arguments(struct window_item *item, const struct expr_items *list,
    const struct schema *schema, struct error *err)
{
	const struct expr_item *texts = list->items;
	const char *name = functions[item->function].name;
	uint32_t least = functions[item->function].least;
	uint32_t most = functions[item->function].most;
	item->count = 1;
	if (list->count < least || list->count > most)
		return error_usage(err, "%s takes %u to %u arguments, not %u",
		    name, least, most, list->count);
	if (item->function == WINDOW_NTILE)
		return parse_count(item, texts[0].text, 1, err);
	if (list->count > 0 && lookup_compile(texts[0].text, schema,
	    &item->argument, err) != 0)
		return -1;
	if (list->count > 1 && parse_count(item, texts[1].text,
	    item->function == WINDOW_NTH_VALUE, err) != 0)
		return -1;
	return list->count > 2 ? compile_default(item, texts[2].text, schema,
	    err) : 0;
}

/* Cuts IGNORE NULLS or RESPECT NULLS off the end of an argument list. */
static void
cut_nulls(char *inside, struct window_item *item)
{
	const char *end = inside + strlen(inside);
	const char *at = words_find(inside, end, "ignore");
	_Bool ignores = at < end;
	if (!ignores)
		at = words_find(inside, end, "respect");
	const char *rest = at;
	if (at < end && words_take(&rest, ignores ? "ignore" : "respect") &&
	    words_take(&rest, "nulls") && *rest == '\0') {
		inside[at - inside] = '\0';
		item->ignores_nulls = ignores;
	}
}

/* FUNCTION(...) of function.def; *text moves behind it. */
static int
parse_call(const char **text, const struct schema *schema,
    struct window_item *item, struct error *err)
{
	const char *open = words_skip(*text + words_len(*text));
	const char *close = words_closing(open);
	struct expr_items arguments = {0};
	if (close == NULL)
		return words_bad(open, "')' is wanted", err);
	char *inside = words_trim(open + 1, close);
	cut_nulls(inside, item);
	int result = *words_skip(inside) == '\0' ? 0 :
	    expr_items_parse(inside, &arguments, err);
	if (result == 0)
		result = compile_arguments(item, &arguments, schema, err);
	expr_items_release(&arguments);
	mem_free(inside);
	*text = words_skip(close + 1);
	return result;
}

/* ---- aggregates ------------------------------------------------------ */

/* Aggregates that move with their frames. */
static enum window_function
moving_function(const struct aggregate_call *call)
{
	static const struct {
		const char *name;
		enum window_function function;
	} moving[] = {
		{"count", WINDOW_COUNT}, {"sum", WINDOW_SUM},
		{"avg", WINDOW_AVG}, {"mean", WINDOW_AVG},
		{"min", WINDOW_MIN}, {"max", WINDOW_MAX},
	};
	for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
		if (!call->is_distinct && strcmp(call->function->name,
		    moving[i].name) == 0)
			return moving[i].function;
	return WINDOW_AGGREGATE;
}

/* An argument that is null where FILTER's condition is not true. */
static int
compile_filtered(const char *text, const char *filter,
    const struct schema *schema, struct expr **expr, struct error *err)
{
	if (filter == NULL)
		return text == NULL ? 0 :
		    lookup_compile(text, schema, expr, err);
	char *both = mem_printf("case when %s then %s end", filter,
	    text != NULL ? text : "true");
	int result = lookup_compile(both, schema, expr, err);
	mem_free(both);
	return result;
}

static int
make_state(const struct aggregate_call *call, struct window_item *item,
    struct error *err)
{
	struct aggregate_spec spec = {.name = call->function->name,
	    .argument = item->argument != NULL ? expr_type(item->argument) :
	    type_of(TYPE_NULL), .second = item->second != NULL ?
	    expr_type(item->second) : type_of(TYPE_NULL),
	    .parameter = call->parameter, .is_distinct = call->is_distinct,
	    .is_by_value = call->is_by_value};
	item->state = aggregate_call_state(call, &spec, err);
	if (item->state == NULL)
		return -1;
	item->type = item->state->type;
	if (call->filter != NULL && !item->state->ops->skips_nulls)
		return error_usage(err, "%s takes no FILTER over a window",
		    call->function->name);
	return 0;
}

static int
parse_aggregate(const char **text, const struct schema *schema,
    struct window_item *item, struct error *err)
{
	struct aggregate_call call = {0};
	int result = aggregate_call_parse(*text, &call, text, err);
	if (result == 0 && call.filter != NULL) {
		/* for the errors of the condition itself */
		struct expr *filter = NULL;
		result = lookup_compile_condition(call.filter, schema, &filter,
		    err);
		expr_free(filter);
	}
	if (result == 0)
		result = compile_filtered(call.argument, call.filter, schema,
		    &item->argument, err);
	if (result == 0 && call.second != NULL)
		result = compile_filtered(call.second, call.filter, schema,
		    &item->second, err);
	if (result == 0)
		result = make_state(&call, item, err);
	if (result == 0)
		item->function = moving_function(&call);
	aggregate_call_release(&call);
	*text = words_skip(*text);
	return result;
}

/* ---- items ----------------------------------------------------------- */

static int
set_type(struct window_item *item, struct error *err)
{
	char text[TYPE_TEXT_BYTES];
	switch (item->function) {
	case WINDOW_LAG:
	case WINDOW_LEAD:
	case WINDOW_FIRST_VALUE:
	case WINDOW_LAST_VALUE:
	case WINDOW_NTH_VALUE:
		item->type = expr_type(item->argument);
		return 0;
	case WINDOW_PERCENT_RANK:
	case WINDOW_CUME_DIST:
		item->type = type_of(TYPE_F64);
		return 0;
	case WINDOW_SHARE:
		item->type = expr_type(item->argument);
		if (!type_is_number(item->type))
			return error_usage(err, "share of a %s",
			    type_format(item->type, text));
		item->type = type_is_float(item->type) ? type_of(TYPE_F64) :
		    type_decimal(38, 6);
		return 0;
	default:
		item->type = type_of(TYPE_I64);
		return 0;
	}
}

static int
parse_over(const char **text, const struct schema *schema,
    struct window_list *list, struct window_item *item, struct error *err)
{
	const char *at = words_skip(*text);
	if (*at != '(') {
		size_t len = words_len(at);
		*text = words_skip(at + len);
		return find_window(list, at, len, &item->window, err);
	}
	const char *close = words_closing(at);
	if (close == NULL)
		return words_bad(at, "')' is wanted", err);
	char *inside = words_trim(at + 1, close);
	int result = add_window(inside, NULL, schema, list, err);
	mem_free(inside);
	item->window = list->window_count - 1;
	*text = words_skip(close + 1);
	return result;
}

/* [FROM FIRST | LAST] [IGNORE NULLS | RESPECT NULLS] */
static int
parse_nulls(const char **text, struct window_item *item, struct error *err)
{
	if (words_take(text, "from")) {
		item->is_from_last = words_take(text, "last");
		if (!item->is_from_last && !words_take(text, "first"))
			return words_bad(*text, "FIRST or LAST is wanted",
			    err);
	}
	_Bool ignores = words_take(text, "ignore");
	if (!ignores && !words_take(text, "respect"))
		return 0;
	item->ignores_nulls = ignores;
	return words_take(text, "nulls") ? 0 :
	    words_bad(*text, "NULLS is wanted", err);
}

/* What stands behind the call. */
static int
parse_rest(const char *text, const struct schema *schema,
    struct window_list *list, struct window_item *item, struct error *err)
{
	if (parse_nulls(&text, item, err) != 0)
		return -1;
	if (words_take(&text, "over") &&
	    parse_over(&text, schema, list, item, err) != 0)
		return -1;
	const struct window *window = &list->windows[item->window];
	_Bool has_order = window->key_count > window->order_at;
	item->frame = (struct window_frame){.unit = WINDOW_RANGE,
	    .begin.kind = BOUND_UNBOUNDED_PRECEDING, .end.kind = has_order ?
	    BOUND_CURRENT : BOUND_UNBOUNDED_FOLLOWING};
	if (window->has_frame)
		item->frame = window->frame;
	if (window_frame_begins(text) && window_frame_parse(&text,
	    order_type(window, schema), has_order, &item->frame, err) != 0)
		return -1;
	return *text == '\0' ? 0 : words_bad(text,
	    "OVER, a frame (ROWS, RANGE, GROUPS) or the end of the item is "
	    "wanted", err);
}

static int
check_nulls(const struct window_item *item, struct error *err)
{
	_Bool has_frame_value = item->function == WINDOW_FIRST_VALUE ||
	    item->function == WINDOW_LAST_VALUE ||
	    item->function == WINDOW_NTH_VALUE;
	if (item->ignores_nulls && !has_frame_value &&
	    item->function != WINDOW_LAG && item->function != WINDOW_LEAD)
		return error_usage(err, "IGNORE NULLS is for lag, lead, "
		    "first_value, last_value and nth_value");
	if (item->is_from_last && item->function != WINDOW_NTH_VALUE)
		return error_usage(err, "FROM LAST is for nth_value");
	return 0;
}

static int
parse_item(const struct expr_item *source, const struct schema *schema,
    struct window_list *list, struct window_item *item, struct error *err)
{
	const char *text = words_skip(source->text);
	size_t len = words_len(text);
	item->name = mem_strdup(source->name[0] != '\0' ? source->name :
	    source->text);
	if (len == 0 || *words_skip(text + len) != '(')
		return words_bad(text, "FUNCTION(...) is wanted", err);
	size_t i = 0;
	while (i < FUNCTION_COUNT && !words_is(text, functions[i].name))
		i++;
	if (i < FUNCTION_COUNT) {
		item->function = (enum window_function)i;
		if (parse_call(&text, schema, item, err) != 0 ||
		    set_type(item, err) != 0)
			return -1;
	} else if (!aggregate_function_is(text, len)) {
		return no_function(text, len, err);
	} else if (parse_aggregate(&text, schema, item, err) != 0) {
		return -1;
	}
	if (parse_rest(text, schema, list, item, err) != 0)
		return -1;
	/* the least of some rows is no sum that a row leaves again */
	if ((item->function == WINDOW_MIN || item->function == WINDOW_MAX) &&
	    item->frame.exclude != EXCLUDE_NO_OTHERS)
		item->function = WINDOW_AGGREGATE;
	return check_nulls(item, err);
}

int
window_list_parse(const struct window_texts *texts,
    const struct schema *schema, struct window_list *list, struct error *err)
{
	struct expr_items items = {0};
	list->windows = mem_array(1, sizeof(*list->windows));
	list->window_count = 1;
	if (set_keys(schema, texts->partition, texts->order, NULL,
	    &list->windows[0], err) != 0 ||
	    parse_windows(texts->windows, schema, list, err) != 0 ||
	    expr_items_parse(texts->items, &items, err) != 0)
		return -1;
	list->items = mem_array((size_t)items.count + 1,
	    sizeof(*list->items));
	int result = 0;
	for (uint32_t i = 0; i < items.count && result == 0; i++) {
		struct window_item *item = &list->items[i];
		list->item_count++;
		result = parse_item(&items.items[i], schema, list, item, err);
		if (result != 0)
			error_prefix(err, "%s", item->name);
	}
	expr_items_release(&items);
	return result;
}

void
window_list_release(struct window_list *list)
{
	for (uint32_t i = 0; i < list->window_count; i++) {
		mem_free(list->windows[i].name);
		mem_free(list->windows[i].keys);
	}
	for (uint32_t i = 0; i < list->item_count; i++) {
		struct window_item *item = &list->items[i];
		mem_free(item->name);
		expr_free(item->argument);
		expr_free(item->second);
		if (item->state != NULL)
			item->state->ops->free(item->state);
	}
	mem_free(list->windows);
	mem_free(list->items);
	*list = (struct window_list){0};
}
