#include "io/publish.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "io/sync.h"

#define STAGING_PREFIX ".riffle-"
#define STAGING_SUFFIX ".tmp"
#define WALK_FDS 32
#define LOCK_TRIES 100	/* in a second */

struct publish {
	enum publish_mode mode;
	_Bool is_folder;
	_Bool is_skipped;
	_Bool is_anothers;	/* the staging folder */
	char *given;		/* owned; the path as given, for messages */
	char *path;		/* owned; absolute, without symbolic links */
	char *staging;		/* owned; the folder that is locked */
	char *place;		/* owned; staging/new */
	int lock_fd;		/* of staging, or -1 */
};

int
publish_mode_parse(const char *text, enum publish_mode *mode,
    struct error *err)
{
	if (strcmp(text, "replace") == 0)
		*mode = PUBLISH_REPLACE;
	else if (strcmp(text, "fail") == 0)
		*mode = PUBLISH_FAIL;
	else if (strcmp(text, "skip") == 0)
		*mode = PUBLISH_SKIP;
	else
		return error_usage(err,
		    "'%s' is not one of replace, fail, skip", text);
	return 0;
}

/* ---- paths ----------------------------------------------------------- */

/* The folder of an absolute path; the caller's to free. */
static char *
parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == path ? mem_strdup("/") :
	    mem_strndup(path, (size_t)(slash - path));
}

static const char *
name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? path : slash + 1;
}

/*
 * The absolute path, symbolic links followed as far as it exists; the rest
 * must not climb.  NULL with err set.
 */
static char *
absolute_path(const char *given, struct error *err)
{
	if (given[0] == '\0') {
		error_usage(err, "the output's path is empty");
		return NULL;
	}
	char *head = mem_strdup(given);
	size_t len = strlen(head);
	while (len > 1 && head[len - 1] == '/')
		head[--len] = '\0';
	char *rest = mem_strdup("");
	char *real;
	while ((real = realpath(head, NULL)) == NULL && errno == ENOENT &&
	    strcmp(head, ".") != 0) {
		struct stat status;
		if (lstat(head, &status) == 0)
			break;	/* a link to nowhere */
		const char *name = name_of(head);
		char *longer = mem_printf("/%s%s", name, rest);
		mem_free(rest);
		rest = longer;
		char *slash = strrchr(head, '/');
		if (slash == NULL)
			memcpy(head, ".", 2);
		else if (slash == head)
			head[1] = '\0';
		else
			*slash = '\0';
	}
	char *path = NULL;
	if (real == NULL)
		error_system(err, errno, "cannot write to '%s'", given);
	else if (strstr(rest, "/../") != NULL || (strlen(rest) >= 3 &&
	    strcmp(rest + strlen(rest) - 3, "/..") == 0))
		error_usage(err, "'%s': '..' after a folder that is not there",
		    given);
	else
		path = mem_printf("%s%s", strcmp(real, "/") == 0 &&
		    rest[0] != '\0' ? "" : real, rest);
	free(real);
	mem_free(rest);
	mem_free(head);
	if (path != NULL && strcmp(path, "/") == 0) {
		error_usage(err, "'%s' cannot be replaced", given);
		mem_free(path);
		path = NULL;
	}
	return path;
}

/* The device of a path, or of the nearest folder above it that exists. */
static dev_t
device_of(const char *path)
{
	struct stat status;
	char *at = mem_strdup(path);
	while (stat(at, &status) != 0 && strcmp(at, "/") != 0) {
		char *up = parent_of(at);
		mem_free(at);
		at = up;
	}
	mem_free(at);
	return status.st_dev;
}

/* The first folder from the path upwards whose name is not KEY=VALUE. */
static char *
root_of(const char *path)
{
	char *root = mem_strdup(path);
	while (strchr(name_of(root), '=') != NULL) {
		char *up = parent_of(root);
		mem_free(root);
		root = up;
	}
	return root;
}

