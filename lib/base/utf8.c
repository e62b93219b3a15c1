#include "base/utf8.h"

#include <string.h>

#define HIGH_BITS UINT64_C(0x8080808080808080)

/* The first byte at or after i that is not ASCII, or len. */
static inline size_t
skip_ascii(const uint8_t *bytes, size_t i, size_t len)
{
	uint64_t w[4];

	for (; i + 32 <= len; i += 32) {
		memcpy(w, bytes + i, 32);
		if (((w[0] | w[1] | w[2] | w[3]) & HIGH_BITS) != 0)
			break;
	}
	for (; i + 8 <= len; i += 8) {
		memcpy(w, bytes + i, 8);
		if ((w[0] & HIGH_BITS) != 0)
			return i + (size_t)__builtin_ctzll(w[0] & HIGH_BITS) /
			    8;
	}
	while (i < len && bytes[i] < 0x80)
		i++;
	return i;
}

_Bool
utf8_is_ascii(const void *bytes, size_t len)
{
	return skip_ascii(bytes, 0, len) == len;
}

static inline _Bool
is_continuation(uint8_t byte)
{
	return (byte & 0xc0) == 0x80;
}

/*
 * The length of the well-formed sequence at p, not ASCII, or 0: Unicode
 * 15, section 3.9, table 3-7.  Only the second byte has bounds of its own.
 */
static inline unsigned
sequence_length(const uint8_t *p, size_t len)
{
	uint8_t lead = p[0];
	uint8_t low = 0x80, high = 0xbf;

	if (lead < 0xc2 || lead > 0xf4 || len < 2)
		return 0;
	if (lead < 0xe0)
		return is_continuation(p[1]) ? 2 : 0;
	if (lead == 0xe0)
		low = 0xa0;		/* overlong below */
	else if (lead == 0xed)
		high = 0x9f;		/* surrogates above */
	else if (lead == 0xf0)
		low = 0x90;		/* overlong below */
	else if (lead == 0xf4)
		high = 0x8f;		/* above U+10FFFF */
	if (p[1] < low || p[1] > high || len < 3 || !is_continuation(p[2]))
		return 0;
	if (lead < 0xf0)
		return 3;
	return len >= 4 && is_continuation(p[3]) ? 4 : 0;
}

size_t
utf8_valid_prefix(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t i = 0;

	for (;;) {
		i = skip_ascii(p, i, len);
		/* Other letters come in runs too. */
		while (i < len && p[i] >= 0x80) {
			unsigned n = sequence_length(p + i, len - i);

			if (n == 0)
				return i;
			i += n;
		}
		if (i == len)
			return len;
	}
}

unsigned
utf8_decode(const void *text, size_t len, uint32_t *code)
{
	const uint8_t *p = text;
	unsigned n;

	if (p[0] < 0x80) {
		*code = p[0];
		return 1;
	}
	n = sequence_length(p, len);
	switch (n) {
	case 2:
		*code = (p[0] & 0x1fu) << 6 | (p[1] & 0x3fu);
		return 2;
	case 3:
		*code = (p[0] & 0x0fu) << 12 | (p[1] & 0x3fu) << 6 |
		    (p[2] & 0x3fu);
		return 3;
	case 4:
		*code = (p[0] & 0x07u) << 18 | (p[1] & 0x3fu) << 12 |
		    (p[2] & 0x3fu) << 6 | (p[3] & 0x3fu);
		return 4;
	default:
		*code = UTF8_REPLACEMENT;
		return 1;
	}
}

unsigned
utf8_put(uint8_t out[4], uint32_t code)
{
	if (code < 0x80) {
		out[0] = (uint8_t)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (uint8_t)(0xc0 | code >> 6);
		out[1] = (uint8_t)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (uint8_t)(0xe0 | code >> 12);
		out[1] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | code >> 18);
	out[1] = (uint8_t)(0x80 | (code >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (code >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (code & 0x3f));
	return 4;
}

size_t
utf8_length(const void *text, size_t len)
{
	const uint8_t *bytes = text;
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += !is_continuation(bytes[i]);
	return count;
}

size_t
utf8_offset(const void *text, size_t len, size_t index)
{
	const uint8_t *bytes = text;
	size_t i = 0;

	while (i < len && index > 0) {
		i++;
		while (i < len && is_continuation(bytes[i]))
			i++;
		index--;
	}
	return i;
}

size_t
utf8_cut(const void *text, size_t len, size_t max_bytes)
{
	const uint8_t *bytes = text;
	size_t n = max_bytes;

	if (n >= len)
		return len;
	/* Back to the lead byte of the character that does not fit. */
	for (size_t back = 0; back < 3 && n > 0 && is_continuation(bytes[n]);
	    back++)
		n--;
	return is_continuation(bytes[n]) ? max_bytes : n;
}

/* Valid together, and none begins within a character. */
_Bool
utf8_are_valid(const uint8_t *bytes, size_t begin, const int32_t *ends,
    size_t count)
{
	if (count == 0)
		return 1;
	size_t end = (size_t)ends[count - 1];
	uint32_t bad = begin < end && is_continuation(bytes[begin]);
	for (size_t i = 0; i + 1 < count && (size_t)ends[i] < end; i++)
		bad |= is_continuation(bytes[ends[i]]);
	return !bad && utf8_is_valid(bytes + begin, end - begin);
}
