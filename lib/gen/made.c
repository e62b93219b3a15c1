#include "gen/made.h"

#include "gen/maker.h"
#include "gen/walk.h"
#include "io/input.h"

#define MAX_SCHEMA_BYTES (UINT32_C(64) << 20)

struct made {
	struct batch_source source;
	struct stream_header header;
	struct stages stages;
	struct table_schema schema;
	struct maker **makers;		/* owned, [schema.count] */
	struct walk walk;
	struct batch_builder builder;
};

static int
made_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct made *self = (struct made *)source;
	struct batch like = {0};
	uint64_t first;
	uint32_t count;
	(void)err;
	if (!walk_next(&self->walk, &first, &count, &like.block))
		return 0;
	batch_builder_clear(&self->builder);
	for (uint32_t i = 0; i < self->schema.count; i++)
		maker_fill(self->makers[i], first, count,
		    &self->builder.columns[i]);
	*batch = batch_builder_view(&self->builder, &like);
	return 1;
}

static const struct stages *
made_stages(struct batch_source *source)
{
	return &((struct made *)source)->stages;
}

static void
made_free(struct batch_source *source)
{
	struct made *self = (struct made *)source;
	for (uint32_t i = 0; self->makers != NULL && i < self->schema.count;
	    i++)
		maker_free(self->makers[i]);
	mem_free(self->makers);
	batch_builder_release(&self->builder);
	table_schema_release(&self->schema);
	stream_header_release(&self->header);
	mem_free(self);
}

/* The fields' makers, from the same JSON as the schema. */
static int
make_makers(struct made *self, const struct json_value *root, uint64_t seed,
    struct error *err)
{
	const struct json_value *fields = json_value_get(root, "fields");
	if (fields == NULL)
		fields = json_value_get(json_value_get(root, "schema"),
		    "fields");
	self->makers = mem_array((size_t)self->schema.count + 1,
	    sizeof(struct maker *));
	for (uint32_t i = 0; i < self->schema.count; i++) {
		const struct table_field *field = &self->schema.fields[i];
		self->makers[i] = maker_new(field, json_value_get(
		    json_value_at(fields, i), "riffle:gen"), seed, i, err);
		if (self->makers[i] == NULL)
			return -1;
		schema_add(&self->header.schema, field->name,
		    strlen(field->name), field->type,
		    maker_has_nulls(self->makers[i]));
	}
	return 0;
}

static int
read_schema(struct made *self, const struct made_options *options,
    struct error *err)
{
	struct buffer text = {0};
	struct json_value *root = NULL;
	int result = input_read_whole(options->path, MAX_SCHEMA_BYTES, &text,
	    err);
	if (result == 0)
		result = table_schema_parse(&self->schema,
		    (const char *)text.data, text.len, err);
	if (result == 0) {
		root = json_value_parse((const char *)text.data, text.len,
		    err);
		result = root == NULL ? -1 :
		    make_makers(self, root, options->seed, err);
	}
	if (result != 0)
		error_prefix(err, "%s", options->path);
	json_value_free(root);
	buffer_release(&text);
	return result;
}

struct batch_source *
made_source_new(const struct made_options *options, struct error *err)
{
	struct made *self = mem_zalloc(sizeof(*self));
	self->source = (struct batch_source){.header = &self->header,
	    .next = made_next, .stages = made_stages, .free = made_free};
	if (read_schema(self, options, err) != 0) {
		made_free(&self->source);
		return NULL;
	}
	self->header.has_blocks = !options->is_text;
	if (self->header.has_blocks) {
		self->stages.extent = options->rows;
		self->stages.block_count = walk_block_count(options->rows);
	}
	walk_init(&self->walk, options->rows, options->part,
	    options->part_count, options->is_text);
	batch_builder_init(&self->builder, &self->header.schema);
	return &self->source;
}
