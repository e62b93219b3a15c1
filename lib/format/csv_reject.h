/*
 * Rejected rows, as a stream of their own: file, line (of the record's
 * first byte, from 1), byte (of it, from 0), column (null if the row as a
 * whole is wrong), reason, raw (the record without its newline; bytes that
 * are not UTF-8 as \xHH).
 */
#ifndef FORMAT_CSV_REJECT_H
#define FORMAT_CSV_REJECT_H

#include "batch/builder.h"
#include "batch/stream.h"

struct rcsv_rejects {
	struct batch_sink *sink;	/* borrowed; or NULL */
	struct stream_header header;
	struct batch_builder builder;
};

struct rcsv_reject {
	const char *file;
	uint64_t line;
	uint64_t byte;
	const char *column;		/* or NULL */
	const char *reason;
	const void *raw;
	size_t raw_len;
};

/* Begins the sink, if there is one. */
int
rcsv_rejects_init(struct rcsv_rejects *rejects, struct batch_sink *sink,
    struct error *err);
void
rcsv_rejects_release(struct rcsv_rejects *rejects);

/*
 * Takes one.  Without a sink it is the error: "orders.csv:1042: price:
 * '12,x' is not a decimal(10,2)".
 */
int
rcsv_rejects_add(struct rcsv_rejects *rejects,
    const struct rcsv_reject *reject, struct error *err);
/* Writes what is held to the sink; whoever owns it finishes it. */
int
rcsv_rejects_flush(struct rcsv_rejects *rejects, struct error *err);

#endif
