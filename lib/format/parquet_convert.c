#include "format/parquet_convert.h"

#include <assert.h>

#include "base/datetime.h"
#include "base/decimal.h"

#define JULIAN_DAY_OF_1970 2440588
#define MAX_DAYS 106000000	/* that times microseconds a day fit 64 bits */

static int32_t
load_i32(const uint8_t *raw, uint32_t i)
{
	int32_t value;
	memcpy(&value, raw + (size_t)i * 4, 4);
	return value;
}

static int64_t
load_i64(const uint8_t *raw, uint32_t i)
{
	int64_t value;
	memcpy(&value, raw + (size_t)i * 8, 8);
	return value;
}

/* ---- integers -------------------------------------------------------- */

static int
does_not_fit(const struct parquet_column *column, long long value,
    struct error *err)
{
	char text[TYPE_TEXT_BYTES];
	return error_data(err, "%lld does not fit %s", value,
	    type_format(column->type, text));
}

#define NAME to_i8
#define OUT int8_t
#include "format/parquet_narrow_body.h"
#define NAME to_i16
#define OUT int16_t
#include "format/parquet_narrow_body.h"
#define NAME to_u8
#define OUT uint8_t
#include "format/parquet_narrow_body.h"
#define NAME to_u16
#define OUT uint16_t
#include "format/parquet_narrow_body.h"

/* ---- times ----------------------------------------------------------- */

static int
from_ms(const struct parquet_column *column, const uint8_t *raw,
    int64_t *out, uint32_t count, struct error *err)
{
	for (uint32_t i = 0; i < count; i++) {
		int64_t ms = column->raw_bytes == 4 ? load_i32(raw, i) :
		    load_i64(raw, i);
		if (__builtin_mul_overflow(ms, 1000, &out[i]))
			return error_data(err, "%lld ms are out of range",
			    (long long)ms);
	}
	return 0;
}

static int
not_whole(int64_t ns, struct error *err)
{
	return error_data(err, "%lld ns are not whole microseconds: not "
	    "handled", (long long)ns);
}

static int
from_ns(const uint8_t *raw, int64_t *out, uint32_t count, struct error *err)
{
	for (uint32_t i = 0; i < count; i++) {
		int64_t ns = load_i64(raw, i);
		out[i] = ns / 1000;
		if (out[i] * 1000 != ns)
			return not_whole(ns, err);
	}
	return 0;
}

/*
 * INT96: nanoseconds within the day (i64) and the Julian day (i32), as
 * Impala and Spark write them; not in the specification.
 */
static int
from_int96(const uint8_t *raw, int64_t *out, uint32_t count,
    struct error *err)
{
	for (uint32_t i = 0; i < count; i++, raw += 12) {
		int64_t ns = load_i64(raw, 0);
		int64_t days = (int64_t)load_i32(raw + 8, 0) -
		    JULIAN_DAY_OF_1970;
		if (days > MAX_DAYS || days < -MAX_DAYS)
			return error_data(err, "day %lld of an INT96 "
			    "timestamp is out of range", (long long)days);
		if (ns % 1000 != 0)
			return not_whole(ns, err);
		if (__builtin_add_overflow(days * DATETIME_US_PER_DAY,
		    ns / 1000, &out[i]))
			return error_data(err, "an INT96 timestamp is out "
			    "of range");
	}
	return 0;
}

/* ---- FLOAT16 --------------------------------------------------------- */

/* IEEE 754 binary16 to binary32: exact. */
static float
float_of_half(uint16_t half)
{
	uint32_t sign = (uint32_t)(half & 0x8000) << 16;
	uint32_t exponent = half >> 10 & 31;
	uint32_t fraction = half & 0x3ff;
	uint32_t bits;
	if (exponent == 31) {
		bits = sign | 0x7f800000 | fraction << 13;
	} else if (exponent != 0) {
		bits = sign | (exponent + 112) << 23 | fraction << 13;
	} else if (fraction == 0) {
		bits = sign;
	} else {
		/* subnormal: shift until the leading one is bit 10 */
		exponent = 113;
		for (; (fraction & 0x400) == 0; fraction <<= 1)
			exponent--;
		bits = sign | exponent << 23 | (fraction & 0x3ff) << 13;
	}
	float value;
	memcpy(&value, &bits, sizeof(value));
	return value;
}

static int
from_half(const uint8_t *raw, float *out, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++, raw += 2)
		out[i] = float_of_half((uint16_t)(raw[0] | raw[1] << 8));
	return 0;
}

/* ---- decimals -------------------------------------------------------- */

static int
too_many_digits(const struct parquet_column *column, int128 value,
    struct error *err)
{
	char type[TYPE_TEXT_BYTES], digits[INT128_TEXT_BYTES + 1];
	digits[int128_format(digits, value)] = '\0';
	return error_data(err, "%s (unscaled) does not fit %s", digits,
	    type_format(column->type, type));
}

/* Puts one decimal into place i. */
static int
put_decimal(const struct parquet_column *column, int128 value, void *out,
    uint32_t i, struct error *err)
{
	unsigned precision = column->type.precision;
	if (!decimal_fits_128(value, precision))
		return too_many_digits(column, value, err);
	if (precision <= DECIMAL_MAX_PRECISION_64)
		((int64_t *)out)[i] = (int64_t)value;
	else
		((int128 *)out)[i] = value;
	return 0;
}

