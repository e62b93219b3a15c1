#include "batch/value.h"

#include <string.h>
#include <strings.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/number.h"
#include "base/utf8.h"
#include "batch/builder.h"

/* ---- formatting ------------------------------------------------------ */

static size_t
format_decimal(const struct column *column, uint32_t row, char *to)
{
	if (column->type.precision > 18)
		return decimal_format_128(to,
		    ((const int128 *)column->values)[row], column->type.scale);
	return decimal_format_64(to, ((const int64_t *)column->values)[row],
	    column->type.scale);
}

static void
format_bytes(const struct column *column, uint32_t row, struct buffer *out)
{
	uint32_t len;
	const uint8_t *bytes = column_bytes(column, row, &len);
	if (column->type.id == TYPE_STRING) {
		buffer_append(out, bytes, len);
		return;
	}
	for (uint32_t i = 0; i < len; i++)
		buffer_printf(out, "%02x", bytes[i]);
}

/* Room for any value but text. */
#define VALUE_TEXT_BYTES 64

void
column_format(const struct column *column, uint32_t row, struct buffer *out)
{
	enum type_id id = column->type.id;
	if (type_is_variable(column->type)) {
		format_bytes(column, row, out);
		return;
	}
	buffer_reserve(out, VALUE_TEXT_BYTES);
	char *to = (char *)out->data + out->len;
	if (id == TYPE_BOOL)
		buffer_append_text(out, column_bool(column, row) ? "true" :
		    "false");
	else if (type_is_signed(column->type))
		out->len += number_format_i64(to,
		    (int64_t)column_whole(column, row));
	else if (type_is_integer(column->type))
		out->len += number_format_u64(to,
		    (uint64_t)column_whole(column, row));
	else if (id == TYPE_F32)
		out->len += number_format_f32(to,
		    ((const float *)column->values)[row]);
	else if (id == TYPE_F64)
		out->len += number_format_f64(to,
		    ((const double *)column->values)[row]);
	else if (id == TYPE_DECIMAL)
		out->len += format_decimal(column, row, to);
	else if (id == TYPE_DATE)
		out->len += datetime_print_date(to,
		    (int32_t)column_whole(column, row));
	else if (id == TYPE_TIME)
		out->len += datetime_print_time(to,
		    (int64_t)column_whole(column, row));
	else if (id == TYPE_TIMESTAMP)
		out->len += datetime_print_timestamp(to,
		    (int64_t)column_whole(column, row), column->type.is_utc);
}

/* ---- parsing --------------------------------------------------------- */

static const struct {
	enum type_id id;
	int64_t minimum;
	uint64_t maximum;
} limits[] = {
	{TYPE_I8, INT8_MIN, INT8_MAX}, {TYPE_I16, INT16_MIN, INT16_MAX},
	{TYPE_I32, INT32_MIN, INT32_MAX}, {TYPE_I64, INT64_MIN, INT64_MAX},
	{TYPE_U8, 0, UINT8_MAX}, {TYPE_U16, 0, UINT16_MAX},
	{TYPE_U32, 0, UINT32_MAX}, {TYPE_U64, 0, UINT64_MAX},
};

static int
parse_integer(const char *text, size_t len, struct column_builder *builder)
{
	size_t i = 0;
	while (limits[i].id != builder->type.id)
		i++;
	if (!type_is_signed(builder->type)) {
		uint64_t value;
		if (number_parse_u64_within(text, len, limits[i].maximum,
		    &value) != NUMBER_OK)
			return -1;
		column_builder_append_value(builder, &value);
		return 0;
	}
	int64_t value;
	if (number_parse_i64_within(text, len, limits[i].minimum,
	    (int64_t)limits[i].maximum, &value) != NUMBER_OK)
		return -1;
	/* Little-endian: the low bytes of a narrower value come first. */
	column_builder_append_value(builder, &value);
	return 0;
}

