/*
 * Child processes: command lines run by a shell, with pipes to them.
 *
 * Commands are run by bash where there is one, for <(...), else by sh.  All
 * descriptors of this process but 0, 1 and 2 are closed in the child
 * (everything here is opened close-on-exec).
 */
#ifndef IO_PROCESS_H
#define IO_PROCESS_H

#include <sys/types.h>

#include "base/error.h"

struct process {
	pid_t pid;		/* 0: none */
	char *command;		/* owned; for messages */
};

/*
 * Starts `command`.  in_fd and out_fd become its standard input and output;
 * -1 leaves ours to it.  They are not closed here.
 */
int
process_start(struct process *process, const char *command, int in_fd,
    int out_fd, struct error *err);

/*
 * Waits for it to end: 0 if it ended with status 0; -1 with err set, with
 * the command's status if that is one of ours (3, 4, 75), else 4.
 */
int
process_wait(struct process *process, struct error *err);

/* Asks it to end (SIGTERM) and waits.  Nothing if there is none. */
void
process_stop(struct process *process);

/* A pipe, close-on-exec, widened: fds[0] to read, fds[1] to write. */
int
process_pipe(int fds[2], struct error *err);

/*
 * `command` with every {name} of `names` replaced by its value, quoted for
 * the shell unless it is made of harmless characters; both arrays end with
 * NULL.  Other braces stay.  The caller's to mem_free.
 */
char *
process_expand(const char *command, const char *const *names,
    const char *const *values);

#endif
