#include "op/profile/profile.h"

#include <math.h>

#include "batch/value.h"
#include "op/aggregate/aggregate.h"
#include "op/numeric.h"
#include "op/profile/parts.h"
#include "op/spill.h"

/* Files for the rows set aside; each holds as many columns as it must. */
#define MAX_FILES 64

const unsigned profile_percent[PROFILE_QUANTILES] = {5, 25, 50, 75, 95};

/* ---- the rows set aside ---------------------------------------------- */

struct store {
	struct spill **files;		/* owned */
	struct schema *schemas;		/* owned; of each file */
	uint32_t file_count;
	uint32_t columns_each;		/* column i is in file i / this */
};

static void
store_init(struct store *store, const struct schema *schema,
    struct budget *budget, const char *folder)
{
	uint32_t each = (schema->count + MAX_FILES - 1) / MAX_FILES;
	store->columns_each = each > 0 ? each : 1;
	store->file_count = (schema->count + store->columns_each - 1) /
	    store->columns_each;
	store->files = mem_array(store->file_count, sizeof(*store->files));
	store->schemas = mem_array(store->file_count,
	    sizeof(*store->schemas));
	for (uint32_t i = 0; i < schema->count; i++)
		schema_add(&store->schemas[i / store->columns_each],
		    schema->fields[i].name, strlen(schema->fields[i].name),
		    schema->fields[i].type, schema->fields[i].is_nullable);
	for (uint32_t i = 0; i < store->file_count; i++)
		store->files[i] = spill_new(&store->schemas[i], folder,
		    budget);
}

static void
store_release(struct store *store)
{
	for (uint32_t i = 0; i < store->file_count; i++) {
		spill_free(store->files[i]);
		schema_release(&store->schemas[i]);
	}
	mem_free(store->files);
	mem_free(store->schemas);
}

static int
store_write(struct store *store, const struct batch *batch, struct error *err)
{
	for (uint32_t i = 0; i < store->file_count; i++) {
		struct batch part = {.row_count = batch->row_count,
		    .column_count = store->schemas[i].count,
		    .columns = batch->columns +
		    (size_t)i * store->columns_each};
		if (spill_write(store->files[i], &part, err) != 0)
			return -1;
	}
	return 0;
}

/* ---- one column of it, as a source ----------------------------------- */

struct column_source {
	struct batch_source source;
	struct stream_header header;	/* one column, "v" */
	struct spill *file;		/* borrowed */
	uint32_t column;		/* in the file */
	struct batch batch;
	struct column view;
};

static int
column_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct column_source *column = (struct column_source *)source;
	const struct batch *all;
	int got = spill_next(column->file, &all, err);
	if (got != 1)
		return got;
	column->view = all->columns[column->column];
	column->batch = (struct batch){.row_count = all->row_count,
	    .column_count = 1, .columns = &column->view};
	*batch = &column->batch;
	return 1;
}

static const struct stages *
no_stages(struct batch_source *source)
{
	static const struct stages none;
	(void)source;
	return &none;
}

static void
column_source_init(struct column_source *column, const struct store *store,
    uint32_t which, const struct type type)
{
	*column = (struct column_source){
	    .file = store->files[which / store->columns_each],
	    .column = which % store->columns_each};
	schema_add(&column->header.schema, "v", 1, type, 1);
	column->source = (struct batch_source){.header = &column->header,
	    .next = column_next, .stages = no_stages};
	spill_rewind(column->file);
}

/* ---- its groups, as a sink ------------------------------------------- */

struct value_sink {
	struct batch_sink sink;
	struct profile_column *out;	/* borrowed */
	uint64_t rank;			/* of the last value taken */
	uint32_t next_quantile;
	struct buffer text, numbers;	/* scratch */
};

static int
no_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	(void)sink;
	(void)header;
	(void)err;
	return 0;
}

static char *
value_text(struct value_sink *values, const struct column *column,
    uint32_t row)
{
	values->text.len = 0;
	column_format(column, row, &values->text);
	return mem_strndup((const char *)values->text.data, values->text.len);
}

/* Values come ascending, so that of equal counts the first stays first. */
static void
take_top(struct value_sink *values, const struct column *column, uint32_t row,
    uint64_t count)
{
	struct profile_column *out = values->out;
	uint32_t at = out->top_count;
	while (at > 0 && out->top[at - 1].count < count)
		at--;
	if (at == PROFILE_TOP)
		return;
	if (out->top_count == PROFILE_TOP)
		mem_free(out->top[PROFILE_TOP - 1].text);
	else
		out->top_count++;
	for (uint32_t i = out->top_count - 1; i > at; i--)
		out->top[i] = out->top[i - 1];
	out->top[at].text = value_text(values, column, row);
	out->top[at].count = count;
}

static void
take_quantiles(struct value_sink *values, const struct column *column,
    uint32_t row)
{
	struct profile_column *out = values->out;
	uint64_t ranked = out->rows - out->nulls;
	while (values->next_quantile < PROFILE_QUANTILES) {
		uint64_t wanted = (ranked * profile_percent[
		    values->next_quantile] + 99) / 100;
		if (values->rank < wanted)
			return;
		out->quantiles[values->next_quantile++] =
		    value_text(values, column, row);
	}
}

