/*
 * Numbers as text; what libc's strtod and printf say is the oracle.
 */
#include "base/number.h"

#include <math.h>

#include "check.h"

/* xorshift64*, so that every run sees the same numbers. */
static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static const char *
f64_text(double value)
{
	static char text[NUMBER_F64_BYTES + 1];

	text[number_format_f64(text, value)] = '\0';
	return text;
}

static const char *
f32_text(float value)
{
	static char text[NUMBER_F64_BYTES + 1];

	text[number_format_f32(text, value)] = '\0';
	return text;
}

static void
integers_of_any_length_are_written_and_read_back(void)
{
	uint64_t state = 1;

	for (int i = 0; i < 200000; i++) {
		uint64_t bits = next_random(&state) >> i % 64;
		int64_t value = (int64_t)(i & 1 ? 0 - bits : bits), read = 0;
		uint64_t unsigned_read = 0;
		char text[64] = { 0 }, want[64];
		size_t len = number_format_i64(text, value);
		int want_len = snprintf(want, sizeof(want), "%" PRId64,
		    value);

		if (!CHECK_INT(len, want_len) || !CHECK_TEXT(text, want) ||
		    !CHECK_INT(number_parse_i64(text, len, &read), 0) ||
		    !CHECK_INT(read, value) ||
		    !CHECK_INT(number_parse_i64_padded(text, len, &read),
		    0) || !CHECK_INT(read, value))
			return;
		len = number_format_u64(text, bits);
		if (!CHECK_INT(number_count_digits(bits), len) ||
		    !CHECK_INT(number_parse_u64(text, len, &unsigned_read),
		    0) || !CHECK(unsigned_read == bits))
			return;
	}
}

static void
integers_out_of_range_are_told_from_what_is_no_integer(void)
{
	static const struct {
		const char *text;
		enum number_status as_i64, as_u64;
	} cases[] = {
		{ "", NUMBER_SYNTAX, NUMBER_SYNTAX },
		{ "-", NUMBER_SYNTAX, NUMBER_SYNTAX },
		{ "+7", NUMBER_OK, NUMBER_OK },
		{ "-7", NUMBER_OK, NUMBER_RANGE },
		{ "-0", NUMBER_OK, NUMBER_OK },
		{ "0000000000000000000000000012", NUMBER_OK, NUMBER_OK },
		{ "12a", NUMBER_SYNTAX, NUMBER_SYNTAX },
		{ "1234567/", NUMBER_SYNTAX, NUMBER_SYNTAX },
		{ "1234567:", NUMBER_SYNTAX, NUMBER_SYNTAX },
		{ "123456789012345678x", NUMBER_SYNTAX, NUMBER_SYNTAX },
		{ "9223372036854775807", NUMBER_OK, NUMBER_OK },
		{ "9223372036854775808", NUMBER_RANGE, NUMBER_OK },
		{ "-9223372036854775808", NUMBER_OK, NUMBER_RANGE },
		{ "-9223372036854775809", NUMBER_RANGE, NUMBER_RANGE },
		{ "18446744073709551615", NUMBER_RANGE, NUMBER_OK },
		{ "18446744073709551616", NUMBER_RANGE, NUMBER_RANGE },
		{ "99999999999999999999999", NUMBER_RANGE, NUMBER_RANGE },
		{ "9999999999999999999999x", NUMBER_SYNTAX, NUMBER_SYNTAX },
		{ "1.0", NUMBER_SYNTAX, NUMBER_SYNTAX },
		{ " 1", NUMBER_SYNTAX, NUMBER_SYNTAX },
		{ "1\xb1", NUMBER_SYNTAX, NUMBER_SYNTAX }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char padded[64] = { 0 };
		size_t len = strlen(cases[i].text);
		int64_t a;
		uint64_t b;

		memcpy(padded, cases[i].text, len);
		if (!CHECK_INT(number_parse_i64(padded, len, &a),
		    cases[i].as_i64) ||
		    !CHECK_INT(number_parse_i64_padded(padded, len, &a),
		    cases[i].as_i64) ||
		    !CHECK_INT(number_parse_u64(padded, len, &b),
		    cases[i].as_u64))
			printf("# '%s'\n", padded);
	}
}

static void
narrow_types_have_limits_of_their_own(void)
{
	int64_t value = 7;
	uint64_t positive;

	CHECK_INT(number_parse_i64_within("-128", 4, -128, 127, &value), 0);
	CHECK_INT(value, -128);
	CHECK_INT(number_parse_i64_within("128", 3, -128, 127, &value),
	    NUMBER_RANGE);
	CHECK_INT(number_parse_u64_within("255", 3, 255, &positive), 0);
	CHECK_INT(number_parse_u64_within("256", 3, 255, &positive),
	    NUMBER_RANGE);
}

