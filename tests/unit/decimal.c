#include "base/decimal.h"

#include <math.h>

#include "check.h"

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717);
}

static int128
big(const char *text)
{
	int128 value = 0;

	CHECK_INT(int128_parse(text, strlen(text), &value), 0);
	return value;
}

static const char *
text_of(int128 value, unsigned scale)
{
	static char text[DECIMAL_TEXT_BYTES + 1];

	text[decimal_format_128(text, value, scale)] = '\0';
	return text;
}

static void
text_is_read_exactly_or_refused_with_the_reason(void)
{
	static const struct {
		const char *text;
		unsigned precision, scale;
		enum decimal_status status;
		int64_t value;
	} cases[] = {
		{ "12.34", 10, 2, DECIMAL_OK, 1234 },
		{ "-12.34", 10, 2, DECIMAL_OK, -1234 },
		{ "+12.3", 10, 2, DECIMAL_OK, 1230 },
		{ "12", 10, 2, DECIMAL_OK, 1200 },
		{ ".5", 10, 2, DECIMAL_OK, 50 },
		{ "-.05", 10, 2, DECIMAL_OK, -5 },
		{ "0", 10, 0, DECIMAL_OK, 0 },
		{ "-0.00", 10, 2, DECIMAL_OK, 0 },
		{ "1.2300", 10, 2, DECIMAL_OK, 123 },
		{ "1.23000000000000000000000", 10, 2, DECIMAL_OK, 123 },
		{ "0000000000000000000000001.23", 10, 2, DECIMAL_OK, 123 },
		{ "999999999999999999", 18, 0, DECIMAL_OK,
		    INT64_C(999999999999999999) },
		{ "1234567.8", 9, 2, DECIMAL_OK, 123456780 },
		{ "123456789.25", 12, 2, DECIMAL_OK, INT64_C(12345678925) },
		{ "1.235", 10, 2, DECIMAL_INEXACT, 0 },
		{ "1.230001", 10, 2, DECIMAL_INEXACT, 0 },
		{ "0.5", 10, 0, DECIMAL_INEXACT, 0 },
		{ "100", 4, 2, DECIMAL_OVERFLOW, 0 },
		{ "-100.00", 4, 2, DECIMAL_OVERFLOW, 0 },
		{ "99.99", 4, 2, DECIMAL_OK, 9999 },
		{ "9815", 18, 15, DECIMAL_OVERFLOW, 0 },
		{ "12345678", 18, 18, DECIMAL_OVERFLOW, 0 },
		{ "1000000000000000000", 18, 0, DECIMAL_OVERFLOW, 0 },
		{ "99999999999999999999999", 18, 2, DECIMAL_OVERFLOW, 0 },
		{ "100.001", 4, 2, DECIMAL_OVERFLOW, 0 },
		{ "", 10, 2, DECIMAL_SYNTAX, 0 },
		{ "-", 10, 2, DECIMAL_SYNTAX, 0 },
		{ ".", 10, 2, DECIMAL_SYNTAX, 0 },
		{ "1.", 10, 2, DECIMAL_SYNTAX, 0 },
		{ "1.2.3", 10, 2, DECIMAL_SYNTAX, 0 },
		{ "12,x", 10, 2, DECIMAL_SYNTAX, 0 },
		{ "1e2", 10, 2, DECIMAL_SYNTAX, 0 },
		{ " 1", 10, 2, DECIMAL_SYNTAX, 0 },
		{ "1 ", 10, 2, DECIMAL_SYNTAX, 0 },
		{ "--1", 10, 2, DECIMAL_SYNTAX, 0 },
		{ "1-1", 10, 2, DECIMAL_SYNTAX, 0 },
		{ "1/5", 10, 2, DECIMAL_SYNTAX, 0 },
		{ "x.23", 10, 2, DECIMAL_SYNTAX, 0 }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char padded[64];
		size_t len = strlen(cases[i].text);
		unsigned p = cases[i].precision, s = cases[i].scale;
		int64_t a = 0, b = 0;
		int128 c = 0;

		/* What lies behind the text must not matter. */
		memset(padded, '7', sizeof(padded));
		memcpy(padded, cases[i].text, len);
		if (!CHECK_INT(decimal_parse_64(padded, len, p, s, &a),
		    cases[i].status) ||
		    !CHECK_INT(decimal_parse_64_padded(padded, len, p, s,
		    &b), cases[i].status) ||
		    !CHECK_INT(decimal_parse_128(padded, len, p, s, &c),
		    cases[i].status) ||
		    (cases[i].status == DECIMAL_OK &&
		    (!CHECK_INT(a, cases[i].value) ||
		    !CHECK_INT(b, cases[i].value) ||
		    !CHECK(c == cases[i].value))))
			printf("# '%s'\n", cases[i].text);
	}
}

