/* rdedup: one row for each key. */
#include <string.h>

#include "cli/cli.h"
#include "op/dedup/dedup.h"

static const struct cli_tool tool = {
	.name = "rdedup",
	.summary = "keep one row for each key",
	.operands = "",
	.kind = STAGE_FILTER,
	.notes = "Without --keys whole rows are compared.\n",
};

struct options {
	const char *keys, *keep, *order, *count, *dropped;
	_Bool is_sorted;
};

/* The key columns: those named, or all. */
static int
find_columns(const char *keys, const struct schema *schema,
    uint32_t **columns, uint32_t *count, struct error *err)
{
	if (keys != NULL)
		return schema_need_list(schema, keys, columns, count, err);
	*count = schema->count;
	*columns = mem_array(schema->count, sizeof(uint32_t));
	for (uint32_t i = 0; i < schema->count; i++)
		(*columns)[i] = i;
	return 0;
}

static int
run(const struct options *options, struct cli *cli, struct error *err)
{
	struct dedup_options dedup = {
	    .keeps_last = strcmp(options->keep, "last") == 0,
	    .count_name = options->count,
	    .temporary_folder = cli->temporary_folder};
	struct dedup_result result;
	uint32_t *columns = NULL;
	struct sort_key *order = NULL;
	if (!dedup.keeps_last && strcmp(options->keep, "first") != 0)
		return error_usage(err, "--keep is first or last, not '%s'",
		    options->keep);
	if (options->is_sorted && options->order != NULL)
		return error_usage(err, "--sorted takes no --order: sort by "
		    "the keys and then by the order instead");
	struct batch_sink *out = cli_output(cli, err);
	struct batch_source *in = out != NULL ? cli_input(cli, err) : NULL;
	if (in == NULL || find_columns(options->keys, &in->header->schema,
	    &columns, &dedup.column_count, err) != 0)
		return -1;
	int got = options->order == NULL ? 0 : sort_keys_parse(
	    &in->header->schema, options->order, &order, &dedup.order_count,
	    err);
	if (got == 0 && options->dropped != NULL) {
		dedup.dropped = cli_side_output(cli, options->dropped, err);
		got = dedup.dropped != NULL ? 0 : -1;
	}
	dedup.columns = columns;
	dedup.order = order;
	if (got == 0 && options->is_sorted)
		got = dedup_sorted_run(&dedup, in, out, &result, err);
	else if (got == 0)
		got = dedup_run(&dedup, in, out, &cli->budget, &result, err);
	mem_free(columns);
	mem_free(order);
	if (got != 0)
		return -1;
	cli_stage(cli)->counts.duplicates = result.duplicates;
	return 0;
}

int
main(int argc, char **argv)
{
	struct options options = {.keep = "first"};
	const struct cli_option table[] = {
		{'c', "count", CLI_TEXT, "NAME",
		    "add a column: how many rows had the key",
		    &options.count, 0},
		{'d', "dropped", CLI_TEXT, "FILE",
		    "write the rows that are dropped as a stream",
		    &options.dropped, CLI_NEUTRAL},
		{'k', "keys", CLI_TEXT, "COLUMNS",
		    "what must differ (all columns)", &options.keys, 0},
		{'K', "keep", CLI_TEXT, "WHICH",
		    "first or last of each key (first)", &options.keep, 0},
		{'o', "order", CLI_TEXT, "KEYS",
		    "first or last in this order: 'price desc, ts'",
		    &options.order, 0},
		{'s', "sorted", CLI_FLAG, NULL,
		    "the input is sorted by the keys: hold one row",
		    &options.is_sorted, 0},
		{0},
	};
	struct cli cli;
	struct error err = {0};
	cli_parse(&cli, &tool, table, argc, argv);
	int result = run(&options, &cli, &err);
	return cli_finish(&cli, result, &err);
}
