#include <string.h>

#include "base/text.h"
#include "format/table_schema.h"

/* The last colon outside parentheses, or NULL. */
static const char *
type_separator(const char *item)
{
	const char *found = NULL;
	int depth = 0;
	for (const char *c = item; *c != '\0'; c++) {
		if (*c == '(')
			depth++;
		else if (*c == ')')
			depth--;
		else if (*c == ':' && depth == 0)
			found = c;
	}
	return found;
}

static size_t
trimmed(const char *text, size_t len)
{
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	return len;
}

/* Whether the text ends with " required"; cuts it off. */
static _Bool
take_required(const char *text, size_t *len)
{
	static const char word[] = "required";
	size_t word_len = sizeof(word) - 1;
	if (*len <= word_len ||
	    memcmp(text + *len - word_len, word, word_len) != 0 ||
	    trimmed(text, *len - word_len) == *len - word_len)
		return 0;
	*len = trimmed(text, *len - word_len);
	return 1;
}

/* "date(%d.%m.%Y)": a type whose parentheses hold a format. */
static int
parse_formatted(struct table_field *field, const char *text, size_t len,
    const char *open, struct error *err)
{
	if (type_parse(text, trimmed(text, (size_t)(open - text)),
	    &field->type, err) != 0)
		return -1;
	if (field->type.id != TYPE_DATE && field->type.id != TYPE_TIME &&
	    field->type.id != TYPE_TIMESTAMP)
		return error_usage(err, "a %s has no format",
		    type_name(field->type.id));
	if (text[len - 1] != ')')
		return error_usage(err, "no ')' at the end of '%.*s'",
		    (int)len, text);
	return table_field_set_format(field, open + 1,
	    (size_t)(text + len - 1 - (open + 1)), err);
}

static int
parse_type(struct table_field *field, const char *text, size_t len,
    struct error *err)
{
	field->is_required = take_required(text, &len);
	const char *open = memchr(text, '(', len);
	if (open != NULL && memchr(text, '%', len) != NULL)
		return parse_formatted(field, text, len, open, err);
	if (type_parse(text, len, &field->type, err) != 0)
		return -1;
	if (type_is_nested(field->type) || field->type.id == TYPE_NULL)
		return error_usage(err, "the type %s is not supported",
		    type_name(field->type.id));
	return 0;
}

static int
parse_item(struct table_schema *schema, const char *item, struct error *err)
{
	const char *separator = type_separator(item);
	size_t name_len = separator == NULL ? strlen(item) :
	    trimmed(item, (size_t)(separator - item));
	if (name_len == 0)
		return error_usage(err, "a column without a name in '%s'",
		    item);
	if (table_schema_find(schema, item, name_len) >= 0)
		return error_usage(err, "two columns '%.*s'", (int)name_len,
		    item);
	struct table_field *field = table_schema_add(schema, item, name_len,
	    type_of(TYPE_STRING));
	if (separator == NULL)
		return 0;
	const char *type = separator + 1 + strspn(separator + 1, " \t");
	if (parse_type(field, type, trimmed(type, strlen(type)), err) != 0)
		return error_prefix(err, "column '%s'", field->name);
	return 0;
}

int
table_schema_parse_inline(struct table_schema *schema, const char *text,
    struct error *err)
{
	table_schema_init(schema);
	char *item;
	int status;
	while ((status = text_next_item(&text, &item, err)) == 1) {
		status = parse_item(schema, item, err);
		mem_free(item);
		if (status != 0)
			break;
	}
	if (status == 0 && schema->count == 0)
		status = error_usage(err, "no columns");
	if (status != 0)
		table_schema_release(schema);
	return status;
}

/* ---- what is said of all fields -------------------------------------- */

void
table_schema_set_marks(struct table_schema *schema, char point, char group)
{
	for (uint32_t i = 0; i < schema->count; i++) {
		schema->fields[i].decimal_char = (char)(point == '.' ? 0 :
		    point);
		schema->fields[i].group_char = group;
	}
}

static int
set_words(struct table_words *words, const char *list, struct error *err)
{
	char *word;
	int got;
	table_words_release(words);
	while ((got = text_next_item(&list, &word, err)) == 1) {
		table_words_add(words, word, strlen(word));
		mem_free(word);
	}
	return got;
}

int
table_schema_set_words(struct table_schema *schema, const char *true_words,
    const char *false_words, struct error *err)
{
	for (uint32_t i = 0; i < schema->count; i++)
		if (set_words(&schema->fields[i].true_words, true_words,
		    err) != 0 || set_words(&schema->fields[i].false_words,
		    false_words, err) != 0)
			return -1;
	return 0;
}