static void
what_is_written_is_read_back_at_every_scale(void)
{
	uint64_t state = 1;

	for (int i = 0; i < 100000; i++) {
		uint64_t r = next_random(&state);
		unsigned scale = (unsigned)(r % 39);
		int128 value = int128_from_halves(
		    (int64_t)next_random(&state), next_random(&state)) >>
		    (r >> 8) % 127;
		int64_t small = (int64_t)(next_random(&state) >>
		    (r >> 16) % 64) % decimal_pow10_64[18], read = 0;
		char text[DECIMAL_TEXT_BYTES];
		int128 wide = 0;
		size_t len;

		if (decimal_fits_128(value, 38)) {
			len = decimal_format_128(text, value, scale);
			if (!CHECK_INT(decimal_parse_128(text, len, 38,
			    scale, &wide), 0) || !CHECK(wide == value))
				return;
		}
		len = decimal_format_64(text, small, scale % 19);
		if (!CHECK_INT(decimal_parse_64_padded(text, len, 18,
		    scale % 19, &read), 0) || !CHECK_INT(read, small))
			return;
	}
}

static void
values_are_written_with_all_digits_of_the_scale(void)
{
	CHECK_TEXT(text_of(1234, 2), "12.34");
	CHECK_TEXT(text_of(-5, 2), "-0.05");
	CHECK_TEXT(text_of(0, 3), "0.000");
	CHECK_TEXT(text_of(7, 0), "7");
	CHECK_TEXT(text_of(INT128_MIN, 38),
	    "-1.70141183460469231731687303715884105728");
	CHECK_TEXT(text_of(1, 38),
	    "0.00000000000000000000000000000000000001");
	CHECK_TEXT(text_of(INT64_MIN, 18), "-9.223372036854775808");
}

static void
each_rounding_is_what_its_name_says(void)
{
	static const int values[8] = { 25, -25, 35, -35, 21, -21, 29, 20 };
	static const int want[5][8] = {
		{ 3, -3, 4, -4, 2, -2, 3, 2 },	/* half away */
		{ 2, -2, 4, -4, 2, -2, 3, 2 },	/* half even */
		{ 2, -3, 3, -4, 2, -3, 2, 2 },	/* floor */
		{ 3, -2, 4, -3, 3, -2, 3, 2 },	/* ceil */
		{ 2, -2, 3, -3, 2, -2, 2, 2 }	/* trunc */
	};

	for (int mode = 0; mode < 5; mode++) {
		enum decimal_rounding rounding = (enum decimal_rounding)mode;

		for (int i = 0; i < 8; i++) {
			int128 got = 0;

			decimal_rescale_128(values[i], 3, 2, rounding, &got);
			if (!CHECK_INT((int64_t)got, want[mode][i]))
				printf("# mode %d of %d\n", mode, values[i]);
		}
	}
	CHECK_INT(decimal_round_64(INT64_MIN, 1), INT64_MIN);
	CHECK_INT(decimal_round_64(-15, 10), -2);
	CHECK_INT(decimal_round_64(14, 10), 1);
}

static void
rescaling_reports_what_does_not_fit(void)
{
	int128 got = 0;

	CHECK_INT(decimal_rescale_128(2, 0, 38, DECIMAL_HALF_AWAY, &got), -1);
	CHECK_INT(decimal_rescale_128(INT64_MAX, 30, 0, DECIMAL_HALF_AWAY,
	    &got), 0);
	CHECK(got == 0);
	CHECK(decimal_fits_64(99, 2) && !decimal_fits_64(100, 2));
	CHECK(decimal_fits_64(-99, 2) && !decimal_fits_64(-100, 2));
}

