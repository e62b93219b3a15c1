/*
 * The inside of the join, for its own files only.
 *
 *	join.c		options, and which strategy runs
 *	plan.c	keys, columns, the output's header
 *	output.c	pairs of rows -> batches
 *	build.c	the build side in memory, by key
 *	probe.c	probing it by keys alone
 *	match.c	... by a condition, or as of
 *	rest.c	rows without a match, of either side
 *	hash.c	broadcast and hash
 *	spill.c	what hash does beyond the budget
 *	partition.c	... with what was cut
 *	chunk.c	... and what cannot be
 *	chunk_asof.c	... the same, as of
 *	merge.c	two sorted sides
 */
#ifndef OP_JOIN_PARTS_H
#define OP_JOIN_PARTS_H

#include "op/aggregate/state.h"
#include "op/join/join.h"
#include "op/key/key_table.h"
#include "op/sort/run.h"
#include "op/sort/sort.h"
#include "op/spill.h"

/* ---- plan.c ------------------------------------------------------ */

struct join_plan {
	const struct join_options *options;
	const struct schema *probe_schema;	/* borrowed */
	const struct schema *build_schema;	/* borrowed */
	uint32_t key_count;
	uint32_t *probe_keys;		/* owned */
	uint32_t *build_keys;		/* owned */
	struct type *build_types;	/* owned; of the keys */
	/*
	 * Build columns that are kept: first those that come out, then what
	 * the condition reads, the place of asof, and for right and full joins
	 * the keys.
	 */
	uint32_t payload_count;		/* of those that come out */
	uint32_t stored_count;
	uint32_t *stored;		/* owned; columns of the build side */
	struct schema stored_schema;	/* as the build side calls them */
	uint32_t *stored_keys;		/* owned; where the keys are in stored;
					 * keeps_build only */
	/* the columns that a condition sees: the probe side's, then those of
	 * the build side by their names in the output */
	struct schema scope;
	uint32_t *scope_stored;		/* owned; of each of the latter, where
					 * it is in stored */
	char *condition;		/* owned; NULL: none */
	const char *condition_option;	/* what it comes from; for errors */
	int64_t asof_probe;		/* column; -1: no asof */
	uint32_t asof_stored;
	struct stream_header header;	/* of the output */
};

static inline _Bool
join_keeps_probe(const struct join_plan *plan)
{
	return plan->options->type == JOIN_LEFT ||
	    plan->options->type == JOIN_FULL;
}

static inline _Bool
join_keeps_build(const struct join_plan *plan)
{
	return plan->options->type == JOIN_RIGHT ||
	    plan->options->type == JOIN_FULL;
}

/* Semi and anti: the probe side's rows, each once. */
static inline _Bool
join_selects(const struct join_plan *plan)
{
	return plan->options->type == JOIN_SEMI ||
	    plan->options->type == JOIN_ANTI;
}

int
join_plan_init(struct join_plan *plan, const struct join_options *options,
    const struct stream_header *probe, const struct stream_header *build,
    struct error *err);
void
join_plan_release(struct join_plan *plan);

/* "customer_id = 17, day = 2023-01-31" of a row, for messages. */
void
join_key_text(const struct schema *schema, const struct column *columns,
    const uint32_t *keys, uint32_t key_count, uint32_t row,
    struct buffer *text);
/* One key of that, after those before. */
void
join_key_append(const char *name, const struct column *column, uint32_t row,
    struct buffer *text);

struct join_counts {
	uint64_t matched, unmatched;	/* probe rows */
	uint64_t matched2, unmatched2;	/* build rows */
};

/* ---- output.c ---------------------------------------------------- */

/*
 * Between begin and end of a probe batch come its rows, ascending; they go
 * out in batches of its own size (BATCH_ROWS at the least), all of its block.
 */
struct join_output {
	uint32_t probe_count, payload_count;
	_Bool has_blocks;
	struct batch_sink *sink;	/* borrowed; or: */
	struct spill *spill;		/* borrowed */
	struct batch_builder builder;
	struct column *whole;		/* owned, scratch: columns of a batch */
	const struct batch *batch;	/* borrowed; the probe batch */
	uint32_t limit_rows;
};

/* Into a sink, or into a spill of the same columns (and the other NULL). */
void
join_output_init(struct join_output *output, const struct join_plan *plan,
    const struct schema *schema, struct batch_sink *sink,
    struct spill *spill);
void
join_output_release(struct join_output *output);
void
join_output_begin(struct join_output *output, const struct batch *batch);
/*
 * Pairs of a probe row and a row of payload[], which are the build columns
 * that come out; COLUMN_NULL_ROW for none.  Build rows are not looked at
 * where no payload comes out.
 */
