#include "wire/header_meta.h"

#include <string.h>

/* ---- the schema ------------------------------------------------------ */

static void
put_field(struct buffer *meta, const struct field *field)
{
	char type[TYPE_TEXT_BYTES];
	meta_put_map(meta, 3);
	meta_put_text(meta, "name");
	meta_put_text(meta, field->name);
	meta_put_text(meta, "type");
	meta_put_text(meta, type_format(field->type, type));
	meta_put_text(meta, "nullable");
	meta_put_bool(meta, field->is_nullable);
}

static int
read_field(const struct meta_item *item, struct schema *schema,
    struct error *err)
{
	const char *name, *text;
	size_t name_len, text_len;
	_Bool is_nullable;
	struct type type;
	if (meta_text(meta_get(item, "name"), &name, &name_len) != 0 ||
	    name_len > SCHEMA_MAX_NAME_BYTES ||
	    memchr(name, '\0', name_len) != NULL ||
	    meta_text(meta_get(item, "type"), &text, &text_len) != 0 ||
	    meta_bool(meta_get(item, "nullable"), &is_nullable) != 0)
		return error_data(err, "column %u of the schema is broken",
		    schema->count + 1);
	struct error why;
	if (type_parse(text, text_len, &type, &why) != 0)
		return error_data(err, "column %u: %s", schema->count + 1,
		    why.text);
	if (type_is_nested(type))
		return error_data(err, "column '%.*s' is a %s: not handled",
		    (int)name_len, name, type_name(type.id));
	if (schema_find(schema, name, name_len) >= 0)
		return error_data(err, "column '%.*s' is there twice",
		    (int)name_len, name);
	schema_add(schema, name, name_len, type, is_nullable);
	return 0;
}

static int
read_schema(const struct meta_item *map, struct schema *schema,
    struct error *err)
{
	const struct meta_item *array;
	if (meta_need_array(map, "schema", &array, err) != 0)
		return -1;
	if (meta_count(array) > SCHEMA_MAX_COLUMNS)
		return error_data(err, "%u columns; the limit is %u",
		    meta_count(array), SCHEMA_MAX_COLUMNS);
	for (uint32_t i = 0; i < meta_count(array); i++)
		if (read_field(meta_at(array, i), schema, err) != 0)
			return -1;
	return 0;
}

/* ---- properties ------------------------------------------------------ */

static void
put_columns(struct buffer *meta, const uint32_t *columns, uint32_t count)
{
	meta_put_array(meta, count);
	for (uint32_t i = 0; i < count; i++)
		meta_put_uint(meta, columns[i]);
}

static void
put_properties(struct buffer *meta, const struct properties *properties)
{
	meta_put_map(meta, 3);
	meta_put_text(meta, "sort");
	meta_put_array(meta, properties->sort_key_count);
	for (uint32_t i = 0; i < properties->sort_key_count; i++) {
		const struct sort_key *key = &properties->sort_keys[i];
		meta_put_array(meta, 3);
		meta_put_uint(meta, key->column);
		meta_put_bool(meta, key->is_descending);
		meta_put_bool(meta, key->nulls_first);
	}
	meta_put_text(meta, "partition");
	put_columns(meta, properties->partition_columns,
	    properties->partition_column_count);
	meta_put_text(meta, "unique");
	put_columns(meta, properties->unique_columns,
	    properties->unique_column_count);
}

static int
read_columns(const struct meta_item *array, uint32_t column_count,
    uint32_t **columns, uint32_t *count, struct error *err)
{
	*count = meta_count(array);
	if (*count > column_count)
		return error_data(err, "a property of %u columns", *count);
	*columns = mem_array(*count, sizeof(**columns));
	for (uint32_t i = 0; i < *count; i++) {
		uint64_t column;
		if (meta_uint(meta_at(array, i), &column) != 0 ||
		    column >= column_count)
			return error_data(err, "a property of a column that is "
			    "not there");
		(*columns)[i] = (uint32_t)column;
	}
	return 0;
}

