/* ragg: group rows and aggregate them. */
#include <string.h>

#include "cli/cli.h"
#include "op/aggregate/several.h"

static const struct cli_tool tool = {
	.name = "ragg",
	.summary = "group rows and aggregate them",
	.operands = "[AGGREGATES...]",
	.operands_max = -1,
	.kind = STAGE_AGGREGATE,
	.notes = "AGGREGATES is a list of [NAME =] FUNCTION([DISTINCT] EXPR) "
	    "[FILTER (WHERE EXPR)],\nor of expressions over them:\n"
	    "  ragg -g region 'n = count(*), mean = sum(amount) / count(*)'\n"
	    "Several in one pass, each for a command:\n"
	    "  ragg -g region 'n = count(*)' -e 'rcsv -w >a.csv' \\\n"
	    "      -g country 'm = max(amount)' -e 'rcsv -w >b.csv'\n",
};

struct options {
	struct aggregate_options aggregate;	/* of every one */
	struct cli_list keys, commands;
};

/* Several aggregations. */
struct parts {
	uint32_t count;
	struct aggregate_options *options;	/* owned */
	struct aggregate **aggregates;		/* owned */
	struct stage **stages;			/* owned; borrowed each */
};

static int
run_one(struct options *options, struct cli *cli, struct error *err)
{
	struct aggregate_options *one = &options->aggregate;
	if (cli->operand_count > 1)
		return error_usage(err, "unexpected operand '%s'",
		    cli->operands[1]);
	if (options->keys.count > 1)
		return error_usage(err, "--group is given twice; several "
		    "aggregations have an --each, too");
	one->keys = options->keys.count > 0 ? options->keys.items[0] : NULL;
	one->aggregates = cli->operand_count > 0 ? cli->operands[0] : NULL;
	struct batch_sink *out = cli_output(cli, err);
	struct batch_source *in = out != NULL ? cli_input(cli, err) : NULL;
	return in == NULL ? -1 :
	    aggregate_run(one, in, out, cli_stage(cli), err);
}

/* ---- several --------------------------------------------------------- */

static int
start(struct parts *parts, const struct options *options, uint32_t i,
    struct cli *cli, const struct stream_header *header, struct error *err)
{
	struct buffer arguments = {0};
	struct aggregate_options *one = &parts->options[i];
	*one = options->aggregate;
	one->keys = options->keys.items[i];
	one->aggregates = cli->operands[i];
	cli_quote(&arguments, "--group");
	cli_quote(&arguments, one->keys);
	cli_quote(&arguments, one->aggregates);
	struct batch_sink *out = cli_branch(cli, options->commands.items[i],
	    buffer_text(&arguments), &parts->stages[i], err);
	buffer_release(&arguments);
	if (out != NULL)
		parts->aggregates[i] = aggregate_new(one, header, out, err);
	return parts->aggregates[i] == NULL ? -1 : 0;
}

static int
run_parts(const struct parts *parts, struct batch_source *in,
    struct stage *stage, struct error *err)
{
	const struct batch *batch;
	int got;
	aggregate_share(parts->aggregates, parts->count);
	while ((got = batch_source_next(in, &batch, err)) == 1)
		if (aggregate_take_all(parts->aggregates, parts->count, batch,
		    err) != 0)
			return -1;
	if (got == 0)
		got = aggregate_end_all(parts->aggregates, parts->count, err);
	for (uint32_t i = 0; i < parts->count && got == 0; i++)
		got = aggregate_finish(parts->aggregates[i],
		    parts->stages[i], err);
	if (got == 0)
		stage->counts.grouped = parts->stages[0]->counts.grouped;
	return got;
}

static void
release_parts(struct parts *parts)
{
	for (uint32_t i = 0; i < parts->count; i++)
		aggregate_free(parts->aggregates[i]);
	mem_free(parts->options);
	mem_free(parts->aggregates);
	mem_free(parts->stages);
}

static int
run_several(const struct options *options, struct cli *cli,
    struct error *err)
{
	uint32_t count = options->commands.count;
	if (options->keys.count != count ||
	    cli->operand_count != (int)count)
		return error_usage(err, "%u --group, %d AGGREGATES and %u "
		    "--each: there must be as many of each", options->keys.
		    count, cli->operand_count, count);
	if (options->aggregate.having != NULL)
		return error_usage(err, "--having is for one aggregation, "
		    "not with --each");
	struct batch_source *in = cli_input(cli, err);
	if (in == NULL)
		return -1;
	struct parts parts = {.count = count,
	    .options = mem_array(count, sizeof(*parts.options)),
	    .aggregates = mem_array(count, sizeof(*parts.aggregates)),
	    .stages = mem_array(count, sizeof(*parts.stages))};
	int result = 0;
	for (uint32_t i = 0; i < count && result == 0; i++)
		result = start(&parts, options, i, cli, in->header, err);
	if (result == 0)
		result = run_parts(&parts, in, cli_stage(cli), err);
	release_parts(&parts);
	return result;
}

/* ---- the command line ------------------------------------------------ */

static const struct cli_option *
option_table(struct options *options)
{
	static struct cli_option table[10];
	struct aggregate_options *o = &options->aggregate;
	const struct cli_option all[] = {
		{'g', "group", CLI_LIST, "KEYS",
		    "the keys: columns, or NAME = EXPR", &options->keys, 0},
		{'e', "each", CLI_LIST, "COMMAND",
		    "gets the result, with the AGGREGATES and --group of the "
		    "same place", &options->commands, 0},
		{'H', "having", CLI_TEXT, "EXPR",
		    "give only the groups for which it is true", &o->having,
		    0},
		{'r', "rollup", CLI_FLAG, NULL,
		    "and totals: of all keys but the last, ..., of none",
		    &o->sets.is_rollup, 0},
		{'c', "cube", CLI_FLAG, NULL,
		    "and totals: of every set of keys", &o->sets.is_cube, 0},
		{'G', "sets", CLI_TEXT, "SETS",
		    "groups of these sets of keys: '(a, b), (a), ()'",
		    &o->sets.list, 0},
		{'s', "sorted", CLI_FLAG, NULL,
		    "the input is sorted by the keys: hold one group",
		    &o->is_sorted, 0},
		{'P', "partial", CLI_FLAG, NULL,
		    "give states, for --final to merge", &o->is_partial, 0},
		{'F', "final", CLI_FLAG, NULL,
		    "merge states that --partial gave", &o->is_final, 0},
		{0},
	};
	memcpy(table, all, sizeof(all));
	return table;
}

int
main(int argc, char **argv)
{
	struct options options = {0};
	struct cli cli;
	struct error err = {0};
	cli_parse(&cli, &tool, option_table(&options), argc, argv);
	options.aggregate.budget = &cli.budget;
	options.aggregate.folder = cli.temporary_folder;
	int result = options.commands.count > 0 ?
	    run_several(&options, &cli, &err) : run_one(&options, &cli, &err);
	mem_free(options.keys.items);
	mem_free(options.commands.items);
	return cli_finish(&cli, result, &err);
}
