/* ragg: group rows and aggregate them. */
#include "cli/cli.h"
#include "op/aggregate.h"

static const struct cli_tool tool = {
	.name = "ragg",
	.summary = "group rows and aggregate them",
	.operands = "[AGGREGATES]",
	.operands_max = 1,
	.kind = STAGE_AGGREGATE,
	.notes = "AGGREGATES is a list of [NAME =] FUNCTION([DISTINCT] EXPR) "
	    "[FILTER (WHERE EXPR)],\nor of expressions over them:\n"
	    "  ragg -g region 'n = count(*), mean = sum(amount) / count(*)'\n",
};

int
main(int argc, char **argv)
{
	struct aggregate_options options = {0};
	struct cli cli;
	struct error err = {0};
	const struct cli_option table[] = {
		{'g', "group", CLI_TEXT, "KEYS",
		    "the keys: columns, or NAME = EXPR", &options.keys, 0},
		{'H', "having", CLI_TEXT, "EXPR",
		    "give only the groups for which it is true",
		    &options.having, 0},
		{'r', "rollup", CLI_FLAG, NULL,
		    "and totals: of all keys but the last, ..., of none",
		    &options.sets.is_rollup, 0},
		{'c', "cube", CLI_FLAG, NULL,
		    "and totals: of every set of keys",
		    &options.sets.is_cube, 0},
		{'G', "sets", CLI_TEXT, "SETS",
		    "groups of these sets of keys: '(a, b), (a), ()'",
		    &options.sets.list, 0},
		{'s', "sorted", CLI_FLAG, NULL,
		    "the input is sorted by the keys: hold one group",
		    &options.is_sorted, 0},
		{'P', "partial", CLI_FLAG, NULL,
		    "give states, for --final to merge", &options.is_partial,
		    0},
		{'F', "final", CLI_FLAG, NULL,
		    "merge states that --partial gave", &options.is_final, 0},
		{0},
	};
	cli_parse(&cli, &tool, table, argc, argv);
	if (cli.operand_count > 0)
		options.aggregates = cli.operands[0];
	options.budget = &cli.budget;
	options.folder = cli.temporary_folder;
	struct batch_source *in = cli_input(&cli, &err);
	struct batch_sink *out = in != NULL ? cli_output(&cli, &err) : NULL;
	int result = out != NULL ?
	    aggregate_run(&options, in, out, cli_stage(&cli), &err) : -1;
	return cli_finish(&cli, result, &err);
}
