#include "format/table_schema.h"

#include <string.h>

#include "base/json.h"
#include "base/number.h"
#include "base/text.h"
#include "batch/value.h"

void
table_schema_init(struct table_schema *schema)
{
	*schema = (struct table_schema){0};
	table_words_add(&schema->missing, "", 0);
}

void
table_schema_release(struct table_schema *schema)
{
	for (uint32_t i = 0; i < schema->count; i++)
		table_field_release(&schema->fields[i]);
	mem_free(schema->fields);
	table_words_release(&schema->missing);
	mem_free(schema->primary_key);
	*schema = (struct table_schema){0};
}

struct table_field *
table_schema_add(struct table_schema *schema, const char *name, size_t len,
    struct type type)
{
	schema->fields = mem_grow_array(schema->fields, schema->count + 1,
	    sizeof(*schema->fields));
	struct table_field *field = &schema->fields[schema->count++];
	*field = (struct table_field){.name = mem_strndup(name, len),
	    .type = type, .max_length = UINT64_MAX};
	return field;
}

int
table_schema_find(const struct table_schema *schema, const char *name,
    size_t len)
{
	for (uint32_t i = 0; i < schema->count; i++)
		if (strlen(schema->fields[i].name) == len &&
		    memcmp(schema->fields[i].name, name, len) == 0)
			return (int)i;
	return -1;
}

/* ---- types ----------------------------------------------------------- */

/* The standard's types and what they become. */
static const struct standard_type {
	const char *name;
	enum type_id id;
} standard_types[] = {
    {"string", TYPE_STRING}, {"any", TYPE_STRING}, {"number", TYPE_F64},
    {"integer", TYPE_I64}, {"boolean", TYPE_BOOL}, {"date", TYPE_DATE},
    {"time", TYPE_TIME}, {"datetime", TYPE_TIMESTAMP}, {"year", TYPE_I32}};

static int
read_type(const struct json_value *json, struct table_field *field,
    struct error *err)
{
	const char *own, *standard;
	if (json_value_get_text(json, "riffle:type", &own, err) != 0 ||
	    json_value_get_text(json, "type", &standard, err) != 0)
		return -1;
	if (own != NULL)
		return type_parse(own, strlen(own), &field->type, err);
	if (standard == NULL)
		standard = "string";
	size_t count = sizeof(standard_types) / sizeof(standard_types[0]);
	for (size_t i = 0; i < count; i++)
		if (strcmp(standard, standard_types[i].name) == 0) {
			field->type = type_of(standard_types[i].id);
			return 0;
		}
	return error_usage(err, "the type '%s' is not supported", standard);
}

static int
read_format(const struct json_value *json, struct table_field *field,
    struct error *err)
{
	const char *format;
	if (json_value_get_text(json, "format", &format, err) != 0)
		return -1;
	if (format == NULL || strcmp(format, "default") == 0)
		return 0;
	if (field->type.id == TYPE_DATE || field->type.id == TYPE_TIME ||
	    field->type.id == TYPE_TIMESTAMP) {
		if (strncmp(format, "fmt:", 4) == 0)
			format += 4;
		if (strchr(format, '%') == NULL)
			return error_usage(err, "the format '%s' is not "
			    "supported; give a pattern (%%Y-%%m-%%d)", format);
		return table_field_set_format(field, format, strlen(format),
		    err);
	}
	return error_usage(err, "the format '%s' is not supported", format);
}

static int
read_words(const struct json_value *json, const char *name,
    struct table_words *words, struct error *err)
{
	const struct json_value *list = json_value_get(json, name);
	if (list == NULL)
		return 0;
	if (json_value_kind(list) != JSON_VALUE_ARRAY)
		return error_usage(err, "'%s' is %s, not an array", name,
		    json_value_kind_name(list));
	for (size_t i = 0; i < json_value_count(list); i++) {
		size_t len;
		const char *text = json_value_text(json_value_at(list, i),
		    &len);
		if (text == NULL)
			return error_usage(err, "'%s' holds %s, not a text",
			    name,
			    json_value_kind_name(json_value_at(list, i)));
		table_words_add(words, text, len);
	}
	return 0;
}

