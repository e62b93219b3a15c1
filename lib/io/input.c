#include "io/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/gzip.h"
#include "base/mem.h"
#include "base/zstd.h"

#define PACKED_BYTES 131072	/* of compressed bytes read at a time */
#define MAGIC_BYTES 4

#define READ_WHOLE_BYTES 65536	/* a step of input_read_whole */

struct input {
	int fd;
	_Bool owns_fd;
	char *name;			/* owned */
	_Bool is_seekable;
	uint64_t size;
	uint64_t position;		/* of a seekable input */
	struct gzip_stream *gzip;	/* owned; at most one of the two */
	struct zstd_stream *zstd;
	struct buffer packed;		/* bytes read but not used yet */
	size_t packed_at;
	_Bool is_within;		/* a member or frame is not complete */
	_Bool is_at_end;
};

static int
open_descriptor(struct input *input, const char *path, struct error *err)
{
	if (strcmp(path, "-") == 0) {
		input->fd = STDIN_FILENO;
		input->name = mem_strdup("standard input");
		return 0;
	}
	input->name = mem_strdup(path);
	input->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (input->fd < 0)
		return error_system(err, errno, "cannot open '%s'", path);
	input->owns_fd = 1;
	struct stat status;
	if (fstat(input->fd, &status) == 0 && S_ISDIR(status.st_mode))
		return error_usage(err, "'%s' is a folder", path);
	return 0;
}

/* Reads the first bytes and chooses what unpacks them. */
static int
look_at_magic(struct input *input, struct error *err)
{
	static const uint8_t gzip_magic[] = {0x1f, 0x8b, 8};
	static const uint8_t zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd};
	int64_t size = fd_file_size(input->fd);
	off_t at = lseek(input->fd, 0, SEEK_CUR);
	uint8_t *first;
	size_t got;
	buffer_reserve(&input->packed, PACKED_BYTES);
	first = input->packed.data;
	if (fd_read_full(input->fd, first, MAGIC_BYTES, &got, input->name,
	    err) != 0)
		return -1;
	if (got >= sizeof(gzip_magic) &&
	    memcmp(first, gzip_magic, sizeof(gzip_magic)) == 0) {
		input->gzip = gzip_stream_new();
	} else if (got == sizeof(zstd_magic) &&
	    memcmp(first, zstd_magic, sizeof(zstd_magic)) == 0) {
		input->zstd = zstd_stream_new();
	} else if (size >= 0 && at == 0) {
		input->is_seekable = 1;
		input->size = (uint64_t)size;
		if (lseek(input->fd, 0, SEEK_SET) != 0)
			return error_system(err, errno, "cannot seek in %s",
			    input->name);
		return 0;
	}
	input->packed.len = got;
	return 0;
}

struct input *
input_open(const char *path, struct error *err)
{
	struct input *input = mem_zalloc(sizeof(*input));
	input->fd = -1;
	if (open_descriptor(input, path, err) != 0 ||
	    look_at_magic(input, err) != 0) {
		input_close(input);
		return NULL;
	}
	fd_widen_pipe(input->fd, FD_PIPE_BYTES);
	return input;
}

void
input_close(struct input *input)
{
	if (input == NULL)
		return;
	if (input->owns_fd)
		close(input->fd);
	if (input->gzip != NULL)
		gzip_stream_free(input->gzip);
	if (input->zstd != NULL)
		zstd_stream_free(input->zstd);
	buffer_release(&input->packed);
	mem_free(input->name);
	mem_free(input);
}

const char *
input_name(const struct input *input)
{
	return input->name;
}

_Bool
input_is_seekable(const struct input *input)
{
	return input->is_seekable;
}

uint64_t
input_size(const struct input *input)
{
	return input->size;
}

/* Makes sure that there are packed bytes, or that the file is at its end. */
static int
refill(struct input *input, struct error *err)
{
	if (input->packed_at < input->packed.len)
		return 0;
	size_t got = 0;
	input->packed_at = 0;
	input->packed.len = 0;
	if (fd_read_some(input->fd, input->packed.data, PACKED_BYTES, &got,
	    input->name, err) != 0)
		return -1;
	input->packed.len = got;
	input->is_at_end = got == 0;
	return 0;
}

/* What was read to look at the magic comes first. */
static int
read_plain(struct input *input, uint8_t *bytes, size_t len, size_t *got,
    struct error *err)
{
	size_t held = input->packed.len - input->packed_at;
	if (held > len)
		held = len;
	if (held > 0)
		memcpy(bytes, input->packed.data + input->packed_at, held);
	input->packed_at += held;
	if (fd_read_full(input->fd, bytes + held, len - held, got, input->name,
	    err) != 0)
		return -1;
	*got += held;
	input->position += *got;
	return 0;
}

static int
unpack(struct input *input, uint8_t *bytes, size_t len, size_t *got,
    struct error *err)
{
	const uint8_t *in = input->packed.data + input->packed_at;
	size_t in_len = input->packed.len - input->packed_at;
	size_t used = 0;
	int state = input->gzip != NULL ?
	    gzip_stream_read(input->gzip, in, in_len, &used, bytes, len, got,
	    err) :
	    zstd_stream_read(input->zstd, in, in_len, &used, bytes, len, got,
	    err);
	if (state < 0)
		return error_prefix(err, "%s", input->name);
	input->packed_at += used;
	input->is_within = state == 1;
	return 0;
}

int
input_read(struct input *input, void *bytes, size_t len, size_t *got,
    struct error *err)
{
	*got = 0;
	if (input->gzip == NULL && input->zstd == NULL)
		return read_plain(input, bytes, len, got, err);
	uint8_t *to = bytes;
	while (*got < len) {
		size_t out = 0;
		if (refill(input, err) != 0)
			return -1;
		/* Without input zstd would ask for the next frame. */
		if (input->is_at_end && !input->is_within)
			break;
		if (unpack(input, to + *got, len - *got, &out, err) != 0)
			return -1;
		*got += out;
		if (input->is_at_end && out == 0) {
			if (input->is_within)
				return error_data(err, "%s: the compressed "
				    "file is truncated", input->name);
			break;
		}
	}
	return 0;
}

int
input_read_at(struct input *input, uint64_t offset, void *bytes, size_t len,
    struct error *err)
{
	return fd_read_at(input->fd, offset, bytes, len, input->name, err);
}

int
input_read_whole(const char *path, uint64_t max_bytes, struct buffer *text,
    struct error *err)
{
	struct input *input = input_open(path, err);
	size_t got = 1;
	int status = input == NULL ? -1 : 0;
	while (status == 0 && got > 0) {
		buffer_reserve(text, READ_WHOLE_BYTES);
		status = input_read(input, text->data + text->len,
		    READ_WHOLE_BYTES, &got, err);
		text->len += got;
		if (status == 0 && text->len > max_bytes)
			status = error_data(err, "%s: too large", path);
	}
	input_close(input);
	return status;
}
