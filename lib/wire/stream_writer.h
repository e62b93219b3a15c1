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
#include "wire/frame.h"

/* The descriptor is borrowed; name is for messages, copied. */
struct batch_sink *
stream_writer_new(int fd, const char *name);
/*
 * The last frames of a stream whose other frames are passed on as they are:
 * `stages` is the new account, `decoder` the one that has seen the old end.
 */
struct stream_decoder;
void
stream_end_build(const struct stream_decoder *decoder,
    const struct stages *stages, struct frame *measures, struct frame *end);
/* The abort frame for a failure. */
void
stream_abort_build(const struct error *why, const struct stages *stages,
    struct frame *frame);

/* Bytes written so far by a sink made by stream_writer_new. */
uint64_t
stream_writer_bytes(const struct batch_sink *sink);

#endif
