/*
 * Expressions: operators, nulls, errors and their places, dictionaries.
 */
#include "expr_table.h"

static void
arithmetic_is_exact_and_checked(void)
{
	static const struct expectation list[] = {
		{"i + 1", "8|~|-2"},
		{"i * d", "87.50|~|0.15"},
		{"d * d", "156.2500|~|0.0025"},
		{"d + 0.5", "13.00|~|0.45"},
		{"d - 100", "-87.50|~|-100.05"},
		{"-i", "-7|~|3"},
		{"- d", "-12.50|~|0.05"},
		{"i / 2", "3.5|~|-1.5"},
		{"i // 2", "3|~|-1"},
		{"i % 2", "1|~|-1"},
		{"d % 5", "2.50|~|-0.05"},
		{"f * 2", "5.0|~|-1.0"},
		{"1 + 2 * 3", "7|7|7"},
		{"(1 + 2) * 3", "9|9|9"},
		{"2 - 3 - 4", "-5|-5|-5"},
		{"0.1 + 0.2", "0.3|0.3|0.3"},
		{"1e3", "1000.0|1000.0|1000.0"},
		{"j + 1", "row 1: j + 1: 9223372036854775807 + 1 is more than "
		    "i64 holds"},
		{"j * 2", "row 1: j * 2: 9223372036854775807 * 2 is more than "
		    "i64 holds"},
		{"w * 1000000", "row 1: w * 1000000: 1234567890123456789012345"
		    "678901234.5678 * 1000000 is more than decimal(38,4) holds"
		    },
		{"i / (i - 7)", "row 1: i / (i - 7): division by zero"},
		{"i % (i + 3)", "row 3: i % (i + 3): division by zero"},
		/* the first bad row, though it is computed last */
		{"1 // (i + 3) + 1 // (i - 7)", "row 1: 1 // (i - 7): "
		    "division by zero"},
		{"u + 1", "row 1: u + 1: 18446744073709551615 does not fit "
		    "i64"},
		{"t + t", "200|~|-256"},
		{"-9223372036854775808 - 0", "-9223372036854775808|"
		    "-9223372036854775808|-9223372036854775808"},
		{"99999999999999999999", "99999999999999999999|"
		    "99999999999999999999|99999999999999999999"},
		{"ratio(i, 3)", "2.333333|~|-1.000000"},
		{"ratio(100 * d, 7, 2)", "178.57|~|-0.71"},
		{"mod(i, 4)", "3|~|-3"},
		{"s + 1", "column 1: string + i32: numbers are needed: cast "
		    "it"},
	};
	EXPECT(list);
	CHECK_TEXT(type_of_text("i + i"), "i64");
	CHECK_TEXT(type_of_text("i * d"), "decimal(18,2)");
	CHECK_TEXT(type_of_text("d + d"), "decimal(11,2)");
	CHECK_TEXT(type_of_text("d * 2"), "decimal(11,2)");
	CHECK_TEXT(type_of_text("j * d"), "decimal(29,2)");
	CHECK_TEXT(type_of_text("1.50"), "decimal(3,2)");
	CHECK_TEXT(type_of_text("1"), "i32");
	CHECK_TEXT(type_of_text("-1"), "i32");
	CHECK_TEXT(type_of_text("5000000000"), "i64");
	CHECK_TEXT(type_of_text("ratio(i, 2)"), "decimal(38,6)");
}

static void
logic_has_three_values(void)
{
	static const struct expectation list[] = {
		{"b", "true|~|false"},
		{"not b", "false|~|true"},
		{"b and true", "true|~|false"},
		{"b and false", "false|false|false"},
		{"b or true", "true|true|true"},
		{"b or false", "true|~|false"},
		{"b and i > 0", "true|~|false"},
		{"b or i is null", "true|true|false"},
		{"null and false", "false|false|false"},
		{"null or true", "true|true|true"},
		{"b is true", "true|false|false"},
		{"b is not true", "false|true|true"},
		{"b is false", "false|false|true"},
		{"b is null", "false|true|false"},
		{"b is not null", "true|false|true"},
		{"i is distinct from 7", "false|true|true"},
		{"i is not distinct from null", "false|true|false"},
		{"i is distinct from i", "false|false|false"},
		{"b = true", "true|~|false"},
		{"not i = 7 or false", "false|~|true"},
		{"i and b", "column 1: AND needs a condition, not i32"},
	};
	EXPECT(list);
}

