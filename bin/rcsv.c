/* rcsv: CSV into a stream, and back. */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/cli.h"
#include "format/csv_files.h"
#include "format/csv_infer.h"
#include "format/csv_reader.h"
#include "format/csv_writer.h"
#include "io/publish.h"
#include "op/limits.h"

#define MAX_SCHEMA_BYTES (UINT32_C(64) << 20)

static const struct cli_tool tool = {
	.name = "rcsv",
	.summary = "CSV into a stream; with -w a stream into CSV",
	.operands = "[FILE...]",
	.operands_min = 0,
	.operands_max = -1,
	.kind = STAGE_SOURCE,
	.notes = "Without -s or -t all columns are strings.\n"
	    "  rcsv -t 'id:i64, price:decimal(10,2), at:timestamp(%d/%m/%Y)' "
	    "a.csv\n"
	    "  rcsv --infer a.csv >a.schema.json\n",
	.operands_are_places = 1,
};

struct options {
	const char *schema_path, *types, *columns;
	const char *delimiter, *quote_char, *header;
	const char *part, *rejects, *max_errors, *max_error_ratio;
	const char *quote, *output;
	const char *encoding, *comment, *escape, *skip, *ragged, *max_record;
	const char *decimal, *group, *true_words, *false_words, *list;
	struct cli_list nulls;
	_Bool is_lenient, has_origin, infers, writes, ignores_case;
	_Bool has_bom, has_crlf, is_guarded;
};

#define MAX_OPTIONS 40

/* Copies the options of a group into the table; returns what is behind them. */
static struct cli_option *
add_options(struct cli_option *table, const struct cli_option *group,
    size_t bytes)
{
	memcpy(table, group, bytes);
	return table + bytes / sizeof(*group);
}

static struct cli_option *
describe_both(struct options *o, struct cli_option *table)
{
	const struct cli_option group[] = {
		{'s', "schema", CLI_TEXT, "FILE",
		    "types and constraints: a Table Schema (JSON)",
		    &o->schema_path, 0},
		{'t', "types", CLI_TEXT, "LIST",
		    "types in place: 'id:i64, price:decimal(10,2)'",
		    &o->types, 0},
		{'c', "columns", CLI_TEXT, "LIST",
		    "only these columns, in this order", &o->columns, 0},
		{'d', "delimiter", CLI_TEXT, "BYTE",
		    "between fields; \\t or tab for a tab (,)",
		    &o->delimiter, 0},
		{'q', "quote-char", CLI_TEXT, "BYTE",
		    "around fields; none if empty (\")", &o->quote_char, 0},
		{'H', "header", CLI_TEXT, "yes|no",
		    "whether the first record has the names (yes)",
		    &o->header, 0},
		{'n', "null", CLI_LIST, "TEXT",
		    "stands for null, also again for another (empty)",
		    &o->nulls, 0},
	};
	return add_options(table, group, sizeof(group));
}

static struct cli_option *
describe_reading(struct options *o, struct cli_option *table)
{
	const struct cli_option group[] = {
		{0, "reading", CLI_HEADING, NULL, NULL, NULL, 0},
		{'C', "comment", CLI_TEXT, "BYTE",
		    "leave out lines that begin with it", &o->comment, 0},
		{'D', "decimal", CLI_TEXT, "BYTE",
		    "in numbers, for the point (.)", &o->decimal, 0},
		{'G', "group", CLI_TEXT, "BYTE",
		    "in numbers, between thousands (none)", &o->group, 0},
		{'F', "files-from", CLI_TEXT, "FILE",
		    "read the files that it names, one a line", &o->list,
		    CLI_NEUTRAL},
		{'I', "ignore-case", CLI_FLAG, NULL,
		    "of names in the header", &o->ignores_case, 0},
		{0, "max-record", CLI_TEXT, "SIZE",
		    "refuse longer records, up to 1G (16M)", &o->max_record,
		    0},
		{'R', "ragged", CLI_TEXT, "pad|cut|both",
		    "fill up short records, cut off long ones (bad rows)",
		    &o->ragged, 0},
		{'S', "skip", CLI_TEXT, "N",
		    "leave out N lines at the start of each file", &o->skip,
		    0},
		{'x', "escape", CLI_TEXT, "BYTE",
		    "before a quote within quotes (a second quote)",
		    &o->escape, 0},
		{'X', "encoding", CLI_TEXT, "NAME",
		    "of the files, as iconv has it (utf-8)", &o->encoding, 0},
		{0, "true", CLI_TEXT, "LIST",
		    "words that mean true (true,t,yes,y,1)", &o->true_words,
		    0},
		{0, "false", CLI_TEXT, "LIST",
		    "words that mean false (false,f,no,n,0)",
		    &o->false_words, 0},
		{'i', "infer", CLI_FLAG, NULL,
		    "print a Table Schema and its evidence, and stop",
		    &o->infers, 0},
		{'L', "lenient", CLI_FLAG, NULL,
		    "take stray quotes as they come (slower)",
		    &o->is_lenient, 0},
		{'O', "origin", CLI_FLAG, NULL,
		    "add columns _file and _line", &o->has_origin, 0},
		{'p', "part", CLI_TEXT, "K/N", "only slice K of N",
		    &o->part, CLI_NEUTRAL},
		{'r', "rejects", CLI_TEXT, "FILE",
		    "set bad rows apart, with reasons", &o->rejects,
		    CLI_NEUTRAL},
		{'e', "max-errors", CLI_TEXT, "N",
		    "status 1 if more rows are bad", &o->max_errors, 0},
		{'E', "max-error-ratio", CLI_TEXT, "R",
		    "status 1 if a greater share of rows is bad",
		    &o->max_error_ratio, 0},
	};
	return add_options(table, group, sizeof(group));
}

