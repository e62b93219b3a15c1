#include "format/csv_cast.h"
#include "format/table_schema.h"

#include "base/datetime.h"
#include "batch/value.h"
#include "check.h"

static uint64_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 33;
}

/* One column of texts, laid out as a reader finds them: one a line. */
struct lines {
	struct buffer text;
	uint32_t *ends;
	struct rcsv_rows rows;
};

static void
lines_start(struct lines *lines, uint32_t capacity)
{
	*lines = (struct lines){0};
	buffer_resize(&lines->text, 64);
	lines->ends = mem_array(capacity + 1, sizeof(uint32_t));
	lines->ends[0] = 63;
}

static void
lines_add(struct lines *lines, const char *text, size_t len)
{
	buffer_append(&lines->text, text, len);
	lines->ends[++lines->rows.count] = (uint32_t)lines->text.len;
	buffer_append_byte(&lines->text, '\n');
}

static void
lines_end(struct lines *lines)
{
	buffer_reserve(&lines->text, 64);
	lines->rows.data = lines->text.data;
	lines->rows.ends = lines->ends + 1;
	lines->rows.stride = 1;
	lines->rows.field_count = 1;
	lines->rows.quote = '"';
	lines->rows.has_quote = 1;
	lines->rows.has_high_bytes = 1;
}

static void
lines_release(struct lines *lines)
{
	buffer_release(&lines->text);
	mem_free(lines->ends);
}

struct fixture {
	struct table_schema schema;
	struct rcsv_faults faults;
	struct rcsv_cast cast;
	struct column_builder out;
};

static void
cast_lines(struct fixture *f, const char *types, struct lines *lines,
    struct rcsv_coder *coder)
{
	struct error err = {0};
	*f = (struct fixture){0};
	if (table_schema_parse_inline(&f->schema, types, &err) != 0)
		CHECK_TEXT(err.text, "");
	rcsv_cast_init(&f->cast, &f->schema.missing, &f->faults);
	column_builder_init(&f->out, f->schema.fields[0].type);
	lines_end(lines);
	rcsv_cast_start(&f->cast, lines->rows.count);
	rcsv_cast_column(&f->cast, &lines->rows, 0, &f->schema.fields[0], 0,
	    coder, &f->out);
}

static void
fixture_release(struct fixture *f)
{
	column_builder_release(&f->out);
	rcsv_cast_release(&f->cast);
	rcsv_faults_release(&f->faults);
	table_schema_release(&f->schema);
}

/* Casts one text; its value as text, "null", or the reason. */
static const char *
cast_one(const char *types, const char *text)
{
	static char told[512];
	struct lines lines;
	struct fixture f;
	lines_start(&lines, 1);
	lines_add(&lines, text, strlen(text));
	cast_lines(&f, types, &lines, NULL);
	struct column column = column_builder_view(&f.out);
	struct buffer value = {0};
	if (f.faults.count > 0)
		snprintf(told, sizeof(told), "%s",
		    (char *)f.faults.texts.data + f.faults.items[0].reason);
	else if (column_is_null(&column, 0))
		snprintf(told, sizeof(told), "null");
	else {
		column_format(&column, 0, &value);
		snprintf(told, sizeof(told), "%s", buffer_text(&value));
	}
	buffer_release(&value);
	fixture_release(&f);
	lines_release(&lines);
	return told;
}

