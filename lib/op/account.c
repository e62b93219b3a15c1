#include "op/account.h"

#include "base/json.h"
#include "batch/builder.h"

static const char *const texts[] = {"tool", "arguments", "strategy", "kind"};

static const char *const counters[] = {
#define X(name) #name,
	STAGE_COUNTERS(X)
#undef X
};

static const char *const measures[] = {
	"in_bytes", "out_bytes", "spilled_bytes", "wall_us", "user_us",
	"system_us", "peak_bytes", "processes",
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void
add(struct schema *schema, const char *name, enum type_id id,
    _Bool is_nullable)
{
	schema_add(schema, name, strlen(name), type_of(id), is_nullable);
}

void
account_schema(struct schema *schema)
{
	add(schema, "run", TYPE_STRING, 0);
	add(schema, "stage", TYPE_I64, 0);
	for (size_t i = 0; i < LENGTH(texts); i++)
		add(schema, texts[i], TYPE_STRING, 0);
	for (size_t i = 0; i < LENGTH(counters); i++)
		add(schema, counters[i], TYPE_I64, 0);
	for (size_t i = 0; i < LENGTH(measures); i++)
		add(schema, measures[i], TYPE_I64, 1);
}

static void
append_text(struct column_builder *column, const char *text, size_t len)
{
	column_builder_append_bytes(column, text, (uint32_t)len);
}

static void
append_number(struct column_builder *column, const struct json_value *value)
{
	if (value == NULL) {
		column_builder_append_null(column);
		return;
	}
	int64_t number = json_value_integer(value);
	column_builder_append_value(column, &number);
}

/* The file's name without its folder and its ending. */
static void
append_run(struct column_builder *column, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	const char *dot = strchr(name, '.');
	append_text(column, name, dot != NULL && dot != name ?
	    (size_t)(dot - name) : strlen(name));
}

static int
append_stage(const char *path, const struct json_value *line,
    struct batch_builder *builder, struct error *err)
{
	const struct json_value *rows = json_value_get(line, "rows");
	const struct json_value *measured = json_value_get(line, "measures");
	struct column_builder *column = builder->columns;
	const char *values[LENGTH(texts)];
	for (size_t i = 0; i < LENGTH(texts); i++)
		if (json_value_get_text(line, texts[i], &values[i], err) != 0)
			return -1;
	for (size_t i = 0; i < LENGTH(texts); i++)
		if (values[i] == NULL)
			return error_data(err, "'%s' is missing", texts[i]);
	if (json_value_kind(rows) != JSON_VALUE_OBJECT)
		return error_data(err, "'rows' is missing");
	append_run(column++, path);
	append_number(column++, json_value_get(line, "stage"));
	for (size_t i = 0; i < LENGTH(texts); i++, column++)
		append_text(column, values[i], strlen(values[i]));
	for (size_t i = 0; i < LENGTH(counters); i++, column++)
		append_number(column, json_value_get(rows, counters[i]));
	for (size_t i = 0; i < LENGTH(measures); i++, column++)
		append_number(column, json_value_get(measured, measures[i]));
	return 0;
}

int
account_parse(const char *path, const char *text, size_t len,
    struct batch_builder *builder, struct error *err)
{
	const char *end = text + len;
	for (unsigned number = 1; text < end; number++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline != NULL ? newline : end;
		struct json_value *line = json_value_parse(text,
		    (size_t)(stop - text), err);
		int result = line == NULL ? -1 :
		    append_stage(path, line, builder, err);
		json_value_free(line);
		if (result != 0)
			return error_prefix(err, "%s:%u", path, number);
		text = stop + 1;
	}
	return 0;
}
