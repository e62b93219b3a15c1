/*
 * Dates and times: the proleptic Gregorian calendar, ISO text, fields,
 * truncation, arithmetic.
 *
 * A date is an int32_t of days since 1970-01-01, a time an int64_t of
 * microseconds since midnight, a timestamp an int64_t of microseconds since
 * 1970-01-01 00:00:00 (of UTC, or of nobody's clock).  There are no leap
 * seconds.  Calendar functions are right for any value of these types;
 * text and arithmetic are held to the years 1 to 9999.
 *
 * days <-> civil are Howard Hinnant's days_from_civil and civil_from_days
 * (http://howardhinnant.github.io/date_algorithms.html), shifted so that no
 * intermediate value is negative: no branches.
 */
#ifndef BASE_DATETIME_H
#define BASE_DATETIME_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/number.h"

#define DATETIME_US_PER_SECOND INT64_C(1000000)
#define DATETIME_US_PER_MINUTE INT64_C(60000000)
#define DATETIME_US_PER_HOUR INT64_C(3600000000)
#define DATETIME_US_PER_DAY INT64_C(86400000000)

#define DATETIME_DAYS_MIN (-719162)	/* 0001-01-01 */
#define DATETIME_DAYS_MAX 2932896	/* 9999-12-31 */
#define DATETIME_US_MIN (DATETIME_DAYS_MIN * DATETIME_US_PER_DAY)
#define DATETIME_US_MAX ((DATETIME_DAYS_MAX + 1) * DATETIME_US_PER_DAY - 1)

struct datetime_civil {
	int32_t year;
	uint8_t month;		/* 1 to 12 */
	uint8_t day;		/* 1 to 31 */
};

/*
 * Parts of a date or time.  All can be extracted; up to MICROSECOND they
 * can be truncated to, added and counted.
 */
enum datetime_unit {
	DATETIME_YEAR,
	DATETIME_QUARTER,
	DATETIME_MONTH,
	DATETIME_WEEK,		/* ISO: Monday first, 1 to 53 */
	DATETIME_DAY,
	DATETIME_HOUR,
	DATETIME_MINUTE,
	DATETIME_SECOND,	/* whole seconds, 0 to 59 */
	DATETIME_MILLISECOND,	/* extracted: seconds included, 0 to 59999 */
	DATETIME_MICROSECOND,	/* likewise, 0 to 59999999 */
	DATETIME_DOW,		/* 0 Sunday to 6 */
	DATETIME_ISODOW,	/* 1 Monday to 7 */
	DATETIME_DOY,		/* 1 to 366 */
	DATETIME_ISOYEAR,	/* the year that the ISO week belongs to */
	DATETIME_EPOCH		/* whole seconds since 1970, rounded down */
};

/* By name ("year", "years", "dow", any case); 0, or -1 if there is none. */
int
datetime_unit_find(const char *name, size_t len, enum datetime_unit *out);

/* 400 years have 146,097 days; 20,000 such eras are put in front. */
#define DATETIME_ERA_DAYS INT64_C(146097)
#define DATETIME_ERAS_BEFORE INT64_C(20000)

static inline struct datetime_civil
datetime_civil(int32_t days)
{
	uint64_t z = (uint64_t)(DATETIME_ERAS_BEFORE * DATETIME_ERA_DAYS +
	    719468 + days);
	uint32_t era = (uint32_t)(z / (uint64_t)DATETIME_ERA_DAYS);
	uint32_t doe = (uint32_t)(z - (uint64_t)DATETIME_ERA_DAYS * era);
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint32_t mp = (5 * doy + 2) / 153;	/* 0 is March */
	uint32_t is_next = mp >= 10;

	return (struct datetime_civil){
		.year = (int32_t)(yoe + era * 400 + is_next) -
		    (int32_t)(DATETIME_ERAS_BEFORE * 400),
		.month = (uint8_t)(mp + 3 - 12 * is_next),
		.day = (uint8_t)(doy - (153 * mp + 2) / 5 + 1)
	};
}

/*
 * The day of a civil date, which is not checked; |year| <= 5,000,000.
 * day may run over (day 0 is the last of the month before).
 */
