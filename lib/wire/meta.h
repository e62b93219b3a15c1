/*
 * Metas: the msgpack maps inside frames, written and read with msgpack-c.
 *
 * Writing appends to a struct buffer.  Reading parses bytes whose length is
 * known and limited; container counts are checked against the bytes that
 * are there before msgpack-c sees them, because it allocates what a header
 * claims.  This is the only module that includes msgpack.h.
 */
#ifndef WIRE_META_H
#define WIRE_META_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/mem.h"

#define META_MAX_NESTING 64

void
meta_put_map(struct buffer *meta, uint32_t pairs);
void
meta_put_array(struct buffer *meta, uint32_t items);
void
meta_put_text(struct buffer *meta, const char *text);
void
meta_put_uint(struct buffer *meta, uint64_t value);
void
meta_put_bool(struct buffer *meta, _Bool value);
void
meta_put_null(struct buffer *meta);

/* A parsed meta; meta_items of it are borrowed until meta_release. */
struct meta;
struct meta_item;	/* opaque: one msgpack object */

/*
 * Parses the map that begins at bytes; *used says how long it is.  NULL
 * with err set (no map, nesting, broken, over FRAME_MAX_META_BYTES).
 */
struct meta *
meta_parse(const void *bytes, size_t len, size_t *used, struct error *err);
void
meta_release(struct meta *meta);
const struct meta_item *
meta_root(const struct meta *meta);

/* The value of a key, or NULL if there is none or the item is no map. */
const struct meta_item *
meta_get(const struct meta_item *item, const char *key);
/* The items of an array; 0 if it is none.  meta_at(i) is within. */
uint32_t
meta_count(const struct meta_item *item);
const struct meta_item *
meta_at(const struct meta_item *item, uint32_t index);
_Bool
meta_is_array(const struct meta_item *item);

/* Values; -1 if the item is NULL or of another kind. */
int
meta_uint(const struct meta_item *item, uint64_t *value);
int
meta_bool(const struct meta_item *item, _Bool *value);
int
meta_text(const struct meta_item *item, const char **text, size_t *len);

/* The value of a key that must be there, in one call; the error names it. */
int
meta_need_uint(const struct meta_item *map, const char *key, uint64_t most,
    uint64_t *value, struct error *err);
/* A copy of a text, the caller's to mem_free. */
int
meta_need_text(const struct meta_item *map, const char *key, char **text,
    struct error *err);
/* An array. */
int
meta_need_array(const struct meta_item *map, const char *key,
    const struct meta_item **array, struct error *err);

#endif