/* What would change the meaning of values, and is not understood. */
static int
refuse_others(const struct json_value *json, struct error *err)
{
	static const struct {
		const char *name, *usual;
	} others[] = {{"categories", ""}, {"missingValues", ""}};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const struct json_value *value =
		    json_value_get(json, others[i].name);
		const char *text = json_value_text(value, NULL);
		if (text == NULL && value != NULL)
			text = json_value_kind_name(value);
		if (text != NULL && strcmp(text, others[i].usual) != 0)
			return error_usage(err, "'%s' is not supported",
			    others[i].name);
	}
	return 0;
}

/* decimalChar, groupChar: one ASCII character. */
static int
read_mark(const struct json_value *json, const char *name, char *mark,
    struct error *err)
{
	const char *text = NULL;
	if (json_value_get_text(json, name, &text, err) != 0)
		return -1;
	if (text == NULL || *text == '\0')
		return 0;
	if (text[1] != '\0' || (*text & 0x80) != 0 ||
	    (*text >= '0' && *text <= '9') || *text == '-' || *text == '+')
		return error_usage(err, "'%s' is one ASCII character that is "
		    "no digit and no sign", name);
	*mark = *text;
	return 0;
}

static int
read_marks(const struct json_value *json, struct table_field *field,
    struct error *err)
{
	const struct json_value *bare = json_value_get(json, "bareNumber");
	if (read_mark(json, "decimalChar", &field->decimal_char, err) != 0 ||
	    read_mark(json, "groupChar", &field->group_char, err) != 0)
		return -1;
	if (field->decimal_char == '.')
		field->decimal_char = 0;
	if (field->group_char == (field->decimal_char != 0 ?
	    field->decimal_char : '.'))
		return error_usage(err, "'decimalChar' and 'groupChar' are "
		    "the same");
	if (bare != NULL && json_value_kind(bare) != JSON_VALUE_BOOL)
		return error_usage(err, "'bareNumber' is true or false");
	field->is_dressed = bare != NULL && !json_value_is_true(bare);
	return 0;
}

/* ---- constraints ----------------------------------------------------- */

/* A value of a constraint as text: in JSON it may be text or a number. */
static int
constraint_text(const struct json_value *value, const char *name,
    struct buffer *text, struct error *err)
{
	char number[NUMBER_F64_BYTES];
	size_t len = 0;
	const char *own = json_value_text(value, &len);
	text->len = 0;
	switch (json_value_kind(value)) {
	case JSON_VALUE_TEXT:
		buffer_append(text, own, len);
		return 0;
	case JSON_VALUE_BOOL:
		buffer_append_text(text, json_value_kind_name(value));
		return 0;
	case JSON_VALUE_INTEGER:
		len = number_format_i64(number, json_value_integer(value));
		buffer_append(text, number, len);
		return 0;
	case JSON_VALUE_REAL:
		len = number_format_f64(number, json_value_real(value));
		/* 10.0 is an integer to JSON Schema and to people */
		if (len > 2 && memcmp(number + len - 2, ".0", 2) == 0)
			len -= 2;
		buffer_append(text, number, len);
		return 0;
	default:
		return error_usage(err, "'%s' is %s", name,
		    json_value_kind_name(value));
	}
}

/* Bounds and enums may be spelled as the data or as ISO 8601 has it. */
static int
constraint_value(const struct table_field *field,
    const struct json_value *json, const char *name, struct table_value *out,
    struct error *err)
{
	struct buffer text = {0};
	int status = constraint_text(json, name, &text, err);
	if (status == 0) {
		const char *bytes = buffer_text(&text);
		enum table_fault fault = table_value_parse(field, bytes,
		    text.len, out->bytes);
		struct table_field iso = {.type = field->type};
		if (fault != TABLE_OK && field->has_format)
			fault = table_value_parse(&iso, bytes, text.len,
			    out->bytes);
		struct buffer why = {0};
		if (fault != TABLE_OK) {
			table_fault_explain(field, fault, bytes, text.len,
			    &why);
			status = error_usage(err, "%s: %s", name,
			    buffer_text(&why));
		}
		buffer_release(&why);
		out->is_set = status == 0;
	}
	buffer_release(&text);
	return status;
}

