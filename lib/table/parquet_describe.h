/*
 * A Parquet file for people: its schema, row groups, and of each column
 * chunk codec, encodings, bytes and statistics.
 */
#ifndef TABLE_PARQUET_DESCRIBE_H
#define TABLE_PARQUET_DESCRIBE_H

#include "base/error.h"
#include "base/mem.h"

/* Appends the description of every file below the path. */
int
parquet_describe(const char *path, struct buffer *out, struct error *err);

#endif
