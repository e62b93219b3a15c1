/* What the ways to remove duplicates have in common.  Private to op/dedup*. */
#ifndef OP_DEDUP_PARTS_H
#define OP_DEDUP_PARTS_H

#include "batch/builder.h"
#include "op/dedup.h"

/*
 * Where rows go: those kept, with their counts, and those dropped.
 */
struct dedup_output {
	struct batch_sink *out;		/* borrowed */
	struct batch_sink *dropped;	/* borrowed, may be NULL */
	_Bool has_count;
	struct batch_builder picked, thrown;
	struct column *columns;		/* owned; of a batch with counts */
};

/* Begins the sinks.  Release it after a failure, too. */
int
dedup_output_init(struct dedup_output *output,
    const struct dedup_options *options, const struct stream_header *header,
    struct batch_sink *out, struct error *err);
void
dedup_output_release(struct dedup_output *output);
/* Rows kept of a batch; counts[i] is that of rows[i], NULL without. */
int
dedup_keep(struct dedup_output *output, const struct batch *batch,
    const uint32_t *rows, const int64_t *counts, uint32_t count,
    struct error *err);
int
dedup_drop(struct dedup_output *output, const struct batch *batch,
    const uint32_t *rows, uint32_t count, struct error *err);

/*
 * The keys seen: those that ascend in a list (op/ascending_keys.h), the
 * others in a hash table (op/key_table.h).
 */
struct dedup_known;		/* opaque */

/* `columns` are borrowed. */
struct dedup_known *
dedup_known_new(const struct schema *schema, const uint32_t *columns,
    uint32_t column_count, struct budget *budget);
void
dedup_known_free(struct dedup_known *known);
/* is_new[i] becomes whether row i is the first of its key. */
int
dedup_known_add(struct dedup_known *known, const struct batch *batch,
    uint8_t *is_new, struct error *err);
/* is_known[i] becomes whether row i's key was added. */
int
dedup_known_find(struct dedup_known *known, const struct batch *batch,
    uint8_t *is_known, struct error *err);
size_t
dedup_known_bytes(const struct dedup_known *known);

/*
 * Rows that wait until the input has ended, in a file, and their keys, in a
 * sorter.
 */
struct dedup_waiting;		/* opaque */

struct dedup_waiting *
dedup_waiting_new(const struct dedup_options *options,
    const struct schema *schema, struct budget *budget);
void
dedup_waiting_free(struct dedup_waiting *waiting);
/*
 * Adds a batch.  Rows whose bit in `is_known` is set (NULL: none) are known
 * to be duplicates of rows kept already.
 */
int
dedup_waiting_add(struct dedup_waiting *waiting, const struct batch *batch,
    const uint8_t *is_known, struct error *err);
/* Sends all rows where they belong; adds up the duplicates found. */
int
dedup_waiting_give(struct dedup_waiting *waiting, struct dedup_output *output,
    uint64_t *duplicates, struct error *err);

#endif
