/*
 * Distinct keys that mostly come in ascending order, as numbers of records
 * and times do, in a list: half the memory of a hash table, and no hashing.
 *
 * A key above all those held is new, and is appended.  Another one is looked
 * for by bisection; if it is not there, it is somebody else's business.
 *
 * The list may go to a temporary file in blocks of BLOCK_ROWS, of which the
 * first keys stay in memory: a key that is then looked for costs reading a
 * block.
 */
#ifndef OP_ASCENDING_KEYS_H
#define OP_ASCENDING_KEYS_H

#include "batch/builder.h"

enum ascending_class {
	ASCENDING_NEW,		/* above all before; now held */
	ASCENDING_HELD,		/* held since before */
	ASCENDING_OTHER
};

struct ascending_keys;		/* opaque */

/*
 * Keys of these columns of a schema (both copied).  Memory is charged to the
 * budget (borrowed, as is the folder for files, which may be NULL).
 * Dictionaries of coded columns must live as long.
 */
struct ascending_keys *
ascending_keys_new(const struct schema *schema, const uint32_t *columns,
    uint32_t column_count, const char *folder, struct budget *budget);
void
ascending_keys_free(struct ascending_keys *keys);

/*
 * classes[i] becomes that of row i's key (enum ascending_class).  The number
 * of keys that had to be looked for, or -1.
 */
int64_t
ascending_keys_add(struct ascending_keys *keys, const struct batch *batch,
    uint8_t *classes, struct error *err);
/* The same without adding: ASCENDING_HELD or ASCENDING_OTHER. */
int
ascending_keys_find(struct ascending_keys *keys, const struct batch *batch,
    uint8_t *classes, struct error *err);

/* The keys held go to the file. */
int
ascending_keys_spill(struct ascending_keys *keys, struct error *err);
_Bool
ascending_keys_is_spilled(const struct ascending_keys *keys);

/*
 * Takes out some keys: 1 and a batch of their columns alone, borrowed until
 * the next call; 0 if there are none left; -1.  Nothing else may follow.
 */
int
ascending_keys_take(struct ascending_keys *keys, const struct batch **batch,
    struct error *err);

/* In memory. */
size_t
ascending_keys_bytes(const struct ascending_keys *keys);

#endif
