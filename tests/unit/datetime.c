/*
 * The calendar against libc's timegm and gmtime, and against itself.
 */
#include "base/datetime.h"

#include <time.h>

#include "base/datetime_format.h"
#include "check.h"

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

/* A moment of the years 1 to 9999. */
static int64_t
random_us(uint64_t *state)
{
	return DATETIME_US_MIN + (int64_t)(next_random(state) %
	    (uint64_t)(DATETIME_US_MAX - DATETIME_US_MIN));
}

static int64_t
us_of(const char *text)
{
	int64_t us = INT64_MIN;

	if (datetime_parse_timestamp(text, strlen(text), &us, NULL) != 0)
		CHECK_TEXT(text, "a timestamp");
	return us;
}

static const char *
text_of(int64_t us)
{
	static char text[DATETIME_TEXT_BYTES + 1];

	text[datetime_print_timestamp(text, us, 0)] = '\0';
	return text;
}

static void
every_day_of_ten_thousand_years_is_where_libc_has_it(void)
{
	for (int32_t days = DATETIME_DAYS_MIN; days <= DATETIME_DAYS_MAX;
	    days++) {
		time_t seconds = (time_t)days * 86400;
		struct datetime_civil c = datetime_civil(days);
		struct tm tm;

		gmtime_r(&seconds, &tm);
		if (!CHECK_INT(c.year, tm.tm_year + 1900) ||
		    !CHECK_INT(c.month, tm.tm_mon + 1) ||
		    !CHECK_INT(c.day, tm.tm_mday) ||
		    !CHECK_INT(datetime_days(c.year, c.month, c.day), days) ||
		    !CHECK_INT(datetime_dow(days), tm.tm_wday) ||
		    !CHECK_INT(datetime_doy(days), tm.tm_yday + 1))
			return;
	}
}

static void
the_iso_week_is_that_of_strftime(void)
{
	for (int32_t days = -3000; days < 40000; days++) {
		time_t seconds = (time_t)days * 86400;
		char text[32], want[32];
		struct tm tm;

		gmtime_r(&seconds, &tm);
		strftime(want, sizeof(want), "%G %V %u", &tm);
		snprintf(text, sizeof(text), "%d %02d %d",
		    datetime_isoyear(days), datetime_week(days),
		    datetime_isodow(days));
		if (!CHECK_TEXT(text, want))
			return;
	}
}

static void
days_far_out_of_the_calendar_come_back(void)
{
	static const int32_t far[] = {
		INT32_MIN, INT32_MIN + 1, -1000000000, 1000000000,
		INT32_MAX - 1, INT32_MAX
	};

	for (size_t i = 0; i < sizeof(far) / sizeof(*far); i++) {
		struct datetime_civil c = datetime_civil(far[i]);

		CHECK_INT(datetime_days(c.year, c.month, c.day), far[i]);
	}
	CHECK_INT(datetime_dow(INT32_MIN), 2);	/* -2^31 + 4 modulo 7 */
	CHECK_TEXT(text_of(INT64_MIN), "-290308-12-21 19:59:05.224192");
	CHECK_TEXT(text_of(INT64_MAX), "+294247-01-10 04:00:54.775807");
}

static void
moments_are_written_and_read_back(void)
{
	uint64_t state = 1;

	for (int i = 0; i < 200000; i++) {
		int64_t us = random_us(&state), read = 0;
		char text[DATETIME_TEXT_BYTES];
		_Bool has_zone = 0;
		size_t len;

		if (i % 3 == 0)
			us -= datetime_time_of(us) % DATETIME_US_PER_SECOND;
		if (i % 3 == 1)
			us -= us % 1000;
		len = datetime_print_timestamp(text, us, i & 1);
		if (!CHECK_INT(datetime_parse_timestamp(text, len, &read,
		    &has_zone), 0) || !CHECK_INT(read, us) ||
		    !CHECK_INT(has_zone, i & 1))
			return;
	}
}

