/*
 * Lists of named expressions, split by their words alone.
 */
#include "expr/expr.h"

#include <string.h>

#include "expr/token.h"

/* What is seen of one item while its words go by. */
struct scan {
	struct token first[2];	/* its first words */
	struct token last[2];	/* and its last ones */
	uint32_t count;		/* of words */
	_Bool has_as;		/* the word before the last is AS, outside */
};

static char *
name_of(const struct lexer *lexer, const struct token *token)
{
	const char *text = lexer->text + token->begin;
	size_t len = token->end - token->begin;
	if (token->kind != TOKEN_QUOTED)
		return mem_strndup(text, len);
	char *name = mem_alloc(len);
	size_t used = 0;
	for (size_t i = 1; i + 1 < len; i++) {
		name[used++] = text[i];
		if (text[i] == '"')
			i++;
	}
	name[used] = '\0';
	return name;
}

static _Bool
is_name(const struct token *token)
{
	return token->kind == TOKEN_NAME || token->kind == TOKEN_QUOTED;
}

static int
add_item(struct expr_items *items, const struct lexer *lexer,
    const struct scan *scan, struct error *err)
{
	struct expr_item item = {0};
	uint32_t begin = scan->first[0].begin;
	uint32_t end = scan->last[1].end;
	if (scan->has_as && scan->count > 2 && is_name(&scan->last[1])) {
		item.name = name_of(lexer, &scan->last[1]);
		end = scan->last[0].begin;
	} else if (scan->count > 2 && is_name(&scan->first[0]) &&
	    scan->first[1].kind == TOKEN_EQ) {
		item.name = name_of(lexer, &scan->first[0]);
		begin = scan->first[1].end;
	} else {
		item.name = mem_strdup("");
	}
	while (begin < end && strchr(" \t\r\n", lexer->text[begin]) != NULL)
		begin++;
	while (end > begin && strchr(" \t\r\n", lexer->text[end - 1]) != NULL)
		end--;
	item.text = mem_strndup(lexer->text + begin, end - begin);
	item.begin = begin;
	items->items = mem_grow_array(items->items, (size_t)items->count + 1,
	    sizeof(item));
	items->items[items->count++] = item;
	if (end == begin)
		return expr_error_at(lexer->text, begin, err,
		    "an item of the list is empty");
	return 0;
}

/* Reads one item; *more says whether a comma follows. */
static int
scan_item(struct lexer *lexer, struct expr_items *items, _Bool *more,
    struct error *err)
{
	struct scan scan = {0};
	struct token token;
	uint32_t depth = 0;
	_Bool was_as = 0;
	for (;;) {
		if (expr_token_next(lexer, &token, err) != 0)
			return -1;
		if (token.kind == TOKEN_END ||
		    (token.kind == TOKEN_COMMA && depth == 0))
			break;
		depth += token.kind == TOKEN_OPEN;
		depth -= token.kind == TOKEN_CLOSE && depth > 0;
		if (scan.count < 2)
			scan.first[scan.count] = token;
		scan.last[0] = scan.last[1];
		scan.last[1] = token;
		scan.has_as = was_as;
		was_as = depth == 0 && expr_token_is(lexer, &token, "as");
		scan.count++;
	}
	*more = token.kind == TOKEN_COMMA;
	if (scan.count == 0)
		return expr_error_at(lexer->text, token.begin, err,
		    items->count == 0 && !*more ? "the list is empty" :
		    "an item of the list is empty");
	return add_item(items, lexer, &scan, err);
}

int
expr_items_parse(const char *list, struct expr_items *items,
    struct error *err)
{
	*items = (struct expr_items){0};
	if (strlen(list) > EXPR_MAX_BYTES)
		return error_usage(err, "a list of %zu bytes; at most %u",
		    strlen(list), EXPR_MAX_BYTES);
	struct lexer lexer = {.text = list, .len = (uint32_t)strlen(list)};
	_Bool more = 1;
	while (more) {
		if (scan_item(&lexer, items, &more, err) != 0) {
			expr_items_release(items);
			return -1;
		}
	}
	return 0;
}

void
expr_items_release(struct expr_items *items)
{
	for (uint32_t i = 0; i < items->count; i++) {
		mem_free(items->items[i].name);
		mem_free(items->items[i].text);
	}
	mem_free(items->items);
	*items = (struct expr_items){0};
}
