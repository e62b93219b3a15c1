#include "io/output.h"

#include "base/fd.h"

#define FULL_BYTES 65536

void
output_init(struct output *output, int fd, const char *name)
{
	*output = (struct output){.fd = fd, .name = name};
	fd_widen_pipe(fd, FD_PIPE_BYTES);
}

void
output_write(struct output *output, const void *bytes, size_t len)
{
	struct error ignored;
	buffer_append(&output->buffer, bytes, len);
	output_flush_full(output, &ignored);
}

int
output_flush_full(struct output *output, struct error *err)
{
	if (output->buffer.len < FULL_BYTES && !output->has_failed)
		return 0;
	return output_flush(output, err);
}

int
output_flush(struct output *output, struct error *err)
{
	if (!output->has_failed && output->buffer.len > 0) {
		if (fd_write_full(output->fd, output->buffer.data,
		    output->buffer.len, output->name, &output->failure) != 0)
			output->has_failed = 1;
		else
			output->written_bytes += output->buffer.len;
	}
	output->buffer.len = 0;
	if (!output->has_failed)
		return 0;
	*err = output->failure;
	return -1;
}

void
output_release(struct output *output)
{
	buffer_release(&output->buffer);
}