static void
comparisons_bring_types_together(void)
{
	static const struct expectation list[] = {
		{"i = 7", "true|~|false"},
		{"i <> 7", "false|~|true"},
		{"7 < i", "false|~|false"},
		{"i <= 7.5", "true|~|true"},
		{"d > 0", "true|~|false"},
		{"d = 12.5", "true|~|false"},
		{"d < f", "false|~|false"},
		{"u > i", "true|~|true"},
		{"g = 0.1", "true|~|false"},
		{"t = 100", "true|~|false"},
		{"t > 1000", "false|~|false"},
		{"s = 'Hello World'", "true|~|false"},
		{"s < 'a'", "true|~|false"},
		{"c = 'fr'", "true|~|false"},
		{"c <> 'fr'", "false|~|true"},
		{"c > 'e'", "true|~|false"},
		{"'fr' = c", "true|~|false"},
		{"c = s", "false|~|false"},
		{"dt >= '2024-01-01'", "true|~|false"},
		{"dt = date '2024-01-31'", "true|~|false"},
		{"ts > dt", "true|~|true"},
		{"dt < 'yesterday'", "column 6: this text is not a date"},
		{"i = 'x'", "column 5: i32 and string do not go together: "
		    "cast one of them"},
		{"i between -5 and 0", "false|~|true"},
		{"i not between -5 and 0", "true|~|false"},
		{"i + 1 between d and 20", "false|~|false"},
		{"i in (1, 7, 9)", "true|~|false"},
		{"i not in (1, 7, 9)", "false|~|true"},
		{"i in (1, null)", "~|~|~"},
		{"i in (7, null)", "true|~|~"},
		{"i in (7, d)", "true|~|false"},
		{"c in ('de', 'at')", "false|~|true"},
		{"s in ('x', 'añb')", "false|~|true"},
		{"d in (12.5, 3)", "true|~|false"},
		{"d in (30.68, 12.50)", "true|~|false"},
		{"f in (2.5)", "true|~|false"},
		{"dt in ('2024-01-31')", "true|~|false"},
		{"f = 'nan'::f64", "false|~|false"},
		{"'nan'::f64 > 1", "true|true|true"},
		{"'nan'::f64 = 'nan'::f64", "true|true|true"},
	};
	EXPECT(list);
}

static void
choices_guard_their_branches(void)
{
	static const struct expectation list[] = {
		{"case when i > 0 then 'pos' when i < 0 then 'neg' end",
		    "pos|~|neg"},
		{"case i when 7 then 'seven' else 'other' end",
		    "seven|other|other"},
		{"case when i > 0 then d else 0 end", "12.50|0.00|0.00"},
		{"case when i = 7 then 0 else 1 / (i - 7) end", "0.0|~|-0.1"},
		{"case when b then c else s end", "fr|~|añb"},
		{"case when b then c else 'none' end", "fr|none|none"},
		{"i <> 7 and 1 / (i - 7) < 0", "false|~|true"},
		{"i = 7 or 1 / (i - 7) < 0", "true|~|true"},
		{"coalesce(i, 0)", "7|0|-3"},
		{"coalesce(c, 'none')", "fr|none|de"},
		{"coalesce(null, s, c)", "Hello World|~|añb"},
		{"coalesce(i, 1 // 0)", "row 2: 1 // 0: division by zero"},
		{"coalesce(1, 1 // 0)", "1|1|1"},
		{"ifnull(d, -1)", "12.50|-1.00|-0.05"},
		{"nullif(i, 7)", "~|~|-3"},
		{"nullif(c, 'fr')", "~|~|de"},
		{"nullif(c, c)", "~|~|~"},
		{"upper(nullif(c, c))", "~|~|~"},
		{"least('x', c, 'Hello')", "Hello|Hello|Hello"},
		{"greatest(dt - 4, date_trunc('quarter', dt))",
		    "2024-01-27|~|1969-12-27"},
		{"if(i > 0, 1, 2)", "1|2|2"},
		{"greatest(i, d, 1)", "12.50|1.00|1.00"},
		{"least(i, d, 1)", "1.00|1.00|-3.00"},
		{"greatest(c, 'ef')", "fr|ef|ef"},
		{"least(i, null)", "7|~|-3"},
		{"case when b then 1 else 'x' end",
		    "column 25: i32 and string do not go together: cast one "
		    "of them"},
	};
	EXPECT(list);
}

static void
mistakes_are_pointed_at(void)
{
	static const struct expectation list[] = {
		{"i +", "column 4: the expression ends where a value should "
		    "be"},
		{"(i", "column 3: the expression ends where ')' should be"},
		{"i i", "column 3: 'i' where the end or an operator should "
		    "be"},
		{"'abc", "column 1: this text in quotes has no end"},
		{"i # 2", "column 3: '#' is no part of an expression"},
		{"selec", "column 1: no column 'selec'; is it 'select'?"},
		{"\"no such\"", "column 1: no column 'no such' (text is "
		    "written in single quotes)"},
		{"upper(\"no such\")", "column 7: no column 'no such' (text "
		    "is written in single quotes)"},
		{"\"select\" + 1", "2|~|3"},
		{"SELECT", "column 1: no column 'SELECT'"},
		{"i IS NOT NULL AND NOT b", "false|false|true"},
		{"12abc", "column 3: a number runs into a name"},
		{"", "column 1: the expression ends where a value should be"},
		{"null", "null has no type: cast(null as ...)"},
		{"i -- a comment", "7|~|-3"},
		{"'it''s'", "it's|it's|it's"},
	};
	EXPECT(list);
}

