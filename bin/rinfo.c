/*
 * rinfo: what a stream or a Parquet file is, whether it is whole, what its
 * values are, and the account of runs.
 */
#include <stdio.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/fd.h"
#include "batch/builder.h"
#include "cli/cli.h"
#include "io/input.h"
#include "op/account.h"
#include "op/profile/profile.h"
#include "table/dataset.h"
#include "table/parquet_describe.h"

#define MAX_ACCOUNT_BYTES (UINT64_C(64) << 20)

static const struct cli_tool tool = {
	.name = "rinfo",
	.summary = "describe, verify and profile streams and Parquet files",
	.operands = "[FILE...]",
	.operands_max = -1,
	.kind = STAGE_SOURCE,
	.operands_are_places = 1,
};

struct options {
	_Bool is_account;
	_Bool only_schema;
	_Bool is_profile;
};

/* What reading a stream to its end has shown of a column. */
struct seen {
	uint64_t nulls;
	uint64_t coded_batches;
	uint32_t entries;
};

static void
print_keys(struct buffer *out, const struct stream_header *header)
{
	const struct properties *p = &header->properties;
	const struct field *fields = header->schema.fields;
	if (p->sort_key_count > 0)
		buffer_append_text(out, "sorted by:");
	for (uint32_t i = 0; i < p->sort_key_count; i++)
		buffer_printf(out, "%s %s%s%s", i > 0 ? "," : "",
		    fields[p->sort_keys[i].column].name,
		    p->sort_keys[i].is_descending ? " desc" : "",
		    p->sort_keys[i].nulls_first ==
		    p->sort_keys[i].is_descending ?
		    p->sort_keys[i].nulls_first ? " nulls first" :
		    " nulls last" : "");
	if (p->sort_key_count > 0)
		buffer_append_byte(out, '\n');
	if (p->partition_column_count > 0)
		buffer_append_text(out, "partitioned by:");
	for (uint32_t i = 0; i < p->partition_column_count; i++)
		buffer_printf(out, "%s %s", i > 0 ? "," : "",
		    fields[p->partition_columns[i]].name);
	if (p->partition_column_count > 0)
		buffer_append_byte(out, '\n');
	if (p->unique_column_count > 0)
		buffer_append_text(out, "unique:");
	for (uint32_t i = 0; i < p->unique_column_count; i++)
		buffer_printf(out, "%s %s", i > 0 ? "," : "",
		    fields[p->unique_columns[i]].name);
	if (p->unique_column_count > 0)
		buffer_append_byte(out, '\n');
}

static void
print_columns(struct buffer *out, const struct schema *schema,
    const struct seen *seen)
{
	buffer_printf(out, "columns: %u\n", schema->count);
	for (uint32_t i = 0; i < schema->count; i++) {
		const struct field *field = &schema->fields[i];
		char type[TYPE_TEXT_BYTES];
		buffer_printf(out, "  %s %s%s", field->name,
		    type_format(field->type, type),
		    field->is_nullable ? "" : " not null");
		if (seen != NULL && seen[i].nulls > 0)
			buffer_printf(out, ", %llu nulls",
			    (unsigned long long)seen[i].nulls);
		if (seen != NULL && seen[i].coded_batches > 0)
			buffer_printf(out, ", coded by %u entries",
			    seen[i].entries);
		buffer_append_byte(out, '\n');
	}
}

static void
print_stages(struct buffer *out, const struct stages *stages)
{
	buffer_printf(out, "stages: %u\n", stages->count);
	for (uint32_t i = 0; i < stages->count; i++) {
		const struct stage *stage = &stages->items[i];
		buffer_printf(out, "  %u %s%s%s", i + 1, stage->tool,
		    stage->arguments[0] != '\0' ? " " : "", stage->arguments);
		buffer_append_text(out, "\n   ");
#define X(name) if (stage->counts.name != 0) buffer_printf(out, " %s=%llu", \
	#name, (unsigned long long)stage->counts.name);
		STAGE_COUNTERS(X)
#undef X
		if (stage->strategy[0] != '\0')
			buffer_printf(out, " strategy='%s'", stage->strategy);
		buffer_append_byte(out, '\n');
	}
}

/* Reads to the end, which verifies every sum. */
static int
look_through(struct batch_source *in, struct seen *seen, uint64_t *rows,
    uint64_t *batches, struct error *err)
{
	const struct batch *batch;
	int got;
	while ((got = batch_source_next(in, &batch, err)) == 1) {
		*rows += batch->row_count;
		*batches += !batch->is_mark;
		for (uint32_t i = 0; i < batch->column_count; i++) {
			const struct column *column = &batch->columns[i];
			seen[i].nulls += column->null_count;
			if (column->code_bytes == 0)
				continue;
			seen[i].coded_batches++;
			seen[i].entries = column->dictionary->count;
		}
	}
	return got;
}

static int
describe(const struct options *options, struct batch_source *in,
    const char *name, struct buffer *out, struct error *err)
{
	const struct stream_header *header = in->header;
	uint64_t rows = 0, batches = 0;
	if (options->only_schema) {
		print_columns(out, &header->schema, NULL);
		return 0;
	}
	struct seen *seen = mem_array(header->schema.count, sizeof(*seen));
	int result = look_through(in, seen, &rows, &batches, err);
	if (result == 0) {
		const struct stages *stages = in->stages(in);
		buffer_printf(out, "stream: %s\n", name);
		if (header->origin != NULL)
			buffer_printf(out, "origin: %s\n", header->origin);
		buffer_printf(out, "rows: %llu\nbatches: %llu\n",
		    (unsigned long long)rows, (unsigned long long)batches);
		if (header->has_blocks)
			buffer_printf(out, "blocks: %llu, extent %llu\n",
			    (unsigned long long)stages->block_count,
			    (unsigned long long)stages->extent);
		print_keys(out, header);
		print_columns(out, &header->schema, seen);
		print_stages(out, stages);
		result = stages_check(stages, err);
		if (result == 0)
			buffer_append_text(out, "integrity: ok\n");
	}
	mem_free(seen);
	return result;
}

