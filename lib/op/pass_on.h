/*
 * A sink that keeps what it is given and passes it on: each batch goes to
 * `keeper`, and its chosen columns go to `next`.
 *
 * `next` gets its end only when the keeper has finished, so that who reads it
 * to the end knows that the keeper's table is there.  The keeper needs no
 * reader: where `next` is closed, or what is passed on does not ascend as was
 * asked, the keeper goes on alone.
 */
#ifndef OP_PASS_ON_H
#define OP_PASS_ON_H

#include "batch/stream.h"

struct pass_on_options {
	const char *columns;	/* "a,b": those passed on; NULL: all */
	const char *ascending;	/* a column of them by which rows must ascend,
				 * no two alike, else `next` is aborted with
				 * status 1; NULL: any order */
	const struct stage *stage;	/* who is to blame in the abort */
};

/* Takes both sinks; borrows the options' texts and stage. */
struct batch_sink *
pass_on_new(struct batch_sink *keeper, struct batch_sink *next,
    const struct pass_on_options *options);

#endif
