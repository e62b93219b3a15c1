/*
 * Parquet files.  What says that a file is ours is changed first: its sums
 * would keep all but a few inputs out.
 */
#include "fuzz.h"

#include <stdio.h>
#include <unistd.h>

#include "table/dataset.h"

static void
disown(uint8_t *bytes, size_t len, const char *word)
{
	uint8_t *at = memmem(bytes, len, word, strlen(word));
	if (at != NULL)
		*at = 'R';
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char path[64];
	char *paths[] = {path};
	const struct dataset_options options = {.paths = paths,
	    .path_count = 1};
	struct dataset_counts counts = {0};
	struct error err = {0};
	uint8_t *copy = mem_alloc(len + 1);
	memcpy(copy, bytes, len);
	disown(copy, len, "riffle:sums");
	disown(copy, len, "riffle version ");
	int fd = fuzz_file(copy, len);
	mem_free(copy);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	fuzz_drain(dataset_new(&options, &counts, &err));
	close(fd);
	return 0;
}
