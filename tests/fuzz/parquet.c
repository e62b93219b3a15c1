/* Parquet files. */
#include "fuzz.h"

#include <stdio.h>
#include <unistd.h>

#include "table/dataset.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char path[64];
	char *paths[] = {path};
	const struct dataset_options options = {.paths = paths,
	    .path_count = 1};
	struct dataset_counts counts = {0};
	struct error err = {0};
	int fd = fuzz_file(bytes, len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fuzz_drain(dataset_new(&options, &counts, &err));
	close(fd);
	return 0;
}
