#include "io/spread.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"

#define MOST_BYTES (UINT32_C(1) << 30)

/* 1: again, after a signal or when there is something to give and room for
 * it; 0: no. */
static int
must_repeat(int in, int out)
{
	if (errno == EINTR)
		return 1;
	if (errno != EAGAIN)
		return 0;
	fd_await(in, POLLIN);
	fd_await(out, POLLOUT);
	return 1;
}

/* What is next in the input, to one pipe: how many bytes; 0 at the end. */
static ssize_t
give(int in, int out)
{
	ssize_t n;
	do
		n = tee(in, out, MOST_BYTES, 0);
	while (n < 0 && must_repeat(in, out));
	return n;
}

/* Takes `len` bytes that everybody has out of the input. */
static int
let_go(int in, int null_fd, size_t len)
{
	while (len > 0) {
		ssize_t n = splice(in, NULL, null_fd, NULL, len, 0);
		if (n < 0 && must_repeat(in, null_fd))
			continue;
		if (n <= 0)
			return -1;
		len -= (size_t)n;
	}
	return 0;
}

/*
 * tee(2) gives a pipe what it has room for, always from the input's first
 * byte: so a pipe that got more than others waits until these have it, too.
 */
static int
spread_all(int in, int null_fd, int *outs, uint32_t count, size_t *ahead)
{
	for (;;) {
		size_t least = SIZE_MAX;
		for (uint32_t i = 0; i < count; i++) {
			if (outs[i] < 0)
				continue;
			ssize_t n = ahead[i] > 0 ? (ssize_t)ahead[i] :
			    give(in, outs[i]);
			if (n == 0)
				return 0;
			if (n < 0 && errno != EPIPE)
				return -1;
			if (n < 0) {
				close(outs[i]);
				outs[i] = -1;
				continue;
			}
			ahead[i] = (size_t)n;
			if (ahead[i] < least)
				least = ahead[i];
		}
		if (least == SIZE_MAX)
			return 0;
		if (let_go(in, null_fd, least) != 0)
			return -1;
		for (uint32_t i = 0; i < count; i++)
			ahead[i] -= outs[i] < 0 ? ahead[i] : least;
	}
}

int
spread(int in, int *outs, uint32_t count)
{
	int null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null_fd < 0)
		return -1;
	signal(SIGPIPE, SIG_IGN);
	fd_widen_pipe(in, FD_WIDE_PIPE_BYTES);
	for (uint32_t i = 0; i < count; i++)
		fd_widen_pipe(outs[i], FD_WIDE_PIPE_BYTES);
	size_t *ahead = mem_array(count, sizeof(*ahead));
	int result = spread_all(in, null_fd, outs, count, ahead);
	int code = errno;
	mem_free(ahead);
	close(null_fd);
	errno = code;
	return result;
}
