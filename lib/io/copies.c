#include "io/copies.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "io/process.h"

/* What comes first in a copy's report. */
struct outcome {
	struct error error;
	int32_t result;
	uint64_t len;		/* of what follows */
};

struct copy {
	pid_t pid;		/* 0: none, or waited for */
	int report_fd;		/* reading end; -1 */
	int line;		/* -1 */
	_Bool has_outcome;
	struct outcome outcome;
};

struct copies {
	uint32_t number, count;
	struct copy *others;	/* owned, [count]; the first is unused */
	int report_fd, line;	/* of another than the first; -1 */
	struct copies_usage usage;
};

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- in new processes ------------------------------------------------ */

static void
follow(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(STATUS_SYSTEM);
}

_Noreturn void
copies_leave(struct copies *copies, int result, const struct error *err,
    const void *report, size_t len)
{
	struct outcome outcome = {.result = result};
	struct error ignored;
	if (result == 0)
		outcome.len = len;
	else
		outcome.error = *err;
	if (fd_write_full(copies->report_fd, &outcome, sizeof(outcome),
	    "a pipe", &ignored) != 0 || fd_write_full(copies->report_fd,
	    report, outcome.len, "a pipe", &ignored) != 0)
		_exit(STATUS_SYSTEM);
	_exit(result == 0 ? STATUS_OK : (int)err->status);
}

/* ---- starting -------------------------------------------------------- */

/* The ends that are to be held by both. */
struct ends {
	int report[2], line[2];
};

static int
make_ends(struct ends *ends, struct error *err)
{
	if (process_pipe(ends->report, err) != 0)
		return -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    ends->line) == 0)
		return 0;
	error_system(err, errno, "cannot make a socket");
	close(ends->report[0]);
	close(ends->report[1]);
	return -1;
}

static void
become_other(struct copies *copies, uint32_t number, const struct ends *ends)
{
	for (uint32_t k = 1; k < number; k++) {
		close_fd(&copies->others[k].report_fd);
		close_fd(&copies->others[k].line);
		copies->others[k].pid = 0;
	}
	close(ends->report[0]);
	close(ends->line[0]);
	copies->report_fd = ends->report[1];
	copies->line = ends->line[1];
	copies->number = number;
}

/* Returns in both. */
static int
start_copy(struct copies *copies, uint32_t number, struct error *err)
{
	pid_t parent = getpid();
	struct ends ends;
	if (make_ends(&ends, err) != 0)
		return -1;
	pid_t pid = fork();
	int code = errno;
	if (pid == 0) {
		follow(parent);
		become_other(copies, number, &ends);
		return 0;
	}
	close(ends.report[1]);
	close(ends.line[1]);
	copies->others[number].report_fd = ends.report[0];
	copies->others[number].line = ends.line[0];
	if (pid < 0)
		return error_system(err, code, "cannot start a process");
	copies->others[number].pid = pid;
	return 0;
}

struct copies *
copies_start(uint32_t count, struct error *err)
{
	struct copies *copies = mem_zalloc(sizeof(*copies));
	copies->report_fd = copies->line = -1;
	copies->count = count;
	copies->others = mem_array(count, sizeof(*copies->others));
	for (uint32_t k = 0; k < count; k++)
		copies->others[k].report_fd = copies->others[k].line = -1;
	for (uint32_t k = 1; k < count && copies->number == 0; k++) {
		if (start_copy(copies, k, err) == 0)
			continue;
		copies_free(copies);
		return NULL;
	}
	return copies;
}

uint32_t
copies_number(const struct copies *copies)
{
	return copies->number;
}

uint32_t
copies_count(const struct copies *copies)
{
	return copies->count;
}

int
copies_line(const struct copies *copies, uint32_t number)
{
	return copies->number == 0 ? copies->others[number].line :
	    copies->line;
}

/* ---- the first ------------------------------------------------------- */

static int
was_killed(struct error *err)
{
	return error_set(err, STATUS_SYSTEM,
	    "a copy of this process was killed");
}

/* Its outcome; an error of its own becomes ours. */
static int
take_outcome(struct copy *copy, struct error *err)
{
	size_t got = sizeof(copy->outcome);
	if (!copy->has_outcome && fd_read_full(copy->report_fd, &copy->outcome,
	    sizeof(copy->outcome), &got, "a pipe", err) != 0)
		return -1;
	if (got < sizeof(copy->outcome))
		return was_killed(err);
	copy->has_outcome = 1;
	if (copy->outcome.result == 0)
		return 0;
	*err = copy->outcome.error;
	return -1;
}

int
copies_lost(struct copies *copies, uint32_t number, struct error *err)
{
	if (copies->number == 0 &&
	    take_outcome(&copies->others[number], err) != 0)
		return -1;
	return was_killed(err);
}

int
copies_check(struct copies *copies, struct error *err)
{
	for (uint32_t k = 1; k < copies->count; k++) {
		struct pollfd poll_fd = {.events = POLLIN,
		    .fd = copies->others[k].report_fd};
		if (poll_fd.fd >= 0 && poll(&poll_fd, 1, 0) > 0 &&
		    take_outcome(&copies->others[k], err) != 0)
			return -1;
	}
	return 0;
}

static uint64_t
in_us(struct timeval time)
{
	return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

static void
wait_for(struct copies *copies, pid_t *pid)
{
	struct rusage usage = {0};
	while (wait4(*pid, NULL, 0, &usage) < 0 && errno == EINTR)
		;
	*pid = 0;
	copies->usage.user_us += in_us(usage.ru_utime);
	copies->usage.system_us += in_us(usage.ru_stime);
	copies->usage.peak_bytes += (uint64_t)usage.ru_maxrss * 1024;
}

int
copies_join(struct copies *copies, uint32_t number, struct buffer *report,
    struct error *err)
{
	struct copy *copy = &copies->others[number];
	size_t got;
	if (take_outcome(copy, err) != 0)
		return -1;
	size_t len = copy->outcome.len;
	report->len = 0;
	buffer_resize(report, len);
	if (fd_read_full(copy->report_fd, report->data, len, &got, "a pipe",
	    err) != 0)
		return -1;
	if (got < len)
		return was_killed(err);
	close_fd(&copy->report_fd);
	close_fd(&copy->line);
	wait_for(copies, &copy->pid);
	return 0;
}

struct copies_usage
copies_usage(const struct copies *copies)
{
	return copies->usage;
}

static void
stop(struct copies *copies, pid_t *pid)
{
	if (*pid == 0)
		return;
	kill(*pid, SIGKILL);
	wait_for(copies, pid);
}

void
copies_free(struct copies *copies)
{
	if (copies == NULL)
		return;
	for (uint32_t k = 1; k < copies->count; k++) {
		close_fd(&copies->others[k].report_fd);
		close_fd(&copies->others[k].line);
		stop(copies, &copies->others[k].pid);
	}
	close_fd(&copies->report_fd);
	close_fd(&copies->line);
	mem_free(copies->others);
	mem_free(copies);
}
