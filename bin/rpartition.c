/* rpartition: one stream becomes several files or processes. */
#include <unistd.h>

#include "cli/cli.h"
#include "io/process.h"
#include "io/publish.h"
#include "op/partition.h"
#include "table/hive.h"
#include "table/manifest.h"
#include "wire/stream_writer.h"

#define DEFAULT_MOST 10000

static const struct cli_tool tool = {
	.name = "rpartition",
	.summary = "split a stream by the hash or the value of key columns",
	.operands = "",
	.kind = STAGE_FILTER,
	.notes = "In COMMAND, {k} is the number of the partition, from 1, {n} "
	    "how many there are,\nand {out} the folder that becomes PATH "
	    "when all commands have ended well.\n",
};

struct options {
	const char *keys;
	const char *path;
	const char *each;
	uint64_t hash_count;
	uint64_t most;
	const char *if_exists;
};

/* One partition: the sink of its stream and what is behind it. */
struct part {
	struct batch_sink *sink;	/* owned */
	struct process process;
	int fd;				/* -1: closed */
};

struct split {
	const struct options *options;
	const uint32_t *columns;
	uint32_t column_count;
	const struct schema *schema;
	struct publish *unit;		/* owned, or NULL */
	char *folder;			/* owned; {out} */
	struct part *parts;		/* owned */
	uint32_t count, capacity;
};

/* "region=Asia/part-00000.rfl", or "part-00001.rfl" by hash. */
static int
part_name(const struct split *split, uint32_t index, const struct batch *batch,
    uint32_t row, struct buffer *name, struct error *err)
{
	if (batch == NULL) {
		buffer_printf(name, "part-%05u.rfl", index + 1);
		return 0;
	}
	for (uint32_t i = 0; i < split->column_count; i++) {
		uint32_t column = split->columns[i];
		if (hive_append(split->schema->fields[column].name,
		    &batch->columns[column], row, name, err) != 0)
			return -1;
		buffer_append_byte(name, '/');
	}
	buffer_append_text(name, "part-00000.rfl");
	return 0;
}

static int
start_command(struct split *split, uint32_t index, struct part *part,
    struct error *err)
{
	int fds[2];
	if (process_pipe(fds, err) != 0)
		return -1;
	char *k = mem_printf("%u", index + 1);
	char *n = mem_printf("%llu",
	    (unsigned long long)split->options->hash_count);
	const char *names[] = {"k", "n",
	    split->folder != NULL ? "out" : NULL, NULL};
	const char *values[] = {k, n, split->folder, NULL};
	char *command = process_expand(split->options->each, names, values);
	int result = process_start(&part->process, command, fds[0], -1, err);
	close(fds[0]);
	part->fd = fds[1];
	mem_free(command);
	mem_free(k);
	mem_free(n);
	return result;
}

static int
open_part(void *context, uint32_t index, const struct batch *batch,
    uint32_t row, struct batch_sink **sink, struct error *err)
{
	struct split *split = context;
	if (split->count == split->capacity) {
		split->capacity = split->capacity == 0 ? 64 :
		    split->capacity * 2;
		split->parts = mem_grow_array(split->parts, split->capacity,
		    sizeof(*split->parts));
	}
	struct part *part = &split->parts[split->count++];
	struct buffer name = {0};
	int result = 0;
	*part = (struct part){.fd = -1};
	if (split->options->each != NULL) {
		result = start_command(split, index, part, err);
		buffer_printf(&name, "command %u", index + 1);
	} else if (part_name(split, index, batch, row, &name, err) == 0) {
		part->fd = publish_open(split->unit, buffer_text(&name), err);
	}
	if (result == 0 && part->fd < 0)
		result = -1;
	if (result == 0) {
		part->sink = stream_writer_new(part->fd, buffer_text(&name));
		*sink = part->sink;
	}
	buffer_release(&name);
	return result;
}