static void
values_of_every_type_are_read(void)
{
	CHECK_TEXT(cast_one("a:i8", "-128"), "-128");
	CHECK_TEXT(cast_one("a:i8", "128"), "'128' is out of the range of i8");
	CHECK_TEXT(cast_one("a:u8", "-1"), "'-1' is out of the range of u8");
	CHECK_TEXT(cast_one("a:i64", "-9223372036854775808"),
	    "-9223372036854775808");
	CHECK_TEXT(cast_one("a:i64", "+7"), "7");
	CHECK_TEXT(cast_one("a:i64", "\"1234567\""), "1234567");
	CHECK_TEXT(cast_one("a:u64", "18446744073709551615"),
	    "18446744073709551615");
	CHECK_TEXT(cast_one("a:i32", ""), "null");
	CHECK_TEXT(cast_one("a:i32", "\"\""), "null");
	CHECK_TEXT(cast_one("a:i32", "12 "), "'12 ' is not an i32");
	CHECK_TEXT(cast_one("a:bool", "Yes"), "true");
	CHECK_TEXT(cast_one("a:bool", "0"), "false");
	CHECK_TEXT(cast_one("a:f64", "1e3"), "1000.0");
	CHECK_TEXT(cast_one("a:f32", "x"), "'x' is not an f32");
	CHECK_TEXT(cast_one("a:decimal(10,2)", "12,x"),
	    "'12,x' is not a decimal(10,2)");
	CHECK_TEXT(cast_one("a:decimal(10,2)", "-0.05"), "-0.05");
	CHECK_TEXT(cast_one("a:decimal(10,2)", "5."),
	    "'5.' is not a decimal(10,2)");
	CHECK_TEXT(cast_one("a:decimal(10,2)", ".5"), "0.50");
	CHECK_TEXT(cast_one("a:decimal(10,2)", "1.250"), "1.25");
	CHECK_TEXT(cast_one("a:decimal(10,2)", "1.255"),
	    "'1.255' has more than the 2 decimals of decimal(10,2)");
	CHECK_TEXT(cast_one("a:decimal(4,2)", "100"),
	    "'100' is out of the range of decimal(4,2)");
	CHECK_TEXT(cast_one("a:decimal(18,0)", "9379493619749032751"),
	    "'9379493619749032751' is out of the range of decimal(18,0)");
	CHECK_TEXT(cast_one("a:decimal(18,17)", "93.5"),
	    "'93.5' is out of the range of decimal(18,17)");
	CHECK_TEXT(cast_one("a:decimal(38,3)", "123456789012345678901.5"),
	    "123456789012345678901.500");
	CHECK_TEXT(cast_one("a:date", "2024-02-29"), "2024-02-29");
	CHECK_TEXT(cast_one("a:date", "2023-02-29"),
	    "'2023-02-29' is not a date");
	CHECK_TEXT(cast_one("a:date(%d.%m.%Y)", "29.02.2024"), "2024-02-29");
	CHECK_TEXT(cast_one("a:date(%d.%m.%Y)", "2024-02-29"),
	    "'2024-02-29' is not a date of the format %d.%m.%Y");
	CHECK_TEXT(cast_one("a:time", "08:26"), "08:26:00");
	CHECK_TEXT(cast_one("a:timestamp", "2010-12-01T08:26:59.5"),
	    "2010-12-01 08:26:59.5");
	CHECK_TEXT(cast_one("a:timestamp", "2010-12-01 08:26:00Z"),
	    "'2010-12-01 08:26:00Z' has a zone, a timestamp has none "
	    "(timestamp(utc) has)");
	CHECK_TEXT(cast_one("a:timestamp(utc)", "2010-12-01T08:26:00Z"),
	    "2010-12-01 08:26:00Z");
	CHECK_TEXT(cast_one("a:timestamp(utc)", "2010-12-01T08:26:00+01:00"),
	    "2010-12-01 07:26:00Z");
	CHECK_TEXT(cast_one("a:timestamp(%m/%d/%y %H:%M)", "12/1/10 8:26"),
	    "2010-12-01 08:26:00");
	CHECK_TEXT(cast_one("a:binary", "00fF"), "00ff");
	CHECK_TEXT(cast_one("a:string", "\"a \"\"b\"\"\""), "a \"b\"");
	CHECK_TEXT(cast_one("a:string", ""), "null");
	CHECK_TEXT(cast_one("a:string", "\"\""), "");
	CHECK_TEXT(cast_one("a:string", "caf\xe9"),
	    "'caf\\xE9' is not UTF-8");
	CHECK_TEXT(cast_one("a:i64 required", ""),
	    "null in a required column");
}

/* Mostly what is almost right. */
static size_t
make_text(uint64_t *state, const char *alphabet, const char *pattern,
    char *text)
{
	size_t len = 0;
	uint64_t kind = next_random(state) % 4;
	if (kind == 0 && pattern != NULL) {
		for (; pattern[len] != '\0'; len++)
			text[len] = pattern[len] == '9' ?
			    (char)('0' + next_random(state) % 10) :
			    pattern[len];
		if (next_random(state) % 4 == 0)
			text[next_random(state) % len] =
			    alphabet[next_random(state) % strlen(alphabet)];
		return len;
	}
	size_t want = next_random(state) % (kind == 1 ? 24 : 9);
	_Bool has_point = kind < 3;
	if (next_random(state) % 4 == 0)
		text[len++] = '-';
	while (len < want)
		text[len++] = next_random(state) % 40 == 0 ?
		    alphabet[next_random(state) % strlen(alphabet)] :
		    (char)('0' + next_random(state) % 10);
	if (has_point && len > 2 && strchr(alphabet, '.') != NULL)
		text[1 + next_random(state) % (len - 1)] = '.';
	return len;
}

