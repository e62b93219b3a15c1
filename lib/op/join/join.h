/*
 * Join (rjoin): the rows of a probe side with those of a build side whose
 * keys are equal and, if there is one, for which a condition is true.  Null
 * keys are equal to nothing, unless asked for.
 *
 * Output comes in the order of the probe side, and for each of its rows in
 * the order of the build side; then, for right and full joins, the build rows
 * that matched nothing, in their order.  So it is whatever the strategy:
 *
 *	broadcast	the build side is read into a hash table
 *	hash		the same, but beyond the budget both sides are cut into
 *			partitions by hash and spilled; the joined partitions
 *			are brought back into the probe side's order
 *	merge		both sides are sorted by their keys, which is checked;
 *			the rows of one key are held
 *
 * As-of: of the rows with equal keys the one whose place (a number, a moment)
 * is nearest to the probe row's in a direction; the condition comes after.
 *
 * Columns: the probe side's, then (but for semi and anti) the build side's
 * without its keys, or those asked for.  Rows that only the build side has
 * show their keys in the probe side's key columns.  Codes stay codes of the
 * side they are from.  The probe side's blocks, sort and partition keys are
 * kept, and its unique columns where no row can come twice; but for right and
 * full joins, which have none of these.
 */
#ifndef OP_JOIN_JOIN_H
#define OP_JOIN_JOIN_H

#include "batch/stream.h"

enum join_type {
	JOIN_INNER, JOIN_LEFT, JOIN_RIGHT, JOIN_FULL,
	JOIN_SEMI,		/* probe rows that have a match */
	JOIN_ANTI,		/* probe rows that have none */
	JOIN_CROSS		/* all pairs: no keys */
};

enum join_direction {
	JOIN_BACKWARD,		/* the last build row not after the probe */
	JOIN_FORWARD,		/* the first build row not before it */
	JOIN_NEAREST		/* of these two the nearer, or the former */
};

enum join_strategy {
	JOIN_HASH, JOIN_BROADCAST, JOIN_MERGE
};

struct join_options {
	enum join_type type;
	enum join_strategy strategy;
	const char *keys;		/* "left=right,both"; NULL: none */
	_Bool nulls_match;		/* null keys equal each other */
	const char *on;			/* a condition over both sides' columns,
					 * or NULL */
	const char *asof;		/* "left=right", or NULL */
	enum join_direction direction;
	const char *tolerance;		/* how far at most, an expression; or
					 * NULL */
	uint64_t max_fanout;		/* build rows that one probe row may
					 * match, else an error; 0: any */
	struct batch_sink *unmatched;	/* borrowed: the probe rows that match
					 * nothing, in their order; or NULL */
	const char *columns;		/* of the build side; NULL: all */
	const char *suffix;		/* for build columns whose name is
					 * taken; NULL: an error */
	_Bool expects_unique_build;	/* n:1 and 1:1, else an error */
	_Bool expects_unique_probe;	/* 1:n and 1:1: no build row is
					 * matched twice */
	struct budget *budget;
	const char *folder;		/* for spilling; see op/spill.h */
};

/* The names of types and directions; "n:m", "n:1", "1:n", "1:1". */
int
join_type_parse(const char *text, enum join_type *type, struct error *err);
int
join_direction_parse(const char *text, enum join_direction *direction,
    struct error *err);
int
join_expect_parse(const char *text, struct join_options *options,
    struct error *err);

/*
 * Reads both sides to their ends, begins and writes `out`, and sets the
 * counters (but in, in2 and out) and the strategy of `stage`.  Does not
 * finish `out`.
 */
int
join_run(const struct join_options *options, struct batch_source *probe,
    struct batch_source *build, struct batch_sink *out, struct stage *stage,
    struct error *err);

/*
 * Several build sides, each joined with what the one before gives, in one
 * pass: builds[i] by options[i], which must be a broadcast without unmatched
 * rows to a sink.  stages[i] gets the counters, all but those of the first's
 * in and the last's out.
 */
int
join_star_run(const struct join_options *options, uint32_t count,
    struct batch_source *probe, struct batch_source *const *builds,
    struct batch_sink *out, struct stage *const *stages, struct error *err);

#endif
