#include "gen/retail.h"

#include "batch/builder.h"
#include "gen/retail_model.h"
#include "gen/retail_text.h"

/* What the two sources have in common. */
struct retail_base {
	struct batch_source source;
	struct stream_header header;
	struct retail_model model;
	struct walk walk;
	struct stages stages;		/* no stages, but the extent */
};

struct retail_source {
	struct retail_base base;
	struct retail_rows rows;
};

static const struct stages *
base_stages(struct batch_source *source)
{
	return &((struct retail_base *)source)->stages;
}

static void
base_init(struct retail_base *base, const struct retail_options *options)
{
	retail_model_init(&base->model, options);
	walk_init(&base->walk, base->model.row_count, options->part,
	    options->part_count, options->is_text);
	base->source.header = &base->header;
	base->source.stages = base_stages;
}

static void
base_release(struct retail_base *base)
{
	stream_header_release(&base->header);
	retail_model_release(&base->model);
}

/* ---- the table ------------------------------------------------------- */

/*
 * All tables are in the order of their first column, which is unique, but
 * for planted duplicates.
 */
static void
declare_order(struct retail_base *base)
{
	struct properties *properties = &base->header.properties;

	if (base->model.options.dirt.rates[DIRT_DUPLICATES] != 0)
		return;
	properties->sort_keys = mem_array(1, sizeof(struct sort_key));
	properties->sort_keys[0].nulls_first = 1;
	properties->sort_key_count = 1;
	properties->unique_columns = mem_array(1, sizeof(uint32_t));
	properties->unique_column_count = 1;
}

/* Fills the schema; returns the bytes of scratch that the table needs. */
static size_t
describe(const struct retail_model *model, struct schema *schema)
{
	switch (model->options.table) {
	case RETAIL_CUSTOMERS:
		retail_customers_schema(schema);
		return retail_customers_scratch();
	case RETAIL_PRODUCTS:
		retail_products_schema(model, schema);
		return retail_products_scratch();
	default:
		retail_transactions_schema(model, schema);
		return retail_transactions_scratch();
	}
}

static void
fill_rows(const struct retail_model *model, struct retail_rows *rows,
    uint64_t first, uint32_t count)
{
	rows->batch.row_count = count;
	switch (model->options.table) {
	case RETAIL_CUSTOMERS:
		retail_customers_fill(model, rows, first, count);
		break;
	case RETAIL_PRODUCTS:
		retail_products_fill(model, rows, first, count);
		break;
	default:
		retail_transactions_fill(model, rows, first, count);
		break;
	}
}

static int
source_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct retail_source *self = (struct retail_source *)source;
	const struct retail_model *model = &self->base.model;
	struct retail_rows *rows = &self->rows;
	uint64_t first;
	uint32_t count;

	(void)err;
	if (!walk_next(&self->base.walk, &first, &count,
	    &rows->batch.block))
		return 0;
	fill_rows(model, rows, first, count);
	*batch = &rows->batch;
	return 1;
}

static void
source_free(struct batch_source *source)
{
	struct retail_source *self = (struct retail_source *)source;

	retail_rows_release(&self->rows);
	base_release(&self->base);
	mem_free(self);
}

struct batch_source *
retail_source_new(const struct retail_options *options)
{
	struct retail_source *self = mem_zalloc(sizeof(*self));
	struct retail_base *base = &self->base;
	size_t scratch_bytes;

	base_init(base, options);
	base->source.next = source_next;
	base->source.free = source_free;
	scratch_bytes = describe(&base->model, &base->header.schema);
	base->header.has_blocks = !options->is_text;
	base->header.origin = mem_printf("retail %s",
	    retail_table_name(options->table));
	if (base->header.has_blocks) {
		base->stages.extent = base->model.row_count;
		base->stages.block_count =
		    walk_block_count(base->model.row_count);
	}
	declare_order(base);
	retail_rows_init(&self->rows, &base->header.schema, scratch_bytes);
	return &base->source;
}

/* ---- the ledger ------------------------------------------------------ */

enum ledger_column {
	LEDGER_TABLE,
	LEDGER_ROW,
	LEDGER_ID,
	LEDGER_FAULT,
	LEDGER_COLUMN,
	LEDGER_VALUE
};