/* The fast loops against the parsers of single values. */
static void
check_against_parser(const char *types, const char *alphabet,
    const char *pattern)
{
	enum { ROWS = 8000 };
	static char texts[ROWS][32];
	static size_t lens[ROWS];
	uint64_t state = 7;
	struct lines lines;
	struct fixture f;
	lines_start(&lines, ROWS);
	for (int i = 0; i < ROWS; i++) {
		lens[i] = make_text(&state, alphabet, pattern, texts[i]);
		lines_add(&lines, texts[i], lens[i]);
	}
	cast_lines(&f, types, &lines, NULL);
	struct column column = column_builder_view(&f.out);
	size_t width = type_width(column.type);
	uint32_t good = 0;
	for (uint32_t i = 0; i < ROWS; i++) {
		uint8_t value[16];
		if (lens[i] == 0) {
			CHECK(column_is_null(&column, i) && !f.cast.is_bad[i]);
			continue;
		}
		enum table_fault fault = table_value_parse(
		    &f.schema.fields[0], texts[i], lens[i], value);
		if ((fault != TABLE_OK) != f.cast.is_bad[i] ||
		    (fault == TABLE_OK && memcmp(value,
		    (const uint8_t *)column.values + i * width, width) != 0))
			CHECK_TEXT(types, texts[i]);
		good += fault == TABLE_OK;
		if (check_state.failed_checks > 10)
			break;
	}
	CHECK(good > ROWS / 200 && good < ROWS);
	fixture_release(&f);
	lines_release(&lines);
}

static void
fast_loops_agree_with_the_parsers(void)
{
	check_against_parser("a:i8", "-x", "-128");
	check_against_parser("a:i16", "-x", "32769");
	check_against_parser("a:i32", "-x", "2147483699");
	check_against_parser("a:i64", "-x:/", "9223372036854775899");
	check_against_parser("a:u8", "-x", "259");
	check_against_parser("a:u16", "-x", "65599");
	check_against_parser("a:u32", "-x", "4294967999");
	check_against_parser("a:u64", "-x", "18446744073709551999");
	check_against_parser("a:decimal(10,2)", "-.x", "-99999999.99");
	check_against_parser("a:decimal(18,6)", "-.x/", "999999999999.999");
	check_against_parser("a:decimal(18,0)", "-.x", "99999999999999999");
	check_against_parser("a:decimal(3,3)", "-.x", "0.999");
	check_against_parser("a:decimal(18,18)", "-.x", "0.9999999999999");
	check_against_parser("a:date", "-:/x", "2099-19-99");
	check_against_parser("a:timestamp", "-:/x T",
	    "2099-09-29 19:59:59");
	check_against_parser("a:timestamp", "-:/x T",
	    "2099-09-29T19:59:59");
	check_against_parser("a:timestamp(utc)", "-:/x TZ",
	    "2099-09-29T19:59:59Z");
}

static void
dates_of_all_years_are_right(void)
{
	static const char *const days[] = {"01-01", "02-28", "02-29", "03-01",
	    "06-30", "12-31"};
	enum { YEARS = 1000, DAYS = 6 };
	for (int begin = 1; begin < 9999; begin += YEARS) {
		struct lines lines;
		struct fixture f;
		lines_start(&lines, YEARS * DAYS);
		for (int i = 0; i < YEARS * DAYS; i++) {
			char text[32];
			int len = snprintf(text, sizeof(text), "%04d-%s",
			    begin + i / DAYS, days[i % DAYS]);
			lines_add(&lines, text, (size_t)len);
		}
		cast_lines(&f, "a:date", &lines, NULL);
		const int32_t *got = (const int32_t *)(void *)
		    f.out.values.data;
		for (uint32_t i = 0; i < YEARS * DAYS; i++) {
			const char *text = (const char *)lines.text.data +
			    64 + i * 11;
			int32_t want;
			int status = datetime_parse_date(text, 10, &want);
			if ((status != 0) != f.cast.is_bad[i] ||
			    (status == 0 && want != got[i]))
				check_failed(__FILE__, __LINE__, "%.10s",
				    text);
		}
		fixture_release(&f);
		lines_release(&lines);
	}
}

