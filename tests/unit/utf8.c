#include "base/utf8.h"

#include "check.h"

static void
every_code_point_is_encoded_decoded_and_valid(void)
{
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		uint8_t bytes[4];
		uint32_t decoded = 0;
		unsigned n;

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		n = utf8_put(bytes, code);
		if (!CHECK_INT(utf8_decode(bytes, n, &decoded), n) ||
		    !CHECK_INT(decoded, code) ||
		    !CHECK(utf8_is_valid(bytes, n)) ||
		    !CHECK_INT(utf8_length(bytes, n), 1))
			return;
		/* Cut short it is not. */
		if (n > 1 && !CHECK(!utf8_is_valid(bytes, n - 1)))
			return;
	}
}

/*
 * The well-formed sequences by another way: decode by the shape of the lead
 * byte alone, then look at the range of the result.
 */
static int
is_sequence(const uint8_t *p, unsigned n)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t code = p[0] & (0x7fu >> n);

	if ((unsigned)p[0] >> (7 - n) != (1u << (n + 1)) - 2)
		return 0;
	for (unsigned i = 1; i < n; i++) {
		if (p[i] >> 6 != 2)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	return code >= least[n] && code <= 0x10ffff &&
	    (code < 0xd800 || code > 0xdfff);
}

static void
all_short_sequences_are_judged_right(void)
{
	static const uint8_t edges[] = {
		0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff
	};
	uint8_t p[4];

	for (unsigned a = 0x80; a < 0x100; a++) {
		p[0] = (uint8_t)a;
		CHECK(!utf8_is_valid(p, 1));
		for (unsigned b = 0; b < 0x100; b++) {
			p[1] = (uint8_t)b;
			if (!CHECK_INT(utf8_is_valid(p, 2),
			    is_sequence(p, 2)))
				return;
			for (size_t c = 0; c < sizeof(edges); c++) {
				p[2] = edges[c];
				if (a >= 0xe0 && !CHECK_INT(
				    utf8_is_valid(p, 3), is_sequence(p, 3)))
					return;
				for (size_t d = 0; d < sizeof(edges); d++) {
					p[3] = edges[d];
					if (a >= 0xf0 && !CHECK_INT(
					    utf8_is_valid(p, 4),
					    is_sequence(p, 4)))
						return;
				}
			}
		}
	}
}

static void
a_wrong_byte_is_found_at_any_place(void)
{
	char text[200];

	for (size_t len = 1; len < sizeof(text); len++) {
		for (size_t i = 0; i < len; i++) {
			memset(text, 'a', sizeof(text));
			text[i] = '\xff';
			if (!CHECK_INT(utf8_valid_prefix(text, len), i) ||
			    !CHECK_INT(utf8_is_ascii(text, len), 0))
				return;
		}
		memset(text, 'a', sizeof(text));
		CHECK(utf8_is_ascii(text, len));
		CHECK_INT(utf8_valid_prefix(text, len), len);
	}
	CHECK(utf8_is_valid("", 0));
}

static void
characters_are_counted_and_never_split(void)
{
	static const char text[] = "aé€😀z";	/* 1 2 3 4 1 bytes */
	static const size_t starts[] = { 0, 1, 3, 6, 10, 11, 11 };
	static const size_t cuts[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11 };

	CHECK_INT(utf8_length(text, 11), 5);
	for (size_t i = 0; i < 7; i++)
		CHECK_INT(utf8_offset(text, 11, i), starts[i]);
	for (size_t i = 0; i < 12; i++)
		CHECK_INT(utf8_cut(text, 11, i), cuts[i]);
	CHECK_INT(utf8_cut(text, 11, 99), 11);
	/* Bytes that are no text are cut where they were to be. */
	CHECK_INT(utf8_cut("\x80\x80\x80\x80\x80\x80", 6, 4), 4);
}

