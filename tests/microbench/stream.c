/*
 * A stage's frames: batches of 38 bytes a row written to a pipe and read
 * from it, both ends in this process, checksums and all; the probe's bytes had
 * no checksums.
 */
#include "bench.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/hash.h"
#include "batch/builder.h"
#include "wire/stream_reader.h"
#include "wire/stream_writer.h"

#define ROWS 4096		/* 152 KiB: a frame fits in the pipe */
#define PIPE_BYTES (1 << 20)

static const struct {
	const char *name;
	enum type_id id;
} fields[] = {
	{ "txn", TYPE_I64 }, { "customer", TYPE_I32 },
	{ "product", TYPE_I32 }, { "quantity", TYPE_I32 },
	{ "price", TYPE_I64 }, { "ts", TYPE_I64 },
	{ "region", TYPE_U8 }, { "payment", TYPE_U8 }
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

struct hop {
	struct batch_sink *sink;
	struct batch_source *source;
	const struct batch *batch;
};

static void
pass_batch(void *context)
{
	struct hop *hop = context;
	const struct batch *batch = NULL;
	struct error err = { 0 };

	bench_need(batch_sink_write(hop->sink, hop->batch, &err), &err);
	bench_need(batch_source_next(hop->source, &batch, &err), &err);
	if (batch == NULL || batch->row_count != ROWS)
		bench_need(error_data(&err, "stream: not what was written"),
		    &err);
}

static void
open_pipe(int ends[2])
{
	struct error err = { 0 };

	/* smaller than a frame, the writer would wait for itself */
	if (pipe(ends) != 0 ||
	    fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES) < PIPE_BYTES)
		bench_need(error_system(&err, 0, "no pipe of 1 MiB"), &err);
}

int
main(void)
{
	struct stream_header header = { 0 };
	struct batch_builder builder;
	struct error err = { 0 };
	int ends[2];

	if (!bench_has_level())
		return 0;
	for (size_t i = 0; i < FIELDS; i++)
		schema_add(&header.schema, fields[i].name,
		    strlen(fields[i].name), type_of(fields[i].id), 0);
	batch_builder_init(&builder, &header.schema);
	for (uint32_t row = 0; row < ROWS; row++) {
		uint64_t value = hash_u64(row);

		for (size_t i = 0; i < FIELDS; i++)
			column_builder_append_value(&builder.columns[i],
			    &value);
	}
	open_pipe(ends);
	struct hop hop = {
		.sink = stream_writer_new(ends[1], "the pipe"),
		.batch = batch_builder_view(&builder, NULL)
	};
	bench_need(hop.sink->begin(hop.sink, &header, &err), &err);
	hop.source = stream_reader_new(ends[0], 1, "the pipe", &err);
	bench_need(hop.source == NULL ? -1 : 0, &err);
	bench("frame through a pipe, 38 B/row", "6.3", ROWS, pass_batch, &hop);
	batch_source_free(hop.source);
	batch_sink_free(hop.sink);
	close(ends[1]);
	batch_builder_release(&builder);
	stream_header_release(&header);
	return 0;
}
