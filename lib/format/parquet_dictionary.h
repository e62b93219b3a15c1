/*
 * The dictionary of one column chunk while it is written: distinct values in
 * order of first appearance, and what finds the index of a value.
 *
 * Numbers are held as 64 bits each.  Strings that come as codes of a stream's
 * dictionary are held as a list of those codes, so that each of many open
 * files does not copy them; strings that come plain, or that change their
 * form, are copied.  The indices are the same in each case.
 *
 * What finds values is made anew from the entries when needed: one finder
 * serves the dictionaries of many files in turn, so that they do not each hold
 * one (192 of 50,000 codes are 40 MB).  A zeroed dictionary is an empty one,
 * with a finder of its own.
 */
#ifndef FORMAT_PARQUET_DICTIONARY_H
#define FORMAT_PARQUET_DICTIONARY_H

#include "batch/dictionary.h"

/* A dictionary page is read into memory whole: parquet-mr's limit, too. */
#define PARQUET_DICTIONARY_MAX_BYTES (1u << 20)

/* A zeroed one is empty. */
struct parquet_finder {
	struct parquet_dictionary *owner;	/* whose values it finds */
	/* numbers */
	uint32_t *slots;	/* owned; index + 1, or 0 */
	uint32_t slot_mask;
	uint32_t slot_capacity;
	/* strings as codes; zeroes but for the owner's */
	uint32_t *map;		/* owned; code -> index + 1, or 0 */
	uint32_t map_count;
	uint32_t mapped;	/* so many of the owner's codes */
};

struct parquet_dictionary {
	struct parquet_finder *finder;	/* or NULL: none yet */
	_Bool has_own_finder;	/* else it is borrowed */
	uint8_t value_bytes;	/* 4 or 8: of the numbers */
	uint32_t count;		/* entries in use */
	uint32_t capacity;	/* of values, or of codes */
	size_t plain_bytes;	/* of the entries as a dictionary page */
	void *values;		/* owned; numbers */
	/* strings as codes */
	const struct dictionary *source;	/* of codes, or of the map */
	uint32_t *codes;	/* owned; NULL once strings are copied */
	/* strings copied */
	struct dictionary *own;	/* owned; its first `count` entries */
};

/* After the dictionaries that borrow it. */
void
parquet_finder_release(struct parquet_finder *finder);

/* Empties it; a borrowed finder stays with it. */

void
parquet_dictionary_release(struct parquet_dictionary *dictionary);

/*
 * Turns values into indices, new ones into new entries.  Returns false, with
 * the entries as they were, if the dictionary would grow over its limit; it
 * must then not be asked again.
 */
_Bool
parquet_dictionary_index32(struct parquet_dictionary *dictionary,
    const uint32_t *values, uint32_t count, uint32_t *indices);
_Bool
parquet_dictionary_index64(struct parquet_dictionary *dictionary,
    const uint64_t *values, uint32_t count, uint32_t *indices);
/* The source must outlive the dictionary's use. */
_Bool
parquet_dictionary_index_codes(struct parquet_dictionary *dictionary,
    const struct dictionary *source, const uint32_t *codes, uint32_t count,
    uint32_t *indices);
/* Value i is bytes[offsets[i] .. offsets[i + 1]). */
_Bool
parquet_dictionary_index_bytes(struct parquet_dictionary *dictionary,
    const int32_t *offsets, const uint8_t *bytes, uint32_t count,
    uint32_t *indices);

/* The bytes of an entry of strings, borrowed until the next change. */
const uint8_t *
parquet_dictionary_entry(const struct parquet_dictionary *dictionary,
    uint32_t index, uint32_t *len);

/* Lets go of the finder: no more values for now. */
void
parquet_dictionary_shrink(struct parquet_dictionary *dictionary);

/*
 * Appends all that cannot be made anew, which _load brings back into an
 * empty dictionary.  The source's codes stay codes.
 */
void
parquet_dictionary_save(const struct parquet_dictionary *dictionary,
    struct buffer *out);
void
parquet_dictionary_load(struct parquet_dictionary *dictionary,
    const uint8_t *bytes);

/* Bytes of memory held, without a borrowed finder. */
size_t
parquet_dictionary_bytes(const struct parquet_dictionary *dictionary);

#endif
