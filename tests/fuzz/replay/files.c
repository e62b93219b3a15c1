#include "../fuzz.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"

#define MAX_BATCHES 10000

int
fuzz_file(const uint8_t *bytes, size_t len)
{
	struct error err;
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || (len > 0 && fd_write_full(fd, bytes, len, "memory",
	    &err) != 0) || lseek(fd, 0, SEEK_SET) != 0)
		abort();
	return fd;
}

void
fuzz_drain(struct batch_source *source)
{
	const struct batch *batch;
	struct error err = {0};
	if (source == NULL)
		return;
	const struct schema *schema = &source->header->schema;
	for (int i = 0; i < MAX_BATCHES &&
	    batch_source_next(source, &batch, &err) == 1; i++) {
		struct error why;
		for (uint32_t k = 0; k < batch->column_count; k++)
			if (!type_is_equal(batch->columns[k].type,
			    schema->fields[k].type) ||
			    column_check(&batch->columns[k],
			    batch->row_count, &why) != 0)
				abort();
	}
	batch_source_free(source);
}
