#include "base/datetime.h"

/* "HH:MM:SS" in a word, the fractions after it; see the grammar above. */
static int
parse_hms(const char *text, int64_t *us)
{
	uint64_t w, bad;
	uint32_t number;

	memcpy(&w, text, 8);
	bad = (w & 0x0000ff0000ff0000) ^ 0x00003a00003a0000;
	/* HHMMSS, and two zeros before it. */
	number = number_eight_digits(0x3030 | (w & 0xffff) << 16 |
	    (w >> 24 & 0xffff) << 32 | (w >> 48) << 48, &bad);
	if (bad != 0 || number >= 240000 || number % 10000 >= 6000 ||
	    number % 100 >= 60)
		return -1;
	*us = ((int64_t)(number / 10000) * 3600 +
	    number / 100 % 100 * 60 + number % 100) * DATETIME_US_PER_SECOND;
	return 0;
}

/* Digits of a fraction at text[i]; returns where they end, or 0. */
static size_t
parse_fraction(const char *text, size_t len, size_t i, int64_t *us)
{
	size_t start = i;
	int64_t unit = DATETIME_US_PER_SECOND;

	for (; i < len && i < start + 9; i++) {
		unsigned digit = (unsigned char)text[i] - '0';

		if (digit > 9)
			break;
		unit /= 10;
		if (unit == 0 && digit != 0)
			return 0;	/* finer than a microsecond */
		*us += unit * digit;
	}
	return i > start ? i : 0;
}

/* A time at text[0]; returns its length, or 0. */
static size_t
parse_clock(const char *text, size_t len, int64_t *us)
{
	char whole[8];

	if (len >= 8 && text[5] == ':') {
		if (parse_hms(text, us) != 0)
			return 0;
		if (len > 8 && text[8] == '.')
			return parse_fraction(text, len, 9, us);
		return 8;
	}
	if (len < 5)
		return 0;
	memcpy(whole, text, 5);
	memcpy(whole + 5, ":00", 3);
	return parse_hms(whole, us) == 0 ? 5 : 0;
}

/* Z, +hh, +hhmm or +hh:mm to the end, as microseconds east; 0 or -1. */
static int
parse_zone(const char *text, size_t len, int64_t *us)
{
	char clock[8] = "00:00:00";

	*us = 0;
	if (len == 1 && (text[0] == 'Z' || text[0] == 'z'))
		return 0;
	if ((text[0] != '+' && text[0] != '-') ||
	    (len != 3 && len != 5 && (len != 6 || text[3] != ':')))
		return -1;
	memcpy(clock, text + 1, 2);
	if (len > 3)
		memcpy(clock + 3, text + len - 2, 2);
	if (parse_hms(clock, us) != 0)
		return -1;
	if (text[0] == '-')
		*us = -*us;
	return 0;
}

int
datetime_parse_time(const char *text, size_t len, int64_t *us)
{
	int64_t result;
	size_t n = parse_clock(text, len, &result);

	if (n == 0 || n != len)
		return -1;
	*us = result;
	return 0;
}

int
datetime_parse_timestamp(const char *text, size_t len, int64_t *us,
    _Bool *has_zone)
{
	int64_t time = 0, zone = 0;
	int32_t days;
	size_t i = 10;

	if (len < 10 || datetime_parse_date(text, 10, &days) != 0)
		return -1;
	if (len > 10) {
		size_t n;

		if (text[10] != ' ' && text[10] != 'T' && text[10] != 't')
			return -1;
		n = parse_clock(text + 11, len - 11, &time);
		if (n == 0)
			return -1;
		i = 11 + n;
	}
	if (i < len && (has_zone == NULL ||
	    parse_zone(text + i, len - i, &zone) != 0))
		return -1;
	if (has_zone != NULL)
		*has_zone = i < len;
	time += days * DATETIME_US_PER_DAY - zone;
	if (time < DATETIME_US_MIN || time > DATETIME_US_MAX)
		return -1;
	*us = time;
	return 0;
}

/* Two digits. */
static inline void
put_pair(char *out, uint32_t value)
{
	out[0] = (char)('0' + value / 10);
	out[1] = (char)('0' + value % 10);
}

size_t
datetime_print_date(char out[DATETIME_TEXT_BYTES], int32_t days)
{
	struct datetime_civil c = datetime_civil(days);
	size_t len = 0;

	if (c.year >= 0 && c.year <= 9999) {
		put_pair(out, (uint32_t)c.year / 100);
		put_pair(out + 2, (uint32_t)c.year % 100);
		len = 4;
	} else {
		uint32_t year = (uint32_t)(c.year < 0 ? -c.year : c.year);

		out[len++] = c.year < 0 ? '-' : '+';
		for (uint32_t unit = 1000; unit > year && unit > 1;
		    unit /= 10)
			out[len++] = '0';
		len += number_format_u64(out + len, year);
	}
	out[len] = '-';
	put_pair(out + len + 1, c.month);
	out[len + 3] = '-';
	put_pair(out + len + 4, c.day);
	return len + 6;
}

size_t
datetime_print_time(char out[DATETIME_TEXT_BYTES], int64_t us)
{
	int64_t time = datetime_time_of(us);
	uint32_t seconds = (uint32_t)(time / DATETIME_US_PER_SECOND);
	uint32_t fraction = (uint32_t)(time % DATETIME_US_PER_SECOND);
	size_t len = 15;

	put_pair(out, seconds / 3600);
	out[2] = ':';
	put_pair(out + 3, seconds / 60 % 60);
	out[5] = ':';
	put_pair(out + 6, seconds % 60);
	if (fraction == 0)
		return 8;
	out[8] = '.';
	put_pair(out + 9, fraction / 10000);
	put_pair(out + 11, fraction / 100 % 100);
	put_pair(out + 13, fraction % 100);
	while (out[len - 1] == '0')
		len--;
	return len;
}

size_t
datetime_print_timestamp(char out[DATETIME_TEXT_BYTES], int64_t us,
    _Bool is_utc)
{
	size_t len = datetime_print_date(out, datetime_day_of(us));

	out[len++] = ' ';
	len += datetime_print_time(out + len, us);
	if (is_utc)
		out[len++] = 'Z';
	return len;
}
