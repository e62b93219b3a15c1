/*
 * Tasks that do not depend on each other, done side by side by copies of this
 * process (fork(2)): each sees the memory as it is now, and what it changes
 * is lost, but for what it writes into files and into its result.
 *
 * The process must have one thread.  Copies end with this process, however it
 * ends.
 */
#ifndef IO_WORKERS_H
#define IO_WORKERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct workers_task {
	/* Does the task of this number; its result has zeroes before. */
	int (*run)(void *context, uint32_t number, void *result,
	    struct error *err);
	void *context;
	size_t result_bytes;
};

/*
 * Does tasks [0, count) in `processes` processes, this one among them, and
 * fills results[count].  When one fails the others may be undone.
 */
int
workers_run(const struct workers_task *task, uint32_t count,
    uint32_t processes, void *results, struct error *err);

#endif
