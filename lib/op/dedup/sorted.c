#include "batch/value.h"
#include "op/dedup/parts.h"

struct sorted {
	const struct dedup_options *options;
	struct sort_key *keys;		/* owned; the order of the input */
	struct dedup_output output;
	struct batch_builder held;	/* the row kept of the open key */
	struct batch_builder last;	/* the row before this batch */
	int64_t key_rows;		/* of the open key */
	uint64_t rows;			/* before this batch */
	uint64_t duplicates;
	/* scratch, [BATCH_MAX_ROWS] */
	uint32_t *kept, *gone;
	int64_t *counts;
	int8_t *signs;
};

/* As the header declares, else ascending with nulls first. */
static struct sort_key *
input_order(const struct dedup_options *options,
    const struct properties *properties)
{
	struct sort_key *keys = mem_array(options->column_count,
	    sizeof(*keys));
	for (uint32_t i = 0; i < options->column_count; i++) {
		keys[i] = (struct sort_key){.column = options->columns[i],
		    .nulls_first = 1};
		if (i < properties->sort_key_count &&
		    properties->sort_keys[i].column == keys[i].column)
			keys[i] = properties->sort_keys[i];
	}
	return keys;
}

static void
format_key(const struct sorted *sorted, const struct batch *batch,
    uint32_t row, struct buffer *text)
{
	for (uint32_t i = 0; i < sorted->options->column_count; i++) {
		const struct column *column =
		    &batch->columns[sorted->options->columns[i]];
		if (i > 0)
			buffer_append_text(text, ", ");
		if (column_is_null(column, row))
			buffer_append_text(text, "null");
		else
			column_format(column, row, text);
	}
}

static int
fail_order(const struct sorted *sorted, const struct batch *before,
    uint32_t before_row, const struct batch *batch, uint32_t row,
    struct error *err)
{
	struct buffer was = {0}, is = {0};
	format_key(sorted, before, before_row, &was);
	format_key(sorted, batch, row, &is);
	error_data(err, "row %llu is out of order: key (%s) after (%s)",
	    (unsigned long long)(sorted->rows + row + 1), buffer_text(&is),
	    buffer_text(&was));
	buffer_release(&was);
	buffer_release(&is);
	return -1;
}

/* 1: the key of the row before; 0: the next key; -1: out of order. */
static int
has_same_key(struct sorted *sorted, const struct batch *batch, uint32_t row,
    struct error *err)
{
	const struct batch *last = batch_builder_view(&sorted->last, NULL);
	if (row == 0 && last->row_count == 0)
		return 0;
	int order = row > 0 ? sorted->signs[row] : batch_compare(last, 0,
	    batch, 0, sorted->keys, sorted->options->column_count);
	if (order <= 0)
		return order == 0;
	return row > 0 ? fail_order(sorted, batch, row - 1, batch, row, err) :
	    fail_order(sorted, last, 0, batch, row, err);
}

/* The held row goes out, if there is one: its key is complete. */
static int
give_held(struct sorted *sorted, struct error *err)
{
	const uint32_t row = 0;
	if (batch_builder_rows(&sorted->held) == 0)
		return 0;
	int result = dedup_keep(&sorted->output,
	    batch_builder_view(&sorted->held, NULL), &row, &sorted->key_rows,
	    1, err);
	batch_builder_clear(&sorted->held);
	return result;
}

static int
hold(struct batch_builder *builder, const struct batch *batch, uint32_t row,
    struct error *err)
{
	batch_builder_clear(builder);
	if (batch_builder_append(builder, batch, row, 1) != 0)
		return error_data(err, "a row's text passes 2 GiB");
	return 0;
}

/*
 * A batch: `best` is the row kept of the open key, or -1 if that is held
 * from a batch before.
 */
static int
take_batch(struct sorted *sorted, const struct batch *batch,
    struct error *err)
{
	_Bool keeps_last = sorted->options->keeps_last;
	const uint32_t first = 0;
	int64_t best = -1;
	uint32_t kept = 0;
	uint32_t gone = 0;
	batch_compare_adjacent(batch, sorted->keys,
	    sorted->options->column_count, sorted->signs);
	for (uint32_t i = 0; i < batch->row_count; i++) {
		int same = has_same_key(sorted, batch, i, err);
		if (same < 0)
			return -1;
		if (!same) {
			if (best < 0 && give_held(sorted, err) != 0)
				return -1;
			if (best >= 0) {
				sorted->counts[kept] = sorted->key_rows;
				sorted->kept[kept++] = (uint32_t)best;
			}
			best = i;
			sorted->key_rows = 1;
			continue;
		}
		sorted->key_rows++;
		sorted->duplicates++;
		if (!keeps_last) {
			sorted->gone[gone++] = i;
			continue;
		}
		if (best >= 0)
			sorted->gone[gone++] = (uint32_t)best;
		else if (dedup_drop(&sorted->output, batch_builder_view(
		    &sorted->held, NULL), &first, 1, err) != 0)
			return -1;
		batch_builder_clear(&sorted->held);
		best = i;
	}
	sorted->rows += batch->row_count;
	if (dedup_drop(&sorted->output, batch, sorted->gone, gone, err) != 0 ||
	    dedup_keep(&sorted->output, batch, sorted->kept, sorted->counts,
	    kept, err) != 0)
		return -1;
	if (best >= 0 && hold(&sorted->held, batch, (uint32_t)best, err) != 0)
		return -1;
	return hold(&sorted->last, batch, batch->row_count - 1, err);
}

int
dedup_sorted_run(const struct dedup_options *options, struct batch_source *in,
    struct batch_sink *out, struct dedup_result *result, struct error *err)
{
	struct sorted sorted = {.options = options};
	const struct batch *batch;
	sorted.keys = input_order(options, &in->header->properties);
	sorted.kept = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	sorted.gone = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	sorted.counts = mem_array(BATCH_MAX_ROWS, sizeof(int64_t));
	sorted.signs = mem_alloc(BATCH_MAX_ROWS);
	batch_builder_init(&sorted.held, &in->header->schema);
	batch_builder_init(&sorted.last, &in->header->schema);
	int got = dedup_output_init(&sorted.output, options, in->header, out,
	    err);
	while (got == 0 && (got = batch_source_next(in, &batch, err)) == 1)
		got = batch->row_count == 0 ? 0 :
		    take_batch(&sorted, batch, err);
	if (got == 0)
		got = give_held(&sorted, err);
	*result = (struct dedup_result){.duplicates = sorted.duplicates};
	dedup_output_release(&sorted.output);
	batch_builder_release(&sorted.held);
	batch_builder_release(&sorted.last);
	mem_free(sorted.keys);
	mem_free(sorted.kept);
	mem_free(sorted.gone);
	mem_free(sorted.counts);
	mem_free(sorted.signs);
	return got;
}
