#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/number.h"
#include "format/csv_cast.h"

#define ZEROS UINT64_C(0x3030303030303030)	/* eight digits '0' */

static inline uint64_t
load64(const uint8_t *p)
{
	uint64_t word;
	memcpy(&word, p, sizeof(word));
	return word;
}

/*
 * The number of up to 16 digits at p, of which 16 bytes can be read; *bad
 * is set if there are others, more, or none.
 */
static inline uint64_t
digits(const uint8_t *p, uint32_t len, uint64_t *bad)
{
	if (len - 1 < 8) {
		uint64_t word = load64(p) << (64 - 8 * len);
		word |= ZEROS >> 4 * len >> 4 * len;
		return number_eight_digits(word, bad);
	}
	if (len - 1 < 16) {
		uint32_t high = len - 8;
		uint64_t word = load64(p) << (64 - 8 * high);
		word |= ZEROS >> 4 * high >> 4 * high;
		return number_eight_digits(word, bad) * UINT64_C(100000000) +
		    number_eight_digits(load64(p + high), bad);
	}
	*bad |= 1;
	return 0;
}

#define NAME cast_i8
#define TYPE int8_t
#define MAX INT8_MAX
#define IS_SIGNED 1
#include "format/csv_int_body.h"
#define NAME cast_i16
#define TYPE int16_t
#define MAX INT16_MAX
#define IS_SIGNED 1
#include "format/csv_int_body.h"
#define NAME cast_i32
#define TYPE int32_t
#define MAX INT32_MAX
#define IS_SIGNED 1
#include "format/csv_int_body.h"
#define NAME cast_i64
#define TYPE int64_t
#define MAX INT64_MAX
#define IS_SIGNED 1
#include "format/csv_int_body.h"
#define NAME cast_u8
#define TYPE uint8_t
#define MAX UINT8_MAX
#define IS_SIGNED 0
#include "format/csv_int_body.h"
#define NAME cast_u16
#define TYPE uint16_t
#define MAX UINT16_MAX
#define IS_SIGNED 0
#include "format/csv_int_body.h"
#define NAME cast_u32
#define TYPE uint32_t
#define MAX UINT32_MAX
#define IS_SIGNED 0
#include "format/csv_int_body.h"
#define NAME cast_u64
#define TYPE uint64_t
#define MAX UINT64_MAX
#define IS_SIGNED 0
#include "format/csv_int_body.h"

/* ---- decimals -------------------------------------------------------- */

/* Keeps the last len of 8 characters, the others become '0'; len <= 8. */
static inline uint64_t
last_of(uint64_t word, uint32_t len)
{
	uint64_t filled = ZEROS >> 4 * len >> 4 * len;
	uint64_t kept = word >> 4 * (8 - len) >> 4 * (8 - len)
	    << 4 * (8 - len) << 4 * (8 - len);
	return kept | filled;
}

/* High bits where a byte is the point; exact (see csv_index.c). */
static inline uint64_t
points(uint64_t word)
{
	const uint64_t low = UINT64_C(0x7f7f7f7f7f7f7f7f);
	uint64_t x = word ^ UINT64_C(0x2e2e2e2e2e2e2e2e);
	return ~(((x & low) + low) | x | low);
}

/*
 * Up to 16 characters, digits with at most one point among the last 7: the
 * point is taken out, what is before it moves up by one.  16 bytes before
 * the end of a field can be read (fields have 64 bytes before them).
 */
static uint32_t
cast_decimal(const struct rcsv_rows *rows, uint32_t position,
    const struct table_field *field, int64_t *out, uint32_t *exceptions)
{
	uint32_t count = 0;
	uint32_t scale = field->type.scale;
	uint32_t whole = field->type.precision - scale;
	for (uint32_t row = 0; row < rows->count; row++) {
		const uint8_t *p;
		uint32_t len = rcsv_rows_field(rows, row, position, &p);
		const uint8_t *end = p + len;
		uint32_t minus = *p == '-';
		uint64_t bad = 0;
		uint32_t decimals = 0;
		len -= minus;
		bad |= len - 1 >= 16;
		uint32_t low_len = len < 8 ? len : 8;
		uint32_t high_len = len < 16 ? len - low_len : 8;
		uint64_t low = last_of(load64(end - 8), low_len);
		uint64_t high = last_of(load64(end - 16), high_len);
		uint64_t point = points(low);
		if (point != 0) {
			uint32_t at = (uint32_t)__builtin_ctzll(point) & ~7u;
			uint64_t below = (UINT64_C(1) << at) - 1;
			decimals = 7 - at / 8;
			/* a point at the end, or two of them */
			bad |= decimals == 0;
			bad |= point & (point - 1);
			low = (low & ~below << 8) | (low & below) << 8 |
			    high >> 56;
			high = high << 8 | '0';
		}
		uint64_t value = number_eight_digits(low, &bad);
		value += UINT64_C(100000000) *
		    number_eight_digits(high, &bad);
		bad |= decimals > scale;
		uint32_t shift = bad ? 0 : scale - decimals;
		bad |= value >= (uint64_t)decimal_pow10_64[
		    bad ? 0 : whole + decimals];
		value *= (uint64_t)decimal_pow10_64[shift];
		out[row] = (int64_t)(minus ? 0 - value : value);
		exceptions[count] = row;
		count += bad != 0;
	}
	return count;
}

/* ---- dates and times ------------------------------------------------- */

/* The last date read: rows often come day by day. */
struct date_memo {
	uint64_t digits;	/* YYYYMMDD as text */
	int32_t days;
};