int
join_output_pairs(struct join_output *output, const struct column *payload,
    const uint32_t *probe_rows, const uint32_t *build_rows, uint32_t count,
    struct error *err);
/* The whole probe batch, each row once: no copy. */
int
join_output_whole(struct join_output *output, const struct column *payload,
    const uint32_t *build_rows, struct error *err);
/* Rows that are whole already: [begin, begin + count) of such a batch. */
int
join_output_rows(struct join_output *output, const struct batch *rows,
    const uint32_t *order, uint32_t count, struct error *err);
int
join_output_end(struct join_output *output, struct error *err);

/* ---- build.c ----------------------------------------------------- */

/* The rows of each key, in the order of the build side. */
struct join_build {
	const struct join_plan *plan;	/* borrowed */
	const uint32_t *keys;		/* borrowed; columns of its batches */
	const uint32_t *stored;		/* borrowed; likewise */
	const struct schema *schema;	/* borrowed; of these batches */
	struct key_table *table;	/* NULL without keys: all have one */
	struct batch_builder rows;	/* stored columns */
	struct buffer ids;		/* uint32_t: key of each row, or none */
	uint64_t row_count;
	uint64_t null_count;		/* rows without a key */
	_Bool is_unique;		/* no key comes twice */
	size_t charged_bytes;
	struct dictionary **dictionaries;	/* owned; [stored_count] or
					 * NULL; made here */
	/* after join_build_finish */
	struct column *columns;		/* owned; the stored columns */
	uint32_t *begins;		/* owned; [keys + 1] into order; NULL if
					 * the key's id is the row */
	uint32_t *order;		/* owned; rows by key */
	struct group_array hits;	/* uint8_t by key: has matched */
	struct buffer row_hits;		/* uint8_t by row, where a key's rows
					 * need not all match; else empty */
};

/* keys[] and stored[] say where they stand in the batches to come. */
void
join_build_init(struct join_build *build, const struct join_plan *plan,
    const struct schema *schema, const uint32_t *keys,
    const uint32_t *stored);
/* -1 also for a key that comes twice where it must not. */
int
join_build_add(struct join_build *build, const struct batch *batch,
    struct error *err);
/* As of: what finishing takes of a row while it orders rows by place. */
#define JOIN_ASOF_ROW_BYTES (SORT_RUN_ROW_BYTES + sizeof(uint32_t))
/* What `rows` rows more, and finishing, may take beyond what is charged. */
size_t
join_build_growth_bytes(const struct join_build *build, uint32_t rows);
/*
 * Before finish: string columns that came plain are coded, so that what joins
 * is codes, if the budget has room.  The codes live as long as the build.
 */
void
join_build_code_strings(struct join_build *build);
void
join_build_finish(struct join_build *build);
/* Build rows that have matched. */
uint64_t
join_build_matched(const struct join_build *build);
_Bool
join_build_has_matched(const struct join_build *build, uint32_t row);
void
join_build_release(struct join_build *build);

/* ---- probe.c ----------------------------------------------------- */

struct join_match;
/*
 * Initializes it and reads the build side: 0 all of it, which is left to
 * finish; 1 beyond the budget; -1.
 */
int
join_build_load(struct join_build *loaded, const struct join_plan *plan,
    struct batch_source *build, struct error *err);
/* The error for a build side that must fit and does not: -1. */
int
join_build_fail_budget(const struct join_plan *plan, struct error *err);

struct join_lost;

struct join_probe {
	const struct join_plan *plan;	/* borrowed */
	struct join_build *build;	/* borrowed */
	struct join_output *output;	/* borrowed */
	struct join_lost *lost;		/* borrowed, or NULL */
	/*
	 * Where the build side is a part of one: by row of the batch to come,
	 * the build rows that match it, counted on.  Only pairs come out then,
	 * and counts stay as they are.  Borrowed, or NULL.
	 */
	uint64_t *fans;
	/*
	 * As of, likewise: found[] is set to the rows that are nearest, if
	 * they are nearer than those whose places are `best` (NULL: none),
	 * else to COLUMN_NULL_ROW.  Nothing comes out.
	 */
	uint32_t *found;
	const struct column *best;
	/* The keys of the batch to come, if they are known.  Borrowed. */
	const uint32_t *given;
	struct join_match *match;	/* owned; NULL: by keys alone */
	struct buffer ids;		/* scratch, all of them */
	struct buffer probe_rows, build_rows;
	const struct column **keys;	/* owned, scratch */
	struct join_counts counts;	/* matched and unmatched */
};

