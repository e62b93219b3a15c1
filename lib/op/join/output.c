#include "op/join/parts.h"

void
join_output_init(struct join_output *output, const struct join_plan *plan,
    const struct schema *schema, struct batch_sink *sink,
    struct spill *spill)
{
	*output = (struct join_output){
		.probe_count = schema->count - plan->payload_count,
		.payload_count = plan->payload_count,
		.has_blocks = plan->header.has_blocks,
		.sink = sink,
		.spill = spill
	};
	batch_builder_init(&output->builder, schema);
	output->whole = mem_array((size_t)schema->count + 1,
	    sizeof(*output->whole));
}

void
join_output_release(struct join_output *output)
{
	batch_builder_release(&output->builder);
	mem_free(output->whole);
	*output = (struct join_output){ 0 };
}

void
join_output_begin(struct join_output *output, const struct batch *batch)
{
	output->batch = batch;
	output->limit_rows = batch->row_count > BATCH_ROWS ?
	    batch->row_count : BATCH_ROWS;
	batch_builder_clear(&output->builder);
}

static int
write_batch(struct join_output *output, const struct batch *batch,
    struct error *err)
{
	return output->sink != NULL ?
	    batch_sink_write(output->sink, batch, err) :
	    spill_write(output->spill, batch, err);
}

/* Writes what the builder holds. */
static int
flush(struct join_output *output, _Bool is_last, struct error *err)
{
	const struct batch *view = batch_builder_view(&output->builder,
	    output->batch);
	struct batch batch = *view;

	batch.block.is_last = is_last && output->batch->block.is_last;
	if (write_batch(output, &batch, err) != 0)
		return -1;
	batch_builder_clear(&output->builder);
	return 0;
}

/*
 * Columns of the builder from `first` on take rows; the probe side's and
 * the payload's are taken by different rows.
 */
static int
take(struct join_output *output, uint32_t first, const struct column *columns,
    uint32_t column_count, const uint32_t *rows, uint32_t count,
    struct error *err)
{
	for (uint32_t i = 0; i < column_count; i++) {
		if (column_builder_take(&output->builder.columns[first + i],
		    &columns[i], rows, count) != 0)
			return error_data(err, "strings of more than 2 GiB "
			    "in one batch");
	}
	return 0;
}

/* Rows that still fit; flushes when there are none. */
static int
make_room(struct join_output *output, uint32_t *room, struct error *err)
{
	*room = output->limit_rows - batch_builder_rows(&output->builder);
	if (*room > 0)
		return 0;
	*room = output->limit_rows;
	return flush(output, 0, err);
}

int
join_output_pairs(struct join_output *output, const struct column *payload,
    const uint32_t *probe_rows, const uint32_t *build_rows, uint32_t count,
    struct error *err)
{
	for (uint32_t begin = 0, n; begin < count; begin += n) {
		uint32_t room;

		if (make_room(output, &room, err) != 0)
			return -1;
		n = count - begin < room ? count - begin : room;
		if (take(output, 0, output->batch->columns,
		    output->probe_count, probe_rows + begin, n, err) != 0)
			return -1;
		if (output->payload_count > 0 && take(output,
		    output->probe_count, payload, output->payload_count,
		    build_rows + begin, n, err) != 0)
			return -1;
	}
	return 0;
}

int
join_output_rows(struct join_output *output, const struct batch *rows,
    const uint32_t *order, uint32_t count, struct error *err)
{
	for (uint32_t begin = 0, n; begin < count; begin += n) {
		uint32_t room;

		if (make_room(output, &room, err) != 0)
			return -1;
		n = count - begin < room ? count - begin : room;
		if (take(output, 0, rows->columns,
		    output->probe_count + output->payload_count,
		    order + begin, n, err) != 0)
			return -1;
	}
	return 0;
}

int
join_output_whole(struct join_output *output, const struct column *payload,
    const uint32_t *build_rows, struct error *err)
{
	struct batch batch = *output->batch;
	struct column *columns = output->whole;
	uint32_t first = output->probe_count;

	if (take(output, first, payload, output->payload_count, build_rows,
	    batch.row_count, err) != 0)
		return -1;
	if (first > 0)
		memcpy(columns, batch.columns, first * sizeof(*columns));
	for (uint32_t i = 0; i < output->payload_count; i++)
		columns[first + i] = column_builder_view(
		    &output->builder.columns[first + i]);
	batch.columns = columns;
	batch.column_count = first + output->payload_count;
	if (write_batch(output, &batch, err) != 0)
		return -1;
	batch_builder_clear(&output->builder);
	output->batch = NULL;
	return 0;
}

/* A block that came to nothing still says that it has ended. */
int
join_output_end(struct join_output *output, struct error *err)
{
	if (output->batch == NULL)
		return 0;
	if (batch_builder_rows(&output->builder) > 0 ||
	    (output->has_blocks && output->batch->block.is_last) ||
	    output->batch->is_mark)
		return flush(output, 1, err);
	return 0;
}
