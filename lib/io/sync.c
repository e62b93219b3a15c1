#include "io/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#define WALK_FDS 32

void
sync_begin(int fd, uint64_t begin, uint64_t len)
{
	(void)sync_file_range(fd, (off_t)begin, (off_t)len,
	    SYNC_FILE_RANGE_WRITE);
}

static int
sync_fd(int fd)
{
	/* Some file systems cannot sync a folder. */
	return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : -1;
}

int
sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	int result = sync_fd(fd);
	int code = errno;
	close(fd);
	errno = code;
	return result;
}

/* So that the syncs need not wait in turn. */
static int
start_visit(const char *path, const struct stat *status, int kind,
    struct FTW *at)
{
	(void)status;
	(void)at;
	if (kind != FTW_F)
		return 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		sync_begin(fd, 0, 0);
		close(fd);
	}
	return 0;
}

static int
sync_visit(const char *path, const struct stat *status, int kind,
    struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	return sync_path(path);
}

int
sync_tree(const char *path)
{
	if (nftw(path, start_visit, WALK_FDS, FTW_PHYS) != 0)
		return -1;
	return nftw(path, sync_visit, WALK_FDS, FTW_DEPTH | FTW_PHYS);
}
