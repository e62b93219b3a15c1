#include "batch/builder.h"

void
batch_builder_init(struct batch_builder *builder, const struct schema *schema)
{
	*builder = (struct batch_builder){.column_count = schema->count};
	builder->columns = mem_array(schema->count, sizeof(*builder->columns));
	builder->views = mem_array(schema->count, sizeof(*builder->views));
	for (uint32_t i = 0; i < schema->count; i++)
		column_builder_init(&builder->columns[i],
		    schema->fields[i].type);
}

void
batch_builder_clear(struct batch_builder *builder)
{
	for (uint32_t i = 0; i < builder->column_count; i++)
		column_builder_clear(&builder->columns[i]);
}

void
batch_builder_release(struct batch_builder *builder)
{
	for (uint32_t i = 0; i < builder->column_count; i++)
		column_builder_release(&builder->columns[i]);
	mem_free(builder->columns);
	mem_free(builder->views);
	*builder = (struct batch_builder){0};
}

void
batch_builder_reserve(struct batch_builder *builder,
    const struct batch_builder *like)
{
	for (uint32_t i = 0; i < builder->column_count; i++) {
		buffer_reserve(&builder->columns[i].values,
		    like->columns[i].values.len);
		buffer_reserve(&builder->columns[i].bytes,
		    like->columns[i].bytes.len);
	}
}

size_t
batch_builder_bytes(const struct batch_builder *builder)
{
	size_t bytes = 0;
	for (uint32_t i = 0; i < builder->column_count; i++)
		bytes += column_builder_bytes(&builder->columns[i]);
	return bytes;
}

/* Bytes that `count` rows can add to a column at the most. */
static _Bool
has_room(const struct batch_builder *builder, const struct batch *batch)
{
	for (uint32_t i = 0; i < builder->column_count; i++) {
		const struct column_builder *column = &builder->columns[i];
		const struct column *from = &batch->columns[i];
		if (!type_is_variable(column->type))
			continue;
		size_t most = column->code_bytes == 0 ? column->bytes.len :
		    (size_t)column->row_count * 64;
		most += column_data_bytes(from, batch->row_count);
		if (most > COLUMN_MAX_BYTES / 2)
			return 0;
	}
	return 1;
}

int
batch_builder_take(struct batch_builder *builder, const struct batch *batch,
    const uint32_t *rows, uint32_t count)
{
	if (batch_builder_rows(builder) > 0 && !has_room(builder, batch))
		return -1;
	for (uint32_t i = 0; i < builder->column_count; i++)
		if (column_builder_take(&builder->columns[i],
		    &batch->columns[i], rows, count) != 0)
			return -1;
	return 0;
}

int
batch_builder_append(struct batch_builder *builder, const struct batch *batch,
    uint32_t begin, uint32_t count)
{
	if (batch_builder_rows(builder) > 0 && !has_room(builder, batch))
		return -1;
	for (uint32_t i = 0; i < builder->column_count; i++)
		if (column_builder_append(&builder->columns[i],
		    &batch->columns[i], begin, count) != 0)
			return -1;
	return 0;
}

const struct batch *
batch_builder_view(struct batch_builder *builder, const struct batch *like)
{
	for (uint32_t i = 0; i < builder->column_count; i++)
		builder->views[i] = column_builder_view(&builder->columns[i]);
	builder->batch = (struct batch){
	    .row_count = batch_builder_rows(builder),
	    .column_count = builder->column_count,
	    .columns = builder->views};
	if (like != NULL) {
		builder->batch.block = like->block;
		builder->batch.is_mark = like->is_mark;
		builder->batch.epoch = like->epoch;
	}
	return &builder->batch;
}
