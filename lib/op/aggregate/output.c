#include "op/aggregate/output.h"

/* So many strings are coded however often each of them comes. */
#define FEW_STRINGS 256

/* About what a batch should hold, by the types alone. */
static uint32_t
rows_of_a_batch(const struct schema *schema)
{
	size_t bytes = 0;
	size_t rows;

	for (uint32_t i = 0; i < schema->count; i++) {
		struct type type = schema->fields[i].type;

		bytes += type_is_variable(type) ? 16 : type_width(type) + 1;
	}
	rows = 2 * BATCH_BYTES / (bytes + 1);
	return rows > BATCH_ROWS ? BATCH_ROWS :
	    rows < AGGREGATOR_CHUNK ? AGGREGATOR_CHUNK : (uint32_t)rows;
}

static int
output_write(struct aggregator_writer *writer, const struct batch *batch,
    struct error *err);

void
aggregate_output_init(struct aggregate_output *output,
    const struct schema *schema, uint32_t key_count,
    struct batch_sink *sink)
{
	*output = (struct aggregate_output){
		.writer.write = output_write,
		.sink = sink,
		.batch_rows = rows_of_a_batch(schema),
		.key_count = key_count
	};
	batch_builder_init(&output->builder, schema);
	output->dictionaries = mem_array((size_t)key_count + 1,
	    sizeof(*output->dictionaries));
	output->codes = mem_array((size_t)key_count + 1,
	    sizeof(*output->codes));
	for (uint32_t k = 0; k < key_count; k++) {
		column_builder_init(&output->codes[k],
		    schema->fields[k].type);
		if (schema->fields[k].type.id == TYPE_STRING)
			output->dictionaries[k] = dictionary_new();
	}
}

void
aggregate_output_release(struct aggregate_output *output)
{
	for (uint32_t k = 0; k < output->key_count; k++) {
		column_builder_release(&output->codes[k]);
		dictionary_free(output->dictionaries[k]);
	}
	batch_builder_release(&output->builder);
	mem_free(output->dictionaries);
	mem_free(output->codes);
	*output = (struct aggregate_output){ 0 };
}

/*
 * Codes for the strings of a key; false if they do not pay, which is then
 * so for good.  The dictionary stays: batches before may have used it.
 */
static _Bool
code_key(struct aggregate_output *output, uint32_t k,
    const struct column *plain, uint32_t rows, uint64_t rows_so_far)
{
	struct dictionary *dictionary = output->dictionaries[k];
	struct column_builder *codes = &output->codes[k];
	uint64_t most = rows_so_far / 2;

	if (most < FEW_STRINGS)
		most = FEW_STRINGS;
	column_builder_clear(codes);
	column_builder_use_dictionary(codes, dictionary, 4);
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t len, code;
		const uint8_t *bytes;

		if (column_is_null(plain, i)) {
			column_builder_append_null(codes);
			continue;
		}
		bytes = column_bytes(plain, i, &len);
		code = dictionary_add(dictionary, bytes, len);
		if (code == DICTIONARY_NONE || dictionary->count > most)
			return 0;
		column_builder_append_code(codes, code);
	}
	return 1;
}

/* The codes as narrow as they can be. */
static struct column
narrow_codes(struct column_builder *codes, uint32_t rows)
{
	struct column view = column_builder_view(codes);
	uint8_t width = dictionary_code_bytes(codes->dictionary->count);
	const uint32_t *wide = view.values;
	uint8_t *bytes = codes->values.data;
	uint16_t *halves = (uint16_t *)(void *)codes->values.data;

	/* in place: the narrow ones never overtake the wide ones */
	for (uint32_t i = 0; i < rows && width == 1; i++)
		bytes[i] = (uint8_t)wide[i];
	for (uint32_t i = 0; i < rows && width == 2; i++)
		halves[i] = (uint16_t)wide[i];
	view.code_bytes = width;
	return view;
}

static int
flush(struct aggregate_output *output, struct error *err)
{
	const struct batch *view;
	struct batch batch;
	uint32_t rows = batch_builder_rows(&output->builder);
	int result;

	if (rows == 0)
		return 0;
	view = batch_builder_view(&output->builder, NULL);
	batch = *view;
	batch.columns = mem_array((size_t)view->column_count + 1,
	    sizeof(*batch.columns));
	memcpy(batch.columns, view->columns,
	    view->column_count * sizeof(*batch.columns));
	for (uint32_t k = 0; k < output->key_count; k++) {
		struct column *column = &batch.columns[k];

		/* extent NONE in codes: given up */
		if (output->dictionaries[k] == NULL ||
		    output->codes[k].type.id == TYPE_NULL)
			continue;
		if (code_key(output, k, column, rows,
		    output->row_count + rows))
			*column = narrow_codes(&output->codes[k], rows);
		else
			output->codes[k].type = type_of(TYPE_NULL);
	}
	output->row_count += rows;
	result = batch_sink_write(output->sink, &batch, err);
	mem_free(batch.columns);
	batch_builder_clear(&output->builder);
	return result;
}

static int
output_write(struct aggregator_writer *writer, const struct batch *batch,
    struct error *err)
{
	struct aggregate_output *output = (struct aggregate_output *)writer;
	uint32_t begin = 0;

	while (begin < batch->row_count) {
		uint32_t room = output->batch_rows -
		    batch_builder_rows(&output->builder);
		uint32_t count = batch->row_count - begin;

		if (count > room)
			count = room;
		if (batch_builder_append(&output->builder, batch, begin,
		    count) != 0)
			return error_data(err,
			    "strings of more than 2 GiB in one batch");
		begin += count;
		if (batch_builder_rows(&output->builder) ==
		    output->batch_rows && flush(output, err) != 0)
			return -1;
	}
	return 0;
}

int
aggregate_output_finish(struct aggregate_output *output, struct error *err)
{
	return flush(output, err);
}
