/*
 * Runs a fuzz target over its corpus without libFuzzer: each file as it is,
 * and changed in ways that a seed decides.  TAP on standard output.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "../fuzz.h"
#include "base/hash.h"

#define MAX_BYTES (1 << 20)
#define CHANGES 100		/* of each file */

/* One to four bytes flipped, cut out, doubled or replaced. */
static void
change(struct buffer *bytes, uint64_t bits)
{
	static const uint8_t strange[] = {0, 1, 0x7f, 0x80, 0xff, '"', '\n',
	    '(', '0', '-'};
	for (uint64_t i = 0; i <= (bits & 3) && bytes->len > 0; i++) {
		uint64_t more = hash_u64(bits + i + 1);
		size_t at = (size_t)(more >> 32) % bytes->len;
		switch (more & 7) {
		case 0:
			bytes->len = at;
			break;
		case 1:
			memmove(bytes->data + at, bytes->data + at + 1,
			    bytes->len - at - 1);
			bytes->len--;
			break;
		case 2:
			buffer_append_byte(bytes, 0);
			memmove(bytes->data + at + 1, bytes->data + at,
			    bytes->len - at - 1);
			break;
		case 3:
		case 4:
			bytes->data[at] = strange[(more >> 8) %
			    sizeof(strange)];
			break;
		default:
			bytes->data[at] ^= (uint8_t)(1u << (more >> 8 & 7));
			break;
		}
	}
}

static int
replay(const char *path, uint64_t number)
{
	struct buffer bytes = {0}, changed = {0};
	/* as it is: an input would be unpacked */
	FILE *file = fopen(path, "rbe");
	if (file == NULL) {
		printf("not ok 1 cannot open %s\n", path);
		return -1;
	}
	buffer_reserve(&bytes, MAX_BYTES);
	bytes.len = fread(bytes.data, 1, MAX_BYTES, file);
	fclose(file);
	for (uint64_t i = 0; i <= CHANGES; i++) {
		/* memory of just this size, so that reading on is seen */
		changed.len = 0;
		buffer_append(&changed, bytes.data, bytes.len);
		if (i > 0)
			change(&changed, hash_u64(number * 1000 + i));
		uint8_t *exact = malloc(changed.len > 0 ? changed.len : 1);
		if (exact == NULL)
			abort();
		memcpy(exact, changed.data, changed.len);
		(void)LLVMFuzzerTestOneInput(exact, changed.len);
		free(exact);
	}
	buffer_release(&bytes);
	buffer_release(&changed);
	return 0;
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int
main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	char *folder = mem_printf("tests/fuzz/corpus/%s", name != NULL ?
	    name + 1 : argv[0]);
	struct dirent **list;
	int count = scandir(argc > 1 ? argv[1] : folder, &list, NULL, by_name);
	uint64_t replayed = 0;
	int result = 0;
	for (int i = 0; i < count; i++) {
		if (list[i]->d_name[0] != '.' && result == 0) {
			char *path = mem_printf("%s/%s", argc > 1 ? argv[1] :
			    folder, list[i]->d_name);
			result = replay(path, ++replayed);
			mem_free(path);
		}
		free(list[i]);
	}
	if (result == 0 && replayed > 0)
		printf("ok 1 %llu inputs, and %d near each\n",
		    (unsigned long long)replayed, CHANGES);
	else if (result == 0)
		printf("not ok 1 %s holds no input\n", folder);
	printf("1..1\n");
	if (count >= 0)
		free(list);
	mem_free(folder);
	return result != 0 || replayed == 0;
}