/* The wanted values are from Python's fractions. */
static void
quotients_of_38_digits_are_exact_before_rounding(void)
{
	int128 a = big("12345678901234567890123456789012345678");
	int128 b = big("98765432109876543210987654321098765432");
	int128 e37 = decimal_pow10_128[37], out = 0;

	CHECK_INT(decimal_div_128(a, b, 38, &out), 0);
	CHECK_TEXT(text_of(out, 0),
	    "12499999886093750001423828124982202148");
	CHECK_INT(decimal_div_128(-a, 3 * decimal_pow10_128[20], 20, &out),
	    0);
	CHECK_TEXT(text_of(out, 0),
	    "-4115226300411522630041152263004115226");
	CHECK_INT(decimal_div_128(e37, 7 * e37, 38, &out), 0);
	CHECK_TEXT(text_of(out, 0),
	    "14285714285714285714285714285714285714");
	CHECK_INT(decimal_div_128(1, 3, 76, &out), -1);
	CHECK_INT(decimal_div_128(1, 0, 0, &out), -1);
	CHECK_INT(decimal_div_128(INT128_MIN, -1, 0, &out), -1);
	CHECK_INT(decimal_div_128(INT128_MAX, INT128_MIN, 1, &out), 0);
	CHECK(out == -10);
	CHECK_INT(decimal_div_128(15, -1, -1, &out), 0);
	CHECK(out == -2);
	CHECK_INT(decimal_div_128(INT128_MAX, INT128_MAX, -38, &out), 0);
	CHECK(out == 0);
}

static void
small_quotients_are_those_of_integers(void)
{
	uint64_t state = 4;

	for (int i = 0; i < 100000; i++) {
		uint64_t r = next_random(&state);
		int64_t a = (int64_t)next_random(&state) >> r % 63;
		int64_t b = (int64_t)next_random(&state) >> (r >> 8) % 63;
		unsigned shift = (unsigned)(r >> 16) % 19;
		int128 got = 0;

		if (b == 0)
			continue;
		int128 want = decimal_divide_128((int128)a *
		    decimal_pow10_64[shift] * (b < 0 ? -1 : 1),
		    b < 0 ? -(int128)b : b, DECIMAL_HALF_AWAY);
		if (!CHECK_INT(decimal_div_128(a, b, (int)shift, &got), 0) ||
		    !CHECK(got == want))
			return;
	}
}

static void
numbers_of_any_scales_compare(void)
{
	CHECK_INT(decimal_compare_128(150, 2, 15, 1), 0);
	CHECK(decimal_compare_128(151, 2, 15, 1) > 0);
	CHECK(decimal_compare_128(-151, 2, -15, 1) < 0);
	CHECK(decimal_compare_128(INT128_MAX, 0, INT128_MAX, 38) > 0);
	CHECK(decimal_compare_128(INT128_MIN, 0, INT128_MAX, 38) < 0);
	CHECK(decimal_compare_128(INT128_MAX, 38, INT128_MIN, 0) > 0);
	CHECK(decimal_compare_128(INT128_MAX, 38, INT128_MAX, 0) < 0);
	CHECK_INT(decimal_compare_128(0, 38, 0, 0), 0);
}

static void
the_last_digit_of_38_is_held_to_the_precision(void)
{
	int128 value = 0;

	CHECK_INT(decimal_parse_128("99999999999999999999999999999999999999",
	    38, 38, 0, &value), 0);
	CHECK(value == decimal_pow10_128[38] - 1);
	CHECK_INT(decimal_parse_128("100000000000000000000000000000000000000",
	    39, 38, 0, &value), DECIMAL_OVERFLOW);
	CHECK_INT(decimal_parse_exponent_128("-550.1e5", 8, 38, 32,
	    DECIMAL_TRUNC, &value, NULL), DECIMAL_OVERFLOW);
	CHECK_INT(decimal_parse_exponent_128("-265", 4, 38, 37,
	    DECIMAL_TRUNC, &value, NULL), DECIMAL_OVERFLOW);
	CHECK_INT(decimal_parse_exponent_128("514594406564750175.5E+4", 23,
	    38, 22, DECIMAL_TRUNC, &value, NULL), DECIMAL_OVERFLOW);
}

