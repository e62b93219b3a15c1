#include "io/copies.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "io/process.h"
#include "io/spread.h"

/* What comes first in a copy's report. */
struct outcome {
	struct error error;
	int32_t result;
	uint64_t len;		/* of what follows */
};

struct copy {
	pid_t pid;		/* 0: none, or waited for */
	int report_fd;		/* reading end; -1 */
	_Bool has_outcome;
	struct outcome outcome;
};

struct copies {
	uint32_t number, count, input_count;
	const int *inputs;	/* borrowed, while starting */
	int *pipes;		/* owned; while starting; see ends_of */
	pid_t *spreaders;	/* owned, [input_count]; 0: none */
	struct copy *others;	/* owned, [count]; the first is unused */
	int report_fd;		/* writing end of a copy; -1 */
	struct copies_usage usage;
};

/* Between an input and a copy: what to read from [0], and the end of the pipe
 * that the spreader writes to [1]; -1: none. */
static int *
ends_of(const struct copies *copies, uint32_t input, uint32_t number)
{
	return copies->pipes + ((size_t)input * copies->count + number) * 2;
}

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Closes all ends of one kind, but those of one input or of one copy. */
static void
close_ends(struct copies *copies, int end, int64_t but_input,
    int64_t but_number)
{
	for (uint32_t i = 0; i < copies->input_count; i++)
		for (uint32_t k = 0; k < copies->count; k++)
			if (i != but_input && k != but_number)
				close_fd(&ends_of(copies, i, k)[end]);
}

static _Bool
is_kind(int fd, mode_t kind)
{
	struct stat stat;
	return fstat(fd, &stat) == 0 && (stat.st_mode & S_IFMT) == kind;
}

/* Another descriptor of a file, at the same place; -1. */
static int
open_again(int fd)
{
	char path[32];
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	off_t at = lseek(fd, 0, SEEK_CUR);
	int again = open(path, O_RDONLY | O_CLOEXEC);
	if (again >= 0 && (at < 0 || lseek(again, at, SEEK_SET) != at))
		close_fd(&again);
	return again;
}

static _Bool
can_be_copied(const int *inputs, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (is_kind(inputs[i], S_IFIFO))
			continue;
		int again = is_kind(inputs[i], S_IFREG) ?
		    open_again(inputs[i]) : -1;
		if (again < 0)
			return 0;
		close(again);
	}
	return 1;
}

/* ---- in new processes ------------------------------------------------ */

static void
follow(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(STATUS_SYSTEM);
}

static void
become_number(struct copies *copies, uint32_t number)
{
	copies->number = number;
	close_ends(copies, 1, -1, -1);
	close_ends(copies, 0, -1, number);
	for (uint32_t i = 0; i < copies->input_count; i++) {
		int fd = copies->inputs[i];
		int *end = &ends_of(copies, i, number)[0];
		if (*end < 0)
			continue;
		if (dup3(*end, fd, fd > STDERR_FILENO ? O_CLOEXEC : 0) < 0)
			_exit(STATUS_SYSTEM);
		close_fd(end);
	}
}

