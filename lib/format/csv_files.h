/*
 * The files that a CSV reader goes through: those of a command line, or those
 * that a list names.  Packed ones are unpacked (io/input.h).
 */
#ifndef FORMAT_CSV_FILES_H
#define FORMAT_CSV_FILES_H

#include "format/csv_reader.h"
#include "io/input.h"

/* What rcsv_paths_next, as rcsv_files.next, goes through.  Zeroed is empty. */
struct rcsv_paths {
	const char **paths;		/* owned array; borrowed texts */
	uint32_t count;
	uint32_t next;
	struct input *input;		/* owned; the one under way */
	struct buffer list;		/* the text of rcsv_paths_read */
};

void
rcsv_paths_add(struct rcsv_paths *paths, const char *path);
/*
 * Adds the paths that a file ("-": standard input) names, one a line, or with
 * a NUL behind each if it holds one (as find -print0 writes them).
 */
int
rcsv_paths_read(struct rcsv_paths *paths, const char *list,
    struct error *err);
void
rcsv_paths_release(struct rcsv_paths *paths);

int
rcsv_paths_next(void *context, struct rcsv_bytes *bytes, struct error *err);
/* Bytes of all files; 0 if that is not known, as of pipes and packed ones. */
uint64_t
rcsv_paths_bytes(const struct rcsv_paths *paths);
/* "a.csv b.csv", or "a.csv ... (305 files)"; new. */
char *
rcsv_paths_text(const struct rcsv_paths *paths);

#endif
