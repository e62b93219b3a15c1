/* rparquet: Parquet files into a stream; -w: streams into Parquet files. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/text.h"
#include "cli/cli.h"
#include "format/parquet_codec.h"
#include "op/limits.h"
#include "op/pass_on.h"
#include "table/dataset.h"
#include "table/parquet_describe.h"
#include "table/parquet_table.h"

static const struct cli_tool tool = {
	.name = "rparquet",
	.summary = "read Parquet files and folders; -w: write them",
	.operands = "[PATH...]",
	.operands_max = -1,
	.kind = STAGE_SOURCE,
	.operands_are_places = 1,
};

struct options {
	_Bool is_writing, keeps_keys, is_dry, is_asking, is_counting;
	_Bool is_shared, passes_on;
	const char *columns, *key_types, *where, *part, *ascending;
	const char *output, *partition, *codec, *if_exists;
	const char *max_errors, *max_error_ratio;
	uint64_t row_group_rows, max_partitions, jobs;
};

static const struct cli_option *
option_table(struct options *o)
{
	static struct cli_option table[26];
	const struct cli_option all[] = {
		{0, "reading", CLI_HEADING, NULL, "", NULL, 0},
		{'c', "columns", CLI_TEXT, "COLUMNS",
		    "only these, in this order", &o->columns, 0},
		{'f', "where", CLI_TEXT, "EXPR",
		    "only rows where it is true; reads no more than it must",
		    &o->where, 0},
		{'k', "key-types", CLI_TEXT, "KEY:TYPE,...",
		    "types of partition keys (.manifest's, or string)",
		    &o->key_types, 0},
		{'P', "part", CLI_TEXT, "K/N", "only slice K of N", &o->part,
		    CLI_NEUTRAL},
		{'a', "ascending", CLI_TEXT, "COLUMN",
		    "status 1 unless rows ascend by it, no two alike",
		    &o->ascending, 0},
		{'i', "meta", CLI_FLAG, NULL,
		    "print row groups, columns and encodings instead",
		    &o->is_asking, 0},
		{'r', "rows", CLI_FLAG, NULL,
		    "print how many rows each PATH has instead",
		    &o->is_counting, 0},
		{0, "writing", CLI_HEADING, NULL, "", NULL, 0},
		{'w', "write", CLI_FLAG, NULL,
		    "write standard input to --output", &o->is_writing, 0},
		{'o', "output", CLI_TEXT, "PATH",
		    "the file; a folder if it ends in / or has partitions",
		    &o->output, CLI_NEUTRAL},
		{'p', "partition", CLI_TEXT, "COLUMNS",
		    "a folder KEY=VALUE for each value", &o->partition, 0},
		{'K', "keep-keys", CLI_FLAG, NULL,
		    "keep the columns of --partition in the files",
		    &o->keeps_keys, 0},
		{'x', "max-partitions", CLI_COUNT, "N",
		    "refuse more partitions (10000)", &o->max_partitions, 0},
		{'z', "codec", CLI_TEXT, "NAME[:LEVEL]",
		    "none, snappy, gzip or zstd, where it pays (zstd:1)",
		    &o->codec, 0},
		{'g', "row-group-rows", CLI_COUNT, "N",
		    "rows of a row group (131072)", &o->row_group_rows, 0},
		{'e', "if-exists", CLI_TEXT, "MODE",
		    "replace, fail or skip (replace)", &o->if_exists,
		    CLI_NEUTRAL},
		{'j', "jobs", CLI_COUNT, "N",
		    "write the partitions by so many processes (1)",
		    &o->jobs, CLI_NEUTRAL},
		{'s', "shared", CLI_FLAG, NULL,
		    "--output is there, and whoever made it publishes it",
		    &o->is_shared, CLI_NEUTRAL},
		{'t', "tee", CLI_FLAG, NULL,
		    "pass rows on to standard output, too (--columns of them)",
		    &o->passes_on, 0},
		{0, "max-errors", CLI_TEXT, "N",
		    "status 1, and no table, if the sources rejected more",
		    &o->max_errors, 0},
		{0, "max-error-ratio", CLI_TEXT, "R",
		    "the same if they rejected a greater share",
		    &o->max_error_ratio, 0},
		{'n', "dry-run", CLI_FLAG, NULL,
		    "do everything, publish nothing", &o->is_dry, CLI_NEUTRAL},
		{0, NULL, CLI_FLAG, NULL, NULL, NULL, 0}
	};
	memcpy(table, all, sizeof(all));
	return table;
}

/* ---- writing --------------------------------------------------------- */

/* "zstd:1" */
static int
parse_codec(const char *text, struct parquet_options *options,
    struct error *err)
{
	size_t len = strcspn(text, ":");
	uint64_t level = 0;
	if (text[len] == ':' &&
	    text_parse_count(text + len + 1, 1, 19, &level, err) != 0)
		return error_prefix(err, "--codec");
	options->level = (int)level;
	options->codec = len == 4 && memcmp(text, "none", 4) == 0 ?
	    PARQUET_UNCOMPRESSED : parquet_codec_find(text, len, err);
	if (options->codec < 0)
		return error_prefix(err, "--codec");
	if (options->codec == PARQUET_GZIP && level > 9)
		return error_usage(err, "--codec: gzip has levels 1 to 9");
	return 0;
}

