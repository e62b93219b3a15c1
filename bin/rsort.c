/* rsort: order a stream, merge sorted streams, or check an order. */
#include "cli/cli.h"
#include "batch/builder.h"
#include "batch/value.h"
#include "op/merge.h"
#include "op/sort/sort.h"

static const struct cli_tool tool = {
	.name = "rsort",
	.summary = "order the rows of a stream",
	.operands = "[FILE...]",
	.operands_max = -1,
	.kind = STAGE_FILTER,
	.notes = "KEYS are columns, each with asc or desc, nulls first or "
	    "nulls last behind it;\nby default asc, and null is the least "
	    "value.\n",
	.operands_are_places = 1,
};

struct options {
	const char *keys;
	uint64_t rows;
	_Bool is_check, is_merge, is_unique;
};

struct sort {
	const struct options *options;
	struct cli *cli;
	struct sort_key *keys;		/* owned */
	uint32_t key_count;
};

/* The header of a stream with these columns in this order. */
static void
sorted_header(const struct sort *sort, const struct stream_header *from,
    struct stream_header *header)
{
	stream_header_copy(header, from);
	header->has_blocks = 0;
	struct properties *properties = &header->properties;
	mem_free(properties->sort_keys);
	properties->sort_keys = mem_array(sort->key_count,
	    sizeof(struct sort_key));
	memcpy(properties->sort_keys, sort->keys,
	    sort->key_count * sizeof(struct sort_key));
	properties->sort_key_count = sort->key_count;
	if (sort->options->is_merge) {
		mem_free(properties->unique_columns);
		properties->unique_columns = NULL;
		properties->unique_column_count = 0;
	}
}

static int
begin_output(const struct sort *sort, const struct stream_header *from,
    struct batch_sink *out, struct error *err)
{
	struct stream_header header;
	sorted_header(sort, from, &header);
	int result = out->begin(out, &header, err);
	stream_header_release(&header);
	return result;
}

/* ---- sorting --------------------------------------------------------- */

static int
sort_stream(const struct sort *sort, struct batch_source *in,
    struct batch_sink *out, struct error *err)
{
	const struct sort_options options = {.schema = &in->header->schema,
	    .keys = sort->keys, .key_count = sort->key_count,
	    .limit = sort->options->rows,
	    .temporary_folder = sort->cli->temporary_folder};
	struct sorter *sorter = sorter_new(&options, &sort->cli->budget);
	const struct batch *batch;
	int got = begin_output(sort, in->header, out, err);
	while (got == 0 && (got = batch_source_next(in, &batch, err)) == 1)
		got = sorter_add(sorter, batch, err);
	if (got == 0)
		got = sorter_end(sorter, err);
	while (got == 0 && (got = sorter_next(sorter, &batch, err)) == 1)
		got = batch_sink_write(out, batch, err);
	if (got == 0)
		cli_stage(sort->cli)->counts.filtered =
		    sorter_dropped(sorter);
	if (sort->cli->budget.spilled_bytes > 0)
		stage_set_strategy(cli_stage(sort->cli), "spilled");
	sorter_free(sorter);
	return got;
}

/* ---- checking -------------------------------------------------------- */

/* The keys of a row, as "region=Asia, id=7". */
static void
format_keys(const struct sort *sort, const struct schema *schema,
    const struct batch *batch, uint32_t row, struct buffer *out)
{
	for (uint32_t i = 0; i < sort->key_count; i++) {
		uint32_t column = sort->keys[i].column;
		buffer_printf(out, "%s%s=", i > 0 ? ", " : "",
		    schema->fields[column].name);
		if (column_is_null(&batch->columns[column], row))
			buffer_append_text(out, "null");
		else
			column_format(&batch->columns[column], row, out);
	}
}

static int
report(const struct sort *sort, const struct schema *schema,
    const struct batch *last, uint32_t last_row, const struct batch *batch,
    uint32_t row, uint64_t number)
{
	struct buffer before = {0};
	struct buffer after = {0};
	format_keys(sort, schema, last, last_row, &before);
	format_keys(sort, schema, batch, row, &after);
	if (batch_compare(last, last_row, batch, row, sort->keys,
	    sort->key_count) == 0)
		cli_note(sort->cli, "row %llu is not the only one of its keys: "
		    "%s", (unsigned long long)number, buffer_text(&after));
	else
		cli_note(sort->cli, "row %llu is out of order: %s after %s",
		    (unsigned long long)number, buffer_text(&after),
		    buffer_text(&before));
	buffer_release(&before);
	buffer_release(&after);
	return 1;
}

