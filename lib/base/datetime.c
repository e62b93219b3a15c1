#include "base/datetime.h"

static const struct {
	const char *name;
	enum datetime_unit unit;
} unit_names[] = {
	{ "year", DATETIME_YEAR }, { "quarter", DATETIME_QUARTER },
	{ "month", DATETIME_MONTH }, { "week", DATETIME_WEEK },
	{ "day", DATETIME_DAY }, { "hour", DATETIME_HOUR },
	{ "minute", DATETIME_MINUTE }, { "second", DATETIME_SECOND },
	{ "millisecond", DATETIME_MILLISECOND },
	{ "microsecond", DATETIME_MICROSECOND }, { "dow", DATETIME_DOW },
	{ "dayofweek", DATETIME_DOW }, { "isodow", DATETIME_ISODOW },
	{ "doy", DATETIME_DOY }, { "dayofyear", DATETIME_DOY },
	{ "isoyear", DATETIME_ISOYEAR }, { "epoch", DATETIME_EPOCH }
};

/* Whether a is the lower-case b; both of len bytes. */
static _Bool
is_same_name(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = a[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		if (c != b[i])
			return 0;
	}
	return 1;
}

int
datetime_unit_find(const char *name, size_t len, enum datetime_unit *out)
{
	for (size_t i = 0; i < sizeof(unit_names) / sizeof(*unit_names);
	    i++) {
		const char *known = unit_names[i].name;
		size_t known_len = strlen(known);
		_Bool is_plural = len == known_len + 1 &&
		    unit_names[i].unit <= DATETIME_MICROSECOND &&
		    (name[len - 1] | 0x20) == 's';

		if ((len == known_len || is_plural) &&
		    is_same_name(name, known, known_len)) {
			*out = unit_names[i].unit;
			return 0;
		}
	}
	return -1;
}

/* a / b rounded down; b > 0. */
static inline int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Microseconds of the units that have a fixed length; 0 for the others. */
static int64_t
unit_us(enum datetime_unit unit)
{
	switch (unit) {
	case DATETIME_WEEK:
		return 7 * DATETIME_US_PER_DAY;
	case DATETIME_DAY:
		return DATETIME_US_PER_DAY;
	case DATETIME_HOUR:
		return DATETIME_US_PER_HOUR;
	case DATETIME_MINUTE:
		return DATETIME_US_PER_MINUTE;
	case DATETIME_SECOND:
		return DATETIME_US_PER_SECOND;
	case DATETIME_MILLISECOND:
		return 1000;
	case DATETIME_MICROSECOND:
		return 1;
	default:
		return 0;
	}
}

int64_t
datetime_extract_days(enum datetime_unit unit, int32_t days)
{
	switch (unit) {
	case DATETIME_YEAR:
		return datetime_year(days);
	case DATETIME_QUARTER:
		return datetime_quarter(days);
	case DATETIME_MONTH:
		return datetime_month(days);
	case DATETIME_WEEK:
		return datetime_week(days);
	case DATETIME_DAY:
		return datetime_day(days);
	case DATETIME_DOW:
		return datetime_dow(days);
	case DATETIME_ISODOW:
		return datetime_isodow(days);
	case DATETIME_DOY:
		return datetime_doy(days);
	case DATETIME_ISOYEAR:
		return datetime_isoyear(days);
	case DATETIME_EPOCH:
		return days * (DATETIME_US_PER_DAY / DATETIME_US_PER_SECOND);
	default:
		return 0;
	}
}

int64_t
datetime_extract(enum datetime_unit unit, int64_t us)
{
	switch (unit) {
	case DATETIME_HOUR:
		return datetime_hour(us);
	case DATETIME_MINUTE:
		return datetime_minute(us);
	case DATETIME_SECOND:
		return datetime_second(us);
	case DATETIME_MILLISECOND:
		return datetime_time_of(us) % DATETIME_US_PER_MINUTE / 1000;
	case DATETIME_MICROSECOND:
		return datetime_time_of(us) % DATETIME_US_PER_MINUTE;
	case DATETIME_EPOCH:
		return datetime_epoch(us);
	default:
		return datetime_extract_days(unit, datetime_day_of(us));
	}
}

