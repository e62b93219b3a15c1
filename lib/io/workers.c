#include "io/workers.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "io/process.h"

struct worker {
	pid_t pid;		/* 0: none */
	int fd;			/* its outcome: a struct error, then results */
};

struct crew {
	const struct workers_task *task;
	uint32_t count, processes;
	uint8_t *results;
	struct worker *workers;	/* owned, [processes]; the first is unused */
};

/* Every `processes`-th task, from `first`. */
static int
run_tasks(const struct crew *crew, uint32_t first, struct error *err)
{
	const struct workers_task *task = crew->task;
	for (uint32_t i = first; i < crew->count; i += crew->processes) {
		uint8_t *result = crew->results + i * task->result_bytes;
		memset(result, 0, task->result_bytes);
		if (task->run(task->context, i, result, err) != 0)
			return -1;
	}
	return 0;
}

static _Noreturn void
work(const struct crew *crew, uint32_t first, int fd, pid_t parent)
{
	struct error outcome = {0}, ignored;
	size_t len = crew->task->result_bytes;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(STATUS_SYSTEM);
	int result = run_tasks(crew, first, &outcome);
	if (fd_write_full(fd, &outcome, sizeof(outcome), "a pipe",
	    &ignored) != 0)
		_exit(STATUS_SYSTEM);
	for (uint32_t i = first; result == 0 && i < crew->count;
	    i += crew->processes)
		if (fd_write_full(fd, crew->results + i * len, len, "a pipe",
		    &ignored) != 0)
			_exit(STATUS_SYSTEM);
	_exit(result == 0 ? 0 : (int)outcome.status);
}

static int
start(struct crew *crew, uint32_t number, struct error *err)
{
	struct worker *worker = &crew->workers[number];
	pid_t parent = getpid();
	int fds[2];
	if (process_pipe(fds, err) != 0)
		return -1;
	pid_t pid = fork();
	if (pid == 0) {
		close(fds[0]);
		work(crew, number, fds[1], parent);
	}
	int code = errno;
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return error_system(err, code, "cannot start a process");
	}
	*worker = (struct worker){.pid = pid, .fd = fds[0]};
	return 0;
}

/* Waits for a worker; its results or its error become ours. */
static int
collect(struct crew *crew, uint32_t first, struct error *err)
{
	struct worker *worker = &crew->workers[first];
	size_t len = crew->task->result_bytes, got;
	struct error outcome;
	int result = fd_read_full(worker->fd, &outcome, sizeof(outcome), &got,
	    "a pipe", err);
	if (result == 0 && got < sizeof(outcome))
		result = error_set(err, STATUS_SYSTEM,
		    "a copy of this process was killed");
	if (result == 0 && outcome.status != STATUS_OK) {
		*err = outcome;
		result = -1;
	}
	for (uint32_t i = first; result == 0 && i < crew->count;
	    i += crew->processes) {
		result = fd_read_full(worker->fd, crew->results + i * len, len,
		    &got, "a pipe", err);
		if (result == 0 && got < len)
			result = error_set(err, STATUS_SYSTEM,
			    "a copy of this process was killed");
	}
	return result;
}

static void
end(struct worker *worker, _Bool has_failed)
{
	if (worker->pid == 0)
		return;
	if (has_failed)
		kill(worker->pid, SIGKILL);
	close(worker->fd);
	while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

int
workers_run(const struct workers_task *task, uint32_t count,
    uint32_t processes, void *results, struct error *err)
{
	if (processes > count)
		processes = count;
	if (processes == 0)
		processes = 1;
	struct crew crew = {.task = task, .count = count,
	    .processes = processes, .results = results};
	crew.workers = mem_array(processes, sizeof(*crew.workers));
	int result = 0;
	for (uint32_t i = 1; i < processes && result == 0; i++)
		result = start(&crew, i, err);
	if (result == 0)
		result = run_tasks(&crew, 0, err);
	for (uint32_t i = 1; i < processes && result == 0; i++)
		result = collect(&crew, i, err);
	for (uint32_t i = 1; i < processes; i++)
		end(&crew.workers[i], result != 0);
	mem_free(crew.workers);
	return result;
}
