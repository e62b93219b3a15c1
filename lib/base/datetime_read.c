/*
 * Reading dates and times by a compiled format.
 */
#include <string.h>

#include "base/datetime.h"
#include "base/datetime_format.h"

/* What has been read so far; -1 is nothing. */
struct reading {
	const char *text;
	size_t len;
	size_t i;
	int32_t year, month, day, doy, dow;
	int32_t hour, minute, second;
	int32_t half;		/* 0 AM, 1 PM */
	_Bool is_half_hour;	/* the hour is of 12 */
	int64_t fraction_us;
	int64_t zone_us;
};

/* A number of min to max digits; -1 if there is none. */
static int32_t
read_number(struct reading *r, unsigned min, unsigned max)
{
	int32_t value = 0;
	unsigned n = 0;

	for (; n < max && r->i < r->len; n++, r->i++) {
		unsigned digit = (unsigned char)r->text[r->i] - '0';

		if (digit > 9)
			break;
		value = value * 10 + (int32_t)digit;
	}
	return n < min ? -1 : value;
}

/*
 * The number of the name at the place, in full or its first three letters
 * as the format has it; -1 if there is none.
 */
static int32_t
read_name(struct reading *r, const char names[][10], int32_t count,
    _Bool is_short)
{
	for (int32_t k = 0; k < count; k++) {
		size_t len = is_short ? 3 : strlen(names[k]);
		size_t n = 0;

		if (len > r->len - r->i)
			continue;
		while (n < len &&
		    (r->text[r->i + n] | 0x20) == (names[k][n] | 0x20))
			n++;
		if (n == len) {
			r->i += len;
			return k;
		}
	}
	return -1;
}

static int
read_fraction(struct reading *r)
{
	int64_t unit = DATETIME_US_PER_SECOND;
	size_t start = r->i;

	r->fraction_us = 0;
	for (; r->i < r->len && r->i < start + 9; r->i++) {
		unsigned digit = (unsigned char)r->text[r->i] - '0';

		if (digit > 9)
			break;
		unit /= 10;
		if (unit == 0 && digit != 0)
			return -1;
		r->fraction_us += unit * digit;
	}
	return r->i > start ? 0 : -1;
}

static int
read_zone(struct reading *r)
{
	int32_t hours, minutes = 0;
	_Bool is_west;

	if (r->i == r->len)
		return -1;
	if ((r->text[r->i] | 0x20) == 'z') {
		r->i++;
		r->zone_us = 0;
		return 0;
	}
	if (r->text[r->i] != '+' && r->text[r->i] != '-')
		return -1;
	is_west = r->text[r->i++] == '-';
	hours = read_number(r, 2, 2);
	if (r->i + 1 < r->len && r->text[r->i] == ':') {
		r->i++;
		minutes = read_number(r, 2, 2);
	} else if (r->i < r->len && r->text[r->i] >= '0' &&
	    r->text[r->i] <= '9') {
		minutes = read_number(r, 2, 2);
	}
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return -1;
	r->zone_us = (hours * 60 + minutes) * DATETIME_US_PER_MINUTE;
	if (is_west)
		r->zone_us = -r->zone_us;
	return 0;
}

static int
read_half(struct reading *r)
{
	if (r->len - r->i < 2 || (r->text[r->i + 1] | 0x20) != 'm')
		return -1;
	switch (r->text[r->i]) {
	case 'A':
	case 'a':
		r->half = 0;
		break;
	case 'P':
	case 'p':
		r->half = 1;
		break;
	default:
		return -1;
	}
	r->i += 2;
	return 0;
}

