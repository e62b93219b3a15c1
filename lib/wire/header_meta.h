/*
 * The metas of header, end, abort and measures frames: headers and stages
 * as msgpack and back.  The keys are those of riffle-stream(5).
 */
#ifndef WIRE_HEADER_META_H
#define WIRE_HEADER_META_H

#include "batch/stream.h"
#include "wire/meta.h"

#define STREAM_FORMAT_VERSION 1

void
header_meta_put(struct buffer *meta, const struct stream_header *header);
int
header_meta_read(const struct meta_item *map, struct stream_header *header,
    struct error *err);

/* The value of a "stages" key: an array of maps. */
void
stages_meta_put(struct buffer *meta, const struct stages *stages);
int
stages_meta_read(const struct meta_item *array, struct stages *stages,
    struct error *err);

/* The value of a "measures" key: an array, one map or nil a stage. */
void
measures_meta_put(struct buffer *meta, const struct stages *stages);
/* Into stages that have been read; more measures than stages are an error. */
int
measures_meta_read(const struct meta_item *array, struct stages *stages,
    struct error *err);

#endif