static int
parse_bool(const char *text, size_t len, struct column_builder *builder)
{
	_Bool is_true = len == 4 && strncasecmp(text, "true", 4) == 0;
	if (!is_true && (len != 5 || strncasecmp(text, "false", 5) != 0))
		return -1;
	column_builder_append_bool(builder, is_true);
	return 0;
}

static int
parse_float(const char *text, size_t len, struct column_builder *builder)
{
	if (builder->type.id == TYPE_F32) {
		float value;
		if (number_parse_f32(text, len, NUMBER_NAMES, &value) !=
		    NUMBER_OK)
			return -1;
		column_builder_append_value(builder, &value);
		return 0;
	}
	double value;
	if (number_parse_f64(text, len, NUMBER_NAMES, &value) != NUMBER_OK)
		return -1;
	column_builder_append_value(builder, &value);
	return 0;
}

static int
parse_decimal(const char *text, size_t len, struct column_builder *builder)
{
	struct type type = builder->type;
	if (type.precision > 18) {
		int128 value;
		if (decimal_parse_128(text, len, type.precision, type.scale,
		    &value) != DECIMAL_OK)
			return -1;
		column_builder_append_value(builder, &value);
		return 0;
	}
	int64_t value;
	if (decimal_parse_64(text, len, type.precision, type.scale, &value) !=
	    DECIMAL_OK)
		return -1;
	column_builder_append_value(builder, &value);
	return 0;
}

static int
parse_moment(const char *text, size_t len, struct column_builder *builder)
{
	int32_t days;
	int64_t us;
	_Bool has_zone = 0;
	switch (builder->type.id) {
	case TYPE_DATE:
		if (datetime_parse_date(text, len, &days) != 0)
			return -1;
		column_builder_append_value(builder, &days);
		return 0;
	case TYPE_TIME:
		if (datetime_parse_time(text, len, &us) != 0)
			return -1;
		break;
	default:
		if (datetime_parse_timestamp(text, len, &us,
		    builder->type.is_utc ? &has_zone : NULL) != 0)
			return -1;
		break;
	}
	column_builder_append_value(builder, &us);
	return 0;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
parse_hex(const char *text, size_t len, struct column_builder *builder)
{
	struct buffer bytes = {0};
	int result = len % 2 == 0 ? 0 : -1;
	for (size_t i = 0; i + 1 < len && result == 0; i += 2) {
		int high = hex_digit(text[i]);
		int low = hex_digit(text[i + 1]);
		if (high < 0 || low < 0)
			result = -1;
		else
			buffer_append_byte(&bytes, (uint8_t)(high << 4 | low));
	}
	if (result == 0)
		result = column_builder_append_bytes(builder, bytes.data,
		    (uint32_t)bytes.len);
	buffer_release(&bytes);
	return result;
}

static int
parse_text(const char *text, size_t len, struct column_builder *builder)
{
	switch (builder->type.id) {
	case TYPE_BOOL:
		return parse_bool(text, len, builder);
	case TYPE_F32:
	case TYPE_F64:
		return parse_float(text, len, builder);
	case TYPE_DECIMAL:
		return parse_decimal(text, len, builder);
	case TYPE_DATE:
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
		return parse_moment(text, len, builder);
	case TYPE_STRING:
		if (!utf8_is_valid(text, len))
			return -1;
		return column_builder_append_bytes(builder, text,
		    (uint32_t)len);
	case TYPE_BINARY:
		return parse_hex(text, len, builder);
	default:
		return type_is_integer(builder->type) ?
		    parse_integer(text, len, builder) : -1;
	}
}

int
value_parse(const char *text, size_t len, struct column_builder *builder,
    struct error *err)
{
	if (len <= UINT32_MAX && parse_text(text, len, builder) == 0)
		return 0;
	char quoted[ERROR_QUOTE_BYTES];
	char type[TYPE_TEXT_BYTES];
	return error_data(err, "'%s' is not a %s",
	    error_quote(quoted, text, len), type_format(builder->type, type));
}
