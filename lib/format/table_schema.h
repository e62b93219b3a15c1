/*
 * Table Schema (Frictionless, specs.frictionlessdata.io/table-schema,
 * versions 1 and 2): the names, types, formats and constraints of the
 * fields of a table, and what stands for a missing value.  riffle-schema(5)
 * says what of it is understood; what is not is refused by name, properties
 * that the standard does not know are passed over.
 *
 * The types of the standard are wide.  The property "riffle:type" names one
 * of ours and wins: {"name": "price", "type": "number",
 * "riffle:type": "decimal(10,2)"}.
 */
#ifndef FORMAT_TABLE_SCHEMA_H
#define FORMAT_TABLE_SCHEMA_H

#include "format/table_value.h"

struct table_schema {
	struct table_field *fields;	/* owned */
	uint32_t count;
	struct table_words missing;	/* texts of null; by default "" */
	/* The primary key's fields are required; whether they are unique is
	 * for those to check who see the whole table. */
	uint32_t *primary_key;		/* owned; indices of fields */
	uint32_t primary_key_count;
};

/* The default: no fields, "" is missing. */
void
table_schema_init(struct table_schema *schema);
void
table_schema_release(struct table_schema *schema);

/* Appends an unconstrained field; the name is copied.  Borrowed. */
struct table_field *
table_schema_add(struct table_schema *schema, const char *name, size_t len,
    struct type type);

/*
 * Reads a Table Schema from JSON text; `schema` is initialized here.  Also
 * takes a resource or a package of one resource that holds a schema.
 * Errors name the field: "field 'price': ..." (status 2, 3 for bad JSON).
 */
int
table_schema_parse(struct table_schema *schema, const char *text, size_t len,
    struct error *err);

/*
 * Reads "id:i64 required, price:decimal(10,2), ts:timestamp(%d/%m/%Y)":
 * types as in type.h, with a format in the parentheses of date, time and
 * timestamp; "name" alone is a string.  A name that holds a comma has its
 * item in double quotes.
 */
int
table_schema_parse_inline(struct table_schema *schema, const char *text,
    struct error *err);

/* All numbers are written with these; group 0: with none. */
void
table_schema_set_marks(struct table_schema *schema, char point, char group);
/* All booleans are these words: "yes,ja". */
int
table_schema_set_words(struct table_schema *schema, const char *true_words,
    const char *false_words, struct error *err);

/* The field's index, or -1. */
int
table_schema_find(const struct table_schema *schema, const char *name,
    size_t len);

#endif
