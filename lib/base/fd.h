/*
 * File descriptors: whole reads and writes, wide pipes.
 *
 * `name` is what messages call the descriptor: a path, or "standard input".
 * EINTR is retried, and a descriptor that does not block (O_NONBLOCK) is waited
 * for.  Writing to a closed pipe ends the process by SIGPIPE; where that is
 * ignored it is an error, STATUS_CLOSED.
 */
#ifndef BASE_FD_H
#define BASE_FD_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct iovec;

/* Reads up to len bytes; *got < len only at the end of the file. */
int
fd_read_full(int fd, void *bytes, size_t len, size_t *got, const char *name,
    struct error *err);

/* One read(2): *got is 0 at the end of the file. */
int
fd_read_some(int fd, void *bytes, size_t len, size_t *got, const char *name,
    struct error *err);

/* Waits for one of poll(2)'s events, or the other end's end. */
void
fd_await(int fd, short events);

/* Reads len bytes at an offset; fewer are an error ("truncated"). */
int
fd_read_at(int fd, uint64_t offset, void *bytes, size_t len, const char *name,
    struct error *err);

int
fd_write_full(int fd, const void *bytes, size_t len, const char *name,
    struct error *err);

/* Writes all of the pieces; the array is changed on the way. */
int
fd_writev_full(int fd, struct iovec *pieces, int count, const char *name,
    struct error *err);

/* Widens a pipe to so many bytes; any other descriptor is left alone. */
#define FD_PIPE_BYTES (512 * 1024)	/* of most: all stays in the cache */
#define FD_WIDE_PIPE_BYTES (1024 * 1024)	/* to readers out of step */
void
fd_widen_pipe(int fd, int bytes);

_Bool
fd_is_pipe(int fd);

/* -1 if it is no regular file; else its size. */
int64_t
fd_file_size(int fd);

/*
 * An unnamed temporary file (O_TMPFILE, or unlinked at once) in `folder`, or
 * $TMPDIR, or /tmp.  Returns the descriptor or -1.
 */
int
fd_open_temporary(const char *folder, struct error *err);

#endif
