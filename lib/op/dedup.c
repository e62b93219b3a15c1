#include "op/dedup.h"

#include <string.h>

#include "batch/builder.h"
#include "op/key_table.h"
#include "op/sort.h"
#include "op/spill.h"

struct dedup {
	const struct dedup_options *options;
	const struct stream_header *header;
	struct batch_sink *out;
	struct budget *budget;
	struct dedup_result *result;
	struct key_table *table;	/* owned; NULL when keeping the last */
	uint32_t known;			/* keys in the table */
	uint32_t *ids, *kept, *gone;	/* owned, [BATCH_MAX_ROWS] */
	struct batch_builder picked, thrown;
	/* For rows whose keys the table does not take any more: */
	struct spill *rows;		/* owned; as they came */
	struct schema placed;		/* the key columns and a place */
	struct sort_key *by_key;	/* owned; all columns of placed */
	struct budget key_budget;
	struct sorter *keys;		/* owned */
	struct column *columns;		/* owned; of a batch of `placed` */
	struct batch_builder first;	/* the key last seen */
	int64_t place;			/* of the next row in `rows` */
	struct buffer is_duplicate;	/* a bit for each place */
};

/* ---- rows out -------------------------------------------------------- */

static int
write_rows(struct batch_sink *sink, struct batch_builder *builder,
    const struct batch *batch, const uint32_t *rows, uint32_t count,
    struct error *err)
{
	if (sink == NULL || count == 0)
		return 0;
	if (count == batch->row_count) {
		struct batch whole = *batch;
		whole.block = (struct block){0};
		return batch_sink_write(sink, &whole, err);
	}
	batch_builder_clear(builder);
	if (batch_builder_take(builder, batch, rows, count) != 0)
		return error_data(err, "a batch's text passes 2 GiB");
	return batch_sink_write(sink, batch_builder_view(builder, NULL), err);
}

/* ---- the first, while the table has room ----------------------------- */

static int
pass_new(struct dedup *dedup, const struct batch *batch, struct error *err)
{
	uint32_t kept = 0;
	uint32_t gone = 0;
	key_table_add_batch(dedup->table, batch, dedup->options->columns,
	    dedup->ids);
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (dedup->ids[i] == dedup->known) {
			dedup->known++;
			dedup->kept[kept++] = i;
		} else {
			dedup->gone[gone++] = i;
		}
	}
	dedup->result->duplicates += gone;
	if (write_rows(dedup->options->dropped, &dedup->thrown, batch,
	    dedup->gone, gone, err) != 0)
		return -1;
	return write_rows(dedup->out, &dedup->picked, batch, dedup->kept, kept,
	    err);
}

/* ---- the rest, by sorting -------------------------------------------- */

static void
begin_sorting(struct dedup *dedup)
{
	const struct dedup_options *options = dedup->options;
	const struct schema *schema = &dedup->header->schema;
	uint32_t count = options->column_count;
	dedup->by_key = mem_array((size_t)count + 1, sizeof(struct sort_key));
	for (uint32_t i = 0; i < count; i++) {
		const struct field *field =
		    &schema->fields[options->columns[i]];
		schema_add(&dedup->placed, field->name, strlen(field->name),
		    field->type, field->is_nullable);
		dedup->by_key[i] = (struct sort_key){.column = i,
		    .nulls_first = 1};
	}
	schema_add(&dedup->placed, "", 0, type_of(TYPE_I64), 0);
	dedup->by_key[count] = (struct sort_key){.column = count,
	    .is_descending = options->keeps_last};
	dedup->key_budget.limit_bytes = dedup->budget->limit_bytes / 4;
	const struct sort_options by_key = {.schema = &dedup->placed,
	    .keys = dedup->by_key, .key_count = count + 1,
	    .temporary_folder = options->temporary_folder};
	dedup->keys = sorter_new(&by_key, &dedup->key_budget);
	dedup->rows = spill_new(schema, options->temporary_folder,
	    dedup->budget);
	dedup->columns = mem_array((size_t)count + 1, sizeof(struct column));
}

