/*
 * Parts of the spilling join, for join_*.c only: cutting batches into
 * partitions by the hash of their keys, joining these, and bringing them back
 * into the order of the probe side.
 */
#ifndef OP_JOIN_SPILL_H
#define OP_JOIN_SPILL_H

#include "op/join/parts.h"

#define JOIN_PARTITIONS 32
#define JOIN_PARTITION_BITS 5

/* Spills by partition; a level uses the hash's next bits. */
struct join_cutter {
	const uint32_t *keys;		/* borrowed; columns */
	uint32_t key_count;
	uint32_t level;
	_Bool drops_nulls;		/* rows with a null key */
	uint64_t null_count;		/* ... these */
	struct spill *spills[JOIN_PARTITIONS];		/* owned */
	struct batch_builder builders[JOIN_PARTITIONS];	/* not yet written */
	struct buffer hashes, rows;	/* scratch */
};

void
join_cutter_init(struct join_cutter *cutter, const struct schema *schema,
    const uint32_t *keys, uint32_t key_count, uint32_t level,
    _Bool drops_nulls, const struct join_plan *plan);
int
join_cutter_add(struct join_cutter *cutter, const struct batch *batch,
    struct error *err);
/* Writes what is left.  The spills are then ready to be read. */
int
join_cutter_finish(struct join_cutter *cutter, struct error *err);
void
join_cutter_release(struct join_cutter *cutter);

/*
 * Joined partitions, each ascending by a u64 column (the number of the probe
 * row), read side by side.  Of a number in several of them the former's rows
 * come first.
 */
struct join_collector {
	uint32_t count;
	struct spill *spills[JOIN_PARTITIONS];	/* borrowed; may be NULL */
	const struct batch *batches[JOIN_PARTITIONS];
	uint32_t rows[JOIN_PARTITIONS];		/* next of each batch */
	uint32_t number_column;
	uint64_t next;			/* numbers below have been taken */
	uint32_t step;			/* numbers to take at once */
	struct batch_builder builder;
	struct buffer numbers, order, places;
};

/* probe_rows: how many numbers there are. */
int
join_collector_init(struct join_collector *collector,
    struct spill *const *spills, const struct schema *schema,
    uint32_t number_column, uint64_t probe_rows, struct error *err);
/*
 * Takes the rows of the next numbers, at most up to `end`: 1 and *rows, to be
 * taken in the order order[*count]; 0 when `end` has been reached; -1.
 */
int
join_collector_next(struct join_collector *collector, uint64_t end,
    const struct batch **rows, const uint32_t **order, uint32_t *count,
    struct error *err);
void
join_collector_release(struct join_collector *collector);

/* ---- spill.c, partition.c ----------------------------------- */

/* Both sides, cut into partitions. */
struct spill_join {
	const struct join_plan *plan;
	struct join_plan part_plan;	/* borrows: keys as spilled */
	uint32_t *build_keys;		/* owned; 0, 1, ... */
	uint32_t *stored;		/* owned; behind the keys */
	struct schema part_stored;	/* the stored columns; number */
	struct schema build_schema;	/* keys, stored columns; number */
	_Bool is_numbered;		/* build rows: right and full joins */
	uint64_t build_rows;		/* numbered so far */
	struct join_lost *lost;		/* borrowed, or NULL */
	struct join_rest rest;		/* is_numbered */
	struct schema probe_schema;	/* the probe side's, number */
	struct schema joined_schema;	/* ..., payload */
	struct buffer remembered;
	uint64_t probe_rows;
	struct join_counts *counts;	/* borrowed */
};

/* The partitions of a partition, joined, as one. */
int
join_unite(struct spill_join *join, struct spill *const *parts,
    struct spill *joined, struct error *err);
/*
 * Joins the partitions of two cutters into joined[] (owned by the caller),
 * cutting again those that are too large, if that helps.
 */
int
join_partitions(struct spill_join *join, struct join_cutter *build,
    struct join_cutter *probe, struct spill **joined, _Bool may_cut,
    struct error *err);

/* ---- chunk.c, chunk_asof.c ---------------------------------- */

/* The next build rows, as many as fit: 1, 0 if they are the last, -1. */
int
join_load_chunk(const struct spill_join *join, const struct join_plan *plan,
    struct spill *build_rows, struct join_build *build, struct error *err);
/*
 * Joins a partition whose build side does not fit, chunk by chunk.  Not where
 * keys of the build side must be unique.
 */
int
join_chunks_asof(struct spill_join *join, struct spill *build_rows,
    struct spill *probe_rows, struct spill *joined, struct error *err);
/* The same for joins that are not as of. */
int
join_chunks(struct spill_join *join, struct spill *build_rows,
    struct spill *probe_rows, struct spill *joined, struct error *err);

#endif
