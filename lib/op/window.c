#include "op/window.h"

#include "batch/value.h"
#include "op/merge.h"
#include "op/window_compute.h"

struct window {
	struct batch_sink *out;
	const struct schema *schema;	/* of the input */
	struct schema out_schema;
	struct sort_key *keys;		/* owned; partition, then order */
	uint32_t key_count, order_at;
	struct window_item *items;	/* owned */
	uint32_t item_count;
	struct expr *qualify;		/* owned, or NULL */
	struct batch_builder held;	/* the rows of the partition */
	struct window_rows rows;
	struct batch_builder result;
	uint32_t *kept;			/* owned, [BATCH_MAX_ROWS] */
	uint64_t row_count;
	uint64_t qualified_away;
};

int
window_keys(const struct window_options *options, const struct schema *schema,
    struct sort_key **keys, uint32_t *count, uint32_t *order_at,
    struct error *err)
{
	uint32_t *columns = NULL;
	struct sort_key *order = NULL;
	uint32_t order_count = 0;
	*keys = NULL;
	*count = 0;
	if (options->partition != NULL && schema_need_list(schema,
	    options->partition, &columns, count, err) != 0)
		return -1;
	if (options->order != NULL && sort_keys_parse(schema, options->order,
	    &order, &order_count, err) != 0) {
		mem_free(columns);
		return -1;
	}
	*order_at = *count;
	*keys = mem_array((size_t)*count + order_count, sizeof(**keys));
	for (uint32_t i = 0; i < *count; i++)
		(*keys)[i] = (struct sort_key){.column = columns[i],
		    .nulls_first = 1};
	for (uint32_t i = 0; i < order_count; i++)
		(*keys)[(*count)++] = order[i];
	mem_free(columns);
	mem_free(order);
	return 0;
}

/* ---- preparing ------------------------------------------------------- */

static int
add_columns(struct window *window, struct error *err)
{
	schema_add_all(&window->out_schema, window->schema);
	for (uint32_t i = 0; i < window->item_count; i++) {
		const struct window_item *item = &window->items[i];
		size_t len = strlen(item->name);
		if (schema_find(&window->out_schema, item->name, len) >= 0)
			return error_usage(err, "there is a column '%s' "
			    "already", item->name);
		schema_add(&window->out_schema, item->name, len, item->type,
		    1);
	}
	return 0;
}

static int
prepare(struct window *window, const struct window_options *options,
    const struct stream_header *from, struct error *err)
{
	struct type order_type = type_of(TYPE_NULL);
	window->schema = &from->schema;
	if (window_keys(options, window->schema, &window->keys,
	    &window->key_count, &window->order_at, err) != 0)
		return -1;
	window->rows.order = window->keys + window->order_at;
	window->rows.order_count = window->key_count - window->order_at;
	if (window->rows.order_count == 1)
		order_type = window->schema->fields[
		    window->rows.order[0].column].type;
	if (window_items_parse(options->items, window->schema, order_type,
	    &window->items, &window->item_count, err) != 0 ||
	    add_columns(window, err) != 0)
		return -1;
	if (options->qualify != NULL && expr_compile_condition(
	    options->qualify, &window->out_schema, &window->qualify,
	    err) != 0)
		return error_prefix(err, "--qualify");
	batch_builder_init(&window->held, window->schema);
	batch_builder_init(&window->result, &window->out_schema);
	window->kept = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	struct stream_header header;
	stream_header_copy(&header, from);
	header.has_blocks = 0;
	schema_release(&header.schema);
	schema_add_all(&header.schema, &window->out_schema);
	int result = window->out->begin(window->out, &header, err);
	stream_header_release(&header);
	return result;
}

static void
release(struct window *window)
{
	for (uint32_t i = 0; i < window->item_count; i++)
		window_item_release(&window->items[i]);
	mem_free(window->items);
	mem_free(window->keys);
	mem_free(window->kept);
	expr_free(window->qualify);
	schema_release(&window->out_schema);
	batch_builder_release(&window->held);
	batch_builder_release(&window->result);
	window_rows_release(&window->rows);
}

/* ---- a partition out ------------------------------------------------- */

static int
too_long(struct error *err)
{
	return error_data(err, "the text of a partition passes 2 GiB");
}

static int
write_qualified(struct window *window, const struct batch *batch,
    struct error *err)
{
	uint32_t count;
	if (window->qualify == NULL)
		return batch_sink_write(window->out, batch, err);
	if (expr_filter(window->qualify, batch, window->kept, &count,
	    err) != 0)
		return -1;
	window->qualified_away += batch->row_count - count;
	if (count == 0)
		return 0;
	struct batch_builder picked;
	batch_builder_init(&picked, &window->out_schema);
	int result = batch_builder_take(&picked, batch, window->kept, count);
	result = result != 0 ? too_long(err) :
	    batch_sink_write(window->out, batch_builder_view(&picked, NULL),
	    err);
	batch_builder_release(&picked);
	return result;
}

/* Rows [begin, begin + count) of the partition with their results. */
static int
write_rows(struct window *window, const struct batch *rows, uint32_t begin,
    uint32_t count, struct error *err)
{
	struct batch_builder *result = &window->result;
	uint32_t columns = rows->column_count;
	int bad = 0;
	batch_builder_clear(result);
	for (uint32_t i = 0; i < columns; i++)
		bad |= column_builder_append(&result->columns[i],
		    &rows->columns[i], begin, count);
	for (uint32_t i = 0; i < window->item_count; i++) {
		struct column column = column_builder_view(
		    &window->items[i].results);
		bad |= column_builder_append(&result->columns[columns + i],
		    &column, begin, count);
	}
	if (bad)
		return too_long(err);
	return write_qualified(window, batch_builder_view(result, NULL), err);
}

