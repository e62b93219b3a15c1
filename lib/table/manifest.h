/*
 * What a folder of Parquet files holds, beside them in hidden files that
 * other readers pass over.
 *
 *	.manifest	JSON, keys sorted: the files by path with rows, bytes
 *			and XXH3-64 of each, the partition keys, the schema.
 *			It depends on what was written alone, so that it
 *			changes only when the table does.
 *	.stages		JSON, one line a stage: the account of the run that
 *			made it (tool, arguments, rows), without clocks.
 *
 * Where several writers fill one folder, each leaves both in a folder
 * .share-N of its own in it, and manifest_gather makes one of them.
 */
#ifndef TABLE_MANIFEST_H
#define TABLE_MANIFEST_H

#include "batch/schema.h"
#include "batch/stage.h"
#include "io/publish.h"

#define MANIFEST_NAME ".manifest"
#define MANIFEST_STAGES_NAME ".stages"
#define MANIFEST_VERSION 1
#define MANIFEST_SHARE_PREFIX ".share-"

struct manifest_file {
	char *path;		/* owned; within the folder */
	uint64_t rows;
	uint64_t bytes;
	uint64_t sum;		/* XXH3-64 of all bytes */
};

struct manifest {
	struct schema schema;	/* the partition keys too */
	uint32_t *keys;		/* owned; columns, the outermost first */
	uint32_t key_count;
	struct manifest_file *files;	/* owned */
	uint32_t file_count;
};

/* Sorts the files by path and appends the text. */
void
manifest_print(struct manifest *manifest, struct buffer *out);

/* Appends the lines of .stages. */
void
manifest_print_stages(const struct stages *stages, struct buffer *out);

/*
 * Reads FOLDER/.manifest: 1, or 0 if there is none, or -1.  `manifest` is
 * the caller's to release.
 */
int
manifest_read(const char *folder, struct manifest *manifest,
    struct error *err);
void
manifest_release(struct manifest *manifest);
/* A small file's text: 1, 0 if there is no such file, -1. */
int
manifest_read_text(const char *folder, const char *name,
    struct buffer *text, struct error *err);

/*
 * Takes what the writers of FOLDER left into one manifest, and removes it: the
 * number of writers, or -1.  `last` becomes their last stage, its rows added
 * up.  Two that wrote the same file are an error.  Both are the caller's to
 * release, also with -1.
 */
int
manifest_gather(const char *folder, struct manifest *manifest,
    struct stage *last, struct error *err);

/*
 * Writes both into a unit, their names behind `prefix`.  If the folder
 * `there` (NULL: none is asked) is just this already, nothing is written and
 * *is_unchanged set.
 */
int
manifest_write(struct publish *unit, const char *prefix,
    struct manifest *manifest, const struct stages *stages,
    const char *there, _Bool *is_unchanged, struct error *err);

/*
 * True if the folder has these texts as its .manifest and .stages, and every
 * file with its length: writing it again would change nothing.
 */
_Bool
manifest_is_there(const char *folder, const struct manifest *manifest,
    const struct buffer *text, const struct buffer *stages);

#endif
