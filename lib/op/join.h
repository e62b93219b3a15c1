/*
 * Join (rjoin): the rows of a probe side with those of a build side whose
 * keys are equal.  Null keys are equal to nothing.
 *
 * Output comes in the order of the probe side, and for each of its rows in
 * the order of the build side, whatever the strategy:
 *
 *	broadcast	the build side is read into a hash table
 *	hash		the same, but beyond the budget both sides are cut into
 *			partitions by hash and spilled; the joined partitions
 *			are brought back into the probe side's order
 *	merge		both sides are sorted by their keys, which is checked;
 *			the rows of one key are held
 *
 * Columns: the probe side's, then (inner and left) the build side's without
 * its keys, or those asked for.  Codes stay codes of the side they are from.
 * The probe side's blocks, sort and partition keys are kept, and its unique
 * columns where no row can come twice.
 */
#ifndef OP_JOIN_H
#define OP_JOIN_H

#include "batch/stream.h"

enum join_type {
	JOIN_INNER, JOIN_LEFT,
	JOIN_SEMI,		/* probe rows that have a match */
	JOIN_ANTI		/* probe rows that have none */
};

enum join_strategy {
	JOIN_HASH, JOIN_BROADCAST, JOIN_MERGE
};

struct join_options {
	enum join_type type;
	enum join_strategy strategy;
	const char *keys;		/* "left=right,both" */
	const char *columns;		/* of the build side; NULL: all */
	const char *suffix;		/* for build columns whose name is
					 * taken; NULL: an error */
	_Bool expects_unique_build;	/* n:1 and 1:1, else an error */
	_Bool expects_unique_probe;	/* 1:n and 1:1: no build row is
					 * matched twice */
	struct budget *budget;
	const char *folder;		/* for spilling; see op/spill.h */
};

/* "inner", "left", "semi", "anti"; "n:m", "n:1", "1:n", "1:1". */
int
join_type_parse(const char *text, enum join_type *type, struct error *err);
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

#endif
