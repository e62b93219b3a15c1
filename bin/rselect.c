/* rselect: choose, order, rename and cast columns. */
#include <fnmatch.h>
#include <string.h>

#include "base/text.h"
#include "cli/cli.h"
#include "op/map.h"

static const struct cli_tool tool = {
	.name = "rselect",
	.summary = "choose, order, rename and cast columns",
	.operands = "COLUMNS",
	.operands_min = 1,
	.operands_max = 1,
	.kind = STAGE_FILTER,
	.notes = "COLUMNS is a list of\n"
	    "  name  new=old  name:type  new=old:type  glob*  !name  !glob*\n"
	    "  rselect 'id, date_*, amount=total:decimal(12,2), !*_tmp'\n",
};

/* One item of the list, taken apart. */
struct item {
	char *text;		/* owned; the names point into it */
	const char *name;	/* of the new column; NULL: as it was */
	const char *old;	/* the column, or a glob */
	const char *type;	/* NULL: as it was */
	_Bool is_exclusion;
	_Bool is_glob;
};

struct selection {
	struct item *items;	/* owned */
	uint32_t count;
	_Bool *is_named;	/* owned; columns that an item names */
	_Bool *is_out;		/* owned; columns that an item excludes */
};

/* name, new=old, name:type, new=old:type; a column's own name goes first. */
static void
take_apart(struct item *item, const struct schema *schema)
{
	char *text = item->text;
	item->old = text;
	if (schema_find(schema, text, strlen(text)) >= 0)
		return;
	if (text[0] == '!') {
		item->is_exclusion = 1;
		item->old = ++text;
	}
	char *equals = strchr(text, '=');
	if (equals != NULL && !item->is_exclusion) {
		*equals = '\0';
		item->name = text;
		item->old = text = equals + 1;
	}
	char *colon = strrchr(text, ':');
	if (colon != NULL && !item->is_exclusion &&
	    schema_find(schema, text, strlen(text)) < 0) {
		*colon = '\0';
		item->type = colon + 1;
	}
	item->is_glob = schema_find(schema, item->old, strlen(item->old)) < 0 &&
	    strpbrk(item->old, "*?[") != NULL;
}

static int
read_list(struct selection *selection, const char *list,
    const struct schema *schema, struct error *err)
{
	char *text;
	int got;
	while ((got = text_next_item(&list, &text, err)) == 1) {
		struct item item = {.text = text};
		take_apart(&item, schema);
		selection->items = mem_grow_array(selection->items,
		    (size_t)selection->count + 1, sizeof(item));
		selection->items[selection->count++] = item;
	}
	if (got == 0 && selection->count == 0)
		return error_usage(err, "the list of columns is empty");
	return got;
}

static _Bool
is_match(const struct item *item, const char *name)
{
	return item->is_glob ? fnmatch(item->old, name, 0) == 0 :
	    strcmp(item->old, name) == 0;
}

/* Finds the columns that items name, and those that they exclude. */
static int
resolve(struct selection *selection, const struct schema *schema,
    struct error *err)
{
	selection->is_named = mem_array(schema->count, sizeof(_Bool));
	selection->is_out = mem_array(schema->count, sizeof(_Bool));
	for (uint32_t i = 0; i < selection->count; i++) {
		struct item *item = &selection->items[i];
		uint32_t index, matches = 0;
		if (!item->is_glob) {
			if (schema_need(schema, item->old, strlen(item->old),
			    &index, err) != 0)
				return -1;
			if (item->is_exclusion)
				selection->is_out[index] = 1;
			else
				selection->is_named[index] = 1;
			continue;
		}
		if (item->name != NULL || item->type != NULL)
			return error_usage(err, "'%s' is a pattern: it can "
			    "neither be renamed nor cast", item->old);
		for (uint32_t k = 0; k < schema->count; k++) {
			if (!is_match(item, schema->fields[k].name))
				continue;
			matches++;
			if (item->is_exclusion)
				selection->is_out[k] = 1;
		}
		if (matches == 0)
			return error_usage(err, "no column matches '%s'",
			    item->old);
	}
	return 0;
}

