/*
 * The end of ragg: chunks of results become batches of a fixed number of
 * rows, so that the output's bytes do not depend on how the chunks came
 * about, and string keys become codes where that pays (each string comes
 * twice or more, as far as has been seen).
 */
#ifndef OP_AGGREGATE_OUTPUT_H
#define OP_AGGREGATE_OUTPUT_H

#include "batch/stream.h"
#include "op/aggregate/aggregator.h"

struct aggregate_output {
	struct aggregator_writer writer;	/* first: this is one */
	struct batch_sink *sink;		/* borrowed */
	struct batch_builder builder;
	uint32_t batch_rows;
	uint64_t row_count;			/* written */
	uint32_t key_count;
	struct dictionary **dictionaries;	/* owned; of keys, or NULL */
	struct column_builder *codes;		/* owned; of keys */
};

/* The first key_count columns of the schema are keys. */
void
aggregate_output_init(struct aggregate_output *output,
    const struct schema *schema, uint32_t key_count,
    struct batch_sink *sink);
/* Writes what is left. */
int
aggregate_output_finish(struct aggregate_output *output, struct error *err);
void
aggregate_output_release(struct aggregate_output *output);

#endif
