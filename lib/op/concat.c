#include "op/concat.h"

#include "batch/builder.h"
#include "batch/recode.h"

#define MISSING UINT32_MAX

struct concat {
	struct stream_header header;
	struct recoder *recoders;	/* owned, one a column */
	struct batch batch;		/* columns owned */
	struct batch_builder nulls;	/* for columns that an input lacks */
	uint32_t *places;		/* owned: of each column in the input */
};

/* ---- columns --------------------------------------------------------- */

static int
check_columns(const struct schema *first, const struct schema *other,
    uint32_t number, struct error *err)
{
	char want[TYPE_TEXT_BYTES];
	char have[TYPE_TEXT_BYTES];
	for (uint32_t i = 0; i < first->count && i < other->count; i++) {
		const struct field *a = &first->fields[i];
		const struct field *b = &other->fields[i];
		if (strcmp(a->name, b->name) != 0 ||
		    !type_is_equal(a->type, b->type))
			return error_usage(err, "input %u: column %u is '%s' "
			    "%s, in the first input '%s' %s", number, i + 1,
			    b->name, type_format(b->type, have), a->name,
			    type_format(a->type, want));
	}
	if (first->count != other->count)
		return error_usage(err, "input %u has %u columns, the first "
		    "one %u", number, other->count, first->count);
	return 0;
}

/* By name: the columns of all, in the order in which they are met first. */
static int
join_schemas(struct batch_source *const *sources, uint32_t count,
    struct schema *schema, struct error *err)
{
	char want[TYPE_TEXT_BYTES];
	char have[TYPE_TEXT_BYTES];
	schema_add_all(schema, &sources[0]->header->schema);
	for (uint32_t k = 1; k < count; k++) {
		const struct schema *other = &sources[k]->header->schema;
		for (uint32_t i = 0; i < other->count; i++) {
			const struct field *field = &other->fields[i];
			int at = schema_find(schema, field->name,
			    strlen(field->name));
			if (at < 0) {
				schema_add(schema, field->name,
				    strlen(field->name), field->type, 1);
				continue;
			}
			if (!type_is_equal(schema->fields[at].type,
			    field->type))
				return error_usage(err, "input %u: '%s' is "
				    "%s, before it was %s", k + 1,
				    field->name, type_format(field->type,
				    have), type_format(
				    schema->fields[at].type, want));
			schema->fields[at].is_nullable |= field->is_nullable;
		}
	}
	for (uint32_t k = 0; k < count; k++)
		for (uint32_t i = 0; i < schema->count; i++)
			if (schema_find(&sources[k]->header->schema,
			    schema->fields[i].name,
			    strlen(schema->fields[i].name)) < 0)
				schema->fields[i].is_nullable = 1;
	return 0;
}

static int
check_all(struct batch_source *const *sources, uint32_t count,
    _Bool is_by_name, struct schema *schema, struct error *err)
{
	if (is_by_name)
		return join_schemas(sources, count, schema, err);
	schema_add_all(schema, &sources[0]->header->schema);
	for (uint32_t k = 1; k < count; k++) {
		const struct schema *other = &sources[k]->header->schema;
		if (check_columns(schema, other, k + 1, err) != 0)
			return -1;
		for (uint32_t i = 0; i < schema->count; i++)
			schema->fields[i].is_nullable |=
			    other->fields[i].is_nullable;
	}
	return 0;
}

/* ---- rows ------------------------------------------------------------ */

/* A column of nulls, as long as the batch. */
static struct column
null_column(struct concat *concat, uint32_t i, uint32_t rows)
{
	struct column_builder *builder = &concat->nulls.columns[i];
	if (builder->row_count > rows)
		column_builder_clear(builder);
	while (builder->row_count < rows)
		column_builder_append_null(builder);
	return column_builder_view(builder);
}

static int
copy_batch(struct concat *concat, const struct batch *batch, uint32_t index,
    struct batch_sink *out, struct error *err)
{
	const struct schema *schema = &concat->header.schema;
	struct column *columns = concat->batch.columns;
	for (uint32_t i = 0; i < schema->count; i++) {
		uint32_t from = concat->places[i];
		if (from == MISSING)
			columns[i] = null_column(concat, i, batch->row_count);
		else if (recoder_map(&concat->recoders[i], index,
		    &batch->columns[from], batch->row_count, &columns[i],
		    err) != 0)
			return -1;
	}
	concat->batch = *batch;
	concat->batch.columns = columns;
	concat->batch.column_count = schema->count;
	return batch_sink_write(out, &concat->batch, err);
}

static int
copy_source(struct concat *concat, struct batch_source *source,
    uint32_t index, struct batch_sink *out, struct error *err)
{
	const struct schema *schema = &concat->header.schema;
	const struct batch *batch;
	int got;
	for (uint32_t i = 0; i < schema->count; i++) {
		int at = schema_find(&source->header->schema,
		    schema->fields[i].name, strlen(schema->fields[i].name));
		concat->places[i] = at < 0 ? MISSING : (uint32_t)at;
	}
	while ((got = batch_source_next(source, &batch, err)) == 1)
		if (copy_batch(concat, batch, index, out, err) != 0)
			return -1;
	return got;
}

static void
release(struct concat *concat)
{
	for (uint32_t i = 0; i < concat->header.schema.count; i++)
		recoder_release(&concat->recoders[i]);
	mem_free(concat->recoders);
	mem_free(concat->batch.columns);
	mem_free(concat->places);
	batch_builder_release(&concat->nulls);
	stream_header_release(&concat->header);
}

int
concat_run(struct batch_source *const *sources, uint32_t count,
    _Bool is_by_name, struct batch_sink *out, struct error *err)
{
	struct schema joined = {0};
	if (check_all(sources, count, is_by_name, &joined, err) != 0) {
		schema_release(&joined);
		return -1;
	}
	struct concat concat = {0};
	stream_header_copy(&concat.header, sources[0]->header);
	schema_release(&concat.header.schema);
	concat.header.schema = joined;
	if (count > 1) {
		concat.header.has_blocks = 0;
		properties_release(&concat.header.properties);
	}
	const struct schema *schema = &concat.header.schema;
	concat.recoders = mem_array((size_t)schema->count + 1,
	    sizeof(struct recoder));
	concat.batch.columns = mem_array((size_t)schema->count + 1,
	    sizeof(struct column));
	concat.places = mem_array((size_t)schema->count + 1,
	    sizeof(*concat.places));
	batch_builder_init(&concat.nulls, schema);
	for (uint32_t i = 0; i < schema->count; i++)
		recoder_init(&concat.recoders[i], schema->fields[i].type,
		    count);
	int result = out->begin(out, &concat.header, err);
	for (uint32_t i = 0; i < count && result == 0; i++)
		result = copy_source(&concat, sources[i], i, out, err);
	release(&concat);
	return result;
}