static int
check_digits(const struct parquet_column *column, const int64_t *values,
    uint32_t count, struct error *err)
{
	const int64_t limit = decimal_pow10_64[column->type.precision];
	_Bool is_bad = 0;
	for (uint32_t i = 0; i < count; i++)
		is_bad |= (values[i] >= limit) | (values[i] <= -limit);
	for (uint32_t i = 0; is_bad && i < count; i++)
		if (!decimal_fits_64(values[i], column->type.precision))
			return too_many_digits(column, values[i], err);
	return 0;
}

/* The most frequent case, 8 bytes from up to 8: no branch on values. */
static int
to_decimals_64(const struct parquet_column *column, const uint8_t *raw,
    int64_t *out, uint32_t count, struct error *err)
{
	size_t width = column->raw_bytes;
	if (column->element->type == PARQUET_FIXED_LEN_BYTE_ARRAY)
		for (uint32_t i = 0; i < count; i++)
			out[i] = (int64_t)__builtin_bswap64((uint64_t)
			    load_i64(raw + i * width, 0)) >> (64 - 8 * width);
	else if (width == 4)
		for (uint32_t i = 0; i < count; i++)
			out[i] = load_i32(raw, i);
	else
		memcpy(out, raw, (size_t)count * 8);
	return check_digits(column, out, count, err);
}

/* 9 to 16 bytes, big-endian two's complement. */
static int128
decimal_of_16(const uint8_t *raw, size_t width)
{
	uint64_t high = __builtin_bswap64((uint64_t)load_i64(raw, 0));
	uint64_t low = __builtin_bswap64((uint64_t)load_i64(raw, 1));
	return int128_from_halves((int64_t)high, low) >> (128 - 8 * width);
}

/* Big-endian two's complement of any length; -1 if 128 bits do not do. */
static int
decimal_of_bytes(const uint8_t *bytes, size_t len, int128 *out)
{
	uint8_t sign = len > 0 && bytes[0] >= 0x80 ? 0xff : 0;
	for (; len > 16; bytes++, len--)
		if (bytes[0] != sign)
			return -1;
	uint128 value = sign != 0 ? ~(uint128)0 : 0;
	for (size_t i = 0; i < len; i++)
		value = value << 8 | bytes[i];
	*out = (int128)value;
	/* where 16 of more bytes are left their sign must be the first's */
	return len == 0 || (bytes[0] >= 0x80) == (sign != 0) ? 0 : -1;
}

static int
put_decimal_bytes(const struct parquet_column *column, const uint8_t *bytes,
    size_t len, void *out, uint32_t i, struct error *err)
{
	int128 value;
	if (len == 0)
		return error_data(err, "a decimal of no bytes");
	if (decimal_of_bytes(bytes, len, &value) < 0)
		return error_data(err, "a decimal of more than 128 bits");
	return put_decimal(column, value, out, i, err);
}

static int
to_decimals(const struct parquet_column *column, const uint8_t *raw,
    void *out, uint32_t count, struct error *err)
{
	size_t width = column->raw_bytes;
	_Bool is_fixed = column->element->type ==
	    PARQUET_FIXED_LEN_BYTE_ARRAY;
	if (width <= 8 && column->type.precision <= DECIMAL_MAX_PRECISION_64)
		return to_decimals_64(column, raw, out, count, err);
	for (uint32_t i = 0; i < count; i++, raw += width) {
		int status = is_fixed && width > 16 ?
		    put_decimal_bytes(column, raw, width, out, i, err) :
		    put_decimal(column, is_fixed ? decimal_of_16(raw, width) :
		    width == 4 ? load_i32(raw, 0) : load_i64(raw, 0), out, i,
		    err);
		if (status < 0)
			return -1;
	}
	return 0;
}

int
parquet_convert_decimals(const struct parquet_column *column,
    const uint8_t *bytes, const int32_t *ends, void *out, uint32_t count,
    struct error *err)
{
	int32_t begin = 0;
	for (uint32_t i = 0; i < count; begin = ends[i++])
		if (put_decimal_bytes(column, bytes + begin,
		    (size_t)(ends[i] - begin), out, i, err) < 0)
			return -1;
	return 0;
}

/* ---- all of them ----------------------------------------------------- */

int
parquet_convert_fixed(const struct parquet_column *column, const uint8_t *raw,
    void *out, uint32_t count, struct error *err)
{
	switch (column->conversion) {
	case PARQUET_TO_I8:
		return to_i8(column, raw, out, count, err);
	case PARQUET_TO_I16:
		return to_i16(column, raw, out, count, err);
	case PARQUET_TO_U8:
		return to_u8(column, raw, out, count, err);
	case PARQUET_TO_U16:
		return to_u16(column, raw, out, count, err);
	case PARQUET_TO_DECIMAL:
		return to_decimals(column, raw, out, count, err);
	case PARQUET_TO_TIME_MS:
		return from_ms(column, raw, out, count, err);
	case PARQUET_TO_TIME_NS:
		return from_ns(raw, out, count, err);
	case PARQUET_TO_INT96_US:
		return from_int96(raw, out, count, err);
	default:
		assert(column->conversion == PARQUET_TO_HALF);
		return from_half(raw, out, count);
	}
}

void
parquet_convert_uuid(const uint8_t raw[16],
    uint8_t out[PARQUET_UUID_TEXT_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	for (unsigned i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = (uint8_t)digits[raw[i] >> 4];
		*out++ = (uint8_t)digits[raw[i] & 15];
	}
}