/* A cast is an expression, with a name that no column has. */
static int
add_cast(struct map *map, const struct item *item, uint32_t *column,
    struct error *err)
{
	struct buffer text = {0};
	buffer_append_text(&text, "cast(\"");
	for (const char *c = item->old; *c != '\0'; c++) {
		if (*c == '"')
			buffer_append_byte(&text, '"');
		buffer_append_byte(&text, (uint8_t)*c);
	}
	buffer_printf(&text, "\" as %s)", item->type);
	char *hidden = mem_printf("\x01%u", map_scope(map)->count);
	int result = map_set(map, hidden, buffer_text(&text), column, err);
	mem_free(hidden);
	buffer_release(&text);
	return result == 0 ? 0 : error_prefix(err, "%s", item->old);
}

static int
select_one(struct map *map, const struct item *item, struct error *err)
{
	const struct schema *schema = map_scope(map);
	uint32_t column = (uint32_t)schema_find(schema, item->old,
	    strlen(item->old));
	const char *name = item->name != NULL ? item->name : item->old;
	if (name[0] == '\0')
		return error_usage(err, "a column without a name");
	if (item->type != NULL && add_cast(map, item, &column, err) != 0)
		return -1;
	return map_output(map, column, name, err);
}

/* The columns of the input that the pattern stands for. */
static int
select_glob(const struct selection *selection, struct map *map,
    const struct item *item, uint32_t count, _Bool *is_taken,
    struct error *err)
{
	for (uint32_t i = 0; i < count; i++) {
		const char *name = map_scope(map)->fields[i].name;
		if (selection->is_named[i] || selection->is_out[i] ||
		    is_taken[i] || !is_match(item, name))
			continue;
		is_taken[i] = 1;
		if (map_output(map, i, name, err) != 0)
			return -1;
	}
	return 0;
}

static int
build(struct selection *selection, struct map *map, struct error *err)
{
	uint32_t count = map_scope(map)->count, chosen = 0;
	_Bool *is_taken = mem_array(count, sizeof(_Bool));
	int result = 0;
	for (uint32_t i = 0; result == 0 && i < selection->count; i++) {
		const struct item *item = &selection->items[i];
		if (item->is_exclusion)
			continue;
		chosen++;
		result = item->is_glob ? select_glob(selection, map, item,
		    count, is_taken, err) : select_one(map, item, err);
	}
	mem_free(is_taken);
	/* Only exclusions: all the others. */
	for (uint32_t i = 0; chosen == 0 && i < count; i++)
		if (selection->is_out[i])
			map_drop(map, i);
	if (result == 0 && chosen > 0 && map_output_count(map) == 0)
		return error_usage(err, "no column would be left");
	return result;
}

static int
run(struct cli *cli, const char *rejects_path, struct error *err)
{
	struct selection selection = {0};
	struct batch_sink *rejects = NULL;
	struct batch_sink *out = cli_output(cli, err);
	struct batch_source *in = out != NULL ? cli_input(cli, err) : NULL;
	if (in == NULL)
		return -1;
	if (rejects_path != NULL) {
		rejects = cli_side_output(cli, rejects_path, err);
		if (rejects == NULL)
			return -1;
	}
	struct map *map = map_new(in->header);
	int result = read_list(&selection, cli->operands[0],
	    &in->header->schema, err);
	if (result == 0)
		result = resolve(&selection, &in->header->schema, err);
	if (result == 0)
		result = build(&selection, map, err);
	if (result == 0)
		result = map_run(map, in, out, rejects, cli_stage(cli), err);
	map_free(map);
	for (uint32_t i = 0; i < selection.count; i++)
		mem_free(selection.items[i].text);
	mem_free(selection.items);
	mem_free(selection.is_named);
	mem_free(selection.is_out);
	return result;
}

int
main(int argc, char **argv)
{
	struct cli cli;
	struct error err = {0};
	const char *rejects_path = NULL;
	const struct cli_option options[] = {
		{'r', "rejects", CLI_TEXT, "FILE",
		    "write rows that cannot be cast to FILE, with a column "
		    "_reason", &rejects_path, CLI_NEUTRAL},
		{0}
	};
	cli_parse(&cli, &tool, options, argc, argv);
	int result = run(&cli, rejects_path, &err);
	return cli_finish(&cli, result, &err);
}
