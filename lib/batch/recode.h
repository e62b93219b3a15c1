/*
 * Bringing streams together: the codes of several dictionaries become those
 * of one.
 *
 * A recoder belongs to one column of the joined stream.  Each entry of each
 * source's dictionary is looked up once.  Entries are added as batches come,
 * so that streams gathered in block order get the codes that the serial
 * stream has.  At the dictionary's limits the column turns plain for good.
 */
#ifndef BATCH_RECODE_H
#define BATCH_RECODE_H

#include "batch/builder.h"

struct recode_map {
	uint32_t *codes;	/* owned; source code -> merged code */
	uint32_t count;
};

struct recoder {
	struct dictionary *merged;	/* owned */
	struct recode_map *maps;	/* owned, [source_count] */
	uint32_t source_count;
	_Bool is_full;
	struct column_builder scratch;
};

void
recoder_init(struct recoder *recoder, struct type type, uint32_t source_count);
void
recoder_release(struct recoder *recoder);

/*
 * *view becomes the column with codes of recoder->merged, or plain values,
 * or the column itself if it is not coded.  Borrowed until the next call.
 * `source` (below source_count) always comes with the same dictionary, which
 * only grows.
 */
int
recoder_map(struct recoder *recoder, uint32_t source,
    const struct column *column, uint32_t rows, struct column *view,
    struct error *err);

/* The next stream of a source: forget which codes it had. */
void
recoder_forget(struct recoder *recoder, uint32_t source);

#endif