/* What number_parse_f64 makes of the text must be what strtod does. */
static int
agrees_with_strtod(const char *text)
{
	double want = strtod(text, NULL), got = 0;
	float want_single = strtof(text, NULL), single = 0;
	enum number_status status =
	    number_parse_f64(text, strlen(text), NUMBER_DIGITS, &got);
	enum number_status single_status =
	    number_parse_f32(text, strlen(text), NUMBER_DIGITS, &single);
	int same = isinf(want) ? status == NUMBER_RANGE :
	    status == NUMBER_OK && memcmp(&want, &got, 8) == 0;

	same &= isinf(want_single) ? single_status == NUMBER_RANGE :
	    single_status == NUMBER_OK &&
	    memcmp(&want_single, &single, 4) == 0;
	if (!CHECK(same))
		printf("# '%s': %.17g, not %.17g; %.9g, not %.9g\n", text,
		    got, want, (double)single, (double)want_single);
	return same;
}

static void
texts_of_floats_are_rounded_as_strtod_rounds(void)
{
	uint64_t state = 2;

	for (int i = 0; i < 200000; i++) {
		char text[96];
		uint64_t r = next_random(&state);
		int digits = (int)(r % 24) + 1, exponent, n = 0;
		int point = (int)(r >> 8) % (digits + 1);

		point = point < 0 ? -point : point;
		for (int k = 0; k < digits; k++) {
			if (k == point)
				text[n++] = '.';
			text[n++] = (char)('0' + next_random(&state) % 10);
		}
		r = next_random(&state);
		exponent = i % 4 ? (int)(r % 61) - 30 : (int)(r % 700) - 350;
		snprintf(text + n, sizeof(text) - (size_t)n, "e%d",
		    exponent);
		if (!agrees_with_strtod(text))
			return;
	}
}

static void
halves_between_two_doubles_are_rounded_to_even(void)
{
	static const char *const texts[] = {
		"9007199254740993", "9007199254740995",
		"9007199254740993.0000000000000000000000000000000000001",
		"9007199254740992.9999999999999999999999999999999999999",
		"1.00000000000000011102230246251565404236316680908203125",
		"1.00000000000000011102230246251565404236316680908203124",
		"1.00000000000000011102230246251565404236316680908203126",
		"16777217", "16777219", "16777217.000000000000000000001",
		"2.4703282292062327e-324", "2.4703282292062328e-324",
		"2.2250738585072011e-308", "1.7976931348623157e308",
		"1.7976931348623158e308", "1.7976931348623159e308",
		"3.4028235677973366e38", "3.4028235e38", "1e-400", "1e400",
		"0e999999999999999999999", "1e-99999999999999999999",
		"0.000000000000000000000000000000000000000001e42",
		"1000000000000000000000000000000000000000000e-42",
		"123456789012345678901234567890", "8.5e-5", "6.0221e+23"
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		agrees_with_strtod(texts[i]);
}

static void
a_thousand_zeros_and_an_exponent_cancel(void)
{
	char text[1100];
	double value = 0;

	text[0] = '1';
	memset(text + 1, '0', 1000);
	memcpy(text + 1001, "e-1000", 7);
	CHECK_INT(number_parse_f64(text, 1007, NUMBER_DIGITS, &value), 0);
	CHECK(value == 1);
}

static void
the_grammar_of_floats_is_strict(void)
{
	static const char *const wrong[] = {
		"", ".", "-", "1.", "-.", "e5", "1e", "1e+", "1e5.0", "0x10",
		" 1", "1 ", "1,5", "1_0", "++1", "1f", "nan", "inf",
		"infinity", "1e5e5", "1..2"
	};
	double value = 0;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		if (!CHECK_INT(number_parse_f64(wrong[i], strlen(wrong[i]),
		    NUMBER_DIGITS, &value), NUMBER_SYNTAX))
			printf("# '%s'\n", wrong[i]);
	}
	CHECK_INT(number_parse_f64(".5", 2, NUMBER_DIGITS, &value), 0);
	CHECK(value == 0.5);
	CHECK_INT(number_parse_f64("-0", 2, NUMBER_DIGITS, &value), 0);
	CHECK(value == 0 && signbit(value));
	CHECK_INT(number_parse_f64("12345", 2, NUMBER_DIGITS, &value), 0);
	CHECK(value == 12);
}

static void
names_of_floats_are_read_where_they_are_asked_for(void)
{
	double value = 0;

	CHECK_INT(number_parse_f64("-Infinity", 9, NUMBER_NAMES, &value), 0);
	CHECK(isinf(value) && value < 0);
	CHECK_INT(number_parse_f64("+inf", 4, NUMBER_NAMES, &value), 0);
	CHECK(isinf(value) && value > 0);
	CHECK_INT(number_parse_f64("-NaN", 4, NUMBER_NAMES, &value), 0);
	CHECK(isnan(value) && !signbit(value));
	CHECK_INT(number_parse_f64("infin", 5, NUMBER_NAMES, &value),
	    NUMBER_SYNTAX);
}