static struct cli_option *
describe_writing(struct options *o, struct cli_option *table)
{
	const struct cli_option group[] = {
		{0, "writing", CLI_HEADING, NULL, NULL, NULL, 0},
		{'w', "write", CLI_FLAG, NULL, "a stream into CSV",
		    &o->writes, 0},
		{'B', "bom", CLI_FLAG, NULL, "begin with a byte order mark",
		    &o->has_bom, 0},
		{0, "crlf", CLI_FLAG, NULL, "end lines with CR and LF",
		    &o->has_crlf, 0},
		{'g', "guard", CLI_FLAG, NULL,
		    "a ' before texts that spreadsheets would compute",
		    &o->is_guarded, 0},
		{'Q', "quote", CLI_TEXT, "minimal|all|text",
		    "which values stand in quotes (minimal)", &o->quote, 0},
		{'o', "output", CLI_TEXT, "FILE",
		    "write there, seen only when whole (standard output)",
		    &o->output, CLI_NEUTRAL},
		{0, NULL, CLI_FLAG, NULL, NULL, NULL, 0},
	};
	return add_options(table, group, sizeof(group));
}

/* ---- options --------------------------------------------------------- */

static int
parse_byte(const char *text, const char *option, uint8_t *byte,
    struct error *err)
{
	if (strcmp(text, "\\t") == 0 || strcmp(text, "tab") == 0)
		text = "\t";
	if (strlen(text) != 1 || *text == '\n' || *text == '\r' ||
	    (unsigned char)*text >= 0x80)
		return error_usage(err, "--%s: '%s' is not one byte", option,
		    text);
	*byte = (uint8_t)*text;
	return 0;
}

/* What a filter in front of the reader does. */
static int
parse_filter(const struct options *o, struct rcsv_options *out,
    struct error *err)
{
	struct rcsv_dialect_options *dialect = &out->dialect;
	*dialect = (struct rcsv_dialect_options){.encoding = o->encoding,
	    .delimiter = out->delimiter, .quote = out->quote,
	    .has_quote = out->has_quote};
	if (o->comment != NULL &&
	    parse_byte(o->comment, "comment", &dialect->comment, err) != 0)
		return -1;
	if (o->escape != NULL &&
	    parse_byte(o->escape, "escape", &dialect->escape, err) != 0)
		return -1;
	if (dialect->escape == dialect->quote)
		dialect->escape = 0;
	if (o->skip != NULL && text_parse_count(o->skip, 0, UINT32_MAX,
	    &dialect->skip_lines, err) != 0)
		return error_prefix(err, "--skip");
	if (o->ragged == NULL)
		return 0;
	dialect->pads = strcmp(o->ragged, "cut") != 0;
	dialect->cuts = strcmp(o->ragged, "pad") != 0;
	if (dialect->pads && dialect->cuts && strcmp(o->ragged, "both") != 0)
		return error_usage(err, "--ragged is pad, cut or both, not "
		    "'%s'", o->ragged);
	return 0;
}

static int
parse_record_bytes(const struct options *o, struct rcsv_options *out,
    struct error *err)
{
	uint64_t bytes = RCSV_RECORD_BYTES;
	if (o->max_record != NULL && text_parse_size(o->max_record, &bytes,
	    err) != 0)
		return error_prefix(err, "--max-record");
	if (bytes == 0 || bytes > RCSV_MAX_RECORD_BYTES)
		return error_usage(err, "--max-record is up to 1G");
	out->record_bytes = (uint32_t)bytes;
	return 0;
}

