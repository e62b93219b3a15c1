/*
 * The files of a table while they are written, one for each partition, in
 * bounded memory: encoded pages, and at need rows that do not fill a page yet,
 * wait in one unnamed temporary file when the budget is used up.
 *
 * Where copies of this process get the same rows, each writes the parts of its
 * own.
 */
#ifndef TABLE_PARQUET_PARTS_H
#define TABLE_PARQUET_PARTS_H

#include "batch/stream.h"
#include "format/parquet_writer.h"
#include "io/copies.h"
#include "io/publish.h"

/* What finishing a part gives. */
struct parquet_part_result {
	uint64_t rows, bytes, row_groups, digest;
};

struct parquet_part {
	struct parquet_parts *parts;
	struct parquet_writer *writer;	/* owned; NULL once finished */
	char *path;			/* owned; within the unit; or NULL */
	int fd;				/* or -1 */
	uint64_t bytes;
	uint64_t synced_bytes;		/* that are on their way to the disk */
	uint64_t held_bytes;		/* by the writer */
	struct hash_state *sum;		/* owned; or NULL */
	struct parquet_part_result result;	/* once finished */
};

struct parquet_parts {
	struct parquet_part **items;	/* owned */
	uint32_t count;
	struct parquet_shared *shared;	/* owned */
	const char *name;		/* borrowed; of the table, for errors */
	_Bool has_sums;			/* results have a digest */
	struct publish *unit;		/* borrowed */
	struct budget *budget;		/* borrowed */
	const char *temporary_folder;	/* borrowed; NULL: $TMPDIR, /tmp */
	struct copies *copies;		/* borrowed; or NULL */
	uint32_t share_number, share_count;	/* which parts are its own */
	/* private */
	uint64_t held_bytes;		/* by all writers */
	uint64_t due_bytes;		/* held at the next spill; or 0 */
	uint32_t next_spilled;		/* of the parts, modulo their count */
	struct parquet_spill spill;
	int spill_fd;			/* or -1 */
	uint64_t spill_bytes;		/* those that wait, too */
	struct buffer spill_waiting;	/* the last of them */
	struct buffer waiting;		/* the last bytes of ... */
	struct parquet_part *waiting_part;	/* ... this one, or NULL */
};

/* The members above `private` are set afterwards. */
void
parquet_parts_init(struct parquet_parts *parts);
void
parquet_parts_release(struct parquet_parts *parts);

/* Each copy writes parts of its own from now on. */
void
parquet_parts_divide(struct parquet_parts *parts, struct copies *copies);

/* Does this process write the part? */
static inline _Bool
parquet_parts_is_own(const struct parquet_parts *parts, uint32_t part)
{
	return part % parts->share_count == parts->share_number;
}

/* Takes the path. */
void
parquet_parts_add(struct parquet_parts *parts, char *path);

/* Writes rows to a part: rows[count] of the batch, or all if rows is NULL. */
int
parquet_parts_write(struct parquet_parts *parts, uint32_t part,
    const struct batch *batch, const uint32_t *rows, uint32_t count,
    struct error *err);

/*
 * Finishes its own parts.  The first of the copies waits for the others and
 * has all results then; in the others this does not return.
 */
int
parquet_parts_finish(struct parquet_parts *parts, struct error *err);

#endif