static void
floats_are_laid_out_as_repr_does(void)
{
	CHECK_TEXT(f64_text(0.1), "0.1");
	CHECK_TEXT(f64_text(-1), "-1.0");
	CHECK_TEXT(f64_text(0), "0.0");
	CHECK_TEXT(f64_text(-0.0), "-0.0");
	CHECK_TEXT(f64_text(1e15), "1000000000000000.0");
	CHECK_TEXT(f64_text(1e16), "1e+16");
	CHECK_TEXT(f64_text(1e20), "1e+20");
	CHECK_TEXT(f64_text(0.0001), "0.0001");
	CHECK_TEXT(f64_text(0.00001), "1e-05");
	CHECK_TEXT(f64_text(1.5e-7), "1.5e-07");
	CHECK_TEXT(f64_text(5e-324), "5e-324");
	CHECK_TEXT(f64_text(1.7976931348623157e308),
	    "1.7976931348623157e+308");
	CHECK_TEXT(f64_text(0.1 + 0.2), "0.30000000000000004");
	CHECK_TEXT(f64_text(9007199254740993.0), "9007199254740992.0");
	/* Two are as near: the even one. */
	CHECK_TEXT(f64_text(1125899906842624.25), "1125899906842624.2");
	CHECK_TEXT(f64_text(1125899906842624.75), "1125899906842624.8");
	/* Its nearest 16 digits lie outside its interval. */
	CHECK_TEXT(f64_text(0x1p-44), "5.684341886080802e-14");
	CHECK_TEXT(f64_text((double)NAN), "nan");
	CHECK_TEXT(f64_text(-(double)NAN), "nan");
	CHECK_TEXT(f64_text(-(double)INFINITY), "-inf");
	CHECK_TEXT(f32_text(0.1f), "0.1");
	CHECK_TEXT(f32_text(16777216), "16777216.0");
	CHECK_TEXT(f32_text(3.4028235e38f), "3.4028235e+38");
	CHECK_TEXT(f32_text(1e-45f), "1e-45");
	CHECK_TEXT(f32_text(5.0614723e-20f), "5.0614723e-20");
}

/* The digits of a text that count: without zeros at either end. */
static int
count_digits(const char *text)
{
	int count = 0, zeros = 0;

	for (; *text != '\0' && *text != 'e'; text++) {
		if (*text < '0' || *text > '9')
			continue;
		if (*text == '0') {
			zeros += count > 0;
		} else {
			count += zeros + 1;
			zeros = 0;
		}
	}
	return count;
}

/* Reads back the same, and has no more digits than printf would need. */
static int
is_shortest(double value)
{
	const char *text = f64_text(value);
	char tried[64];
	double read = strtod(text, NULL);
	int digits = 0;

	if (!CHECK(memcmp(&read, &value, 8) == 0)) {
		printf("# %.17g as '%s'\n", value, text);
		return 0;
	}
	do {
		snprintf(tried, sizeof(tried), "%.*e", digits++, value);
		read = strtod(tried, NULL);
	} while (memcmp(&read, &value, 8) != 0);
	if (!CHECK(count_digits(text) <= digits)) {
		printf("# '%s', and not '%s'\n", text, tried);
		return 0;
	}
	return 1;
}

static void
floats_are_written_short_and_read_back(void)
{
	uint64_t state = 3;

	for (int i = 0; i < 50000; i++) {
		uint64_t bits = next_random(&state);
		double value, money = (double)(bits >> 34) / 100;
		float single, read;
		uint32_t low = (uint32_t)(bits >> 16);

		memcpy(&value, &bits, 8);
		if (isfinite(value) && !is_shortest(value))
			return;
		if (!is_shortest(money) || !is_shortest(money * 1.1))
			return;
		memcpy(&single, &low, 4);
		if (!isfinite(single))
			continue;
		read = strtof(f32_text(single), NULL);
		if (!CHECK(memcmp(&read, &single, 4) == 0)) {
			printf("# %.9g as %s\n", (double)single,
			    f32_text(single));
			return;
		}
	}
}

static void
money_is_written_with_its_cents(void)
{
	for (int cents = 1; cents < 200000; cents += 7) {
		char want[32];
		int len = snprintf(want, sizeof(want), "%d.%02d",
		    cents / 100, cents % 100);

		if (want[len - 1] == '0' && want[len - 2] != '.')
			want[len - 1] = '\0';
		if (!CHECK_TEXT(f64_text(cents / 100.0), want))
			return;
	}
}

int
main(void)
{
	RUN(integers_of_any_length_are_written_and_read_back);
	RUN(integers_out_of_range_are_told_from_what_is_no_integer);
	RUN(narrow_types_have_limits_of_their_own);
	RUN(texts_of_floats_are_rounded_as_strtod_rounds);
	RUN(halves_between_two_doubles_are_rounded_to_even);
	RUN(a_thousand_zeros_and_an_exponent_cancel);
	RUN(the_grammar_of_floats_is_strict);
	RUN(names_of_floats_are_read_where_they_are_asked_for);
	RUN(floats_are_laid_out_as_repr_does);
	RUN(floats_are_written_short_and_read_back);
	RUN(money_is_written_with_its_cents);
	return check_done();
}
