/*
 * Key tuples and their numbers: the hash table below grouping, joining,
 * removing duplicates and partitioning by key.
 *
 * Each distinct tuple of key values gets an id, 0, 1, 2, ... in order of
 * first use, so that whatever belongs to a key stands in arrays indexed by
 * id.  A batch at a time:
 *
 *	struct key_table *table = key_table_new(types, 2, 0, budget);
 *	while ((got = batch_source_next(source, &batch, err)) == 1) {
 *		key_table_add_batch(table, batch, columns, ids);
 *		...			ids[i] < key_table_count(table)
 *	}
 *	key_table_order(table, order);	ids in the order of their keys
 *	key_table_take(table, 0, order, n, &builder);
 *
 * Values are equal as column_compare (batch/order.h) has it: nulls equal
 * each other, nan equals nan, -0.0 is 0.0 (and is given back as 0.0).  A
 * table that skips nulls gives rows with a null among their keys the id
 * KEY_TABLE_NONE instead.
 *
 * How: strings are numbered first (key_strings.h), so that every tuple is of
 * fixed width; it is packed into one, two or more words whose order is that
 * of the keys.  While the product of the columns' ranges is small the tuple
 * is an index into an array (two dictionary columns, a month, a dense
 * customer id: 1.3 to 1.6 ns a row where hashing takes 4.5), else it is
 * hashed, with open addressing and prefetch.  No allocation per row.
 *
 * The dictionaries of coded columns must live as long as the table.
 */
#ifndef OP_KEY_KEY_TABLE_H
#define OP_KEY_KEY_TABLE_H

#include "batch/builder.h"

#define KEY_TABLE_NONE UINT32_MAX

struct key_table;	/* opaque */

/*
 * Tuples of `count` columns of these types, which must not be nested.
 * Memory is charged to the budget (borrowed until the table is freed; NULL
 * for none) at the end of each call.
 */
struct key_table *
key_table_new(const struct type *types, uint32_t count, _Bool skips_nulls,
    struct budget *budget);
void
key_table_free(struct key_table *table);
/* Forgets all keys and returns the memory. */
void
key_table_clear(struct key_table *table);

/* The number of distinct tuples, which is the next id. */
uint32_t
key_table_count(const struct key_table *table);

/*
 * ids[i] becomes the id of the tuple of row i, added if it is new.  Ids are
 * given in the order of rows.  keys[k] is of the table's type k, or, if that
 * is an integer and the table skips nulls, of any integer type (a value that
 * the table's type cannot hold then gets KEY_TABLE_NONE, since nothing can
 * be equal to it).  At most 2^32 - 2 tuples.
 */
void
key_table_find_or_add(struct key_table *table,
    const struct column *const *keys, uint32_t rows, uint32_t *ids);

/* The same without adding: KEY_TABLE_NONE for what is not there. */
void
key_table_find(struct key_table *table, const struct column *const *keys,
    uint32_t rows, uint32_t *ids);

/* Both with the columns of a batch, by their indices. */
void
key_table_add_batch(struct key_table *table, const struct batch *batch,
    const uint32_t *columns, uint32_t *ids);
void
key_table_find_batch(struct key_table *table, const struct batch *batch,
    const uint32_t *columns, uint32_t *ids);

/*
 * All ids in the order of their keys: ascending, column by column, nulls
 * first.  order[key_table_count] is the caller's.
 */
void
key_table_order(const struct key_table *table, uint32_t *order);

/* Bytes that key_table_order needs while it runs, its result included. */
size_t
key_table_order_bytes(const struct key_table *table);

/*
 * Appends key column k of `count` ids to a builder of the table's type.
 * -1 if the builder is full (COLUMN_MAX_BYTES); it then holds some of them.
 */
int
key_table_take(const struct key_table *table, uint32_t k,
    const uint32_t *ids, uint32_t count, struct column_builder *builder);

/* Memory held, as charged. */
size_t
key_table_bytes(const struct key_table *table);

/* What `rows` rows more may add to it, at its peak: arrays are doubled. */
size_t
key_table_growth_bytes(const struct key_table *table, uint32_t rows);

#endif
