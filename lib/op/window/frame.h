/*
 * Frames: which rows of its partition a row sees.
 *
 *	{ROWS | RANGE | GROUPS} BETWEEN bound AND bound [EXCLUDE what]
 *	{ROWS | RANGE | GROUPS} bound [EXCLUDE what]
 *
 * as SQL:2011 has them (7.15, window clause).  Peers are rows equal in the
 * order; a group is all peers of a row.
 */
#ifndef OP_WINDOW_FRAME_H
#define OP_WINDOW_FRAME_H

#include "base/datetime.h"
#include "base/int128.h"
#include "batch/order.h"
#include "op/row_store.h"

enum window_unit { WINDOW_ROWS, WINDOW_RANGE, WINDOW_GROUPS };

enum window_bound_kind {
	BOUND_UNBOUNDED_PRECEDING,
	BOUND_PRECEDING,
	BOUND_CURRENT,
	BOUND_FOLLOWING,
	BOUND_UNBOUNDED_FOLLOWING
};

enum window_exclude {
	EXCLUDE_NO_OTHERS,
	EXCLUDE_CURRENT_ROW,
	EXCLUDE_GROUP,
	EXCLUDE_TIES
};

struct window_bound {
	enum window_bound_kind kind;
	int64_t count;		/* of rows or groups, or of an interval */
	_Bool is_interval;
	enum datetime_unit unit;
	/* RANGE over numbers: the distance, in the key's scale */
	int128 whole;
	double real;
};

struct window_frame {
	enum window_unit unit;
	enum window_exclude exclude;
	struct window_bound begin, end;
};

/*
 * Parses a frame that *text begins with; *text moves behind it.  The order's
 * only key has order_type (null: there is none, or several).  Usage errors say
 * where.
 */
int
window_frame_parse(const char **text, struct type order_type, _Bool has_order,
    struct window_frame *frame, struct error *err);
/* Whether a frame begins here. */
_Bool
window_frame_begins(const char *text);
/* ---- a partition, some rows at a time -------------------------------- */

#define WINDOW_CHUNK 1024

/* A sealed partition.  Column group_column, i64, numbers the groups from 0. */
struct window_partition {
	struct row_store *store;	/* borrowed */
	uint64_t row_count;
	uint32_t group_column;
	const struct sort_key *order;	/* borrowed; columns of the store */
	uint32_t order_count;
};

/* Rows [first, first + count), which are in one block of the store. */
struct window_chunk {
	const struct window_partition *partition;
	uint64_t first;
	uint32_t count;			/* at most WINDOW_CHUNK */
	const struct batch *batch;	/* of the store; */
	uint32_t begin;			/* where `first` stands in it */
	uint64_t *peer_begin;		/* [count]: of each row's group */
	uint64_t *peer_end;
	uint64_t *frame_begin;		/* [count]: set by window_frame_fill; */
	uint64_t *frame_end;		/* empty if not begin < end */
};

/* Where the frames of a partition have got to. */
struct window_reader {
	const struct window_frame *frame;	/* borrowed */
	struct row_cursor cursors[2];	/* of the key or the groups */
	uint64_t at[2];
};

void
window_reader_init(struct window_reader *reader,
    const struct window_frame *frame,
    const struct window_partition *partition);
/* At the start of a partition. */
void
window_reader_reset(struct window_reader *reader);
/* Chunks come in order, each once. */
int
window_frame_fill(struct window_reader *reader, struct window_chunk *chunk,
    struct error *err);

/*
 * The frame of row i of a chunk without what EXCLUDE takes out: three runs
 * of rows, ascending, each of which may be empty (begin == end).
 */
struct row_run {
	uint64_t begin, end;
};

void
window_frame_runs(const struct window_frame *frame,
    const struct window_chunk *chunk, uint32_t i, struct row_run runs[3]);

#endif
