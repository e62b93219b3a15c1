/* rjoin: the rows of two streams whose keys are equal. */
#include "cli/cli.h"
#include "op/join.h"

static const struct cli_tool tool = {
	.name = "rjoin",
	.summary = "join standard input with the rows of FILE by keys",
	.operands = "FILE",
	.operands_min = 1,
	.operands_max = 1,
	.kind = STAGE_JOIN,
	.notes = "FILE is a stream, and may be <(...):\n"
	    "  rjoin -k customer_id <(rparquet dim/customers)\n",
	.operands_are_places = 1,
};

struct texts {
	const char *type, *expect;
	_Bool is_broadcast, is_merge;
};

static int
choose(const struct texts *texts, struct join_options *options,
    struct error *err)
{
	if (texts->is_broadcast && texts->is_merge)
		return error_usage(err, "either --broadcast or --merge");
	if (texts->is_broadcast)
		options->strategy = JOIN_BROADCAST;
	if (texts->is_merge)
		options->strategy = JOIN_MERGE;
	if (texts->type != NULL &&
	    join_type_parse(texts->type, &options->type, err) != 0)
		return -1;
	return texts->expect == NULL ? 0 :
	    join_expect_parse(texts->expect, options, err);
}

int
main(int argc, char **argv)
{
	struct join_options options = {0};
	struct texts texts = {0};
	struct cli cli;
	struct error err = {0};
	const struct cli_option table[] = {
		{'k', "key", CLI_TEXT, "LEFT=RIGHT,...",
		    "the keys; NAME for both", &options.keys, 0},
		{'t', "type", CLI_TEXT, "TYPE",
		    "inner, left, semi or anti (inner)", &texts.type, 0},
		{'c', "columns", CLI_TEXT, "LIST",
		    "these columns of FILE (all but its keys)",
		    &options.columns, 0},
		{'S', "suffix", CLI_TEXT, "TEXT",
		    "appended to names of FILE that are taken",
		    &options.suffix, 0},
		{'e', "expect", CLI_TEXT, "1:1|n:1|1:n|n:m",
		    "fail where it is not so (n:m)", &texts.expect, 0},
		{'b', "broadcast", CLI_FLAG, NULL,
		    "hold FILE in memory, never spill", &texts.is_broadcast,
		    0},
		{'M', "merge", CLI_FLAG, NULL,
		    "both sides are sorted by the keys", &texts.is_merge, 0},
		{0},
	};
	cli_parse(&cli, &tool, table, argc, argv);
	options.budget = &cli.budget;
	options.folder = cli.temporary_folder;
	int result = choose(&texts, &options, &err);
	struct batch_source *probe = result == 0 ? cli_input(&cli, &err) :
	    NULL;
	struct batch_source *build = probe != NULL ?
	    cli_open_input(&cli, cli.operands[0], &err) : NULL;
	struct batch_sink *out = build != NULL ? cli_output(&cli, &err) : NULL;
	result = out != NULL ? join_run(&options, probe, build, out,
	    cli_stage(&cli), &err) : -1;
	return cli_finish(&cli, result, &err);
}