/* 0 if all is in order, 1 if not, -1. */
static int
check_stream(const struct sort *sort, struct batch_source *in,
    struct error *err)
{
	const struct schema *schema = &in->header->schema;
	struct batch_builder last;
	const struct batch *batch;
	uint64_t rows = 0;
	const int most = sort->options->is_unique ? -1 : 0;
	int got = 0;
	int answer = 0;
	batch_builder_init(&last, schema);
	while (answer == 0 && (got = batch_source_next(in, &batch, err)) == 1) {
		for (uint32_t i = 0; i < batch->row_count && answer == 0; i++) {
			const struct batch *before = i > 0 ? batch :
			    batch_builder_view(&last, NULL);
			uint32_t row = i > 0 ? i - 1 : 0;
			if (before->row_count > 0 && batch_compare(before,
			    row, batch, i, sort->keys, sort->key_count) > most)
				answer = report(sort, schema, before, row,
				    batch, i, rows + i + 1);
		}
		rows += batch->row_count;
		if (batch->row_count == 0)
			continue;
		batch_builder_clear(&last);
		if (batch_builder_append(&last, batch, batch->row_count - 1,
		    1) != 0) {
			got = error_data(err, "a value passes 2 GiB");
			break;
		}
	}
	batch_builder_release(&last);
	cli_stage(sort->cli)->kind = STAGE_HEAD;
	return got < 0 ? -1 : answer;
}

/* ---- merging --------------------------------------------------------- */

static int
next_of_source(void *context, const struct batch **batch, struct error *err)
{
	return batch_source_next(context, batch, err);
}

static int
merge_streams(const struct sort *sort, struct batch_source **sources,
    uint32_t count, struct batch_sink *out, struct error *err)
{
	const struct stream_header *header = sources[0]->header;
	struct merge_input *inputs = mem_array(count, sizeof(*inputs));
	const struct batch *batch;
	int got = 0;
	for (uint32_t i = 0; i < count; i++) {
		inputs[i] = (struct merge_input){.context = sources[i],
		    .next = next_of_source, .name = sort->cli->operands[i]};
		if (!schema_is_equal(&header->schema,
		    &sources[i]->header->schema))
			got = error_usage(err, "%s: its columns are not those "
			    "of %s", sort->cli->operands[i],
			    sort->cli->operands[0]);
	}
	struct merge *merge = merge_new(inputs, count, &header->schema,
	    sort->keys, sort->key_count);
	if (got == 0)
		got = begin_output(sort, header, out, err);
	while (got == 0 && (got = merge_next(merge, &batch, err)) == 1)
		got = batch_sink_write(out, batch, err);
	merge_free(merge);
	mem_free(inputs);
	return got;
}

static int
open_and_merge(struct sort *sort, struct error *err)
{
	uint32_t count = (uint32_t)sort->cli->operand_count;
	struct batch_source **sources = mem_array(count,
	    sizeof(struct batch_source *));
	struct batch_sink *out = NULL;
	int result = count > 0 ? 0 :
	    error_usage(err, "--merge needs streams to merge");
	if (result == 0) {
		out = cli_output(sort->cli, err);
		result = out != NULL ? 0 : -1;
	}
	for (uint32_t i = 0; i < count && result == 0; i++) {
		sources[i] = cli_open_input(sort->cli, sort->cli->operands[i],
		    err);
		result = sources[i] != NULL ? 0 : -1;
	}
	if (result == 0)
		result = sort_keys_parse(&sources[0]->header->schema,
		    sort->options->keys, &sort->keys, &sort->key_count, err);
	if (result == 0)
		result = merge_streams(sort, sources, count, out, err);
	mem_free(sources);
	return result;
}

static int
run(struct sort *sort, struct error *err)
{
	struct cli *cli = sort->cli;
	if (sort->options->keys == NULL)
		return error_usage(err, "--keys is missing");
	if (sort->options->is_unique && !sort->options->is_check)
		return error_usage(err, "--unique is for --check; rdedup "
		    "leaves one row for each key");
	if (sort->options->is_merge)
		return open_and_merge(sort, err);
	if (cli->operand_count > 1)
		return error_usage(err, "several files need --merge");
	struct batch_sink *out = sort->options->is_check ? NULL :
	    cli_output(cli, err);
	if (out == NULL && !sort->options->is_check)
		return -1;
	struct batch_source *in = cli_open_input(cli,
	    cli->operand_count > 0 ? cli->operands[0] : "-", err);
	if (in == NULL || sort_keys_parse(&in->header->schema,
	    sort->options->keys, &sort->keys, &sort->key_count, err) != 0)
		return -1;
	return out == NULL ? check_stream(sort, in, err) :
	    sort_stream(sort, in, out, err);
}

int
main(int argc, char **argv)
{
	struct options options = {0};
	const struct cli_option table[] = {
		{'c', "check", CLI_FLAG, NULL,
		    "only say whether the rows are in order (status 1: no)",
		    &options.is_check, 0},
		{'k', "keys", CLI_TEXT, "KEYS", "what to order by",
		    &options.keys, 0},
		{'M', "merge", CLI_FLAG, NULL,
		    "merge FILEs, which are sorted", &options.is_merge, 0},
		{'n', "rows", CLI_COUNT, "N", "only the first N rows",
		    &options.rows, 0},
		{'u', "unique", CLI_FLAG, NULL,
		    "with --check: and no two rows have the same keys",
		    &options.is_unique, 0},
		{0},
	};
	struct cli cli;
	struct error err = {0};
	cli_parse(&cli, &tool, table, argc, argv);
	struct sort sort = {.options = &options, .cli = &cli};
	int result = run(&sort, &err);
	mem_free(sort.keys);
	return cli_finish(&cli, result, &err);
}
