/*
 * UTF-8: validation, code points, columns on a terminal, upper and lower.
 *
 * Valid is what RFC 3629 and Unicode's table 3-7 call well-formed: no
 * overlong forms, no surrogates, nothing above U+10FFFF.  The functions
 * that take text expect it valid; where it is not, counts mean little, but
 * wrong bytes are copied as they are and nothing is read beyond len.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define UTF8_REPLACEMENT 0xfffd	/* what a wrong byte decodes to */

/* The length of the longest valid prefix: len if all is valid. */
size_t
utf8_valid_prefix(const void *bytes, size_t len);

static inline _Bool
utf8_is_valid(const void *bytes, size_t len)
{
	return utf8_valid_prefix(bytes, len) == len;
}

/*
 * Whether each of `count` texts is valid: the first begins at bytes[begin],
 * the others where the one before ends, text i at bytes[ends[i]].
 */
_Bool
utf8_are_valid(const uint8_t *bytes, size_t begin, const int32_t *ends,
    size_t count);

/* Whether all bytes are below 0x80. */
_Bool
utf8_is_ascii(const void *bytes, size_t len);

/*
 * The code point at the start of text, len > 0; returns the bytes it takes,
 * or 1 with UTF8_REPLACEMENT for a wrong byte.
 */
unsigned
utf8_decode(const void *text, size_t len, uint32_t *code);

/* Writes a code point <= 0x10ffff that is no surrogate; returns 1 to 4. */
unsigned
utf8_put(uint8_t out[4], uint32_t code);

/* Code points in valid text (bytes that are no continuation). */
size_t
utf8_length(const void *text, size_t len);

/* The byte offset of code point number `index` (from 0); at most len. */
size_t
utf8_offset(const void *text, size_t len, size_t index);

/* The greatest n <= max_bytes, n <= len, that splits no code point. */
size_t
utf8_cut(const void *text, size_t len, size_t max_bytes);

/*
 * Columns on a terminal: 0 for combining marks and controls, 2 for East
 * Asian wide and emoji, else 1 (Unicode 15, main blocks; ambiguous is 1).
 */
unsigned
utf8_width_of(uint32_t code);
size_t
utf8_width(const void *text, size_t len);

/* The longest prefix that takes at most `columns`; in bytes. */
size_t
utf8_cut_width(const void *text, size_t len, size_t columns);

/*
 * Upper and lower case, code point by code point (Unicode's simple
 * mappings) in ASCII, Latin-1, Latin Extended-A and Additional, Greek and
 * Cyrillic; the rest is copied, as is ß.  Tables of our own, so that no
 * locale and no libc version shows.  Never longer than the input: `out` has
 * room for len bytes and may be `text`.  Returns the length written.
 */
size_t
utf8_upper(void *out, const void *text, size_t len);
size_t
utf8_lower(void *out, const void *text, size_t len);

/* One code point; itself where there is no other. */
uint32_t
utf8_upper_of(uint32_t code);
uint32_t
utf8_lower_of(uint32_t code);

#endif
