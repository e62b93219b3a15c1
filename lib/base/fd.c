#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/mem.h"

void
fd_await(int fd, short events)
{
	poll(&(struct pollfd){.fd = fd, .events = events}, 1, -1);
}

/* After a failure: waits where the descriptor does not block. */
static _Bool
is_to_be_retried(int fd, short events)
{
	if (errno == EINTR)
		return 1;
	if (errno != EAGAIN)
		return 0;
	fd_await(fd, events);
	return 1;
}

static int
cannot_write(int code, const char *name, struct error *err)
{
	if (code == EPIPE)
		return error_set(err, STATUS_CLOSED,
		    "cannot write to %s: nobody reads on", name);
	return error_system(err, code, "cannot write to %s", name);
}

int
fd_read_some(int fd, void *bytes, size_t len, size_t *got, const char *name,
    struct error *err)
{
	for (;;) {
		ssize_t n = read(fd, bytes, len);
		if (n >= 0) {
			*got = (size_t)n;
			return 0;
		}
		if (!is_to_be_retried(fd, POLLIN))
			return error_system(err, errno, "cannot read %s", name);
	}
}

int
fd_read_full(int fd, void *bytes, size_t len, size_t *got, const char *name,
    struct error *err)
{
	uint8_t *to = bytes;
	*got = 0;
	while (*got < len) {
		size_t n = 0;
		if (fd_read_some(fd, to + *got, len - *got, &n, name, err) != 0)
			return -1;
		if (n == 0)
			break;
		*got += n;
	}
	return 0;
}

int
fd_read_at(int fd, uint64_t offset, void *bytes, size_t len, const char *name,
    struct error *err)
{
	uint8_t *to = bytes;
	size_t done = 0;
	while (done < len) {
		ssize_t n = pread(fd, to + done, len - done,
		    (off_t)(offset + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_system(err, errno, "cannot read %s", name);
		if (n == 0)
			return error_data(err, "%s: truncated: no byte at "
			    "%llu", name, (unsigned long long)(offset + done));
		done += (size_t)n;
	}
	return 0;
}

int
fd_write_full(int fd, const void *bytes, size_t len, const char *name,
    struct error *err)
{
	const uint8_t *from = bytes;
	while (len > 0) {
		ssize_t n = write(fd, from, len);
		if (n < 0 && is_to_be_retried(fd, POLLOUT))
			continue;
		if (n < 0)
			return cannot_write(errno, name, err);
		from += n;
		len -= (size_t)n;
	}
	return 0;
}

int
fd_writev_full(int fd, struct iovec *pieces, int count, const char *name,
    struct error *err)
{
	while (count > 0) {
		ssize_t n = writev(fd, pieces, count < IOV_MAX ? count :
		    IOV_MAX);
		if (n < 0 && is_to_be_retried(fd, POLLOUT))
			continue;
		if (n < 0)
			return cannot_write(errno, name, err);
		size_t left = (size_t)n;
		while (count > 0 && left >= pieces->iov_len) {
			left -= pieces->iov_len;
			pieces++;
			count--;
		}
		if (count > 0) {
			pieces->iov_base = (uint8_t *)pieces->iov_base + left;
			pieces->iov_len -= left;
		}
	}
	return 0;
}

void
fd_widen_pipe(int fd, int bytes)
{
	/* Fails on what is no pipe, and past the user's limit: both fine. */
	if (fcntl(fd, F_GETPIPE_SZ) < bytes)
		(void)fcntl(fd, F_SETPIPE_SZ, bytes);
}

_Bool
fd_is_pipe(int fd)
{
	struct stat status;
	return fstat(fd, &status) == 0 &&
	    (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

int64_t
fd_file_size(int fd)
{
	struct stat status;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
		return -1;
	return status.st_size;
}

int
fd_open_temporary(const char *folder, struct error *err)
{
	if (folder == NULL)
		folder = getenv("TMPDIR");
	if (folder == NULL || folder[0] == '\0')
		folder = "/tmp";
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	/* Not every file system knows O_TMPFILE. */
	char *name = mem_printf("%s/.riffle-spill-XXXXXX", folder);
	fd = mkostemp(name, O_CLOEXEC);
	int code = errno;
	if (fd >= 0)
		unlink(name);
	mem_free(name);
	if (fd < 0)
		return error_system(err, code,
		    "cannot make a temporary file in '%s'", folder);
	return fd;
}