static int
table_options(const struct options *o, struct cli *cli,
    struct parquet_table_options *table, struct error *err)
{
	*table = (struct parquet_table_options){
	    .path = o->output,
	    .is_folder = 1,
	    .keep_keys = o->keeps_keys,
	    .keys = o->partition,
	    .max_partitions = (uint32_t)o->max_partitions,
	    .budget = &cli->budget,
	    .temporary_folder = cli->temporary_folder};
	if (o->output == NULL)
		return error_usage(err, "--write needs --output PATH");
	if (cli->operand_count > 0)
		return error_usage(err, "--write reads standard input, "
		    "not '%s'", cli->operands[0]);
	if (o->row_group_rows > UINT32_C(1) << 30 ||
	    o->max_partitions > 100000 || o->jobs > 1024)
		return error_usage(err, "at most 1073741824 rows in a row "
		    "group, 100000 partitions and 1024 jobs are possible");
	if (o->is_shared && o->if_exists != NULL)
		return error_usage(err, "--if-exists is for whoever publishes "
		    "the folder, not with --shared");
	size_t len = strlen(o->output);
	if (o->partition == NULL && !o->is_shared &&
	    (len == 0 || o->output[len - 1] != '/'))
		table->is_folder = 0;
	table->parquet.row_group_rows = (uint32_t)o->row_group_rows;
	if (o->is_dry)
		table->mode = PUBLISH_DRY;
	else if (o->is_shared)
		table->mode = PUBLISH_SHARED;
	else if (o->if_exists != NULL &&
	    publish_mode_parse(o->if_exists, &table->mode, err) != 0)
		return error_prefix(err, "--if-exists");
	return parse_codec(o->codec != NULL ? o->codec : "zstd:1",
	    &table->parquet, err);
}

/*
 * Shares the work out, and passes the rows on, as asked.  Takes the table;
 * NULL with err set.
 */
static struct batch_sink *
connect(const struct options *o, struct cli *cli, _Bool is_skipped,
    struct batch_sink *table, struct error *err)
{
	struct copies *copies = NULL;
	struct batch_sink *next = NULL, *sink = NULL;
	_Bool divides = o->jobs > 1 && o->partition != NULL && !is_skipped;
	if (o->passes_on && (next = cli_stream(err)) == NULL)
		goto out;
	if (divides) {
		copies = cli_copies(cli, (uint32_t)o->jobs, err);
		if (copies == NULL)
			goto out;
		parquet_table_divide(table, copies);
	}
	sink = table;
	if (next != NULL && (copies == NULL || copies_number(copies) == 0)) {
		const struct pass_on_options options = {.columns = o->columns,
		    .ascending = o->ascending, .stage = cli_stage(cli)};
		/* The table is made, whoever reads on. */
		signal(SIGPIPE, SIG_IGN);
		sink = pass_on_new(table, next, &options);
		next = NULL;
	}
out:
	batch_sink_free(next);
	if (sink == NULL)
		batch_sink_free(table);
	return sink;
}

static int
run_write(const struct options *o, struct cli *cli,
    struct parquet_table_counts *counts, struct error *err)
{
	struct parquet_table_options options;
	struct limits limits;
	cli_stage(cli)->kind = STAGE_FILTER;
	if (table_options(o, cli, &options, err) != 0 ||
	    limits_parse(o->max_errors, o->max_error_ratio, &limits, err) != 0)
		return -1;
	options.counts = counts;
	/* The place first: who cannot have it need not wait for rows. */
	struct batch_sink *table = parquet_table_new(&options, err);
	if (table == NULL) {
		struct error ignored;
		if (o->passes_on)	/* who reads on is told */
			cli_output(cli, &ignored);
		return -1;
	}
	table = connect(o, cli, counts->is_skipped, table, err);
	if (table == NULL)
		return -1;
	struct batch_sink *out = cli_own_sink(cli, table);
	struct batch_source *in = cli_input(cli, err);
	if (in == NULL || stream_copy(in, out, err) != 0)
		return -1;
	return limits_judge_sources(&limits, in->stages(in), err);
}

static void
print_write_counts(const struct parquet_table_counts *counts)
{
	fprintf(stderr, "%s: files=%llu row_groups=%llu bytes=%llu%s%s\n",
	    tool.name, (unsigned long long)counts->files,
	    (unsigned long long)counts->row_groups,
	    (unsigned long long)counts->bytes,
	    counts->is_skipped ? " skipped=1" : "",
	    counts->is_unchanged ? " unchanged=1" : "");
}

/* ---- reading --------------------------------------------------------- */