/* A part's own account begins here: what it is of is in the whole's. */
static int
end_parts(struct split *split, const struct cli *cli,
    const struct partition_result *result, struct error *err)
{
	for (uint32_t i = 0; i < split->count; i++) {
		struct part *part = &split->parts[i];
		struct stage stage = cli->stage;
		struct stages stages = {0};
		stage.kind = STAGE_SOURCE;
		stage.counts = (struct stage_counts){.in = result->rows[i],
		    .out = result->rows[i]};
		stages_add(&stages, &stage);
		int got = part->sink->finish(part->sink, &stages, err);
		stages_release(&stages);
		if (got != 0)
			return -1;
		if (close(part->fd) != 0)
			return error_system(err, 0, "cannot close part %u",
			    i + 1);
		part->fd = -1;
	}
	for (uint32_t i = 0; i < split->count; i++)
		if (process_wait(&split->parts[i].process, err) != 0)
			return -1;
	return 0;
}

/* Of a folder of streams: their rows. */
static int
publish_parts(struct split *split, const struct partition_result *result,
    struct error *err)
{
	struct buffer text = {0};
	buffer_printf(&text, "{\"parts\": [");
	for (uint32_t i = 0; i < result->count; i++)
		buffer_printf(&text, "%s%llu", i > 0 ? ", " : "",
		    (unsigned long long)result->rows[i]);
	buffer_printf(&text, "]}\n");
	int got = publish_write(split->unit, PUBLISH_MANIFEST, &text, err);
	buffer_release(&text);
	return got == 0 ? publish_commit(split->unit, err) : -1;
}

/* Of a table that the commands wrote: theirs made one, with the account. */
static int
publish_table(struct split *split, struct cli *cli, struct batch_source *in,
    struct manifest *manifest, struct stage *last, struct error *err)
{
	struct stages stages = {0};
	_Bool is_unchanged = 0;
	uint32_t before = stages_append(&stages, in->stages(in));
	struct stage own = cli->stage;
	own.inputs = &before;
	own.input_count = before != 0;
	uint32_t id = stages_add(&stages, &own);
	last->inputs = &id;
	last->input_count = 1;
	last->measures.processes = split->count;
	last->measures.is_known = 1;
	stages_add(&stages, last);
	int got = stages_check(&stages, err);
	if (got == 0)
		got = manifest_write(split->unit, "", manifest, &stages,
		    split->options->path, &is_unchanged, err);
	if (got == 0 && !is_unchanged)
		got = publish_commit(split->unit, err);
	cli_stage_after(cli, last);
	last->inputs = NULL;
	stages_release(&stages);
	return got;
}

/* All parts have ended well. */
static int
publish(struct split *split, struct cli *cli, struct batch_source *in,
    const struct partition_result *result, struct error *err)
{
	struct manifest manifest;
	struct stage last;
	if (split->unit == NULL || publish_is_idle(split->unit))
		return 0;
	int writers = manifest_gather(split->folder, &manifest, &last, err);
	int got = writers < 0 ? -1 : writers == 0 ?
	    publish_parts(split, result, err) :
	    publish_table(split, cli, in, &manifest, &last, err);
	manifest_release(&manifest);
	stage_release(&last);
	return got;
}

static int
check_options(const struct options *options, struct error *err)
{
	if (options->keys == NULL)
		return error_usage(err, "--keys is missing");
	if (options->path == NULL && options->each == NULL)
		return error_usage(err, "--output or --each is missing");
	if (options->each != NULL && options->hash_count == 0)
		return error_usage(err, "--each needs --number");
	if (options->hash_count > DEFAULT_MOST ||
	    options->most > UINT32_MAX - 1)
		return error_usage(err, "more than %d partitions by hash, or "
		    "2^32 by value", DEFAULT_MOST);
	return 0;
}

