/*
 * The schema of a Parquet file as its footer has it: our types with their
 * logical and converted types (parquet-format LogicalTypes.md).
 *
 *	naive timestamps and times are isAdjustedToUTC = false and have no
 *	converted type, which would say UTC
 */
#ifndef FORMAT_PARQUET_ELEMENTS_H
#define FORMAT_PARQUET_ELEMENTS_H

#include "batch/schema.h"
#include "format/parquet_format.h"

/* 0 if every type can be written; else which cannot. */
int
parquet_elements_check(const struct schema *schema, struct error *err);

/*
 * Fills in elements and orders of the footer; memory in its arena, names
 * borrowed from the schema.
 */
void
parquet_elements_make(const struct schema *schema, struct parquet_meta *meta);

#endif
