/*
 * A schema: the names and types of a stream's columns, in order.  Names are
 * UTF-8, unique, compared byte by byte.  Built once, then read only.
 */
#ifndef BATCH_SCHEMA_H
#define BATCH_SCHEMA_H

#include "batch/type.h"

#define SCHEMA_MAX_COLUMNS 65535
#define SCHEMA_MAX_NAME_BYTES 65535

struct field {
	char *name;		/* owned */
	struct type type;
	_Bool is_nullable;	/* false promises a column without nulls */
};

struct schema {
	struct field *fields;	/* owned, [count] */
	uint32_t count;
};

/* Appends a field; the name is copied. */
void
schema_add(struct schema *schema, const char *name, size_t name_len,
    struct type type, _Bool is_nullable);

/* Appends copies of all fields of `from`. */
void
schema_add_all(struct schema *schema, const struct schema *from);

/* The column's index, or -1. */
int
schema_find(const struct schema *schema, const char *name, size_t len);

/*
 * Like schema_find, for names that users typed: fails with a usage error
 * that suggests the nearest name ("no column 'regon'; is it 'region'?").
 */
int
schema_need(const struct schema *schema, const char *name, size_t len,
    uint32_t *index, struct error *err);

/*
 * Splits "a,b,c" into column indices.  Names with a comma or blanks at their
 * ends are written "in double quotes", with "" for a quote.  A column named
 * twice is a usage error.  *indices is the caller's to mem_free.
 */
int
schema_need_list(const struct schema *schema, const char *list,
    uint32_t **indices, uint32_t *count, struct error *err);

_Bool
schema_is_equal(const struct schema *a, const struct schema *b);

void
schema_release(struct schema *schema);

#endif
