#include "base/timezone.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/datetime.h"
#include "base/fd.h"
#include "base/mem.h"

#define DAY_SECONDS 86400
#define MAX_FILE_BYTES (1 << 20)

/* When a year's clocks change, by the footer of a file (POSIX TZ). */
struct rule {
	enum { RULE_MONTH_WEEK, RULE_DAY_1, RULE_DAY_0 } kind;
	uint32_t month, week, day;	/* M3.5.0; J60 and 59: day */
	int32_t seconds;		/* after midnight */
};

struct timezone_rules {
	uint32_t count;
	int64_t *times;			/* owned: UTC seconds, ascending */
	int32_t *offsets;		/* owned: from each time on */
	int32_t first_offset;		/* before the first time */
	/* after the last time */
	_Bool has_footer, has_summer;
	int32_t standard, summer;
	struct rule to_summer, to_standard;
};

/* ---- the footer ------------------------------------------------------ */

static _Bool
skip_name(const char **at)
{
	const char *start = *at;
	if (**at == '<') {
		while (**at != '\0' && **at != '>')
			++*at;
		return *(*at)++ == '>';
	}
	while ((**at >= 'a' && **at <= 'z') || (**at >= 'A' && **at <= 'Z'))
		++*at;
	return *at > start;
}

static _Bool
read_number(const char **at, uint32_t *number)
{
	const char *start = *at;
	*number = 0;
	while (**at >= '0' && **at <= '9' && *at < start + 4)
		*number = *number * 10 + (uint32_t)(*(*at)++ - '0');
	return *at > start;
}

/* [+-]hh[:mm[:ss]] */
static _Bool
read_time(const char **at, int32_t *seconds)
{
	uint32_t number;
	int32_t sign = 1, unit = 3600;
	if (**at == '+' || **at == '-')
		sign = *(*at)++ == '-' ? -1 : 1;
	*seconds = 0;
	do {
		if (!read_number(at, &number))
			return 0;
		*seconds += sign * (int32_t)number * unit;
		unit /= 60;
	} while (unit > 0 && **at == ':' && (++*at, 1));
	return 1;
}

/* ,M3.5.0/2 */
static _Bool
read_rule(const char **at, struct rule *rule)
{
	rule->seconds = 7200;
	if (*(*at)++ != ',')
		return 0;
	if (**at == 'M') {
		++*at;
		rule->kind = RULE_MONTH_WEEK;
		if (!read_number(at, &rule->month) || *(*at)++ != '.' ||
		    !read_number(at, &rule->week) || *(*at)++ != '.' ||
		    !read_number(at, &rule->day))
			return 0;
		if (rule->month < 1 || rule->month > 12 || rule->week < 1 ||
		    rule->week > 5 || rule->day > 6)
			return 0;
	} else {
		rule->kind = **at == 'J' ? RULE_DAY_1 : RULE_DAY_0;
		*at += **at == 'J';
		if (!read_number(at, &rule->day) || rule->day > 366)
			return 0;
	}
	return **at != '/' || (++*at, read_time(at, &rule->seconds));
}

/* CET-1CEST,M3.5.0,M10.5.0/3: offsets are west of Greenwich there. */
static _Bool
read_footer(struct timezone_rules *zone, const char *at)
{
	if (!skip_name(&at) || !read_time(&at, &zone->standard))
		return 0;
	zone->standard = -zone->standard;
	zone->has_footer = 1;
	if (*at == '\0')
		return 1;
	zone->has_summer = 1;
	zone->summer = zone->standard + 3600;
	if (!skip_name(&at))
		return 0;
	if (*at != ',') {
		if (!read_time(&at, &zone->summer))
			return 0;
		zone->summer = -zone->summer;
	}
	return read_rule(&at, &zone->to_summer) &&
	    read_rule(&at, &zone->to_standard) && *at == '\0';
}

