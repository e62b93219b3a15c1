#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/hash.h"
#include "base/number.h"
#include "base/utf8.h"
#include "format/csv_infer.h"

#define TABLE_SLOTS 32768	/* more than twice the distinct values */
#define FLOAT_DIGITS 17		/* that a double keeps */

const char *const rcsv_infer_patterns[RCSV_INFER_FORMATS + 1] = {
    "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%d/%m/%y", "%m/%d/%y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y",
    "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S",
    "%d.%m.%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%m-%d-%Y %H:%M:%S",
    "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%Y/%m/%d %H:%M", "%d.%m.%Y %H:%M",
    "%d-%m-%Y %H:%M", "%m-%d-%Y %H:%M", "%d/%m/%y %H:%M", "%m/%d/%y %H:%M",
    "%m/%d/%Y %I:%M:%S %p", "%d-%b-%Y %H:%M:%S", NULL};

void
rcsv_infer_formats_init(struct rcsv_infer_formats *formats)
{
	struct error err;
	for (size_t i = 0; i < RCSV_INFER_FORMATS; i++)
		datetime_format_init(&formats->formats[i],
		    rcsv_infer_patterns[i], strlen(rcsv_infer_patterns[i]),
		    &err);
}

void
rcsv_infer_column_init(struct rcsv_infer_column *column)
{
	*column = (struct rcsv_infer_column){
	    .types = (1u << RCSV_INFER_TYPES) - 1,
	    .formats = (1u << RCSV_INFER_FORMATS) - 1,
	    .min_length = SIZE_MAX,
	    .hashes = mem_array(TABLE_SLOTS, sizeof(uint64_t))};
}

void
rcsv_infer_column_release(struct rcsv_infer_column *column)
{
	for (int i = 0; i < RCSV_INFER_TYPES; i++) {
		mem_free(column->not[i].value);
		mem_free(column->not[i].file);
	}
	buffer_release(&column->min_text);
	buffer_release(&column->max_text);
	buffer_release(&column->seen);
	mem_free(column->hashes);
	*column = (struct rcsv_infer_column){0};
}

/* ---- numbers --------------------------------------------------------- */

/* A number as text that reads back the same: how its digits are spread. */
struct number_shape {
	_Bool is_plain;		/* [-]digits[.digits], [-].digits */
	_Bool is_integer;
	_Bool is_code;		/* leading zeros, a plus, a minus zero */
	uint32_t whole, scale;
	uint32_t digits;
};

static struct number_shape
shape_of(const char *text, size_t len)
{
	struct number_shape shape = {0};
	size_t i = len > 0 && (text[0] == '-' || text[0] == '+');
	size_t begin = i;
	while (i < len && text[i] >= '0' && text[i] <= '9')
		i++;
	shape.whole = (uint32_t)(i - begin);
	shape.is_code = (shape.whole > 1 && text[begin] == '0') ||
	    (len > 0 && text[0] == '+') ||
	    (len == 2 && memcmp(text, "-0", 2) == 0);
	if (i == len) {
		shape.is_integer = shape.is_plain = shape.whole > 0;
	} else if (text[i] == '.') {
		size_t point = i++;
		while (i < len && text[i] >= '0' && text[i] <= '9')
			i++;
		shape.scale = (uint32_t)(i - point - 1);
		shape.is_plain = i == len && shape.scale > 0;
	}
	/* a zero before the point takes no digit of the precision */
	if (shape.whole == 1 && text[begin] == '0' && !shape.is_integer)
		shape.whole = 0;
	shape.digits = shape.whole + shape.scale;
	return shape;
}

static void
take_number(struct rcsv_infer_column *column, const char *text, size_t len,
    const struct number_shape *shape)
{
	int128 value;
	if (decimal_parse_128(text, len, DECIMAL_MAX_PRECISION, shape->scale,
	    &value) != DECIMAL_OK)
		return;
	if (!column->has_number || decimal_compare_128(value, shape->scale,
	    column->min_number, column->min_scale) < 0) {
		column->min_number = value;
		column->min_scale = shape->scale;
	}
	if (!column->has_number || decimal_compare_128(value, shape->scale,
	    column->max_number, column->max_scale) > 0) {
		column->max_number = value;
		column->max_scale = shape->scale;
	}
	column->has_number = 1;
}

static _Bool
fits_decimal(struct rcsv_infer_column *column, const char *text, size_t len,
    const struct number_shape *shape)
{
	if (!shape->is_plain || shape->is_code)
		return 0;
	uint32_t whole = shape->whole > column->whole_digits ? shape->whole :
	    column->whole_digits;
	uint32_t scale = shape->scale > column->scale ? shape->scale :
	    column->scale;
	if (whole + scale > DECIMAL_MAX_PRECISION)
		return 0;
	column->whole_digits = whole;
	column->scale = scale;
	take_number(column, text, len, shape);
	return 1;
}

static _Bool
fits_float(struct rcsv_infer_column *column, const char *text, size_t len,
    const struct number_shape *shape)
{
	double value;
	if (shape->is_code || (shape->is_plain &&
	    shape->digits > FLOAT_DIGITS) || number_parse_f64(text, len,
	    NUMBER_NAMES, &value) != NUMBER_OK)
		return 0;
	if (column->values == 1 || value < column->min_float)
		column->min_float = value;
	if (column->values == 1 || value > column->max_float)
		column->max_float = value;
	return 1;
}

