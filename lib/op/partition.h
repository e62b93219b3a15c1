/*
 * Partitioning: one stream becomes several, by the hash or by the value of
 * key columns.  Rows keep their order within a partition.
 *
 * The hash is that of batch_hash, so that two streams partitioned by keys of
 * the same types have equal keys in partitions of the same number.  By
 * value, partitions are numbered in order of their first row.
 *
 * Sinks are asked for through a callback: by hash all of them before the
 * first row, by value each with its first row.  Rows are held until a
 * partition has a batch's worth, or the budget is used up.  Blocks are
 * dropped.
 */
#ifndef OP_PARTITION_H
#define OP_PARTITION_H

#include "batch/stream.h"

struct partition_options {
	const uint32_t *columns;	/* borrowed; the keys */
	uint32_t column_count;
	uint32_t hash_count;		/* partitions by hash; 0: by value */
	uint32_t most;			/* partitions by value; more fail */
	void *context;
	/*
	 * The sink of partition `index`; by value, of the key in `row` of
	 * `batch` (NULL by hash).  Borrowed: its owner ends and frees it.
	 */
	int (*open)(void *context, uint32_t index, const struct batch *batch,
	    uint32_t row, struct batch_sink **sink, struct error *err);
};

struct partition_result {
	uint32_t count;			/* partitions */
	uint64_t *rows;			/* owned, [count] */
};

/* Pulls all of `in`; each sink gets begin() and write(). */
int
partition_run(const struct partition_options *options,
    struct batch_source *in, struct budget *budget,
    struct partition_result *result, struct error *err);

#endif
