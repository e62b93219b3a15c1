#include "op/aggregate/results.h"

#include "op/lookup.h"

static int
results_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	struct aggregate_results *results = (struct aggregate_results *)sink;
	struct stream_header with = *header;
	with.schema = results->schema;
	return results->out->begin(results->out, &with, err);
}

/* Drops what HAVING is not true for. */
static int
write_having(struct aggregate_results *results, const struct batch *calls,
    struct batch *batch, struct error *err)
{
	uint32_t visible = batch->column_count;
	uint32_t kept;
	struct batch scope = *batch;
	for (uint32_t i = results->key_count; i < calls->column_count; i++)
		scope.columns[scope.column_count++] = calls->columns[i];
	if (expr_filter(results->having, &scope, results->rows, &kept,
	    err) != 0)
		return error_prefix(err, "--having");
	results->dropped += batch->row_count - kept;
	batch->column_count = visible;
	if (kept == 0)
		return 0;
	if (kept == batch->row_count)
		return batch_sink_write(results->out, batch, err);
	batch_builder_clear(&results->picked);
	if (batch_builder_take(&results->picked, batch, results->rows,
	    kept) != 0)
		return error_data(err, "a batch's text passes 2 GiB");
	return batch_sink_write(results->out,
	    batch_builder_view(&results->picked, NULL), err);
}

static int
results_write(struct batch_sink *sink, const struct batch *calls,
    struct error *err)
{
	struct aggregate_results *results = (struct aggregate_results *)sink;
	struct batch batch = *calls;
	batch.columns = results->columns;
	batch.column_count = results->key_count;
	for (uint32_t k = 0; k < results->key_count; k++)
		batch.columns[k] = calls->columns[k];
	for (uint32_t i = 0; i < results->item_count; i++) {
		const struct column *column =
		    &calls->columns[results->column_of[i]];
		if (results->items[i] != NULL && expr_eval(
		    results->items[i], calls, &column, err) != 0)
			return error_prefix(err, "%s", results->schema.fields[
			    results->key_count + i].name);
		batch.columns[batch.column_count++] = *column;
	}
	return results->having == NULL ?
	    batch_sink_write(results->out, &batch, err) :
	    write_having(results, calls, &batch, err);
}

static int
add_item(struct aggregate_results *results, const struct schema *calls,
    const struct aggregate_item *item, uint32_t i, struct error *err)
{
	if (item->expression == NULL) {
		int column = schema_find(calls, item->name,
		    strlen(item->name));
		const struct field *field = &calls->fields[column];
		results->column_of[i] = (uint32_t)column;
		schema_add(&results->schema, item->name, strlen(item->name),
		    field->type, field->is_nullable);
		return 0;
	}
	if (lookup_compile(item->expression, calls, &results->items[i],
	    err) != 0)
		return error_prefix(err, "%s", item->name);
	schema_add(&results->schema, item->name, strlen(item->name),
	    expr_type(results->items[i]),
	    expr_is_nullable(results->items[i]));
	return 0;
}

static int
add_having(struct aggregate_results *results, const struct schema *calls,
    const char *having, struct error *err)
{
	struct schema scope = {0};
	if (having == NULL)
		return 0;
	schema_add_all(&scope, &results->schema);
	for (uint32_t i = results->key_count; i < calls->count; i++)
		schema_add(&scope, calls->fields[i].name,
		    strlen(calls->fields[i].name), calls->fields[i].type,
		    calls->fields[i].is_nullable);
	int result = lookup_compile_condition(having, &scope, &results->having,
	    err);
	schema_release(&scope);
	return result != 0 ? error_prefix(err, "--having") : 0;
}

int
aggregate_results_init(struct aggregate_results *results,
    const struct schema *calls, uint32_t key_count,
    const struct aggregate_list *list, const char *having,
    struct batch_sink *out, struct error *err)
{
	*results = (struct aggregate_results){.out = out,
	    .key_count = key_count, .item_count = list->item_count,
	    .sink = {.begin = results_begin, .write = results_write}};
	results->items = mem_array((size_t)list->item_count + 1,
	    sizeof(*results->items));
	results->column_of = mem_array((size_t)list->item_count + 1,
	    sizeof(*results->column_of));
	results->columns = mem_array((size_t)calls->count +
	    list->item_count + 1, sizeof(*results->columns));
	results->rows = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	for (uint32_t k = 0; k < key_count; k++)
		schema_add(&results->schema, calls->fields[k].name,
		    strlen(calls->fields[k].name), calls->fields[k].type,
		    calls->fields[k].is_nullable);
	int result = 0;
	for (uint32_t i = 0; i < list->item_count && result == 0; i++)
		result = add_item(results, calls, &list->items[i], i, err);
	if (result == 0)
		result = add_having(results, calls, having, err);
	batch_builder_init(&results->picked, &results->schema);
	return result;
}

void
aggregate_results_release(struct aggregate_results *results)
{
	for (uint32_t i = 0; i < results->item_count &&
	    results->items != NULL; i++)
		expr_free(results->items[i]);
	expr_free(results->having);
	batch_builder_release(&results->picked);
	schema_release(&results->schema);
	mem_free(results->items);
	mem_free(results->column_of);
	mem_free(results->columns);
	mem_free(results->rows);
}
