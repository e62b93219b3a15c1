#include "op/tee_share.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"

void
tee_share_init(struct tee_share *share)
{
	share->null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (pipe2(share->pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		share->pipe[0] = share->pipe[1] = -1;
	else
		fd_widen_pipe(share->pipe[1], FD_PIPE_BYTES);
}

static void
close_pipe(struct tee_share *share)
{
	for (int i = 0; i < 2; i++) {
		if (share->pipe[i] >= 0)
			close(share->pipe[i]);
		share->pipe[i] = -1;
	}
}

void
tee_share_release(struct tee_share *share)
{
	close_pipe(share);
	if (share->null_fd >= 0)
		close(share->null_fd);
	share->null_fd = -1;
}

size_t
tee_share_fill(struct tee_share *share, const uint8_t *bytes, size_t len)
{
	if (share->pipe[1] < 0 || share->null_fd < 0)
		return 0;
	ssize_t n = write(share->pipe[1], bytes, len);
	return n < 0 ? 0 : (size_t)n;
}

size_t
tee_share_give(struct tee_share *share, int fd, size_t len)
{
	ssize_t n = tee(share->pipe[0], fd, len, SPLICE_F_NONBLOCK);
	return n < 0 ? 0 : (size_t)n;
}

void
tee_share_drain(struct tee_share *share, size_t len)
{
	while (len > 0) {
		ssize_t n = splice(share->pipe[0], NULL, share->null_fd, NULL,
		    len, SPLICE_F_NONBLOCK);
		if (n <= 0) {
			close_pipe(share);
			return;
		}
		len -= (size_t)n;
	}
}
