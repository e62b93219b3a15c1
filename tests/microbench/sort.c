/*
 * Sorting a million i64 keys in no order: the prefixes of a batch, the radix
 * sort of all items at once, and the whole sorter, which sorts runs, merges
 * them and gathers the rows.  The probes sorted 10 M; that of the sorter made
 * and merged runs of rows, but gathered nothing.
 */
#include "bench.h"

#include "base/hash.h"
#include "batch/builder.h"
#include "op/sort/sort.h"
#include "op/sort/items.h"
#include "op/sort/prefix.h"

#define BATCHES 128
#define ROWS ((uint32_t)BATCHES * BATCH_ROWS)	/* 2^20 */

struct rows {
	struct schema schema;
	int64_t *keys;			/* [ROWS] */
	struct column columns[BATCHES];
	struct batch batches[BATCHES];
	struct sort_prefix prefix;
	uint64_t prefixes[BATCH_ROWS];
	struct sort_item *items, *work, *spare;	/* [ROWS] each */
};

static const struct sort_key key = { .column = 0, .nulls_first = 1 };

static void
make_prefixes(void *context)
{
	struct rows *rows = context;

	sort_prefix_reset(&rows->prefix);
	sort_prefix_see(&rows->prefix, &rows->batches[0]);
	sort_prefix_plan(&rows->prefix);
	sort_prefix_make(&rows->prefix, &rows->batches[0], 0, BATCH_ROWS,
	    rows->prefixes);
}

/* Copying the items is part of it, a nanosecond or two. */
static void
sort_all(void *context)
{
	struct rows *rows = context;

	memcpy(rows->work, rows->items, ROWS * sizeof(*rows->items));
	sort_items(rows->work, rows->spare, ROWS);
}

static void
run_sorter(void *context)
{
	struct rows *rows = context;
	struct budget budget = { 0 };
	struct error err = { 0 };
	const struct sort_options options = {
		.schema = &rows->schema, .keys = &key, .key_count = 1
	};
	struct sorter *sorter = sorter_new(&options, &budget);
	const struct batch *batch;
	uint32_t count = 0;
	int got;

	for (uint32_t b = 0; b < BATCHES; b++)
		bench_need(sorter_add(sorter, &rows->batches[b], &err), &err);
	bench_need(sorter_end(sorter, &err), &err);
	while ((got = sorter_next(sorter, &batch, &err)) == 1)
		count += batch->row_count;
	bench_need(got, &err);
	if (count != ROWS)
		bench_need(error_data(&err, "sort: %u rows", count), &err);
	sorter_free(sorter);
}

static void
rows_init(struct rows *rows)
{
	struct type type = type_of(TYPE_I64);

	schema_add(&rows->schema, "key", 3, type, 0);
	rows->keys = mem_alloc_aligned(ROWS * sizeof(*rows->keys) +
	    MEM_ALIGNMENT);
	rows->items = mem_array(ROWS, sizeof(*rows->items));
	rows->work = mem_array(ROWS, sizeof(*rows->work));
	rows->spare = mem_array(ROWS, sizeof(*rows->spare));
	for (uint32_t i = 0; i < ROWS; i++) {
		rows->keys[i] = (int64_t)hash_u64(i);
		rows->items[i].prefix = (uint64_t)rows->keys[i];
		rows->items[i].row = i % BATCH_ROWS;
		rows->items[i].source = i / BATCH_ROWS;
	}
	for (uint32_t b = 0; b < BATCHES; b++) {
		rows->columns[b] = (struct column){
			.type = type,
			.values = rows->keys + (size_t)b * BATCH_ROWS
		};
		rows->batches[b] = (struct batch){
			.row_count = BATCH_ROWS,
			.column_count = 1,
			.columns = &rows->columns[b]
		};
	}
	sort_prefix_init(&rows->prefix, &key, 1);
}

static void
rows_release(struct rows *rows)
{
	sort_prefix_release(&rows->prefix);
	mem_free(rows->keys);
	mem_free(rows->items);
	mem_free(rows->work);
	mem_free(rows->spare);
	schema_release(&rows->schema);
}

int
main(void)
{
	static struct rows rows;

	if (!bench_has_level())
		return 0;
	rows_init(&rows);
	bench("sort prefixes of i64", "-", BATCH_ROWS, make_prefixes, &rows);
	bench("sort 1 M items of 64 bits", "44.6", ROWS, sort_all, &rows);
	bench("sort 1 M rows of one i64", "80.5", ROWS, run_sorter, &rows);
	rows_release(&rows);
	return 0;
}
