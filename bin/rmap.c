/* rmap: compute columns. */
#include <string.h>

#include "cli/cli.h"
#include "op/lookup.h"
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

/* An item without a name is a column that is to come out. */
static int
add_column(struct map *map, const char *text, _Bool is_output,
    struct error *err)
{
	struct expr *expr;
	if (lookup_compile(text, map_scope(map), &expr, err) != 0)
		return -1;
	int column = expr_column(expr);
	expr_free(expr);
	if (column < 0)
		return error_usage(err, "'%s' has no name: NAME = %s", text,
		    text);
	return is_output ? map_output(map, (uint32_t)column,
	    map_scope(map)->fields[column].name, err) : 0;
}

static int
add_item(struct map *map, const struct expr_item *item, _Bool is_output,
    struct error *err)
{
	uint32_t column;
	if (item->name[0] == '\0')
		return add_column(map, item->text, is_output, err);
	if (map_set(map, item->name, item->text, &column, err) != 0)
		return error_prefix(err, "%s", item->name);
	return is_output ? map_output(map, column, item->name, err) : 0;
}

static int
add_items(struct map *map, const char *list, _Bool are_output,
    struct error *err)
{
	struct expr_items items;
	if (expr_items_parse(list, &items, err) != 0)
		return -1;
	int result = 0;
	for (uint32_t i = 0; result == 0 && i < items.count; i++) {
		for (uint32_t k = 0; k < i; k++)
			if (items.items[i].name[0] != '\0' &&
			    strcmp(items.items[k].name,
			    items.items[i].name) == 0)
				result = error_usage(err, "'%s' is given "
				    "twice", items.items[i].name);
		if (result == 0)
			result = add_item(map, &items.items[i], are_output,
			    err);
	}
	expr_items_release(&items);
	return result;
}

static int
build(struct map *map, const struct options *options, const struct cli *cli,
    struct error *err)
{
	uint32_t *dropped, count;
	if (cli->operand_count > 0 && add_items(map, cli->operands[0],
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
	struct batch_source *in = cli_input(cli, err);
	struct batch_sink *out = in != NULL ? cli_output(cli, err) : NULL;
	if (out != NULL && options->rejects_path != NULL) {
		rejects = cli_side_output(cli, options->rejects_path, err);
		out = rejects != NULL ? out : NULL;
	}
	if (out == NULL)
		return -1;
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
