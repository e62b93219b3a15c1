/*
 * A field of a table and the text of one value of it: what a Table Schema
 * (riffle-schema(5)) says of a column, apart from whether it comes as CSV
 * or as JSON.
 */
#ifndef FORMAT_TABLE_VALUE_H
#define FORMAT_TABLE_VALUE_H

#include "base/datetime_format.h"
#include "base/pattern.h"
#include "batch/builder.h"

struct table_words {
	char **items;		/* owned, and each of them */
	uint32_t count;
};

void
table_words_add(struct table_words *words, const char *text, size_t len);
_Bool
table_words_have(const struct table_words *words, const void *text,
    size_t len);
void
table_words_release(struct table_words *words);

/* One value of a fixed-width type, as it lies in a column. */
struct table_value {
	_Bool is_set;
	_Alignas(16) uint8_t bytes[16];
};


struct table_field {
	char *name;			/* owned */
	struct type type;
	_Bool is_required;
	_Bool has_format;		/* of a date, time or timestamp */
	struct datetime_format format;
	char *format_text;		/* owned; or NULL */
	/* of a number; 0: a point, and none */
	char decimal_char, group_char;
	_Bool is_dressed;		/* "$ 12" and "12 %" are numbers */
	/* of a bool; none given: true t yes y 1, false f no n 0, any case */
	struct table_words true_words, false_words;
	/* constraints */
	struct table_value minimum, maximum;	/* not of strings */
	uint64_t min_length, max_length;	/* characters of a string */
	struct pattern *pattern;		/* owned; or NULL */
	char *pattern_text;			/* owned; or NULL */
	struct column_builder *allowed;		/* owned; enum, or NULL */
};

/* Whether anything beyond the type has to be checked. */
_Bool
table_field_is_constrained(const struct table_field *field);
void
table_field_release(struct table_field *field);

/* Whether its numbers are written otherwise than 1234.5. */
static inline _Bool
table_field_has_marks(const struct table_field *field)
{
	return field->decimal_char != 0 || field->group_char != 0 ||
	    field->is_dressed;
}

/* Sets the format; checks that it suits the type (status 2). */
int
table_field_set_format(struct table_field *field, const char *pattern,
    size_t len, struct error *err);
/*
 * Sets the pattern: a regular expression (base/pattern.h) that must match the
 * whole value.
 */
int
table_field_set_pattern(struct table_field *field, const char *pattern,
    struct error *err);
/* False also where matching is given up (base/pattern.h). */
_Bool
table_pattern_matches(struct pattern *pattern, const void *text, size_t len);

enum table_fault {
	TABLE_OK = 0,
	TABLE_SYNTAX,		/* not a value of the type */
	TABLE_RANGE,		/* too large for it */
	TABLE_INEXACT		/* more decimals than the type has */
};

/*
 * Parses the text of a value and writes it to `out` as it lies in a column,
 * type_width() bytes; a bool is one byte.  Not for strings and binaries.
 */
enum table_fault
table_value_parse(const struct table_field *field, const char *text,
    size_t len, void *out);

/* Appends "'12,x' is not a decimal(10,2)". */
void
table_fault_explain(const struct table_field *field, enum table_fault fault,
    const void *text, size_t len, struct buffer *out);

/* < 0, 0, > 0; values as they lie in a column. */
int
table_value_compare(struct type type, const void *a, const void *b);

#endif
