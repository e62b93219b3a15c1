#include "format/csv_cast.h"

#include <assert.h>
#include <string.h>

void
rcsv_cast_init(struct rcsv_cast *cast, const struct table_words *missing,
    struct rcsv_faults *faults)
{
	*cast = (struct rcsv_cast){.missing = missing,
	    .faults = faults, .level = cpu_level()};
	for (uint32_t i = 0; i < missing->count; i++) {
		if (missing->items[i][0] == '\0')
			cast->empty_is_missing = 1;
		else
			cast->has_other_missing = 1;
	}
	cast->exceptions = mem_array(RCSV_MAX_ROWS, sizeof(uint32_t));
	cast->codes = mem_array(RCSV_MAX_ROWS, sizeof(uint32_t));
	cast->validity = mem_zalloc(RCSV_MAX_ROWS / 8);
	cast->is_bad = mem_zalloc(RCSV_MAX_ROWS);
}

void
rcsv_cast_release(struct rcsv_cast *cast)
{
	buffer_release(&cast->text);
	buffer_release(&cast->verdicts);
	mem_free(cast->exceptions);
	mem_free(cast->codes);
	mem_free(cast->validity);
	mem_free(cast->is_bad);
	*cast = (struct rcsv_cast){0};
}

void
rcsv_cast_start(struct rcsv_cast *cast, uint32_t rows)
{
	assert(rows <= RCSV_MAX_ROWS);
	if (cast->bad_count > 0)
		memset(cast->is_bad, 0, RCSV_MAX_ROWS);
	cast->bad_count = 0;
}

void
rcsv_cast_clear_nulls(struct rcsv_cast *cast, uint32_t rows)
{
	cast->null_count = 0;
	memset(cast->validity, 0, bitmap_bytes(rows));
	memset(cast->validity, 0xff, rows / 8);
	if ((rows & 7) != 0)
		cast->validity[rows / 8] = (uint8_t)((1u << (rows & 7)) - 1);
}

void
rcsv_cast_fail(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t row, uint32_t column, uint32_t reason)
{
	if (cast->is_bad[row]) {
		cast->faults->texts.len = reason;
		return;
	}
	cast->is_bad[row] = 1;
	cast->bad_count++;
	rcsv_faults_add(cast->faults, rcsv_rows_begin(rows, row),
	    rcsv_rows_end(rows, row), column, reason);
}

/* Takes the quotes off; doubled ones become one. */
static struct rcsv_text
unquoted(struct rcsv_cast *cast, const uint8_t *bytes, uint32_t len,
    uint8_t quote)
{
	struct rcsv_text text = {bytes + 1, len - 2, 1};
	if (text.len == 0 || memchr(text.bytes, quote, text.len) == NULL)
		return text;
	cast->text.len = 0;
	buffer_reserve(&cast->text, text.len);
	uint8_t *out = cast->text.data;
	for (uint32_t i = 0; i < text.len; i++) {
		*out++ = text.bytes[i];
		i += text.bytes[i] == quote;
	}
	text.len = (uint32_t)(out - cast->text.data);
	text.bytes = cast->text.data;
	return text;
}

struct rcsv_text
rcsv_cast_text(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t row, uint32_t position)
{
	const uint8_t *bytes;
	uint32_t len = rcsv_rows_field(rows, row, position, &bytes);
	if (len >= 2 && *bytes == rows->quote && rows->has_quote)
		return unquoted(cast, bytes, len, rows->quote);
	return (struct rcsv_text){bytes, len, 0};
}

/* ---- the exceptions, one by one -------------------------------------- */

static void
cast_one(struct rcsv_cast *cast, const struct rcsv_rows *rows, uint32_t row,
    uint32_t position, const struct table_field *field, uint32_t column,
    void *out)
{
	struct rcsv_text text = rcsv_cast_text(cast, rows, row, position);
	if (rcsv_cast_is_missing(cast, text.bytes, text.len)) {
		rcsv_cast_set_null(cast, row);
		return;
	}
	enum table_fault fault = table_value_parse(field,
	    (const char *)text.bytes, text.len, out);
	if (fault == TABLE_OK)
		return;
	uint32_t reason = (uint32_t)cast->faults->texts.len;
	table_fault_explain(field, fault, text.bytes, text.len,
	    &cast->faults->texts);
	rcsv_cast_set_null(cast, row);
	rcsv_cast_fail(cast, rows, row, column, reason);
}

/*
 * Whether a missing text could be taken for a value by the fast loops: then
 * each field is compared with the missing texts first.
 */
static _Bool
missing_may_be_value(const struct rcsv_cast *cast,
    const struct table_field *field)
{
	struct table_value value;
	if (!cast->has_other_missing)
		return 0;
	for (uint32_t i = 0; i < cast->missing->count; i++) {
		const char *text = cast->missing->items[i];
		if (table_value_parse(field, text, strlen(text),
		    value.bytes) == TABLE_OK)
			return 1;
	}
	return 0;
}

/* The fast loops; how many exceptions they leave. */
static uint32_t
cast_usual(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, const struct table_field *field, void *values)
{
#ifdef __x86_64__
	if (cast->level == CPU_AVX512)
		return rcsv_cast_fast_avx512(rows, position, field, values,
		    cast->exceptions);
#endif
	return rcsv_cast_fast(rows, position, field, values,
	    cast->exceptions);
}

static void
cast_fixed(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, const struct table_field *field, uint32_t column,
    struct column_builder *out)
{
	size_t width = type_width(field->type);
	uint8_t *values = column_builder_extend(out, rows->count);
	if (rcsv_cast_has_fast(field) && !missing_may_be_value(cast, field)) {
		uint32_t count = cast_usual(cast, rows, position, field,
		    values);
		for (uint32_t i = 0; i < count; i++) {
			uint32_t row = cast->exceptions[i];
			cast_one(cast, rows, row, position, field, column,
			    values + row * width);
		}
		return;
	}
	for (uint32_t row = 0; row < rows->count; row++)
		cast_one(cast, rows, row, position, field, column,
		    values + row * width);
}

static void
cast_bools(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, const struct table_field *field, uint32_t column,
    struct column_builder *out)
{
	uint8_t bits[RCSV_MAX_ROWS / 8] = {0};
	for (uint32_t row = 0; row < rows->count; row++) {
		uint8_t value = 0;
		cast_one(cast, rows, row, position, field, column, &value);
		bits[row >> 3] |= (uint8_t)((value & 1) << (row & 7));
	}
	column_builder_append_bits(out, bits, rows->count);
}

void
rcsv_cast_column(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, const struct table_field *field, uint32_t column,
    struct rcsv_coder *coder, struct column_builder *out)
{
	rcsv_cast_clear_nulls(cast, rows->count);
	if (field->type.id == TYPE_STRING) {
		if (coder == NULL || rcsv_cast_codes(cast, rows, position,
		    column, coder, out) != 0)
			rcsv_cast_strings(cast, rows, position, column, out);
	} else if (field->type.id == TYPE_BINARY) {
		rcsv_cast_binaries(cast, rows, position, field, column, out);
	} else if (field->type.id == TYPE_BOOL) {
		cast_bools(cast, rows, position, field, column, out);
	} else {
		cast_fixed(cast, rows, position, field, column, out);
	}
	if (cast->null_count > 0)
		column_builder_set_validity(out, cast->validity, rows->count);
	if (table_field_is_constrained(field))
		rcsv_check_column(cast, rows, field, column, out);
}
