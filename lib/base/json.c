#include "base/json.h"

#include <jansson.h>

/*
 * A struct json_value is jansson's json_t under another name; nothing but
 * these two functions knows.
 */
static json_t *
inner(const struct json_value *value)
{
	return (json_t *)(uintptr_t)value;
}

static struct json_value *
outer(json_t *value)
{
	return (struct json_value *)value;
}

struct json_value *
json_value_parse(const char *text, size_t len, struct error *err)
{
	if (len > JSON_VALUE_MAX_BYTES) {
		error_data(err, "more than %u MiB of JSON",
		    JSON_VALUE_MAX_BYTES >> 20);
		return NULL;
	}
	json_error_t why;
	json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES |
	    JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
	if (value == NULL) {
		error_data(err, "line %d: %s", why.line, why.text);
		return NULL;
	}
	return outer(value);
}

void
json_value_free(struct json_value *root)
{
	json_decref(inner(root));
}

enum json_kind
json_value_kind(const struct json_value *value)
{
	if (value == NULL)
		return JSON_VALUE_NULL;
	switch (json_typeof(inner(value))) {
	case JSON_OBJECT:
		return JSON_VALUE_OBJECT;
	case JSON_ARRAY:
		return JSON_VALUE_ARRAY;
	case JSON_STRING:
		return JSON_VALUE_TEXT;
	case JSON_INTEGER:
		return JSON_VALUE_INTEGER;
	case JSON_REAL:
		return JSON_VALUE_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_VALUE_BOOL;
	default:
		return JSON_VALUE_NULL;
	}
}

const char *
json_value_kind_name(const struct json_value *value)
{
	switch (json_value_kind(value)) {
	case JSON_VALUE_OBJECT:
		return "an object";
	case JSON_VALUE_ARRAY:
		return "an array";
	case JSON_VALUE_TEXT:
		return "a text";
	case JSON_VALUE_INTEGER:
	case JSON_VALUE_REAL:
		return "a number";
	case JSON_VALUE_BOOL:
		return json_value_is_true(value) ? "true" : "false";
	default:
		return "null";
	}
}

const struct json_value *
json_value_get(const struct json_value *value, const char *name)
{
	return value == NULL ? NULL :
	    outer(json_object_get(inner(value), name));
}

size_t
json_value_count(const struct json_value *value)
{
	if (value == NULL)
		return 0;
	return json_is_array(inner(value)) ? json_array_size(inner(value)) :
	    json_object_size(inner(value));
}

const struct json_value *
json_value_at(const struct json_value *value, size_t index)
{
	return value == NULL ? NULL :
	    outer(json_array_get(inner(value), index));
}

int
json_value_next(const struct json_value *object, void **iterator,
    const char **name, const struct json_value **member)
{
	*iterator = *iterator == NULL ? json_object_iter(inner(object)) :
	    json_object_iter_next(inner(object), *iterator);
	if (*iterator == NULL)
		return 0;
	*name = json_object_iter_key(*iterator);
	*member = outer(json_object_iter_value(*iterator));
	return 1;
}

const char *
json_value_text(const struct json_value *value, size_t *len)
{
	if (value == NULL || !json_is_string(inner(value)))
		return NULL;
	if (len != NULL)
		*len = json_string_length(inner(value));
	return json_string_value(inner(value));
}

int64_t
json_value_integer(const struct json_value *value)
{
	return value == NULL ? 0 : json_integer_value(inner(value));
}

double
json_value_real(const struct json_value *value)
{
	return value == NULL ? 0 : json_number_value(inner(value));
}

_Bool
json_value_is_true(const struct json_value *value)
{
	return value != NULL && json_is_true(inner(value));
}

int
json_value_get_text(const struct json_value *object, const char *name,
    const char **text, struct error *err)
{
	const struct json_value *member = json_value_get(object, name);
	*text = json_value_text(member, NULL);
	if (*text == NULL && json_value_kind(member) != JSON_VALUE_NULL)
		return error_data(err, "'%s' is %s, not a text", name,
		    json_value_kind_name(member));
	return 0;
}

/* ---- making ---------------------------------------------------------- */

/* jansson fails for lack of memory or for text that is not UTF-8. */
static struct json_value *
made(json_t *value)
{
	return outer(value != NULL ? value : json_null());
}

struct json_value *
json_value_new_object(void)
{
	return made(json_object());
}

struct json_value *
json_value_new_array(void)
{
	return made(json_array());
}

struct json_value *
json_value_new_text(const char *text, size_t len)
{
	return made(json_stringn(text, len));
}

struct json_value *
json_value_new_integer(int64_t number)
{
	return made(json_integer(number));
}

struct json_value *
json_value_new_bool(_Bool is_true)
{
	return made(json_boolean(is_true));
}

void
json_value_set(struct json_value *object, const char *name,
    struct json_value *member)
{
	json_object_set_new(inner(object), name, inner(member));
}

void
json_value_append(struct json_value *array, struct json_value *element)
{
	json_array_append_new(inner(array), inner(element));
}

void
json_value_set_text(struct json_value *object, const char *name,
    const char *text)
{
	json_value_set(object, name,
	    json_value_new_text(text, strlen(text)));
}

void
json_value_set_integer(struct json_value *object, const char *name,
    int64_t number)
{
	json_value_set(object, name, json_value_new_integer(number));
}

static int
append_piece(const char *piece, size_t len, void *out)
{
	buffer_append(out, piece, len);
	return 0;
}

void
json_value_print(const struct json_value *value, _Bool is_indented,
    struct buffer *out)
{
	size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(17) |
	    (is_indented ? JSON_INDENT(2) : JSON_COMPACT);
	json_dump_callback(inner(value), append_piece, out, flags);
}
