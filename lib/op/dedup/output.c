#include "op/dedup/parts.h"

int
dedup_output_init(struct dedup_output *output,
    const struct dedup_options *options, const struct stream_header *header,
    struct batch_sink *out, struct error *err)
{
	struct stream_header with;
	const struct schema *schema = &header->schema;
	*output = (struct dedup_output){.out = out,
	    .dropped = options->dropped,
	    .has_count = options->count_name != NULL};
	batch_builder_init(&output->picked, schema);
	batch_builder_init(&output->thrown, schema);
	output->columns = mem_array((size_t)schema->count + 1,
	    sizeof(struct column));
	stream_header_copy(&with, header);
	with.has_blocks = 0;
	int result = output->dropped == NULL ? 0 :
	    output->dropped->begin(output->dropped, &with, err);
	if (result == 0 && output->has_count) {
		const char *name = options->count_name;
		if (schema_find(schema, name, strlen(name)) >= 0)
			result = error_usage(err,
			    "--count: there is a column '%s'", name);
		schema_add(&with.schema, name, strlen(name),
		    type_of(TYPE_I64), 0);
	}
	if (result == 0)
		result = out->begin(out, &with, err);
	stream_header_release(&with);
	return result;
}

void
dedup_output_release(struct dedup_output *output)
{
	batch_builder_release(&output->picked);
	batch_builder_release(&output->thrown);
	mem_free(output->columns);
}

/* Some rows as a batch without a block: the batch itself if it is all. */
static int
pick(struct batch_builder *builder, const struct batch *batch,
    const uint32_t *rows, uint32_t count, struct batch *picked,
    struct error *err)
{
	if (count == batch->row_count) {
		*picked = *batch;
		picked->block = (struct block){0};
		return 0;
	}
	batch_builder_clear(builder);
	if (batch_builder_take(builder, batch, rows, count) != 0)
		return error_data(err, "a batch's text passes 2 GiB");
	*picked = *batch_builder_view(builder, NULL);
	return 0;
}

int
dedup_keep(struct dedup_output *output, const struct batch *batch,
    const uint32_t *rows, const int64_t *counts, uint32_t count,
    struct error *err)
{
	struct batch picked;
	if (count == 0)
		return 0;
	if (pick(&output->picked, batch, rows, count, &picked, err) != 0)
		return -1;
	if (!output->has_count)
		return batch_sink_write(output->out, &picked, err);
	struct column_builder numbers;
	column_builder_init(&numbers, type_of(TYPE_I64));
	memcpy(column_builder_extend(&numbers, count), counts,
	    count * sizeof(*counts));
	for (uint32_t i = 0; i < picked.column_count; i++)
		output->columns[i] = picked.columns[i];
	output->columns[picked.column_count++] = column_builder_view(&numbers);
	picked.columns = output->columns;
	int result = batch_sink_write(output->out, &picked, err);
	column_builder_release(&numbers);
	return result;
}

int
dedup_drop(struct dedup_output *output, const struct batch *batch,
    const uint32_t *rows, uint32_t count, struct error *err)
{
	struct batch picked;
	if (count == 0 || output->dropped == NULL)
		return 0;
	if (pick(&output->thrown, batch, rows, count, &picked, err) != 0)
		return -1;
	return batch_sink_write(output->dropped, &picked, err);
}
