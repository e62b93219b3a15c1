/*
 * JSON (RFC 8259): Table Schemas, the Delta log, reports.
 *
 * A value is a tree.  Whoever parsed or made its root owns the tree and
 * frees it with json_value_free; what the getters return is borrowed from
 * the tree.  Members keep the order in which they were read or set.  A name
 * that comes twice in an object is an error.  All text is UTF-8.
 *
 * The library behind it (jansson) exports json_*; hence the longer prefix.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/mem.h"

struct json_value;		/* opaque */

enum json_kind {
	JSON_VALUE_NULL,
	JSON_VALUE_BOOL,
	JSON_VALUE_INTEGER,
	JSON_VALUE_REAL,
	JSON_VALUE_TEXT,
	JSON_VALUE_ARRAY,
	JSON_VALUE_OBJECT
};

#define JSON_VALUE_MAX_BYTES (UINT32_C(64) << 20)

/* Parses all of text; NULL with err set: "line 3: ..." (status 3). */
struct json_value *
json_value_parse(const char *text, size_t len, struct error *err);
void
json_value_free(struct json_value *root);

/* NULL is JSON_VALUE_NULL. */
enum json_kind
json_value_kind(const struct json_value *value);
/* "a number", "an object", ...: for messages. */
const char *
json_value_kind_name(const struct json_value *value);

/* The member, or NULL if it is absent or value is no object. */
const struct json_value *
json_value_get(const struct json_value *value, const char *name);
/* Elements of an array, members of an object; 0 for anything else. */
size_t
json_value_count(const struct json_value *value);
/* Element of an array, or NULL. */
const struct json_value *
json_value_at(const struct json_value *value, size_t index);

/*
 * Goes through an object: start with *iterator NULL; 1 and a member, or 0
 * at the end.  *name is borrowed.
 */
int
json_value_next(const struct json_value *object, void **iterator,
    const char **name, const struct json_value **member);

/* The text of a text (may hold NULs: *len), or NULL if it is none. */
const char *
json_value_text(const struct json_value *value, size_t *len);
/* The number of an integer, else 0. */
int64_t
json_value_integer(const struct json_value *value);
/* The number of an integer or real, else 0. */
double
json_value_real(const struct json_value *value);
_Bool
json_value_is_true(const struct json_value *value);

/*
 * The text of a member.  0 and *text NULL if it is absent or null, -1 if it
 * is something else: "'name' is a number, not a text".
 */
int
json_value_get_text(const struct json_value *object, const char *name,
    const char **text, struct error *err);

/* ---- making ---------------------------------------------------------- */

struct json_value *
json_value_new_object(void);
struct json_value *
json_value_new_array(void);
struct json_value *
json_value_new_text(const char *text, size_t len);
struct json_value *
json_value_new_integer(int64_t number);
struct json_value *
json_value_new_bool(_Bool is_true);

/* Sets a member or appends an element; `member` is taken, also on error. */
void
json_value_set(struct json_value *object, const char *name,
    struct json_value *member);
void
json_value_append(struct json_value *array, struct json_value *element);
/* The common cases.  Text that is not UTF-8 becomes null. */
void
json_value_set_text(struct json_value *object, const char *name,
    const char *text);
void
json_value_set_integer(struct json_value *object, const char *name,
    int64_t number);

/*
 * Appends the text of a value: compact on one line, or indented by two
 * blanks a level.  The same tree gives the same bytes.
 */
void
json_value_print(const struct json_value *value, _Bool is_indented,
    struct buffer *out);

#endif