static void
wide_and_combining_characters_take_their_columns(void)
{
	CHECK_INT(utf8_width("abc", 3), 3);
	CHECK_INT(utf8_width("Zoë", 4), 3);
	CHECK_INT(utf8_width("e\xcc\x81", 3), 1);	/* e, acute */
	CHECK_INT(utf8_width("日本", 6), 4);
	CHECK_INT(utf8_width("한국", 6), 4);
	CHECK_INT(utf8_width("😀", 4), 2);
	CHECK_INT(utf8_width("a\tb", 3), 2);
	CHECK_INT(utf8_width("\xff", 1), 1);
	CHECK_INT(utf8_width("ｶ", 3), 1);		/* half width */
	CHECK_INT(utf8_cut_width("日本x", 7, 3), 3);
	CHECK_INT(utf8_cut_width("日本x", 7, 4), 6);
	CHECK_INT(utf8_cut_width("e\xcc\x81x", 4, 1), 3);
}

static void
check_case(const char *text, const char *upper, const char *lower)
{
	char out[256];

	out[utf8_upper(out, text, strlen(text))] = '\0';
	CHECK_TEXT(out, upper);
	out[utf8_lower(out, text, strlen(text))] = '\0';
	CHECK_TEXT(out, lower);
	/* In place. */
	memcpy(out, text, strlen(text) + 1);
	out[utf8_upper(out, out, strlen(out))] = '\0';
	CHECK_TEXT(out, upper);
}

static void
letters_change_case(void)
{
	check_case("Straße 12 @[`{", "STRAßE 12 @[`{", "straße 12 @[`{");
	check_case("Àéîõü÷×ÿ", "ÀÉÎÕÜ÷×Ÿ", "àéîõü÷×ÿ");
	check_case("Łódź Ğğ Žž ı ſ", "ŁÓDŹ ĞĞ ŽŽ I S", "łódź ğğ žž ı ſ");
	check_case("İ", "İ", "i");
	check_case("Ελλάς", "ΕΛΛΆΣ", "ελλάς");
	check_case("Москва Ёж Ђ", "МОСКВА ЁЖ Ђ", "москва ёж ђ");
	check_case("Việt ẞ", "VIỆT ẞ", "việt ß");
	check_case("日本 😀 aB", "日本 😀 AB", "日本 😀 ab");
	check_case("abcdefghijklmnopqrstuvwxyzé{",
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZÉ{",
	    "abcdefghijklmnopqrstuvwxyzé{");
	check_case("a\xff\xc3", "A\xff\xc3", "a\xff\xc3");
}

static void
no_letter_grows(void)
{
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		uint8_t a[4], b[4];
		unsigned n;

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		n = utf8_put(a, code);
		if (!CHECK(utf8_put(b, utf8_upper_of(code)) <= n) ||
		    !CHECK(utf8_put(b, utf8_lower_of(code)) <= n))
			printf("# U+%04x\n", (unsigned)code);
	}
}

static void
texts_are_valid_each_not_only_together(void)
{
	static const uint8_t bytes[] = "xa\xc3\xa9z\xe2\x82\xac";
	static const struct {
		size_t begin;
		int32_t ends[4];
		size_t count;
		int are_valid;
	} cases[] = {
		{1, {2, 4, 5, 8}, 4, 1},
		{1, {8}, 1, 1},
		{1, {1, 1, 4, 8}, 4, 1},	/* empty ones */
		{1, {8, 8, 8}, 3, 1},
		{1, {3, 8}, 2, 0},		/* cut within a letter */
		{1, {4, 6, 8}, 3, 0},
		{3, {4, 8}, 2, 0},		/* begins within one */
		{1, {5, 7}, 2, 0},		/* ends within one */
		{3, {3}, 1, 1},
		{0, {0}, 0, 1},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (!CHECK_INT(utf8_are_valid(bytes, cases[i].begin,
		    cases[i].ends, cases[i].count), cases[i].are_valid))
			printf("# case %zu\n", i);
}

int
main(void)
{
	RUN(every_code_point_is_encoded_decoded_and_valid);
	RUN(all_short_sequences_are_judged_right);
	RUN(a_wrong_byte_is_found_at_any_place);
	RUN(characters_are_counted_and_never_split);
	RUN(wide_and_combining_characters_take_their_columns);
	RUN(texts_are_valid_each_not_only_together);
	RUN(letters_change_case);
	RUN(no_letter_grows);
	return check_done();
}
