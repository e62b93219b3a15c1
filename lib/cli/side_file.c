#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/run.h"
#include "wire/stream_writer.h"

struct side_file {
	struct batch_sink sink;
	struct batch_sink *stream;	/* owned */
	int fd;
	char *path;			/* owned; the final name */
	char *part;			/* owned; NULL if written in place */
};

static int
side_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	struct side_file *side = (struct side_file *)sink;
	return side->stream->begin(side->stream, header, err);
}

static int
side_write(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct side_file *side = (struct side_file *)sink;
	return side->stream->write(side->stream, batch, err);
}

static int
sync_folder(const char *path, struct error *err)
{
	char *copy = mem_strdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = fd < 0 ? -1 : fsync(fd);
	int code = errno;
	if (fd >= 0)
		close(fd);
	mem_free(copy);
	/* Some file systems cannot sync a folder. */
	if (result != 0 && code != EINVAL && code != ENOTSUP)
		return error_system(err, code, "cannot sync the folder of '%s'",
		    path);
	return 0;
}

static int
side_finish(struct batch_sink *sink, const struct stages *stages,
    struct error *err)
{
	struct side_file *side = (struct side_file *)sink;
	if (side->stream->finish(side->stream, stages, err) != 0)
		return -1;
	if (side->part == NULL)
		return 0;
	if (fsync(side->fd) != 0)
		return error_system(err, errno, "cannot sync '%s'", side->path);
	if (rename(side->part, side->path) != 0)
		return error_system(err, errno, "cannot rename to '%s'",
		    side->path);
	mem_free(side->part);
	side->part = NULL;
	return sync_folder(side->path, err);
}

static void
side_abort(struct batch_sink *sink, const struct error *why,
    const struct stages *stages)
{
	struct side_file *side = (struct side_file *)sink;
	if (side->part == NULL)
		side->stream->abort(side->stream, why, stages);
}

static void
side_free(struct batch_sink *sink)
{
	struct side_file *side = (struct side_file *)sink;
	batch_sink_free(side->stream);
	if (side->fd >= 0)
		close(side->fd);
	if (side->part != NULL)
		unlink(side->part);
	mem_free(side->part);
	mem_free(side->path);
	mem_free(side);
}

/* Beside the file, hidden: ".NAME.part". */
static char *
part_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	int folder_len = slash == NULL ? 0 : (int)(slash - path + 1);
	return mem_printf("%.*s.%s.part", folder_len, path,
	    path + folder_len);
}

struct batch_sink *
side_file_new(const char *path, struct error *err)
{
	struct stat status;
	_Bool is_special = stat(path, &status) == 0 && !S_ISREG(status.st_mode);
	char *part = is_special ? NULL : part_name(path);
	int fd = is_special ? open(path, O_WRONLY | O_CLOEXEC) :
	    open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0) {
		error_system(err, errno, "cannot write '%s'", path);
		mem_free(part);
		return NULL;
	}
	struct side_file *side = mem_zalloc(sizeof(*side));
	side->sink = (struct batch_sink){.begin = side_begin,
	    .write = side_write, .finish = side_finish, .abort = side_abort,
	    .free = side_free};
	side->fd = fd;
	side->path = mem_strdup(path);
	side->part = part;
	side->stream = stream_writer_new(fd, side->path);
	return &side->sink;
}
