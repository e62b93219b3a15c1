#include "op/join/parts.h"

#include "base/text.h"
#include "batch/value.h"
#include "expr/expr.h"

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
	const struct join_options *options = plan->options;
	const char *list = options->keys;
	size_t most = 2;
	char *item;
	int got;

	for (const char *c = list; c != NULL && *c != '\0'; c++)
		most += *c == ',';
	plan->probe_keys = mem_array(most, sizeof(uint32_t));
	plan->build_keys = mem_array(most, sizeof(uint32_t));
	plan->build_types = mem_array(most, sizeof(struct type));
	if (options->type == JOIN_CROSS && (list != NULL ||
	    options->on != NULL || options->asof != NULL))
		return error_usage(err, "a cross join has no condition");
	if (list == NULL && (options->type == JOIN_CROSS ||
	    options->on != NULL || options->asof != NULL))
		return 0;
	if (list == NULL)
		return error_usage(err, "which keys? (-k left=right,...)");
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

/* Build columns that come out. */
static int
plan_payload(struct join_plan *plan, struct error *err)
{
	const struct join_options *options = plan->options;

	if (options->columns != NULL && join_selects(plan))
		return error_usage(err, "semi and anti joins give no "
		    "columns of the build side");
	if (options->columns != NULL) {
		uint32_t *list;

		if (schema_need_list(plan->build_schema, options->columns,
		    &list, &plan->payload_count, err) != 0)
			return -1;
		for (uint32_t i = 0; i < plan->payload_count; i++)
			plan->stored[i] = list[i];
		mem_free(list);
		plan->stored_count = plan->payload_count;
		return 0;
	}
	for (uint32_t i = 0; !join_selects(plan) &&
	    i < plan->build_schema->count; i++) {
		if (!is_build_key(plan, i))
			plan->stored[plan->payload_count++] = i;
	}
	plan->stored_count = plan->payload_count;
	return 0;
}

/* Where a build column is among those that are kept; adds it. */
static uint32_t
store(struct join_plan *plan, uint32_t column)
{
	for (uint32_t i = 0; i < plan->stored_count; i++) {
		if (plan->stored[i] == column)
			return i;
	}
	plan->stored[plan->stored_count] = column;
	return plan->stored_count++;
}

/* The name of a build column beside the probe side's; owned. */
static char *
build_name(const struct join_plan *plan, const char *name)
{
	const struct schema *probe = plan->probe_schema;

	return plan->options->suffix != NULL &&
	    schema_find(probe, name, strlen(name)) >= 0 ?
	    mem_printf("%s%s", name, plan->options->suffix) :
	    mem_strdup(name);
}

/*
 * What a condition sees: build columns whose name is the probe side's, and
 * which no suffix tells from it, are not seen.
 */
static void
plan_scope(struct join_plan *plan, uint32_t *build_columns)
{
	const struct schema *build = plan->build_schema;
	uint32_t count = 0;

	schema_add_all(&plan->scope, plan->probe_schema);
	for (uint32_t i = 0; i < build->count; i++) {
		char *name = build_name(plan, build->fields[i].name);

		if (schema_find(&plan->scope, name, strlen(name)) < 0) {
			schema_add(&plan->scope, name, strlen(name),
			    build->fields[i].type, 1);
			build_columns[count++] = i;
		}
		mem_free(name);
	}
}

/* Keeps what the condition reads. */
static int
plan_condition(struct join_plan *plan, struct error *err)
{
	struct expr *expr;
	uint32_t probe_count = plan->probe_schema->count;
	uint32_t *build_columns = mem_array((size_t)
	    plan->build_schema->count + 1, sizeof(*build_columns));
	uint32_t count;
	const uint32_t *columns;
	int result = 0;

	plan_scope(plan, build_columns);
	plan->scope_stored = mem_array((size_t)plan->build_schema->count + 1,
	    sizeof(uint32_t));
	if (plan->condition != NULL) {
		result = expr_compile_condition(plan->condition,
		    &plan->scope, &expr, err);
		columns = result == 0 ? expr_columns(expr, &count) : NULL;
		for (uint32_t i = 0; result == 0 && i < count; i++) {
			if (columns[i] >= probe_count)
				plan->scope_stored[columns[i] - probe_count] =
				    store(plan, build_columns[columns[i] -
				    probe_count]);
		}
		if (result == 0)
			expr_free(expr);
		else
			error_prefix(err, "%s", plan->condition_option);
	}
	mem_free(build_columns);
	return result;
}

