/* rjoin: the rows of two streams whose keys are equal. */
#include <string.h>

#include "cli/cli.h"
#include "op/join/join.h"

static const struct cli_tool tool = {
	.name = "rjoin",
	.summary = "join standard input with the rows of FILE by keys",
	.operands = "FILE...",
	.operands_min = 1,
	.operands_max = -1,
	.kind = STAGE_JOIN,
	.notes = "FILE is a stream, and may be <(...):\n"
	    "  rjoin -k customer_id <(rparquet dim/customers)\n"
	    "Several, one after the other, held in memory:\n"
	    "  rjoin -b -k customer_id -k product_id <(...) <(...)\n",
	.operands_are_places = 1,
};

struct texts {
	const char *type, *expect, *direction, *unmatched;
	_Bool is_broadcast, is_merge;
	struct cli_list keys;
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
	if (texts->direction != NULL && join_direction_parse(
	    texts->direction, &options->direction, err) != 0)
		return -1;
	return texts->expect == NULL ? 0 :
	    join_expect_parse(texts->expect, options, err);
}

static const struct cli_option *
option_table(struct texts *texts, struct join_options *options)
{
	static struct cli_option table[20];
	const struct cli_option all[] = {
		{'k', "key", CLI_LIST, "LEFT=RIGHT,...",
		    "the keys; NAME for both; one -k for each FILE",
		    &texts->keys, 0},
		{'t', "type", CLI_TEXT, "TYPE",
		    "inner, left, right, full, semi, anti or cross (inner)",
		    &texts->type, 0},
		{'o', "on", CLI_TEXT, "EXPR",
		    "match only where it is true, of both sides' columns",
		    &options->on, 0},
		{'c', "columns", CLI_TEXT, "LIST",
		    "these columns of FILE (all but its keys)",
		    &options->columns, 0},
		{'S', "suffix", CLI_TEXT, "TEXT",
		    "appended to names of FILE that are taken",
		    &options->suffix, 0},
		{'n', "null-safe", CLI_FLAG, NULL,
		    "null keys equal each other", &options->nulls_match, 0},
		{0, "as of", CLI_HEADING, NULL, "", NULL, 0},
		{'a', "asof", CLI_TEXT, "LEFT=RIGHT",
		    "of each key's rows only the one at that place",
		    &options->asof, 0},
		{'d', "direction", CLI_TEXT, "WHERE",
		    "backward, forward or nearest (backward)",
		    &texts->direction, 0},
		{0, "tolerance", CLI_TEXT, "EXPR",
		    "no further away: 5, or interval 2 hours",
		    &options->tolerance, 0},
		{0, "checks", CLI_HEADING, NULL, "", NULL, 0},
		{'e', "expect", CLI_TEXT, "1:1|n:1|1:n|n:m",
		    "fail where it is not so (n:m)", &texts->expect, 0},
		{'x', "max-fanout", CLI_COUNT, "N",
		    "fail where a row matches more than N rows",
		    &options->max_fanout, 0},
		{'u', "unmatched", CLI_TEXT, "FILE",
		    "write the rows that match nothing as a stream",
		    &texts->unmatched, CLI_NEUTRAL},
		{0, "strategy", CLI_HEADING, NULL, "", NULL, 0},
		{'b', "broadcast", CLI_FLAG, NULL,
		    "hold FILE in memory, never spill", &texts->is_broadcast,
		    0},
		{'M', "merge", CLI_FLAG, NULL,
		    "both sides are sorted by the keys", &texts->is_merge, 0},
		{0, NULL, CLI_FLAG, NULL, NULL, NULL, 0}
	};
	memcpy(table, all, sizeof(all));
	return table;
}

/* A join that is not the last of several, as if it stood alone. */
static struct stage *
key_step(struct cli *cli, const struct texts *texts, const char *keys)
{
	struct buffer arguments = {0};
	cli_quote(&arguments, "--broadcast");
	if (texts->type != NULL) {
		cli_quote(&arguments, "--type");
		cli_quote(&arguments, texts->type);
	}
	cli_quote(&arguments, "--key");
	cli_quote(&arguments, keys);
	struct stage *step = cli_step(cli, buffer_text(&arguments));
	buffer_release(&arguments);
	return step;
}

static int
run_star(struct cli *cli, const struct texts *texts,
    const struct join_options *common, struct error *err)
{
	uint32_t count = (uint32_t)cli->operand_count;
	if (texts->keys.count != count || !texts->is_broadcast)
		return error_usage(err, "several FILEs need --broadcast, and a "
		    "--key for each");
	if (common->on != NULL || common->asof != NULL ||
	    common->columns != NULL || texts->unmatched != NULL)
		return error_usage(err, "--on, --asof, --columns and "
		    "--unmatched are for one FILE");
	struct batch_sink *out = cli_output(cli, err);
	struct batch_source *probe = out != NULL ? cli_input(cli, err) : NULL;
	struct batch_source **builds = mem_array(count, sizeof(*builds));
	struct join_options *options = mem_array(count, sizeof(*options));
	struct stage **stages = mem_array(count, sizeof(*stages));
	int result = probe == NULL ? -1 : 0;
	for (uint32_t i = 0; i < count && result == 0; i++) {
		options[i] = *common;
		options[i].keys = texts->keys.items[i];
		stages[i] = i + 1 == count ? cli_stage(cli) :
		    key_step(cli, texts, options[i].keys);
		builds[i] = cli_open_input(cli, cli->operands[i], err);
		result = builds[i] == NULL ? -1 : 0;
	}
	if (result == 0)
		result = join_star_run(options, count, probe, builds, out,
		    stages, err);
	mem_free(builds);
	mem_free(options);
	mem_free(stages);
	return result;
}

static int
run(struct cli *cli, const struct texts *texts, struct join_options *options,
    struct error *err)
{
	options->budget = &cli->budget;
	options->folder = cli->temporary_folder;
	if (choose(texts, options, err) != 0)
		return -1;
	if (cli->operand_count > 1)
		return run_star(cli, texts, options, err);
	if (texts->keys.count > 1)
		return error_usage(err, "--key is given twice for one FILE; "
		    "a key of several columns is one list");
	options->keys = texts->keys.count > 0 ? texts->keys.items[0] : NULL;
	struct batch_sink *out = cli_output(cli, err);
	struct batch_source *probe = out != NULL ? cli_input(cli, err) : NULL;
	struct batch_source *build = probe == NULL ? NULL :
	    cli_open_input(cli, cli->operands[0], err);
	if (build == NULL)
		return -1;
	if (texts->unmatched != NULL) {
		options->unmatched = cli_side_output(cli, texts->unmatched,
		    err);
		if (options->unmatched == NULL)
			return -1;
	}
	return join_run(options, probe, build, out, cli_stage(cli), err);
}

int
main(int argc, char **argv)
{
	struct join_options options = {0};
	struct texts texts = {0};
	struct cli cli;
	struct error err = {0};
	cli_parse(&cli, &tool, option_table(&texts, &options), argc, argv);
	int result = run(&cli, &texts, &options, &err);
	mem_free(texts.keys.items);
	return cli_finish(&cli, result, &err);
}
