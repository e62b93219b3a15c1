/*
 * A stream in a file that is open only while its batches are read: the header
 * is read when the source is made, the rest from the first next on.  So a tool
 * may have more inputs than descriptors.
 */
#ifndef WIRE_LATE_FILE_H
#define WIRE_LATE_FILE_H

#include "batch/stream.h"

/*
 * `path` is of a regular file, which must not change until it is read.  NULL
 * with err set.
 */
struct batch_source *
late_file_new(const char *path, struct error *err);
/* Bytes read so far. */
uint64_t
late_file_bytes(const struct batch_source *source);

#endif
