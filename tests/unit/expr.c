/*
 * Expressions: results, nulls, errors and their places, dictionaries.
 *
 * The table has one row with values, one with nulls, and one with others;
 * results are compared as texts, "a|b|c" for the three rows.
 */
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
static const char *
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

static const char *
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
		{"f in (2.5)", "true|~|false"},
		{"dt in ('2024-01-31')", "true|~|false"},
		{"f = 'nan'::f64", "false|~|false"},
		{"'nan'::f64 > 1", "true|true|true"},
		{"'nan'::f64 = 'nan'::f64", "true|true|true"},
	};
	EXPECT(list);
}

static void
patterns_match(void)
{
	static const struct expectation list[] = {
		{"s like 'Hello%'", "true|~|false"},
		{"s like '%World'", "true|~|false"},
		{"s like '%lo Wo%'", "true|~|false"},
		{"s like 'H_llo%'", "true|~|false"},
		{"s like 'a_b'", "false|~|true"},
		{"s like '%_b'", "false|~|true"},
		{"s like '%'", "true|~|true"},
		{"s like ''", "false|~|false"},
		{"s like 'H%o%d'", "true|~|false"},
		{"s not like 'H%'", "false|~|true"},
		{"s ilike 'hELLO%'", "true|~|false"},
		{"c like '_r'", "true|~|false"},
		{"'50%' like '50!%' escape '!'", "true|true|true"},
		{"'50x' like '50!%' escape '!'", "false|false|false"},
		{"regexp_like(s, '^[A-Z]')", "true|~|false"},
		{"regexp_like(s, '^h', 'i')", "true|~|false"},
		{"regexp_extract('ab12c', '\\d+')", "12|12|12"},
		{"regexp_extract('k=v', '([a-z])=([a-z])', 2)", "v|v|v"},
		{"regexp_replace(s, '[lo]', '_')", "He_lo World|~|añb"},
		{"regexp_replace(s, '[lo]+', '<\\0>', 'g')",
		    "He<llo> W<o>r<l>d|~|añb"},
		{"regexp_like(s, '(')", "column 16: this is no regular "
		    "expression: Unmatched ( or \\("},
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
casts_are_checked_and_try_cast_gives_null(void)
{
	static const struct expectation list[] = {
		{"cast(d as i32)", "13|~|0"},
		{"d::string", "12.50|~|-0.05"},
		{"cast(f as i64)", "2|~|0"},
		{"cast(i as decimal(6,3))", "7.000|~|-3.000"},
		{"cast(d as decimal(10,1))", "12.5|~|-0.1"},
		{"cast(i as i8)", "7|~|-3"},
		{"cast(i * 100 as i8)", "row 1: cast(i * 100 as i8): 700 is "
		    "not in the range of i8"},
		{"try_cast(i * 100 as i8)", "~|~|~"},
		{"cast('12' as i32)", "12|12|12"},
		{"cast(s as i32)", "row 1: cast(s as i32): 'Hello World' is "
		    "not an i32"},
		{"try_cast(s as i32)", "~|~|~"},
		{"cast(c as date)", "row 1: cast(c as date): 'fr' is not a "
		    "date"},
		{"try_cast(c as date)", "~|~|~"},
		{"case when c = 'de' then 1 else cast(c as i32) end",
		    "row 1: cast(c as i32): 'fr' is not an i32"},
		{"cast(dt as timestamp)", "2024-01-31 00:00:00|~|"
		    "1969-12-31 00:00:00"},
		{"cast(ts as date)", "2024-02-29|~|1999-12-31"},
		{"cast(ts as time)", "13:05:07.25|~|23:59:59"},
		{"cast(' 1.239 ' as decimal(5,2))", "1.24|1.24|1.24"},
		{"cast(b as i32)", "1|~|0"},
		{"cast(i as bool)", "true|~|true"},
		{"cast('yes' as bool)", "true|true|true"},
		{"cast(u as i64)", "row 1: cast(u as i64): "
		    "18446744073709551615 does not fit i64"},
		{"cast(w as decimal(10,2))", "row 1: cast(w as decimal(10,2))"
		    ": 1234567890123456789012345678901234.5678 does not fit "
		    "decimal(10,2)"},
		{"cast(b as date)", "column 1: bool cannot be cast to date"},
		{"cast(i as nonsense)", "column 1: 'nonsense' is not a type: "
		    "bool, i8 to i64, u8 to u64, f32, f64, decimal(p,s), "
		    "date, time, timestamp, timestamp(utc), string, binary"},
		{"cast(null as date)", "~|~|~"},
		{"date '2024-02-30'", "column 1: '2024-02-30' is not a date"},
	};
	EXPECT(list);
}

static void
functions_of_numbers(void)
{
	static const struct expectation list[] = {
		{"abs(i)", "7|~|3"}, {"abs(d)", "12.50|~|0.05"},
		{"abs(f)", "2.5|~|0.5"}, {"sign(d)", "1|~|-1"},
		{"round(d, 1)", "12.5|~|-0.1"}, {"round(d)", "13|~|0"},
		{"round_even(d)", "12|~|0"}, {"round(i, -1)", "10|~|0"},
		{"round(f)", "3.0|~|-1.0"}, {"trunc(d, 1)", "12.5|~|0.0"},
		{"ceil(d)", "13|~|0"}, {"floor(d)", "12|~|-1"},
		{"floor(f)", "2.0|~|-1.0"}, {"ceiling(f)", "3.0|~|-0.0"},
		{"sqrt(16)", "4.0|4.0|4.0"},
		{"sqrt(i)", "row 3: sqrt(i): -3.0: no root of a negative "
		    "number"},
		{"power(2, 10)", "1024.0|1024.0|1024.0"},
		{"exp(0)", "1.0|1.0|1.0"}, {"ln(1)", "0.0|0.0|0.0"},
		{"log10(1000)", "3.0|3.0|3.0"},
		{"abs(s)", "column 1: abs(string) is none of its forms: "
		    "abs(integer), abs(decimal), abs(f64)"},
		{"uper(s)", "column 1: no function 'uper'; is it 'upper'?"},
		{"1 + uper(s)", "column 5: no function 'uper'; is it "
		    "'upper'?"},
		{"nullif(i)", "column 1: nullif() needs 2 arguments, not 1"},
	};
	EXPECT(list);
}

static void
functions_of_strings(void)
{
	static const struct expectation list[] = {
		{"upper(s)", "HELLO WORLD|~|AÑB"}, {"upper(c)", "FR|~|DE"},
		{"lower(s)", "hello world|~|añb"},
		{"initcap('hello wORLD')", "Hello World|Hello World|"
		    "Hello World"},
		{"length(s)", "11|~|3"}, {"octet_length(s)", "11|~|4"},
		{"length(c)", "2|~|2"}, {"reverse(s)", "dlroW olleH|~|bña"},
		{"trim('  x ')", "x|x|x"}, {"ltrim('xxa', 'x')", "a|a|a"},
		{"rtrim(s, 'db')", "Hello Worl|~|añ"},
		{"lpad(c, 4, '*')", "**fr|~|**de"}, {"rpad(c, 1)", "f|~|d"},
		{"lpad('7', 3, '0')", "007|007|007"},
		{"substr(s, 2, 3)", "ell|~|ñb"}, {"substr(s, -2)", "ld|~|ñb"},
		{"substring(s, 0, 2)", "H|~|a"}, {"left(s, 2)", "He|~|añ"},
		{"left(s, -1)", "Hello Worl|~|añ"}, {"right(s, 2)", "ld|~|ñb"},
		{"right(s, -2)", "llo World|~|b"},
		{"strpos(s, 'b')", "0|~|3"},
		{"position('o' in s)", "5|~|0"},
		{"replace(s, 'l', 'LL')", "HeLLLLo WorLLd|~|añb"},
		{"translate(s, 'lñ', 'L')", "HeLLo WorLd|~|ab"},
		{"split_part('a,b,c', ',', 2)", "b|b|b"},
		{"split_part('a,b,c', ',', -1)", "c|c|c"},
		{"split_part('a,b,c', ',', 9)", "||"},
		{"starts_with(s, 'He')", "true|~|false"},
		{"ends_with(c, 'r')", "true|~|false"},
		{"contains(s, 'ñ')", "false|~|true"},
		{"repeat(c, 2)", "frfr|~|dede"},
		{"c || '-' || s", "fr-Hello World|~|de-añb"},
		{"c || '!'", "fr!|~|de!"},
		{"concat(c, i, null, 'x')", "fr7x|x|de-3x"},
		{"concat_ws('-', c, i, 'x')", "fr-7-x|x|de--3-x"},
		{"concat_ws('-', c, i)", "fr-7||de--3"},
		{"xxh3('')", "3244421341483603138|3244421341483603138|"
		    "3244421341483603138"},
		{"repeat('x', 100000000)", "row 1: repeat('x', 100000000): "
		    "the text would be longer than 16777216 bytes"},
	};
	EXPECT(list);
}

static void
functions_of_dates(void)
{
	static const struct expectation list[] = {
		{"year(ts)", "2024|~|1999"}, {"month(dt)", "1|~|12"},
		{"day(dt)", "31|~|31"}, {"quarter(ts)", "1|~|4"},
		{"hour(ts)", "13|~|23"}, {"minute(tm)", "5|~|0"},
		{"second(ts)", "7|~|59"}, {"dow(dt)", "3|~|3"},
		{"isodow(dt)", "3|~|3"}, {"doy(ts)", "60|~|365"},
		{"week(ts)", "9|~|52"}, {"epoch(dt)", "1706659200|~|-86400"},
		{"extract(month from ts)", "2|~|12"},
		{"extract(epoch from ts)", "1709211907|~|946684799"},
		{"date_part('year', dt)", "2024|~|1969"},
		{"date_trunc('month', ts)", "2024-02-01 00:00:00|~|"
		    "1999-12-01 00:00:00"},
		{"date_trunc('year', dt)", "2024-01-01|~|1969-01-01"},
		{"dt + 1", "2024-02-01|~|1970-01-01"},
		{"dt - 31", "2023-12-31|~|1969-11-30"},
		{"dt - date '2024-01-01'", "30|~|-19724"},
		{"dt + interval '1' month", "2024-02-29|~|1970-01-31"},
		{"dt + interval '1 month'", "2024-02-29|~|1970-01-31"},
		{"dt - interval 2 year", "2022-01-31|~|1967-12-31"},
		{"dt + interval '1' hour", "2024-01-31 01:00:00|~|"
		    "1969-12-31 01:00:00"},
		{"ts - interval '1' day", "2024-02-28 13:05:07.25|~|"
		    "1999-12-30 23:59:59"},
		{"add_months(dt, 1)", "2024-02-29|~|1970-01-31"},
		{"date_add('week', 1, dt)", "2024-02-07|~|1970-01-07"},
		{"date_diff('day', dt, ts)", "29|~|10957"},
		{"date_diff('month', dt, date '2024-02-01')", "1|~|650"},
		{"last_day(ts)", "2024-02-29|~|1999-12-31"},
		{"make_date(2024, 2, 29)", "2024-02-29|2024-02-29|"
		    "2024-02-29"},
		{"make_date(2023, 2, 29)", "row 1: make_date(2023, 2, 29): "
		    "2023-2-29 is not a date"},
		{"strftime(ts, '%Y%m')", "202402|~|199912"},
		{"strftime(ts, \"%Y%m\")", "202402|~|199912"},
		{"strftime(dt, '%d.%m.%Y')", "31.01.2024|~|31.12.1969"},
		{"strftime(ts, '%H:%M')", "13:05|~|23:59"},
		{"upper(strftime(dt, '%b'))", "JAN|~|DEC"},
		{"strftime(dt, '%Y') = '2024'", "true|~|false"},
		{"strptime('31/01/2024', '%d/%m/%Y')", "2024-01-31 00:00:00|"
		    "2024-01-31 00:00:00|2024-01-31 00:00:00"},
		{"to_date('31/01/2024', '%d/%m/%Y')",
		    "2024-01-31|2024-01-31|2024-01-31"},
		{"to_date(s, '%Y')", "row 1: to_date(s, '%Y'): 'Hello World' "
		    "is no moment in the format '%Y'"},
		{"try_to_date(s, '%Y')", "~|~|~"},
		{"date_trunc('moth', ts)", "column 12: 'moth' is not a unit "
		    "from year to microsecond"},
		{"interval '1' day", "column 1: an interval is added to a "
		    "date or a timestamp, or taken from it"},
		{"ts - ts", "column 1: timestamp - timestamp: moments take an "
		    "INTERVAL, or date_diff()"},
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
	RUN(patterns_match);
	RUN(choices_guard_their_branches);
	RUN(casts_are_checked_and_try_cast_gives_null);
	RUN(functions_of_numbers);
	RUN(functions_of_strings);
	RUN(functions_of_dates);
	RUN(mistakes_are_pointed_at);
	RUN(depth_is_limited);
	RUN(a_coded_result_has_unique_entries);
	RUN(bad_rows_are_collected);
	RUN(a_condition_selects_rows_and_tells_its_bounds);
	RUN(lists_are_split_at_their_commas);
	batch_builder_release(&builder);
	schema_release(&schema);
	dictionary_free(dictionary);
	return check_done();
}