static int
read_bound(const struct json_value *json, const char *name,
    const struct table_field *field, struct table_value *bound,
    struct error *err)
{
	const struct json_value *value = json_value_get(json, name);
	if (value == NULL)
		return 0;
	if (type_is_variable(field->type) || field->type.id == TYPE_BOOL)
		return error_usage(err, "'%s' is not for a %s", name,
		    type_name(field->type.id));
	return constraint_value(field, value, name, bound, err);
}

static int
read_length(const struct json_value *json, const char *name,
    const struct table_field *field, uint64_t *length, struct error *err)
{
	const struct json_value *value = json_value_get(json, name);
	if (value == NULL)
		return 0;
	if (field->type.id != TYPE_STRING)
		return error_usage(err, "'%s' is not for a %s", name,
		    type_name(field->type.id));
	if (json_value_kind(value) != JSON_VALUE_INTEGER ||
	    json_value_integer(value) < 0)
		return error_usage(err, "'%s' is not a whole number", name);
	*length = (uint64_t)json_value_integer(value);
	return 0;
}

static int
read_enum(const struct json_value *json, struct table_field *field,
    struct error *err)
{
	const struct json_value *list = json_value_get(json, "enum");
	if (list == NULL)
		return 0;
	if (json_value_kind(list) != JSON_VALUE_ARRAY)
		return error_usage(err, "'enum' is %s, not an array",
		    json_value_kind_name(list));
	field->allowed = mem_zalloc(sizeof(*field->allowed));
	column_builder_init(field->allowed, field->type);
	for (size_t i = 0; i < json_value_count(list); i++) {
		const struct json_value *item = json_value_at(list, i);
		struct table_value value = {0};
		if (type_is_variable(field->type)) {
			struct buffer text = {0};
			int status = constraint_text(item, "enum", &text, err);
			if (status == 0)
				column_builder_append_bytes(field->allowed,
				    text.data, (uint32_t)text.len);
			buffer_release(&text);
			if (status != 0)
				return -1;
			continue;
		}
		if (constraint_value(field, item, "enum", &value, err) != 0)
			return -1;
		if (field->type.id == TYPE_BOOL)
			column_builder_append_bool(field->allowed,
			    value.bytes[0] != 0);
		else
			column_builder_append_value(field->allowed,
			    value.bytes);
	}
	return 0;
}

/* `unique` is not ours to see: it concerns the whole table. */
static int
read_constraints(const struct json_value *json, struct table_field *field,
    struct error *err)
{
	static const char *const unknown[] = {"exclusiveMinimum",
	    "exclusiveMaximum", "jsonSchema"};
	if (json == NULL)
		return 0;
	if (json_value_kind(json) != JSON_VALUE_OBJECT)
		return error_usage(err, "'constraints' is %s, not an object",
		    json_value_kind_name(json));
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		if (json_value_get(json, unknown[i]) != NULL)
			return error_usage(err,
			    "the constraint '%s' is not supported",
			    unknown[i]);
	const char *pattern;
	field->is_required =
	    json_value_is_true(json_value_get(json, "required"));
	if (read_bound(json, "minimum", field, &field->minimum, err) != 0 ||
	    read_bound(json, "maximum", field, &field->maximum, err) != 0 ||
	    read_length(json, "minLength", field, &field->min_length,
	    err) != 0 ||
	    read_length(json, "maxLength", field, &field->max_length,
	    err) != 0 ||
	    read_enum(json, field, err) != 0 ||
	    json_value_get_text(json, "pattern", &pattern, err) != 0)
		return -1;
	if (pattern == NULL)
		return 0;
	if (field->type.id != TYPE_STRING)
		return error_usage(err, "'pattern' is not for a %s",
		    type_name(field->type.id));
	return table_field_set_pattern(field, pattern, err);
}

