#include "base/number.h"

static const char digit_pairs[200] =
    "00010203040506070809101112131415161718192021222324"
    "25262728293031323334353637383940414243444546474849"
    "50515253545556575859606162636465666768697071727374"
    "75767778798081828384858687888990919293949596979899";

static const uint64_t powers_of_ten[20] = {
	UINT64_C(1), UINT64_C(10), UINT64_C(100), UINT64_C(1000),
	UINT64_C(10000), UINT64_C(100000), UINT64_C(1000000),
	UINT64_C(10000000), UINT64_C(100000000), UINT64_C(1000000000),
	UINT64_C(10000000000), UINT64_C(100000000000),
	UINT64_C(1000000000000), UINT64_C(10000000000000),
	UINT64_C(100000000000000), UINT64_C(1000000000000000),
	UINT64_C(10000000000000000), UINT64_C(100000000000000000),
	UINT64_C(1000000000000000000), UINT64_C(10000000000000000000)
};

/* Digits and nothing else. */
static enum number_status
parse_magnitude(const char *text, size_t len, uint64_t *out)
{
	uint64_t value = 0;
	uint64_t bad = 0;
	size_t i = 0;
	enum number_status status = NUMBER_OK;

	if (len == 0)
		return NUMBER_SYNTAX;
	for (; i + 8 <= len && i < 16; i += 8) {
		uint64_t w;

		memcpy(&w, text + i, 8);
		value = value * 100000000 + number_eight_digits(w, &bad);
	}
	if (bad != 0)
		return NUMBER_SYNTAX;
	/* 16 digits at most so far: the next two cannot overflow either. */
	for (; i < len; i++) {
		unsigned digit = (unsigned char)text[i] - '0';

		if (digit > 9)
			return NUMBER_SYNTAX;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			status = NUMBER_RANGE;
	}
	*out = value;
	return status;
}

/* Syntax first: a long text that is no number is not out of range. */
enum number_status
number_parse_u64(const char *text, size_t len, uint64_t *out)
{
	size_t skip = len > 0 && (text[0] == '-' || text[0] == '+');
	uint64_t value;
	enum number_status status =
	    parse_magnitude(text + skip, len - skip, &value);

	if (status != NUMBER_OK)
		return status;
	if (skip > 0 && text[0] == '-' && value > 0)
		return NUMBER_RANGE;
	*out = value;
	return NUMBER_OK;
}

enum number_status
number_parse_i64(const char *text, size_t len, int64_t *out)
{
	size_t skip = len > 0 && (text[0] == '-' || text[0] == '+');
	_Bool is_negative = skip > 0 && text[0] == '-';
	uint64_t value;
	enum number_status status =
	    parse_magnitude(text + skip, len - skip, &value);

	if (status != NUMBER_OK)
		return status;
	if (value > (uint64_t)INT64_MAX + is_negative)
		return NUMBER_RANGE;
	*out = (int64_t)(is_negative ? 0 - value : value);
	return NUMBER_OK;
}

enum number_status
number_parse_i64_within(const char *text, size_t len, int64_t min,
    int64_t max, int64_t *out)
{
	int64_t value;
	enum number_status status = number_parse_i64(text, len, &value);

	if (status != NUMBER_OK)
		return status;
	if (value < min || value > max)
		return NUMBER_RANGE;
	*out = value;
	return NUMBER_OK;
}

enum number_status
number_parse_u64_within(const char *text, size_t len, uint64_t max,
    uint64_t *out)
{
	uint64_t value;
	enum number_status status = number_parse_u64(text, len, &value);

	if (status != NUMBER_OK)
		return status;
	if (value > max)
		return NUMBER_RANGE;
	*out = value;
	return NUMBER_OK;
}

/*
 * log10 from log2 (1233 / 4096 is a little above log10(2)), put right by
 * one comparison: Hacker's Delight, 11-4.
 */
unsigned
number_count_digits(uint64_t value)
{
	unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1);
	unsigned guess = bits * 1233 >> 12;

	return guess + (value >= powers_of_ten[guess]) + (value == 0);
}

size_t
number_format_u64(char out[NUMBER_I64_BYTES], uint64_t value)
{
	unsigned len = number_count_digits(value);
	char *end = out + len;

	while (value >= 100) {
		end -= 2;
		memcpy(end, digit_pairs + value % 100 * 2, 2);
		value /= 100;
	}
	if (value >= 10)
		memcpy(end - 2, digit_pairs + value * 2, 2);
	else
		end[-1] = (char)('0' + value);
	return len;
}

size_t
number_format_i64(char out[NUMBER_I64_BYTES], int64_t value)
{
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value :
	    (uint64_t)value;

	*out = '-';
	return (size_t)(value < 0) +
	    number_format_u64(out + (value < 0), magnitude);
}
