/*
 * Date and time formats in the manner of strftime and strptime, compiled
 * once and used for many values; English names, no locale.
 *
 *	%Y %m %d %e %j	year (4 digits), month, day, day padded with a blank,
 *			day of the year (3 digits)
 *	%y		year of century: 69 to 99 are 19xx, 00 to 68 20xx
 *	%b %h %B	Jan, January
 *	%a %A		Mon, Monday (read, and checked against the date)
 *	%H %I %M %S	hour, hour of 12, minute, second
 *	%p		AM, PM
 *	%f		microseconds, 6 digits (read: 1 to 9, as a fraction)
 *	%z		+hhmm (read: also Z, +hh, +hh:mm; the result is UTC)
 *	%F %T %R %D	%Y-%m-%d, %H:%M:%S, %H:%M, %m/%d/%y
 *	%-m and so on	without padding: d e f H I j m M S y
 *	%u %w %G %V %q	ISO day 1-7, day 0-6, ISO year, ISO week, quarter
 *			(printed only)
 *	%s		seconds since 1970 (printed only)
 *	%n %t %%	newline, tab, percent sign
 *
 * Reading, numbers may have fewer digits than printed except %Y; names are
 * read in any case; other characters must be there as they are.  Fields
 * that the format has not are those of 1900-01-01 00:00:00, as in Python
 * and DuckDB.  %j sets month and day if the format has no %m and %d.
 */
#ifndef BASE_DATETIME_FORMAT_H
#define BASE_DATETIME_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define DATETIME_FORMAT_MAX_ITEMS 64

struct datetime_format {
	uint32_t item_count;
	/* Enough for any print of this format. */
	uint32_t max_bytes;
	_Bool has_date;		/* %Y, %m, %d and the like */
	_Bool has_time;		/* %H, %M and the like */
	_Bool has_zone;		/* %z */
	_Bool is_readable;	/* nothing that is printed only */
	/* The fast ways: "%Y-%m-%d", and this with " %H:%M:%S". */
	_Bool is_iso_date;
	_Bool is_iso_timestamp;
	struct datetime_item {
		uint8_t kind;	/* 0: the byte itself; else the letter */
		uint8_t byte;	/* of a literal; '-' for no padding */
	} items[DATETIME_FORMAT_MAX_ITEMS];
};

/* English names; days from Sunday, as DATETIME_DOW counts. */
extern const char datetime_month_names[12][10];
extern const char datetime_day_names[7][10];

/* Compiles a format; an error (status 2) names what it does not know. */
int
datetime_format_init(struct datetime_format *format, const char *pattern,
    size_t len, struct error *err);

/*
 * Reads all of text[0..len).  0, or -1 if it does not match, is no moment
 * of the years 1 to 9999, or the format is not readable.
 */
int
datetime_format_parse(const struct datetime_format *format,
    const char *text, size_t len, int64_t *us);

/* Writes format->max_bytes at most, without a NUL; returns the length. */
size_t
datetime_format_print(const struct datetime_format *format, int64_t us,
    char *out);

#endif