static void
depth_is_limited(void)
{
	struct buffer text = {0};
	struct expr *expr;
	struct error err = {0};
	for (int i = 0; i < 100000; i++)
		buffer_append_text(&text, "(");
	CHECK_INT(expr_compile(buffer_text(&text), &schema, &expr, &err), -1);
	CHECK_TEXT(err.text, "column 201: nested deeper than 200 levels");
	text.len = 0;
	buffer_append_text(&text, "i");
	for (int i = 0; i < 100000; i++)
		buffer_append_text(&text, "+i");
	err = (struct error){0};
	CHECK_INT(expr_compile(buffer_text(&text), &schema, &expr, &err), -1);
	CHECK(strstr(err.text, "more than 2000 operators") != NULL);
	text.len = 0;
	buffer_append_text(&text, "greatest(i");
	for (int i = 0; i < 900; i++)
		buffer_append_text(&text, ",i+1");
	buffer_append_text(&text, ")");
	CHECK_TEXT(result_of(buffer_text(&text)), "8|~|-2");
	buffer_release(&text);
}

/* upper() makes one entry of two, and rows share it. */
static void
a_coded_result_has_unique_entries(void)
{
	struct schema own = {0};
	struct batch_builder rows;
	struct dictionary *entries = dictionary_new();
	struct error err = {0};
	struct expr *expr;
	const struct column *result;
	const char *const values[] = {"fr", "FR", "Fr", "de", "fr"};
	schema_add(&own, "c", 1, type_of(TYPE_STRING), 0);
	batch_builder_init(&rows, &own);
	column_builder_use_dictionary(&rows.columns[0], entries, 1);
	for (int i = 0; i < 5; i++)
		column_builder_append_code(&rows.columns[0],
		    dictionary_add(entries, values[i], 2));
	CHECK_INT(expr_compile("upper(c)", &own, &expr, &err), 0);
	CHECK(!expr_is_nullable(expr));
	CHECK_INT(expr_eval(expr, batch_builder_view(&rows, NULL), &result,
	    &err), 0);
	CHECK_INT(result->code_bytes, 1);
	CHECK_INT(result->dictionary->count, 2);
	CHECK_BYTES(result->values, "\0\0\0\1\0", 5);
	/* The dictionary grows, and with it the codes. */
	for (int i = 0; i < 300; i++) {
		char text[16];
		snprintf(text, sizeof(text), "x%d", i);
		dictionary_add(entries, text, (uint32_t)strlen(text));
	}
	batch_builder_clear(&rows);
	column_builder_use_dictionary(&rows.columns[0], entries, 2);
	for (uint32_t i = 0; i < entries->count; i++)
		column_builder_append_code(&rows.columns[0], i);
	CHECK_INT(expr_eval(expr, batch_builder_view(&rows, NULL), &result,
	    &err), 0);
	CHECK_INT(result->code_bytes, 2);
	CHECK_INT(result->dictionary->count, 302);
	CHECK_INT(column_check(result, entries->count, &err), 0);
	expr_free(expr);
	batch_builder_release(&rows);
	schema_release(&own);
	dictionary_free(entries);
}

static void
bad_rows_are_collected(void)
{
	struct expr *expr, *other;
	struct error err = {0};
	struct expr_faults faults = {0};
	const struct column *result;
	CHECK_INT(expr_compile("cast(c as i32) + i", &schema, &expr, &err),
	    0);
	CHECK_INT(expr_compile("1 / (i - 7)", &schema, &other, &err), 0);
	expr_collect(expr, &faults);
	expr_collect(other, &faults);
	for (int round = 0; round < 2; round++) {
		expr_faults_start(&faults, batch->row_count);
		CHECK_INT(expr_eval(expr, batch, &result, &err), 0);
		CHECK_INT(result->null_count, 3);
		CHECK_INT(expr_eval(other, batch, &result, &err), 0);
		expr_faults_sort(&faults);
		CHECK_INT(faults.count, 2);
		CHECK_INT(faults.items[0].row, 0);
		CHECK_TEXT(faults.items[0].reason,
		    "cast(c as i32): 'fr' is not an i32");
		CHECK_INT(faults.items[1].row, 2);
	}
	expr_collect(expr, NULL);
	CHECK_INT(expr_eval(expr, batch, &result, &err), -1);
	CHECK_TEXT(err.text, "row 7: cast(c as i32): 'fr' is not an i32");
	CHECK_INT(expr_failed_row(expr), 0);
	expr_faults_release(&faults);
	expr_free(expr);
	expr_free(other);
}

