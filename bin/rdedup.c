/* rdedup: one row for each key. */
#include <string.h>

#include "cli/cli.h"
#include "op/dedup.h"

static const struct cli_tool tool = {
	.name = "rdedup",
	.summary = "keep one row for each key",
	.operands = "",
	.kind = STAGE_FILTER,
	.notes = "Without --keys whole rows are compared.\n",
};

struct options {
	const char *keys;
	const char *keep;
	const char *dropped;
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
	    .temporary_folder = cli->temporary_folder};
	struct dedup_result result;
	uint32_t *columns = NULL;
	if (!dedup.keeps_last && strcmp(options->keep, "first") != 0)
		return error_usage(err, "--keep is first or last, not '%s'",
		    options->keep);
	struct batch_source *in = cli_input(cli, err);
	if (in == NULL || find_columns(options->keys, &in->header->schema,
	    &columns, &dedup.column_count, err) != 0)
		return -1;
	struct batch_sink *out = cli_output(cli, err);
	if (out != NULL && options->dropped != NULL) {
		dedup.dropped = cli_side_output(cli, options->dropped, err);
		if (dedup.dropped == NULL)
			out = NULL;
	}
	dedup.columns = columns;
	int got = out == NULL ? -1 :
	    dedup_run(&dedup, in, out, &cli->budget, &result, err);
	mem_free(columns);
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
		{'d', "dropped", CLI_TEXT, "FILE",
		    "write the rows that are dropped as a stream",
		    &options.dropped, CLI_NEUTRAL},
		{'k', "keys", CLI_TEXT, "COLUMNS",
		    "what must differ (all columns)", &options.keys, 0},
		{'K', "keep", CLI_TEXT, "WHICH",
		    "first or last of each key (first)", &options.keep, 0},
		{0},
	};
	struct cli cli;
	struct error err = {0};
	cli_parse(&cli, &tool, table, argc, argv);
	int result = run(&options, &cli, &err);
	return cli_finish(&cli, result, &err);
}