static void
exponents_are_read_where_they_are_asked_for(void)
{
	static const struct {
		const char *text;
		int status;
		int64_t value;
		int exact;
	} cases[] = {
		{ "1.5e3", DECIMAL_OK, 150000, 1 },
		{ "15E-1", DECIMAL_OK, 150, 1 },
		{ "-1e-3", DECIMAL_OK, 0, 0 },
		{ "5e-3", DECIMAL_OK, 1, 0 },
		{ "49999e-7", DECIMAL_OK, 0, 0 },
		{ "0e999999999999", DECIMAL_OK, 0, 1 },
		{ "9e-999999999999", DECIMAL_OK, 0, 0 },
		{ "1e99999999999", DECIMAL_OVERFLOW, 0, 0 },
		{ "99999999.994", DECIMAL_OK, INT64_C(9999999999), 0 },
		{ "99999999.995", DECIMAL_OVERFLOW, 0, 0 },
		{ "1e", DECIMAL_SYNTAX, 0, 0 },
		{ "e5", DECIMAL_SYNTAX, 0, 0 },
		{ "1e5x", DECIMAL_SYNTAX, 0, 0 }
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		int128 value = 0;
		_Bool exact = 0;

		if (!CHECK_INT(decimal_parse_exponent_128(cases[i].text,
		    strlen(cases[i].text), 10, 2, DECIMAL_HALF_AWAY, &value,
		    &exact), cases[i].status) ||
		    (cases[i].status == 0 &&
		    (!CHECK_INT((int64_t)value, cases[i].value) ||
		    !CHECK_INT(exact, cases[i].exact))))
			printf("# '%s'\n", cases[i].text);
	}
}

static void
doubles_become_decimals_by_their_exact_value(void)
{
	int128 value = 0;
	_Bool exact = 1;

	/* 2.675 is a little less, 0.125 is what it says. */
	CHECK_INT(decimal_from_f64(2.675, 10, 2, DECIMAL_HALF_AWAY, &value,
	    &exact), 0);
	CHECK(value == 267 && !exact);
	CHECK_INT(decimal_from_f64(-0.125, 10, 2, DECIMAL_HALF_AWAY, &value,
	    NULL), 0);
	CHECK(value == -13);
	CHECK_INT(decimal_from_f64(-0.125, 10, 2, DECIMAL_HALF_EVEN, &value,
	    NULL), 0);
	CHECK(value == -12);
	CHECK_INT(decimal_from_f64(0.5, 10, 1, DECIMAL_TRUNC, &value,
	    &exact), 0);
	CHECK(value == 5 && exact);
	CHECK_INT(decimal_from_f64(5e-324, 38, 38, DECIMAL_CEIL, &value,
	    &exact), 0);
	CHECK(value == 1 && !exact);
	CHECK_INT(decimal_from_f64(1e37, 38, 0, DECIMAL_FLOOR, &value,
	    &exact), 0);
	CHECK_TEXT(text_of(value, 0),
	    "9999999999999999538762658202121142272");
	CHECK_INT(decimal_from_f64(100, 4, 2, DECIMAL_FLOOR, &value, NULL),
	    DECIMAL_OVERFLOW);
	CHECK_INT(decimal_from_f64(1e300, 38, 2, DECIMAL_FLOOR, &value,
	    NULL), DECIMAL_OVERFLOW);
	CHECK_INT(decimal_from_f64((double)NAN, 4, 2, DECIMAL_FLOOR, &value,
	    NULL), DECIMAL_SYNTAX);
}

static void
decimals_become_the_nearest_doubles(void)
{
	uint64_t state = 5;

	for (int i = 0; i < 50000; i++) {
		int128 value = int128_from_halves(
		    (int64_t)next_random(&state), next_random(&state)) >>
		    next_random(&state) % 127;
		unsigned scale = (unsigned)(next_random(&state) % 39);

		if (!CHECK(decimal_to_f64(value, scale) ==
		    strtod(text_of(value, scale), NULL)))
			return;
	}
}

int
main(void)
{
	RUN(text_is_read_exactly_or_refused_with_the_reason);
	RUN(what_is_written_is_read_back_at_every_scale);
	RUN(values_are_written_with_all_digits_of_the_scale);
	RUN(each_rounding_is_what_its_name_says);
	RUN(rescaling_reports_what_does_not_fit);
	RUN(quotients_of_38_digits_are_exact_before_rounding);
	RUN(small_quotients_are_those_of_integers);
	RUN(numbers_of_any_scales_compare);
	RUN(the_last_digit_of_38_is_held_to_the_precision);
	RUN(exponents_are_read_where_they_are_asked_for);
	RUN(doubles_become_decimals_by_their_exact_value);
	RUN(decimals_become_the_nearest_doubles);
	return check_done();
}