static int
parse_dialect(const struct options *o, struct rcsv_options *out,
    struct error *err)
{
	*out = (struct rcsv_options){.delimiter = ',', .quote = '"',
	    .has_quote = 1, .has_header = 1, .is_lenient = o->is_lenient,
	    .has_origin = o->has_origin, .columns = o->columns,
	    .ignores_case = o->ignores_case, .slice_count = 1};
	if (o->delimiter != NULL &&
	    parse_byte(o->delimiter, "delimiter", &out->delimiter, err) != 0)
		return -1;
	if (o->quote_char != NULL && *o->quote_char == '\0')
		out->has_quote = 0;
	else if (o->quote_char != NULL &&
	    parse_byte(o->quote_char, "quote-char", &out->quote, err) != 0)
		return -1;
	if (out->has_quote && out->quote == out->delimiter)
		return error_usage(err, "the delimiter and the quote are the "
		    "same");
	if (!out->has_quote && out->is_lenient)
		return error_usage(err, "--lenient needs a quote");
	if (parse_filter(o, out, err) != 0 ||
	    parse_record_bytes(o, out, err) != 0)
		return -1;
	if (o->header == NULL || strcmp(o->header, "yes") == 0)
		return 0;
	if (strcmp(o->header, "no") != 0)
		return error_usage(err, "--header is yes or no, not '%s'",
		    o->header);
	out->has_header = 0;
	return 0;
}

/* What is said of all numbers, and of all booleans. */
static int
set_all(const struct options *o, struct table_schema *schema,
    struct error *err)
{
	uint8_t point = '.', group = 0;
	if (o->decimal != NULL &&
	    parse_byte(o->decimal, "decimal", &point, err) != 0)
		return -1;
	if (o->group != NULL &&
	    parse_byte(o->group, "group", &group, err) != 0)
		return -1;
	if (point == group)
		return error_usage(err, "--decimal and --group are the same");
	if (o->decimal != NULL || o->group != NULL)
		table_schema_set_marks(schema, (char)point, (char)group);
	if ((o->true_words != NULL) != (o->false_words != NULL))
		return error_usage(err, "--true and --false go together");
	if (o->true_words == NULL)
		return 0;
	return table_schema_set_words(schema, o->true_words, o->false_words,
	    err);
}

static int
read_schema(const struct options *o, struct table_schema *schema,
    struct error *err)
{
	if (o->schema_path != NULL && o->types != NULL)
		return error_usage(err, "--schema and --types exclude each "
		    "other");
	if (o->types != NULL || o->schema_path != NULL)
		table_schema_release(schema);
	if (o->types != NULL &&
	    table_schema_parse_inline(schema, o->types, err) != 0)
		return -1;
	if (o->schema_path != NULL) {
		struct buffer text = {0};
		int status = input_read_whole(o->schema_path,
		    MAX_SCHEMA_BYTES, &text, err);
		if (status == 0 && table_schema_parse(schema,
		    (const char *)text.data, text.len, err) != 0)
			status = error_prefix(err, "%s", o->schema_path);
		buffer_release(&text);
		if (status != 0)
			return -1;
	}
	if (set_all(o, schema, err) != 0)
		return -1;
	if (o->nulls.count > 0)
		table_words_release(&schema->missing);
	for (uint32_t i = 0; i < o->nulls.count; i++)
		table_words_add(&schema->missing, o->nulls.items[i],
		    strlen(o->nulls.items[i]));
	return 0;
}

/* ---- reading --------------------------------------------------------- */

/* The rejects are there to be looked at also when they are too many. */
static int
keep_rejects(struct cli *cli, struct batch_sink *rejects, struct error *err)
{
	struct error second;
	struct stages stages = {0};
	struct stage stage = *cli_stage(cli);
	stage.kind = STAGE_HEAD;
	stage.counts.out = stage.counts.rejected;
	stages_add(&stages, &stage);
	if (rejects->finish(rejects, &stages, &second) != 0)
		*err = second;
	stages_release(&stages);
	return -1;
}

static void
note_extra(const struct cli *cli, const struct batch_source *source)
{
	const struct table_words *extra = rcsv_source_extra(source);
	for (uint32_t i = 0; cli->is_verbose && i < extra->count; i++)
		cli_note(cli, "passed over the column '%s'", extra->items[i]);
}

