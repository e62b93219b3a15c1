/* rwindow: SQL's window functions. */
#include "cli/cli.h"
#include "op/window/window.h"

static const struct cli_tool tool = {
	.name = "rwindow",
	.summary = "add columns computed over windows of rows",
	.operands = "FUNCTIONS",
	.operands_min = 1,
	.operands_max = 1,
	.kind = STAGE_FILTER,
	.notes = "FUNCTIONS is a list of [NAME =] FUNCTION(...) [OVER ...] "
	    "[FRAME]; functions are\nrow_number, rank, dense_rank, "
	    "percent_rank, cume_dist, ntile, lag, lead, first_value,\n"
	    "last_value, nth_value, share, and the aggregates of ragg\n",
};

static int
run(struct window_options *options, struct cli *cli, struct error *err)
{
	struct batch_sink *out = cli_output(cli, err);
	struct batch_source *in = out != NULL ? cli_input(cli, err) : NULL;
	if (in == NULL)
		return -1;
	options->texts.items = cli->operands[0];
	options->budget = &cli->budget;
	options->folder = cli->temporary_folder;
	return window_run(options, in, out, &cli_stage(cli)->counts.qualified,
	    err);
}

int
main(int argc, char **argv)
{
	struct window_options options = {0};
	const struct cli_option table[] = {
		{'o', "order", CLI_TEXT, "KEYS", "the order in a partition",
		    &options.texts.order, 0},
		{'p', "partition", CLI_TEXT, "COLUMNS",
		    "rows that agree in these see each other (all rows)",
		    &options.texts.partition, 0},
		{'q', "qualify", CLI_TEXT, "EXPR",
		    "keep only rows for which EXPR is true",
		    &options.qualify, 0},
		{'s', "sort", CLI_FLAG, NULL,
		    "sort the input first, which is otherwise checked",
		    &options.sorts, 0},
		{'w', "window", CLI_TEXT, "NAME=(...)",
		    "windows to say OVER NAME of", &options.texts.windows, 0},
		{0},
	};
	struct cli cli;
	struct error err = {0};
	cli_parse(&cli, &tool, table, argc, argv);
	return cli_finish(&cli, run(&options, &cli, &err), &err);
}