int32_t
datetime_truncate_days(enum datetime_unit unit, int32_t days)
{
	struct datetime_civil c;

	switch (unit) {
	case DATETIME_YEAR:
		return datetime_days(datetime_year(days), 1, 1);
	case DATETIME_QUARTER:
		c = datetime_civil(days);
		return datetime_days(c.year, (c.month - 1u) / 3 * 3 + 1, 1);
	case DATETIME_MONTH:
		return days - datetime_day(days) + 1;
	case DATETIME_WEEK:
		return days - datetime_isodow(days) + 1;
	default:
		return days;
	}
}

int64_t
datetime_truncate(enum datetime_unit unit, int64_t us)
{
	switch (unit) {
	case DATETIME_YEAR:
	case DATETIME_QUARTER:
	case DATETIME_MONTH:
	case DATETIME_WEEK:
		return datetime_truncate_days(unit, datetime_day_of(us)) *
		    DATETIME_US_PER_DAY;
	case DATETIME_DAY:
	case DATETIME_HOUR:
	case DATETIME_MINUTE:
	case DATETIME_SECOND:
	case DATETIME_MILLISECOND:
		return floor_div(us, unit_us(unit)) * unit_us(unit);
	default:
		return us;
	}
}

int
datetime_add_months(int32_t days, int64_t months, int32_t *out)
{
	struct datetime_civil c = datetime_civil(days);
	int64_t month;
	int32_t year, last;

	/* Keeps the sum in range; anything longer leaves the years anyway. */
	if (months < -120000000 || months > 120000000)
		return -1;
	month = (int64_t)c.year * 12 + c.month - 1 + months;
	year = (int32_t)floor_div(month, 12);
	month -= (int64_t)year * 12;
	if (year < 1 || year > 9999)
		return -1;
	last = (int32_t)datetime_month_days(year, (uint32_t)month + 1);
	*out = datetime_days(year, (uint32_t)month + 1,
	    c.day < last ? c.day : last);
	return 0;
}

int
datetime_add_days(int32_t days, int64_t count, int32_t *out)
{
	int64_t sum;

	if (__builtin_add_overflow(days, count, &sum) ||
	    sum < DATETIME_DAYS_MIN || sum > DATETIME_DAYS_MAX)
		return -1;
	*out = (int32_t)sum;
	return 0;
}

/* Months in a unit that is made of months, else 0. */
static int64_t
unit_months(enum datetime_unit unit)
{
	return unit == DATETIME_YEAR ? 12 : unit == DATETIME_QUARTER ? 3 :
	    unit == DATETIME_MONTH ? 1 : 0;
}

int
datetime_add(enum datetime_unit unit, int64_t us, int64_t count,
    int64_t *out)
{
	int64_t months = unit_months(unit);
	int64_t change, sum;
	int32_t days;

	if (months > 0) {
		if (__builtin_mul_overflow(count, months, &months) ||
		    datetime_add_months(datetime_day_of(us), months,
		    &days) != 0)
			return -1;
		*out = days * DATETIME_US_PER_DAY + datetime_time_of(us);
		return 0;
	}
	if (__builtin_mul_overflow(count, unit_us(unit), &change) ||
	    __builtin_add_overflow(us, change, &sum) ||
	    sum < DATETIME_US_MIN || sum > DATETIME_US_MAX)
		return -1;
	*out = sum;
	return 0;
}

/* Months since year 0, and quarters and years likewise. */
static int64_t
month_number(int32_t days)
{
	struct datetime_civil c = datetime_civil(days);

	return (int64_t)c.year * 12 + c.month - 1;
}

int64_t
datetime_diff_days(enum datetime_unit unit, int32_t from, int32_t to)
{
	int64_t months = unit_months(unit);

	if (months > 0)
		return floor_div(month_number(to), months) -
		    floor_div(month_number(from), months);
	if (unit == DATETIME_WEEK)	/* 1969-12-29 was a Monday */
		return floor_div((int64_t)to + 3, 7) -
		    floor_div((int64_t)from + 3, 7);
	if (unit > DATETIME_MICROSECOND)
		return 0;
	return ((int64_t)to - from) * (DATETIME_US_PER_DAY / unit_us(unit));
}

int64_t
datetime_diff(enum datetime_unit unit, int64_t from_us, int64_t to_us)
{
	if (unit <= DATETIME_DAY)
		return datetime_diff_days(unit, datetime_day_of(from_us),
		    datetime_day_of(to_us));
	if (unit > DATETIME_MICROSECOND)
		return 0;
	return floor_div(to_us, unit_us(unit)) -
	    floor_div(from_us, unit_us(unit));
}
