#include "check.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "base/fd.h"

#define BYTES (1u << 20)

static char bytes[BYTES];

/* Of a process: waits for an input, or ended? */
static _Bool
is_idle(pid_t pid)
{
	char path[32], text[256] = "";
	struct error err;
	size_t got = 0;
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	fd_read_full(fd, text, sizeof(text) - 1, &got, path, &err);
	close(fd);
	const char *state = strrchr(text, ')');
	return state == NULL || state[2] == 'S' || state[2] == 'Z';
}

static void
what_does_not_block_is_waited_for_when_reading(void)
{
	int fds[2];
	size_t got = 0;
	struct error err;
	CHECK(pipe2(fds, O_NONBLOCK | O_CLOEXEC) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fds[1]);
		_exit(fd_read_full(fds[0], bytes, 3, &got, "a pipe",
		    &err) == 0 && got == 3 ? 0 : 1);
	}
	close(fds[0]);
	for (int i = 0; i < 3; i++) {
		while (!is_idle(pid))
			;
		CHECK(fd_write_full(fds[1], "x", 1, "a pipe", &err) == 0);
	}
	int status = -1;
	waitpid(pid, &status, 0);
	CHECK_INT(status, 0);
	close(fds[1]);
}

static void
what_does_not_block_is_waited_for_when_writing(void)
{
	int fds[2], pending = 0;
	size_t got = 0;
	struct error err;
	CHECK(pipe2(fds, O_NONBLOCK | O_CLOEXEC) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fds[0]);
		_exit(fd_write_full(fds[1], bytes, BYTES, "a pipe",
		    &err) == 0 ? 0 : 1);
	}
	close(fds[1]);
	/* not before it is full */
	while (pending < fcntl(fds[0], F_GETPIPE_SZ) && !is_idle(pid))
		ioctl(fds[0], FIONREAD, &pending);
	CHECK(fd_read_full(fds[0], bytes, BYTES, &got, "a pipe", &err) == 0);
	CHECK_INT(got, BYTES);
	int status = -1;
	waitpid(pid, &status, 0);
	CHECK_INT(status, 0);
	close(fds[0]);
}

int
main(void)
{
	RUN(what_does_not_block_is_waited_for_when_reading);
	RUN(what_does_not_block_is_waited_for_when_writing);
	return check_done();
}
