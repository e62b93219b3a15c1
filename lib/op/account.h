/*
 * The account of runs as a stream: what --stats wrote, a row for a stage.
 *
 * Columns: run (the file's name without folder and ending), stage (its id),
 * tool, arguments, strategy, kind, every counter of batch/stage.h, and the
 * measures in_bytes, out_bytes, spilled_bytes, wall_us, user_us, system_us,
 * peak_bytes, processes (null if they are not known).
 */
#ifndef OP_ACCOUNT_H
#define OP_ACCOUNT_H

#include "batch/stream.h"

/* Appends the columns to an empty schema. */
void
account_schema(struct schema *schema);

/*
 * Appends a row for each line of `text`, JSON lines as --stats writes them,
 * to a builder with the columns above.  The error names `path` and line.
 */
struct batch_builder;
int
account_parse(const char *path, const char *text, size_t len,
    struct batch_builder *builder, struct error *err);

#endif