/* ---- Parquet, and profiles ------------------------------------------- */

/* A folder, or a file that begins as a Parquet file does. */
static int
is_parquet(const char *path, _Bool *is, struct error *err)
{
	struct stat stat_buffer;
	*is = 0;
	if (strcmp(path, "-") == 0 || stat(path, &stat_buffer) != 0)
		return 0;
	if (S_ISDIR(stat_buffer.st_mode))
		*is = 1;
	if (!S_ISREG(stat_buffer.st_mode))
		return 0;
	char magic[4];
	size_t got;
	struct input *input = input_open(path, err);
	int result = input == NULL ? -1 :
	    input_read(input, magic, sizeof(magic), &got, err);
	input_close(input);
	*is = result == 0 && got == sizeof(magic) &&
	    memcmp(magic, "PAR1", sizeof(magic)) == 0;
	return result;
}

static struct batch_source *
open_parquet(struct cli *cli, char *path, struct error *err)
{
	static struct dataset_counts counts;
	struct dataset_options options = {.paths = &path, .path_count = 1};
	struct batch_source *source = dataset_new(&options, &counts, err);
	return source == NULL ? NULL : cli_own_source(cli, source);
}

static int
print_profile(struct batch_source *in, struct cli *cli, const char *name,
    struct buffer *out, struct error *err)
{
	struct profile profile;
	int result = profile_run(in, &cli->budget, cli->temporary_folder,
	    &profile, err);
	if (result == 0) {
		buffer_printf(out, "profile of: %s\n", name);
		profile_print(&profile, out);
	}
	profile_release(&profile);
	return result;
}

static int
describe_one(const struct options *options, struct cli *cli, char *path,
    struct buffer *out, struct error *err)
{
	_Bool is_table;
	if (is_parquet(path, &is_table, err) != 0)
		return -1;
	if (is_table && !options->only_schema && !options->is_profile)
		return parquet_describe(path, out, err);
	struct batch_source *in = is_table ? open_parquet(cli, path, err) :
	    cli_open_input(cli, path, err);
	if (in == NULL)
		return -1;
	return options->is_profile ? print_profile(in, cli, path, out, err) :
	    describe(options, in, path, out, err);
}

static int
describe_all(const struct options *options, struct cli *cli,
    struct error *err)
{
	static char standard_input[] = "-";
	struct buffer out = {0};
	int count = cli->operand_count > 0 ? cli->operand_count : 1;
	int result = 0;
	for (int i = 0; i < count && result == 0; i++) {
		if (i > 0)
			buffer_append_byte(&out, '\n');
		result = describe_one(options, cli, cli->operand_count > 0 ?
		    cli->operands[i] : standard_input, &out, err);
	}
	/* What was found before a failure is worth seeing, too. */
	struct error later;
	if (fd_write_full(STDOUT_FILENO, out.data, out.len, "standard output",
	    result == 0 ? err : &later) != 0)
		result = -1;
	buffer_release(&out);
	return result;
}

/* ---- accounts -------------------------------------------------------- */

static int
read_account(const char *path, struct batch_builder *builder,
    struct error *err)
{
	struct input *input = input_open(path, err);
	struct buffer text = {0};
	int result = input == NULL ? -1 : 0;
	size_t got = 1;
	while (result == 0 && got > 0) {
		buffer_reserve(&text, 65536);
		result = input_read(input, text.data + text.len, 65536, &got,
		    err);
		text.len += got;
		if (text.len > MAX_ACCOUNT_BYTES)
			result = error_data(err, "%s: too long for an account",
			    path);
	}
	if (result == 0)
		result = account_parse(path, (const char *)text.data, text.len,
		    builder, err);
	buffer_release(&text);
	input_close(input);
	return result;
}

static int
write_account(struct cli *cli, struct error *err)
{
	struct stream_header header = {0};
	struct batch_builder builder;
	account_schema(&header.schema);
	batch_builder_init(&builder, &header.schema);
	struct batch_sink *out = cli_output(cli, err);
	int result = out == NULL ? -1 : out->begin(out, &header, err);
	for (int i = 0; i < cli->operand_count && result == 0; i++) {
		batch_builder_clear(&builder);
		result = read_account(cli->operands[i], &builder, err);
		cli->stage.counts.in += batch_builder_rows(&builder);
		if (result == 0)
			result = batch_sink_write(out,
			    batch_builder_view(&builder, NULL), err);
	}
	batch_builder_release(&builder);
	stream_header_release(&header);
	return result;
}

int
main(int argc, char **argv)
{
	struct options options = {0};
	const struct cli_option table[] = {
		{'a', "account", CLI_FLAG, NULL,
		    "FILEs are what --stats wrote: make a stream of them",
		    &options.is_account, 0},
		{'p', "profile", CLI_FLAG, NULL,
		    "print what the values of each column are",
		    &options.is_profile, 0},
		{'s', "schema", CLI_FLAG, NULL,
		    "print only the columns, read only the header",
		    &options.only_schema, 0},
		{0},
	};
	struct cli cli;
	struct error err = {0};
	cli_parse(&cli, &tool, table, argc, argv);
	int result = options.is_account ? write_account(&cli, &err) :
	    describe_all(&options, &cli, &err);
	if (result == 0 && !options.is_account)
		cli.stage.kind = STAGE_HEAD;
	return cli_finish(&cli, result, &err);
}
