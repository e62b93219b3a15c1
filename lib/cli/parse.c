#include "cli/parse.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* The options that every tool has, bound to its struct cli. */
#define COMMON_COUNT 10

static void
common_options(struct cli *cli, _Bool *unused,
    struct cli_option options[COMMON_COUNT])
{
	const struct cli_option all[COMMON_COUNT] = {
		{'m', "memory", CLI_SIZE, "SIZE",
		    "hold this much in memory, spill beyond it (1G)",
		    &cli->budget.limit_bytes, CLI_NEUTRAL},
		{'T', "temporary", CLI_TEXT, "FOLDER",
		    "where to spill ($TMPDIR, or /tmp)",
		    &cli->temporary_folder, CLI_NEUTRAL},
		{0, "fan", CLI_TEXT, "PIPELINE",
		    "in place of standard input: its copies, as by rfan",
		    &cli->fan.pipeline, CLI_NEUTRAL},
		{0, "copies", CLI_COUNT, "N",
		    "how many for --fan (one for each processor)",
		    &cli->fan.copies, CLI_NEUTRAL},
		{0, "stats", CLI_TEXT, "FILE",
		    "write the account of all stages as JSON lines",
		    &cli->stats_path, CLI_NEUTRAL},
		{0, "progress", CLI_FLAG, NULL,
		    "show rows, their rate, and the time left",
		    &cli->has_progress, CLI_NEUTRAL},
		{'v', "verbose", CLI_FLAG, NULL,
		    "print counters at the end", &cli->is_verbose,
		    CLI_NEUTRAL},
		{'h', "help", CLI_FLAG, NULL, "print this", unused,
		    CLI_NEUTRAL},
		{'V', "version", CLI_FLAG, NULL, "print the version", unused,
		    CLI_NEUTRAL},
		{0, NULL, CLI_FLAG, NULL, NULL, NULL, 0},
	};
	memcpy(options, all, sizeof(all));
}

/* ---- finding --------------------------------------------------------- */

static const struct cli_option *
find_letter(const struct cli_option *options, char letter)
{
	for (; options->word != NULL; options++)
		if (options->letter == letter && options->kind != CLI_HEADING)
			return options;
	return NULL;
}

static const struct cli_option *
find_word(const struct cli_option *options, const char *word, size_t len)
{
	for (; options->word != NULL; options++)
		if (options->kind != CLI_HEADING &&
		    strlen(options->word) == len &&
		    memcmp(options->word, word, len) == 0)
			return options;
	return NULL;
}

static void
suggest(const struct cli_option *options, const char *word, size_t len,
    const char **nearest, unsigned *best)
{
	for (; options->word != NULL; options++) {
		if (options->kind == CLI_HEADING)
			continue;
		unsigned distance = text_distance(word, len, options->word,
		    strlen(options->word));
		if (distance < *best) {
			*best = distance;
			*nearest = options->word;
		}
	}
}

static int
unknown_word(const struct cli *cli, const struct cli_option *common,
    const char *word, size_t len, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	const char *nearest = NULL;
	unsigned best = 3;
	suggest(cli->options, word, len, &nearest, &best);
	suggest(common, word, len, &nearest, &best);
	error_quote(quoted, word, len);
	if (nearest != NULL)
		return error_usage(err, "unknown option --%s; is it --%s?",
		    quoted, nearest);
	return error_usage(err, "unknown option --%s", quoted);
}

/* ---- setting --------------------------------------------------------- */

static int
set_value(const struct cli_option *option, const char *value,
    struct error *err)
{
	uint64_t *number = option->target;
	struct cli_list *list = option->target;
	int result = 0;
	switch (option->kind) {
	case CLI_FLAG:
		*(_Bool *)option->target = 1;
		break;
	case CLI_TEXT:
		*(const char **)option->target = value;
		break;
	case CLI_COUNT:
		result = text_parse_count(value, 1, UINT64_MAX, number, err);
		break;
	case CLI_NUMBER:
		result = text_parse_count(value, 0, UINT64_MAX, number, err);
		break;
	case CLI_SIZE:
		result = text_parse_size(value, number, err);
		break;
	case CLI_LIST:
		list->items = mem_grow_array(list->items,
		    (size_t)list->count + 1, sizeof(*list->items));
		list->items[list->count++] = value;
		break;
	case CLI_HEADING:
		break;
	}
	if (result != 0)
		return error_prefix(err, "--%s", option->word);
	return 0;
}

