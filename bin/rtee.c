/* rtee: one stream to several consumers, in one pass. */
#include <signal.h>
#include <unistd.h>

#include "cli/cli.h"
#include "io/process.h"
#include "op/tee.h"

static const struct cli_tool tool = {
	.name = "rtee",
	.summary = "pass a stream on, and give it to several commands",
	.operands = "[COMMAND...]",
	.operands_max = -1,
	.kind = STAGE_FILTER,
	.notes = "Each COMMAND is run by the shell and reads the stream on its "
	    "standard input;\nwhat it prints goes to standard error.\n",
	.operands_are_places = 1,
};

struct options {
	const char *copy_path;
	_Bool has_no_output;
};

/* The commands, and the writing ends of the pipes to them. */
struct consumers {
	struct process *processes;	/* owned, [count] */
	int *fds;			/* owned, [count] */
	uint32_t count;
};

static int
start(struct consumers *consumers, struct cli *cli, struct tee *tee,
    struct error *err)
{
	size_t count = (size_t)cli->operand_count;
	consumers->processes = mem_array(count, sizeof(struct process));
	consumers->fds = mem_array(count, sizeof(int));
	for (size_t i = 0; i < count; i++) {
		int fds[2];
		if (process_pipe(fds, err) != 0)
			return -1;
		int result = process_start(&consumers->processes[i],
		    cli->operands[i], fds[0], STDERR_FILENO, err);
		close(fds[0]);
		consumers->fds[i] = fds[1];
		consumers->count++;
		if (result != 0)
			return -1;
		tee_add(tee, fds[1]);
	}
	return 0;
}

/* Closes the pipes and waits for all; the worst status wins. */
static int
finish(struct consumers *consumers, struct error *err)
{
	int result = 0;
	for (uint32_t i = 0; i < consumers->count; i++)
		close(consumers->fds[i]);
	for (uint32_t i = 0; i < consumers->count; i++) {
		struct error why = {0};
		if (process_wait(&consumers->processes[i], &why) == 0)
			continue;
		if (result == 0 || why.status > err->status)
			*err = why;
		result = -1;
	}
	consumers->count = 0;
	return result;
}

/* The end goes to standard output only after all commands ended well. */
static int
run(const struct options *options, struct cli *cli, struct tee *tee,
    struct consumers *consumers, struct error *err)
{
	if (options->copy_path != NULL) {
		tee->copy = cli_side_output(cli, options->copy_path, err);
		if (tee->copy == NULL)
			return -1;
	}
	if (start(consumers, cli, tee, err) != 0)
		return -1;
	uint32_t commands = tee->consumer_count;
	if (!options->has_no_output) {
		if (isatty(STDOUT_FILENO))
			return error_usage(err, "a binary stream does not go "
			    "to a terminal; use --no-output");
		tee_add(tee, STDOUT_FILENO);
	}
	if (tee_run(tee, err) != 0)
		return -1;
	if (commands == 0 && tee->consumer_count > 0 &&
	    tee->consumers[0].is_closed) {
		/* Nobody is left: end as any filter does. */
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	struct stage *stage = cli_stage(cli);
	stage->counts.in = tee->decoder.row_count;
	stage->counts.out = tee->decoder.row_count;
	const struct stages *stages = cli_pass_on(cli, &tee->decoder.stages);
	if (tee_end(tee, stages, 0, commands, err) != 0 ||
	    finish(consumers, err) != 0)
		return -1;
	return tee_end(tee, stages, commands, tee->consumer_count, err);
}

int
main(int argc, char **argv)
{
	struct options options = {0};
	const struct cli_option table[] = {
		{'o', "output", CLI_TEXT, "FILE",
		    "save a copy of the stream, published at the end",
		    &options.copy_path, CLI_NEUTRAL},
		{'x', "no-output", CLI_FLAG, NULL,
		    "do not pass the stream on to standard output",
		    &options.has_no_output, CLI_NEUTRAL},
		{0},
	};
	struct cli cli;
	struct tee tee;
	struct error err = {0};
	struct consumers consumers = {0};
	cli_parse(&cli, &tool, table, argc, argv);
	signal(SIGPIPE, SIG_IGN);
	tee_init(&tee, STDIN_FILENO, "standard input", &cli.budget,
	    cli.temporary_folder);
	int result = run(&options, &cli, &tee, &consumers, &err);
	if (result != 0) {
		struct error later;
		struct stages stages = {0};
		stages_add(&stages, cli_stage(&cli));
		tee_abort(&tee, &err, &stages);
		stages_release(&stages);
		finish(&consumers, &later);
	}
	int status = cli_finish(&cli, result, &err);
	tee_release(&tee);
	mem_free(consumers.processes);
	mem_free(consumers.fds);
	return status;
}
