/*
 * Batches of the models as CSV text: what their columns are, and no more
 * (i8, i32, i64, decimals in 8 bytes, timestamps, strings, nulls).
 *
 * RFC 4180, but lines end in "\n": commas between values, quotes around
 * values with a comma, quote or line end in them, null as nothing.
 */
#ifndef GEN_CSV_TEXT_H
#define GEN_CSV_TEXT_H

#include "batch/stream.h"

/*
 * A sink over a descriptor, which is borrowed, as is the name for messages.
 * Without has_header only rows are written.
 */
struct batch_sink *
csv_text_new(int fd, const char *name, _Bool has_header);

#endif
