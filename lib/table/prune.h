/*
 * Which row groups and files cannot hold a row that a condition keeps: by
 * the bounds that the condition sets for single columns (expr_bounds), held
 * against statistics and against the values of partitions.
 *
 * In doubt nothing is pruned: statistics that are missing, of types whose
 * order we do not trust, or of NaN.  Rows are filtered exactly afterwards.
 */
#ifndef TABLE_PRUNE_H
#define TABLE_PRUNE_H

#include "batch/builder.h"
#include "expr/expr.h"
#include "format/parquet_schema.h"

/* True if no row of the group meets the bound on this column. */
_Bool
prune_row_group(const struct expr_bound *bound,
    const struct parquet_meta *meta, const struct parquet_column *column,
    const struct parquet_row_group *group);

/*
 * Appends the least and the greatest value of a row group, as its statistics
 * say; false, and nothing appended, if they do not.
 */
_Bool
prune_append_range(const struct parquet_meta *meta,
    const struct parquet_column *column,
    const struct parquet_row_group *group, struct column_builder *least,
    struct column_builder *greatest);

/* True if rows with this one value (row 0 of a column) do not meet it. */
_Bool
prune_value(const struct expr_bound *bound, const struct column *value);

#endif