static void
iso_text_is_read_in_all_its_forms(void)
{
	static const struct {
		const char *text;
		const char *want;	/* NULL: refused */
		int has_zone;
	} cases[] = {
		{ "2024-02-29", "2024-02-29 00:00:00", 0 },
		{ "2024-02-29 13:05", "2024-02-29 13:05:00", 0 },
		{ "2024-02-29T13:05:09", "2024-02-29 13:05:09", 0 },
		{ "2024-02-29 13:05:09.5", "2024-02-29 13:05:09.5", 0 },
		{ "2024-02-29 13:05:09.123456000",
		    "2024-02-29 13:05:09.123456", 0 },
		{ "2024-02-29T13:05:09Z", "2024-02-29 13:05:09", 1 },
		{ "2024-02-29T13:05:09.25+05:30",
		    "2024-02-29 07:35:09.25", 1 },
		{ "2024-02-29 23:05:09-0200", "2024-03-01 01:05:09", 1 },
		{ "2024-02-29 13:05+02", "2024-02-29 11:05:00", 1 },
		{ "0001-01-01 00:00:00", "0001-01-01 00:00:00", 0 },
		{ "9999-12-31 23:59:59.999999",
		    "9999-12-31 23:59:59.999999", 0 },
		{ "0001-01-01 00:00:00+01:00", NULL, 0 },
		{ "9999-12-31 23:59:59-01:00", NULL, 0 },
		{ "0000-01-01", NULL, 0 }, { "2023-02-29", NULL, 0 },
		{ "1900-02-29", NULL, 0 }, { "2024-13-01", NULL, 0 },
		{ "2024-00-01", NULL, 0 }, { "2024-01-00", NULL, 0 },
		{ "2024-04-31", NULL, 0 }, { "2024-1-01", NULL, 0 },
		{ "2024/01/01", NULL, 0 }, { "2024-01-01 ", NULL, 0 },
		{ "2024-01-01 24:00:00", NULL, 0 },
		{ "2024-01-01 23:60:00", NULL, 0 },
		{ "2024-01-01 23:59:60", NULL, 0 },
		{ "2024-01-01 23:59:59.", NULL, 0 },
		{ "2024-01-01 23:59:59.1234567", NULL, 0 },
		{ "2024-01-01 23:59:59.1234560000", NULL, 0 },
		{ "2024-01-01 1:02:03", NULL, 0 },
		{ "2024-01-01 01:02:03 Z", NULL, 0 },
		{ "2024-01-01 01:02:03+5", NULL, 0 },
		{ "2024-01-01 01:02:03+0:000", NULL, 0 },
		{ "2024-01-01Z", NULL, 0 },
		{ "", NULL, 0 }, { "2024-01-0x", NULL, 0 },
		{ ":024-01-01", NULL, 0 }, { "2024-01-01 01:0", NULL, 0 }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int64_t us = 0;
		_Bool has_zone = 0;
		int status = datetime_parse_timestamp(cases[i].text,
		    strlen(cases[i].text), &us, &has_zone);

		if (!CHECK_INT(status, cases[i].want ? 0 : -1))
			printf("# '%s'\n", cases[i].text);
		if (status != 0 || cases[i].want == NULL)
			continue;
		CHECK_TEXT(text_of(us), cases[i].want);
		CHECK_INT(has_zone, cases[i].has_zone);
	}
}

static void
a_zone_is_refused_where_none_is_wanted(void)
{
	int64_t us;

	CHECK_INT(datetime_parse_timestamp("2024-02-29T13:05:09Z", 20, &us,
	    NULL), -1);
	CHECK_INT(datetime_parse_time("13:05:09.25", 11, &us), 0);
	CHECK_INT(us, INT64_C(47109250000));
	CHECK_INT(datetime_parse_time("13:05:09Z", 9, &us), -1);
	CHECK_INT(datetime_parse_time("", 0, &us), -1);
}

static void
moments_are_cut_to_the_start_of_a_unit(void)
{
	static const char *const want[] = {
		"1969-01-01 00:00:00", "1969-10-01 00:00:00",
		"1969-11-01 00:00:00", "1969-11-24 00:00:00",
		"1969-11-30 00:00:00", "1969-11-30 17:00:00",
		"1969-11-30 17:44:00", "1969-11-30 17:44:55",
		"1969-11-30 17:44:55.123", "1969-11-30 17:44:55.123456"
	};
	int64_t us = us_of("1969-11-30 17:44:55.123456");

	for (int unit = DATETIME_YEAR; unit <= DATETIME_MICROSECOND; unit++) {
		CHECK_TEXT(text_of(datetime_truncate(
		    (enum datetime_unit)unit, us)), want[unit]);
	}
}

