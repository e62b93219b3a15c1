/*
 * A dictionary: the distinct values of a string column, by code.
 *
 * Entries are unique, in order of first use, and only ever appended; a code
 * stays valid as long as the dictionary.  It belongs to one column of one
 * stream and is shared by all its batches.  Growth stops at the limits; from
 * then on the column's batches come plain.
 */
#ifndef BATCH_DICTIONARY_H
#define BATCH_DICTIONARY_H

#include <stdint.h>

#include "base/mem.h"

#define DICTIONARY_MAX_ENTRIES (UINT32_C(1) << 20)
#define DICTIONARY_MAX_BYTES (UINT32_C(16) << 20)
#define DICTIONARY_NONE UINT32_MAX

struct dictionary {
	uint32_t count;			/* entries */
	uint32_t slot_mask;		/* slots - 1, a power of two */
	struct buffer offsets;		/* int32_t[count + 1], bytes */
	struct buffer bytes;		/* the entries, one after the other */
	uint32_t *slots;		/* owned; code + 1, or 0 for empty */
};

struct dictionary *
dictionary_new(void);
void
dictionary_free(struct dictionary *dictionary);

/* Bytes of memory held, for budgets. */
static inline size_t
dictionary_bytes(const struct dictionary *dictionary)
{
	return dictionary->offsets.capacity + dictionary->bytes.capacity +
	    ((size_t)dictionary->slot_mask + 1) * sizeof(uint32_t);
}

static inline const int32_t *
dictionary_offsets(const struct dictionary *dictionary)
{
	return (const int32_t *)(const void *)dictionary->offsets.data;
}

/* The bytes of an entry, borrowed until the next append. */
static inline const uint8_t *
dictionary_get(const struct dictionary *dictionary, uint32_t code,
    uint32_t *len)
{
	const int32_t *offsets = dictionary_offsets(dictionary);
	*len = (uint32_t)(offsets[code + 1] - offsets[code]);
	return dictionary->bytes.data + offsets[code];
}

/* The code of an entry, or DICTIONARY_NONE. */
uint32_t
dictionary_find(const struct dictionary *dictionary, const void *bytes,
    uint32_t len);

/*
 * The code of an entry, appended if it is new; DICTIONARY_NONE if it is new
 * and the dictionary is at a limit.
 */
uint32_t
dictionary_add(struct dictionary *dictionary, const void *bytes, uint32_t len);

/*
 * The codes of `count` texts, appended as they are new: the first begins at
 * bytes[begin], the others where the one before ends, text i at
 * bytes[ends[i]].  -1 at a limit: those before it are appended.
 */
int
dictionary_add_all(struct dictionary *dictionary, const uint8_t *bytes,
    size_t begin, const int32_t *ends, uint32_t count, uint32_t *codes);

/* Bytes of a code that can hold every code up to count - 1: 1, 2 or 4. */
static inline uint8_t
dictionary_code_bytes(uint32_t count)
{
	return count <= 256 ? 1 : count <= 65536 ? 2 : 4;
}

#endif
