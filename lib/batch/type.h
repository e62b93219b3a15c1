/*
 * The type of a column: a small value, compared with type_is_equal.
 *
 * Spelled as users write it: "i64", "decimal(10,2)", "timestamp" (naive),
 * "timestamp(utc)".  decimal(p,s) is an integer scaled by 10^s, in 8 bytes
 * up to p = 18, in 16 up to 38.  date is days since 1970-01-01, time
 * microseconds since midnight, timestamp microseconds since 1970-01-01
 * 00:00:00, of UTC or of an unnamed local clock.
 *
 * list, struct and map have their ids; no tool handles them yet.
 */
#ifndef BATCH_TYPE_H
#define BATCH_TYPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum type_id {
#define TYPE(ID, name, width_bytes, c_type) TYPE_##ID,
#include "batch/type.def"
#undef TYPE
	TYPE_COUNT
};

struct type {
	uint8_t id;		/* enum type_id */
	uint8_t precision;	/* decimal: 1 to 38 */
	uint8_t scale;		/* decimal: 0 to precision */
	uint8_t is_utc;		/* timestamp: 1 instant, 0 naive */
};

#define TYPE_TEXT_BYTES 32

static inline struct type
type_of(enum type_id id)
{
	return (struct type){.id = (uint8_t)id};
}

static inline struct type
type_decimal(unsigned precision, unsigned scale)
{
	return (struct type){.id = TYPE_DECIMAL,
	    .precision = (uint8_t)precision, .scale = (uint8_t)scale};
}

static inline struct type
type_timestamp(_Bool is_utc)
{
	return (struct type){.id = TYPE_TIMESTAMP, .is_utc = is_utc};
}

static inline _Bool
type_is_equal(struct type a, struct type b)
{
	return a.id == b.id && a.precision == b.precision &&
	    a.scale == b.scale && a.is_utc == b.is_utc;
}

/* Bytes of one value; 0 for null, bool (bits) and variable length. */
size_t
type_width(struct type type);

static inline _Bool
type_is_variable(struct type type)
{
	return type.id == TYPE_STRING || type.id == TYPE_BINARY;
}

static inline _Bool
type_is_integer(struct type type)
{
	return type.id >= TYPE_I8 && type.id <= TYPE_U64;
}

static inline _Bool
type_is_signed(struct type type)
{
	return type.id >= TYPE_I8 && type.id <= TYPE_I64;
}

static inline _Bool
type_is_float(struct type type)
{
	return type.id == TYPE_F32 || type.id == TYPE_F64;
}

static inline _Bool
type_is_number(struct type type)
{
	return type_is_integer(type) || type_is_float(type) ||
	    type.id == TYPE_DECIMAL;
}

static inline _Bool
type_is_nested(struct type type)
{
	return type.id >= TYPE_LIST;
}

/* "i64", "decimal", ...: the bare name of an id. */
const char *
type_name(enum type_id id);

/* The whole spelling, "decimal(10,2)"; writes to `out`, returns it. */
const char *
type_format(struct type type, char out[TYPE_TEXT_BYTES]);

/*
 * Reads a spelling, case ignored; SQL's names are taken too (int, integer,
 * bigint, smallint, tinyint, double, float, real, varchar, text, boolean,
 * numeric, datetime).  Fails with a usage error that lists the types.
 */
int
type_parse(const char *text, size_t len, struct type *type, struct error *err);

#endif