/* "left=right" of --asof. */
static int
plan_asof(struct join_plan *plan, struct error *err)
{
	const struct join_options *options = plan->options;
	char *text, *left, *right;
	uint32_t probe, build;
	int result;

	plan->asof_probe = -1;
	if (options->asof == NULL)
		return options->tolerance == NULL ? 0 : error_usage(err,
		    "--tolerance is for --asof");
	if (options->strategy == JOIN_MERGE)
		return error_usage(err, "--asof does not go with --merge");
	text = mem_strdup(options->asof);
	right = strchr(text, '=');
	if (right != NULL)
		*right++ = '\0';
	left = trim(text);
	right = right != NULL ? trim(right) : left;
	result = schema_need(plan->probe_schema, left, strlen(left), &probe,
	    err);
	if (result != 0)
		error_prefix(err, "standard input");
	else if (schema_need(plan->build_schema, right, strlen(right), &build,
	    err) != 0)
		result = error_prefix(err, "build side");
	mem_free(text);
	if (result != 0)
		return -1;
	if (!type_is_equal(plan->probe_schema->fields[probe].type,
	    plan->build_schema->fields[build].type))
		return error_usage(err, "--asof: the two columns are of "
		    "different types");
	if (options->direction == JOIN_NEAREST &&
	    (type_is_variable(plan->probe_schema->fields[probe].type) ||
	    plan->probe_schema->fields[probe].type.id == TYPE_BOOL))
		return error_usage(err, "--asof: nearest needs numbers, "
		    "dates or times");
	plan->asof_probe = probe;
	plan->asof_stored = store(plan, build);
	return 0;
}

/* "name", with its quotes doubled */
static void
append_name(struct buffer *out, const char *name)
{
	buffer_append_byte(out, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"')
			buffer_append_byte(out, '"');
		buffer_append_byte(out, (uint8_t)*name);
	}
	buffer_append_byte(out, '"');
}

/*
 * The condition: --on, and --tolerance as bounds of the two places,
 * "build" + tolerance >= "probe" and "probe" + tolerance >= "build".
 */
static int
make_condition(struct join_plan *plan, struct error *err)
{
	const struct join_options *options = plan->options;
	struct buffer text = { 0 };
	const char *left, *right;
	char *name;

	plan->condition_option = options->tolerance == NULL ? "--on" :
	    options->on == NULL ? "--tolerance" : "--on or --tolerance";
	if (options->on != NULL)
		buffer_printf(&text, "(%s)", options->on);
	if (options->tolerance != NULL) {
		left = plan->probe_schema->fields[plan->asof_probe].name;
		right = plan->build_schema->fields[
		    plan->stored[plan->asof_stored]].name;
		name = build_name(plan, right);
		if (strcmp(name, left) == 0) {
			mem_free(name);
			return error_usage(err, "--tolerance: both places "
			    "are called '%s'; give a --suffix", left);
		}
		for (int i = 0; i < 2; i++) {
			buffer_append_text(&text, text.len > 0 ? " and " :
			    "");
			append_name(&text, i == 0 ? name : left);
			buffer_printf(&text, " + (%s) >= ",
			    options->tolerance);
			append_name(&text, i == 0 ? left : name);
		}
		mem_free(name);
	}
	if (text.len > 0)
		plan->condition = mem_strdup(buffer_text(&text));
	buffer_release(&text);
	return 0;
}

/* Right and full joins show the keys of build rows as the probe side's. */
static int
plan_rest(struct join_plan *plan, struct error *err)
{
	plan->stored_keys = mem_array((size_t)plan->key_count + 1,
	    sizeof(uint32_t));
	if (!join_keeps_build(plan))
		return 0;
	for (uint32_t k = 0; k < plan->key_count; k++) {
		const struct field *field =
		    &plan->probe_schema->fields[plan->probe_keys[k]];

		if (!type_is_equal(field->type, plan->build_types[k]))
			return error_usage(err, "a %s join needs keys of one "
			    "type, but '%s' differs: cast it",
			    plan->options->type == JOIN_RIGHT ? "right" :
			    "full", field->name);
		plan->stored_keys[k] = store(plan, plan->build_keys[k]);
	}
	return 0;
}