/* The moment of a rule in a year, in seconds of the local clock. */
static int64_t
moment_of(const struct rule *rule, int32_t year)
{
	int32_t day = datetime_days(year, 1, 1);
	if (rule->kind == RULE_DAY_0) {
		day += (int32_t)rule->day;
	} else if (rule->kind == RULE_DAY_1) {
		/* February 29 is never counted */
		day += (int32_t)rule->day - 1 +
		    (rule->day >= 60 && datetime_is_leap(year));
	} else {
		int32_t first = datetime_days(year, rule->month, 1);
		int32_t last = datetime_last_day(first);
		day = first + ((int32_t)rule->day - datetime_dow(first) + 7) %
		    7 + 7 * ((int32_t)rule->week - 1);
		while (day > last)
			day -= 7;
	}
	return (int64_t)day * DAY_SECONDS + rule->seconds;
}

static int32_t
footer_offset(const struct timezone_rules *zone, int64_t utc)
{
	if (!zone->has_summer)
		return zone->standard;
	int32_t year = datetime_year(datetime_day_of(
	    (utc + zone->standard) * DATETIME_US_PER_SECOND));
	int64_t begin = moment_of(&zone->to_summer, year) - zone->standard;
	int64_t end = moment_of(&zone->to_standard, year) - zone->summer;
	_Bool is_summer = begin < end ? utc >= begin && utc < end :
	    utc >= begin || utc < end;
	return is_summer ? zone->summer : zone->standard;
}

/* ---- the file -------------------------------------------------------- */

/* Counts of a header: RFC 9636, 3.1. */
struct counts {
	uint32_t is_utc, is_standard, leap, time, type, text;
};

static uint32_t
read_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	    (uint32_t)at[2] << 8 | at[3];
}

static int64_t
read_i64(const uint8_t *at)
{
	return (int64_t)((uint64_t)read_u32(at) << 32 | read_u32(at + 4));
}

#define HEADER_BYTES 44

/* The bytes that follow a header, or -1. */
static int64_t
read_counts(const uint8_t *at, size_t left, size_t time_bytes,
    struct counts *counts)
{
	uint32_t numbers[6];
	if (left < HEADER_BYTES || memcmp(at, "TZif", 4) != 0)
		return -1;
	for (int i = 0; i < 6; i++) {
		numbers[i] = read_u32(at + 20 + 4 * i);
		if (numbers[i] > MAX_FILE_BYTES)
			return -1;
	}
	*counts = (struct counts){numbers[0], numbers[1], numbers[2],
	    numbers[3], numbers[4], numbers[5]};
	int64_t bytes = (int64_t)(counts->time * (time_bytes + 1) +
	    counts->type * 6 + counts->text + counts->leap *
	    (time_bytes + 4) + counts->is_standard + counts->is_utc);
	return counts->type == 0 ||
	    bytes > (int64_t)(left - HEADER_BYTES) ? -1 : bytes;
}

static int
read_data(struct timezone_rules *zone, const uint8_t *at,
    const struct counts *counts)
{
	const uint8_t *index = at + (size_t)counts->time * 8;
	const uint8_t *types = index + counts->time;
	zone->count = counts->time;
	zone->times = mem_array((size_t)counts->time + 1,
	    sizeof(*zone->times));
	zone->offsets = mem_array((size_t)counts->time + 1,
	    sizeof(*zone->offsets));
	zone->first_offset = (int32_t)read_u32(types);
	for (uint32_t i = 0; i < counts->time; i++) {
		if (index[i] >= counts->type)
			return -1;
		zone->times[i] = read_i64(at + (size_t)i * 8);
		zone->offsets[i] = (int32_t)read_u32(types +
		    (size_t)index[i] * 6);
	}
	return 0;
}

