/*
 * Functions that look for one string in another.
 */
#include "expr/text.h"

#include <string.h>

#include "base/utf8.h"
#include "expr/function.h"

/* The byte where the needle first is from `from` on, or -1. */
static inline ptrdiff_t
find_text(struct text text, struct text needle, size_t from)
{
	if (needle.len > text.len - from)
		return -1;
	if (needle.len == 0)
		return (ptrdiff_t)from;
	const uint8_t *found = memmem(text.bytes + from, text.len - from,
	    needle.bytes, needle.len);
	return found == NULL ? -1 : found - text.bytes;
}

/* The code point, from 1; 0 if it is not there. */
static int
step_strpos(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	ptrdiff_t at = find_text(text, text_at(call, 1, row), 0);
	return at < 0 ? 0 : (int)utf8_length(text.bytes, (size_t)at) + 1;
}

int
kernel_strpos(struct call *call)
{
	return text_i32_rows(call, step_strpos);
}

static int
step_starts_with(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	struct text part = text_at(call, 1, row);
	return part.len == 0 || (part.len <= text.len &&
	    memcmp(text.bytes, part.bytes, part.len) == 0);
}

int
kernel_starts_with(struct call *call)
{
	return text_bool_rows(call, step_starts_with);
}

static int
step_ends_with(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	struct text part = text_at(call, 1, row);
	return part.len == 0 || (part.len <= text.len &&
	    memcmp(text.bytes + text.len - part.len, part.bytes,
	    part.len) == 0);
}

int
kernel_ends_with(struct call *call)
{
	return text_bool_rows(call, step_ends_with);
}

static int
step_contains(struct call *call, uint32_t row)
{
	return find_text(text_at(call, 0, row), text_at(call, 1, row), 0) >= 0;
}

int
kernel_contains(struct call *call)
{
	return text_bool_rows(call, step_contains);
}

/* ---- replacing ------------------------------------------------------- */

static int
step_replace(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	struct text from = text_at(call, 1, row);
	struct text to = text_at(call, 2, row);
	if (from.len == 0)
		return text_put(call, row, text.bytes, text.len);
	size_t used = 0, at = 0;
	ptrdiff_t found;
	while ((found = find_text(text, from, at)) >= 0) {
		text_append(call, &used, text.bytes + at, (size_t)found - at);
		text_append(call, &used, to.bytes, to.len);
		at = (size_t)found + from.len;
		if (used > (size_t)KERNEL_MAX_TEXT_BYTES) {
			text_none(call, row);
			return call_fail(call, row, "the text would be longer "
			    "than %lld bytes",
			    (long long)KERNEL_MAX_TEXT_BYTES);
		}
	}
	text_append(call, &used, text.bytes + at, text.len - at);
	return text_done(call, row, used);
}

int
kernel_replace(struct call *call)
{
	return text_rows(call, step_replace);
}

/* The place of a code point in a text, counted in code points, or -1. */
static ptrdiff_t
index_of(struct text set, const uint8_t *bytes, size_t size)
{
	ptrdiff_t index = 0;
	for (size_t at = 0; at < set.len; index++) {
		uint32_t code;
		unsigned step = utf8_decode(set.bytes + at, set.len - at,
		    &code);
		if (step == size && memcmp(set.bytes + at, bytes, size) == 0)
			return index;
		at += step;
	}
	return -1;
}

/* Each character of `from` becomes the one of `to` at its place, or goes. */
static int
step_translate(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	struct text from = text_at(call, 1, row);
	struct text to = text_at(call, 2, row);
	size_t used = 0;
	for (size_t at = 0; at < text.len;) {
		uint32_t code;
		unsigned size = utf8_decode(text.bytes + at, text.len - at,
		    &code);
		ptrdiff_t index = index_of(from, text.bytes + at, size);
		if (index < 0) {
			text_append(call, &used, text.bytes + at, size);
		} else {
			size_t begin = utf8_offset(to.bytes, to.len,
			    (size_t)index);
			size_t len = utf8_offset(to.bytes + begin,
			    to.len - begin, 1);
			text_append(call, &used, to.bytes + begin, len);
		}
		at += size;
	}
	return text_done(call, row, used);
}

int
kernel_translate(struct call *call)
{
	return text_rows(call, step_translate);
}

/* ---- split_part ------------------------------------------------------ */

static int64_t
count_parts(struct text text, struct text separator)
{
	int64_t parts = 1;
	ptrdiff_t at = 0;
	while ((at = find_text(text, separator, (size_t)at)) >= 0) {
		parts++;
		at += (ptrdiff_t)separator.len;
	}
	return parts;
}

/* Part number n from 1; negative ones count from the end; else empty. */
static int
step_split_part(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	struct text separator = text_at(call, 1, row);
	int64_t n = vector_i64(call->args[2], row);
	if (n == 0) {
		text_none(call, row);
		return call_fail(call, row, "parts count from 1, or from the "
		    "end from -1");
	}
	if (separator.len == 0)
		return text_put(call, row, text.bytes,
		    n == 1 || n == -1 ? text.len : 0);
	if (n < 0) {
		int64_t parts = count_parts(text, separator);
		n = n < -parts ? parts + 1 : parts + n + 1;
	}
	size_t at = 0;
	ptrdiff_t found;
	while ((found = find_text(text, separator, at)) >= 0 && n > 1) {
		at = (size_t)found + separator.len;
		n--;
	}
	if (n > 1)
		return text_put(call, row, NULL, 0);
	size_t end = found < 0 ? text.len : (size_t)found;
	return text_put(call, row, text.bytes + at, end - at);
}

int
kernel_split_part(struct call *call)
{
	return text_rows(call, step_split_part);
}