static void
codes_stand_for_the_same_strings(void)
{
	enum { ROWS = 5000 };
	uint64_t state = 3;
	struct lines lines;
	struct fixture plain, coded;
	struct rcsv_coder *coder = rcsv_coder_new();
	lines_start(&lines, ROWS);
	for (int i = 0; i < ROWS; i++) {
		char text[64];
		size_t len = next_random(&state) % 40;
		for (size_t j = 0; j < len; j++)
			text[j] = "ab\0"[next_random(&state) % 3];
		if (len > 3)
			memset(text, 'q', len - 3);
		if (next_random(&state) % 9 == 0)
			len = (size_t)snprintf(text, sizeof(text),
			    "\"a\"\"%d\"", (int)(next_random(&state) % 5));
		if (next_random(&state) % 50 == 0)
			len = (size_t)snprintf(text, sizeof(text), "x\xff%d",
			    (int)(next_random(&state) % 3));
		lines_add(&lines, text, len);
	}
	cast_lines(&plain, "a:string", &lines, NULL);
	cast_lines(&coded, "a:string", &lines, coder);
	struct column a = column_builder_view(&plain.out);
	struct column b = column_builder_view(&coded.out);
	CHECK(a.code_bytes == 0 && b.code_bytes == 2);
	CHECK_INT(b.null_count, a.null_count);
	CHECK(plain.cast.bad_count > 20);
	CHECK_INT(coded.cast.bad_count, plain.cast.bad_count);
	CHECK_BYTES(coded.cast.is_bad, plain.cast.is_bad, ROWS);
	for (uint32_t i = 0; i < ROWS; i++) {
		uint32_t a_len, b_len;
		if (column_is_null(&a, i) || plain.cast.is_bad[i])
			continue;
		const uint8_t *x = column_bytes(&a, i, &a_len);
		const uint8_t *y = column_bytes(&b, i, &b_len);
		if (!CHECK_INT(b_len, a_len) || !CHECK_BYTES(y, x, a_len))
			break;
	}
	fixture_release(&plain);
	fixture_release(&coded);
	rcsv_coder_free(coder);
	lines_release(&lines);
}

static void
a_full_dictionary_makes_the_column_plain(void)
{
	struct rcsv_coder *coder = rcsv_coder_new();
	uint32_t plain = 0, coded = 0;
	for (uint32_t round = 0; round < 140; round++) {
		struct lines lines;
		struct fixture f;
		lines_start(&lines, 8000);
		for (uint32_t i = 0; i < 8000; i++) {
			char text[32];
			int len = snprintf(text, sizeof(text), "v%u",
			    round * 8000 + i);
			lines_add(&lines, text, (size_t)len);
		}
		cast_lines(&f, "a:string", &lines, coder);
		struct column column = column_builder_view(&f.out);
		if (column.code_bytes == 0)
			plain++;
		else
			coded++;
		uint32_t len;
		CHECK(memcmp(column_bytes(&column, 0, &len), "v", 1) == 0);
		fixture_release(&f);
		lines_release(&lines);
	}
	CHECK_INT(coded, DICTIONARY_MAX_ENTRIES / 8000);
	CHECK_INT(plain, 140 - DICTIONARY_MAX_ENTRIES / 8000);
	rcsv_coder_free(coder);
}

/* The same at every level of vector kernels. */
int
main(void)
{
	static const char *const levels[] = {"portable", "avx2", "avx512"};
	for (int i = 0; i < 3; i++) {
		setenv("RIFFLE_SIMD", levels[i], 1);
		RUN(values_of_every_type_are_read);
		RUN(fast_loops_agree_with_the_parsers);
		RUN(dates_of_all_years_are_right);
		RUN(codes_stand_for_the_same_strings);
	}
	RUN(a_full_dictionary_makes_the_column_plain);
	return check_done();
}