/* The build side is complete. */
int
join_probe_init(struct join_probe *probe, const struct join_plan *plan,
    struct join_build *build, struct join_output *output,
    struct join_lost *lost, struct error *err);
int
join_probe_batch(struct join_probe *probe, const struct batch *batch,
    struct error *err);
void
join_probe_release(struct join_probe *probe);
/* The error for a probe row that matches more than --max-fanout rows. */
int
join_probe_fail_fanout(const struct join_plan *plan,
    const struct batch *batch, uint32_t row, struct error *err);

/* ---- match.c ----------------------------------------------------- */

/*
 * Candidates, row by row, of which the condition leaves some.  Used where
 * the plan has a condition or asof.  NULL with err set.
 */
struct join_match *
join_match_new(const struct join_plan *plan, struct join_build *build,
    struct error *err);
void
join_match_free(struct join_match *match);
/*
 * ids[]: the key of each row.  Writes what comes out, marks the build rows
 * that match; is_hit[] (borrowed, bytes) says which probe rows do, and
 * fans[], if it is not NULL, counts on how often.
 */
int
join_match_batch(struct join_match *match, const struct batch *batch,
    const uint32_t *ids, struct join_output *output, uint64_t *fans,
    const uint8_t **is_hit, struct error *err);

/* found[] of such a batch, as struct join_probe says. */
void
join_match_find(struct join_match *match, const struct batch *batch,
    const uint32_t *ids, const struct column *best, uint32_t *found);

/* ---- rest.c ------------------------------------------------------ */

/*
 * Rows of either side that come after the others, or elsewhere: written as
 * they are added, or, where these were cut into partitions, sorted by a last
 * column, u64, their number.
 */
struct join_lost {
	struct batch_sink *sink;	/* borrowed */
	struct sorter *sorter;		/* owned; NULL: in order already */
	struct budget budget;
	struct sort_key by_number;
	struct schema schema;		/* of the rows, with their number */
	struct batch_builder builder;
};

/* The probe side's rows into options->unmatched, which is begun. */
int
join_lost_init(struct join_lost *lost, const struct join_plan *plan,
    const struct stream_header *probe, struct error *err);
/* Rows will be numbered: `schema` has the number at its end. */
void
join_lost_number(struct join_lost *lost, const struct join_plan *plan,
    const struct schema *schema);
int
join_lost_add(struct join_lost *lost, const struct batch *batch,
    const uint32_t *rows, uint32_t count, struct error *err);
int
join_lost_finish(struct join_lost *lost, struct budget *budget,
    struct error *err);
void
join_lost_release(struct join_lost *lost);

/*
 * The build rows that have matched nothing, for right and full joins: kept,
 * then given as rows of the output.
 */
struct join_rest {
	const struct join_plan *plan;	/* borrowed */
	struct schema schema;		/* the stored columns, and a number */
	struct spill *spill;		/* owned; in order already, or: */
	struct sorter *sorter;		/* owned; numbered */
	struct budget budget;
	struct sort_key by_number;
	struct batch_builder builder;
};

void
join_rest_init(struct join_rest *rest, const struct join_plan *plan,
    _Bool is_numbered);
/* Rows of stored columns (and the number). */
int
join_rest_add(struct join_rest *rest, const struct column *stored,
    const uint32_t *rows, uint32_t count, struct error *err);
/* All rows of a build side that have not matched. */
int
join_rest_add_build(struct join_rest *rest, const struct join_build *build,
    struct error *err);
int
join_rest_give(struct join_rest *rest, struct batch_sink *out,
    struct error *err);
void
join_rest_release(struct join_rest *rest);

/* ---- the strategies --------------------------------------------------- */

/* lost may be NULL in all of them. */
/* Right and full joins: the build rows that matched nothing. */
int
join_rest_give_all(const struct join_plan *plan,
    const struct join_build *build, struct batch_sink *out,
    struct error *err);

int
join_hash_run(const struct join_plan *plan, struct batch_source *probe,
    struct batch_source *build, struct batch_sink *out,
    struct join_lost *lost, struct join_counts *counts, _Bool *has_spilled,
    struct error *err);

/*
 * Takes over from join_hash_run when `loaded`, what it has of the build
 * side, is over the budget; releases it.
 */
int
join_spill_run(const struct join_plan *plan, struct join_build *loaded,
    struct batch_source *probe, struct batch_source *build,
    struct batch_sink *out, struct join_lost *lost,
    struct join_counts *counts, struct error *err);

int
join_merge_run(const struct join_plan *plan, struct batch_source *probe,
    struct batch_source *build, struct batch_sink *out,
    struct join_lost *lost, struct join_counts *counts, struct error *err);

#endif
