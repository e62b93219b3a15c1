/*
 * Stages: the account of a run that travels in the end frame.
 *
 * Each tool appends one stage to the list of its input (or to the lists of
 * its inputs, joined); a stage's id is its place in the list, from 1, and
 * inputs[] are ids.  The counters and their equations are the first promise:
 * what goes in comes out or is named.  stages_check is called by sinks.
 */
#ifndef BATCH_STAGE_H
#define BATCH_STAGE_H

#include "base/error.h"
#include "base/mem.h"

/* Which equation the counters must meet. */
enum stage_kind {
	STAGE_SOURCE,		/* in = out + rejected */
	STAGE_FILTER,		/* in = out + filtered + rejected +
				 * duplicates + qualified (all row-wise tools,
				 * dedup and window too) */
	STAGE_JOIN,		/* in = matched + unmatched,
				 * in2 = matched2 + unmatched2 */
	STAGE_AGGREGATE,	/* in = grouped + filtered */
	STAGE_UNION,		/* the sum of all inputs' out = in = out */
	STAGE_HEAD		/* stopped early: in >= out */
};

/* The counters, in the order of their names in the stream. */
#define STAGE_COUNTERS(X) \
	X(in) X(out) X(filtered) X(rejected) X(duplicates) X(qualified) \
	X(matched) X(unmatched) X(in2) X(matched2) X(unmatched2) X(grouped)

struct stage_counts {
#define X(name) uint64_t name;
	STAGE_COUNTERS(X)
#undef X
};

/* What a clock or a kernel measured; never written into a file. */
struct stage_measures {
	_Bool is_known;
	uint64_t in_bytes;	/* of frames read, or of files */
	uint64_t out_bytes;
	uint64_t spilled_bytes;
	uint64_t wall_us;
	uint64_t user_us;
	uint64_t system_us;
	uint64_t peak_bytes;	/* VmHWM; summed when slices are added up */
	uint64_t processes;	/* 1, or the number of slices */
};

#define STAGE_MAX_INPUTS 65536

struct stage {
	enum stage_kind kind;
	char *tool;		/* owned; "rcsv" */
	char *arguments;	/* owned; without secrets, workers, places */
	char *version;		/* owned */
	char *strategy;		/* owned; "broadcast", "spilled", or "" */
	uint32_t *inputs;	/* owned; ids, from 1 */
	uint32_t input_count;
	struct stage_counts counts;
	struct stage_measures measures;
};

/*
 * If the stream has blocks: block_count and extent say how many its whole
 * source has, and where the last one ends, the same in each slice.
 */
struct stages {
	struct stage *items;	/* owned */
	uint32_t count;
	uint64_t block_count;
	uint64_t extent;
};

/*
 * Appends a copy of all of `from`, its inputs renumbered; returns the id of
 * its last stage (0 if it is empty).  Into an empty list, block_count and
 * extent are copied too.
 */
uint32_t
stages_append(struct stages *stages, const struct stages *from);
/* Appends a copy of one stage; returns its id. */
uint32_t
stages_add(struct stages *stages, const struct stage *stage);
/*
 * Adds up the same pipeline run over another slice: the lists must have the
 * same tools, arguments and inputs.
 */
int
stages_sum(struct stages *stages, const struct stages *slice,
    struct error *err);
/*
 * The account closes: each stage's equation, and each stage's in is the out
 * of its input.  The error names the stage and the numbers: status 3.
 */
int
stages_check(const struct stages *stages, struct error *err);
void
stages_release(struct stages *stages);
void
stage_release(struct stage *stage);
/* Replaces the strategy. */
void
stage_set_strategy(struct stage *stage, const char *strategy);

const char *
stage_kind_name(enum stage_kind kind);
/* -1 if it is none. */
int
stage_kind_find(const char *name, size_t len);

#endif
