/* rfan: copies of a pipeline over slices of its input, gathered. */
#include <unistd.h>

#include "cli/cli.h"
#include "op/limits.h"

static const struct cli_tool tool = {
	.name = "rfan",
	.summary = "run copies of a pipeline over slices, gather their streams",
	.operands = "PIPELINE",
	.operands_min = 1,
	.operands_max = 1,
	.kind = STAGE_UNION,
	.notes = "In PIPELINE, {k} is the number of the copy, from 1, and {n} "
	    "how many there are:\n"
	    "  rfan -n 4 'rcsv -s s.json --part {k}/{n} sales.csv | rfilter "
	    "\"price > 0\"'\n",
	/* how many copies there are changes nothing in the outcome */
	.operands_are_places = 1,
};

struct options {
	const char *max_errors, *max_error_ratio;
};

static int
run(struct fan *fan, const struct options *options, struct cli *cli,
    struct error *err)
{
	struct limits limits;
	if (limits_parse(options->max_errors, options->max_error_ratio,
	    &limits, err) != 0)
		return -1;
	fan->pipeline = cli->operands[0];
	struct batch_sink *out = cli_output(cli, err);
	struct batch_source *in = out == NULL ? NULL :
	    fan_open(fan, &cli->budget, err);
	if (in == NULL)
		return -1;
	in = cli_inner_source(cli, in);
	if (stream_copy(in, out, err) != 0)
		return -1;
	return limits_judge_sources(&limits, in->stages(in), err);
}

int
main(int argc, char **argv)
{
	struct options options = {0};
	struct fan fan = {.copies = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN)};
	const struct cli_option table[] = {
		{'e', "max-errors", CLI_TEXT, "N",
		    "status 1 if the sources rejected more rows",
		    &options.max_errors, 0},
		{'E', "max-error-ratio", CLI_TEXT, "R",
		    "status 1 if they rejected a greater share",
		    &options.max_error_ratio, 0},
		{'n', "copies", CLI_COUNT, "N",
		    "how many copies (one for each processor)",
		    &fan.copies, CLI_NEUTRAL},
		{'j', "jobs", CLI_COUNT, "N",
		    "run so many at once; needs --unordered (all)",
		    &fan.at_once, CLI_NEUTRAL},
		{'u', "unordered", CLI_FLAG, NULL,
		    "streams without blocks: put one after the other",
		    &fan.is_concatenated, 0},
		{0},
	};
	struct cli cli;
	struct error err = {0};
	cli_parse(&cli, &tool, table, argc, argv);
	int result = run(&fan, &options, &cli, &err);
	int status = cli_finish(&cli, result, &err);
	fan_release(&fan);
	return status;
}
