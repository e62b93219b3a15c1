/*
 * Comparing and hashing the values of columns: what sorting, grouping,
 * joining and partitioning have in common.
 *
 * Order: numbers by value, NaN above all numbers and equal to itself,
 * -0.0 equal to 0.0; strings by bytes; false before true; nulls equal to
 * each other and before or after all values as asked.  Equal values hash
 * alike, whether coded or plain, in 8 or 16 bytes of the same type.
 */
#ifndef BATCH_ORDER_H
#define BATCH_ORDER_H

#include <string.h>

#include "batch/batch.h"

struct sort_key {
	uint32_t column;
	_Bool is_descending;
	_Bool nulls_first;
};

/* -1, 0, 1: by bytes, what is the beginning of the other one first. */
static inline int
bytes_compare(const void *a, size_t a_len, const void *b, size_t b_len)
{
	size_t len = a_len < b_len ? a_len : b_len;
	int result = len == 0 ? 0 : memcmp(a, b, len);
	return result != 0 ? (result > 0) - (result < 0) :
	    (a_len > b_len) - (a_len < b_len);
}

/* < 0, 0, > 0.  Both columns have the same type; either may be coded. */
int
column_compare(const struct column *a, uint32_t a_row,
    const struct column *b, uint32_t b_row, _Bool nulls_first);

/* The same over several keys of two batches of one schema. */
int
batch_compare(const struct batch *a, uint32_t a_row, const struct batch *b,
    uint32_t b_row, const struct sort_key *keys, uint32_t key_count);

/*
 * The same for each row and the one before it: signs[i] becomes -1, 0 or 1
 * for rows i - 1 and i, signs[0] 0.  signs[row_count] is the caller's.
 */
void
batch_compare_adjacent(const struct batch *batch, const struct sort_key *keys,
    uint32_t key_count, int8_t *signs);

/* Equality under the same rules, faster than comparing. */
_Bool
column_is_equal(const struct column *a, uint32_t a_row,
    const struct column *b, uint32_t b_row);

/*
 * Hashes of `rows` rows.  If `combine`, folds them into those that stand in
 * hashes[] (hash_combine); else sets them.  Null hashes to a constant.
 * Integers and dates hash by value (hash_u64 of the sign-extended value), so
 * that columns of different widths can meet; decimals by their scaled value.
 */
void
column_hash(const struct column *column, uint32_t rows, _Bool combine,
    uint64_t *hashes);

/* Hashes over several columns of a batch; hashes[rows] is the caller's. */
void
batch_hash(const struct batch *batch, const uint32_t *columns,
    uint32_t column_count, uint64_t *hashes);

/*
 * Reads "a,b desc,c nulls last": columns with asc (default) or desc and
 * nulls first or last (default: first when ascending, last when descending,
 * as if null were the least value).  *keys is the caller's to mem_free.
 */
int
sort_keys_parse(const struct schema *schema, const char *list,
    struct sort_key **keys, uint32_t *count, struct error *err);

#endif
