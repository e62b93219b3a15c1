#include "base/datetime_format.h"

#include <string.h>

#include "base/datetime.h"

const char datetime_month_names[12][10] = {
	"January", "February", "March", "April", "May", "June", "July",
	"August", "September", "October", "November", "December"
};

const char datetime_day_names[7][10] = {
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
	"Saturday"
};

/*
 * The letters, the most bytes that each prints (years may have six digits
 * and a sign), and what it is about.
 */
enum about {
	ABOUT_DATE = 1,
	ABOUT_TIME = 2,
	ABOUT_ZONE = 4,
	ABOUT_PADDED = 8,	/* may be written %-d */
	ABOUT_PRINT = 16	/* cannot be read */
};

static const struct letter {
	char letter;
	uint8_t max_bytes;
	uint8_t about;
} letters[] = {
	{ 'Y', 7, ABOUT_DATE }, { 'G', 7, ABOUT_DATE | ABOUT_PRINT },
	{ 'y', 2, ABOUT_DATE | ABOUT_PADDED },
	{ 'm', 2, ABOUT_DATE | ABOUT_PADDED },
	{ 'd', 2, ABOUT_DATE | ABOUT_PADDED },
	{ 'e', 2, ABOUT_DATE | ABOUT_PADDED },
	{ 'j', 3, ABOUT_DATE | ABOUT_PADDED },
	{ 'b', 3, ABOUT_DATE }, { 'B', 9, ABOUT_DATE },
	{ 'a', 3, ABOUT_DATE }, { 'A', 9, ABOUT_DATE },
	{ 'u', 1, ABOUT_DATE | ABOUT_PRINT },
	{ 'w', 1, ABOUT_DATE | ABOUT_PRINT },
	{ 'q', 1, ABOUT_DATE | ABOUT_PRINT },
	{ 'V', 2, ABOUT_DATE | ABOUT_PRINT | ABOUT_PADDED },
	{ 's', 20, ABOUT_DATE | ABOUT_TIME | ABOUT_PRINT },
	{ 'H', 2, ABOUT_TIME | ABOUT_PADDED },
	{ 'I', 2, ABOUT_TIME | ABOUT_PADDED },
	{ 'M', 2, ABOUT_TIME | ABOUT_PADDED },
	{ 'S', 2, ABOUT_TIME | ABOUT_PADDED },
	{ 'f', 6, ABOUT_TIME | ABOUT_PADDED },
	{ 'p', 2, ABOUT_TIME }, { 'z', 5, ABOUT_ZONE }
};

static const struct letter *
find_letter(char c)
{
	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++) {
		if (letters[i].letter == c)
			return &letters[i];
	}
	return NULL;
}

/* What stands for several others; NULL if the letter is none of these. */
static const char *
find_composite(char c)
{
	switch (c) {
	case 'F':
		return "%Y-%m-%d";
	case 'T':
		return "%H:%M:%S";
	case 'R':
		return "%H:%M";
	case 'D':
		return "%m/%d/%y";
	default:
		return NULL;
	}
}

static int
add_item(struct datetime_format *format, uint8_t kind, uint8_t byte,
    uint32_t max_bytes, struct error *err)
{
	if (format->item_count == DATETIME_FORMAT_MAX_ITEMS)
		return error_usage(err, "a date format may have %d parts",
		    DATETIME_FORMAT_MAX_ITEMS);
	format->items[format->item_count++] =
	    (struct datetime_item){ kind, byte };
	format->max_bytes += max_bytes;
	return 0;
}

/* The letter after a percent sign, which has a '-' if is_bare. */
static int
add_letter(struct datetime_format *format, char c, _Bool is_bare,
    struct error *err)
{
	const struct letter *letter;
	char quoted[ERROR_QUOTE_BYTES];

	if (!is_bare && (c == '%' || c == 'n' || c == 't'))
		return add_item(format, 0,
		    c == '%' ? '%' : c == 'n' ? '\n' : '\t', 1, err);
	if (c == 'h')
		c = 'b';
	letter = find_letter(c);
	if (letter == NULL || (is_bare && !(letter->about & ABOUT_PADDED)))
		return error_usage(err, "unknown '%%%s%s' in a date format",
		    is_bare ? "-" : "", error_quote(quoted, &c, 1));
	format->has_date |= (letter->about & ABOUT_DATE) != 0;
	format->has_time |= (letter->about & ABOUT_TIME) != 0;
	format->has_zone |= (letter->about & ABOUT_ZONE) != 0;
	if (letter->about & ABOUT_PRINT)
		format->is_readable = 0;
	return add_item(format, (uint8_t)c, is_bare ? '-' : 0,
	    letter->max_bytes, err);
}

static int
add_pattern(struct datetime_format *format, const char *pattern, size_t len,
    struct error *err)
{
	for (size_t i = 0; i < len; i++) {
		const char *composite;
		_Bool is_bare;

		if (pattern[i] != '%') {
			if (add_item(format, 0, (uint8_t)pattern[i], 1,
			    err) != 0)
				return -1;
			continue;
		}
		is_bare = i + 1 < len && pattern[i + 1] == '-';
		i += 1 + is_bare;
		if (i >= len)
			return error_usage(err,
			    "a date format ends in '%%'");
		composite = is_bare ? NULL : find_composite(pattern[i]);
		if (composite != NULL) {
			if (add_pattern(format, composite, strlen(composite),
			    err) != 0)
				return -1;
		} else if (add_letter(format, pattern[i], is_bare,
		    err) != 0) {
			return -1;
		}
	}
	return 0;
}

