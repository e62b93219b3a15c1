#include "cli/fan.h"

#include <unistd.h>

#include "io/process.h"
#include "op/gather.h"

#define MAX_COPIES 4096

static int
start_copy(struct fan *fan, uint32_t index, struct error *err)
{
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
	fan->fds[index] = fds[0];
	fan->started++;
	return 0;
}

/* Copies are started in their order. */
static int
open_copy(void *context, uint32_t index, int *fd, const char **name,
    struct error *err)
{
	struct fan *fan = context;
	if (index >= fan->started && start_copy(fan, index, err) != 0)
		return -1;
	*name = fan->names[index];
	*fd = fan->fds[index];
	fan->fds[index] = -1;
	return 0;
}

static int
close_copy(void *context, uint32_t index, struct error *err)
{
	struct fan *fan = context;
	return process_wait(&fan->processes[index], err);
}

static int
prepare(struct fan *fan, struct error *err)
{
	if (fan->copies > MAX_COPIES)
		return error_usage(err, "at most %d copies", MAX_COPIES);
	if (fan->processes != NULL)
		return 0;
	fan->processes = mem_array(fan->copies, sizeof(*fan->processes));
	fan->names = mem_array(fan->copies, sizeof(*fan->names));
	fan->fds = mem_array(fan->copies, sizeof(*fan->fds));
	return 0;
}

int
fan_start(struct fan *fan, struct error *err)
{
	if (prepare(fan, err) != 0)
		return -1;
	while (fan->started < fan->copies)
		if (start_copy(fan, fan->started, err) != 0)
			return -1;
	return 0;
}

void
fan_forget(struct fan *fan)
{
	for (uint32_t i = 0; i < fan->started; i++) {
		fan->processes[i].pid = 0;
		close(fan->fds[i]);
		fan->fds[i] = -1;
	}
}

struct batch_source *
fan_open(struct fan *fan, struct budget *budget, struct error *err)
{
	if (prepare(fan, err) != 0)
		return NULL;
	const struct gather_inputs inputs = {
	    .count = (uint32_t)fan->copies,
	    .open_at_once = (uint32_t)fan->at_once,
	    .is_concatenated = fan->is_concatenated, .share = fan->share,
	    .context = fan, .open = open_copy, .close = close_copy};
	return gather_new(&inputs, budget, err);
}

void
fan_release(struct fan *fan)
{
	for (uint64_t i = 0; i < fan->started; i++) {
		process_stop(&fan->processes[i]);
		mem_free(fan->names[i]);
		if (fan->fds[i] >= 0)
			close(fan->fds[i]);
	}
	mem_free(fan->processes);
	mem_free(fan->names);
	mem_free(fan->fds);
}
