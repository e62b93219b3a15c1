/*
 * The inside of the join, for its own files only.
 *
 *	join.c		options, and which strategy runs
 *	join_plan.c	keys, columns, the output's header
 *	join_output.c	pairs of rows -> batches
 *	join_build.c	the build side in memory, by key
 *	join_probe.c	probing it
 *	join_hash.c	broadcast and hash
 *	join_spill.c	what hash does beyond the budget
 *	join_merge.c	two sorted sides
 */
#ifndef OP_JOIN_PARTS_H
#define OP_JOIN_PARTS_H

#include "op/aggregate_state.h"
#include "op/join.h"
#include "op/key_table.h"
#include "op/spill.h"

/* ---- join_plan.c ------------------------------------------------------ */

struct join_plan {
	const struct join_options *options;
	const struct schema *probe_schema;	/* borrowed */
	const struct schema *build_schema;	/* borrowed */
	uint32_t key_count;
	uint32_t *probe_keys;		/* owned */
	uint32_t *build_keys;		/* owned */
	struct type *build_types;	/* owned; of the keys */
	uint32_t payload_count;
	uint32_t *payload;		/* owned; build columns that come out */
	struct schema payload_schema;	/* as the build side calls them */
	struct stream_header header;	/* of the output */
};

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

/* ---- join_output.c ---------------------------------------------------- */

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

/* ---- join_build.c ----------------------------------------------------- */

/* The rows of each key, in the order of the build side. */
struct join_build {
	const struct join_plan *plan;	/* borrowed */
	const uint32_t *keys;		/* borrowed; columns of its batches */
	const uint32_t *payload;	/* borrowed; likewise */
	const struct schema *schema;	/* borrowed; of these batches */
	struct key_table *table;
	struct batch_builder rows;	/* the payload */
	struct buffer ids;		/* uint32_t: key of each row, or none */
	uint64_t row_count;
	uint64_t null_count;		/* rows without a key */
	_Bool is_unique;		/* no key comes twice */
	size_t charged_bytes;
	/* after join_build_finish */
	struct column *columns;		/* owned; the payload */
	uint32_t *begins;		/* owned; [keys + 1] into order; NULL if
					 * the key's id is the row */
	uint32_t *order;		/* owned; rows by key */
	struct group_array hits;	/* uint8_t by key: has matched */
};

/* keys[] and payload[] say where they stand in the batches to come. */
void
join_build_init(struct join_build *build, const struct join_plan *plan,
    const struct schema *schema, const uint32_t *keys,
    const uint32_t *payload);
/* -1 also for a key that comes twice where it must not. */
int
join_build_add(struct join_build *build, const struct batch *batch,
    struct error *err);
void
join_build_finish(struct join_build *build);
/* Build rows whose key has matched. */
uint64_t
join_build_matched(const struct join_build *build);
void
join_build_release(struct join_build *build);

/* ---- join_probe.c ----------------------------------------------------- */

struct join_probe {
	const struct join_plan *plan;	/* borrowed */
	struct join_build *build;	/* borrowed */
	struct join_output *output;	/* borrowed */
	struct buffer ids;		/* scratch, all of them */
	struct buffer probe_rows, build_rows;
	const struct column **keys;	/* owned, scratch */
	struct join_counts counts;	/* matched and unmatched */
};

void
join_probe_init(struct join_probe *probe, const struct join_plan *plan,
    struct join_build *build, struct join_output *output);
int
join_probe_batch(struct join_probe *probe, const struct batch *batch,
    struct error *err);
void
join_probe_release(struct join_probe *probe);

/* ---- the strategies --------------------------------------------------- */

int
join_hash_run(const struct join_plan *plan, struct batch_source *probe,
    struct batch_source *build, struct batch_sink *out,
    struct join_counts *counts, _Bool *has_spilled, struct error *err);

/*
 * Takes over from join_hash_run when `loaded`, what it has of the build
 * side, is over the budget; releases it.
 */
int
join_spill_run(const struct join_plan *plan, struct join_build *loaded,
    struct batch_source *probe, struct batch_source *build,
    struct batch_sink *out, struct join_counts *counts, struct error *err);

int
join_merge_run(const struct join_plan *plan, struct batch_source *probe,
    struct batch_source *build, struct batch_sink *out,
    struct join_counts *counts, struct error *err);

#endif
