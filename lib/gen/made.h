/*
 * Tables of any schema, each column by its maker (gen/maker.h).
 */
#ifndef GEN_MADE_H
#define GEN_MADE_H

#include "batch/stream.h"

struct made_options {
	const char *path;		/* of the Table Schema, JSON */
	uint64_t rows;
	uint64_t seed;
	uint64_t part, part_count;	/* as of gen/walk.h */
	_Bool is_text;
};

/* NULL after an error: status 2, or 3 for bad JSON. */
struct batch_source *
made_source_new(const struct made_options *options, struct error *err);

#endif
