/*
 * One value as text: for CSV, tables for people, messages, folder names.
 *
 * The spelling is the one that the parsers read back: integers and decimals
 * in full, floats in the shortest form that returns the same value, bool as
 * true and false, date 2023-01-31, time 08:26:00 with .ffffff if not zero,
 * timestamp 2023-01-31 08:26:00 likewise (with Z if UTC), binary as hex.
 */
#ifndef BATCH_VALUE_H
#define BATCH_VALUE_H

#include "batch/batch.h"

/* Appends the text of a value that is not null. */
void
column_format(const struct column *column, uint32_t row, struct buffer *out);

/*
 * Parses the text of one value of `type` and appends it to the builder (for
 * literals, partition values, defaults).  The error says what the text is
 * not: "'12,x' is not a decimal(10,2)".
 */
struct column_builder;
int
value_parse(const char *text, size_t len, struct column_builder *builder,
    struct error *err);

#endif
