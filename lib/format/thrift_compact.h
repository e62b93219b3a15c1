/*
 * The Thrift compact protocol, as far as Parquet needs it
 * (apache/thrift, doc/specs/thrift-compact-protocol.md).
 *
 * Reader: bounded by the bytes it is given, allocates nothing.  Its error is
 * sticky: after the first one all gets return 0 and structs end, so that a
 * parser is written straight through and asks once, at its end, with
 * thrift_check.
 *
 *	struct thrift_field field = {0};
 *	while (thrift_next_field(reader, &field)) {
 *		switch (field.id) {
 *		case 1: x->size = thrift_get_i32(reader, &field); break;
 *		default: thrift_skip(reader, &field);
 *		}
 *	}
 *
 * Each field must be got or skipped.  A field of another type than the get
 * wants is an error.  Nesting is limited to THRIFT_MAX_DEPTH.
 *
 * Writer: appends to a buffer; ids ascend or not, as they come.
 *
 *	thrift_put_i32(&writer, 1, x->size);
 *	thrift_put_struct(&writer, 2);		(its fields) ...
 *	thrift_put_end(&writer);		of the inner struct
 *	thrift_put_end(&writer);		of the outer one
 */
#ifndef FORMAT_THRIFT_COMPACT_H
#define FORMAT_THRIFT_COMPACT_H

#include "base/error.h"
#include "base/mem.h"

#define THRIFT_MAX_DEPTH 64

enum thrift_type {
	THRIFT_STOP = 0,
	THRIFT_TRUE = 1,	/* a bool, in fields and in lists */
	THRIFT_FALSE = 2,
	THRIFT_I8 = 3,
	THRIFT_I16 = 4,
	THRIFT_I32 = 5,
	THRIFT_I64 = 6,
	THRIFT_DOUBLE = 7,
	THRIFT_BINARY = 8,
	THRIFT_LIST = 9,
	THRIFT_SET = 10,
	THRIFT_MAP = 11,
	THRIFT_STRUCT = 12,
	THRIFT_UUID = 13
};

struct thrift_reader {
	const uint8_t *at;
	const uint8_t *end;
	unsigned depth;
	_Bool is_short;		/* failed for want of bytes, not for wrong */
	_Bool has_failed;
	struct error failure;	/* set if has_failed */
};

/* A field, or the kind of a list's elements (then the id is not used). */
struct thrift_field {
	int16_t id;
	uint8_t type;		/* enum thrift_type */
};

/* The bytes are borrowed as long as the reader is used. */
void
thrift_reader_init(struct thrift_reader *reader, const void *bytes,
    size_t len);

/* The first failure; 0 if there was none. */
int
thrift_check(const struct thrift_reader *reader, struct error *err);

/* Makes the reader fail, for errors that its user finds.  Returns 0. */
int
thrift_fail(struct thrift_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Moves to the next field of the struct that is being read; *field is zero
 * before the first.  0 at the end of the struct and after a failure.
 */
_Bool
thrift_next_field(struct thrift_reader *reader, struct thrift_field *field);

/* To be called around the reading of a struct in a field or element. */
_Bool
thrift_enter(struct thrift_reader *reader, const struct thrift_field *field);
void
thrift_leave(struct thrift_reader *reader);

_Bool
thrift_get_bool(struct thrift_reader *reader,
    const struct thrift_field *field);
/* From i8, i16, i32 or i64; what does not fit is an error. */
int32_t
thrift_get_i32(struct thrift_reader *reader,
    const struct thrift_field *field);
int64_t
thrift_get_i64(struct thrift_reader *reader,
    const struct thrift_field *field);
/* Bytes of the input, borrowed; never NULL when the field is there. */
const uint8_t *
thrift_get_bytes(struct thrift_reader *reader,
    const struct thrift_field *field, uint32_t *len);
/*
 * The number of elements of a list, and their kind.  More elements than
 * can lie in the rest of the input, each of at least element_bytes, are an
 * error: memory for the count may be taken.
 */
uint32_t
thrift_get_list(struct thrift_reader *reader,
    const struct thrift_field *field, struct thrift_field *element,
    uint32_t element_bytes);
/* Any field, with all that is in it. */
void
thrift_skip(struct thrift_reader *reader, const struct thrift_field *field);

struct thrift_writer {
	struct buffer *out;		/* borrowed */
	unsigned depth;
	int16_t last[THRIFT_MAX_DEPTH];	/* ids; [depth] of this struct */
};

/* Begins the outermost struct. */
void
thrift_writer_init(struct thrift_writer *writer, struct buffer *out);

void
thrift_put_bool(struct thrift_writer *writer, int16_t id, _Bool value);
void
thrift_put_i8(struct thrift_writer *writer, int16_t id, int8_t value);
void
thrift_put_i16(struct thrift_writer *writer, int16_t id, int16_t value);
void
thrift_put_i32(struct thrift_writer *writer, int16_t id, int32_t value);
void
thrift_put_i64(struct thrift_writer *writer, int16_t id, int64_t value);
void
thrift_put_bytes(struct thrift_writer *writer, int16_t id, const void *bytes,
    uint32_t len);
void
thrift_put_text(struct thrift_writer *writer, int16_t id, const char *text);
/* Opens a struct; thrift_put_end closes it. */
void
thrift_put_struct(struct thrift_writer *writer, int16_t id);
void
thrift_put_end(struct thrift_writer *writer);
/* The head of a list; `count` elements of that type follow. */
void
thrift_put_list(struct thrift_writer *writer, int16_t id,
    enum thrift_type type, uint32_t count);
void
thrift_put_element_i32(struct thrift_writer *writer, int32_t value);
void
thrift_put_element_bytes(struct thrift_writer *writer, const void *bytes,
    uint32_t len);
/* Opens an element that is a struct; thrift_put_end closes it. */
void
thrift_put_element_struct(struct thrift_writer *writer);

#endif
