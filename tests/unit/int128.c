#include "base/int128.h"

#include "check.h"

static const char *
text_of(int128 value)
{
	static char text[INT128_TEXT_BYTES + 1];

	text[int128_format(text, value)] = '\0';
	return text;
}

static int
parse(const char *text, int128 *out)
{
	return int128_parse(text, strlen(text), out);
}

static void
the_ends_of_the_range_are_written_and_read(void)
{
	int128 value;

	CHECK_TEXT(text_of(INT128_MAX),
	    "170141183460469231731687303715884105727");
	CHECK_TEXT(text_of(INT128_MIN),
	    "-170141183460469231731687303715884105728");
	CHECK_TEXT(text_of(0), "0");
	CHECK_TEXT(text_of((int128)INT64_MAX * 10 + 9),
	    "92233720368547758079");
	CHECK_INT(parse("-170141183460469231731687303715884105728", &value),
	    0);
	CHECK(value == INT128_MIN);
	CHECK_INT(parse("170141183460469231731687303715884105727", &value),
	    0);
	CHECK(value == INT128_MAX);
}

static void
zeros_inside_a_long_number_are_kept(void)
{
	int128 e19 = (int128)INT64_C(10000000000) * 1000000000;

	CHECK_TEXT(text_of(e19), "10000000000000000000");
	CHECK_TEXT(text_of(e19 * INT64_C(1000000000000000000) * 10 + 7),
	    "100000000000000000000000000000000000007");
}

static void
what_is_no_number_or_too_large_is_refused(void)
{
	static const char *const wrong[] = {
		"", "-", "+", "1x", " 1", "1 ", "--1", "1.0",
		"170141183460469231731687303715884105728",
		"-170141183460469231731687303715884105729"
	};
	int128 value;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		if (!CHECK_INT(parse(wrong[i], &value), -1))
			printf("# '%s'\n", wrong[i]);
	}
}

static void
arithmetic_reports_what_does_not_fit(void)
{
	int128 value;

	CHECK_INT(int128_add(INT128_MAX, 1, &value), -1);
	CHECK_INT(int128_sub(INT128_MIN, 1, &value), -1);
	CHECK_INT(int128_mul(INT128_MAX, 2, &value), -1);
	CHECK_INT(int128_mul(INT128_MIN, -1, &value), -1);
	CHECK_INT(int128_mul(INT64_MIN, INT64_MIN, &value), 0);
	CHECK(value == (int128)INT64_MIN * INT64_MIN);
	CHECK_INT(int128_add(INT128_MAX, INT128_MIN, &value), 0);
	CHECK(value == -1);
}

static void
halves_put_together_are_the_number(void)
{
	int128 value = -INT64_MAX * (int128)1000003;

	CHECK(int128_from_halves(int128_high(value), int128_low(value)) ==
	    value);
	CHECK(int128_abs(INT128_MIN) == (uint128)1 << 127);
}

int
main(void)
{
	RUN(the_ends_of_the_range_are_written_and_read);
	RUN(zeros_inside_a_long_number_are_kept);
	RUN(what_is_no_number_or_too_large_is_refused);
	RUN(arithmetic_reports_what_does_not_fit);
	RUN(halves_put_together_are_the_number);
	return check_done();
}
