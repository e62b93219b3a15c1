/*
 * A stream with other columns: computed, dropped, chosen, ordered, renamed.
 *
 *	struct map *map = map_new(in->header);
 *	map_set(map, "amount", "quantity * price", err);
 *	map_set(map, "share", "ratio(amount, total)", err);
 *	map_drop(map, column);  ...or map_output(map, column, name) in order
 *	map_run(map, in, out, rejects, stage, err);
 *	map_free(map);
 *
 * The scope is the list of columns that expressions see: those of the input,
 * then those that were added.  A place in it never changes; setting a name
 * that is there puts the new values into its place.
 *
 * Rows and blocks stay as they are; properties stay as far as the columns
 * do that they are about.
 */
#ifndef OP_MAP_H
#define OP_MAP_H

#include "batch/stream.h"

struct map;			/* opaque */

struct map *
map_new(const struct stream_header *input);
void
map_free(struct map *map);

/* The columns that expressions see now. */
const struct schema *
map_scope(const struct map *map);

/*
 * Computes a column: replaces the one of this name, or adds it.  *column
 * (may be NULL) is its place in the scope.
 */
int
map_set(struct map *map, const char *name, const char *text,
    uint32_t *column, struct error *err);

/*
 * What "a, b = EXPR, ..." lists: columns, and columns to compute; as outputs
 * too, if they are to be.
 */
int
map_items(struct map *map, const char *list, _Bool are_output,
    struct error *err);

/*
 * Without any output, all columns of the scope that are not dropped come
 * out; else these, in the order given.
 */
void
map_drop(struct map *map, uint32_t column);
int
map_output(struct map *map, uint32_t column, const char *name,
    struct error *err);
uint32_t
map_output_count(const struct map *map);

/*
 * Begins out (and rejects, which may be NULL) and runs to the end.  A row
 * that cannot be computed is an error, or goes to rejects with the reason and
 * the input's columns; sets the stage's `rejected`.
 */
int
map_run(struct map *map, struct batch_source *in, struct batch_sink *out,
    struct batch_sink *rejects, struct stage *stage, struct error *err);

/*
 * The stream as a source: batch for batch.  A row that cannot be computed is
 * an error.  map and in are borrowed.  NULL with err set.
 */
struct batch_source *
map_source_new(struct map *map, struct batch_source *in, struct error *err);

#endif
