/* rfilter: keep the rows for which a condition is true. */
#include "cli/cli.h"
#include "op/filter.h"
#include "op/map.h"

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

struct options {
	const char *rejects_path, *set;
	struct filter_options filter;
};

static int
filter_computed(const struct options *options, struct batch_source *in,
    struct batch_sink *out, struct batch_sink *rejects, struct cli *cli,
    struct error *err)
{
	struct map *map = map_new(in->header);
	struct batch_source *computed = map_items(map, options->set, 0,
	    err) != 0 ? NULL : map_source_new(map, in, err);
	int result = computed == NULL ? -1 : filter_run(&options->filter,
	    computed, out, rejects, cli_stage(cli), err);
	batch_source_free(computed);
	map_free(map);
	return result;
}

static int
run(const struct options *options, struct cli *cli, struct error *err)
{
	struct batch_sink *rejects = NULL;
	struct batch_sink *out = cli_output(cli, err);
	struct batch_source *in = out != NULL ? cli_input(cli, err) : NULL;
	if (in == NULL)
		return -1;
	if (options->rejects_path != NULL) {
		rejects = cli_side_output(cli, options->rejects_path, err);
		if (rejects == NULL)
			return -1;
	}
	return options->set != NULL ?
	    filter_computed(options, in, out, rejects, cli, err) :
	    filter_run(&options->filter, in, out, rejects, cli_stage(cli),
	    err);
}

int
main(int argc, char **argv)
{
	struct cli cli;
	struct error err = {0};
	struct options o = {0};
	const struct cli_option options[] = {
		{'s', "set", CLI_TEXT, "NAME = EXPR, ...",
		    "compute these columns first", &o.set, 0},
		{'c', "columns", CLI_TEXT, "COLUMNS",
		    "only these come out, in this order", &o.filter.columns,
		    0},
		{'r', "rejects", CLI_TEXT, "FILE",
		    "write the other rows to FILE, with a column _reason",
		    &o.rejects_path, CLI_NEUTRAL},
		{0}
	};
	cli_parse(&cli, &tool, options, argc, argv);
	o.filter.condition = cli.operands[0];
	return cli_finish(&cli, run(&o, &cli, &err), &err);
}