static void
fields_are_taken_out(void)
{
	static const struct {
		const char *name;
		int64_t want;
	} cases[] = {
		{ "year", 1969 }, { "QUARTER", 4 }, { "Months", 11 },
		{ "week", 48 }, { "day", 30 }, { "hours", 17 },
		{ "minute", 44 }, { "second", 55 }, { "millisecond", 55123 },
		{ "microseconds", 55123456 }, { "dow", 0 }, { "isodow", 7 },
		{ "doy", 334 }, { "isoyear", 1969 }, { "epoch", -2700905 }
	};
	int64_t us = us_of("1969-11-30 17:44:55.123456");
	enum datetime_unit unit;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (CHECK_INT(datetime_unit_find(cases[i].name,
		    strlen(cases[i].name), &unit), 0) &&
		    !CHECK_INT(datetime_extract(unit, us), cases[i].want))
			printf("# %s\n", cases[i].name);
	}
	CHECK_INT(datetime_unit_find("fortnight", 9, &unit), -1);
	CHECK_INT(datetime_unit_find("dows", 4, &unit), -1);
	CHECK_INT(datetime_unit_find("", 0, &unit), -1);
}

static void
months_are_added_to_the_last_day_there_is(void)
{
	int64_t us = 0;
	int32_t days = 0;

	CHECK_INT(datetime_add(DATETIME_MONTH, us_of("2024-01-31 12:00"), 1,
	    &us), 0);
	CHECK_TEXT(text_of(us), "2024-02-29 12:00:00");
	CHECK_INT(datetime_add(DATETIME_YEAR, us_of("2024-02-29"), -1, &us),
	    0);
	CHECK_TEXT(text_of(us), "2023-02-28 00:00:00");
	CHECK_INT(datetime_add(DATETIME_QUARTER, us_of("2023-11-30"), 1,
	    &us), 0);
	CHECK_TEXT(text_of(us), "2024-02-29 00:00:00");
	CHECK_INT(datetime_add(DATETIME_WEEK, us_of("2023-12-31"), 1, &us),
	    0);
	CHECK_TEXT(text_of(us), "2024-01-07 00:00:00");
	CHECK_INT(datetime_add(DATETIME_MONTH, us_of("9999-12-01"), 1, &us),
	    -1);
	CHECK_INT(datetime_add(DATETIME_MONTH, us_of("0001-01-01"), -1, &us),
	    -1);
	CHECK_INT(datetime_add(DATETIME_YEAR, 0, INT64_MAX, &us), -1);
	CHECK_INT(datetime_add(DATETIME_DAY, 0, INT64_MAX, &us), -1);
	CHECK_INT(datetime_add(DATETIME_DAY, us_of("9999-12-31"), 1, &us),
	    -1);
	CHECK_INT(datetime_add_days(DATETIME_DAYS_MAX, 1, &days), -1);
	CHECK_INT(datetime_add_days(0, INT64_MIN, &days), -1);
	CHECK_INT(datetime_add_days(DATETIME_DAYS_MIN,
	    DATETIME_DAYS_MAX - DATETIME_DAYS_MIN, &days), 0);
	CHECK_INT(days, DATETIME_DAYS_MAX);
	CHECK_INT(datetime_last_day(datetime_days(2024, 2, 1)),
	    datetime_days(2024, 2, 29));
	CHECK_INT(datetime_last_day(datetime_days(1900, 2, 28)),
	    datetime_days(1900, 2, 28));
}

