/* rfilter: keep the rows for which a condition is true. */
#include "cli/cli.h"
#include "op/filter.h"

static const struct cli_tool tool = {
	.name = "rfilter",
	.summary = "keep the rows for which EXPR is true",
	.operands = "EXPR",
	.operands_min = 1,
	.operands_max = 1,
	.kind = STAGE_FILTER,
	.notes = "EXPR is SQL, see riffle-expr(7):\n"
	    "  rfilter \"price > 0 and country in ('FR', 'DE')\"\n",
};

int
main(int argc, char **argv)
{
	struct cli cli;
	struct error err = {0};
	const char *rejects_path = NULL;
	struct filter_options filter = {0};
	const struct cli_option options[] = {
		{'c', "columns", CLI_TEXT, "COLUMNS",
		    "only these come out, in this order", &filter.columns, 0},
		{'r', "rejects", CLI_TEXT, "FILE",
		    "write the other rows to FILE, with a column _reason",
		    &rejects_path, CLI_NEUTRAL},
		{0}
	};
	cli_parse(&cli, &tool, options, argc, argv);
	struct batch_source *in = cli_input(&cli, &err);
	struct batch_sink *out = in != NULL ? cli_output(&cli, &err) : NULL;
	struct batch_sink *rejects = NULL;
	if (out != NULL && rejects_path != NULL) {
		rejects = cli_side_output(&cli, rejects_path, &err);
		out = rejects != NULL ? out : NULL;
	}
	filter.condition = cli.operands[0];
	int result = out == NULL ? -1 : filter_run(&filter, in, out, rejects,
	    cli_stage(&cli), &err);
	return cli_finish(&cli, result, &err);
}