/* "19700101", little-endian */
#define MEMO_START {UINT64_C(0x3130313030373931), 0}

/* The day of eight digits YYYYMMDD. */
static inline int32_t
days_of_digits(uint64_t word, uint64_t *bad)
{
	uint32_t number = number_eight_digits(word, bad);
	uint32_t year = number / 10000;
	uint32_t month = number / 100 % 100;
	uint32_t day = number % 100;
	*bad |= !datetime_is_civil((int32_t)year, month, day);
	return *bad ? 0 : datetime_days((int32_t)year, month, (int32_t)day);
}

/* YYYY-MM-DD at p; 16 bytes can be read. */
static inline int32_t
iso_days(const uint8_t *p, struct date_memo *memo, uint64_t *bad)
{
	uint64_t a = load64(p);
	uint64_t b = load64(p + 8) & 0xffff;
	*bad |= (a ^ UINT64_C(0x2d00002d00000000)) &
	    UINT64_C(0xff0000ff00000000);
	uint64_t word = (a & UINT64_C(0xffffffff)) |
	    (a >> 40 & 0xffff) << 32 | b << 48;
	if (word != memo->digits) {
		uint64_t wrong = 0;
		int32_t days = days_of_digits(word, &wrong);
		*bad |= wrong;
		if (wrong)
			return 0;
		*memo = (struct date_memo){word, days};
	}
	return memo->days;
}

static uint32_t
cast_date(const struct rcsv_rows *rows, uint32_t position, int32_t *out,
    uint32_t *exceptions)
{
	uint32_t count = 0;
	struct date_memo memo = MEMO_START;
	for (uint32_t row = 0; row < rows->count; row++) {
		const uint8_t *p;
		uint32_t len = rcsv_rows_field(rows, row, position, &p);
		uint64_t bad = len != 10;
		out[row] = iso_days(p, &memo, &bad);
		exceptions[count] = row;
		count += bad != 0;
	}
	return count;
}

/* HH:MM:SS at p; 8 bytes can be read. */
static inline int64_t
iso_seconds(const uint8_t *p, uint64_t *bad)
{
	uint64_t a = load64(p);
	*bad |= (a ^ UINT64_C(0x00003a00003a0000)) &
	    UINT64_C(0x0000ff0000ff0000);
	uint64_t word = (a & 0xffff) | (a >> 24 & 0xffff) << 16 |
	    (a >> 48) << 32 | UINT64_C(0x3030) << 48;
	uint32_t number = number_eight_digits(word, bad);
	uint32_t hour = number / 1000000;
	uint32_t minute = number / 10000 % 100;
	uint32_t second = number / 100 % 100;
	*bad |= hour > 23 || minute > 59 || second > 59;
	return (int64_t)(hour * 3600 + minute * 60 + second);
}

/* YYYY-MM-DD HH:MM:SS, or with a T between; utc: a Z may follow. */
static uint32_t
cast_timestamp(const struct rcsv_rows *rows, uint32_t position, _Bool is_utc,
    int64_t *out, uint32_t *exceptions)
{
	uint32_t count = 0;
	struct date_memo memo = MEMO_START;
	for (uint32_t row = 0; row < rows->count; row++) {
		const uint8_t *p;
		uint32_t len = rcsv_rows_field(rows, row, position, &p);
		uint32_t z = is_utc && len == 20 && p[19] == 'Z';
		uint64_t bad = len - z != 19;
		bad |= p[10] != ' ' && p[10] != 'T';
		int64_t days = iso_days(p, &memo, &bad);
		int64_t seconds = iso_seconds(p + 11, &bad);
		out[row] = days * DATETIME_US_PER_DAY +
		    seconds * DATETIME_US_PER_SECOND;
		exceptions[count] = row;
		count += bad != 0;
	}
	return count;
}

/* ---- by type --------------------------------------------------------- */

_Bool
rcsv_cast_has_fast(const struct table_field *field)
{
	if (table_field_has_marks(field))
		return 0;
	switch (field->type.id) {
	case TYPE_DECIMAL:
		return field->type.precision <= DECIMAL_MAX_PRECISION_64;
	case TYPE_DATE:
		return !field->has_format || field->format.is_iso_date;
	case TYPE_TIMESTAMP:
		return !field->has_format;
	default:
		return type_is_integer(field->type);
	}
}

uint32_t
rcsv_cast_fast(const struct rcsv_rows *rows, uint32_t position,
    const struct table_field *field, void *out, uint32_t *exceptions)
{
	switch (field->type.id) {
	case TYPE_I8:
		return cast_i8(rows, position, out, exceptions);
	case TYPE_I16:
		return cast_i16(rows, position, out, exceptions);
	case TYPE_I32:
		return cast_i32(rows, position, out, exceptions);
	case TYPE_I64:
		return cast_i64(rows, position, out, exceptions);
	case TYPE_U8:
		return cast_u8(rows, position, out, exceptions);
	case TYPE_U16:
		return cast_u16(rows, position, out, exceptions);
	case TYPE_U32:
		return cast_u32(rows, position, out, exceptions);
	case TYPE_U64:
		return cast_u64(rows, position, out, exceptions);
	case TYPE_DATE:
		return cast_date(rows, position, out, exceptions);
	case TYPE_TIMESTAMP:
		return cast_timestamp(rows, position, field->type.is_utc, out,
		    exceptions);
	default:
		return cast_decimal(rows, position, field, out, exceptions);
	}
}