static void
differences_count_the_boundaries_between(void)
{
	int64_t a = us_of("1969-12-31 23:59:59.999999"), b = us_of(
	    "1970-01-01");

	for (int unit = DATETIME_YEAR; unit <= DATETIME_MICROSECOND; unit++) {
		int64_t want = unit != DATETIME_WEEK;

		CHECK_INT(datetime_diff((enum datetime_unit)unit, a, b),
		    want);
		CHECK_INT(datetime_diff((enum datetime_unit)unit, b, a),
		    -want);
	}
	CHECK_INT(datetime_diff(DATETIME_WEEK, us_of("2024-01-07"),
	    us_of("2024-01-08")), 1);
	CHECK_INT(datetime_diff(DATETIME_WEEK, us_of("1960-01-10"),
	    us_of("1960-01-11")), 1);
	CHECK_INT(datetime_diff_days(DATETIME_HOUR, 0, 2), 48);
	CHECK_INT(datetime_diff_days(DATETIME_MONTH,
	    datetime_days(2023, 12, 31), datetime_days(2024, 3, 1)), 3);
}

static int
compile(struct datetime_format *format, const char *pattern)
{
	struct error err = { 0 };

	return datetime_format_init(format, pattern, strlen(pattern), &err);
}

static void
formats_are_written_as_strftime_writes_them(void)
{
	static const char *const patterns[] = {
		"%Y-%m-%d", "%d/%m/%Y %H:%M", "%b %d, %Y %I:%M:%S %p",
		"%A, %B %-d %Y", "%Y%m%d%H%M%S", "%j %y", "%a %e %h",
		"%G-W%V-%u %w", "%-m/%-d/%-y %-H:%-M:%-S %-I %-j %-e",
		"%F %T", "%R %D", "100%% %n%t", "%s", ""
	};
	uint64_t state = 2;

	for (size_t p = 0; p < sizeof(patterns) / sizeof(*patterns); p++) {
		struct datetime_format format;

		if (!CHECK_INT(compile(&format, patterns[p]), 0))
			continue;
		for (int i = 0; i < 2000; i++) {
			int64_t us = random_us(&state);
			time_t seconds = datetime_epoch(us);
			char want[128] = "", text[1024];
			struct tm tm;
			size_t len;

			gmtime_r(&seconds, &tm);
			/* libc pads no years. */
			if (tm.tm_year < 1000 - 1900)
				continue;
			strftime(want, sizeof(want), patterns[p], &tm);
			if (strchr(patterns[p], 's') &&
			    strstr(patterns[p], "%s"))
				snprintf(want, sizeof(want), "%lld",
				    (long long)seconds);
			len = datetime_format_print(&format, us, text);
			text[len] = '\0';
			if (!CHECK_TEXT(text, want) ||
			    !CHECK(len <= format.max_bytes))
				break;
		}
	}
}

static void
what_a_format_writes_it_reads(void)
{
	static const char *const patterns[] = {
		"%Y-%m-%d %H:%M:%S.%f", "%d/%m/%Y %I:%M:%S.%f %p",
		"%B %-d %Y, %-H:%-M:%-S.%-f", "%A %j %Y %T %f",
		"%a %b %e %H%M%S%f %z %Y"
	};
	uint64_t state = 3;

	for (size_t p = 0; p < sizeof(patterns) / sizeof(*patterns); p++) {
		struct datetime_format format;

		CHECK_INT(compile(&format, patterns[p]), 0);
		CHECK(format.is_readable && format.has_date &&
		    format.has_time);
		for (int i = 0; i < 20000; i++) {
			int64_t us = random_us(&state), read = 0;
			char text[256];
			size_t len = datetime_format_print(&format, us,
			    text);

			text[len] = '\0';
			if (!CHECK_INT(datetime_format_parse(&format, text,
			    len, &read), 0) || !CHECK_INT(read, us)) {
				printf("# '%s'\n", text);
				break;
			}
		}
	}
}

