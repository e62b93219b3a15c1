/*
 * Copies of a pipeline over slices of its input, gathered into one source:
 * what rfan does, and --fan in front of any other tool.
 *
 * In the pipeline {k} is the number of the copy, from 1, and {n} how many
 * there are.
 */
#ifndef CLI_FAN_H
#define CLI_FAN_H

#include "batch/stream.h"

struct fan {
	const char *pipeline;		/* borrowed */
	uint64_t copies;
	uint64_t at_once;		/* 0: all */
	_Bool is_concatenated;		/* one stream after the other */
	struct share *share;		/* borrowed; gather.h */
	struct process *processes;	/* owned, [copies] */
	char **names;			/* owned, [copies]; for messages */
	int *fds;			/* owned, [copies]; of those started */
	uint32_t started;
};

/*
 * Starts all copies before fan_open does.  fan->fds are what they write to,
 * to be read by the source.
 */
int
fan_start(struct fan *fan, struct error *err);

/* In a copy of this process, which neither reads them nor can wait for them:
 * forgets the copies. */
void
fan_forget(struct fan *fan);

/*
 * Starts the copies.  The source needs the fan as long as it lives; fan and
 * budget are borrowed.  NULL with err set.
 */
struct batch_source *
fan_open(struct fan *fan, struct budget *budget, struct error *err);

/* Stops what still runs. */
void
fan_release(struct fan *fan);

#endif
