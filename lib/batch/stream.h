/*
 * Streams: what an operator pulls batches from and pushes batches to.
 *
 * A source has its header from the moment it is made; next() is called until
 * it returns 0; then stages() is complete.  A sink gets begin() once, write()
 * for each batch, and then either finish(), which commits, or abort(), which
 * leaves nothing behind but word of the failure.  Free comes last, always.
 *
 * Operators do not know what is behind either; lib/wire makes them of pipes,
 * lib/format of files, tests of memory.
 */
#ifndef BATCH_STREAM_H
#define BATCH_STREAM_H

#include "batch/batch.h"
#include "batch/order.h"
#include "batch/stage.h"

/* What a stream says of itself, to be checked by whoever relies on it. */
struct properties {
	struct sort_key *sort_keys;	/* owned; rows are in this order */
	uint32_t sort_key_count;
	uint32_t *partition_columns;	/* owned; a key's rows touch */
	uint32_t partition_column_count;
	uint32_t *unique_columns;	/* owned; no two rows agree in these */
	uint32_t unique_column_count;
};

struct stream_header {
	struct schema schema;
	struct properties properties;
	_Bool has_blocks;
	char *origin;		/* owned; what the rows came from, or NULL */
};

void
stream_header_copy(struct stream_header *to, const struct stream_header *from);
void
stream_header_release(struct stream_header *header);
/*
 * The properties of a stream whose columns are rearranged: column i of the
 * new stream is column map[i] of the old one, or PROPERTY_GONE for one that
 * is new or changed.  Sort keys survive up to the first that is gone;
 * partition and unique columns survive whole or not at all.
 */
#define PROPERTY_GONE UINT32_MAX
void
properties_map(struct properties *to, const struct properties *from,
    const uint32_t *map, uint32_t count);
void
properties_release(struct properties *properties);

struct batch_source {
	const struct stream_header *header;	/* borrowed from the source */
	/* 1 and a batch, borrowed until the next call; 0 at the end; -1. */
	int (*next)(struct batch_source *source, const struct batch **batch,
	    struct error *err);
	/* After the end: every stage that led here.  Borrowed. */
	const struct stages *(*stages)(struct batch_source *source);
	void (*free)(struct batch_source *source);
};

struct batch_sink {
	int (*begin)(struct batch_sink *sink,
	    const struct stream_header *header, struct error *err);
	int (*write)(struct batch_sink *sink, const struct batch *batch,
	    struct error *err);
	/* Commits.  `stages` is the whole account, the writer's included. */
	int (*finish)(struct batch_sink *sink, const struct stages *stages,
	    struct error *err);
	/* After any failure, at most once, instead of finish. */
	void (*abort)(struct batch_sink *sink, const struct error *why,
	    const struct stages *stages);
	void (*free)(struct batch_sink *sink);
};

static inline int
batch_source_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	return source->next(source, batch, err);
}

/* NULL is allowed. */
static inline void
batch_source_free(struct batch_source *source)
{
	if (source != NULL)
		source->free(source);
}

static inline int
batch_sink_write(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	return sink->write(sink, batch, err);
}

static inline void
batch_sink_free(struct batch_sink *sink)
{
	if (sink != NULL)
		sink->free(sink);
}

#endif