static inline int32_t
datetime_days(int32_t year, uint32_t month, int32_t day)
{
	/* From March of year -8,000,000, whole eras before; modulo 2^32. */
	uint32_t y = (uint32_t)year - (month <= 2) +
	    (uint32_t)DATETIME_ERAS_BEFORE * 400;
	uint32_t mp = month + 9 - 12 * (month > 2);
	uint32_t century = y / 100;

	return (int32_t)(365 * y + y / 4 - century + century / 4 +
	    (153 * mp + 2) / 5 + (uint32_t)day - 1 - 719468 -
	    (uint32_t)(DATETIME_ERAS_BEFORE * DATETIME_ERA_DAYS));
}

static inline _Bool
datetime_is_leap(int32_t year)
{
	return (year & (year % 25 == 0 ? 15 : 3)) == 0;
}

/* Days of a month, 1 to 12: 30 + (its lowest bit ^ its fourth). */
static inline uint32_t
datetime_month_days(int32_t year, uint32_t month)
{
	return month == 2 ? 28u + datetime_is_leap(year) :
	    30u + ((month ^ month >> 3) & 1);
}

/* Whether it is a date of the years 1 to 9999. */
static inline _Bool
datetime_is_civil(int32_t year, uint32_t month, uint32_t day)
{
	return year >= 1 && year <= 9999 && month >= 1 && month <= 12 &&
	    day >= 1 && day <= datetime_month_days(year, month);
}

/* The day of a timestamp (rounded down), and the time of that day. */
static inline int32_t
datetime_day_of(int64_t us)
{
	int64_t days = us / DATETIME_US_PER_DAY;

	return (int32_t)(days - (us % DATETIME_US_PER_DAY < 0));
}

static inline int64_t
datetime_time_of(int64_t us)
{
	int64_t time = us % DATETIME_US_PER_DAY;

	return time + (time < 0 ? DATETIME_US_PER_DAY : 0);
}

/* Fields of a date. */
static inline int32_t
datetime_year(int32_t days)
{
	return datetime_civil(days).year;
}

static inline int32_t
datetime_quarter(int32_t days)
{
	return (datetime_civil(days).month + 2) / 3;
}

static inline int32_t
datetime_month(int32_t days)
{
	return datetime_civil(days).month;
}

static inline int32_t
datetime_day(int32_t days)
{
	return datetime_civil(days).day;
}

/* 0 is Sunday; 1970-01-01 was a Thursday. */
static inline int32_t
datetime_dow(int32_t days)
{
	return (int32_t)(((int64_t)days + 4 + 7 * INT64_C(400000000)) % 7);
}

/* 1 is Monday, 7 Sunday. */
static inline int32_t
datetime_isodow(int32_t days)
{
	return (int32_t)(((int64_t)days + 3 + 7 * INT64_C(400000000)) % 7) +
	    1;
}

static inline int32_t
datetime_doy(int32_t days)
{
	return days - datetime_days(datetime_year(days), 1, 1) + 1;
}

/* The ISO year and week of a day are those of its week's Thursday. */
static inline int32_t
datetime_isoyear(int32_t days)
{
	return datetime_year(days - datetime_isodow(days) + 4);
}

static inline int32_t
datetime_week(int32_t days)
{
	return (datetime_doy(days - datetime_isodow(days) + 4) - 1) / 7 + 1;
}

/* Fields of a timestamp; for a time they are right as well. */
static inline int32_t
datetime_hour(int64_t us)
{
	return (int32_t)(datetime_time_of(us) / DATETIME_US_PER_HOUR);
}

static inline int32_t
datetime_minute(int64_t us)
{
	return (int32_t)(datetime_time_of(us) / DATETIME_US_PER_MINUTE % 60);
}

static inline int32_t
datetime_second(int64_t us)
{
	return (int32_t)(datetime_time_of(us) / DATETIME_US_PER_SECOND % 60);
}

static inline int64_t
datetime_epoch(int64_t us)
{
	int64_t seconds = us / DATETIME_US_PER_SECOND;

	return seconds - (us % DATETIME_US_PER_SECOND < 0);
}

