#include "cli/cli.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <errno.h>
#include <fcntl.h>

#include "base/fd.h"
#include "cli/parse.h"
#include "cli/run.h"
#include "config.h"
#include "wire/late_file.h"
#include "wire/stream_reader.h"
#include "wire/stream_writer.h"

#define DEFAULT_MEMORY_BYTES (UINT64_C(1) << 30)

/* Whoever had SIGPIPE ignored: a reader that left is no failure. */
static void
die_if_closed(const struct error *err)
{
	if (err->status != STATUS_CLOSED)
		return;
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}

/* Prints and leaves; a write that fails is the tool's failure. */
static _Noreturn void
print_and_exit(struct buffer *text)
{
	struct error err;
	if (fd_write_full(STDOUT_FILENO, text->data, text->len,
	    "standard output", &err) != 0) {
		die_if_closed(&err);
		fprintf(stderr, "riffle: %s\n", err.text);
		exit(err.status);
	}
	exit(STATUS_OK);
}

void
cli_parse(struct cli *cli, const struct cli_tool *tool,
    const struct cli_option *options, int argc, char **argv)
{
	*cli = (struct cli){.tool = tool, .options = options};
	cli->budget.limit_bytes = DEFAULT_MEMORY_BYTES;
	cli->fan.copies = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
	cli->stage.kind = tool->kind;
	cli->stage.tool = mem_strdup(tool->name);
	cli->stage.version = mem_strdup(RIFFLE_VERSION);
	cli->stage.strategy = mem_strdup("");
	cli->run = mem_zalloc(sizeof(*cli->run));
	cli->run->start_us = run_now_us();
	struct buffer text = {0};
	struct error err;
	int asked = 0;
	int result = parse_arguments(cli, argc, argv, &asked, &err);
	if (result != 0) {
		parse_usage(cli, &text);
		fprintf(stderr, "%s: %s\n%s", tool->name, err.text,
		    buffer_text(&text));
		exit(STATUS_USAGE);
	}
	if (asked == 'h') {
		parse_help(cli, &text);
		print_and_exit(&text);
	}
	if (asked == 'V') {
		buffer_printf(&text, "%s %s\n", tool->name, RIFFLE_VERSION);
		print_and_exit(&text);
	}
}

/* ---- streams --------------------------------------------------------- */

static struct batch_source *
add_source(struct cli *cli, struct batch_source *inner, _Bool is_own)
{
	struct cli_run *run = cli->run;
	struct counted_source *counted = counted_source_new(cli, inner);
	counted->is_own = is_own;
	run->sources = mem_grow_array(run->sources,
	    (size_t)run->source_count + 1, sizeof(*run->sources));
	run->sources[run->source_count++] = counted;
	return &counted->source;
}

static struct batch_source *
open_stream(struct cli *cli, int fd, _Bool owns_fd, const char *name,
    struct error *err)
{
	if (cli->run->source_count == CLI_MAX_INPUTS) {
		error_usage(err, "more than %d inputs", CLI_MAX_INPUTS);
		return NULL;
	}
	progress_add_input(cli->run, fd);
	struct batch_source *reader = stream_reader_shared(fd, owns_fd, name,
	    fd == STDIN_FILENO ? cli->run->share : NULL, err);
	if (reader == NULL)
		return NULL;
	struct batch_source *source = add_source(cli, reader, 0);
	((struct counted_source *)source)->bytes = stream_reader_bytes;
	return source;
}

/* One of many files: not open between its header and its first batch. */
static struct batch_source *
open_late(struct cli *cli, int fd, const char *path, struct error *err)
{
	progress_add_input(cli->run, fd);
	close(fd);
	struct batch_source *late = late_file_new(path, err);
	if (late == NULL)
		return NULL;
	struct batch_source *source = add_source(cli, late, 0);
	((struct counted_source *)source)->bytes = late_file_bytes;
	return source;
}

struct copies *
cli_copies(struct cli *cli, uint32_t count, struct error *err)
{
	struct cli_run *run = cli->run;
	if (cli->fan.pipeline != NULL && fan_start(&cli->fan, err) != 0)
		return NULL;
	run->share = share_new(count, err);
	if (run->share == NULL)
		return NULL;
	run->copies = copies_start(count, err);
	if (run->copies == NULL)
		return NULL;
	share_connect(run->share, run->copies);
	cli->fan.share = run->share;
	if (cli->budget.limit_bytes > 0)	/* 0 is no limit */
		cli->budget.limit_bytes = 1 + (cli->budget.limit_bytes - 1) /
		    copies_count(run->copies);
	if (copies_number(run->copies) > 0) {
		fan_forget(&cli->fan);
		cli->has_progress = 0;
	}
	return run->copies;
}