/* Keeps a batch for later, and its keys with their places for the sorter. */
static int
sort_later(struct dedup *dedup, const struct batch *batch, struct error *err)
{
	uint32_t count = dedup->options->column_count;
	struct column_builder places;
	if (spill_write(dedup->rows, batch, err) != 0)
		return -1;
	column_builder_init(&places, type_of(TYPE_I64));
	int64_t *numbers = column_builder_extend(&places, batch->row_count);
	for (uint32_t i = 0; i < batch->row_count; i++)
		numbers[i] = dedup->place++;
	for (uint32_t i = 0; i < count; i++)
		dedup->columns[i] =
		    batch->columns[dedup->options->columns[i]];
	dedup->columns[count] = column_builder_view(&places);
	const struct batch placed = {.row_count = batch->row_count,
	    .column_count = count + 1, .columns = dedup->columns};
	int result = sorter_add(dedup->keys, &placed, err);
	column_builder_release(&places);
	return result;
}

/* Rows of keys that have passed are duplicates; the others are sorted. */
static int
pass_known(struct dedup *dedup, const struct batch *batch, struct error *err)
{
	uint32_t kept = 0;
	uint32_t gone = 0;
	if (dedup->table == NULL)
		return sort_later(dedup, batch, err);
	key_table_find_batch(dedup->table, batch, dedup->options->columns,
	    dedup->ids);
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (dedup->ids[i] == KEY_TABLE_NONE)
			dedup->kept[kept++] = i;
		else
			dedup->gone[gone++] = i;
	}
	dedup->result->duplicates += gone;
	if (write_rows(dedup->options->dropped, &dedup->thrown, batch,
	    dedup->gone, gone, err) != 0)
		return -1;
	if (kept == 0)
		return 0;
	batch_builder_clear(&dedup->picked);
	if (batch_builder_take(&dedup->picked, batch, dedup->kept, kept) != 0)
		return error_data(err, "a batch's text passes 2 GiB");
	return sort_later(dedup, batch_builder_view(&dedup->picked, NULL),
	    err);
}

/* Whether a row has the key of the row before it. */
static _Bool
is_same_key(struct dedup *dedup, const struct batch *batch, uint32_t row)
{
	const struct batch *before = batch;
	uint32_t before_row = row - 1;
	if (row == 0) {
		if (batch_builder_rows(&dedup->first) == 0)
			return 0;
		before = batch_builder_view(&dedup->first, NULL);
		before_row = 0;
	}
	for (uint32_t i = 0; i < dedup->options->column_count; i++)
		if (!column_is_equal(&before->columns[i], before_row,
		    &batch->columns[i], row))
			return 0;
	return 1;
}

/* Marks the places of a batch sorted by key that are not first of theirs. */
static int
mark_sorted(struct dedup *dedup, const struct batch *batch, struct error *err)
{
	const int64_t *places =
	    batch->columns[dedup->options->column_count].values;
	uint8_t *bits = dedup->is_duplicate.data;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (!is_same_key(dedup, batch, i))
			continue;
		bits[places[i] >> 3] |= (uint8_t)(1u << (places[i] & 7));
		dedup->result->duplicates++;
	}
	batch_builder_clear(&dedup->first);
	if (batch_builder_append(&dedup->first, batch, batch->row_count - 1,
	    1) != 0)
		return error_data(err, "a key's text passes 2 GiB");
	return 0;
}

/* Rows that waited: those that are not marked go on. */
static int
write_unmarked(struct dedup *dedup, const struct batch *batch,
    struct error *err)
{
	const uint8_t *bits = dedup->is_duplicate.data;
	uint32_t kept = 0;
	uint32_t gone = 0;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		uint64_t place = (uint64_t)dedup->place++;
		if (bits[place >> 3] >> (place & 7) & 1)
			dedup->gone[gone++] = i;
		else
			dedup->kept[kept++] = i;
	}
	if (write_rows(dedup->options->dropped, &dedup->thrown, batch,
	    dedup->gone, gone, err) != 0)
		return -1;
	return write_rows(dedup->out, &dedup->picked, batch, dedup->kept, kept,
	    err);
}

