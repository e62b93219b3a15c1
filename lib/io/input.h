/*
 * Input: the bytes of a file or of standard input, read in order or, where
 * the file allows it, anywhere.
 *
 * gzip (RFC 1952, several members too) and zstd (RFC 8878) are recognised
 * by their first bytes and unpacked on the way; a truncated archive is an
 * error.  Such input, pipes and terminals can only be read in order.
 */
#ifndef IO_INPUT_H
#define IO_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/mem.h"

struct input;

/* Opens a file; "-" is standard input.  NULL with err set. */
struct input *
input_open(const char *path, struct error *err);
void
input_close(struct input *input);

/* The path, or "standard input"; for messages.  Borrowed. */
const char *
input_name(const struct input *input);

/* True for an uncompressed regular file. */
_Bool
input_is_seekable(const struct input *input);
/* Bytes of a seekable input, as of when it was opened. */
uint64_t
input_size(const struct input *input);

/*
 * Fills `bytes` with the next len unpacked bytes; *got < len only at the
 * end.  A zero *got is the end.
 */
int
input_read(struct input *input, void *bytes, size_t len, size_t *got,
    struct error *err);

/* Reads len bytes at an offset of a seekable input, which must be there. */
int
input_read_at(struct input *input, uint64_t offset, void *bytes, size_t len,
    struct error *err);

/* Appends all that a small file holds; status 3 beyond max_bytes. */
int
input_read_whole(const char *path, uint64_t max_bytes, struct buffer *text,
    struct error *err);

#endif