static struct batch_source *
open_fan(struct cli *cli, struct error *err)
{
	if (cli->run->has_fan_opened) {
		error_usage(err, "--fan stands for standard input, which is "
		    "read twice");
		return NULL;
	}
	cli->run->has_fan_opened = 1;
	struct batch_source *source = fan_open(&cli->fan, &cli->budget, err);
	return source == NULL ? NULL : add_source(cli, source, 0);
}

struct batch_source *
cli_input(struct cli *cli, struct error *err)
{
	if (cli->fan.pipeline != NULL)
		return open_fan(cli, err);
	if (isatty(STDIN_FILENO)) {
		error_usage(err, "standard input is a terminal, not a stream");
		return NULL;
	}
	return open_stream(cli, STDIN_FILENO, 0, "standard input", err);
}

struct batch_source *
cli_open_input(struct cli *cli, const char *path, struct error *err)
{
	if (strcmp(path, "-") == 0)
		return cli_input(cli, err);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error_system(err, errno, "cannot open '%s'", path);
		return NULL;
	}
	struct stat stat;
	if (cli->run->source_count >= CLI_OPEN_INPUTS &&
	    cli->run->source_count < CLI_MAX_INPUTS &&
	    fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode))
		return open_late(cli, fd, path, err);
	return open_stream(cli, fd, 1, path, err);
}

struct batch_source *
cli_own_source(struct cli *cli, struct batch_source *source)
{
	return add_source(cli, source, 1);
}

struct batch_source *
cli_inner_source(struct cli *cli, struct batch_source *source)
{
	return add_source(cli, source, 0);
}

struct batch_sink *
cli_stream(struct error *err)
{
	if (!isatty(STDOUT_FILENO))
		return stream_writer_new(STDOUT_FILENO, "standard output");
	error_usage(err, "a binary stream does not go to a terminal; "
	    "pipe it into rcat to see it");
	return NULL;
}

struct batch_sink *
cli_output(struct cli *cli, struct error *err)
{
	struct batch_sink *stream = cli_stream(err);
	if (stream == NULL)
		return NULL;
	struct batch_sink *sink = cli_own_sink(cli, stream);
	cli->run->out->is_stream = 1;
	return sink;
}

struct batch_sink *
cli_own_sink(struct cli *cli, struct batch_sink *sink)
{
	cli->run->out = counted_sink_new(cli, sink);
	return &cli->run->out->sink;
}

struct batch_sink *
cli_side_output(struct cli *cli, const char *path, struct error *err)
{
	struct batch_sink *file = side_file_new(path, err);
	if (file == NULL)
		return NULL;
	struct cli_run *run = cli->run;
	run->sides = mem_grow_array(run->sides, (size_t)run->side_count + 1,
	    sizeof(*run->sides));
	struct counted_sink *side = counted_sink_new(cli, file);
	run->sides[run->side_count++] = side;
	return &side->sink;
}

int
stream_copy(struct batch_source *in, struct batch_sink *out,
    struct error *err)
{
	if (out->begin(out, in->header, err) != 0)
		return -1;
	const struct batch *batch;
	int got;
	while ((got = batch_source_next(in, &batch, err)) == 1)
		if (batch_sink_write(out, batch, err) != 0)
			return -1;
	return got;
}

/* ---- the account ----------------------------------------------------- */

struct stage
run_stage(const struct cli *cli, const char *arguments)
{
	return (struct stage){.kind = cli->stage.kind,
	    .tool = mem_strdup(cli->stage.tool),
	    .version = mem_strdup(cli->stage.version),
	    .strategy = mem_strdup(""),
	    .arguments = mem_strdup(arguments)};
}

struct stage *
cli_step(struct cli *cli, const char *arguments)
{
	struct cli_run *run = cli->run;
	struct stage *step = mem_zalloc(sizeof(*step));
	*step = run_stage(cli, arguments);
	run->steps = mem_grow_array(run->steps, (size_t)run->step_count + 1,
	    sizeof(*run->steps));
	run->steps[run->step_count++] = step;
	return step;
}

