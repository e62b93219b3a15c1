/*
 * CSV: the structural index and the casts, over a block of eight fields and
 * some 61 bytes a row, as the probes had it, whose figures include reading
 * the file: 6.7 ns a row.
 */
#include "bench.h"

#include "base/hash.h"
#include "format/csv_cast.h"
#include "format/csv_index.h"
#include "format/table_schema.h"

#define ROWS 4096
#define FIELDS 8
#define BEGIN 64		/* of the text: as much before it is readable */

static const char fields[] =
    "txn:i64, customer:i32, product:i32, quantity:i32, price:decimal(10,2), "
    "ts:timestamp, region:string, payment:string";

struct text_block {
	struct buffer text;
	struct rcsv_index index;
	struct table_schema schema;
	struct rcsv_faults faults;
	struct rcsv_cast cast;
	struct rcsv_rows rows;
	struct rcsv_coder *coders[FIELDS];	/* NULL: plain */
	struct column_builder out[FIELDS];
	uint32_t field;				/* what cast_field casts */
};

static void
make_text(struct buffer *text)
{
	static const char *const regions[] = { "North", "South", "East",
		"West", "Central", "Northeast", "Southwest", "Overseas" };
	static const char *const payments[] = { "Cash", "Credit Card",
		"Debit Card", "Gift Card", "Mobile" };

	buffer_resize(text, BEGIN);
	for (uint32_t i = 0; i < ROWS; i++) {
		uint64_t x = hash_u64(i), y = hash_u64(x);

		buffer_printf(text, "%u,%u,%u,%u,%u.%02u,"
		    "2023-%02u-%02u %02u:%02u:%02u,%s,%s\n",
		    1000000 + i, (unsigned)(x % 50000),
		    (unsigned)(x / 50000 % 5000), 1 + (unsigned)(x >> 60),
		    (unsigned)(y % 200), (unsigned)(y / 200 % 100),
		    1 + (unsigned)(y >> 40) % 12, 1 + (unsigned)(y >> 44) % 28,
		    (unsigned)(y >> 48) % 24, (unsigned)(x >> 40) % 60,
		    (unsigned)(x >> 48) % 60, regions[y >> 61],
		    payments[(y >> 32) % 5]);
	}
	buffer_reserve(text, RCSV_INDEX_SLACK);
}

static void
run_index(void *context)
{
	struct text_block *block = context;

	rcsv_index_start(&block->index, 0);
	rcsv_index_run(&block->index, block->text.data, BEGIN,
	    (uint32_t)block->text.len);
}

static void
cast_field(void *context)
{
	struct text_block *block = context;
	uint32_t i = block->field;

	column_builder_clear(&block->out[i]);
	rcsv_cast_start(&block->cast, ROWS);
	rcsv_cast_column(&block->cast, &block->rows, i,
	    &block->schema.fields[i], i, block->coders[i], &block->out[i]);
}

static void
index_and_cast(void *context)
{
	struct text_block *block = context;

	run_index(block);
	for (block->field = 0; block->field < FIELDS; block->field++)
		cast_field(block);
}

static void
text_block_init(struct text_block *block)
{
	struct error err = { 0 };

	make_text(&block->text);
	rcsv_index_init(&block->index, ',', '"', 1);
	rcsv_index_reserve(&block->index, block->text.len);
	run_index(block);
	block->index.separators[-1] = BEGIN - 1;
	bench_need(table_schema_parse_inline(&block->schema, fields, &err),
	    &err);
	rcsv_cast_init(&block->cast, &block->schema.missing, &block->faults);
	block->rows = (struct rcsv_rows){
		.data = block->text.data,
		.ends = block->index.separators,
		.stride = FIELDS,
		.count = ROWS,
		.field_count = FIELDS,
		.quote = '"',
		.has_quote = 1,
		.has_high_bytes = block->index.has_high_bytes
	};
	for (uint32_t i = 0; i < FIELDS; i++) {
		struct type type = block->schema.fields[i].type;

		column_builder_init(&block->out[i], type);
		if (type.id == TYPE_STRING)
			block->coders[i] = rcsv_coder_new();
	}
}

static void
text_block_release(struct text_block *block)
{
	for (uint32_t i = 0; i < FIELDS; i++) {
		column_builder_release(&block->out[i]);
		if (block->coders[i] != NULL)
			rcsv_coder_free(block->coders[i]);
	}
	rcsv_cast_release(&block->cast);
	rcsv_faults_release(&block->faults);
	table_schema_release(&block->schema);
	rcsv_index_release(&block->index);
	buffer_release(&block->text);
}

int
main(void)
{
	static const struct {
		const char *name;
		uint32_t field;
	} casts[] = {
		{ "csv cast of i64, 7 digits", 0 },
		{ "csv cast of i32, to 50,000", 1 },
		{ "csv cast of decimal(10,2)", 4 },
		{ "csv cast of timestamp", 5 },
		{ "csv cast of string, coded", 6 }
	};
	struct text_block block = { 0 };

	if (!bench_has_level())
		return 0;
	text_block_init(&block);
	bench("csv index, 8 fields", "33/18/9.9", ROWS, run_index, &block);
	for (size_t i = 0; i < sizeof(casts) / sizeof(casts[0]); i++) {
		block.field = casts[i].field;
		bench(casts[i].name, "-", ROWS, cast_field, &block);
	}
	bench("csv index and 8 casts", "58/43/21.6", ROWS, index_and_cast,
	    &block);
	/* a row that could not be cast would be another kernel */
	if (block.faults.count != 0 ||
	    block.index.separator_count != ROWS * FIELDS) {
		fprintf(stderr, "microbench: csv: the block is not clean\n");
		return STATUS_DATA;
	}
	text_block_release(&block);
	return 0;
}
