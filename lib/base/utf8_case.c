/*
 * Upper and lower case.
 *
 * The tables are the simple mappings of the Unicode character database
 * (UnicodeData.txt, version 14, fields 12 and 13) for the blocks that the
 * header names, in runs of equal difference.
 */
#include <string.h>

#include "base/utf8.h"

struct case_run {
	uint16_t first;
	uint16_t last;
	uint16_t step;		/* 2: every other code point from first on */
	int16_t change;
};

static const struct case_run to_upper[] = {
	{ 0xb5, 0xb5, 1, 743 }, { 0xe0, 0xf6, 1, -32 }, { 0xf8, 0xfe, 1, -32 },
	{ 0xff, 0xff, 1, 121 }, { 0x101, 0x12f, 2, -1 },
	{ 0x131, 0x131, 1, -232 }, { 0x133, 0x137, 2, -1 },
	{ 0x13a, 0x148, 2, -1 }, { 0x14b, 0x177, 2, -1 },
	{ 0x17a, 0x17e, 2, -1 }, { 0x17f, 0x17f, 1, -300 },
	{ 0x371, 0x373, 2, -1 }, { 0x377, 0x377, 1, -1 },
	{ 0x37b, 0x37d, 1, 130 }, { 0x3ac, 0x3ac, 1, -38 },
	{ 0x3ad, 0x3af, 1, -37 }, { 0x3b1, 0x3c1, 1, -32 },
	{ 0x3c2, 0x3c2, 1, -31 }, { 0x3c3, 0x3cb, 1, -32 },
	{ 0x3cc, 0x3cc, 1, -64 }, { 0x3cd, 0x3ce, 1, -63 },
	{ 0x3d0, 0x3d0, 1, -62 }, { 0x3d1, 0x3d1, 1, -57 },
	{ 0x3d5, 0x3d5, 1, -47 }, { 0x3d6, 0x3d6, 1, -54 },
	{ 0x3d7, 0x3d7, 1, -8 }, { 0x3d9, 0x3ef, 2, -1 },
	{ 0x3f0, 0x3f0, 1, -86 }, { 0x3f1, 0x3f1, 1, -80 },
	{ 0x3f2, 0x3f2, 1, 7 }, { 0x3f3, 0x3f3, 1, -116 },
	{ 0x3f5, 0x3f5, 1, -96 }, { 0x3f8, 0x3f8, 1, -1 },
	{ 0x3fb, 0x3fb, 1, -1 }, { 0x430, 0x44f, 1, -32 },
	{ 0x450, 0x45f, 1, -80 }, { 0x461, 0x481, 2, -1 },
	{ 0x48b, 0x4bf, 2, -1 }, { 0x4c2, 0x4ce, 2, -1 },
	{ 0x4cf, 0x4cf, 1, -15 }, { 0x4d1, 0x52f, 2, -1 },
	{ 0x1e01, 0x1e95, 2, -1 }, { 0x1e9b, 0x1e9b, 1, -59 },
	{ 0x1ea1, 0x1eff, 2, -1 }
};

