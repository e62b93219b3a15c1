/*
 * Publishing: a file or a folder that is seen whole or not at all.
 *
 *	struct publish *unit = publish_new(path, mode, is_folder, &err);
 *	int fd = publish_open(unit, "region=Asia/part-00000.parquet", &err);
 *	... write, close ...
 *	publish_commit(unit, &err);
 *	publish_free(unit);
 *
 * The unit is built as `new` in a folder ".riffle-NAME.tmp" beside the
 * table's root, on the same file system; readers' `**` do not see it.  The
 * root is the first folder from `path` upwards whose name is not KEY=VALUE:
 * for "silver/month=2023-01" the staging folder lies beside silver, not in
 * it.  (Where the root is a mount point it has to lie in it.)  commit syncs
 * every file and folder and then renames once: RENAME_EXCHANGE if something
 * was there, which is then removed.  Killed at any moment, the old or the new
 * is at `path`, and the next run to the same path clears what was left.
 *
 * Who builds holds a flock(2) on the staging folder: another run to the same
 * path fails with status 75 if it is held for a second.  A folder is only
 * replaced if it is empty or has PUBLISH_MANIFEST in it: nobody's home is
 * exchanged by a slip.
 */
#ifndef IO_PUBLISH_H
#define IO_PUBLISH_H

#include "base/error.h"
#include "base/mem.h"

/* What tells a folder of ours: its list of files. */
#define PUBLISH_MANIFEST ".manifest"

enum publish_mode {
	PUBLISH_REPLACE,
	PUBLISH_FAIL,		/* status 4 if something is there */
	PUBLISH_SKIP,		/* leave what is there, publish nothing */
	PUBLISH_DRY,		/* write to /dev/null, publish nothing */
	/* write into the folder, which is there: others do too, and whoever
	 * started them publishes it; commit does nothing */
	PUBLISH_SHARED
};

/* "replace", "fail", "skip". */
int
publish_mode_parse(const char *text, enum publish_mode *mode,
    struct error *err);

struct publish;

/* NULL with err set.  The mode's question is asked here and by commit. */
struct publish *
publish_new(const char *path, enum publish_mode mode, _Bool is_folder,
    struct error *err);

/* True if nothing will be published: skipped, or dry. */
_Bool
publish_is_idle(const struct publish *unit);
/* True if something was there already and stays. */
_Bool
publish_is_skipped(const struct publish *unit);

/*
 * Opens a file of the unit for appending, made with its folders when it is
 * not there; `name` is its path within a folder, NULL for a unit that is a
 * file.  The descriptor is the caller's.  -1 with err set.
 */
int
publish_open(struct publish *unit, const char *name, struct error *err);

/* A small file, whole. */
int
publish_write(struct publish *unit, const char *name,
    const struct buffer *text, struct error *err);

/* Where the unit is being built: the file or folder; borrowed. */
const char *
publish_place(const struct publish *unit);

/* Puts the unit in place.  On failure what was there is there. */
int
publish_commit(struct publish *unit, struct error *err);

/* Without a commit, removes what was built. */
void
publish_free(struct publish *unit);

#endif
