/*
 * Byte arrays in Parquet's encodings: what the writer encodes is decoded
 * here by the letter of Encodings.md, and by the reader, which refuses
 * lengths that cannot be.
 */
#include "check.h"

#include "format/parquet_encode.h"
#include "format/parquet_encode_strings.h"
#include "format/parquet_encoded.h"
#include "format/parquet_format.h"

#define MOST 3000

static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

struct strings {
	uint32_t count;
	int32_t offsets[MOST + 1];
	struct buffer bytes;
};

/* Ids that ascend, paths, values that share nothing, empty and long ones. */
static void
make_strings(struct strings *strings, uint32_t seed)
{
	char text[400];
	uint32_t count = (uint32_t)(mix(seed) % MOST);
	*strings = (struct strings){.count = count};
	buffer_append_text(&strings->bytes, "before");
	for (uint32_t i = 0; i <= count; i++) {
		uint64_t x = mix(i * 1000 + seed);
		int len = 0;
		strings->offsets[i] = (int32_t)strings->bytes.len;
		if (seed % 4 == 0)
			len = snprintf(text, sizeof(text), "TXN-%010u",
			    i * (1 + seed));
		else if (seed % 4 == 1)
			len = snprintf(text, sizeof(text), "%.*s%" PRIu64,
			    (int)(x % 40), "/a/path/of/some/folders/and/all/"
			    "that/is/in/them/", x % 7);
		else if (seed % 4 == 2)
			len = x % 5 == 0 ? 0 : snprintf(text, sizeof(text),
			    "%" PRIx64, x >> x % 60);
		else
			len = snprintf(text, sizeof(text), "%*u",
			    (int)(x % 300), i);
		if (i < count)
			buffer_append(&strings->bytes, text, (size_t)len);
	}
}

/* ---- by the letter --------------------------------------------------- */

static uint64_t
get_varint(const uint8_t **at)
{
	uint64_t value = 0;
	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = *(*at)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
}