static const struct case_run to_lower[] = {
	{ 0xc0, 0xd6, 1, 32 }, { 0xd8, 0xde, 1, 32 }, { 0x100, 0x12e, 2, 1 },
	{ 0x130, 0x130, 1, -199 }, { 0x132, 0x136, 2, 1 },
	{ 0x139, 0x147, 2, 1 }, { 0x14a, 0x176, 2, 1 },
	{ 0x178, 0x178, 1, -121 }, { 0x179, 0x17d, 2, 1 },
	{ 0x370, 0x372, 2, 1 }, { 0x376, 0x376, 1, 1 },
	{ 0x37f, 0x37f, 1, 116 }, { 0x386, 0x386, 1, 38 },
	{ 0x388, 0x38a, 1, 37 }, { 0x38c, 0x38c, 1, 64 },
	{ 0x38e, 0x38f, 1, 63 }, { 0x391, 0x3a1, 1, 32 },
	{ 0x3a3, 0x3ab, 1, 32 }, { 0x3cf, 0x3cf, 1, 8 }, { 0x3d8, 0x3ee, 2, 1 },
	{ 0x3f4, 0x3f4, 1, -60 }, { 0x3f7, 0x3f7, 1, 1 },
	{ 0x3f9, 0x3f9, 1, -7 }, { 0x3fa, 0x3fa, 1, 1 },
	{ 0x3fd, 0x3ff, 1, -130 }, { 0x400, 0x40f, 1, 80 },
	{ 0x410, 0x42f, 1, 32 }, { 0x460, 0x480, 2, 1 }, { 0x48a, 0x4be, 2, 1 },
	{ 0x4c0, 0x4c0, 1, 15 }, { 0x4c1, 0x4cd, 2, 1 }, { 0x4d0, 0x52e, 2, 1 },
	{ 0x1e00, 0x1e94, 2, 1 }, { 0x1e9e, 0x1e9e, 1, -7615 },
	{ 0x1ea0, 0x1efe, 2, 1 }
};

#define COUNT(runs) (sizeof(runs) / sizeof((runs)[0]))

static uint32_t
map(const struct case_run *runs, size_t count, uint32_t code)
{
	size_t low = 0;

	while (count > 0) {
		size_t half = count / 2;
		const struct case_run *run = &runs[low + half];

		if (code > run->last) {
			low += half + 1;
			count -= half + 1;
		} else if (code < run->first) {
			count = half;
		} else {
			return (code - run->first) % run->step != 0 ? code :
			    (uint32_t)((int32_t)code + run->change);
		}
	}
	return code;
}

uint32_t
utf8_upper_of(uint32_t code)
{
	if (code < 0x80)
		return code - ((code >= 'a' && code <= 'z') ? 32 : 0);
	return map(to_upper, COUNT(to_upper), code);
}

uint32_t
utf8_lower_of(uint32_t code)
{
	if (code < 0x80)
		return code + ((code >= 'A' && code <= 'Z') ? 32 : 0);
	return map(to_lower, COUNT(to_lower), code);
}

/*
 * Flips bit 5 of the bytes in first .. first + 25, eight at a time; all
 * are ASCII, so that no sum carries into the next byte.
 */
static inline uint64_t
flip_case(uint64_t w, uint64_t first)
{
	uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t from = w + ones * (0x80 - first);
	uint64_t past = w + ones * (0x80 - first - 26);

	return w ^ ((from & ~past & ones * 0x80) >> 2);
}

static size_t
change_case(uint8_t *out, const uint8_t *text, size_t len,
    const struct case_run *runs, size_t run_count, uint8_t first)
{
	size_t i = 0, written = 0;

	while (i < len) {
		uint32_t code;
		unsigned n;
		uint64_t w;

		if (i + 8 <= len) {
			memcpy(&w, text + i, 8);
			if ((w & UINT64_C(0x8080808080808080)) == 0) {
				w = flip_case(w, first);
				memcpy(out + written, &w, 8);
				i += 8;
				written += 8;
				continue;
			}
		}
		n = utf8_decode(text + i, len - i, &code);
		if (code < 0x80) {
			out[written++] = (uint8_t)flip_case(code, first);
		} else if (code == UTF8_REPLACEMENT || n > 3) {
			memmove(out + written, text + i, n);
			written += n;
		} else {
			written += utf8_put(out + written,
			    map(runs, run_count, code));
		}
		i += n;
	}
	return written;
}

size_t
utf8_upper(void *out, const void *text, size_t len)
{
	return change_case(out, text, len, to_upper, COUNT(to_upper), 'a');
}

size_t
utf8_lower(void *out, const void *text, size_t len)
{
	return change_case(out, text, len, to_lower, COUNT(to_lower), 'A');
}