static _Bool
fits_bool(const char *text, size_t len)
{
	static const char *const words[] = {"true", "false", "yes", "no"};
	char lower[8];
	if (len >= sizeof(lower))
		return 0;
	utf8_lower(lower, text, len);
	for (int i = 0; i < 4; i++)
		if (strlen(words[i]) == len &&
		    memcmp(words[i], lower, len) == 0)
			return 1;
	return 0;
}

/* ---- dates and times ------------------------------------------------- */

static void
take_moment(struct rcsv_infer_column *column, int64_t us)
{
	if (!column->has_moment || us < column->min_moment)
		column->min_moment = us;
	if (!column->has_moment || us > column->max_moment)
		column->max_moment = us;
	column->has_moment = 1;
}

static _Bool
fits_moment(struct rcsv_infer_column *column, enum rcsv_infer_type type,
    const char *text, size_t len)
{
	int64_t us = 0;
	int32_t days;
	_Bool has_zone = 0;
	if (type == RCSV_INFER_DATE) {
		if (datetime_parse_date(text, len, &days) != 0)
			return 0;
		us = days * DATETIME_US_PER_DAY;
	} else if (type == RCSV_INFER_TIME) {
		if (datetime_parse_time(text, len, &us) != 0)
			return 0;
	} else {
		if (datetime_parse_timestamp(text, len, &us, &has_zone) != 0)
			return 0;
		/* with and without a zone do not go together */
		if (column->zoned > 0 && !has_zone)
			return 0;
		if (has_zone && column->zoned + 1 != column->values)
			return 0;
		column->zoned += has_zone;
	}
	take_moment(column, us);
	return 1;
}

static void
try_formats(struct rcsv_infer_column *column,
    const struct rcsv_infer_formats *formats, const char *text, size_t len)
{
	int64_t us;
	for (uint32_t i = 0; i < RCSV_INFER_FORMATS; i++) {
		if ((column->formats >> i & 1) == 0)
			continue;
		if (datetime_format_parse(&formats->formats[i], text, len,
		    &us) != 0) {
			column->formats &= ~(1u << i);
			continue;
		}
		if (column->values == 1 || us < column->min_by_format[i])
			column->min_by_format[i] = us;
		if (column->values == 1 || us > column->max_by_format[i])
			column->max_by_format[i] = us;
	}
}

/* ---- any value ------------------------------------------------------- */

static _Bool
fits(struct rcsv_infer_column *column, enum rcsv_infer_type type,
    const char *text, size_t len, const struct number_shape *shape)
{
	int64_t integer;
	switch (type) {
	case RCSV_INFER_BOOL:
		return fits_bool(text, len);
	case RCSV_INFER_INTEGER:
		return shape->is_integer && !shape->is_code &&
		    number_parse_i64(text, len, &integer) == NUMBER_OK;
	case RCSV_INFER_DECIMAL:
		return fits_decimal(column, text, len, shape);
	case RCSV_INFER_FLOAT:
		return fits_float(column, text, len, shape);
	default:
		return fits_moment(column, type, text, len);
	}
}

static void
rule_out(struct rcsv_infer_column *column, int type, const char *text,
    size_t len, const char *file, uint64_t line)
{
	column->types &= ~(1u << type);
	column->not[type] = (struct rcsv_counter_example){
	    mem_strndup(text, len), mem_strdup(file), line};
}

static void
count_distinct(struct rcsv_infer_column *column, const char *text, size_t len)
{
	if (column->is_beyond)
		return;
	uint64_t hash = hash_bytes(text, len);
	hash += hash == 0;
	uint32_t slot = (uint32_t)hash & (TABLE_SLOTS - 1);
	while (column->hashes[slot] != 0 && column->hashes[slot] != hash)
		slot = (slot + 1) & (TABLE_SLOTS - 1);
	if (column->hashes[slot] == hash)
		return;
	column->hashes[slot] = hash;
	column->is_beyond = ++column->distinct > RCSV_INFER_MAX_DISTINCT;
}

static int
compare_text(const struct buffer *a, const char *b, size_t len)
{
	size_t least = a->len < len ? a->len : len;
	int order = least == 0 ? 0 : memcmp(a->data, b, least);
	return order != 0 ? order : (a->len > len) - (a->len < len);
}

static void
take_text(struct rcsv_infer_column *column, const char *text, size_t len)
{
	size_t length = utf8_length(text, len);
	if (length < column->min_length)
		column->min_length = length;
	if (length > column->max_length)
		column->max_length = length;
	if (column->values == 1 ||
	    compare_text(&column->min_text, text, len) > 0) {
		column->min_text.len = 0;
		buffer_append(&column->min_text, text, len);
	}
	if (column->values == 1 ||
	    compare_text(&column->max_text, text, len) < 0) {
		column->max_text.len = 0;
		buffer_append(&column->max_text, text, len);
	}
}

void
rcsv_infer_take(struct rcsv_infer_column *column,
    const struct rcsv_infer_formats *formats, const char *text, size_t len,
    const char *file, uint64_t line)
{
	column->values++;
	count_distinct(column, text, len);
	take_text(column, text, len);
	if (column->types != 0) {
		struct number_shape shape = shape_of(text, len);
		for (int type = 0; type < RCSV_INFER_TYPES; type++)
			if ((column->types >> type & 1) != 0 &&
			    !fits(column, (enum rcsv_infer_type)type, text,
			    len, &shape))
				rule_out(column, type, text, len, file, line);
	}
	if (column->formats != 0)
		try_formats(column, formats, text, len);
}