static void
formats_read_what_they_say_and_nothing_else(void)
{
	static const struct {
		const char *pattern, *text, *want;
	} cases[] = {
		{ "%m/%d/%Y %H:%M", "12/1/2010 8:26", "2010-12-01 08:26:00" },
		{ "%m/%d/%Y %H:%M", "12/1/2010 8:26:00", NULL },
		{ "%m/%d/%Y", "13/1/2010", NULL },
		{ "%m/%d/%Y", "2/30/2010", NULL },
		{ "%m/%d/%Y", "2/3/10", NULL },
		{ "%d %b %Y", "01 DEC 2010", "2010-12-01 00:00:00" },
		{ "%d %b %Y", "01 December 2010", NULL },
		{ "%d %B %Y", "1 december 2010", "2010-12-01 00:00:00" },
		{ "%y%m%d", "690101", "1969-01-01 00:00:00" },
		{ "%y%m%d", "680101", "2068-01-01 00:00:00" },
		{ "%Y-%m", "2024-02", "2024-02-01 00:00:00" },
		{ "%H:%M", "12:30", "1900-01-01 12:30:00" },
		{ "%I %p", "12 am", "1900-01-01 00:00:00" },
		{ "%I %p", "12 PM", "1900-01-01 12:00:00" },
		{ "%I %p", "13 PM", NULL },
		{ "%I %p", "0 PM", NULL },
		{ "%H %p", "13 AM", NULL },
		{ "%H", "24", NULL },
		{ "%S.%f", "1.5", "1900-01-01 00:00:01.5" },
		{ "%S.%f", "1.1234567", NULL },
		{ "%Y-%m-%dT%H:%M:%S%z", "2024-02-29T00:30:00+01:00",
		    "2024-02-28 23:30:00" },
		{ "%Y%j", "2024366", "2024-12-31 00:00:00" },
		{ "%Y%j", "2023366", NULL },
		{ "%Y-%m-%d %j", "2024-03-01 061", "2024-03-01 00:00:00" },
		{ "%Y-%m-%d %j", "2024-03-01 062", NULL },
		{ "%a %F", "Fri 2024-03-01", "2024-03-01 00:00:00" },
		{ "%a %F", "Sat 2024-03-01", NULL },
		{ "%F", "2024-03-01 ", NULL },
		{ "%F", "2024-3-1", "2024-03-01 00:00:00" },
		{ "%F %T", "2024-03-01T00:00:00", NULL },
		{ "%F %T", "2024-03-01 7:08:09", "2024-03-01 07:08:09" },
		{ "%F", "0000-01-01", NULL },
		{ "%V", "12", NULL }, { "%F", "", NULL },
		{ "%e.%-m.%Y", " 1.3.2024", "2024-03-01 00:00:00" }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct datetime_format format;
		int64_t us = 0;
		int status;

		CHECK_INT(compile(&format, cases[i].pattern), 0);
		status = datetime_format_parse(&format, cases[i].text,
		    strlen(cases[i].text), &us);
		if (!CHECK_INT(status, cases[i].want ? 0 : -1) ||
		    (status == 0 && !CHECK_TEXT(text_of(us), cases[i].want)))
			printf("# '%s' by '%s'\n", cases[i].text,
			    cases[i].pattern);
	}
}

static void
unknown_letters_in_a_format_are_named(void)
{
	struct datetime_format format;
	struct error err = { 0 };
	char pattern[80];

	CHECK_INT(datetime_format_init(&format, "%Y-%Q", 5, &err), -1);
	CHECK_TEXT(err.text, "unknown '%Q' in a date format");
	CHECK_INT(err.status, STATUS_USAGE);
	CHECK_INT(compile(&format, "%-Y"), -1);
	CHECK_INT(compile(&format, "%Y%"), -1);
	CHECK_INT(compile(&format, "%-"), -1);
	memset(pattern, 'x', sizeof(pattern));
	CHECK_INT(datetime_format_init(&format, pattern, sizeof(pattern),
	    &err), -1);
}

int
main(void)
{
	RUN(every_day_of_ten_thousand_years_is_where_libc_has_it);
	RUN(the_iso_week_is_that_of_strftime);
	RUN(days_far_out_of_the_calendar_come_back);
	RUN(moments_are_written_and_read_back);
	RUN(iso_text_is_read_in_all_its_forms);
	RUN(a_zone_is_refused_where_none_is_wanted);
	RUN(moments_are_cut_to_the_start_of_a_unit);
	RUN(fields_are_taken_out);
	RUN(months_are_added_to_the_last_day_there_is);
	RUN(differences_count_the_boundaries_between);
	RUN(formats_are_written_as_strftime_writes_them);
	RUN(what_a_format_writes_it_reads);
	RUN(formats_read_what_they_say_and_nothing_else);
	RUN(unknown_letters_in_a_format_are_named);
	return check_done();
}