static _Noreturn void
spread_input(struct copies *copies, uint32_t input)
{
	int *outs = mem_array(copies->count, sizeof(*outs));
	close_ends(copies, 0, -1, -1);
	close_ends(copies, 1, input, -1);
	for (uint32_t i = 0; i < copies->input_count; i++)
		if (i != input)
			close(copies->inputs[i]);
	for (uint32_t k = 0; k < copies->count; k++)
		outs[k] = ends_of(copies, input, k)[1];
	_exit(spread(copies->inputs[input], outs, copies->count) == 0 ?
	    STATUS_OK : STATUS_SYSTEM);
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

static int
start_spreader(struct copies *copies, uint32_t input, struct error *err)
{
	pid_t parent = getpid();
	for (uint32_t k = 0; k < copies->count; k++)
		if (process_pipe(ends_of(copies, input, k), err) != 0)
			return -1;
	pid_t pid = fork();
	if (pid == 0) {
		follow(parent);
		spread_input(copies, input);
	}
	if (pid < 0)
		return error_system(err, errno, "cannot start a process");
	copies->spreaders[input] = pid;
	close_ends(copies, 1, -1, -1);
	return 0;
}

/* Before anybody reads and moves the place. */
static int
open_for_all(struct copies *copies, uint32_t input, struct error *err)
{
	for (uint32_t k = 1; k < copies->count; k++) {
		int fd = open_again(copies->inputs[input]);
		if (fd < 0)
			return error_system(err, errno,
			    "cannot open an input again");
		ends_of(copies, input, k)[0] = fd;
	}
	return 0;
}

/* Returns in both. */
static int
start_copy(struct copies *copies, uint32_t number, struct error *err)
{
	pid_t parent = getpid();
	int fds[2];
	if (process_pipe(fds, err) != 0)
		return -1;
	pid_t pid = fork();
	int code = errno;
	if (pid == 0) {
		follow(parent);
		for (uint32_t k = 1; k < number; k++)
			close_fd(&copies->others[k].report_fd);
		close(fds[0]);
		copies->report_fd = fds[1];
		become_number(copies, number);
		return 0;
	}
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return error_system(err, code, "cannot start a process");
	}
	copies->others[number].pid = pid;
	copies->others[number].report_fd = fds[0];
	return 0;
}

static int
start_all(struct copies *copies, struct error *err)
{
	for (uint32_t i = 0; i < copies->input_count; i++)
		if ((is_kind(copies->inputs[i], S_IFIFO) ?
		    start_spreader(copies, i, err) :
		    open_for_all(copies, i, err)) != 0)
			return -1;
	for (uint32_t k = 1; k < copies->count; k++) {
		if (start_copy(copies, k, err) != 0)
			return -1;
		if (copies->number != 0)
			return 0;
	}
	become_number(copies, 0);
	return 0;
}

struct copies *
copies_start(const int *inputs, uint32_t input_count, uint32_t count,
    struct error *err)
{
	struct copies *copies = mem_zalloc(sizeof(*copies));
	copies->report_fd = -1;
	copies->count = 1;
	if (count < 2 || !can_be_copied(inputs, input_count))
		return copies;
	copies->count = count;
	copies->input_count = input_count;
	copies->inputs = inputs;
	copies->spreaders = mem_array(input_count, sizeof(pid_t));
	copies->others = mem_array(count, sizeof(*copies->others));
	for (uint32_t k = 0; k < count; k++)
		copies->others[k].report_fd = -1;
	copies->pipes = mem_array((size_t)input_count * count * 2,
	    sizeof(int));
	memset(copies->pipes, 0xff,
	    (size_t)input_count * count * 2 * sizeof(int));
	int result = start_all(copies, err);
	close_ends(copies, 0, -1, -1);
	close_ends(copies, 1, -1, -1);
	mem_free(copies->pipes);
	copies->pipes = NULL;
	copies->inputs = NULL;
	if (result != 0) {
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

/* ---- the first ------------------------------------------------------- */

/* Its outcome; an error of its own becomes ours. */
static int
take_outcome(struct copy *copy, struct error *err)
{
	size_t got = sizeof(copy->outcome);
	if (!copy->has_outcome && fd_read_full(copy->report_fd, &copy->outcome,
	    sizeof(copy->outcome), &got, "a pipe", err) != 0)
		return -1;
	if (got < sizeof(copy->outcome))
		return error_set(err, STATUS_SYSTEM,
		    "a copy of this process was killed");
	copy->has_outcome = 1;
	if (copy->outcome.result == 0)
		return 0;
	*err = copy->outcome.error;
	return -1;
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
		return error_set(err, STATUS_SYSTEM,
		    "a copy of this process was killed");
	close_fd(&copy->report_fd);
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
		stop(copies, &copies->others[k].pid);
	}
	for (uint32_t i = 0; i < copies->input_count; i++)
		stop(copies, &copies->spreaders[i]);
	mem_free(copies->spreaders);
	mem_free(copies->others);
	mem_free(copies);
}
