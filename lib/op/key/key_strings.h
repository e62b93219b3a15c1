/*
 * Distinct strings and the numbers they are given: 0, 1, 2, ... in order of
 * first use, without a limit but memory.
 *
 * This is how string keys become fixed-width ones (key_table.h).  A coded
 * column costs one look-up for each entry of its dictionary, then an array
 * index for each row; a plain one a hash and a comparison for each row.
 * Zeroed is empty.
 */
#ifndef OP_KEY_KEY_STRINGS_H
#define OP_KEY_KEY_STRINGS_H

#include "batch/batch.h"

#define KEY_STRING_NONE UINT32_MAX

/* What the codes of one dictionary are here; forgotten for another one. */
struct key_code_map {
	const struct dictionary *dictionary;	/* borrowed */
	uint32_t *numbers;	/* owned; [capacity], set on first use */
	uint32_t capacity;
	uint32_t string_count;	/* what it was when this map was made */
	uint32_t same_count;	/* numbers[i] == i below this one */
};

struct key_string_slot {
	uint32_t tag;		/* high half of the hash, says where, too */
	uint32_t next;		/* number + 1; 0 is an empty slot */
};

/* What decides most comparisons. */
#define KEY_STRING_HEAD 12
struct key_string_head {
	uint32_t len;
	uint8_t bytes[KEY_STRING_HEAD];	/* the first; zeros behind the end */
};

struct key_strings {
	uint32_t count;
	uint32_t slot_mask;
	uint32_t capacity;		/* of ends[] and heads[] */
	struct key_string_slot *slots;	/* owned */
	uint64_t *ends;			/* owned; where string i ends */
	struct key_string_head *heads;	/* owned */
	struct buffer bytes;
	struct key_code_map added;	/* of columns that were added */
	struct key_code_map found;	/* of columns that were looked up */
	uint64_t *hashes;		/* owned; scratch, [hash_capacity] */
	uint32_t *codes;		/* the same */
	uint32_t hash_capacity;
};

/* The number of one string, which is added if it is new. */
uint32_t
key_strings_add(struct key_strings *strings, const void *bytes, uint32_t len);

/*
 * The numbers of a column's values; those under nulls mean nothing.  Without
 * `is_adding`, strings that are not there get KEY_STRING_NONE.
 */
void
key_strings_number(struct key_strings *strings, const struct column *column,
    uint32_t rows, _Bool is_adding, uint32_t *numbers);

/*
 * Whether the numbers of a coded column are its codes, as calls before have
 * shown: all of one stream, when entries come in order of first use.
 */
_Bool
key_strings_are_codes(const struct key_strings *strings,
    const struct column *column, uint32_t rows, _Bool is_adding);

static inline const uint8_t *
key_strings_get(const struct key_strings *strings, uint32_t number,
    uint32_t *len)
{
	uint64_t begin = number > 0 ? strings->ends[number - 1] : 0;

	*len = (uint32_t)(strings->ends[number] - begin);
	return strings->bytes.data + begin;
}

/* ranks[number] is the string's place in bytewise order (key_rank.c). */
void
key_strings_rank(const struct key_strings *strings, uint32_t *ranks);

/* Bytes of memory held, for budgets. */
size_t
key_strings_bytes(const struct key_strings *strings);

void
key_strings_release(struct key_strings *strings);

#endif
