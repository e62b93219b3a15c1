/* rfan: copies of a pipeline over slices of its input, gathered. */
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "cli/cli.h"
#include "io/process.h"
#include "op/gather.h"

#define MAX_COPIES 4096

static const struct cli_tool tool = {
	.name = "rfan",
	.summary = "run copies of a pipeline over slices, gather their streams",
	.operands = "PIPELINE",
	.operands_min = 1,
	.operands_max = 1,
	.kind = STAGE_UNION,
	.notes = "In PIPELINE, {k} is the number of the copy, from 1, and {n} "
	    "how many there are:\n"
	    "  rfan -n 4 'rcsv -s s.json --part {k}/{n} sales.csv | rfilter "
	    "\"price > 0\"'\n",
	/* how many copies there are changes nothing in the outcome */
	.operands_are_places = 1,
};

struct options {
	uint64_t copies;
	uint64_t at_once;
	_Bool is_unordered;
	uint64_t max_errors;
	const char *max_error_ratio;
};

struct fan {
	const char *pipeline;
	uint64_t copies;
	struct process *processes;	/* owned, [copies] */
	char **names;			/* owned, [copies]; for messages */
};

static int
open_copy(void *context, uint32_t index, int *fd, const char **name,
    struct error *err)
{
	struct fan *fan = context;
	int fds[2];
	if (process_pipe(fds, err) != 0)
		return -1;
	char *k = mem_printf("%u", index + 1);
	char *n = mem_printf("%llu", (unsigned long long)fan->copies);
	const char *names[] = {"k", "n", NULL};
	const char *values[] = {k, n, NULL};
	char *command = process_expand(fan->pipeline, names, values);
	int result = process_start(&fan->processes[index], command, -1,
	    fds[1], err);
	mem_free(command);
	mem_free(k);
	mem_free(n);
	close(fds[1]);
	if (result != 0) {
		close(fds[0]);
		return -1;
	}
	fan->names[index] = mem_printf("copy %u", index + 1);
	*name = fan->names[index];
	*fd = fds[0];
	return 0;
}

static int
close_copy(void *context, uint32_t index, struct error *err)
{
	struct fan *fan = context;
	return process_wait(&fan->processes[index], err);
}

/*
 * Whether the sources rejected more rows than is allowed: only here, where
 * the slices are together, can that be said.
 */
static int
judge(const struct options *options, const struct stages *stages,
    struct error *err)
{
	uint64_t rows = 0;
	uint64_t bad = 0;
	double most = 1;
	for (uint32_t i = 0; i < stages->count; i++) {
		if (stages->items[i].kind != STAGE_SOURCE)
			continue;
		rows += stages->items[i].counts.in;
		bad += stages->items[i].counts.rejected;
	}
	if (options->max_error_ratio != NULL) {
		const char *text = options->max_error_ratio;
		if (number_parse_f64(text, strlen(text), NUMBER_DIGITS,
		    &most) != NUMBER_OK || most < 0 || most > 1)
			return error_usage(err, "--max-error-ratio: '%s' is "
			    "not a number from 0 to 1", text);
	}
	if (bad > options->max_errors || (double)bad > most * (double)rows)
		return error_set(err, STATUS_NO, "%llu of %llu rows were "
		    "rejected, more than is allowed", (unsigned long long)bad,
		    (unsigned long long)rows);
	return 0;
}

static int
run(struct fan *fan, const struct options *options, struct cli *cli,
    struct error *err)
{
	if (options->copies > MAX_COPIES)
		return error_usage(err, "at most %d copies", MAX_COPIES);
	fan->pipeline = cli->operands[0];
	fan->copies = options->copies;
	fan->processes = mem_array(fan->copies, sizeof(*fan->processes));
	fan->names = mem_array(fan->copies, sizeof(*fan->names));
	const struct gather_inputs inputs = {
	    .count = (uint32_t)fan->copies,
	    .open_at_once = (uint32_t)options->at_once,
	    .is_concatenated = options->is_unordered,
	    .context = fan, .open = open_copy, .close = close_copy};
	struct batch_sink *out = cli_output(cli, err);
	struct batch_source *in = out == NULL ? NULL :
	    gather_new(&inputs, &cli->budget, err);
	if (in == NULL)
		return -1;
	in = cli_inner_source(cli, in);
	if (stream_copy(in, out, err) != 0)
		return -1;
	return judge(options, in->stages(in), err);
}

int
main(int argc, char **argv)
{
	struct options options = {
	    .copies = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN),
	    .max_errors = UINT64_MAX};
	const struct cli_option table[] = {
		{'e', "max-errors", CLI_NUMBER, "N",
		    "status 1 if the sources rejected more rows",
		    &options.max_errors, 0},
		{'E', "max-error-ratio", CLI_TEXT, "R",
		    "status 1 if they rejected a greater share",
		    &options.max_error_ratio, 0},
		{'n', "copies", CLI_COUNT, "N",
		    "how many copies (one for each processor)",
		    &options.copies, CLI_NEUTRAL},
		{'j', "jobs", CLI_COUNT, "N",
		    "run so many at once; needs --unordered (all)",
		    &options.at_once, CLI_NEUTRAL},
		{'u', "unordered", CLI_FLAG, NULL,
		    "streams without blocks: put one after the other",
		    &options.is_unordered, 0},
		{0},
	};
	struct cli cli;
	struct error err = {0};
	struct fan fan = {0};
	cli_parse(&cli, &tool, table, argc, argv);
	int result = run(&fan, &options, &cli, &err);
	int status = cli_finish(&cli, result, &err);
	for (uint64_t i = 0; fan.processes != NULL && i < fan.copies; i++) {
		process_stop(&fan.processes[i]);
		mem_free(fan.names[i]);
	}
	mem_free(fan.processes);
	mem_free(fan.names);
	return status;
}
