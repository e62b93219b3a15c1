/*
 * From the key columns of a batch to the partition of each row.
 *
 * Each key column becomes small numbers in order of first appearance, by
 * codes where it is coded; the numbers of several columns are joined in
 * pairs; the folder's name is made once for each new combination.  Nulls and
 * empty strings, which share a name in Hive's layout, share a partition.
 */
#ifndef TABLE_PARTITION_KEYS_H
#define TABLE_PARTITION_KEYS_H

#include "batch/batch.h"

struct partition_keys;		/* opaque */

/* Columns of the schema, which is borrowed; 1 or more. */
struct partition_keys *
partition_keys_new(const struct schema *schema, const uint32_t *columns,
    uint32_t column_count, uint32_t max_partitions);
void
partition_keys_free(struct partition_keys *keys);

/*
 * Sets partitions[row] for the rows of a batch.  More than max_partitions
 * are an error that says which option to raise.
 */
int
partition_keys_find(struct partition_keys *keys, const struct batch *batch,
    uint32_t *partitions, struct error *err);

uint32_t
partition_keys_count(const struct partition_keys *keys);
/* "region=Asia/yyyymm=202301"; borrowed until the next find. */
const char *
partition_keys_path(const struct partition_keys *keys, uint32_t partition);

#endif
