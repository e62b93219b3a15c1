#include "cli/fan.h"

#include <unistd.h>

#include "io/process.h"
#include "op/gather.h"

#define MAX_COPIES 4096

static int
open_copy(void *context, uint32_t index, int *fd, const char **name,
    struct error *err)
{
	struct fan *fan = context;
	int fds[2];
	if (process_pipe(fds, err) != 0)
		return -1;
	char *k = mem_printf("%u", index + 1);
	char *n = mem_printf("%llu", (unsigned long long)fan->copies);
	const char *names[] = {"k", "n", NULL};
	const char *values[] = {k, n, NULL};
	char *command = process_expand(fan->pipeline, names, values);
	int result = process_start(&fan->processes[index], command, -1,
	    fds[1], err);
	mem_free(command);
	mem_free(k);
	mem_free(n);
	close(fds[1]);
	if (result != 0) {
		close(fds[0]);
		return -1;
	}
	fan->names[index] = mem_printf("copy %u", index + 1);
	*name = fan->names[index];
	*fd = fds[0];
	return 0;
}

static int
close_copy(void *context, uint32_t index, struct error *err)
{
	struct fan *fan = context;
	return process_wait(&fan->processes[index], err);
}

struct batch_source *
fan_open(struct fan *fan, struct budget *budget, struct error *err)
{
	if (fan->copies > MAX_COPIES) {
		error_usage(err, "at most %d copies", MAX_COPIES);
		return NULL;
	}
	fan->processes = mem_array(fan->copies, sizeof(*fan->processes));
	fan->names = mem_array(fan->copies, sizeof(*fan->names));
	const struct gather_inputs inputs = {
	    .count = (uint32_t)fan->copies,
	    .open_at_once = (uint32_t)fan->at_once,
	    .is_concatenated = fan->is_concatenated,
	    .context = fan, .open = open_copy, .close = close_copy};
	return gather_new(&inputs, budget, err);
}

void
fan_release(struct fan *fan)
{
	for (uint64_t i = 0; fan->processes != NULL && i < fan->copies; i++) {
		process_stop(&fan->processes[i]);
		mem_free(fan->names[i]);
	}
	mem_free(fan->processes);
	mem_free(fan->names);
}