/* Version 2 and later: a block of 32 bits, one of 64 bits, a footer. */
static int
read_zone(struct timezone_rules *zone, const struct buffer *file)
{
	struct counts counts;
	const uint8_t *at = file->data;
	const uint8_t *end = at + file->len;
	int64_t skip = read_counts(at, file->len, 4, &counts);
	if (skip < 0 || at[4] < '2')
		return -1;
	at += HEADER_BYTES + skip;
	skip = read_counts(at, (size_t)(end - at), 8, &counts);
	if (skip < 0 || read_data(zone, at + HEADER_BYTES, &counts) != 0)
		return -1;
	at += HEADER_BYTES + skip;
	const uint8_t *close = at < end && *at == '\n' ?
	    memchr(at + 1, '\n', (size_t)(end - at - 1)) : NULL;
	if (close == NULL)
		return -1;
	char *footer = mem_strndup((const char *)at + 1,
	    (size_t)(close - at - 1));
	_Bool is_good = footer[0] == '\0' || read_footer(zone, footer);
	mem_free(footer);
	return is_good ? 0 : -1;
}

static _Bool
is_zone_name(const char *name, size_t len)
{
	if (len == 0 || len > 64 || name[0] == '/')
		return 0;
	for (size_t i = 0; i < len; i++) {
		char c = name[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '/' || c == '_' ||
		    c == '-' || c == '+'))
			return 0;
	}
	return 1;
}

static int
read_file(const char *path, struct buffer *file)
{
	FILE *stream = fopen(path, "rbe");
	if (stream == NULL)
		return -1;
	buffer_reserve(file, MAX_FILE_BYTES);
	file->len = fread(file->data, 1, MAX_FILE_BYTES, stream);
	int result = ferror(stream) ? -1 : 0;
	fclose(stream);
	return result;
}

struct timezone_rules *
timezone_new(const char *name, size_t len, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	const char *folder = getenv("TZDIR");
	struct buffer file = {0};
	if (folder == NULL || folder[0] == '\0')
		folder = "/usr/share/zoneinfo";
	error_quote(quoted, name, len);
	char *path = mem_printf("%s/%.*s", folder, (int)len, name);
	int result = is_zone_name(name, len) ? read_file(path, &file) : -1;
	mem_free(path);
	if (result != 0) {
		error_usage(err, "no time zone '%s' in %s", quoted, folder);
		buffer_release(&file);
		return NULL;
	}
	struct timezone_rules *zone = mem_zalloc(sizeof(*zone));
	result = read_zone(zone, &file);
	buffer_release(&file);
	if (result == 0)
		return zone;
	timezone_free(zone);
	error_data(err, "%s/%s: damaged, or no time zone", folder, quoted);
	return NULL;
}

void
timezone_free(struct timezone_rules *zone)
{
	if (zone == NULL)
		return;
	mem_free(zone->times);
	mem_free(zone->offsets);
	mem_free(zone);
}

/* ---- conversion ------------------------------------------------------ */

/* Seconds east of Greenwich at a moment. */
static int32_t
offset_at(const struct timezone_rules *zone, int64_t utc)
{
	uint32_t low = 0, high = zone->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (zone->times[middle] <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 && zone->count > 0)
		return zone->first_offset;
	if (low == zone->count && zone->has_footer)
		return footer_offset(zone, utc);
	return low == 0 ? zone->first_offset : zone->offsets[low - 1];
}

static int64_t
seconds_of(int64_t us)
{
	return us >= 0 ? us / DATETIME_US_PER_SECOND :
	    -((-us + DATETIME_US_PER_SECOND - 1) / DATETIME_US_PER_SECOND);
}

int64_t
timezone_to_local(const struct timezone_rules *zone, int64_t utc_us)
{
	return utc_us + offset_at(zone, seconds_of(utc_us)) *
	    (int64_t)DATETIME_US_PER_SECOND;
}

int64_t
timezone_to_utc(const struct timezone_rules *zone, int64_t local_us)
{
	int64_t local = seconds_of(local_us);
	/* the offsets a day before and after hold what there is to choose */
	int32_t before = offset_at(zone, local - DAY_SECONDS);
	int32_t after = offset_at(zone, local + DAY_SECONDS);
	int32_t offset = before;
	if (offset_at(zone, local - after) == after)
		offset = after;
	return local_us - offset * (int64_t)DATETIME_US_PER_SECOND;
}
