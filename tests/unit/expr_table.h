/*
 * What tests of expressions share: a small table and EXPECT.
 *
 * The table has one row with values, one with nulls, and one with others;
 * results are compared as texts, "a|b|c" for the three rows, ~ for null.
 */
#ifndef UNIT_EXPR_TABLE_H
#define UNIT_EXPR_TABLE_H

#include "check.h"

#include "batch/builder.h"
#include "batch/value.h"
#include "expr/expr.h"

static const struct {
	const char *name, *type;
	const char *values[3];	/* NULL: null */
} table[] = {
	{"i", "i32", {"7", NULL, "-3"}},
	{"j", "i64", {"9223372036854775807", NULL, "5"}},
	{"t", "i8", {"100", NULL, "-128"}},
	{"u", "u64", {"18446744073709551615", NULL, "2"}},
	{"d", "decimal(10,2)", {"12.50", NULL, "-0.05"}},
	{"w", "decimal(38,4)", {"1234567890123456789012345678901234.5678",
	    NULL, "0.0001"}},
	{"f", "f64", {"2.5", NULL, "-0.5"}},
	{"g", "f32", {"0.1", NULL, "2"}},
	{"b", "bool", {"true", NULL, "false"}},
	{"s", "string", {"Hello World", NULL, "añb"}},
	{"c", "string", {"fr", NULL, "de"}},
	{"dt", "date", {"2024-01-31", NULL, "1969-12-31"}},
	{"ts", "timestamp", {"2024-02-29 13:05:07.25", NULL,
	    "1999-12-31 23:59:59"}},
	{"tm", "time", {"13:05:07", NULL, "00:00:00"}},
	{"select", "i32", {"1", NULL, "2"}},
};
#define COLUMNS (sizeof(table) / sizeof(table[0]))

static struct schema schema;
static struct batch_builder builder;
static struct dictionary *dictionary;
static const struct batch *batch;

static void
make_table(void)
{
	struct error err = {0};
	for (size_t i = 0; i < COLUMNS; i++) {
		struct type type;
		type_parse(table[i].type, strlen(table[i].type), &type, &err);
		schema_add(&schema, table[i].name, strlen(table[i].name), type,
		    1);
	}
	batch_builder_init(&builder, &schema);
	dictionary = dictionary_new();
	for (size_t i = 0; i < COLUMNS; i++) {
		struct column_builder *column = &builder.columns[i];
		_Bool is_coded = strcmp(table[i].name, "c") == 0;
		if (is_coded)
			column_builder_use_dictionary(column, dictionary, 1);
		for (int row = 0; row < 3; row++) {
			const char *value = table[i].values[row];
			if (value == NULL)
				column_builder_append_null(column);
			else if (is_coded)
				column_builder_append_code(column,
				    dictionary_add(dictionary, value,
				    (uint32_t)strlen(value)));
			else
				value_parse(value, strlen(value), column,
				    &err);
		}
	}
	batch = batch_builder_view(&builder, NULL);
}

/* "a|b|c", with ~ for null; or the error. */
CHECK_UNUSED static const char *
result_of(const char *text)
{
	static char out[2048];
	struct expr *expr;
	struct error err = {0};
	struct buffer buf = {0};
	const struct column *column;
	if (expr_compile(text, &schema, &expr, &err) != 0) {
		snprintf(out, sizeof(out), "%s", err.text);
		return out;
	}
	/* Twice: results must not depend on what was there before. */
	for (int round = 0; round < 2; round++) {
		buf.len = 0;
		if (expr_eval(expr, batch, &column, &err) != 0) {
			snprintf(out, sizeof(out), "%s", err.text);
			expr_free(expr);
			buffer_release(&buf);
			return out;
		}
		CHECK_INT(column_check(column, batch->row_count, &err), 0);
		CHECK(type_is_equal(column->type, expr_type(expr)));
		for (uint32_t row = 0; row < batch->row_count; row++) {
			if (row > 0)
				buffer_append_text(&buf, "|");
			if (column_is_null(column, row))
				buffer_append_text(&buf, "~");
			else
				column_format(column, row, &buf);
		}
	}
	snprintf(out, sizeof(out), "%s", buffer_text(&buf));
	buffer_release(&buf);
	expr_free(expr);
	return out;
}

CHECK_UNUSED static const char *
type_of_text(const char *text)
{
	static char out[TYPE_TEXT_BYTES];
	struct expr *expr;
	struct error err = {0};
	if (expr_compile(text, &schema, &expr, &err) != 0) {
		CHECK_TEXT(err.text, "");
		return "error";
	}
	type_format(expr_type(expr), out);
	expr_free(expr);
	return out;
}

struct expectation {
	const char *text, *result;
};

static void
expect(const struct expectation *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!CHECK_TEXT(result_of(list[i].text), list[i].result))
			printf("# in: %s\n", list[i].text);
}

#define EXPECT(list) expect(list, sizeof(list) / sizeof(list[0]))

static void
free_table(void)
{
	batch_builder_release(&builder);
	schema_release(&schema);
	dictionary_free(dictionary);
}

#endif