static int
copy_rows(struct cli *cli, struct batch_source *source,
    struct batch_source *counted, struct batch_sink *rejects,
    const struct limits *limits, _Bool is_whole, struct error *err)
{
	struct batch_sink *out = cli_output(cli, err);
	int result = out == NULL ? -1 : stream_copy(counted, out, err);
	const struct rcsv_counts *counts = rcsv_source_counts(source);
	struct stage *stage = cli_stage(cli);
	stage->counts.in = counts->rows;
	stage->counts.rejected = counts->rejected;
	stage->measures.in_bytes = counts->bytes;
	if (result != 0)
		return -1;
	note_extra(cli, source);
	if (cli->is_verbose && counts->blank_lines > 0)
		cli_note(cli, "blank_lines=%llu",
		    (unsigned long long)counts->blank_lines);
	if (limits_judge(limits, counts->rejected, counts->rows, is_whole,
	    err) != 0)
		return rejects == NULL ? -1 : keep_rejects(cli, rejects, err);
	return 0;
}

static uint64_t
bytes_read(const void *of)
{
	return ((const struct rcsv_counts *)of)->bytes;
}

static int
run_read(const struct options *o, const struct rcsv_options *dialect,
    const struct table_schema *schema, struct rcsv_paths *files,
    struct cli *cli, struct error *err)
{
	struct rcsv_options options = *dialect;
	struct limits limits = {0};
	if (o->quote != NULL || o->output != NULL || o->has_bom ||
	    o->has_crlf || o->is_guarded)
		return error_usage(err, "--quote, --bom, --crlf, --guard and "
		    "--output need --write");
	if ((o->max_errors != NULL || o->max_error_ratio != NULL) &&
	    o->rejects == NULL)
		return error_usage(err, "thresholds on bad rows need --rejects "
		    "(without it, the first bad row ends the run)");
	if (limits_parse(o->max_errors, o->max_error_ratio, &limits,
	    err) != 0)
		return -1;
	if (o->part != NULL) {
		if (text_parse_part(o->part, &options.slice,
		    &options.slice_count, err) != 0)
			return error_prefix(err, "--part");
		options.slice--;
	}
	if (options.slice_count > 1 &&
	    rcsv_dialect_is_needed(&options.dialect))
		return error_usage(err, "--part needs plain CSV in UTF-8: no "
		    "--encoding, --comment, --escape, --ragged, --skip");
	struct batch_sink *rejects = NULL;
	if (o->rejects != NULL) {
		rejects = cli_side_output(cli, o->rejects, err);
		if (rejects == NULL)
			return -1;
	}
	struct rcsv_files source_files = {files, rcsv_paths_next};
	char *origin = rcsv_paths_text(files);
	options.origin = origin;
	struct batch_source *source = rcsv_source_new(&options, schema,
	    &source_files, rejects, err);
	mem_free(origin);
	if (source == NULL)
		return -1;
	if (options.is_lenient)
		stage_set_strategy(cli_stage(cli), "lenient");
	if (cli->has_progress && options.slice_count == 1)
		cli_extent(cli, rcsv_paths_bytes(files), bytes_read,
		    rcsv_source_counts(source));
	return copy_rows(cli, source, cli_own_source(cli, source), rejects,
	    &limits, options.slice_count == 1, err);
}

static int
run_infer(const struct options *o, const struct rcsv_options *dialect,
    const struct table_words *missing, struct rcsv_paths *files,
    struct error *err)
{
	if (o->schema_path != NULL || o->types != NULL || o->part != NULL ||
	    o->rejects != NULL || o->has_origin || o->decimal != NULL ||
	    o->group != NULL || o->true_words != NULL)
		return error_usage(err, "--infer goes with --columns, "
		    "--null, --lenient and what says how files are written "
		    "only");
	struct buffer text = {0};
	struct rcsv_files source_files = {files, rcsv_paths_next};
	int status = rcsv_infer(dialect, missing, &source_files, &text, err);
	if (status == 0) {
		struct output output;
		output_init(&output, STDOUT_FILENO, "standard output");
		output_write(&output, text.data, text.len);
		status = output_flush(&output, err);
		output_release(&output);
	}
	buffer_release(&text);
	return status;
}

/* ---- writing --------------------------------------------------------- */

struct target {
	struct publish *unit;	/* owned; NULL for standard output */
	struct output output;
};

