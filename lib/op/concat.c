#include "op/concat.h"

#include "batch/recode.h"

struct concat {
	struct stream_header header;
	struct recoder *recoders;	/* owned, one a column */
	struct batch batch;		/* columns owned */
};

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

static int
copy_source(struct concat *concat, struct batch_source *source,
    uint32_t index, struct batch_sink *out, struct error *err)
{
	const struct batch *batch;
	int got;
	while ((got = batch_source_next(source, &batch, err)) == 1) {
		struct column *columns = concat->batch.columns;
		for (uint32_t i = 0; i < batch->column_count; i++)
			if (recoder_map(&concat->recoders[i], index,
			    &batch->columns[i], batch->row_count, &columns[i],
			    err) != 0)
				return -1;
		concat->batch = *batch;
		concat->batch.columns = columns;
		if (batch_sink_write(out, &concat->batch, err) != 0)
			return -1;
	}
	return got;
}

int
concat_run(struct batch_source *const *sources, uint32_t count,
    struct batch_sink *out, struct error *err)
{
	const struct schema *schema = &sources[0]->header->schema;
	for (uint32_t i = 1; i < count; i++)
		if (check_columns(schema, &sources[i]->header->schema, i + 1,
		    err) != 0)
			return -1;
	struct concat concat = {0};
	stream_header_copy(&concat.header, sources[0]->header);
	if (count > 1) {
		concat.header.has_blocks = 0;
		properties_release(&concat.header.properties);
	}
	concat.recoders = mem_array(schema->count, sizeof(struct recoder));
	concat.batch.columns = mem_array(schema->count, sizeof(struct column));
	for (uint32_t i = 0; i < schema->count; i++)
		recoder_init(&concat.recoders[i], schema->fields[i].type,
		    count);
	int result = out->begin(out, &concat.header, err);
	for (uint32_t i = 0; i < count && result == 0; i++)
		result = copy_source(&concat, sources[i], i, out, err);
	for (uint32_t i = 0; i < schema->count; i++)
		recoder_release(&concat.recoders[i]);
	mem_free(concat.recoders);
	mem_free(concat.batch.columns);
	stream_header_release(&concat.header);
	return result;
}
