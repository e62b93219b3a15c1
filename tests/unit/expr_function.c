/*
 * Expressions: functions, casts and patterns.
 */
#include "expr_table.h"

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
		    "expression: missing closing parenthesis, after 1 bytes"},
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
		{"length(replace(repeat(s, 1000), 'o', 'xyz'))",
		    "15000|~|3000"},
		{"right(replace(repeat(s, 1000), 'W', 'w'), 12)",
		    "dHello world|~|añbañbañbañb"},
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

/* riffle-expr(7) describes every function by a line with `Fn name`. */
static void
every_function_is_in_the_page(void)
{
	static char page[65536];
	char wanted[64];
	FILE *file = fopen("man/riffle-expr.7", "r");
	if (!CHECK(file != NULL))
		return;
	page[fread(page, 1, sizeof(page) - 1, file)] = '\0';
	fclose(file);
	for (uint32_t i = 0; expr_function_name(i) != NULL; i++) {
		snprintf(wanted, sizeof(wanted), "Fn %s ",
		    expr_function_name(i));
		if (!CHECK(strstr(page, wanted) != NULL))
			printf("# %s is not there\n", expr_function_name(i));
	}
}

int
main(void)
{
	make_table();
	RUN(patterns_match);
	RUN(casts_are_checked_and_try_cast_gives_null);
	RUN(functions_of_numbers);
	RUN(functions_of_strings);
	RUN(functions_of_dates);
	RUN(every_function_is_in_the_page);
	free_table();
	return check_done();
}
