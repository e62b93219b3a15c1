/* Branches: outputs that commands read, each with an account of its own. */
#include "cli/run.h"

#include <errno.h>
#include <unistd.h>

#include "wire/stream_writer.h"

static struct branch *
new_branch(struct cli *cli, const char *arguments)
{
	struct cli_run *run = cli->run;
	struct branch *branch = mem_zalloc(sizeof(*branch));
	run->branches = mem_grow_array(run->branches,
	    (size_t)run->branch_count + 1, sizeof(*run->branches));
	run->branches[run->branch_count++] = branch;
	branch->name = mem_printf("command %u", run->branch_count);
	branch->fd = -1;
	branch->stage = run_stage(cli, arguments);
	return branch;
}

struct batch_sink *
cli_branch(struct cli *cli, const char *command, const char *arguments,
    struct stage **stage, struct error *err)
{
	struct branch *branch = new_branch(cli, arguments);
	int fds[2];
	if (process_pipe(fds, err) != 0)
		return NULL;
	branch->fd = fds[1];
	int result = process_start(&branch->process, command, fds[0], -1, err);
	close(fds[0]);
	if (result != 0)
		return NULL;
	branch->out = counted_sink_new(cli, stream_writer_new(branch->fd,
	    branch->name));
	*stage = &branch->stage;
	return &branch->out->sink;
}

static int
finish_stream(struct branch *branch, const struct cli *cli,
    const struct stages *before, struct error *err)
{
	struct stages stages = {0};
	struct stage stage = branch->stage;
	uint32_t id = stages_append(&stages, before);
	stage.inputs = &id;
	stage.input_count = id != 0;
	stage.counts.in = cli->stage.counts.in;
	stage.counts.out = branch->out->row_count;
	stages_add(&stages, &stage);
	int result = stages_check(&stages, err);
	if (result == 0)
		result = branch->out->sink.finish(&branch->out->sink, &stages,
		    err);
	stages_release(&stages);
	if (result != 0)
		return -1;
	int fd = branch->fd;
	branch->fd = -1;
	return close(fd) == 0 ? 0 : error_system(err, errno,
	    "cannot close the pipe to %s", branch->name);
}

int
branches_finish(struct cli *cli, const struct stages *before,
    struct error *err)
{
	struct cli_run *run = cli->run;
	for (uint32_t i = 0; i < run->branch_count; i++)
		if (finish_stream(run->branches[i], cli, before, err) != 0)
			return -1;
	for (uint32_t i = 0; i < run->branch_count; i++)
		if (process_wait(&run->branches[i]->process, err) != 0)
			return -1;
	return 0;
}

void
branches_release(struct cli *cli, const struct error *why)
{
	struct cli_run *run = cli->run;
	struct stages stages = {0};
	stages_add(&stages, &cli->stage);
	for (uint32_t i = 0; i < run->branch_count; i++) {
		struct branch *branch = run->branches[i];
		struct error ignored;
		if (branch->out != NULL && !branch->out->is_done)
			branch->out->sink.abort(&branch->out->sink, why,
			    &stages);
		if (branch->fd >= 0)
			close(branch->fd);
		process_wait(&branch->process, &ignored);
		if (branch->out != NULL)
			batch_sink_free(&branch->out->sink);
		stage_release(&branch->stage);
		mem_free(branch->name);
		mem_free(branch);
	}
	stages_release(&stages);
	mem_free(run->branches);
	run->branches = NULL;
	run->branch_count = 0;
}