static void
a_condition_selects_rows_and_tells_its_bounds(void)
{
	struct expr *expr;
	struct error err = {0};
	struct expr_bound bounds[8];
	uint32_t rows[3], count;
	CHECK_INT(expr_compile_condition("i < 5 or i is null", &schema, &expr,
	    &err), 0);
	CHECK_INT(expr_filter(expr, batch, rows, &count, &err), 0);
	CHECK_INT(count, 2);
	CHECK_INT(rows[0], 1);
	CHECK_INT(rows[1], 2);
	CHECK_INT(expr_bounds(expr, bounds, 8), 0);
	expr_free(expr);
	CHECK_INT(expr_compile_condition("5 > i and d between 1 and 2.5 and "
	    "c in ('x', 'y') and s is not null and (b or b)", &schema, &expr,
	    &err), 0);
	CHECK_INT(expr_bounds(expr, bounds, 8), 5);
	CHECK_INT(bounds[0].op, EXPR_LT);
	CHECK_INT(bounds[0].column, 0);
	CHECK_INT(((const int32_t *)bounds[0].value.values)[0], 5);
	CHECK_INT(bounds[1].op, EXPR_GE);
	CHECK_INT(((const int64_t *)bounds[1].value.values)[0], 100);
	CHECK_INT(bounds[2].op, EXPR_LE);
	CHECK_INT(bounds[3].op, EXPR_IN);
	CHECK_INT(bounds[3].value_count, 2);
	CHECK_INT(bounds[4].op, EXPR_IS_NOT_NULL);
	const uint32_t *columns = expr_columns(expr, &count);
	CHECK_INT(count, 5);
	CHECK_INT(columns[0], 0);
	CHECK_INT(columns[4], 10);
	expr_free(expr);
	CHECK_INT(expr_compile_condition("i + 1", &schema, &expr, &err), -1);
	CHECK_TEXT(err.text, "a condition is needed, this is a i64");
}

static void
what_may_fail_is_told(void)
{
	static const struct {
		const char *text;
		_Bool may_fail;
	} cases[] = {
		{"i", 0}, {"i < 5 and not (b or i in (1, 2))", 0},
		{"case when i is null then 'a' else coalesce(c, s) end", 0},
		{"greatest(i, i, i, i, i, i, i, i, i, i, i, i) > 1 + 1", 0},
		{"i + 1", 1}, {"i < 5 and 100 // i > 2", 1},
		{"100 // 0 > 2", 1}, {"cast(c as i32)", 1},
		{"case when 100 // i > 1 then 1 end", 1},
		{"try(100 // i)", 1}, {"nullif(100 // i, 1)", 1},
	};
	struct error err = {0};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct expr *expr;
		CHECK_INT(expr_compile(cases[i].text, &schema, &expr, &err), 0);
		CHECK_INT(expr_may_fail(expr), cases[i].may_fail);
		expr_free(expr);
	}
}

static void
lists_are_split_at_their_commas(void)
{
	struct expr_items items;
	struct error err = {0};
	CHECK_INT(expr_items_parse("a = x + 1, concat(s, ',') as \"b c\", "
	    "x = y as z, d, cast(e as i32)", &items, &err), 0);
	CHECK_INT(items.count, 5);
	CHECK_TEXT(items.items[0].name, "a");
	CHECK_TEXT(items.items[0].text, "x + 1");
	CHECK_TEXT(items.items[1].name, "b c");
	CHECK_TEXT(items.items[1].text, "concat(s, ',')");
	CHECK_TEXT(items.items[2].name, "z");
	CHECK_TEXT(items.items[2].text, "x = y");
	CHECK_TEXT(items.items[3].name, "");
	CHECK_TEXT(items.items[3].text, "d");
	CHECK_TEXT(items.items[4].name, "");
	CHECK_TEXT(items.items[4].text, "cast(e as i32)");
	expr_items_release(&items);
	CHECK_INT(expr_items_parse("a = 1,, b", &items, &err), -1);
	CHECK_TEXT(err.text, "column 7: an item of the list is empty");
	CHECK_INT(expr_items_parse("", &items, &err), -1);
}

int
main(void)
{
	make_table();
	RUN(arithmetic_is_exact_and_checked);
	RUN(logic_has_three_values);
	RUN(comparisons_bring_types_together);
	RUN(choices_guard_their_branches);
	RUN(mistakes_are_pointed_at);
	RUN(depth_is_limited);
	RUN(a_coded_result_has_unique_entries);
	RUN(bad_rows_are_collected);
	RUN(a_condition_selects_rows_and_tells_its_bounds);
	RUN(what_may_fail_is_told);
	RUN(lists_are_split_at_their_commas);
	free_table();
	return check_done();
}