struct ledger_source {
	struct retail_base base;
	struct batch_builder builder;
	/* single rows, to plant faults of text in */
	struct schema schema;		/* of the table */
	struct retail_rows rows;
	struct buffer line;
};

/* The row as it would be, for the entry of a fault of its text. */
static void
text_entry(struct ledger_source *self, uint64_t row,
    struct retail_entry *entry)
{
	const struct retail_model *model = &self->base.model;

	fill_rows(model, &self->rows, row, 1);
	self->line.len = 0;
	retail_text_line(model, &self->schema, &self->rows.batch, 0, row,
	    &self->line, entry);
}

static void
make_entry(struct ledger_source *self, uint64_t row,
    struct retail_entry *entry)
{
	const struct retail_model *model = &self->base.model;

	*entry = (struct retail_entry){.fault = DIRT_NONE};
	if (retail_text_fault(model, row) != DIRT_NONE)
		text_entry(self, row, entry);
	else if (model->options.table == RETAIL_PRODUCTS)
		retail_products_entry(model, row, entry);
	else if (model->options.table == RETAIL_TRANSACTIONS)
		retail_transactions_entry(model, row, entry);
}

static void
append_text(struct column_builder *column, const char *text)
{
	/* never full: a ledger's batch is some thousand short texts */
	(void)column_builder_append_bytes(column, text,
	    (uint32_t)strlen(text));
}

static void
append_entry(struct ledger_source *self, uint64_t row,
    const struct retail_entry *entry)
{
	struct column_builder *columns = self->builder.columns;
	int64_t number = (int64_t)row + 1;

	append_text(&columns[LEDGER_TABLE],
	    retail_table_name(self->base.model.options.table));
	column_builder_append_value(&columns[LEDGER_ROW], &number);
	append_text(&columns[LEDGER_ID], entry->id);
	append_text(&columns[LEDGER_FAULT], dirt_fault_name(entry->fault));
	append_text(&columns[LEDGER_COLUMN], entry->column);
	if (entry->has_value)
		append_text(&columns[LEDGER_VALUE], entry->value);
	else
		column_builder_append_null(&columns[LEDGER_VALUE]);
}

static int
ledger_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct ledger_source *self = (struct ledger_source *)source;
	const struct retail_model *model = &self->base.model;
	struct retail_entry entry;
	struct block block;
	uint64_t first;
	uint32_t count;

	(void)err;
	batch_builder_clear(&self->builder);
	while (!model->is_clean &&
	    walk_next(&self->base.walk, &first, &count, &block)) {
		for (uint64_t row = first; row < first + count; row++) {
			make_entry(self, row, &entry);
			if (entry.fault != DIRT_NONE)
				append_entry(self, row, &entry);
		}
		if (batch_builder_rows(&self->builder) >= WALK_BATCH_ROWS)
			break;
	}
	if (batch_builder_rows(&self->builder) == 0)
		return 0;
	*batch = batch_builder_view(&self->builder, NULL);
	return 1;
}

static void
ledger_free(struct batch_source *source)
{
	struct ledger_source *self = (struct ledger_source *)source;

	batch_builder_release(&self->builder);
	retail_rows_release(&self->rows);
	schema_release(&self->schema);
	buffer_release(&self->line);
	base_release(&self->base);
	mem_free(self);
}

struct batch_source *
retail_ledger_new(const struct retail_options *options)
{
	struct ledger_source *self = mem_zalloc(sizeof(*self));
	struct schema *schema = &self->base.header.schema;
	struct type text = type_of(TYPE_STRING);

	base_init(&self->base, options);
	size_t scratch_bytes = describe(&self->base.model, &self->schema);
	retail_rows_init(&self->rows, &self->schema, scratch_bytes);
	self->base.source.next = ledger_next;
	self->base.source.free = ledger_free;
	schema_add(schema, "table", 5, text, 0);
	schema_add(schema, "row", 3, type_of(TYPE_I64), 0);
	schema_add(schema, "id", 2, text, 0);
	schema_add(schema, "fault", 5, text, 0);
	schema_add(schema, "column", 6, text, 0);
	schema_add(schema, "value", 5, text, 1);
	batch_builder_init(&self->builder, schema);
	return &self->base.source;
}