/* ".riffle-NAME.tmp": the path below the folder, "/" as "%2F". */
static char *
staging_name(const char *folder, const char *path)
{
	const char *below = path + (strcmp(folder, "/") == 0 ? 1 :
	    strlen(folder) + 1);
	struct buffer name = {0};
	for (const char *c = below; *c != '\0'; c++) {
		if (*c == '/')
			buffer_append_text(&name, "%2F");
		else
			buffer_append_byte(&name, (uint8_t)*c);
	}
	if (name.len + sizeof(STAGING_PREFIX STAGING_SUFFIX) > NAME_MAX) {
		name.len = 0;
		buffer_printf(&name, "%016llx",
		    (unsigned long long)hash_bytes(below, strlen(below)));
	}
	char *staging = mem_printf("%s/" STAGING_PREFIX "%s" STAGING_SUFFIX,
	    strcmp(folder, "/") == 0 ? "" : folder, buffer_text(&name));
	buffer_release(&name);
	return staging;
}

static char *
staging_path(const char *path)
{
	char *root = root_of(path);
	char *folder = parent_of(root);
	char *place = parent_of(path);
	if (device_of(folder) != device_of(place)) {
		mem_free(folder);
		folder = mem_strdup(root);
	}
	char *staging = staging_name(folder, path);
	mem_free(place);
	mem_free(folder);
	mem_free(root);
	return staging;
}

/* Makes a folder and those above it. */
static int
make_folders(const char *path)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return 0;
	if (errno != ENOENT)
		return -1;
	char *up = parent_of(path);
	int result = make_folders(up);
	mem_free(up);
	if (result == 0 && mkdir(path, 0777) != 0 && errno != EEXIST)
		result = -1;
	return result;
}

/* ---- trees ----------------------------------------------------------- */

static int
remove_visit(const char *path, const struct stat *status, int kind,
    struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

static int
remove_tree(const char *path)
{
	return nftw(path, remove_visit, WALK_FDS, FTW_DEPTH | FTW_PHYS);
}

/* Removes what a killed run left in the folder; the folder stays. */
static int
clear_visit(const char *path, const struct stat *status, int kind,
    struct FTW *at)
{
	return at->level == 0 ? 0 : remove_visit(path, status, kind, at);
}

static int
clear_folder(const char *path)
{
	return nftw(path, clear_visit, WALK_FDS, FTW_DEPTH | FTW_PHYS);
}

/* ---- what is there --------------------------------------------------- */

static _Bool
has_entry(const char *folder, const char *name)
{
	char *path = mem_printf("%s/%s", folder, name);
	_Bool is_there = access(path, F_OK) == 0;
	mem_free(path);
	return is_there;
}

static int
count_visit(const char *path, const struct stat *status, int kind,
    struct FTW *at)
{
	(void)path;
	(void)status;
	(void)kind;
	return at->level;	/* any entry stops the walk */
}

/* 1: something is there that may be replaced; 0: nothing; -1. */
static int
look_at_target(const struct publish *unit, struct error *err)
{
	struct stat status;
	if (lstat(unit->path, &status) != 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 :
		    error_system(err, errno, "cannot look at '%s'",
		    unit->given);
	if (unit->mode != PUBLISH_REPLACE)
		return 1;
	if (!unit->is_folder && S_ISDIR(status.st_mode))
		return error_usage(err, "'%s' is a folder, not a file",
		    unit->given);
	if (!unit->is_folder && !S_ISREG(status.st_mode))
		return error_usage(err,
		    "'%s' is not a regular file: a file that is published "
		    "whole cannot go into a pipe or device", unit->given);
	if (unit->is_folder && !S_ISDIR(status.st_mode))
		return error_usage(err, "'%s' is a file, not a folder",
		    unit->given);
	if (unit->is_folder && !has_entry(unit->path, PUBLISH_MANIFEST) &&
	    nftw(unit->path, count_visit, WALK_FDS, FTW_PHYS) != 0)
		return error_usage(err, "'%s' has files in it and no "
		    PUBLISH_MANIFEST ": it is not ours to replace",
		    unit->given);
	return 1;
}

/* ---- begin ----------------------------------------------------------- */

/*
 * The copies of a process that was killed (io/copies.h) end just after it,
 * and hold its lock until then.
 */
static int
lock_soon(int fd)
{
	const struct timespec pause = {.tv_nsec = 1000000000 / LOCK_TRIES};
	int tries = 0;
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK || ++tries == LOCK_TRIES)
			return -1;
		nanosleep(&pause, NULL);
	}
	return 0;
}

