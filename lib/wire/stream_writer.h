/*
 * Writing a stream: a batch_sink over a descriptor.
 *
 * begin writes the header at once, so that errors downstream show early.
 * write sends a dictionary's new entries just before the batch that uses
 * them; a column must keep one dictionary throughout (a change of it is
 * mapped here, once an entry).  finish writes measures (on pipes only) and
 * the end frame; abort the abort frame.
 */
#ifndef WIRE_STREAM_WRITER_H
#define WIRE_STREAM_WRITER_H

#include "batch/stream.h"

/* The descriptor is borrowed; name is for messages, copied. */
struct batch_sink *
stream_writer_new(int fd, const char *name);
/* Bytes written so far by a sink made by stream_writer_new. */
uint64_t
stream_writer_bytes(const struct batch_sink *sink);

#endif