/* Makes the folder that becomes the output, and its name for {out}. */
static int
open_unit(struct split *split, struct error *err)
{
	enum publish_mode mode;
	if (split->options->path == NULL)
		return 0;
	if (publish_mode_parse(split->options->if_exists, &mode, err) != 0)
		return -1;
	split->unit = publish_new(split->options->path, mode, 1, err);
	if (split->unit == NULL)
		return -1;
	split->folder = mem_strdup(publish_place(split->unit));
	return 0;
}

static int
run(struct split *split, struct cli *cli, struct error *err)
{
	const struct options *options = split->options;
	struct partition_result result = {0};
	uint32_t *columns = NULL;
	if (check_options(options, err) != 0)
		return -1;
	struct batch_source *in = cli_input(cli, err);
	if (in == NULL || schema_need_list(&in->header->schema, options->keys,
	    &columns, &split->column_count, err) != 0)
		return -1;
	split->columns = columns;
	split->schema = &in->header->schema;
	const struct partition_options partition = {
	    .columns = columns, .column_count = split->column_count,
	    .hash_count = (uint32_t)options->hash_count,
	    .most = (uint32_t)options->most, .context = split,
	    .open = open_part};
	int got = open_unit(split, err);
	if (got == 0)
		got = partition_run(&partition, in, &cli->budget, &result,
		    err);
	for (uint32_t i = 0; i < result.count; i++)
		cli_stage(cli)->counts.out += result.rows[i];
	cli_stage(cli)->counts.in = cli_stage(cli)->counts.out;
	if (got == 0)
		got = end_parts(split, cli, &result, err);
	if (got == 0)
		got = publish(split, cli, in, &result, err);
	mem_free(result.rows);
	mem_free(columns);
	return got;
}

/* Tells the commands of a failure, and waits for them. */
static void
stop_parts(struct split *split, const struct cli *cli,
    const struct error *why)
{
	struct stages stages = {0};
	stages_add(&stages, &cli->stage);
	for (uint32_t i = 0; i < split->count; i++) {
		struct part *part = &split->parts[i];
		struct error ignored;
		if (part->fd >= 0 && part->sink != NULL &&
		    part->process.pid != 0)
			part->sink->abort(part->sink, why, &stages);
		if (part->fd >= 0)
			close(part->fd);
		process_wait(&part->process, &ignored);
	}
	stages_release(&stages);
}

int
main(int argc, char **argv)
{
	struct options options = {.most = DEFAULT_MOST,
	    .if_exists = "replace"};
	const struct cli_option table[] = {
		{'e', "each", CLI_TEXT, "COMMAND",
		    "give each partition to a command instead of a file",
		    &options.each, 0},
		{'E', "if-exists", CLI_TEXT, "MODE",
		    "replace, fail or skip (replace)", &options.if_exists,
		    CLI_NEUTRAL},
		{'k', "keys", CLI_TEXT, "COLUMNS",
		    "what decides the partition", &options.keys, 0},
		{'n', "number", CLI_COUNT, "N",
		    "by the hash of the keys, N partitions (by their value)",
		    &options.hash_count, 0},
		{'o', "output", CLI_TEXT, "PATH",
		    "the folder, published when all is done", &options.path,
		    CLI_NEUTRAL},
		{'x', "max-partitions", CLI_COUNT, "N",
		    "refuse more partitions by value (10000)", &options.most,
		    CLI_NEUTRAL},
		{0},
	};
	struct cli cli;
	struct error err = {0};
	struct split split = {.options = &options};
	cli_parse(&cli, &tool, table, argc, argv);
	int result = run(&split, &cli, &err);
	if (result != 0)
		stop_parts(&split, &cli, &err);
	int status = cli_finish(&cli, result, &err);
	for (uint32_t i = 0; i < split.count; i++)
		batch_sink_free(split.parts[i].sink);
	publish_free(split.unit);
	mem_free(split.folder);
	mem_free(split.parts);
	return status;
}
