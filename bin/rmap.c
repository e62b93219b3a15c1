/* rmap: compute columns. */
#include "cli/cli.h"
#include "op/map.h"

static const struct cli_tool tool = {
	.name = "rmap",
	.summary = "add or replace columns",
	.operands = "[NAME = EXPR, ...]",
	.operands_max = 1,
	.kind = STAGE_FILTER,
	.notes = "EXPR is SQL, see riffle-expr(7); later ones see earlier "
	    "ones:\n"
	    "  rmap 'amount = quantity * price, tax = round(amount * 0.2, "
	    "2)'\n",
};

struct options {
	const char *drop;
	const char *rejects_path;
	_Bool keeps_only;
};

static int
build(struct map *map, const struct options *options, const struct cli *cli,
    struct error *err)
{
	uint32_t *dropped, count;
	if (cli->operand_count > 0 && map_items(map, cli->operands[0],
	    options->keeps_only, err) != 0)
		return -1;
	if (options->drop == NULL)
		return 0;
	if (schema_need_list(map_scope(map), options->drop, &dropped, &count,
	    err) != 0)
		return -1;
	for (uint32_t i = 0; i < count; i++)
		map_drop(map, dropped[i]);
	mem_free(dropped);
	return 0;
}

static int
run(const struct options *options, struct cli *cli, struct error *err)
{
	struct batch_sink *rejects = NULL;
	if (cli->operand_count == 0 && options->drop == NULL)
		return error_usage(err, "nothing to do: neither columns to "
		    "compute nor --drop");
	if (options->keeps_only && (options->drop != NULL ||
	    cli->operand_count == 0))
		return error_usage(err, "--only needs columns to compute, "
		    "and no --drop");
	struct batch_sink *out = cli_output(cli, err);
	struct batch_source *in = out != NULL ? cli_input(cli, err) : NULL;
	if (in == NULL)
		return -1;
	if (options->rejects_path != NULL) {
		rejects = cli_side_output(cli, options->rejects_path, err);
		if (rejects == NULL)
			return -1;
	}
	struct map *map = map_new(in->header);
	int result = build(map, options, cli, err);
	if (result == 0)
		result = map_run(map, in, out, rejects, cli_stage(cli), err);
	map_free(map);
	return result;
}

int
main(int argc, char **argv)
{
	struct cli cli;
	struct error err = {0};
	struct options o = {0};
	const struct cli_option options[] = {
		{'d', "drop", CLI_TEXT, "COLUMNS",
		    "leave out these columns", &o.drop, 0},
		{'O', "only", CLI_FLAG, NULL,
		    "leave out all columns but those given", &o.keeps_only, 0},
		{'r', "rejects", CLI_TEXT, "FILE",
		    "write rows that cannot be computed to FILE, with a "
		    "column _reason", &o.rejects_path, CLI_NEUTRAL},
		{0}
	};
	cli_parse(&cli, &tool, options, argc, argv);
	int result = run(&o, &cli, &err);
	return cli_finish(&cli, result, &err);
}