void
cli_quote(struct buffer *arguments, const char *text)
{
	if (arguments->len > 0)
		buffer_append_byte(arguments, ' ');
	if (text[0] != '\0' && strspn(text, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=.,:/+@%^") ==
	    strlen(text)) {
		buffer_append_text(arguments, text);
		return;
	}
	buffer_append_byte(arguments, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			buffer_append_text(arguments, "'\\''");
		else
			buffer_append_byte(arguments, (uint8_t)*text);
	}
	buffer_append_byte(arguments, '\'');
}

/* What is being parsed, and how far. */
struct parser {
	struct cli *cli;
	struct cli_option common[COMMON_COUNT];
	int argc;
	char **argv;
	int at;
	int asked;		/* 'h', 'V' or 0 */
	_Bool unused;		/* target of --help and --version */
	struct buffer arguments;
};

static int
take_option(struct parser *parser, const struct cli_option *option,
    const char *value, struct error *err)
{
	if (option->kind == CLI_FLAG && strcmp(option->word, "help") == 0)
		parser->asked = 'h';
	else if (option->kind == CLI_FLAG &&
	    strcmp(option->word, "version") == 0)
		parser->asked = 'V';
	if (set_value(option, value, err) != 0)
		return -1;
	if ((option->flags & CLI_NEUTRAL) == 0) {
		char *word = mem_printf("--%s", option->word);
		cli_quote(&parser->arguments, word);
		mem_free(word);
		if (value != NULL)
			cli_quote(&parser->arguments, value);
	}
	return 0;
}

/* The value of an option: what stands behind it, or the next argument. */
static int
find_value(struct parser *parser, const struct cli_option *option,
    const char *behind, const char **value, struct error *err)
{
	*value = behind;
	if (behind != NULL)
		return 0;
	if (parser->at >= parser->argc)
		return error_usage(err, "--%s needs %s", option->word,
		    option->argument != NULL ? option->argument : "a value");
	*value = parser->argv[parser->at++];
	return 0;
}

static int
take_word(struct parser *parser, const char *argument, struct error *err)
{
	const char *equals = strchr(argument, '=');
	size_t len = equals != NULL ? (size_t)(equals - argument) :
	    strlen(argument);
	const struct cli_option *option = find_word(parser->cli->options,
	    argument, len);
	if (option == NULL)
		option = find_word(parser->common, argument, len);
	if (option == NULL)
		return unknown_word(parser->cli, parser->common, argument,
		    len, err);
	const char *value = NULL;
	if (option->kind == CLI_FLAG && equals != NULL)
		return error_usage(err, "--%s takes no value", option->word);
	if (option->kind != CLI_FLAG && find_value(parser, option,
	    equals != NULL ? equals + 1 : NULL, &value, err) != 0)
		return -1;
	return take_option(parser, option, value, err);
}

static int
take_letters(struct parser *parser, const char *letters, struct error *err)
{
	for (; *letters != '\0'; letters++) {
		const struct cli_option *option = find_letter(
		    parser->cli->options, *letters);
		if (option == NULL)
			option = find_letter(parser->common, *letters);
		if (option == NULL) {
			char quoted[ERROR_QUOTE_BYTES];
			return error_usage(err, "unknown option -%s",
			    error_quote(quoted, letters, 1));
		}
		if (option->kind == CLI_FLAG) {
			if (take_option(parser, option, NULL, err) != 0)
				return -1;
			continue;
		}
		const char *value;
		if (find_value(parser, option, letters[1] != '\0' ?
		    letters + 1 : NULL, &value, err) != 0)
			return -1;
		return take_option(parser, option, value, err);
	}
	return 0;
}

static void
take_operand(struct parser *parser, char *operand)
{
	struct cli *cli = parser->cli;
	cli->operands[cli->operand_count++] = operand;
	if (!cli->tool->operands_are_places)
		cli_quote(&parser->arguments, operand);
}

static int
check_operands(const struct cli *cli, struct error *err)
{
	const struct cli_tool *tool = cli->tool;
	if (cli->operand_count < tool->operands_min)
		return error_usage(err, "%s is missing", tool->operands);
	if (tool->operands_max >= 0 &&
	    cli->operand_count > tool->operands_max) {
		char quoted[ERROR_QUOTE_BYTES];
		const char *extra = cli->operands[tool->operands_max];
		return error_usage(err, "unexpected operand '%s'",
		    error_quote(quoted, extra, strlen(extra)));
	}
	return 0;
}

int
parse_arguments(struct cli *cli, int argc, char **argv, int *asked,
    struct error *err)
{
	struct parser parser = {.cli = cli, .argc = argc, .argv = argv,
	    .at = 1};
	common_options(cli, &parser.unused, parser.common);
	cli->operands = mem_array((size_t)argc + 1, sizeof(char *));
	int result = 0;
	_Bool only_operands = 0;
	while (result == 0 && parser.at < argc && parser.asked == 0) {
		char *argument = argv[parser.at++];
		if (only_operands || argument[0] != '-' || argument[1] == '\0')
			take_operand(&parser, argument);
		else if (strcmp(argument, "--") == 0)
			only_operands = 1;
		else if (argument[1] == '-')
			result = take_word(&parser, argument + 2, err);
		else
			result = take_letters(&parser, argument + 1, err);
	}
	*asked = parser.asked;
	if (result == 0 && parser.asked == 0)
		result = check_operands(cli, err);
	cli->stage.arguments = mem_strdup(buffer_text(&parser.arguments));
	buffer_release(&parser.arguments);
	return result;
}

/* ---- help ------------------------------------------------------------ */

static void
help_option(const struct cli_option *option, struct buffer *out)
{
	if (option->kind == CLI_HEADING) {
		buffer_printf(out, "\n%s\n", option->word);
		return;
	}
	char left[96];
	size_t used = 0;
	if (option->letter != 0)
		used = (size_t)snprintf(left, sizeof(left), "  -%c, --%s",
		    option->letter, option->word);
	else
		used = (size_t)snprintf(left, sizeof(left), "      --%s",
		    option->word);
	if (option->kind != CLI_FLAG && used < sizeof(left))
		snprintf(left + used, sizeof(left) - used, " %s",
		    option->argument != NULL ? option->argument : "VALUE");
	if (strlen(left) > 30)
		buffer_printf(out, "%s\n%32s%s\n", left, "", option->help);
	else
		buffer_printf(out, "%-32s%s\n", left, option->help);
}

void
parse_usage(const struct cli *cli, struct buffer *out)
{
	buffer_printf(out, "usage: %s [OPTION...]%s%s\n", cli->tool->name,
	    cli->tool->operands[0] != '\0' ? " " : "", cli->tool->operands);
}

void
parse_help(const struct cli *cli, struct buffer *out)
{
	struct cli_option common[COMMON_COUNT];
	struct cli unbound = *cli;
	_Bool unused;
	common_options(&unbound, &unused, common);
	parse_usage(cli, out);
	buffer_printf(out, "%s: %s\n\n", cli->tool->name, cli->tool->summary);
	for (const struct cli_option *option = cli->options;
	    option->word != NULL; option++)
		help_option(option, out);
	if (cli->options->word != NULL)
		buffer_append_byte(out, '\n');
	for (const struct cli_option *option = common; option->word != NULL;
	    option++)
		help_option(option, out);
	if (cli->tool->notes != NULL)
		buffer_printf(out, "\n%s", cli->tool->notes);
}