/* One item of the format; 0 or -1.  What is in range is checked at the end. */
static int
read_item(struct reading *r, const struct datetime_item *item)
{
	switch (item->kind) {
	case 0:
		return r->i < r->len &&
		    (uint8_t)r->text[r->i++] == item->byte ? 0 : -1;
	case 'Y':
		return (r->year = read_number(r, 4, 4)) < 0 ? -1 : 0;
	case 'y':
		if ((r->year = read_number(r, 1, 2)) < 0)
			return -1;
		r->year += r->year < 69 ? 2000 : 1900;
		return 0;
	case 'm':
		return (r->month = read_number(r, 1, 2)) < 0 ? -1 : 0;
	case 'd':
	case 'e':
		r->i += item->kind == 'e' && r->i < r->len &&
		    r->text[r->i] == ' ';
		return (r->day = read_number(r, 1, 2)) < 0 ? -1 : 0;
	case 'j':
		return (r->doy = read_number(r, 1, 3)) < 0 ? -1 : 0;
	case 'b':
	case 'B':
		r->month = read_name(r, datetime_month_names, 12,
		    item->kind == 'b');
		return r->month++ < 0 ? -1 : 0;
	case 'a':
	case 'A':
		r->dow = read_name(r, datetime_day_names, 7,
		    item->kind == 'a');
		return r->dow < 0 ? -1 : 0;
	case 'H':
	case 'I':
		r->is_half_hour = item->kind == 'I';
		return (r->hour = read_number(r, 1, 2)) < 0 ? -1 : 0;
	case 'M':
		return (r->minute = read_number(r, 1, 2)) < 0 ? -1 : 0;
	case 'S':
		return (r->second = read_number(r, 1, 2)) < 0 ? -1 : 0;
	case 'f':
		return read_fraction(r);
	case 'p':
		return read_half(r);
	case 'z':
		return read_zone(r);
	default:
		return -1;
	}
}

/* The day that the fields make; 0, or -1 if there is no such day. */
static int
make_day(const struct reading *r, int32_t *days)
{
	int32_t year = r->year < 0 ? 1900 : r->year;
	int32_t month = r->month < 0 ? 1 : r->month;
	int32_t day = r->day < 0 ? 1 : r->day;

	if (!datetime_is_civil(year, (uint32_t)month, (uint32_t)day))
		return -1;
	*days = datetime_days(year, (uint32_t)month, day);
	if (r->doy >= 0) {
		int32_t first = datetime_days(year, 1, 1);

		if (r->doy < 1 || r->doy > 365 + datetime_is_leap(year))
			return -1;
		/* With a month or a day, these must agree. */
		if ((r->month >= 0 || r->day >= 0) &&
		    *days != first + r->doy - 1)
			return -1;
		*days = first + r->doy - 1;
	}
	return r->dow >= 0 && r->dow != datetime_dow(*days) ? -1 : 0;
}

/* The time that the fields make; 0, or -1 if there is no such time. */
static int
make_time(const struct reading *r, int64_t *us)
{
	int32_t hour = r->hour;

	if (r->is_half_hour) {
		if (hour < 1 || hour > 12)
			return -1;
		hour = hour % 12 + (r->half == 1 ? 12 : 0);
	} else if (r->half >= 0 && (hour >= 12) != (r->half == 1)) {
		return -1;
	}
	if (hour > 23 || r->minute > 59 || r->second > 59)
		return -1;
	*us = ((hour * 60 + r->minute) * INT64_C(60) + r->second) *
	    DATETIME_US_PER_SECOND + r->fraction_us;
	return 0;
}

/* The formats that need no reading item by item. */
static int
parse_iso(const struct datetime_format *format, const char *text, size_t len,
    int64_t *us)
{
	int32_t days;

	if (format->is_iso_timestamp)
		return len == 19 && text[10] == ' ' ?
		    datetime_parse_timestamp(text, len, us, NULL) : -1;
	if (datetime_parse_date(text, len, &days) != 0)
		return -1;
	*us = days * DATETIME_US_PER_DAY;
	return 0;
}

int
datetime_format_parse(const struct datetime_format *format,
    const char *text, size_t len, int64_t *us)
{
	struct reading r = {
		.text = text, .len = len, .year = -1, .month = -1,
		.day = -1, .doy = -1, .dow = -1, .half = -1
	};
	int64_t time;
	int32_t days;

	if ((format->is_iso_date || format->is_iso_timestamp) &&
	    parse_iso(format, text, len, us) == 0)
		return 0;
	for (uint32_t i = 0; i < format->item_count; i++) {
		if (read_item(&r, &format->items[i]) != 0)
			return -1;
	}
	if (r.i != len || !format->is_readable || make_day(&r, &days) != 0 ||
	    make_time(&r, &time) != 0)
		return -1;
	time += days * DATETIME_US_PER_DAY - r.zone_us;
	if (time < DATETIME_US_MIN || time > DATETIME_US_MAX)
		return -1;
	*us = time;
	return 0;
}
