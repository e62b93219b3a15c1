/*
 * The inside of the key table, for its own files only.
 *
 *	key_table.c		columns -> numbers, ids, growth
 *	key_table_layout.c	tuples in words: packing, giving back
 *	key_table_order.c	tuples in order
 *	key_table_direct.c	tuple -> index into an array
 *	key_table_hash.c	tuple -> slot by hash
 *
 * An encoded value is an unsigned number whose order is that of the values:
 * integers less their type's minimum, floats by the usual flip of the sign
 * (nan as one positive nan, above all), strings by number (replaced by rank
 * when order matters), decimals of 16 bytes as two halves.
 *
 * A tuple's words hold, column after column and from the top bit of a word
 * down, a bit "is not null" (only once nulls have been seen in that column)
 * and the value; nothing straddles words.  Comparing words thus compares
 * tuples, nulls first.
 */
#ifndef OP_KEY_KEY_TABLE_PARTS_H
#define OP_KEY_KEY_TABLE_PARTS_H

#include "op/key/key_strings.h"
#include "op/key/key_table.h"

enum key_kind {
	KEY_NOTHING,		/* the null type */
	KEY_INTEGER,		/* bool, integers, dates, times, decimal64 */
	KEY_FLOAT,
	KEY_WIDE,		/* decimals of 16 bytes */
	KEY_STRING
};

struct key_column {
	struct type type;
	enum key_kind kind;
	enum type_id number;	/* as what integer the values come */
	uint32_t value_bits;	/* of the (high) part: 0, 1, 8, ... 64 */
	uint64_t bias;		/* value + bias = encoded value */
	_Bool has_nulls;	/* seen, and therefore in the layout */
	/* layout */
	uint32_t null_word, null_shift;
	uint32_t word, shift;
	uint32_t low_word;	/* KEY_WIDE: the low half fills this one */
	/* direct: index = (encoded - base + 1) * stride, 0 for null */
	uint64_t base;
	uint64_t extent;	/* encoded values from base on; power of 2 */
	uint64_t stride;
	/* strings */
	struct key_strings strings;
};

/* One key column of a batch as numbers. */
struct key_input {
	enum type_id number;	/* TYPE_I8 ... TYPE_U64 */
	const void *values;
	const uint64_t *low;	/* KEY_WIDE: low halves */
	const uint8_t *validity;	/* NULL: no nulls */
	_Bool is_wider;		/* of a type that holds more than the table's */
	struct buffer converted;	/* owned scratch behind values */
	struct buffer converted_low;
	struct buffer masked;		/* owned scratch behind validity */
};

struct key_slot {
	uint32_t tag;		/* high half of the hash, says where, too */
	uint32_t next;		/* id + 1; 0 is an empty slot */
};

struct key_table {
	uint32_t column_count;
	struct key_column *columns;	/* owned */
	struct key_input *inputs;	/* owned, [column_count] */
	_Bool skips_nulls;
	_Bool is_direct;
	uint32_t words;			/* of a tuple; 1 at the least */
	uint32_t count;
	uint32_t capacity;		/* tuples that fit in keys */
	uint64_t *keys;			/* owned; [capacity * words] */
	uint32_t *index;		/* owned; direct: [index_size] -> id */
	uint64_t index_size;
	struct key_slot *slots;		/* owned; hashed */
	uint32_t slot_mask;
	struct buffer packed;		/* scratch: words of a batch */
	struct buffer hashes;		/* scratch */
	struct budget *budget;		/* borrowed */
	size_t charged_bytes;
};

static inline uint64_t *
key_table_tuple(const struct key_table *table, uint32_t id)
{
	return table->keys + (size_t)id * table->words;
}

/* Makes room for a tuple at the end and returns its id; words are zero. */
uint32_t
key_table_append(struct key_table *table);

/* ---- key_table_layout.c ---------------------------------------------- */

/* Places all columns; table->words. */
void
key_layout(struct key_table *table);
/* One more column has nulls: places anew and repacks all tuples. */
void
key_layout_change(struct key_table *table, const _Bool *has_nulls);

/* A value out of a tuple; false for a null. */
_Bool
key_unpack(const struct key_table *table, const uint64_t *tuple, uint32_t k,
    uint64_t *value, uint64_t *low);
/* A value that is not null into a zeroed tuple. */
void
key_pack(const struct key_column *column, uint64_t *tuple, uint64_t value,
    uint64_t low);

/* ---- key_table_direct.c ---------------------------------------------- */

/*
 * Makes the index cover the inputs' values.  False if it would grow beyond
 * what pays; the table is then to be hashed.
 */
_Bool
key_direct_cover(struct key_table *table, uint32_t rows);
void
key_direct_add(struct key_table *table, uint32_t rows, uint32_t *ids);
void
key_direct_find(struct key_table *table, uint32_t rows, uint32_t *ids);

/* ---- key_table_hash.c ------------------------------------------------ */

void
key_hash_rebuild(struct key_table *table);
void
key_hash_add(struct key_table *table, uint32_t rows, uint32_t *ids);
void
key_hash_find(struct key_table *table, uint32_t rows, uint32_t *ids);

#endif