static int
end_partition(struct window *window, struct error *err)
{
	const struct batch *rows = batch_builder_view(&window->held, NULL);
	uint32_t step = merge_batch_rows(&window->out_schema);
	if (rows->row_count == 0)
		return 0;
	window_rows_set(&window->rows, rows);
	for (uint32_t i = 0; i < window->item_count; i++)
		if (window_compute(&window->rows, &window->items[i],
		    err) != 0)
			return -1;
	for (uint32_t at = 0; at < rows->row_count; at += step) {
		uint32_t left = rows->row_count - at;
		if (write_rows(window, rows, at, left < step ? left : step,
		    err) != 0)
			return -1;
	}
	batch_builder_clear(&window->held);
	for (uint32_t i = 0; i < window->item_count; i++) {
		column_builder_clear(&window->items[i].values);
		column_builder_clear(&window->items[i].fallbacks);
	}
	return 0;
}

/* ---- rows in --------------------------------------------------------- */

static void
format_keys(const struct window *window, const struct batch *batch,
    uint32_t row, struct buffer *out)
{
	for (uint32_t i = 0; i < window->key_count; i++) {
		uint32_t column = window->keys[i].column;
		buffer_printf(out, "%s%s=", i > 0 ? ", " : "",
		    window->schema->fields[column].name);
		if (column_is_null(&batch->columns[column], row))
			buffer_append_text(out, "null");
		else
			column_format(&batch->columns[column], row, out);
	}
}

static int
not_sorted(const struct window *window, const struct batch *before,
    uint32_t before_row, const struct batch *batch, uint32_t row,
    struct error *err)
{
	struct buffer left = {0};
	struct buffer right = {0};
	format_keys(window, before, before_row, &left);
	format_keys(window, batch, row, &right);
	error_data(err, "row %llu is out of order: %s after %s; sort the "
	    "stream by rsort, or with --sort",
	    (unsigned long long)(window->row_count + row + 1),
	    buffer_text(&right), buffer_text(&left));
	buffer_release(&left);
	buffer_release(&right);
	return -1;
}

/* Compares a row with the one before it: 1 a new partition, 0, -1. */
static int
compare_row(struct window *window, const struct batch *batch, uint32_t row,
    struct error *err)
{
	const struct batch *before = batch;
	uint32_t before_row = row - 1;
	if (row == 0) {
		before = batch_builder_view(&window->held, NULL);
		if (before->row_count == 0)
			return 0;
		before_row = before->row_count - 1;
	}
	int result = batch_compare(before, before_row, batch, row,
	    window->keys, window->key_count);
	if (result > 0)
		return not_sorted(window, before, before_row, batch, row, err);
	return result < 0 && batch_compare(before, before_row, batch, row,
	    window->keys, window->order_at) != 0;
}

/* Holds rows [begin, end) of a batch, with the arguments' values. */
static int
hold(struct window *window, const struct batch *batch,
    const struct column *const *values, uint32_t begin, uint32_t end,
    struct error *err)
{
	int bad = batch_builder_append(&window->held, batch, begin,
	    end - begin);
	for (uint32_t i = 0; i < window->item_count; i++) {
		struct window_item *item = &window->items[i];
		if (values[i * 2] != NULL)
			bad |= column_builder_append(&item->values,
			    values[i * 2], begin, end - begin);
		if (values[i * 2 + 1] != NULL)
			bad |= column_builder_append(&item->fallbacks,
			    values[i * 2 + 1], begin, end - begin);
	}
	return bad ? too_long(err) : 0;
}

static int
evaluate(struct window *window, const struct batch *batch,
    const struct column **values, struct error *err)
{
	for (uint32_t i = 0; i < window->item_count; i++) {
		struct window_item *item = &window->items[i];
		values[i * 2] = values[i * 2 + 1] = NULL;
		if ((item->argument != NULL && expr_eval(item->argument,
		    batch, &values[i * 2], err) != 0) ||
		    (item->fallback != NULL && expr_eval(item->fallback,
		    batch, &values[i * 2 + 1], err) != 0))
			return error_prefix(err, "%s", item->name);
	}
	return 0;
}

static int
take_batch(struct window *window, const struct batch *batch,
    const struct column **values, struct error *err)
{
	uint32_t begin = 0;
	if (evaluate(window, batch, values, err) != 0)
		return -1;
	for (uint32_t row = 0; row < batch->row_count; row++) {
		int is_new = compare_row(window, batch, row, err);
		if (is_new < 0)
			return -1;
		if (!is_new)
			continue;
		if (hold(window, batch, values, begin, row, err) != 0 ||
		    end_partition(window, err) != 0)
			return -1;
		begin = row;
	}
	if (batch->row_count > begin && hold(window, batch, values, begin,
	    batch->row_count, err) != 0)
		return -1;
	window->row_count += batch->row_count;
	return 0;
}

int
window_run(const struct window_options *options, struct batch_source *in,
    struct batch_sink *out, uint64_t *qualified_away, struct error *err)
{
	struct window window = {.out = out};
	const struct batch *batch;
	int got = prepare(&window, options, in->header, err);
	const struct column **values = mem_array(
	    (size_t)window.item_count * 2, sizeof(*values));
	while (got == 0 && (got = batch_source_next(in, &batch, err)) == 1)
		got = take_batch(&window, batch, values, err);
	if (got == 0)
		got = end_partition(&window, err);
	*qualified_away = window.qualified_away;
	mem_free(values);
	release(&window);
	return got;
}
