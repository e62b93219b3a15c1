#include "op/sort/prefix_number.h"

#include <string.h>

#define SIGN UINT64_C(0x8000000000000000)

/* ---- numbers --------------------------------------------------------- */

static inline uint64_t
encode_signed(int64_t value)
{
	return (uint64_t)value ^ SIGN;
}

/* IEEE order as unsigned order; NaN above all, -0.0 as 0.0. */
static inline uint64_t
encode_f32(float value)
{
	uint32_t bits;
	uint32_t sign = UINT32_C(1) << 31;
	if (value != value)
		return UINT32_MAX;
	value += 0.0f;
	memcpy(&bits, &value, sizeof(bits));
	return bits & sign ? ~bits : bits | sign;
}

static inline uint64_t
encode_f64(double value)
{
	uint64_t bits;
	if (value != value)
		return UINT64_MAX;
	value += 0.0;
	memcpy(&bits, &value, sizeof(bits));
	return bits & SIGN ? ~bits : bits | SIGN;
}

#define C_TYPE int8_t
#define WIDE uint64_t
#define ENCODE(value) encode_signed(value)
#define RANGE range_i8
#define MAKE make_i8
#include "op/sort/prefix_number_body.h"

#define C_TYPE int16_t
#define WIDE uint64_t
#define ENCODE(value) encode_signed(value)
#define RANGE range_i16
#define MAKE make_i16
#include "op/sort/prefix_number_body.h"

#define C_TYPE int32_t
#define WIDE uint64_t
#define ENCODE(value) encode_signed(value)
#define RANGE range_i32
#define MAKE make_i32
#include "op/sort/prefix_number_body.h"

#define C_TYPE int64_t
#define WIDE uint64_t
#define ENCODE(value) encode_signed(value)
#define RANGE range_i64
#define MAKE make_i64
#include "op/sort/prefix_number_body.h"

#define C_TYPE uint8_t
#define WIDE uint64_t
#define ENCODE(value) (uint64_t)(value)
#define RANGE range_u8
#define MAKE make_u8
#include "op/sort/prefix_number_body.h"

#define C_TYPE uint16_t
#define WIDE uint64_t
#define ENCODE(value) (uint64_t)(value)
#define RANGE range_u16
#define MAKE make_u16
#include "op/sort/prefix_number_body.h"

#define C_TYPE uint32_t
#define WIDE uint64_t
#define ENCODE(value) (uint64_t)(value)
#define RANGE range_u32
#define MAKE make_u32
#include "op/sort/prefix_number_body.h"

#define C_TYPE uint64_t
#define WIDE uint64_t
#define ENCODE(value) (uint64_t)(value)
#define RANGE range_u64
#define MAKE make_u64
#include "op/sort/prefix_number_body.h"

#define C_TYPE float
#define WIDE uint64_t
#define ENCODE(value) encode_f32(value)
#define RANGE range_f32
#define MAKE make_f32
#include "op/sort/prefix_number_body.h"

#define C_TYPE double
#define WIDE uint64_t
#define ENCODE(value) encode_f64(value)
#define RANGE range_f64
#define MAKE make_f64
#include "op/sort/prefix_number_body.h"

#define C_TYPE int128
#define WIDE uint128
#define ENCODE(value) ((uint128)(value) ^ (uint128)SIGN << 64)
#define RANGE range_wide
#define MAKE make_wide
#include "op/sort/prefix_number_body.h"

/* Bits are few and rare: as numbers, one by one. */
static void
range_bool(const struct column *column, uint32_t rows, uint128 *least,
    uint128 *greatest)
{
	for (uint32_t i = 0; i < rows; i++) {
		if (column_is_null(column, i))
			continue;
		uint64_t value = column_bool(column, i);
		*least = value < *least ? value : *least;
		*greatest = value > *greatest ? value : *greatest;
	}
}

static void
make_bool(const struct prefix_key *key, const struct column *column,
    uint32_t begin, uint32_t count, uint64_t *out)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t value = column_bool(column, begin + i) -
		    (uint64_t)key->least;
		uint64_t mask = prefix_ones(key->bits);
		out[i] |= ((value & mask) ^
		    (key->key.is_descending ? mask : 0)) << key->shift;
	}
}

#define LOOPS(name) (struct prefix_loops){range_##name, make_##name}

struct prefix_loops
prefix_number_loops(struct type type)
{
	switch (type.id) {
	case TYPE_BOOL:
		return LOOPS(bool);
	case TYPE_I8:
		return LOOPS(i8);
	case TYPE_I16:
		return LOOPS(i16);
	case TYPE_I32:
	case TYPE_DATE:
		return LOOPS(i32);
	case TYPE_U8:
		return LOOPS(u8);
	case TYPE_U16:
		return LOOPS(u16);
	case TYPE_U32:
		return LOOPS(u32);
	case TYPE_U64:
		return LOOPS(u64);
	case TYPE_F32:
		return LOOPS(f32);
	case TYPE_F64:
		return LOOPS(f64);
	case TYPE_DECIMAL:
		return type_width(type) == 16 ? LOOPS(wide) : LOOPS(i64);
	default:
		return LOOPS(i64);
	}
}

void
prefix_number_limits(struct type type, uint128 *least, uint128 *greatest)
{
	uint32_t bits = (uint32_t)type_width(type) * 8;
	*least = 0;
	*greatest = bits == 128 ? ~(uint128)0 : prefix_ones(bits);
	switch (type.id) {
	case TYPE_BOOL:
		*greatest = 1;
		break;
	case TYPE_I8:
	case TYPE_I16:
	case TYPE_I32:
	case TYPE_DATE:
		*least = SIGN - (UINT64_C(1) << (bits - 1));
		*greatest += *least;
		break;
	default:
		break;
	}
}
