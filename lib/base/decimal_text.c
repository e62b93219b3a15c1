#include <string.h>

#include "base/decimal.h"

/* A number's text cut into its parts. */
struct parts {
	const char *whole;	/* digits before the point */
	size_t whole_len;
	const char *fraction;	/* digits after it */
	size_t fraction_len;
	int64_t exponent;	/* of ten; 0 if there is none */
	_Bool is_negative;
};

#define MAX_EXPONENT (INT64_C(1) << 56)

static size_t
count_digits(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && (unsigned char)(text[i] - '0') <= 9)
		i++;
	return i;
}

static int
split_exponent(const char *text, size_t len, struct parts *parts)
{
	_Bool is_negative = len > 0 && text[0] == '-';
	size_t i = len > 0 && (text[0] == '-' || text[0] == '+');

	if (i == len || count_digits(text + i, len - i) != len - i)
		return -1;
	for (; i < len; i++) {
		if (parts->exponent < MAX_EXPONENT)
			parts->exponent = parts->exponent * 10 +
			    (text[i] - '0');
	}
	if (is_negative)
		parts->exponent = -parts->exponent;
	return 0;
}

/* 0, or -1 if the text is not of the form. */
static int
split(const char *text, size_t len, _Bool with_exponent, struct parts *parts)
{
	size_t i = len > 0 && (text[0] == '-' || text[0] == '+');

	memset(parts, 0, sizeof(*parts));
	parts->is_negative = i > 0 && text[0] == '-';
	parts->whole = text + i;
	parts->whole_len = count_digits(text + i, len - i);
	i += parts->whole_len;
	parts->fraction = text + i;
	if (i < len && text[i] == '.') {
		parts->fraction = text + ++i;
		parts->fraction_len = count_digits(text + i, len - i);
		i += parts->fraction_len;
		if (parts->fraction_len == 0)
			return -1;
	}
	if (parts->whole_len + parts->fraction_len == 0)
		return -1;
	if (with_exponent && i < len && (text[i] == 'e' || text[i] == 'E'))
		return split_exponent(text + i + 1, len - i - 1, parts);
	return i == len ? 0 : -1;
}

/* Leaves the digits within the scale; whether the others are all zero. */
static _Bool
cut_fraction(struct parts *parts, unsigned scale)
{
	while (parts->fraction_len > scale) {
		if (parts->fraction[parts->fraction_len - 1] != '0')
			return 0;
		parts->fraction_len--;
	}
	return 1;
}

#define NUMBER int64_t
#define NAME(x) x##_64
#include "base/decimal_parse_body.h"
#define NUMBER int128
#define NAME(x) x##_128
#include "base/decimal_parse_body.h"

/* Digit number i of whole and fraction together. */
static inline unsigned
digit_at(const struct parts *parts, size_t i)
{
	return (unsigned)(i < parts->whole_len ? parts->whole[i] :
	    parts->fraction[i - parts->whole_len]) - '0';
}

/*
 * Whether the digits from number i on, cut off, make the one before grow;
 * is_far: zeros come before them, so that they are less than a half.
 */
static _Bool
grows(const struct parts *parts, size_t i, _Bool is_far, _Bool is_odd,
    enum decimal_rounding rounding, _Bool *is_exact)
{
	size_t count = parts->whole_len + parts->fraction_len;
	unsigned first = !is_far && i < count ? digit_at(parts, i++) : 0;
	_Bool rest = 0;

	for (; i < count; i++)
		rest |= digit_at(parts, i) != 0;
	*is_exact = first == 0 && !rest;
	switch (rounding) {
	case DECIMAL_HALF_AWAY:
		return first >= 5;
	case DECIMAL_HALF_EVEN:
		return first > 5 || (first == 5 && (rest || is_odd));
	case DECIMAL_FLOOR:
		return !*is_exact && parts->is_negative;
	case DECIMAL_CEIL:
		return !*is_exact && !parts->is_negative;
	case DECIMAL_TRUNC:
		break;
	}
	return 0;
}

enum decimal_status
decimal_parse_exponent_128(const char *text, size_t len, unsigned precision,
    unsigned scale, enum decimal_rounding rounding, int128 *out,
    _Bool *is_exact)
{
	int128 limit = decimal_pow10_128[precision];
	struct parts parts;
	int128 value = 0;
	_Bool exact = 1;
	size_t i = 0, count;
	int64_t kept;		/* digits that come before the last place */

	if (split(text, len, 1, &parts) != 0)
		return DECIMAL_SYNTAX;
	count = parts.whole_len + parts.fraction_len;
	kept = (int64_t)parts.whole_len + parts.exponent + scale;
	for (; i < count && (int64_t)i < kept; i++) {
		if (value >= limit / 10)
			return DECIMAL_OVERFLOW;
		value = value * 10 + digit_at(&parts, i);
	}
	for (int64_t zeros = (int64_t)i; value != 0 && zeros < kept;
	    zeros++) {
		if (value >= limit / 10)
			return DECIMAL_OVERFLOW;
		value *= 10;
	}
	value += grows(&parts, i, kept < 0, (_Bool)(value & 1), rounding,
	    &exact);
	if (value >= limit)
		return DECIMAL_OVERFLOW;
	*out = parts.is_negative ? -value : value;
	if (is_exact != NULL)
		*is_exact = exact;
	return DECIMAL_OK;
}

/* Puts a point before the last `scale` of the digits; out has a sign. */
static size_t
place_point(char *out, size_t len, const char *digits, size_t count,
    unsigned scale)
{
	size_t whole = count > scale ? count - scale : 0;

	if (whole > 0)
		memcpy(out + len, digits, whole);
	else
		out[len] = '0';
	len += whole > 0 ? whole : 1;
	if (scale == 0)
		return len;
	out[len++] = '.';
	if (count < scale) {
		memset(out + len, '0', scale - count);
		len += scale - count;
	}
	memcpy(out + len, digits + whole, count - whole);
	return len + count - whole;
}

size_t
decimal_format_64(char out[DECIMAL_TEXT_BYTES], int64_t value,
    unsigned scale)
{
	char digits[NUMBER_I64_BYTES];
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value :
	    (uint64_t)value;

	*out = '-';
	return place_point(out, value < 0, digits,
	    number_format_u64(digits, magnitude), scale);
}

size_t
decimal_format_128(char out[DECIMAL_TEXT_BYTES], int128 value,
    unsigned scale)
{
	char digits[INT128_TEXT_BYTES];
	_Bool is_negative = value < 0;
	size_t len;

	if (value == (int64_t)value)
		return decimal_format_64(out, (int64_t)value, scale);
	*out = '-';
	len = int128_format(digits, value);
	return place_point(out, is_negative, digits + is_negative,
	    len - is_negative, scale);
}
