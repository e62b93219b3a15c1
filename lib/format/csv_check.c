#include <string.h>

#include "base/utf8.h"
#include "batch/order.h"
#include "batch/value.h"
#include "format/csv_cast.h"

/* Verdicts are kept by code up to so many of them. */
#define VERDICTS_MAX 65536

/* What a value breaks; the order is that in which it is looked for. */
enum breach {
	BREACH_NONE = 0,
	BREACH_NULL,
	BREACH_MINIMUM,
	BREACH_MAXIMUM,
	BREACH_MIN_LENGTH,
	BREACH_MAX_LENGTH,
	BREACH_PATTERN,
	BREACH_ENUM,
	BREACH_UNKNOWN		/* not looked at yet */
};

static void
append_bound(const struct table_field *field, const struct table_value *bound,
    struct buffer *out)
{
	struct column column = {.type = field->type, .values = bound->bytes};
	column_format(&column, 0, out);
}

static void
append_value(const struct column *column, uint32_t row, struct buffer *out)
{
	struct buffer text = {0};
	char quoted[ERROR_QUOTE_BYTES];
	column_format(column, row, &text);
	buffer_printf(out, "'%s' ", error_quote(quoted, text.data, text.len));
	buffer_release(&text);
}

static void
explain(enum breach breach, const struct table_field *field,
    const struct column *column, uint32_t row, struct buffer *out)
{
	if (breach != BREACH_NULL)
		append_value(column, row, out);
	switch (breach) {
	case BREACH_NULL:
		buffer_append_text(out, "null in a required column");
		break;
	case BREACH_MINIMUM:
		buffer_append_text(out, "is less than the minimum ");
		append_bound(field, &field->minimum, out);
		break;
	case BREACH_MAXIMUM:
		buffer_append_text(out, "is more than the maximum ");
		append_bound(field, &field->maximum, out);
		break;
	case BREACH_MIN_LENGTH:
		buffer_printf(out, "is shorter than %llu",
		    (unsigned long long)field->min_length);
		break;
	case BREACH_MAX_LENGTH:
		buffer_printf(out, "is longer than %llu",
		    (unsigned long long)field->max_length);
		break;
	case BREACH_PATTERN:
		buffer_printf(out, "does not match the pattern %s",
		    field->pattern_text);
		break;
	default:
		buffer_append_text(out, "is not among the allowed values");
	}
}

static _Bool
is_allowed(const struct table_field *field, const struct column *column,
    uint32_t row)
{
	struct column allowed = column_builder_view(field->allowed);
	for (uint32_t i = 0; i < field->allowed->row_count; i++)
		if (column_is_equal(column, row, &allowed, i))
			return 1;
	return 0;
}

static enum breach
check_string(const struct table_field *field, const struct column *column,
    uint32_t row)
{
	uint32_t len;
	const uint8_t *bytes = column_bytes(column, row, &len);
	size_t length = utf8_length(bytes, len);
	if (length < field->min_length)
		return BREACH_MIN_LENGTH;
	if (length > field->max_length)
		return BREACH_MAX_LENGTH;
	if (field->pattern != NULL &&
	    !table_pattern_matches(field->pattern, bytes, len))
		return BREACH_PATTERN;
	if (field->allowed != NULL && !is_allowed(field, column, row))
		return BREACH_ENUM;
	return BREACH_NONE;
}

static enum breach
check_value(const struct table_field *field, const struct column *column,
    uint32_t row)
{
	if (type_is_variable(field->type))
		return check_string(field, column, row);
	const uint8_t *value = (const uint8_t *)column->values +
	    row * type_width(field->type);
	if (field->minimum.is_set && table_value_compare(field->type, value,
	    field->minimum.bytes) < 0)
		return BREACH_MINIMUM;
	if (field->maximum.is_set && table_value_compare(field->type, value,
	    field->maximum.bytes) > 0)
		return BREACH_MAXIMUM;
	if (field->allowed != NULL && !is_allowed(field, column, row))
		return BREACH_ENUM;
	return BREACH_NONE;
}

/* The same for a coded string, looked at once per code and batch. */
static enum breach
check_code(const struct table_field *field, const struct column *column,
    uint32_t row, uint8_t *verdicts)
{
	uint32_t code = column_code(column, row);
	if (verdicts[code] == BREACH_UNKNOWN)
		verdicts[code] = (uint8_t)check_string(field, column, row);
	return (enum breach)verdicts[code];
}

void
rcsv_check_column(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    const struct table_field *field, uint32_t column,
    const struct column_builder *values)
{
	struct column view = column_builder_view(values);
	uint8_t *verdicts = NULL;
	if (view.code_bytes != 0 && view.dictionary->count <= VERDICTS_MAX) {
		buffer_resize(&cast->verdicts, VERDICTS_MAX);
		verdicts = cast->verdicts.data;
		memset(verdicts, BREACH_UNKNOWN, view.dictionary->count);
	}
	for (uint32_t row = 0; row < rows->count; row++) {
		if (cast->is_bad[row])
			continue;
		enum breach breach;
		if (column_is_null(&view, row))
			breach = field->is_required ? BREACH_NULL :
			    BREACH_NONE;
		else if (verdicts != NULL)
			breach = check_code(field, &view, row, verdicts);
		else
			breach = check_value(field, &view, row);
		if (breach == BREACH_NONE)
			continue;
		uint32_t reason = (uint32_t)cast->faults->texts.len;
		explain(breach, field, &view, row, &cast->faults->texts);
		rcsv_cast_fail(cast, rows, row, column, reason);
	}
}