/*
 * Makes and locks the staging folder.  Whoever got the lock of a folder
 * that was removed meanwhile begins again.
 */
static int
lock_staging(struct publish *unit, struct error *err)
{
	char *folder = parent_of(unit->staging);
	int result = make_folders(folder);
	mem_free(folder);
	for (;;) {
		struct stat ours, theirs;
		if (result != 0 || (mkdir(unit->staging, 0777) != 0 &&
		    errno != EEXIST))
			return error_system(err, errno, "cannot write to '%s'",
			    unit->given);
		int fd = open(unit->staging,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			return error_system(err, errno, "cannot open '%s'",
			    unit->staging);
		unit->lock_fd = fd;
		if (lock_soon(fd) != 0)
			return errno == EWOULDBLOCK ?
			    error_set(err, STATUS_RETRY,
			    "another run is writing '%s'", unit->given) :
			    error_system(err, errno, "cannot lock '%s'",
			    unit->staging);
		if (fstat(fd, &ours) == 0 &&
		    stat(unit->staging, &theirs) == 0 &&
		    ours.st_ino == theirs.st_ino &&
		    ours.st_dev == theirs.st_dev)
			return 0;
		close(fd);
		unit->lock_fd = -1;
	}
}

/* The folder is there already, and somebody else's to publish. */
static int
begin_shared(struct publish *unit, struct error *err)
{
	struct stat status;
	if (stat(unit->path, &status) != 0)
		return error_system(err, errno, "cannot write to '%s'",
		    unit->given);
	if (!unit->is_folder || !S_ISDIR(status.st_mode))
		return error_usage(err, "'%s' is not a folder that several "
		    "can write to", unit->given);
	unit->place = mem_strdup(unit->path);
	return 0;
}

static int
begin(struct publish *unit, struct error *err)
{
	unit->path = absolute_path(unit->given, err);
	if (unit->path == NULL)
		return -1;
	if (unit->mode == PUBLISH_SHARED)
		return begin_shared(unit, err);
	int found = look_at_target(unit, err);
	if (found < 0)
		return -1;
	if (found && unit->mode == PUBLISH_FAIL)
		return error_system(err, 0, "'%s' is there already",
		    unit->given);
	unit->is_skipped = found && unit->mode == PUBLISH_SKIP;
	if (publish_is_idle(unit))
		return 0;
	unit->staging = staging_path(unit->path);
	unit->place = mem_printf("%s/new", unit->staging);
	if (lock_staging(unit, err) != 0)
		return -1;
	if (clear_folder(unit->staging) != 0)
		return error_system(err, errno, "cannot clear '%s'",
		    unit->staging);
	if (unit->is_folder && mkdir(unit->place, 0777) != 0)
		return error_system(err, errno, "cannot write to '%s'",
		    unit->given);
	return 0;
}

struct publish *
publish_new(const char *path, enum publish_mode mode, _Bool is_folder,
    struct error *err)
{
	struct publish *unit = mem_zalloc(sizeof(*unit));
	unit->mode = mode;
	unit->is_folder = is_folder;
	unit->given = mem_strdup(path);
	unit->lock_fd = -1;
	if (begin(unit, err) != 0) {
		/* The folder is another run's, if it has the lock. */
		if (err->status == STATUS_RETRY)
			unit->is_anothers = 1;
		publish_free(unit);
		return NULL;
	}
	return unit;
}

_Bool
publish_is_idle(const struct publish *unit)
{
	return unit->is_skipped || unit->mode == PUBLISH_DRY;
}

_Bool
publish_is_skipped(const struct publish *unit)
{
	return unit->is_skipped;
}

int
publish_open(struct publish *unit, const char *name, struct error *err)
{
	const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
	assert((name != NULL) == unit->is_folder);
	if (publish_is_idle(unit))
		return open("/dev/null", O_WRONLY | O_CLOEXEC);
	char *path = name == NULL ? mem_strdup(unit->place) :
	    mem_printf("%s/%s", unit->place, name);
	int fd = open(path, flags, 0666);
	if (fd < 0 && errno == ENOENT) {
		char *folder = parent_of(path);
		if (make_folders(folder) == 0)
			fd = open(path, flags, 0666);
		mem_free(folder);
	}
	if (fd < 0)
		error_system(err, errno, "cannot write '%s%s%s'", unit->given,
		    name == NULL ? "" : "/", name == NULL ? "" : name);
	mem_free(path);
	return fd;
}

/* ---- end ------------------------------------------------------------- */

/* 1 done, 0 what is there has changed: look again, -1. */
static int
rename_in_place(struct publish *unit, _Bool is_there, struct error *err)
{
	unsigned flags = is_there ? RENAME_EXCHANGE : RENAME_NOREPLACE;
	if (renameat2(AT_FDCWD, unit->place, AT_FDCWD, unit->path,
	    flags) == 0)
		return 1;
	if (errno == (is_there ? ENOENT : EEXIST))
		return 0;
	/* A plain rename will do where nothing or a file has to go. */
	if (errno == EINVAL && (!is_there || !unit->is_folder) &&
	    rename(unit->place, unit->path) == 0)
		return 1;
	if (errno == EINVAL && is_there && unit->is_folder)
		return error_system(err, 0,
		    "cannot replace '%s': its file system cannot exchange "
		    "two folders (RENAME_EXCHANGE); remove it first",
		    unit->given);
	return error_system(err, errno, "cannot put '%s' in place",
	    unit->given);
}

static int
put_in_place(struct publish *unit, struct error *err)
{
	for (;;) {
		int found = look_at_target(unit, err);
		if (found < 0)
			return -1;
		if (found && unit->mode == PUBLISH_FAIL)
			return error_system(err, 0, "'%s' is there already",
			    unit->given);
		if (found && unit->mode == PUBLISH_SKIP) {
			unit->is_skipped = 1;
			return 0;
		}
		int renamed = rename_in_place(unit, found, err);
		if (renamed != 0)
			return renamed < 0 ? -1 : 0;
	}
}

int
publish_write(struct publish *unit, const char *name,
    const struct buffer *text, struct error *err)
{
	int fd = publish_open(unit, name, err);
	if (fd < 0)
		return -1;
	int result = fd_write_full(fd, text->data, text->len, name, err);
	if (close(fd) != 0 && result == 0)
		result = error_system(err, errno, "cannot write '%s'", name);
	return result;
}

const char *
publish_place(const struct publish *unit)
{
	return unit->place;
}

int
publish_commit(struct publish *unit, struct error *err)
{
	if (publish_is_idle(unit) || unit->mode == PUBLISH_SHARED)
		return 0;
	char *folder = parent_of(unit->path);
	int result = 0;
	if (sync_tree(unit->place) != 0)
		result = error_system(err, errno, "cannot sync '%s'",
		    unit->given);
	else if (make_folders(folder) != 0)
		result = error_system(err, errno, "cannot make '%s'", folder);
	else
		result = put_in_place(unit, err);
	/*
	 * Once renamed the new is what readers see; a failed sync can no
	 * longer be taken back, but it is told.
	 */
	if (result == 0 && sync_path(folder) != 0)
		result = error_system(err, errno, "cannot sync '%s'", folder);
	mem_free(folder);
	return result;
}

void
publish_free(struct publish *unit)
{
	if (unit == NULL)
		return;
	if (unit->lock_fd >= 0 && !unit->is_anothers)
		(void)remove_tree(unit->staging);
	if (unit->lock_fd >= 0)
		close(unit->lock_fd);
	mem_free(unit->given);
	mem_free(unit->path);
	mem_free(unit->staging);
	mem_free(unit->place);
	mem_free(unit);
}