/*
 * Any field of a timestamp, of a date or of a time (then the parts of the
 * date are 1970-01-01's, and the parts of the time 0).
 */
int64_t
datetime_extract(enum datetime_unit unit, int64_t us);
int64_t
datetime_extract_days(enum datetime_unit unit, int32_t days);

/* The start of the unit (up to MICROSECOND) that the moment lies in. */
int64_t
datetime_truncate(enum datetime_unit unit, int64_t us);
int32_t
datetime_truncate_days(enum datetime_unit unit, int32_t days);

/*
 * Adds months; the day is cut to the last of the month it comes to (January
 * 31 + 1 is February's last).  -1 outside the years 1 to 9999.
 */
int
datetime_add_months(int32_t days, int64_t months, int32_t *out);

/* Adds count units (up to MICROSECOND); months as above, -1 likewise. */
int
datetime_add(enum datetime_unit unit, int64_t us, int64_t count,
    int64_t *out);
int
datetime_add_days(int32_t days, int64_t count, int32_t *out);

/* The last day of the month. */
static inline int32_t
datetime_last_day(int32_t days)
{
	struct datetime_civil c = datetime_civil(days);

	return days - c.day +
	    (int32_t)datetime_month_days(c.year, c.month);
}

/*
 * How many boundaries of the unit (up to MICROSECOND) lie between, as SQL's
 * date_diff in DuckDB counts: from 23:59 to 00:01 is one day.  Weeks begin
 * on Monday (DuckDB 2.0 makes an exception for them and counts whole spans
 * of seven days).  Negative if `to` is earlier.
 */
int64_t
datetime_diff(enum datetime_unit unit, int64_t from_us, int64_t to_us);
int64_t
datetime_diff_days(enum datetime_unit unit, int32_t from, int32_t to);

/*
 * Text.  All of text[0..len) must be the value; 0, or -1 if it is not one.
 *
 * date       YYYY-MM-DD
 * time       HH:MM[:SS[.f]], f: 1 to 9 digits, zero beyond the sixth
 * timestamp  date, or date [T ] time, the latter with Z, +hh, +hhmm,
 *            +hh:mm or none after it.  With a zone the result is UTC's.
 *            24:00 and second 60 are refused.
 */
static inline int
datetime_parse_date(const char *text, size_t len, int32_t *days)
{
	uint64_t w, number, bad = 0;
	uint16_t d;

	if (len != 10)
		return -1;
	memcpy(&w, text, 8);
	memcpy(&d, text + 8, 2);
	bad = (w & 0xff0000ff00000000) ^ 0x2d00002d00000000;
	number = number_eight_digits((w & 0xffffffff) |
	    (w >> 8 & 0xffff00000000) | (uint64_t)d << 48, &bad);
	if (bad != 0 || !datetime_is_civil((int32_t)(number / 10000),
	    (uint32_t)(number / 100 % 100), (uint32_t)(number % 100)))
		return -1;
	*days = datetime_days((int32_t)(number / 10000),
	    (uint32_t)(number / 100 % 100), (int32_t)(number % 100));
	return 0;
}

int
datetime_parse_time(const char *text, size_t len, int64_t *us);
/* has_zone may be NULL: then a zone is refused. */
int
datetime_parse_timestamp(const char *text, size_t len, int64_t *us,
    _Bool *has_zone);

#define DATETIME_TEXT_BYTES 48	/* room for any of these, also out of range */

/*
 * "2024-02-29", "13:05:00[.25]", "2024-02-29 13:05:00[.25][Z]": fractions
 * without trailing zeros, none if zero.  Years outside 0 to 9999 get a sign
 * and as many digits as they need.  No NUL; the length is returned.
 */
size_t
datetime_print_date(char out[DATETIME_TEXT_BYTES], int32_t days);
size_t
datetime_print_time(char out[DATETIME_TEXT_BYTES], int64_t us);
size_t
datetime_print_timestamp(char out[DATETIME_TEXT_BYTES], int64_t us,
    _Bool is_utc);

#endif