static void
take_bin(struct profile_column *out, double value, uint64_t count)
{
	if (!isfinite(value))
		return;
	double part = (value - out->low) / (out->high - out->low);
	uint32_t bin = (uint32_t)(part * PROFILE_BINS);
	out->bins[bin < PROFILE_BINS ? bin : PROFILE_BINS - 1] += count;
}

static void
take_length(struct profile_column *out, const struct column *column,
    uint32_t row)
{
	uint32_t len;
	if (!type_is_variable(out->type))
		return;
	column_bytes(column, row, &len);
	if (out->distinct == 0 || len < out->shortest)
		out->shortest = len;
	if (len > out->longest)
		out->longest = len;
}

/* A batch of groups: the value and its count. */
static int
take_values(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct value_sink *values = (struct value_sink *)sink;
	struct profile_column *out = values->out;
	const struct column *column = &batch->columns[0];
	const uint64_t *counts = batch->columns[1].values;
	const double *numbers = numeric_values(column, batch->row_count,
	    &values->numbers);
	(void)err;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (column_is_null(column, i))
			continue;
		take_length(out, column, i);
		if (out->distinct++ == 0)
			out->least = value_text(values, column, i);
		values->rank += counts[i];
		if (values->rank == out->rows - out->nulls)
			out->greatest = value_text(values, column, i);
		take_top(values, column, i, counts[i]);
		take_quantiles(values, column, i);
		if (out->has_bins)
			take_bin(out, numbers[i], counts[i]);
	}
	return 0;
}

/* The one row of the mean. */
static int
take_mean(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct value_sink *values = (struct value_sink *)sink;
	(void)err;
	if (batch->row_count == 1 && !column_is_null(&batch->columns[0], 0))
		values->out->mean = value_text(values, &batch->columns[0], 0);
	return 0;
}

/* ---- a column -------------------------------------------------------- */

/* The finite range of numbers, and the nulls. */
static int
look_over(struct column_source *source, struct profile_column *out,
    struct error *err)
{
	const struct batch *batch;
	int got;
	out->low = INFINITY;
	out->high = -INFINITY;
	while ((got = column_next(&source->source, &batch, err)) == 1) {
		out->nulls += batch->columns[0].null_count;
		profile_range(&batch->columns[0], batch->row_count, &out->low,
		    &out->high);
	}
	out->has_bins = out->low < out->high &&
	    isfinite(out->high - out->low);
	return got;
}

static int
run_aggregates(const struct store *store, uint32_t which,
    const struct aggregate_options *options, struct value_sink *values,
    struct error *err)
{
	struct column_source source;
	struct stage stage = {0};
	column_source_init(&source, store, which, values->out->type);
	int result = aggregate_run(options, &source.source, &values->sink,
	    &stage, err);
	stream_header_release(&source.header);
	stage_release(&stage);
	return result;
}

static int
profile_column(const struct store *store, uint32_t which,
    struct budget *budget, const char *folder, struct profile_column *out,
    struct error *err)
{
	struct aggregate_options groups = {.keys = "v",
	    .aggregates = "n = count(*)", .budget = budget, .folder = folder};
	struct aggregate_options mean = {.aggregates = "mean = avg(v)",
	    .budget = budget, .folder = folder};
	struct value_sink values = {.out = out,
	    .sink = {.begin = no_begin, .write = take_values}};
	struct column_source source;
	column_source_init(&source, store, which, out->type);
	int result = look_over(&source, out, err);
	stream_header_release(&source.header);
	if (result == 0 && out->nulls < out->rows) {
		result = run_aggregates(store, which, &groups, &values, err);
		values.sink.write = take_mean;
		if (result == 0 && type_is_number(out->type))
			result = run_aggregates(store, which, &mean, &values,
			    err);
	}
	buffer_release(&values.text);
	buffer_release(&values.numbers);
	return result;
}

int
profile_run(struct batch_source *in, struct budget *budget,
    const char *folder, struct profile *profile, struct error *err)
{
	const struct schema *schema = &in->header->schema;
	struct store store;
	const struct batch *batch;
	int got;
	*profile = (struct profile){.count = schema->count,
	    .columns = mem_array(schema->count, sizeof(*profile->columns))};
	store_init(&store, schema, budget, folder);
	while ((got = batch_source_next(in, &batch, err)) == 1) {
		profile->rows += batch->row_count;
		if (store_write(&store, batch, err) != 0) {
			got = -1;
			break;
		}
	}
	for (uint32_t i = 0; i < schema->count && got == 0; i++) {
		struct profile_column *out = &profile->columns[i];
		out->name = mem_strdup(schema->fields[i].name);
		out->type = schema->fields[i].type;
		out->rows = profile->rows;
		got = profile_column(&store, i, budget, folder, out, err);
	}
	store_release(&store);
	return got;
}

void
profile_release(struct profile *profile)
{
	for (uint32_t i = 0; i < profile->count; i++) {
		struct profile_column *column = &profile->columns[i];
		mem_free(column->name);
		mem_free(column->least);
		mem_free(column->greatest);
		mem_free(column->mean);
		for (uint32_t k = 0; k < PROFILE_QUANTILES; k++)
			mem_free(column->quantiles[k]);
		for (uint32_t k = 0; k < column->top_count; k++)
			mem_free(column->top[k].text);
	}
	mem_free(profile->columns);
}
