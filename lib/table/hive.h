/*
 * Hive's layout of a partitioned table: folders named KEY=VALUE.
 *
 *	region=North America/yyyymm=202301/part-00000.parquet
 *
 * In keys and values the characters that Hive and Spark escape are %XX
 * (Hive: FileUtils.escapePathName, the same list in Spark's
 * ExternalCatalogUtils): 01 to 1f, 7f, and " # % ' * / : = ? \ { [ ] ^.
 * Null and the empty string are both __HIVE_DEFAULT_PARTITION__, which
 * reads as null.  A value is spelled as column_format spells it.
 */
#ifndef TABLE_HIVE_H
#define TABLE_HIVE_H

#include "batch/batch.h"

#define HIVE_NULL "__HIVE_DEFAULT_PARTITION__"
#define HIVE_MAX_KEYS 64

void
hive_escape(const void *text, size_t len, struct buffer *out);

/* A % without two hex digits after it stands for itself. */
void
hive_unescape(const char *text, size_t len, struct buffer *out);

/*
 * Appends "KEY=VALUE" for a row of a column.  An error if that is longer
 * than a file name can be, or the value reads as null and is not.
 */
int
hive_append(const char *key, const struct column *column, uint32_t row,
    struct buffer *out, struct error *err);

/* One KEY=VALUE of a path, unescaped. */
struct hive_value {
	char *key;		/* owned */
	char *value;		/* owned; NULL is null */
	size_t value_len;
};

struct hive_file {
	char *path;		/* owned; to be opened */
	struct hive_value *values;	/* owned */
	uint32_t value_count;
};

struct hive_files {
	struct hive_file *items;	/* owned */
	uint32_t count;
};

/*
 * Appends a file, or all files below a folder in the order of their names'
 * bytes, level by level.  Names that begin with "." or "_" are left out.
 * The values of a file are those of the KEY=VALUE folders right above it,
 * in the path as it is given too.
 */
int
hive_list(const char *path, struct hive_files *files, struct error *err);
void
hive_files_release(struct hive_files *files);

/*
 * The table's root of a path, as it is given: the first folder upwards
 * (or the path itself, if it is a folder) that is not KEY=VALUE.  "." if
 * nothing is left.  New, the caller's to mem_free.
 */
char *
hive_root(const char *path);

#endif