static int
open_target(const struct options *o, struct target *target,
    struct error *err)
{
	int fd = STDOUT_FILENO;
	if (o->output != NULL) {
		target->unit = publish_new(o->output, PUBLISH_REPLACE, 0, err);
		if (target->unit == NULL)
			return -1;
		fd = publish_open(target->unit, NULL, err);
		if (fd < 0)
			return -1;
	}
	output_init(&target->output, fd, o->output != NULL ? o->output :
	    "standard output");
	return 0;
}

static int
run_write(const struct options *o, const struct rcsv_options *dialect,
    struct target *target, struct cli *cli, struct error *err)
{
	struct rcsv_writer_options options = {
	    .delimiter = dialect->delimiter, .quote = dialect->quote,
	    .has_header = dialect->has_header, .has_bom = o->has_bom,
	    .has_crlf = o->has_crlf, .is_guarded = o->is_guarded,
	    .null_text = o->nulls.count > 0 ? o->nulls.items[0] : ""};
	if (o->schema_path != NULL || o->types != NULL || o->columns != NULL ||
	    o->rejects != NULL || o->part != NULL || o->has_origin ||
	    o->is_lenient || o->infers || o->decimal != NULL ||
	    o->group != NULL || o->true_words != NULL || o->ignores_case ||
	    rcsv_dialect_is_needed(&dialect->dialect))
		return error_usage(err, "--write goes with --bom, --crlf, "
		    "--delimiter, --guard, --header, --null, --output, "
		    "--quote and --quote-char only");
	if (cli->operand_count > 1 || o->nulls.count > 1 ||
	    !dialect->has_quote)
		return error_usage(err, "--write takes one stream, one null "
		    "and a quote");
	if (o->quote != NULL && strcmp(o->quote, "all") == 0)
		options.quotes_all = 1;
	else if (o->quote != NULL && strcmp(o->quote, "text") == 0)
		options.quotes_text = 1;
	else if (o->quote != NULL && strcmp(o->quote, "minimal") != 0)
		return error_usage(err, "--quote is minimal, all or text, not "
		    "'%s'", o->quote);
	cli_stage(cli)->kind = STAGE_FILTER;
	struct batch_source *in = cli_open_input(cli,
	    cli->operand_count > 0 ? cli->operands[0] : "-", err);
	if (in == NULL || open_target(o, target, err) != 0)
		return -1;
	return stream_copy(in, cli_own_sink(cli, rcsv_sink_new(&options,
	    &target->output)), err);
}

static int
finish_target(struct target *target, int status, struct cli *cli,
    struct error *err)
{
	output_release(&target->output);
	if (target->unit == NULL)
		return status;
	if (target->output.fd > STDERR_FILENO)
		close(target->output.fd);
	if (status == 0 && publish_commit(target->unit, err) != 0)
		status = cli_fail(cli, err);
	publish_free(target->unit);
	return status;
}

static int
list_files(const struct options *o, const struct cli *cli,
    struct rcsv_paths *files, struct error *err)
{
	if (o->list != NULL && (cli->operand_count > 0 || o->writes))
		return error_usage(err, "--files-from goes without files, and "
		    "without --write");
	if (o->list != NULL)
		return rcsv_paths_read(files, o->list, err);
	for (int i = 0; i < cli->operand_count; i++)
		rcsv_paths_add(files, cli->operands[i]);
	if (cli->operand_count == 0)
		rcsv_paths_add(files, "-");
	return 0;
}

int
main(int argc, char **argv)
{
	struct options options = {0};
	struct cli_option table[MAX_OPTIONS];
	struct rcsv_options dialect;
	struct table_schema schema;
	struct target target = {0};
	struct cli cli;
	struct error err = {0};
	describe_writing(&options, describe_reading(&options,
	    describe_both(&options, table)));
	cli_parse(&cli, &tool, table, argc, argv);
	struct rcsv_paths files = {0};
	table_schema_init(&schema);
	int result = parse_dialect(&options, &dialect, &err);
	if (result == 0)
		result = list_files(&options, &cli, &files, &err);
	if (result == 0 && options.writes)
		result = run_write(&options, &dialect, &target, &cli, &err);
	else if (result == 0 && read_schema(&options, &schema, &err) != 0)
		result = -1;
	else if (result == 0 && options.infers)
		result = run_infer(&options, &dialect, &schema.missing, &files,
		    &err);
	else if (result == 0)
		result = run_read(&options, &dialect, &schema, &files, &cli,
		    &err);
	int status = cli_finish(&cli, result, &err);
	status = finish_target(&target, status, &cli, &err);
	rcsv_paths_release(&files);
	table_schema_release(&schema);
	mem_free(options.nulls.items);
	return status;
}