static int64_t
get_zigzag(const uint8_t **at)
{
	uint64_t value = get_varint(at);
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/* DELTA_BINARY_PACKED; returns where it ends. */
static const uint8_t *
get_delta(const uint8_t *at, uint32_t *values, uint32_t count)
{
	uint64_t block = get_varint(&at), minis = get_varint(&at);
	CHECK_INT(get_varint(&at), count);
	int64_t value = get_zigzag(&at);
	uint32_t n = 0;
	if (count > 0)
		values[n++] = (uint32_t)value;
	while (n < count) {
		int64_t least = get_zigzag(&at);
		const uint8_t *widths = at;
		at += minis;
		for (uint64_t m = 0; m < minis && n < count; m++) {
			unsigned width = widths[m];
			for (uint64_t i = 0; i < block / minis; i++) {
				uint64_t delta = 0;
				for (unsigned k = 0; k < width; k++) {
					uint64_t bit = i * width + k;
					delta |= (uint64_t)(at[bit / 8] >>
					    bit % 8 & 1) << k;
				}
				value += least + (int64_t)delta;
				if (n < count)
					values[n++] = (uint32_t)value;
			}
			at += block / minis * width / 8;
		}
	}
	return at;
}

static void
check_letter(const struct strings *strings, const struct buffer *page)
{
	static uint32_t prefixes[MOST], suffixes[MOST];
	uint32_t count = strings->count;
	const uint8_t *at = get_delta(page->data, prefixes, count);
	at = get_delta(at, suffixes, count);
	uint32_t before = 0;
	struct buffer value = {0};
	for (uint32_t i = 0; i < count; i++) {
		CHECK(prefixes[i] <= before);
		value.len = prefixes[i];
		buffer_append(&value, at, suffixes[i]);
		at += suffixes[i];
		before = (uint32_t)value.len;
		if (CHECK_INT(value.len, strings->offsets[i + 1] -
		    strings->offsets[i]))
			CHECK_BYTES(value.data, strings->bytes.data +
			    strings->offsets[i], value.len);
	}
	CHECK(at == page->data + page->len);
	buffer_release(&value);
}

/* ---- by the reader --------------------------------------------------- */

static void
check_reader(const struct strings *strings, const struct buffer *page,
    int encoding, uint32_t seed)
{
	struct parquet_encoded values = {0};
	struct buffer bytes = {0};
	struct error err = {0};
	static int32_t ends[MOST];
	buffer_append_text(&bytes, "those of before");
	size_t begin = bytes.len;
	CHECK_INT(parquet_encoded_init(&values, encoding, PARQUET_BYTE_ARRAY,
	    0, page->data, page->len, strings->count,
	    parquet_unpack_choose(), &err), 0);
	uint32_t done = 0;
	while (done < strings->count) {
		uint32_t step = 1 + (uint32_t)(mix(done + seed) % 200);
		if (step > strings->count - done)
			step = strings->count - done;
		CHECK_INT(parquet_encoded_take_bytes(&values, &bytes,
		    ends + done, step, &err), 0);
		done += step;
	}
	for (uint32_t i = 0; i < done; i++)
		CHECK_INT(ends[i] - (int32_t)begin, strings->offsets[i + 1] -
		    strings->offsets[0]);
	CHECK_BYTES(bytes.data + begin, strings->bytes.data +
	    strings->offsets[0], bytes.len - begin);
	CHECK_INT(parquet_encoded_take_bytes(&values, &bytes, ends, 1, &err),
	    -1);
	parquet_encoded_release(&values);
	buffer_release(&bytes);
}

static void
encoded_strings_decode_to_what_they_were(void)
{
	static struct strings strings;
	static uint32_t prefixes[MOST], suffixes[MOST];
	for (uint32_t seed = 0; seed < 60; seed++) {
		struct buffer page = {0};
		_Bool is_ascending;
		make_strings(&strings, seed);
		uint64_t shared = parquet_find_prefixes(strings.offsets,
		    strings.bytes.data, strings.count, prefixes, suffixes,
		    &is_ascending);
		for (uint32_t i = 0; i < strings.count; i++)
			shared -= prefixes[i];
		CHECK_INT(shared, 0);
		parquet_encode_prefixed_strings(&page, strings.offsets,
		    strings.bytes.data, strings.count, prefixes, suffixes);
		check_letter(&strings, &page);
		check_reader(&strings, &page, PARQUET_DELTA_BYTE_ARRAY, seed);
		page.len = 0;
		parquet_encode_plain_strings(&page, strings.offsets,
		    strings.bytes.data, strings.count);
		check_reader(&strings, &page, PARQUET_PLAIN, seed);
		buffer_release(&page);
		buffer_release(&strings.bytes);
	}
}

static void
prefixes_are_as_long_as_can_be(void)
{
	static const char bytes[64] = "aab" "aabc" "aabc" "" "a"
	    "0123456789abcdef" "0123456789abcdefg" "0123456789abcdxfg";
	static const int32_t offsets[] = {0, 3, 7, 11, 11, 12, 28, 45, 62};
	static const uint32_t want[] = {0, 3, 4, 0, 0, 0, 16, 14};
	uint32_t prefixes[8], suffixes[8];
	_Bool is_ascending;
	CHECK_INT(parquet_find_prefixes(offsets, (const uint8_t *)bytes, 8,
	    prefixes, suffixes, &is_ascending), 37);
	CHECK(!is_ascending);
	for (int i = 0; i < 8; i++) {
		CHECK_INT(prefixes[i], want[i]);
		CHECK_INT(prefixes[i] + suffixes[i],
		    offsets[i + 1] - offsets[i]);
	}
}

/* Whether pairs of strings, one behind the other, are seen in their order. */
static void
what_ascends_is_known(void)
{
	static const struct {
		const char *bytes;
		int32_t first, second;
		_Bool ascends;
	} pairs[] = {
		{"abab", 2, 2, 1}, {"abac", 2, 2, 1}, {"acab", 2, 2, 0},
		{"ab", 0, 2, 1}, {"ab", 2, 0, 0}, {"", 0, 0, 1},
		{"ababc", 2, 3, 1}, {"abcab", 3, 2, 0},
		{"a\x7f" "a\xc3", 2, 2, 1}, {"a\xc3" "a\x7f", 2, 2, 0},
		{"0123456789a" "0123456789b", 11, 11, 1},
		{"0123456789b" "0123456789a", 11, 11, 0}
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		uint8_t bytes[64] = {0};
		int32_t offsets[] = {0, pairs[i].first,
		    pairs[i].first + pairs[i].second};
		uint32_t prefixes[2], suffixes[2];
		_Bool is_ascending;
		memcpy(bytes, pairs[i].bytes, (size_t)offsets[2]);
		parquet_find_prefixes(offsets, bytes, 2, prefixes, suffixes,
		    &is_ascending);
		CHECK_INT(is_ascending, pairs[i].ascends);
	}
}

/* ---- lengths that cannot be ------------------------------------------ */

/* Reads a page of these lengths and as many bytes: what is said of it. */
static const char *
refusal(int encoding, const uint32_t *prefixes, uint32_t prefix_count,
    const uint32_t *suffixes, uint32_t count, size_t len, struct error *err)
{
	struct parquet_encoded values = {0};
	struct buffer page = {0}, bytes = {0};
	int32_t ends[8];
	*err = (struct error){0};
	if (prefixes != NULL)
		parquet_encode_delta32(&page, prefixes, prefix_count);
	parquet_encode_delta32(&page, suffixes, count);
	buffer_resize(&page, page.len + len);
	if (parquet_encoded_init(&values, encoding, PARQUET_BYTE_ARRAY, 0,
	    page.data, page.len, 8, parquet_unpack_choose(), err) == 0) {
		/* the first alone, so that there is one before */
		if (parquet_encoded_take_bytes(&values, &bytes, ends, 1,
		    err) == 0)
			CHECK_INT(parquet_encoded_take_bytes(&values, &bytes,
			    ends, count - 1, err), -1);
	}
	parquet_encoded_release(&values);
	buffer_release(&page);
	buffer_release(&bytes);
	return err->text;
}

static void
lengths_that_cannot_be_are_refused(void)
{
	struct error err;
	const uint32_t none[] = {0, 0, 0}, three[] = {3, 3, 3};
	const uint32_t four[] = {0, 3, 4}, first[] = {1, 0, 0};
	const uint32_t minus[] = {3, UINT32_MAX, 3};
	const uint32_t huge[] = {3, INT32_MAX, 3};
	const int prefixed = PARQUET_DELTA_BYTE_ARRAY;
	const int lengths = PARQUET_DELTA_LENGTH_BYTE_ARRAY;
	CHECK_TEXT(refusal(prefixed, four, 3, none, 3, 9, &err),
	    "a prefix of 3 bytes of a string of 0");
	CHECK_TEXT(refusal(prefixed, first, 3, three, 3, 9, &err),
	    "a prefix of 1 bytes of a string of 0");
	CHECK_TEXT(refusal(prefixed, minus, 3, three, 3, 9, &err),
	    "a prefix of 3 bytes of a string of 0");
	CHECK_TEXT(refusal(prefixed, none, 3, three, 3, 8, &err),
	    "a string of 3 bytes where 2 are left");
	CHECK_TEXT(refusal(prefixed, none, 3, minus, 3, 9, &err),
	    "a string of 4294967295 bytes where 6 are left");
	CHECK_TEXT(refusal(prefixed, none, 3, huge, 3, 9, &err),
	    "a string of 2147483647 bytes where 6 are left");
	CHECK_TEXT(refusal(prefixed, none, 2, three, 3, 9, &err),
	    "DELTA_BYTE_ARRAY with 2 prefixes of 3 values");
	CHECK_TEXT(refusal(lengths, NULL, 0, three, 3, 8, &err),
	    "strings of 6 bytes where 5 are left");
	CHECK_TEXT(refusal(lengths, NULL, 0, minus, 3, 9, &err),
	    "strings of 4294967298 bytes where 6 are left");
}

/* ---- lengths that add up past 2^31 ----------------------------------- */

/* Takes three strings of this page behind so many bytes that there are not. */
static const char *
refusal_behind(int encoding, const struct buffer *page, size_t before,
    struct error *err)
{
	struct parquet_encoded values = {0};
	struct buffer bytes = {.len = before};
	int32_t ends[3];
	*err = (struct error){0};
	CHECK_INT(parquet_encoded_init(&values, encoding, PARQUET_BYTE_ARRAY,
	    0, page->data, page->len, 3, parquet_unpack_choose(), err), 0);
	CHECK_INT(parquet_encoded_take_bytes(&values, &bytes, ends, 3, err),
	    -1);
	CHECK_INT(bytes.len, before);
	CHECK(bytes.data == NULL);
	parquet_encoded_release(&values);
	return err->text;
}

static void
strings_of_more_than_2_gib_are_refused(void)
{
	static const char too_long[] = "strings of more than 2 GiB in a step";
	static const int32_t offsets[] = {0, 3, 6, 9};
	static const uint8_t text[32] = "abcdefghi";
	const uint32_t three[] = {3, 3, 3}, none[] = {0, 0, 0};
	struct buffer page = {0};
	struct error err;
	size_t before = (size_t)INT32_MAX - 8;	/* one byte too many */
	parquet_encode_plain_strings(&page, offsets, text, 3);
	CHECK_TEXT(refusal_behind(PARQUET_PLAIN, &page, before, &err),
	    too_long);
	page.len = 0;
	parquet_encode_delta32(&page, three, 3);
	buffer_append(&page, text, 9);
	CHECK_TEXT(refusal_behind(PARQUET_DELTA_LENGTH_BYTE_ARRAY, &page,
	    before, &err), too_long);
	page.len = 0;
	parquet_encode_delta32(&page, none, 3);
	parquet_encode_delta32(&page, three, 3);
	buffer_append(&page, text, 9);
	CHECK_TEXT(refusal_behind(PARQUET_DELTA_BYTE_ARRAY, &page, before,
	    &err), too_long);
	buffer_release(&page);
}

/* A page of 1 MiB can hold 2 GiB of strings: each is the one before. */
static void
prefixes_that_add_up_past_2_gib_are_refused(void)
{
	enum { COUNT = 2049, BYTES = 1 << 20 };
	static uint32_t prefixes[COUNT], suffixes[COUNT];
	static int32_t ends[COUNT];
	struct parquet_encoded values = {0};
	struct buffer page = {0}, bytes = {0};
	struct error err = {0};
	suffixes[0] = BYTES;
	for (uint32_t i = 1; i < COUNT; i++)
		prefixes[i] = BYTES;
	parquet_encode_delta32(&page, prefixes, COUNT);
	parquet_encode_delta32(&page, suffixes, COUNT);
	buffer_resize(&page, page.len + BYTES);
	CHECK_INT(parquet_encoded_init(&values, PARQUET_DELTA_BYTE_ARRAY,
	    PARQUET_BYTE_ARRAY, 0, page.data, page.len, COUNT,
	    parquet_unpack_choose(), &err), 0);
	CHECK_INT(parquet_encoded_take_bytes(&values, &bytes, ends, 1, &err),
	    0);
	bytes.len = 0;
	CHECK_INT(parquet_encoded_take_bytes(&values, &bytes, ends,
	    COUNT - 1, &err), -1);
	CHECK_TEXT(err.text, "strings of more than 2 GiB in a step");
	CHECK(bytes.capacity < 2 * BYTES);
	parquet_encoded_release(&values);
	buffer_release(&page);
	buffer_release(&bytes);
}

int
main(void)
{
	RUN(encoded_strings_decode_to_what_they_were);
	RUN(prefixes_are_as_long_as_can_be);
	RUN(what_ascends_is_known);
	RUN(lengths_that_cannot_be_are_refused);
	RUN(strings_of_more_than_2_gib_are_refused);
	RUN(prefixes_that_add_up_past_2_gib_are_refused);
	return check_done();
}
