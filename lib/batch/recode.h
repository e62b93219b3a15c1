/*
 * Bringing streams together: the codes of several dictionaries become those
 * of one.
 *
 * A recoder belongs to one column of the joined stream.  Each entry of each
 * source's dictionary is looked up once, when a row first uses it: entries
 * that no row uses (a filter dropped them) are not taken over, and the codes
 * are those of the order of first use, however the rows were sliced before.
 * At the dictionary's limits the column turns plain for good.
 */
#ifndef BATCH_RECODE_H
#define BATCH_RECODE_H

#include "batch/builder.h"

struct recode_map {
	uint32_t *codes;	/* owned; source code -> merged code, or NONE */
	uint32_t count;
	uint32_t unmapped;	/* of these, not used by any row yet */
	_Bool is_changing;	/* some code becomes another one */
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
 * or the column itself if it is not coded.  Codes that stay what they are are
 * not copied.  Borrowed until the next call, or as long as the column.
 * `source` (below source_count) always comes with the same dictionary, which
 * only grows.
 */
int
recoder_map(struct recoder *recoder, uint32_t source,
    const struct column *column, uint32_t rows, struct column *view,
    struct error *err);

/*
 * Whether the rows use, for the first time and in this order, just the
 * entries from `known` to the dictionary's end: nothing is to be recoded.
 */
_Bool
recode_is_in_order(const struct column *column, uint32_t rows,
    uint32_t known);

/* The next stream of a source: forget which codes it had. */
void
recoder_forget(struct recoder *recoder, uint32_t source);

#endif
