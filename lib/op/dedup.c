#include "op/dedup.h"

#include "batch/builder.h"
#include "op/key_table.h"
#include "op/sort.h"

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
	struct schema placed;		/* the schema and a column, place */
	struct sort_key *by_key;	/* owned; the key, then place */
	struct sort_key by_place;
	struct budget key_budget, place_budget;
	struct sorter *keys, *places;	/* owned */
	struct column *columns;		/* owned; of a batch with place */
	struct batch_builder first;	/* the row of the key last seen */
	int64_t place;
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

/* A batch of the stream's columns from one that has a place too. */
static struct batch
without_place(const struct batch *batch)
{
	struct batch result = *batch;
	result.column_count--;
	return result;
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
	schema_add_all(&dedup->placed, schema);
	schema_add(&dedup->placed, "", 0, type_of(TYPE_I64), 0);
	dedup->by_key = mem_array((size_t)count + 1, sizeof(struct sort_key));
	for (uint32_t i = 0; i < count; i++)
		dedup->by_key[i] = (struct sort_key){
		    .column = options->columns[i], .nulls_first = 1};
	dedup->by_place = (struct sort_key){.column = schema->count};
	dedup->by_key[count] = dedup->by_place;
	dedup->by_key[count].is_descending = options->keeps_last;
	dedup->key_budget.limit_bytes = dedup->budget->limit_bytes / 4;
	dedup->place_budget.limit_bytes = dedup->budget->limit_bytes / 4;
	const struct sort_options by_key = {.schema = &dedup->placed,
	    .keys = dedup->by_key, .key_count = count + 1,
	    .temporary_folder = options->temporary_folder};
	const struct sort_options by_place = {.schema = &dedup->placed,
	    .keys = &dedup->by_place, .key_count = 1,
	    .temporary_folder = options->temporary_folder};
	dedup->keys = sorter_new(&by_key, &dedup->key_budget);
	dedup->places = sorter_new(&by_place, &dedup->place_budget);
	dedup->columns = mem_array((size_t)schema->count + 1,
	    sizeof(struct column));
}

/* Adds the column of places to a batch and gives it to the sorter. */
static int
sort_later(struct dedup *dedup, const struct batch *batch, struct error *err)
{
	uint32_t count = batch->column_count;
	struct column_builder places;
	column_builder_init(&places, type_of(TYPE_I64));
	int64_t *numbers = column_builder_extend(&places, batch->row_count);
	for (uint32_t i = 0; i < batch->row_count; i++)
		numbers[i] = dedup->place++;
	memcpy(dedup->columns, batch->columns, count * sizeof(struct column));
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
	for (uint32_t i = 0; i < dedup->options->column_count; i++) {
		uint32_t column = dedup->options->columns[i];
		if (!column_is_equal(&before->columns[column], before_row,
		    &batch->columns[column], row))
			return 0;
	}
	return 1;
}

/* Takes a batch sorted by key: first of each key on, the rest away. */
static int
take_sorted(struct dedup *dedup, const struct batch *batch,
    struct batch_builder *kept_rows, struct error *err)
{
	uint32_t kept = 0;
	uint32_t gone = 0;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (is_same_key(dedup, batch, i))
			dedup->gone[gone++] = i;
		else
			dedup->kept[kept++] = i;
	}
	batch_builder_clear(&dedup->first);
	batch_builder_clear(kept_rows);
	if (batch_builder_append(&dedup->first, batch, batch->row_count - 1,
	    1) != 0 ||
	    batch_builder_take(kept_rows, batch, dedup->kept, kept) != 0)
		return error_data(err, "a batch's text passes 2 GiB");
	dedup->result->duplicates += gone;
	const struct batch rows = without_place(batch);
	if (write_rows(dedup->options->dropped, &dedup->thrown, &rows,
	    dedup->gone, gone, err) != 0)
		return -1;
	return sorter_add(dedup->places, batch_builder_view(kept_rows, NULL),
	    err);
}

static int
finish_sorting(struct dedup *dedup, struct error *err)
{
	struct batch_builder kept_rows;
	const struct batch *batch;
	int got;
	batch_builder_init(&dedup->first, &dedup->placed);
	batch_builder_init(&kept_rows, &dedup->placed);
	got = sorter_end(dedup->keys, err);
	while (got == 0 &&
	    (got = sorter_next(dedup->keys, &batch, err)) == 1)
		got = take_sorted(dedup, batch, &kept_rows, err);
	batch_builder_release(&kept_rows);
	if (got == 0)
		got = sorter_end(dedup->places, err);
	while (got == 0 &&
	    (got = sorter_next(dedup->places, &batch, err)) == 1) {
		const struct batch rows = without_place(batch);
		got = batch_sink_write(dedup->out, &rows, err);
	}
	dedup->budget->spilled_bytes += dedup->key_budget.spilled_bytes +
	    dedup->place_budget.spilled_bytes;
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
	sorter_free(dedup->places);
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
