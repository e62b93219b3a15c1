#include "op/sort/prefix_number.h"

#include "batch/integers.h"
#include "op/ordered.h"

#define SIGN UINT64_C(0x8000000000000000)

#define WIDE uint64_t
#define ENCODE(value) ((uint64_t)(value) ^ IS_SIGNED * SIGN)
#define INTEGERS_BODY "op/sort/prefix_number_body.h"
#include "batch/integers_body.h"
#undef ENCODE
#define NUMBER float
#define NAME(x) x##_f32
#define ENCODE(value) ordered_f32(value)
#include "op/sort/prefix_number_body.h"
#undef ENCODE
#define NUMBER double
#define NAME(x) x##_f64
#define ENCODE(value) ordered_f64(value)
#include "op/sort/prefix_number_body.h"
#undef ENCODE
#undef WIDE
#define WIDE uint128
#define NUMBER int128
#define NAME(x) x##_wide
#define ENCODE(value) ((uint128)(value) ^ (uint128)SIGN << 64)
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
	if (type.id == TYPE_BOOL)
		return LOOPS(bool);
	if (type.id == TYPE_F32)
		return LOOPS(f32);
	if (type.id == TYPE_F64)
		return LOOPS(f64);
	switch (ordered_number(type)) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		return LOOPS(name);
	INTEGERS(X)
#undef X
	default:
		return LOOPS(wide);
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
