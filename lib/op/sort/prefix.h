/*
 * Prefixes: 64 bits of each row that compare as its sort keys do, as far as
 * they go.
 *
 *	sort_prefix_init(&prefix, keys, key_count);
 *	sort_prefix_see(&prefix, rows);		as often as needed
 *	sort_prefix_plan(&prefix);
 *	sort_prefix_make(&prefix, rows, begin, count, out);
 *	sort_prefix_release(&prefix);
 *
 * What has been seen says which bits matter, and only these are kept, so
 * that 64 bits often hold several keys whole:
 *
 *	numbers		less the least one seen, in as many bits as the
 *			greatest then needs
 *	coded text	the rank of its code in the order of the dictionary
 *	other text	of the first PREFIX_TEXT_BYTES bytes, padded with
 *			zeros, the bits in which any two values differ
 *	null		one bit in front, if there are any
 *
 * A bit that is alike in all values says nothing about their order.  Keys
 * are placed one after the other from the top bit down; the first that does
 * not fit is cut short and is the last.
 */
#ifndef OP_SORT_PREFIX_H
#define OP_SORT_PREFIX_H

#include "base/cpu.h"
#include "base/int128.h"
#include "batch/order.h"

#define PREFIX_TEXT_BYTES 64
#define PREFIX_WORDS (PREFIX_TEXT_BYTES / 8)

/* The bits of one word (8 bytes, the first one highest) that are kept. */
struct prefix_word {
	uint32_t index;		/* of the word in the text */
	uint32_t bits;		/* in mask */
	uint64_t mask;
	uint32_t run_count;	/* runs of ones in the mask, from the top */
	uint8_t run_begin[32], run_bits[32];	/* lowest bit, length */
};

struct prefix_text {
	uint64_t first[PREFIX_WORDS];	/* of the first value seen */
	uint64_t varying[PREFIX_WORDS];	/* bits that differ from it */
	uint32_t least_len, greatest_len;
	_Bool has_zero_byte;
	struct prefix_word words[PREFIX_WORDS];
	uint32_t word_count;
};

enum prefix_kind {
	PREFIX_NOTHING,		/* all values are alike */
	PREFIX_NUMBER,
	PREFIX_RANK,
	PREFIX_TEXT
};

/* One key. */
struct prefix_key {
	struct sort_key key;
	struct type type;
	/* what has been seen */
	_Bool has_values, has_nulls;
	uint128 least, greatest;
	struct prefix_text text;
	const struct dictionary *dictionary;	/* of all values, or NULL */
	_Bool has_other_text;		/* in no or another dictionary */
	/* the layout */
	enum prefix_kind kind;
	uint32_t bits;		/* of the value: how many are kept */
	uint32_t cut;		/* ... and how many are cut off its end */
	uint32_t shift;		/* where they stand in the prefix */
	uint32_t *ranks;	/* owned; of the codes of ranked_dictionary */
	const struct dictionary *ranked;
	uint32_t rank_count;
};

struct sort_prefix {
	uint32_t key_count;
	struct prefix_key *keys;	/* owned */
	/* the plan */
	uint32_t used;		/* keys that have bits */
	uint32_t tie_key;	/* rows of one prefix agree in those before */
	enum cpu_level level;
};

/* `keys` are copied. */
void
sort_prefix_init(struct sort_prefix *prefix, const struct sort_key *keys,
    uint32_t key_count);
void
sort_prefix_release(struct sort_prefix *prefix);

/* Forgets what was seen. */
void
sort_prefix_reset(struct sort_prefix *prefix);
/*
 * Looks at rows.  Of coded text it looks at the dictionary, which must live
 * as long as the prefix.
 */
void
sort_prefix_see(struct sort_prefix *prefix, const struct batch *rows);
/* The same for any rows of a schema. */
void
sort_prefix_see_any(struct sort_prefix *prefix, const struct schema *schema);
/* Has `into`, of the same keys, seen what `from` has. */
void
sort_prefix_join(struct sort_prefix *into, const struct sort_prefix *from);

void
sort_prefix_plan(struct sort_prefix *prefix);

/* out[i] becomes the prefix of row begin + i; rows that have been seen. */
void
sort_prefix_make(const struct sort_prefix *prefix, const struct batch *rows,
    uint32_t begin, uint32_t count, uint64_t *out);

/* ---- for its own files ------------------------------------------------ */

/* Where the bits of a text key go. */
struct prefix_place {
	uint32_t shift;
	uint64_t invert;	/* ones for a descending key */
};

/*
 * out[i] |= bits of text i, which is bytes[offsets[i], offsets[i + 1]).
 */
void
prefix_text_portable(const struct prefix_text *text,
    const struct prefix_place *place, const int32_t *offsets,
    const uint8_t *bytes, uint32_t count, uint64_t *out);
#ifdef __x86_64__
void
prefix_text_avx2(const struct prefix_text *text,
    const struct prefix_place *place, const int32_t *offsets,
    const uint8_t *bytes, uint32_t count, uint64_t *out);
#endif
/* The same for coded text. */
void
prefix_text_coded(const struct prefix_text *text,
    const struct prefix_place *place, const struct column *column,
    uint32_t begin, uint32_t count, uint64_t *out);

/* Widens what was seen by one text. */
void
prefix_text_see(struct prefix_text *text, _Bool *has_values,
    const uint8_t *bytes, uint32_t len);
void
prefix_text_join(struct prefix_text *into, const struct prefix_text *from);
/* Lays out at most `room` bits; how many; *cut are left out. */
uint32_t
prefix_text_plan(struct prefix_text *text, uint32_t room, uint32_t *cut);
/* Whether texts whose varying bits agree are equal. */
_Bool
prefix_text_is_exact(const struct prefix_text *text);

#endif