/* Whether the items are those of a pattern: letters and literals. */
static _Bool
is_pattern(const struct datetime_format *format, const char *kinds,
    const char *bytes)
{
	size_t count = strlen(kinds);

	if (format->item_count != count)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct datetime_item *item = &format->items[i];

		if (kinds[i] == ' ' ? item->kind != 0 ||
		    item->byte != bytes[i] : item->kind != kinds[i] ||
		    item->byte != 0)
			return 0;
	}
	return 1;
}

int
datetime_format_init(struct datetime_format *format, const char *pattern,
    size_t len, struct error *err)
{
	memset(format, 0, sizeof(*format));
	format->is_readable = 1;
	if (add_pattern(format, pattern, len, err) != 0)
		return -1;
	format->is_iso_date = is_pattern(format, "Y m d", " - - ");
	format->is_iso_timestamp = is_pattern(format, "Y m d H M S",
	    " - -   : : ");
	return 0;
}

/* value < 1000, padded to `width` digits with `pad` unless that is 0. */
static size_t
put(char *out, uint32_t value, unsigned width, char pad)
{
	unsigned digits = value >= 100 ? 3 : value >= 10 ? 2 : 1;
	size_t len = 0;

	for (; pad != 0 && width > digits; width--)
		out[len++] = pad;
	len += digits;
	for (unsigned i = 1; i <= digits; i++, value /= 10)
		out[len - i] = (char)('0' + value % 10);
	return len;
}

/* Four digits, outside 0 to 9999 a sign and as many as it takes. */
static size_t
put_year(char *out, int32_t year)
{
	uint32_t magnitude = (uint32_t)(year < 0 ? -year : year);
	size_t len = 0;

	if (year < 0 || year > 9999)
		out[len++] = year < 0 ? '-' : '+';
	if (magnitude > 9999)
		len += put(out + len, magnitude / 10000, 1, 0);
	len += put(out + len, magnitude / 100 % 100, 2, '0');
	return len + put(out + len, magnitude % 100, 2, '0');
}

static size_t
put_name(char *out, const char *name, _Bool is_short)
{
	size_t len = is_short ? 3 : strlen(name);

	memcpy(out, name, len);
	return len;
}

/* Six digits, or without the zeros at the end (but one digit). */
static size_t
put_fraction(char *out, uint32_t us, _Bool is_bare)
{
	size_t len = 6;

	put(out, us / 1000, 3, '0');
	put(out + 3, us % 1000, 3, '0');
	while (is_bare && len > 1 && out[len - 1] == '0')
		len--;
	return len;
}

/* One item of the date. */
static size_t
print_date_item(const struct datetime_item *item, int32_t days,
    struct datetime_civil c, char *out)
{
	char zero = item->byte == '-' ? 0 : '0';

	switch (item->kind) {
	case 'Y':
		return put_year(out, c.year);
	case 'G':
		return put_year(out, datetime_isoyear(days));
	case 'y':
		return put(out, (uint32_t)((c.year % 100 + 100) % 100), 2,
		    zero);
	case 'm':
		return put(out, c.month, 2, zero);
	case 'd':
		return put(out, c.day, 2, zero);
	case 'e':
		return put(out, c.day, 2, zero == 0 ? 0 : ' ');
	case 'j':
		return put(out, (uint32_t)datetime_doy(days), 3, zero);
	case 'b':
	case 'B':
		return put_name(out, datetime_month_names[c.month - 1],
		    item->kind == 'b');
	case 'a':
	case 'A':
		return put_name(out, datetime_day_names[datetime_dow(days)],
		    item->kind == 'a');
	case 'u':
		return put(out, (uint32_t)datetime_isodow(days), 1, 0);
	case 'w':
		return put(out, (uint32_t)datetime_dow(days), 1, 0);
	case 'q':
		return put(out, (c.month + 2u) / 3, 1, 0);
	case 'V':
		return put(out, (uint32_t)datetime_week(days), 2, zero);
	default:
		return 0;
	}
}

/* One item that is not of the date. */
static size_t
print_time_item(const struct datetime_item *item, int64_t us, char *out)
{
	uint32_t time = (uint32_t)(datetime_time_of(us) /
	    DATETIME_US_PER_SECOND);
	char zero = item->byte == '-' ? 0 : '0';

	switch (item->kind) {
	case 0:
		*out = (char)item->byte;
		return 1;
	case 'H':
		return put(out, time / 3600, 2, zero);
	case 'I':
		return put(out, (time / 3600 + 11) % 12 + 1, 2, zero);
	case 'M':
		return put(out, time / 60 % 60, 2, zero);
	case 'S':
		return put(out, time % 60, 2, zero);
	case 'p':
		memcpy(out, time / 3600 < 12 ? "AM" : "PM", 2);
		return 2;
	case 'f':
		return put_fraction(out, (uint32_t)(datetime_time_of(us) %
		    DATETIME_US_PER_SECOND), zero == 0);
	case 'z':
		memcpy(out, "+0000", 5);
		return 5;
	case 's':
		return number_format_i64(out, datetime_epoch(us));
	default:
		return 0;
	}
}

size_t
datetime_format_print(const struct datetime_format *format, int64_t us,
    char *out)
{
	int32_t days = datetime_day_of(us);
	struct datetime_civil c = datetime_civil(days);
	size_t len = 0;

	if (format->is_iso_date)
		return datetime_print_date(out, days);
	for (uint32_t i = 0; i < format->item_count; i++) {
		size_t n = print_time_item(&format->items[i], us, out + len);

		if (n == 0)
			n = print_date_item(&format->items[i], days, c,
			    out + len);
		len += n;
	}
	return len;
}
