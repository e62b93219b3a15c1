/*
 * Keeping the rows for which a condition is true.
 *
 * Properties and blocks of the stream stay, and so do its columns, unless some
 * are chosen.  A row for which the condition is false or null is filtered;
 * where there are rejects it is written to them with all columns, counted as
 * rejected, with the reason "false", "null", or why the condition could not be
 * computed, which is an error elsewhere.
 */
#ifndef OP_FILTER_H
#define OP_FILTER_H

#include "batch/stream.h"

struct filter_options {
	const char *condition;		/* borrowed */
	const char *columns;		/* "a,b": those that come out, in
					 * this order; NULL: all */
};

/*
 * Compiles the condition, begins out (and rejects, which may be NULL), and
 * runs to the end.  Sets the stage's `filtered` or `rejected`.
 */
int
filter_run(const struct filter_options *options, struct batch_source *in,
    struct batch_sink *out, struct batch_sink *rejects, struct stage *stage,
    struct error *err);

#endif
