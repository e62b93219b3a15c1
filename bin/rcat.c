/* rcat: concatenate streams, or print them as a table for people. */
#include "cli/cli.h"

static const struct cli_tool tool = {
	.name = "rcat",
	.summary = "concatenate streams",
	.operands = "[FILE...]",
	.operands_max = -1,
	.kind = STAGE_UNION,
	.operands_are_places = 1,
};

int
main(int argc, char **argv)
{
	struct cli cli;
	struct error err = {0};
	const struct cli_option options[] = {{0}};
	cli_parse(&cli, &tool, options, argc, argv);
	struct batch_source *in = cli.operand_count > 0 ?
	    cli_open_input(&cli, cli.operands[0], &err) : cli_input(&cli, &err);
	struct batch_sink *out = in != NULL ? cli_output(&cli, &err) : NULL;
	int result = out != NULL ? stream_copy(in, out, &err) : -1;
	return cli_finish(&cli, result, &err);
}