static void
count_rows(struct cli *cli)
{
	const struct cli_run *run = cli->run;
	struct stage_counts *counts = &cli->stage.counts;
	uint64_t in = 0;
	uint32_t streams = 0;
	if (run->step_count > 0) {	/* the tool knows them */
		if (run->out != NULL)
			counts->out = run->out->row_count;
		return;
	}
	for (uint32_t i = 0; i < run->source_count; i++) {
		if (run->sources[i]->is_own)
			continue;
		if (streams++ == 1 && cli->tool->kind == STAGE_JOIN) {
			counts->in2 = run->sources[i]->row_count;
			continue;
		}
		in += run->sources[i]->row_count;
	}
	if (streams > 0)
		counts->in = in;
	if (run->out != NULL)
		counts->out = run->out->row_count;
}

/* Each step has the one before and the next input as inputs. */
static void
add_steps(struct cli *cli, struct stages *stages)
{
	struct cli_run *run = cli->run;
	uint32_t *inputs = cli->stage.inputs;
	for (uint32_t i = 0; i < run->step_count; i++) {
		struct stage step = *run->steps[i];
		step.inputs = inputs + i;
		step.input_count = 2;
		inputs[i + 1] = stages_add(stages, &step);
	}
	inputs[0] = inputs[run->step_count];
	inputs[1] = inputs[run->step_count + 1];
	cli->stage.input_count = 2;
}

/*
 * The lists of all inputs, joined.  This tool's stage has the last stage of
 * each as an input.
 */
static void
join_stages(struct cli *cli, struct stages *stages)
{
	const struct cli_run *run = cli->run;
	struct stage *stage = &cli->stage;
	mem_free(stage->inputs);
	stage->inputs = mem_array(run->source_count, sizeof(uint32_t));
	stage->input_count = 0;
	if (run->passed_on.count > 0) {
		mem_free(stage->inputs);
		stage->inputs = mem_array(1, sizeof(uint32_t));
		stage->inputs[0] = stages_append(stages, &run->passed_on);
		stage->input_count = 1;
	}
	for (uint32_t i = 0; i < run->source_count; i++) {
		struct batch_source *source = &run->sources[i]->source;
		const struct stages *before = source->stages(source);
		if (run->sources[i]->is_own) {
			stages->block_count = before->block_count;
			stages->extent = before->extent;
			continue;
		}
		uint32_t id = stages_append(stages, before);
		if (id != 0)
			stage->inputs[stage->input_count++] = id;
	}
	if (stage->input_count == run->step_count + 2 && run->step_count > 0)
		add_steps(cli, stages);
}

const struct stages *
cli_pass_on(struct cli *cli, const struct stages *before)
{
	struct cli_run *run = cli->run;
	stages_append(&run->passed_on, before);
	join_stages(cli, &run->whole);
	run_measure(cli);
	stages_add(&run->whole, &cli->stage);
	return &run->whole;
}

/* The account of a side output begins here: what it is of is in the main
 * one. */
static struct stage
side_stage(const struct cli *cli, const struct counted_sink *side)
{
	struct stage stage = cli->stage;
	stage.kind = STAGE_SOURCE;
	stage.strategy = (char *)(uintptr_t)"side output";
	stage.inputs = NULL;
	stage.input_count = 0;
	stage.counts = (struct stage_counts){.in = side->row_count,
	    .out = side->row_count};
	return stage;
}

static int
finish_sides(struct cli *cli, struct error *err)
{
	for (uint32_t i = 0; i < cli->run->side_count; i++) {
		struct counted_sink *side = cli->run->sides[i];
		struct stages stages = {0};
		struct stage stage = side_stage(cli, side);
		stages_add(&stages, &stage);
		int result = side->sink.finish(&side->sink, &stages, err);
		stages_release(&stages);
		if (result != 0)
			return -1;
	}
	return 0;
}

void
cli_stage_after(struct cli *cli, const struct stage *stage)
{
	stages_add(&cli->run->after, stage);
}

/* The tool's own stage, and what comes after it. */
static uint32_t
add_own_stages(struct cli *cli, struct stages *stages)
{
	uint32_t id = stages_add(stages, &cli->stage);
	for (uint32_t i = 0; i < cli->run->after.count; i++) {
		struct stage after = cli->run->after.items[i];
		after.inputs = &id;
		after.input_count = 1;
		stages_add(stages, &after);
	}
	return id;
}