static int
read_sort_keys(const struct meta_item *array, uint32_t column_count,
    struct properties *properties, struct error *err)
{
	uint32_t count = meta_count(array);
	if (count > column_count)
		return error_data(err, "%u sort keys", count);
	properties->sort_keys = mem_array(count, sizeof(struct sort_key));
	properties->sort_key_count = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct meta_item *item = meta_at(array, i);
		struct sort_key *key = &properties->sort_keys[i];
		uint64_t column;
		if (meta_uint(meta_at(item, 0), &column) != 0 ||
		    column >= column_count ||
		    meta_bool(meta_at(item, 1), &key->is_descending) != 0 ||
		    meta_bool(meta_at(item, 2), &key->nulls_first) != 0)
			return error_data(err, "sort key %u is broken", i + 1);
		key->column = (uint32_t)column;
	}
	return 0;
}

static int
read_properties(const struct meta_item *map, uint32_t column_count,
    struct properties *properties, struct error *err)
{
	if (read_sort_keys(meta_get(map, "sort"), column_count, properties,
	    err) != 0 ||
	    read_columns(meta_get(map, "partition"), column_count,
	    &properties->partition_columns,
	    &properties->partition_column_count, err) != 0 ||
	    read_columns(meta_get(map, "unique"), column_count,
	    &properties->unique_columns,
	    &properties->unique_column_count, err) != 0)
		return -1;
	return 0;
}

/* ---- header ---------------------------------------------------------- */

void
header_meta_put(struct buffer *meta, const struct stream_header *header)
{
	meta_put_map(meta, 5);
	meta_put_text(meta, "riffle");
	meta_put_uint(meta, STREAM_FORMAT_VERSION);
	meta_put_text(meta, "schema");
	meta_put_array(meta, header->schema.count);
	for (uint32_t i = 0; i < header->schema.count; i++)
		put_field(meta, &header->schema.fields[i]);
	meta_put_text(meta, "properties");
	put_properties(meta, &header->properties);
	meta_put_text(meta, "blocks");
	meta_put_bool(meta, header->has_blocks);
	meta_put_text(meta, "origin");
	if (header->origin != NULL)
		meta_put_text(meta, header->origin);
	else
		meta_put_null(meta);
}

int
header_meta_read(const struct meta_item *map, struct stream_header *header,
    struct error *err)
{
	uint64_t version;
	if (meta_need_uint(map, "riffle", UINT64_MAX, &version, err) != 0)
		return -1;
	if (version != STREAM_FORMAT_VERSION)
		return error_data(err, "format version %llu; this program "
		    "reads %u", (unsigned long long)version,
		    STREAM_FORMAT_VERSION);
	if (read_schema(map, &header->schema, err) != 0 ||
	    read_properties(meta_get(map, "properties"), header->schema.count,
	    &header->properties, err) != 0)
		return -1;
	if (meta_bool(meta_get(map, "blocks"), &header->has_blocks) != 0)
		return error_data(err, "the meta's 'blocks' is not a bool");
	const char *origin;
	size_t len;
	if (meta_text(meta_get(map, "origin"), &origin, &len) == 0)
		header->origin = mem_strndup(origin, len);
	return 0;
}

/* ---- stages ---------------------------------------------------------- */

static const char *const counter_names[] = {
#define X(name) #name,
	STAGE_COUNTERS(X)
#undef X
};

#define COUNTER_COUNT (sizeof(counter_names) / sizeof(counter_names[0]))

_Static_assert(sizeof(struct stage_counts) == COUNTER_COUNT * sizeof(uint64_t),
    "a stage's counters are an array of u64");

/* Counters that are zero are left out. */
static void
put_counts(struct buffer *meta, const struct stage_counts *counts)
{
	uint64_t values[COUNTER_COUNT];
	uint32_t used = 0;
	memcpy(values, counts, sizeof(values));
	for (size_t i = 0; i < COUNTER_COUNT; i++)
		used += values[i] != 0;
	meta_put_map(meta, used);
	for (size_t i = 0; i < COUNTER_COUNT; i++) {
		if (values[i] == 0)
			continue;
		meta_put_text(meta, counter_names[i]);
		meta_put_uint(meta, values[i]);
	}
}