/* ---- fields ---------------------------------------------------------- */

static int
read_field(const struct json_value *json, struct table_schema *schema,
    struct error *err)
{
	const char *name = NULL;
	if (json_value_kind(json) != JSON_VALUE_OBJECT)
		return error_usage(err, "field %u is %s, not an object",
		    schema->count + 1, json_value_kind_name(json));
	if (json_value_get_text(json, "name", &name, err) != 0 || name == NULL)
		return error_usage(err, "field %u has no name",
		    schema->count + 1);
	if (table_schema_find(schema, name, strlen(name)) >= 0)
		return error_usage(err, "two fields '%s'", name);
	if (schema->count >= SCHEMA_MAX_COLUMNS)
		return error_usage(err, "more than %u fields",
		    SCHEMA_MAX_COLUMNS);
	struct table_field *field = table_schema_add(schema, name,
	    strlen(name), type_of(TYPE_STRING));
	if (read_type(json, field, err) != 0 ||
	    read_format(json, field, err) != 0 ||
	    refuse_others(json, err) != 0 ||
	    read_marks(json, field, err) != 0 ||
	    read_words(json, "trueValues", &field->true_words, err) != 0 ||
	    read_words(json, "falseValues", &field->false_words, err) != 0 ||
	    read_constraints(json_value_get(json, "constraints"), field,
	    err) != 0)
		return error_prefix(err, "field '%s'", name);
	if (type_is_nested(field->type) || field->type.id == TYPE_NULL)
		return error_usage(err, "field '%s': the type %s is not "
		    "supported", name, type_name(field->type.id));
	return 0;
}

static int
read_primary_key(const struct json_value *json, struct table_schema *schema,
    struct error *err)
{
	size_t count = json_value_kind(json) == JSON_VALUE_ARRAY ?
	    json_value_count(json) : json != NULL;
	schema->primary_key = mem_array(count, sizeof(uint32_t));
	for (size_t i = 0; i < count; i++) {
		size_t len = 0;
		const char *name = json_value_text(json_value_kind(json) ==
		    JSON_VALUE_ARRAY ? json_value_at(json, i) : json, &len);
		int index = name == NULL ? -1 :
		    table_schema_find(schema, name, len);
		if (index < 0)
			return error_usage(err, "primaryKey: no field '%s'",
			    name == NULL ? "" : name);
		schema->fields[index].is_required = 1;
		schema->primary_key[schema->primary_key_count++] =
		    (uint32_t)index;
	}
	return 0;
}

static int
read_schema(const struct json_value *json, struct table_schema *schema,
    struct error *err)
{
	const struct json_value *fields = json_value_get(json, "fields");
	if (json_value_kind(fields) != JSON_VALUE_ARRAY)
		return error_usage(err, "not a Table Schema: no array "
		    "'fields'");
	for (size_t i = 0; i < json_value_count(fields); i++)
		if (read_field(json_value_at(fields, i), schema, err) != 0)
			return -1;
	if (schema->count == 0)
		return error_usage(err, "no fields");
	if (json_value_get(json, "missingValues") != NULL)
		table_words_release(&schema->missing);
	if (read_words(json, "missingValues", &schema->missing, err) != 0)
		return -1;
	return read_primary_key(json_value_get(json, "primaryKey"), schema,
	    err);
}

int
table_schema_parse(struct table_schema *schema, const char *text, size_t len,
    struct error *err)
{
	table_schema_init(schema);
	struct json_value *root = json_value_parse(text, len, err);
	if (root == NULL)
		return -1;
	const struct json_value *json = root;
	const struct json_value *resources = json_value_get(json, "resources");
	if (json_value_count(resources) == 1)
		json = json_value_at(resources, 0);
	if (json_value_kind(json_value_get(json, "schema")) ==
	    JSON_VALUE_OBJECT)
		json = json_value_get(json, "schema");
	int status = read_schema(json, schema, err);
	json_value_free(root);
	if (status != 0)
		table_schema_release(schema);
	return status;
}
