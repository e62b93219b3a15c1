#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "io/sync.h"

#define FOLDERS 20
#define FILES 3			/* in each */
#define MOST (FOLDERS * (FILES + 1) + 1)

static char root[] = "/tmp/riffle-sync-XXXXXX";

/* What fsync was asked for, and what fails with which errno. */
static ino_t synced[MOST * 2];
static atomic_size_t synced_count;
static ino_t failing;
static int failing_code;

/* In place of the C library's. */
int
fsync(int fd)
{
	struct stat status;
	size_t at = atomic_fetch_add(&synced_count, 1);
	if (fstat(fd, &status) != 0 || at >= MOST * 2)
		return -1;
	synced[at] = status.st_ino;
	if (status.st_ino != failing)
		return 0;
	errno = failing_code;
	return -1;
}

static size_t
times_synced(const char *path)
{
	struct stat status = { 0 };
	size_t count = 0;
	stat(path, &status);
	for (size_t i = 0; i < synced_count && i < MOST * 2; i++)
		count += synced[i] == status.st_ino;
	return count;
}

static int
sync_all(const char *failing_path, int code)
{
	struct stat status = { 0 };
	synced_count = 0;
	failing_code = code;
	if (failing_path != NULL)
		stat(failing_path, &status);
	failing = status.st_ino;
	errno = 0;
	return sync_tree(root);
}

static void
make_tree(void)
{
	char path[64];
	if (mkdtemp(root) == NULL)
		exit(1);
	for (int i = 0; i < FOLDERS; i++) {
		snprintf(path, sizeof(path), "%s/%d", root, i);
		mkdir(path, 0777);
		for (int k = 0; k < FILES; k++) {
			snprintf(path, sizeof(path), "%s/%d/%d", root, i, k);
			close(open(path, O_WRONLY | O_CREAT, 0666));
		}
	}
}

static int
remove_visit(const char *path, const struct stat *status, int kind,
    struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	return remove(path);
}

static void
every_file_and_folder_is_synced_once(void)
{
	char path[64];
	CHECK_INT(sync_all(NULL, 0), 0);
	CHECK_INT(synced_count, MOST);
	CHECK_INT(times_synced(root), 1);
	for (int i = 0; i < FOLDERS; i++) {
		snprintf(path, sizeof(path), "%s/%d", root, i);
		CHECK_INT(times_synced(path), 1);
		for (int k = 0; k < FILES; k++) {
			snprintf(path, sizeof(path), "%s/%d/%d", root, i, k);
			CHECK_INT(times_synced(path), 1);
		}
	}
}

static void
a_file_that_cannot_be_synced_fails_the_tree(void)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/7/1", root);
	CHECK_INT(sync_all(path, EIO), -1);
	CHECK_INT(errno, EIO);
}

static void
folders_need_not_be_synced_where_that_cannot_be(void)
{
	char path[64];
	snprintf(path, sizeof(path), "%s/7", root);
	CHECK_INT(sync_all(path, EINVAL), 0);
	CHECK_INT(sync_all(path, EIO), -1);
}

static void
a_tree_that_is_not_there_is_an_error(void)
{
	CHECK_INT(sync_tree("/tmp/riffle-sync-nothing/here"), -1);
	CHECK_INT(errno, ENOENT);
}

int
main(void)
{
	make_tree();
	RUN(every_file_and_folder_is_synced_once);
	RUN(a_file_that_cannot_be_synced_fails_the_tree);
	RUN(folders_need_not_be_synced_where_that_cannot_be);
	RUN(a_tree_that_is_not_there_is_an_error);
	nftw(root, remove_visit, 16, FTW_DEPTH | FTW_PHYS);
	return check_done();
}