static void
put_stage(struct buffer *meta, const struct stage *stage)
{
	meta_put_map(meta, 7);
	meta_put_text(meta, "kind");
	meta_put_text(meta, stage_kind_name(stage->kind));
	meta_put_text(meta, "tool");
	meta_put_text(meta, stage->tool);
	meta_put_text(meta, "arguments");
	meta_put_text(meta, stage->arguments);
	meta_put_text(meta, "version");
	meta_put_text(meta, stage->version);
	meta_put_text(meta, "strategy");
	meta_put_text(meta, stage->strategy);
	meta_put_text(meta, "inputs");
	put_columns(meta, stage->inputs, stage->input_count);
	meta_put_text(meta, "rows");
	put_counts(meta, &stage->counts);
}

void
stages_meta_put(struct buffer *meta, const struct stages *stages)
{
	meta_put_array(meta, stages->count);
	for (uint32_t i = 0; i < stages->count; i++)
		put_stage(meta, &stages->items[i]);
}

static int
read_counts(const struct meta_item *map, struct stage_counts *counts,
    struct error *err)
{
	uint64_t values[COUNTER_COUNT] = {0};
	for (size_t i = 0; i < COUNTER_COUNT; i++) {
		const struct meta_item *item = meta_get(map, counter_names[i]);
		if (item != NULL && meta_uint(item, &values[i]) != 0)
			return error_data(err, "a stage's '%s' is not a number",
			    counter_names[i]);
	}
	memcpy(counts, values, sizeof(values));
	return 0;
}

static int
read_stage(const struct meta_item *item, struct stage *stage,
    struct error *err)
{
	const char *kind_text;
	size_t len;
	if (meta_text(meta_get(item, "kind"), &kind_text, &len) != 0)
		return error_data(err, "a stage without a kind");
	int kind = stage_kind_find(kind_text, len);
	if (kind < 0)
		return error_data(err, "a stage of an unknown kind");
	stage->kind = (enum stage_kind)kind;
	if (meta_need_text(item, "tool", &stage->tool, err) != 0 ||
	    meta_need_text(item, "arguments", &stage->arguments, err) != 0 ||
	    meta_need_text(item, "version", &stage->version, err) != 0 ||
	    meta_need_text(item, "strategy", &stage->strategy, err) != 0)
		return -1;
	if (read_columns(meta_get(item, "inputs"), STAGE_MAX_INPUTS,
	    &stage->inputs, &stage->input_count, err) != 0)
		return -1;
	return read_counts(meta_get(item, "rows"), &stage->counts, err);
}

int
stages_meta_read(const struct meta_item *array, struct stages *stages,
    struct error *err)
{
	for (uint32_t i = 0; i < meta_count(array); i++) {
		struct stage stage = {0};
		int result = read_stage(meta_at(array, i), &stage, err);
		if (result == 0)
			stages_add(stages, &stage);
		stage_release(&stage);
		if (result != 0)
			return -1;
	}
	return 0;
}

/* ---- measures -------------------------------------------------------- */

#define MEASURES(X) \
	X(in_bytes) X(out_bytes) X(spilled_bytes) X(wall_us) X(user_us) \
	X(system_us) X(peak_bytes) X(processes)

void
measures_meta_put(struct buffer *meta, const struct stages *stages)
{
	meta_put_array(meta, stages->count);
	for (uint32_t i = 0; i < stages->count; i++) {
		const struct stage_measures *m = &stages->items[i].measures;
		if (!m->is_known) {
			meta_put_null(meta);
			continue;
		}
		meta_put_map(meta, 8);
#define X(name) meta_put_text(meta, #name); meta_put_uint(meta, m->name);
		MEASURES(X)
#undef X
	}
}

int
measures_meta_read(const struct meta_item *array, struct stages *stages,
    struct error *err)
{
	if (meta_count(array) > stages->count)
		return error_data(err, "measures of %u stages, of which there "
		    "are %u", meta_count(array), stages->count);
	for (uint32_t i = 0; i < meta_count(array); i++) {
		const struct meta_item *item = meta_at(array, i);
		struct stage_measures *m = &stages->items[i].measures;
		if (meta_get(item, "wall_us") == NULL)
			continue;
		m->is_known = 1;
		int bad = 0;
#define X(name) bad |= meta_need_uint(item, #name, UINT64_MAX, &m->name, err);
		MEASURES(X)
#undef X
		if (bad)
			return -1;
	}
	return 0;
}
