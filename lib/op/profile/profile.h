/*
 * A profile: what the values of each column of a stream are.
 *
 * The rows are set aside in unnamed files (op/spill.h), then each column is
 * grouped by its values (op/aggregate/aggregate.h), in their order and within
 * the budget.  All figures are exact.  Quantiles are the least value whose rank
 * reaches the share (SQL's percentile_disc), so that they exist for text and
 * dates, too; nulls have no rank.  NaN is the greatest number.
 */
#ifndef OP_PROFILE_PROFILE_H
#define OP_PROFILE_PROFILE_H

#include "batch/stream.h"

#define PROFILE_QUANTILES 5
#define PROFILE_TOP 10
#define PROFILE_BINS 10

/* Of each quantile, in percent. */
extern const unsigned profile_percent[PROFILE_QUANTILES];

struct profile_value {
	char *text;			/* owned */
	uint64_t count;
};

struct profile_column {
	char *name;			/* owned */
	struct type type;
	uint64_t rows, nulls;
	uint64_t distinct;		/* values that are not null */
	/* owned texts; NULL where there are no values */
	char *least, *greatest;
	char *mean;			/* of numbers only */
	char *quantiles[PROFILE_QUANTILES];
	/* the most frequent values, most first; of equals the lesser first */
	struct profile_value top[PROFILE_TOP];
	uint32_t top_count;
	/* numbers, dates, times: how many lie in each of PROFILE_BINS equal
	 * parts of low..high, the finite range; none if low is high */
	_Bool has_bins;
	double low, high;
	uint64_t bins[PROFILE_BINS];
	/* string, binary: bytes */
	uint32_t shortest, longest;
};

struct profile {
	struct profile_column *columns;	/* owned */
	uint32_t count;
	uint64_t rows;
};

/* Reads `in` to its end; `folder` is for spilling, see op/spill.h. */
int
profile_run(struct batch_source *in, struct budget *budget,
    const char *folder, struct profile *profile, struct error *err);
void
profile_release(struct profile *profile);

/* Appends it for people: some lines for each column, with a histogram. */
void
profile_print(const struct profile *profile, struct buffer *out);

#endif
