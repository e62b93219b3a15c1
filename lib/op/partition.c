#include "op/partition.h"

#include "batch/builder.h"
#include "op/key/key_table.h"

struct partition {
	struct batch_sink *sink;	/* borrowed */
	struct batch_builder held;
};

struct run {
	const struct partition_options *options;
	const struct stream_header *header;
	struct stream_header out_header;	/* without blocks */
	struct budget *budget;
	struct key_table *table;	/* owned; by value */
	struct partition *items;	/* owned */
	uint32_t count, capacity;
	struct partition_result *result;
	uint64_t held_bytes;
	uint64_t *hashes;		/* owned, [BATCH_MAX_ROWS] */
	uint32_t *ids;			/* owned, [BATCH_MAX_ROWS] */
	uint32_t *rows;			/* owned, [BATCH_MAX_ROWS] */
	uint32_t *begins;		/* owned, [count + 1] */
};

static int
add_partition(struct run *run, const struct batch *batch, uint32_t row,
    struct error *err)
{
	const struct partition_options *options = run->options;
	if (run->count == run->capacity) {
		run->capacity = run->capacity == 0 ? 64 : run->capacity * 2;
		run->items = mem_grow_array(run->items, run->capacity,
		    sizeof(*run->items));
		run->result->rows = mem_grow_array(run->result->rows,
		    run->capacity, sizeof(uint64_t));
		run->begins = mem_grow_array(run->begins,
		    (size_t)run->capacity + 1, sizeof(uint32_t));
	}
	struct partition *partition = &run->items[run->count];
	batch_builder_init(&partition->held, &run->header->schema);
	run->result->rows[run->count++] = 0;
	run->result->count = run->count;
	if (options->open(options->context, run->count - 1, batch, row,
	    &partition->sink, err) != 0)
		return -1;
	return partition->sink->begin(partition->sink, &run->out_header, err);
}

static int
flush(struct run *run, uint32_t index, struct error *err)
{
	struct partition *partition = &run->items[index];
	struct batch_builder *held = &partition->held;
	if (batch_builder_rows(held) == 0)
		return 0;
	run->held_bytes -= batch_builder_bytes(held);
	int result = partition->sink->write(partition->sink,
	    batch_builder_view(held, NULL), err);
	batch_builder_clear(held);
	return result;
}

static int
flush_all(struct run *run, struct error *err)
{
	for (uint32_t i = 0; i < run->count; i++)
		if (flush(run, i, err) != 0)
			return -1;
	return 0;
}

/* ids[i] becomes the partition of row i; opens those that are new. */
static int
number_rows(struct run *run, const struct batch *batch, struct error *err)
{
	const struct partition_options *options = run->options;
	uint32_t *ids = run->ids;
	if (options->hash_count > 0) {
		batch_hash(batch, options->columns, options->column_count,
		    run->hashes);
		for (uint32_t i = 0; i < batch->row_count; i++)
			ids[i] = (uint32_t)((run->hashes[i] >> 32) *
			    options->hash_count >> 32);
		return 0;
	}
	key_table_add_batch(run->table, batch, options->columns, ids);
	if (key_table_count(run->table) > options->most)
		return error_data(err, "more than %u partitions; allow more "
		    "with --max-partitions, or partition by hash (-n)",
		    options->most);
	for (uint32_t i = 0; i < batch->row_count &&
	    run->count < key_table_count(run->table); i++)
		if (ids[i] == run->count &&
		    add_partition(run, batch, i, err) != 0)
			return -1;
	return 0;
}

/* Orders row numbers by partition, a counting sort. */
static void
order_rows(struct run *run, uint32_t row_count)
{
	uint32_t *begins = run->begins;
	memset(begins, 0, ((size_t)run->count + 1) * sizeof(*begins));
	for (uint32_t i = 0; i < row_count; i++)
		begins[run->ids[i] + 1]++;
	for (uint32_t i = 0; i < run->count; i++)
		begins[i + 1] += begins[i];
	for (uint32_t i = 0; i < row_count; i++)
		run->rows[begins[run->ids[i]]++] = i;
	/* Now begins[i] is where partition i ends. */
}

static int
hold_rows(struct run *run, const struct batch *batch, uint32_t index,
    const uint32_t *rows, uint32_t count, struct error *err)
{
	struct batch_builder *held = &run->items[index].held;
	run->result->rows[index] += count;
	if (batch_builder_rows(held) + count > BATCH_ROWS &&
	    flush(run, index, err) != 0)
		return -1;
	size_t before = batch_builder_bytes(held);
	if (batch_builder_take(held, batch, rows, count) != 0) {
		if (flush(run, index, err) != 0)
			return -1;
		before = 0;
		if (batch_builder_take(held, batch, rows, count) != 0)
			return error_data(err, "a batch's text passes 2 GiB");
	}
	size_t after = batch_builder_bytes(held);
	run->held_bytes += after - before;
	return after >= BATCH_BYTES ? flush(run, index, err) : 0;
}

static int
scatter(struct run *run, const struct batch *batch, struct error *err)
{
	if (batch->row_count == 0)
		return 0;
	if (number_rows(run, batch, err) != 0)
		return -1;
	order_rows(run, batch->row_count);
	uint32_t begin = 0;
	for (uint32_t i = 0; i < run->count; i++) {
		uint32_t end = run->begins[i];
		if (end > begin && hold_rows(run, batch, i, run->rows + begin,
		    end - begin, err) != 0)
			return -1;
		begin = end;
	}
	uint64_t limit = run->budget->limit_bytes;
	if (limit != 0 && run->held_bytes > limit / 2)
		return flush_all(run, err);
	return 0;
}

static int
prepare(struct run *run, struct error *err)
{
	const struct partition_options *options = run->options;
	stream_header_copy(&run->out_header, run->header);
	run->out_header.has_blocks = 0;
	run->hashes = mem_array(BATCH_MAX_ROWS, sizeof(uint64_t));
	run->ids = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	run->rows = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	for (uint32_t i = 0; i < options->hash_count; i++)
		if (add_partition(run, NULL, 0, err) != 0)
			return -1;
	if (options->hash_count > 0)
		return 0;
	struct type *types = mem_array(options->column_count, sizeof(*types));
	for (uint32_t i = 0; i < options->column_count; i++)
		types[i] = run->header->schema.fields[
		    options->columns[i]].type;
	run->table = key_table_new(types, options->column_count, 0,
	    run->budget);
	mem_free(types);
	return 0;
}

static void
release(struct run *run)
{
	for (uint32_t i = 0; i < run->count; i++)
		batch_builder_release(&run->items[i].held);
	if (run->table != NULL)
		key_table_free(run->table);
	stream_header_release(&run->out_header);
	mem_free(run->items);
	mem_free(run->hashes);
	mem_free(run->ids);
	mem_free(run->rows);
	mem_free(run->begins);
}

int
partition_run(const struct partition_options *options,
    struct batch_source *in, struct budget *budget,
    struct partition_result *result, struct error *err)
{
	struct run run = {.options = options, .header = in->header,
	    .budget = budget, .result = result};
	const struct batch *batch;
	int got = prepare(&run, err);
	while (got == 0 &&
	    (got = batch_source_next(in, &batch, err)) == 1)
		got = scatter(&run, batch, err);
	if (got == 0)
		got = flush_all(&run, err);
	release(&run);
	return got;
}
