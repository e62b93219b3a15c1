/*
 * Conversions to and from text, and between dates, times and timestamps.
 *
 * Texts are read as the whole of a value, blanks around it aside.
 */
#include "expr/kernel.h"

#include <string.h>
#include <strings.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/number.h"
#include "batch/value.h"

int
kernel_to_text(struct call *call)
{
	const struct column *in = &call->args[0]->column;
	struct vector *out = call->out;
	vector_start_text(out, call->node->type, call->rows);
	int32_t *offsets = (int32_t *)(void *)out->values.data;
	for (uint32_t i = 0; i < call->rows; i++) {
		size_t before = out->bytes.len;
		if (row_is_live(call->live, i))
			column_format(in, i, &out->bytes);
		if (out->bytes.len > INT32_MAX) {
			out->bytes.len = before;
			if (call_fail(call, i, "more than 2 GiB of text in a "
			    "batch") != 0)
				return -1;
		}
		offsets[i + 1] = (int32_t)out->bytes.len;
	}
	out->column.bytes = out->bytes.data;
	return 0;
}

/* ---- reading --------------------------------------------------------- */

static int
read_integer(struct type type, const char *text, size_t len, void *out)
{
	int64_t value = 0;
	if (!type_is_signed(type)) {
		uint64_t number = 0;
		uint64_t max = type.id == TYPE_U8 ? UINT8_MAX :
		    type.id == TYPE_U16 ? UINT16_MAX :
		    type.id == TYPE_U32 ? UINT32_MAX : UINT64_MAX;
		if (number_parse_u64_within(text, len, max, &number) != 0)
			return -1;
		value = (int64_t)number;
	} else {
		int64_t max = type.id == TYPE_I8 ? INT8_MAX :
		    type.id == TYPE_I16 ? INT16_MAX :
		    type.id == TYPE_I32 ? INT32_MAX : INT64_MAX;
		if (number_parse_i64_within(text, len, -max - 1, max,
		    &value) != 0)
			return -1;
	}
	/* Little-endian, as the format is: the low bytes are the value. */
	memcpy(out, &value, type_width(type));
	return 0;
}

static int
read_decimal(struct type type, const char *text, size_t len, void *out)
{
	int64_t value;
	if (type_width(type) == 8 && decimal_parse_64(text, len,
	    type.precision, type.scale, &value) == DECIMAL_OK) {
		memcpy(out, &value, sizeof(value));
		return 0;
	}
	int128 wide;
	if (decimal_parse_exponent_128(text, len, type.precision, type.scale,
	    DECIMAL_HALF_AWAY, &wide, NULL) != DECIMAL_OK)
		return -1;
	value = (int64_t)wide;
	if (type_width(type) == 8)
		memcpy(out, &value, sizeof(value));
	else
		memcpy(out, &wide, sizeof(wide));
	return 0;
}

static int
read_bool(const char *text, size_t len)
{
	static const struct {
		const char *word;
		int value;
	} words[] = {{"true", 1}, {"false", 0}, {"t", 1}, {"f", 0},
	    {"yes", 1}, {"no", 0}, {"y", 1}, {"n", 0}, {"1", 1}, {"0", 0}};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].word) == len &&
		    strncasecmp(words[i].word, text, len) == 0)
			return words[i].value;
	return -1;
}

static int
read_value(struct type type, const char *text, size_t len, void *out)
{
	_Bool has_zone;
	switch (type.id) {
	case TYPE_F32:
		return number_parse_f32(text, len, NUMBER_NAMES, out) != 0;
	case TYPE_F64:
		return number_parse_f64(text, len, NUMBER_NAMES, out) != 0;
	case TYPE_DECIMAL:
		return read_decimal(type, text, len, out);
	case TYPE_DATE:
		return datetime_parse_date(text, len, out);
	case TYPE_TIME:
		return datetime_parse_time(text, len, out);
	case TYPE_TIMESTAMP:
		return datetime_parse_timestamp(text, len, out,
		    type.is_utc ? &has_zone : NULL);
	default:
		return read_integer(type, text, len, out);
	}
}

static int
report_text(struct call *call, uint32_t row)
{
	struct type type = call->node->shown;
	char shown[ERROR_QUOTE_BYTES], name[TYPE_TEXT_BYTES];
	type_format(type, name);
	return call_fail(call, row, "'%s' is not %s %s",
	    call_show(call, 0, row, shown),
	    name[0] == 'i' || name[0] == 'f' ? "an" : "a", name);
}

int
kernel_from_text(struct call *call)
{
	struct type type = call->node->type;
	_Bool is_bool = type.id == TYPE_BOOL;
	size_t width = is_bool ? 1 : type_width(type);
	uint8_t *out = is_bool ? kernel_scratch(call, call->rows) :
	    vector_start(call->out, type, call->rows);
	for (uint32_t i = 0; i < call->rows; i++) {
		memset(out + i * width, 0, width);
		if (!row_is_live(call->live, i))
			continue;
		uint32_t len;
		const char *text = (const char *)vector_text(call->args[0], i,
		    &len);
		while (len > 0 && text[len - 1] == ' ')
			len--;
		while (len > 0 && text[0] == ' ')
			text++, len--;
		int result;
		if (is_bool) {
			result = read_bool(text, len);
			out[i] = result == 1;
			result = result < 0;
		} else {
			result = read_value(type, text, len, out + i * width);
		}
		if (result != 0 && report_text(call, i) != 0)
			return -1;
	}
	if (is_bool)
		bits_pack(out, call->rows,
		    vector_start(call->out, type, call->rows));
	return 0;
}

/* ---- moments --------------------------------------------------------- */

int
kernel_date_to_timestamp(struct call *call)
{
	const int32_t *restrict in = kernel_values(call, 0);
	int64_t *restrict out = vector_start(call->out, call->node->type,
	    call->rows);
	/* 2^31 days do not fit; the years 1 to 9999 do. */
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = (int64_t)((uint64_t)in[i] *
		    (uint64_t)DATETIME_US_PER_DAY);
	char shown[ERROR_QUOTE_BYTES];
	for (uint32_t i = 0; i < call->rows; i++)
		if ((in[i] < -100000000 || in[i] > 100000000) &&
		    row_is_live(call->live, i) && call_fail(call, i,
		    "%s is not in the range of timestamp",
		    call_show(call, 0, i, shown)) != 0)
			return -1;
	return 0;
}

int
kernel_timestamp_to_date(struct call *call)
{
	const int64_t *restrict in = kernel_values(call, 0);
	int32_t *restrict out = vector_start(call->out, call->node->type,
	    call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = datetime_day_of(in[i]);
	return 0;
}

int
kernel_timestamp_to_time(struct call *call)
{
	const int64_t *restrict in = kernel_values(call, 0);
	int64_t *restrict out = vector_start(call->out, call->node->type,
	    call->rows);
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = datetime_time_of(in[i]);
	return 0;
}
