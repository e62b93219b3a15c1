/*
 * How many rows may be bad before a run counts as failed: --max-errors and
 * --max-error-ratio.
 */
#ifndef OP_LIMITS_H
#define OP_LIMITS_H

#include <stdint.h>

#include "base/error.h"
#include "batch/stage.h"

struct limits {
	_Bool has_count, has_ratio;
	uint64_t count;
	double ratio;
};

/* The options' texts, or NULL.  Status 2 for what is no number. */
int
limits_parse(const char *count, const char *ratio, struct limits *limits,
    struct error *err);

/*
 * Status 1 beyond a limit.  A slice knows its own bad rows only: it leaves the
 * ratio alone.
 */
int
limits_judge(const struct limits *limits, uint64_t rejected, uint64_t rows,
    _Bool is_whole, struct error *err);

/* The same of what all sources of an account rejected. */
int
limits_judge_sources(const struct limits *limits, const struct stages *stages,
    struct error *err);

#endif
