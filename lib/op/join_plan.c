#include "op/join_parts.h"

#include "base/text.h"
#include "batch/value.h"

static char *
trim(char *text)
{
	size_t len;

	while (*text == ' ' || *text == '\t')
		text++;
	len = strlen(text);
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		text[--len] = '\0';
	return text;
}

static _Bool
keys_agree(struct type a, struct type b)
{
	return type_is_equal(a, b) ||
	    (type_is_integer(a) && type_is_integer(b));
}

/* One pair, "left=right" or "both". */
static int
plan_key(struct join_plan *plan, char *item, struct error *err)
{
	char *equals = strchr(item, '=');
	const char *left, *right;
	uint32_t k = plan->key_count;
	const struct field *a, *b;
	char a_type[TYPE_TEXT_BYTES], b_type[TYPE_TEXT_BYTES];

	if (equals != NULL)
		*equals = '\0';
	left = trim(item);
	right = equals != NULL ? trim(equals + 1) : left;
	if (schema_need(plan->probe_schema, left, strlen(left),
	    &plan->probe_keys[k], err) != 0)
		return error_prefix(err, "standard input");
	if (schema_need(plan->build_schema, right, strlen(right),
	    &plan->build_keys[k], err) != 0)
		return error_prefix(err, "build side");
	a = &plan->probe_schema->fields[plan->probe_keys[k]];
	b = &plan->build_schema->fields[plan->build_keys[k]];
	if (type_is_nested(a->type) || !keys_agree(a->type, b->type))
		return error_usage(err, "cannot join '%s', a %s, with '%s', "
		    "a %s", a->name, type_format(a->type, a_type), b->name,
		    type_format(b->type, b_type));
	plan->build_types[k] = b->type;
	plan->key_count++;
	return 0;
}

static int
plan_keys(struct join_plan *plan, struct error *err)
{
	const char *list = plan->options->keys;
	size_t most = 2;
	char *item;
	int got;

	if (list == NULL)
		return error_usage(err, "which keys? (-k left=right,...)");
	for (const char *c = list; *c != '\0'; c++)
		most += *c == ',';
	plan->probe_keys = mem_array(most, sizeof(uint32_t));
	plan->build_keys = mem_array(most, sizeof(uint32_t));
	plan->build_types = mem_array(most, sizeof(struct type));
	while ((got = text_next_item(&list, &item, err)) == 1) {
		int result = plan_key(plan, item, err);

		mem_free(item);
		if (result != 0)
			return -1;
	}
	if (got == 0 && plan->key_count == 0)
		return error_usage(err, "which keys? (-k left=right,...)");
	return got;
}

static _Bool
is_build_key(const struct join_plan *plan, uint32_t column)
{
	for (uint32_t k = 0; k < plan->key_count; k++) {
		if (plan->build_keys[k] == column)
			return 1;
	}
	return 0;
}

static int
plan_payload(struct join_plan *plan, struct error *err)
{
	const struct join_options *options = plan->options;
	_Bool has_payload = options->type == JOIN_INNER ||
	    options->type == JOIN_LEFT;

	if (options->columns != NULL) {
		if (!has_payload)
			return error_usage(err, "semi and anti joins give no "
			    "columns of the build side");
		return schema_need_list(plan->build_schema, options->columns,
		    &plan->payload, &plan->payload_count, err);
	}
	plan->payload = mem_array((size_t)plan->build_schema->count + 1,
	    sizeof(uint32_t));
	for (uint32_t i = 0; has_payload && i < plan->build_schema->count;
	    i++) {
		if (!is_build_key(plan, i))
			plan->payload[plan->payload_count++] = i;
	}
	return 0;
}

/* Adds a build column to the output, by a name that is free. */
static int
add_payload(struct join_plan *plan, const struct field *field,
    struct error *err)
{
	struct schema *schema = &plan->header.schema;
	const char *suffix = plan->options->suffix;
	_Bool is_nullable = field->is_nullable ||
	    plan->options->type == JOIN_LEFT;
	char *name = mem_strdup(field->name);
	int result = 0;

	if (suffix != NULL && schema_find(schema, name, strlen(name)) >= 0) {
		mem_free(name);
		name = mem_printf("%s%s", field->name, suffix);
	}
	if (schema_find(schema, name, strlen(name)) >= 0)
		result = error_usage(err, "both sides have a column '%s'; "
		    "choose by -c, or rename by --suffix", name);
	else
		schema_add(schema, name, strlen(name), field->type,
		    is_nullable);
	mem_free(name);
	return result;
}

/* Whether a probe row can come out more than once. */
static _Bool
can_fan_out(const struct join_options *options)
{
	return !options->expects_unique_build &&
	    (options->type == JOIN_INNER || options->type == JOIN_LEFT);
}

static int
plan_header(struct join_plan *plan, const struct stream_header *probe,
    struct error *err)
{
	struct stream_header *header = &plan->header;
	struct properties *properties = &header->properties;

	stream_header_copy(header, probe);
	for (uint32_t i = 0; i < plan->payload_count; i++) {
		const struct field *field =
		    &plan->build_schema->fields[plan->payload[i]];

		schema_add(&plan->payload_schema, field->name,
		    strlen(field->name), field->type, 1);
		if (add_payload(plan, field, err) != 0)
			return -1;
	}
	if (can_fan_out(plan->options)) {
		mem_free(properties->unique_columns);
		properties->unique_columns = NULL;
		properties->unique_column_count = 0;
	}
	return 0;
}

int
join_plan_init(struct join_plan *plan, const struct join_options *options,
    const struct stream_header *probe, const struct stream_header *build,
    struct error *err)
{
	*plan = (struct join_plan){
		.options = options,
		.probe_schema = &probe->schema,
		.build_schema = &build->schema
	};
	if (plan_keys(plan, err) != 0 || plan_payload(plan, err) != 0 ||
	    plan_header(plan, probe, err) != 0)
		return -1;
	return 0;
}

void
join_plan_release(struct join_plan *plan)
{
	mem_free(plan->probe_keys);
	mem_free(plan->build_keys);
	mem_free(plan->build_types);
	mem_free(plan->payload);
	schema_release(&plan->payload_schema);
	stream_header_release(&plan->header);
}

void
join_key_append(const char *name, const struct column *column, uint32_t row,
    struct buffer *text)
{
	struct buffer value = { 0 };
	char quoted[ERROR_QUOTE_BYTES];

	buffer_printf(text, "%s%s = ", text->len > 0 ? ", " : "", name);
	if (column->type.id == TYPE_NULL || column_is_null(column, row)) {
		buffer_append_text(text, "null");
	} else {
		column_format(column, row, &value);
		buffer_append_text(text, error_quote(quoted, value.data,
		    value.len));
	}
	buffer_text(text);
	buffer_release(&value);
}

void
join_key_text(const struct schema *schema, const struct column *columns,
    const uint32_t *keys, uint32_t key_count, uint32_t row,
    struct buffer *text)
{
	for (uint32_t k = 0; k < key_count; k++)
		join_key_append(schema->fields[keys[k]].name,
		    &columns[keys[k]], row, text);
}