static int
finish_sorting(struct dedup *dedup, struct error *err)
{
	const struct batch *batch;
	buffer_resize(&dedup->is_duplicate, (size_t)(dedup->place + 7) / 8);
	batch_builder_init(&dedup->first, &dedup->placed);
	int got = sorter_end(dedup->keys, err);
	while (got == 0 &&
	    (got = sorter_next(dedup->keys, &batch, err)) == 1)
		got = mark_sorted(dedup, batch, err);
	dedup->budget->spilled_bytes += dedup->key_budget.spilled_bytes;
	dedup->place = 0;
	spill_rewind(dedup->rows);
	while (got == 0 && (got = spill_next(dedup->rows, &batch, err)) == 1)
		got = write_unmarked(dedup, batch, err);
	return got;
}

/* ---- all of it ------------------------------------------------------- */

static void
prepare(struct dedup *dedup)
{
	const struct dedup_options *options = dedup->options;
	const struct schema *schema = &dedup->header->schema;
	dedup->ids = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	dedup->kept = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	dedup->gone = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	batch_builder_init(&dedup->picked, schema);
	batch_builder_init(&dedup->thrown, schema);
	if (options->keeps_last) {
		begin_sorting(dedup);
		return;
	}
	struct type *types = mem_array(options->column_count, sizeof(*types));
	for (uint32_t i = 0; i < options->column_count; i++)
		types[i] = schema->fields[options->columns[i]].type;
	dedup->table = key_table_new(types, options->column_count, 0,
	    dedup->budget);
	mem_free(types);
}

static void
release(struct dedup *dedup)
{
	if (dedup->table != NULL)
		key_table_free(dedup->table);
	sorter_free(dedup->keys);
	if (dedup->rows != NULL)
		spill_free(dedup->rows);
	buffer_release(&dedup->is_duplicate);
	schema_release(&dedup->placed);
	batch_builder_release(&dedup->picked);
	batch_builder_release(&dedup->thrown);
	batch_builder_release(&dedup->first);
	mem_free(dedup->by_key);
	mem_free(dedup->columns);
	mem_free(dedup->ids);
	mem_free(dedup->kept);
	mem_free(dedup->gone);
}

static int
take_batch(struct dedup *dedup, const struct batch *batch, struct error *err)
{
	uint64_t limit = dedup->budget->limit_bytes;
	if (batch->row_count == 0)
		return 0;
	if (dedup->keys != NULL)
		return pass_known(dedup, batch, err);
	if (pass_new(dedup, batch, err) != 0)
		return -1;
	if (limit != 0 && key_table_bytes(dedup->table) > limit / 4) {
		begin_sorting(dedup);
		dedup->result->is_spilled = 1;
	}
	return 0;
}

int
dedup_run(const struct dedup_options *options, struct batch_source *in,
    struct batch_sink *out, struct budget *budget,
    struct dedup_result *result, struct error *err)
{
	struct stream_header header;
	struct dedup dedup = {.options = options, .header = in->header,
	    .out = out, .budget = budget, .result = result};
	const struct batch *batch;
	*result = (struct dedup_result){0};
	stream_header_copy(&header, in->header);
	header.has_blocks = 0;
	int got = out->begin(out, &header, err);
	if (got == 0 && options->dropped != NULL)
		got = options->dropped->begin(options->dropped, &header, err);
	prepare(&dedup);
	while (got == 0 && (got = batch_source_next(in, &batch, err)) == 1)
		got = take_batch(&dedup, batch, err);
	if (got == 0 && dedup.keys != NULL)
		got = finish_sorting(&dedup, err);
	release(&dedup);
	stream_header_release(&header);
	return got;
}
