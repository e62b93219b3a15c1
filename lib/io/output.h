/*
 * Output of text and bytes to a descriptor, through one buffer.  The first
 * failure sticks: later writes do nothing and output_close reports it.
 */
#ifndef IO_OUTPUT_H
#define IO_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/mem.h"

struct output {
	int fd;			/* borrowed */
	const char *name;	/* borrowed, for messages */
	struct buffer buffer;	/* append here, then call output_flush_full */
	uint64_t written_bytes;
	_Bool has_failed;
	struct error failure;
};

void
output_init(struct output *output, int fd, const char *name);
void
output_write(struct output *output, const void *bytes, size_t len);
/* Writes the buffer out if it holds 64 KiB or more. */
int
output_flush_full(struct output *output, struct error *err);
/* Writes the buffer out; reports any failure so far. */
int
output_flush(struct output *output, struct error *err);
/* Frees the buffer; the descriptor is the owner's to close. */
void
output_release(struct output *output);

#endif