/* Finishes all outputs; `stages` receives the whole account. */
static int
finish_outputs(struct cli *cli, struct stages *stages, struct error *err)
{
	struct counted_sink *out = cli->run->out;
	if (cli->fan.pipeline != NULL && !cli->run->has_fan_opened)
		return error_usage(err, "--fan is in place of standard input, "
		    "which is not read here");
	count_rows(cli);
	join_stages(cli, stages);
	if (finish_sides(cli, err) != 0 ||
	    branches_finish(cli, stages, err) != 0)
		return -1;
	run_measure(cli);
	uint64_t spilled = cli->budget.spilled_bytes;
	uint32_t own = add_own_stages(cli, stages);
	if (stages_check(stages, err) != 0)
		return -1;
	if (out != NULL && out->sink.finish(&out->sink, stages, err) != 0)
		return -1;
	run_measure_end(cli, spilled);
	stages->items[own - 1].measures = cli->stage.measures;
	if (cli->stats_path != NULL)
		return stats_write(cli->stats_path, stages, err);
	return 0;
}

/* The copies end first: they write to the same outputs. */
static void
abort_outputs(struct cli *cli, const struct error *why)
{
	struct stages stages = {0};
	copies_free(cli->run->copies);
	cli->run->copies = NULL;
	count_rows(cli);
	stages_add(&stages, &cli->stage);
	struct counted_sink *out = cli->run->out;
	if (out != NULL && !out->is_done)
		out->sink.abort(&out->sink, why, &stages);
	for (uint32_t i = 0; i < cli->run->side_count; i++) {
		struct counted_sink *side = cli->run->sides[i];
		if (!side->is_done)
			side->sink.abort(&side->sink, why, &stages);
	}
	stages_release(&stages);
}

static void
print_counters(const struct cli *cli)
{
	const struct stage *stage = &cli->stage;
	struct buffer line = {0};
	buffer_printf(&line, "%s:", cli->tool->name);
#define X(name) if (stage->counts.name != 0) buffer_printf(&line, " %s=%llu", \
	#name, (unsigned long long)stage->counts.name);
	STAGE_COUNTERS(X)
#undef X
	if (stage->strategy[0] != '\0')
		buffer_printf(&line, " strategy='%s'", stage->strategy);
	if (cli->budget.spilled_bytes > 0)
		buffer_printf(&line, " spilled_bytes=%llu",
		    (unsigned long long)cli->budget.spilled_bytes);
	buffer_printf(&line, " wall_ms=%llu peak_kib=%llu\n",
	    (unsigned long long)stage->measures.wall_us / 1000,
	    (unsigned long long)stage->measures.peak_bytes / 1024);
	fputs(buffer_text(&line), stderr);
	buffer_release(&line);
}

static void
release(struct cli *cli)
{
	struct cli_run *run = cli->run;
	if (run->out != NULL)
		batch_sink_free(&run->out->sink);
	for (uint32_t i = 0; i < run->side_count; i++)
		batch_sink_free(&run->sides[i]->sink);
	for (uint32_t i = 0; i < run->source_count; i++)
		batch_source_free(&run->sources[i]->source);
	copies_free(run->copies);
	share_free(run->share);
	fan_release(&cli->fan);
	stages_release(&run->passed_on);
	stages_release(&run->whole);
	stages_release(&run->after);
	for (uint32_t i = 0; i < run->step_count; i++) {
		stage_release(run->steps[i]);
		mem_free(run->steps[i]);
	}
	mem_free(run->steps);
	mem_free(run->sides);
	mem_free(run->sources);
	mem_free(run);
	stage_release(&cli->stage);
	mem_free(cli->operands);
}

int
cli_fail(const struct cli *cli, const struct error *err)
{
	if (!err->is_passed_on)
		fprintf(stderr, "%s: %s\n", cli->tool->name, err->text);
	return (int)err->status;
}

void
cli_note(const struct cli *cli, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	fprintf(stderr, "%s: ", cli->tool->name);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
}

int
cli_finish(struct cli *cli, int result, struct error *err)
{
	struct stages stages = {0};
	int status = result > 0 ? STATUS_NO : STATUS_OK;
	if (result >= 0 && finish_outputs(cli, &stages, err) != 0)
		result = -1;
	if (cli->run->copies != NULL && copies_number(cli->run->copies) > 0)
		copies_leave(cli->run->copies, result, err, NULL, 0);
	if (result < 0)
		die_if_closed(err);
	progress_end(cli);
	if (result < 0) {
		abort_outputs(cli, err);
		status = cli_fail(cli, err);
	} else if (cli->is_verbose) {
		print_counters(cli);
	}
	branches_release(cli, err);
	stages_release(&stages);
	release(cli);
	return status;
}