/* Options of one direction make no sense in the other. */
static int
check_direction(const struct options *o, struct error *err)
{
	_Bool hands_out = o->columns != NULL || o->ascending != NULL;
	_Bool reads = o->key_types != NULL || o->where != NULL ||
	    o->part != NULL || o->is_asking || o->is_counting;
	_Bool writes = o->output != NULL || o->partition != NULL ||
	    o->codec != NULL || o->if_exists != NULL || o->keeps_keys ||
	    o->is_dry || o->is_shared || o->row_group_rows != 0 ||
	    o->max_partitions != 0 || o->jobs != 0 || o->max_errors != NULL ||
	    o->max_error_ratio != NULL || o->passes_on;
	if (o->is_writing && (reads || (hands_out && !o->passes_on)))
		return error_usage(err, "--columns, --where, --key-types, "
		    "--part, --ascending, --meta and --rows are for reading, "
		    "not for --write (--columns and --ascending with --tee)");
	if (!o->is_writing && writes)
		return error_usage(err,
		    "options for writing, but no --write");
	return 0;
}

/* The rows of a path, as the footers have them. */
static int
describe_rows(const struct options *o, char *path, struct buffer *text,
    struct error *err)
{
	const struct dataset_options options = {.paths = &path,
	    .path_count = 1, .key_types = o->key_types};
	struct dataset_counts counts = {0};
	struct batch_source *dataset = dataset_new(&options, &counts, err);
	if (dataset == NULL)
		return -1;
	buffer_printf(text, "%llu %s\n", (unsigned long long)
	    dataset->stages(dataset)->extent, path);
	batch_source_free(dataset);
	return 0;
}

static int
run_description(const struct options *o, struct cli *cli, struct error *err)
{
	struct buffer text = {0};
	int result = 0;
	for (int i = 0; i < cli->operand_count && result == 0; i++)
		result = o->is_counting ?
		    describe_rows(o, cli->operands[i], &text, err) :
		    parquet_describe(cli->operands[i], &text, err);
	if (result == 0)
		result = fd_write_full(STDOUT_FILENO, text.data, text.len,
		    "standard output", err);
	buffer_release(&text);
	return result;
}

static int
run_read(const struct options *o, struct cli *cli,
    struct dataset_counts *counts, struct error *err)
{
	struct dataset_options options = {
	    .paths = cli->operands,
	    .path_count = (uint32_t)cli->operand_count,
	    .columns = o->columns,
	    .key_types = o->key_types,
	    .where = o->where,
	    .ascending = o->ascending};
	if (cli->operand_count == 0)
		return error_usage(err, "no PATH to read; standard input "
		    "cannot be a Parquet file, whose footer is at its end");
	if (o->is_counting && (o->columns != NULL || o->where != NULL ||
	    o->part != NULL || o->ascending != NULL || o->is_asking))
		return error_usage(err, "--rows counts all rows: --columns, "
		    "--where, --part, --ascending and --meta do not go "
		    "with it");
	if (o->is_asking || o->is_counting)
		return run_description(o, cli, err);
	if (o->part != NULL && text_parse_part(o->part, &options.part,
	    &options.part_count, err) != 0)
		return error_prefix(err, "--part");
	struct batch_sink *out = cli_output(cli, err);
	struct batch_source *in = out == NULL ? NULL :
	    dataset_new(&options, counts, err);
	if (in == NULL)
		return -1;
	cli_extent(cli, in->stages(in)->extent, NULL, NULL);
	int result = stream_copy(cli_own_source(cli, in), out, err);
	struct stage *stage = cli_stage(cli);
	stage->kind = o->where != NULL ? STAGE_FILTER : STAGE_SOURCE;
	stage->counts.in = counts->rows;
	stage->counts.filtered = counts->filtered;
	stage->measures.in_bytes = counts->bytes;
	return result;
}

static void
print_read_counts(const struct dataset_counts *counts)
{
	fprintf(stderr, "%s: files=%llu row_groups=%llu pruned_files=%llu "
	    "pruned_row_groups=%llu rows=%llu bytes=%llu\n", tool.name,
	    (unsigned long long)counts->files,
	    (unsigned long long)counts->row_groups,
	    (unsigned long long)counts->pruned_files,
	    (unsigned long long)counts->pruned_row_groups,
	    (unsigned long long)counts->rows,
	    (unsigned long long)counts->bytes);
}

int
main(int argc, char **argv)
{
	struct options options = {0};
	struct parquet_table_counts written = {0};
	struct dataset_counts read = {0};
	struct cli cli;
	struct error err = {0};
	cli_parse(&cli, &tool, option_table(&options), argc, argv);
	_Bool is_verbose = cli.is_verbose;
	int result = check_direction(&options, &err);
	if (result == 0)
		result = options.is_writing ?
		    run_write(&options, &cli, &written, &err) :
		    run_read(&options, &cli, &read, &err);
	int status = cli_finish(&cli, result, &err);
	if (status == STATUS_OK && is_verbose && options.is_writing)
		print_write_counts(&written);
	else if (status == STATUS_OK && is_verbose && !options.is_asking &&
	    !options.is_counting)
		print_read_counts(&read);
	return status;
}