/* Adds a build column to the output, by a name that is free. */
static int
add_payload(struct join_plan *plan, const struct field *field,
    struct error *err)
{
	struct schema *schema = &plan->header.schema;
	char *name = build_name(plan, field->name);
	int result = 0;

	if (schema_find(schema, name, strlen(name)) >= 0)
		result = error_usage(err, "both sides have a column '%s'; "
		    "choose by -c, or rename by --suffix", name);
	else
		schema_add(schema, name, strlen(name), field->type,
		    field->is_nullable || join_keeps_probe(plan));
	mem_free(name);
	return result;
}

/* Whether a probe row can come out more than once. */
static _Bool
can_fan_out(const struct join_plan *plan)
{
	return !plan->options->expects_unique_build && !join_selects(plan) &&
	    plan->asof_probe < 0;
}

static void
forget_properties(struct stream_header *header)
{
	header->has_blocks = 0;
	properties_release(&header->properties);
	header->properties = (struct properties){ 0 };
}

static int
plan_header(struct join_plan *plan, const struct stream_header *probe,
    struct error *err)
{
	struct stream_header *header = &plan->header;
	struct properties *properties = &header->properties;

	stream_header_copy(header, probe);
	for (uint32_t i = 0; i < plan->stored_count; i++) {
		const struct field *field =
		    &plan->build_schema->fields[plan->stored[i]];

		schema_add(&plan->stored_schema, field->name,
		    strlen(field->name), field->type, 1);
		if (i < plan->payload_count &&
		    add_payload(plan, field, err) != 0)
			return -1;
	}
	if (join_keeps_build(plan)) {
		forget_properties(header);
		for (uint32_t i = 0; i < probe->schema.count; i++)
			header->schema.fields[i].is_nullable = 1;
	} else if (can_fan_out(plan)) {
		mem_free(properties->unique_columns);
		properties->unique_columns = NULL;
		properties->unique_column_count = 0;
	}
	return 0;
}

/* What does not go together. */
static int
check_options(const struct join_plan *plan, struct error *err)
{
	const struct join_options *options = plan->options;

	if (options->strategy == JOIN_MERGE && (options->on != NULL ||
	    plan->key_count == 0))
		return error_usage(err, "--merge joins by keys alone");
	if (options->nulls_match && options->strategy == JOIN_MERGE)
		return error_usage(err, "--null-safe does not go with "
		    "--merge");
	for (uint32_t k = 0; options->nulls_match && k < plan->key_count;
	    k++) {
		if (!type_is_equal(plan->build_types[k],
		    plan->probe_schema->fields[plan->probe_keys[k]].type))
			return error_usage(err, "--null-safe needs keys of "
			    "one type: cast one");
	}
	if ((options->expects_unique_probe || options->expects_unique_build) &&
	    (options->on != NULL || options->asof != NULL))
		return error_usage(err, "--expect is about keys alone, "
		    "without --on and --asof; --max-fanout is possible");
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
	plan->stored = mem_array((size_t)build->schema.count + 1,
	    sizeof(uint32_t));
	if (plan_keys(plan, err) != 0 || check_options(plan, err) != 0 ||
	    plan_payload(plan, err) != 0 || plan_asof(plan, err) != 0 ||
	    make_condition(plan, err) != 0 ||
	    plan_condition(plan, err) != 0 || plan_rest(plan, err) != 0)
		return -1;
	return plan_header(plan, probe, err);
}

void
join_plan_release(struct join_plan *plan)
{
	mem_free(plan->probe_keys);
	mem_free(plan->build_keys);
	mem_free(plan->build_types);
	mem_free(plan->stored);
	mem_free(plan->stored_keys);
	mem_free(plan->scope_stored);
	mem_free(plan->condition);
	schema_release(&plan->scope);
	schema_release(&plan->stored_schema);
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
