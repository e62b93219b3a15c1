/*
 * Working out one window function, chunk by chunk through its partitions.
 */
#ifndef OP_WINDOW_WORKER_H
#define OP_WINDOW_WORKER_H

#include "op/window/item.h"

struct window_worker;

struct window_worker_ops {
	/* A new partition begins. */
	int (*start)(struct window_worker *worker, struct error *err);
	/* Appends a value for each row of the chunk, whose frames are set if
	 * needs_frames; chunks come in order. */
	int (*compute)(struct window_worker *worker,
	    const struct window_chunk *chunk, struct column_builder *out,
	    struct error *err);
	void (*free)(struct window_worker *worker);
};

struct window_worker {
	const struct window_worker_ops *ops;
	_Bool needs_frames;
	_Bool needs_peers;		/* peer_begin and peer_end */
};

/*
 * What a worker is made of, all borrowed.  The columns of the store that hold
 * the values of item->argument and second: UINT32_MAX for none.
 */
struct window_setup {
	const struct window_item *item;
	const struct window_partition *partition;
	uint32_t argument, second;
	struct budget *budget;
};

/* row_number, rank, dense_rank, percent_rank, cume_dist, ntile */
struct window_worker *
window_place_new(const struct window_setup *setup);
/* lag, lead, first_value, last_value, nth_value */
struct window_worker *
window_value_new(const struct window_setup *setup);
/* count, sum, avg, share */
struct window_worker *
window_sum_new(const struct window_setup *setup);
/* min, max */
struct window_worker *
window_extreme_new(const struct window_setup *setup);
/* any aggregate */
struct window_worker *
window_aggregate_new(const struct window_setup *setup);

#endif
