/* What the ways to remove duplicates have in common.  Private to op/dedup*. */
#ifndef OP_DEDUP_PARTS_H
#define OP_DEDUP_PARTS_H

#include "batch/builder.h"
#include "op/dedup/dedup.h"

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
 * others in a hash table (op/key/key_table.h).
 */
struct dedup_known;		/* opaque */

struct dedup_waiting;		/* opaque */

/* `columns`, folder and budget are borrowed. */
struct dedup_known *
dedup_known_new(const struct schema *schema, const uint32_t *columns,
    uint32_t column_count, const char *folder, struct budget *budget);
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
/*
 * Keeps within some bytes of memory, if need be with the list in a file.
 * *fits becomes whether it does, and keys need not be looked for too often.
 */
int
dedup_known_fit(struct dedup_known *known, uint64_t bytes, _Bool *fits,
    struct error *err);
/* Whether the list is in a file. */
_Bool
dedup_known_is_spilled(const struct dedup_known *known);
/* The keys of a list that is in a file go where rows wait. */
int
dedup_known_hand_over(struct dedup_known *known,
    struct dedup_waiting *waiting, struct error *err);

/*
 * Rows that wait until the input has ended, in a file, and their keys, in a
 * sorter.
 */
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
/*
 * Adds keys, in batches of the key columns alone, whose rows were kept
 * before.  Not with an order, a count or the last row.
 */
int
dedup_waiting_add_given(struct dedup_waiting *waiting,
    const struct batch *keys, struct error *err);
/* Sends all rows where they belong; adds up the duplicates found. */
int
dedup_waiting_give(struct dedup_waiting *waiting, struct dedup_output *output,
    uint64_t *duplicates, struct error *err);

#endif
