/* rcat: concatenate streams, or print them as a table for people. */
#include <unistd.h>

#include "base/fd.h"
#include "cli/cli.h"
#include "format/text_table.h"
#include "op/concat.h"

static const struct cli_tool tool = {
	.name = "rcat",
	.summary = "concatenate streams; print a table on a terminal",
	.operands = "[FILE...]",
	.operands_max = -1,
	.kind = STAGE_UNION,
	.operands_are_places = 1,
};

struct options {
	_Bool is_table, is_union;
	uint64_t max_width;
};

static int
write_text(void *context, const void *bytes, size_t len, struct error *err)
{
	(void)context;
	return fd_write_full(STDOUT_FILENO, bytes, len, "standard output",
	    err);
}

static struct batch_sink *
open_output(const struct options *options, struct cli *cli, struct error *err)
{
	const struct text_table_output output = {.write = write_text};
	if (options->is_table || isatty(STDOUT_FILENO))
		return cli_own_sink(cli, text_table_new(&output,
		    (uint32_t)options->max_width));
	return cli_output(cli, err);
}

/* Opens the operands, or standard input if there are none. */
static int
open_inputs(struct cli *cli, struct batch_source **sources, uint32_t count,
    struct error *err)
{
	if (cli->operand_count == 0) {
		sources[0] = cli_input(cli, err);
		return sources[0] != NULL ? 0 : -1;
	}
	for (uint32_t i = 0; i < count; i++) {
		sources[i] = cli_open_input(cli, cli->operands[i], err);
		if (sources[i] == NULL)
			return -1;
	}
	return 0;
}

static int
run(const struct options *options, struct cli *cli, struct error *err)
{
	uint32_t count = cli->operand_count > 0 ?
	    (uint32_t)cli->operand_count : 1;
	struct batch_source **sources = mem_array(count,
	    sizeof(struct batch_source *));
	struct batch_sink *out = open_output(options, cli, err);
	int result = out == NULL ? -1 :
	    open_inputs(cli, sources, count, err);
	if (result == 0)
		result = concat_run(sources, count, options->is_union, out,
		    err);
	mem_free(sources);
	return result;
}

int
main(int argc, char **argv)
{
	struct options options = {.max_width = 40};
	const struct cli_option table[] = {
		{'p', "pretty", CLI_FLAG, NULL,
		    "print a table, also when not on a terminal",
		    &options.is_table, 0},
		{'u', "union", CLI_FLAG, NULL,
		    "match columns by name; nulls where an input lacks one",
		    &options.is_union, 0},
		{'w', "width", CLI_NUMBER, "N",
		    "cut a table's values to N characters, 0 for never (40)",
		    &options.max_width, 0},
		{0},
	};
	struct cli cli;
	struct error err = {0};
	cli_parse(&cli, &tool, table, argc, argv);
	int result = run(&options, &cli, &err);
	return cli_finish(&cli, result, &err);
}
