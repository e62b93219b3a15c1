/*
 * Functions that change strings.  Positions and lengths count code points.
 */
#include "expr/text.h"

#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "expr/function.h"

static int
step_upper(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	uint8_t *out = text_room(call, text.len);
	return text_done(call, row, utf8_upper(out, text.bytes, text.len));
}

int
kernel_upper(struct call *call)
{
	return text_rows(call, step_upper);
}

static int
step_lower(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	uint8_t *out = text_room(call, text.len);
	return text_done(call, row, utf8_lower(out, text.bytes, text.len));
}

int
kernel_lower(struct call *call)
{
	return text_rows(call, step_lower);
}

static _Bool
is_word_part(uint32_t code)
{
	return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') ||
	    (code >= 'A' && code <= 'Z') || code >= 0x80;
}

/* The first letter of each word upper case, the others lower case. */
static int
step_initcap(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	uint8_t *out = text_room(call, text.len + 4);
	size_t used = 0;
	_Bool is_inside = 0;
	for (size_t at = 0; at < text.len;) {
		uint32_t code;
		unsigned size = utf8_decode(text.bytes + at, text.len - at,
		    &code);
		uint32_t other = is_inside ? utf8_lower_of(code) :
		    utf8_upper_of(code);
		if (other == code || size == 1)
			memcpy(out + used, text.bytes + at, size);
		if (other != code)
			used += utf8_put(out + used, other);
		else
			used += size;
		is_inside = is_word_part(code);
		at += size;
	}
	return text_done(call, row, used);
}

int
kernel_initcap(struct call *call)
{
	return text_rows(call, step_initcap);
}

static int
step_reverse(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	uint8_t *end = text_room(call, text.len) + text.len;
	for (size_t at = 0; at < text.len;) {
		uint32_t code;
		unsigned size = utf8_decode(text.bytes + at, text.len - at,
		    &code);
		end -= size;
		memcpy(end, text.bytes + at, size);
		at += size;
	}
	return text_done(call, row, text.len);
}

int
kernel_reverse(struct call *call)
{
	return text_rows(call, step_reverse);
}

/* ---- lengths --------------------------------------------------------- */

static int
step_length(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	return (int)utf8_length(text.bytes, text.len);
}

int
kernel_length(struct call *call)
{
	return text_i32_rows(call, step_length);
}

static int
step_octet_length(struct call *call, uint32_t row)
{
	return (int)text_at(call, 0, row).len;
}

int
kernel_octet_length(struct call *call)
{
	return text_i32_rows(call, step_octet_length);
}

/* ---- trimming -------------------------------------------------------- */

/* Whether the code point at `at` is one of those to trim. */
static _Bool
is_among(struct text set, const uint8_t *at, size_t size)
{
	for (size_t i = 0; i < set.len;) {
		uint32_t code;
		unsigned step = utf8_decode(set.bytes + i, set.len - i, &code);
		if (step == size && memcmp(set.bytes + i, at, size) == 0)
			return 1;
		i += step;
	}
	return 0;
}

static inline int
trim_sides(struct call *call, uint32_t row, _Bool left, _Bool right)
{
	struct text text = text_at(call, 0, row);
	struct text set = {(const uint8_t *)" ", 1};
	if (call->arg_count > 1)
		set = text_at(call, 1, row);
	while (left && text.len > 0) {
		uint32_t code;
		unsigned size = utf8_decode(text.bytes, text.len, &code);
		if (!is_among(set, text.bytes, size))
			break;
		text.bytes += size;
		text.len -= size;
	}
	while (right && text.len > 0) {
		size_t size = 1;
		while (size < 4 && size < text.len &&
		    (text.bytes[text.len - size] & 0xc0) == 0x80)
			size++;
		if (!is_among(set, text.bytes + text.len - size, size))
			break;
		text.len -= size;
	}
	return text_put(call, row, text.bytes, text.len);
}

static int
step_trim(struct call *call, uint32_t row)
{
	return trim_sides(call, row, 1, 1);
}

static int
step_ltrim(struct call *call, uint32_t row)
{
	return trim_sides(call, row, 1, 0);
}

static int
step_rtrim(struct call *call, uint32_t row)
{
	return trim_sides(call, row, 0, 1);
}

int
kernel_trim(struct call *call)
{
	return text_rows(call, step_trim);
}

int
kernel_ltrim(struct call *call)
{
	return text_rows(call, step_ltrim);
}

int
kernel_rtrim(struct call *call)
{
	return text_rows(call, step_rtrim);
}

/* ---- padding, repeating ---------------------------------------------- */

static int
too_long(struct call *call, uint32_t row)
{
	text_none(call, row);
	return call_fail(call, row, "the text would be longer than %lld bytes",
	    (long long)KERNEL_MAX_TEXT_BYTES);
}

static inline int
pad_side(struct call *call, uint32_t row, _Bool is_left)
{
	struct text text = text_at(call, 0, row);
	struct text fill = {(const uint8_t *)" ", 1};
	int64_t width = vector_i64(call->args[1], row);
	if (call->arg_count > 2)
		fill = text_at(call, 2, row);
	if (width < 0)
		width = 0;
	if (width > KERNEL_MAX_TEXT_BYTES / 4)
		return too_long(call, row);
	size_t have = utf8_length(text.bytes, text.len);
	if ((size_t)width <= have)
		return text_put(call, row, text.bytes,
		    utf8_offset(text.bytes, text.len, (size_t)width));
	size_t missing = (size_t)width - have;
	uint8_t *out = text_room(call, text.len + missing * 4);
	size_t used = 0;
	if (!is_left) {
		memcpy(out, text.bytes, text.len);
		used = text.len;
	}
	for (size_t at = 0; missing > 0 && fill.len > 0; missing--) {
		uint32_t code;
		unsigned size = utf8_decode(fill.bytes + at, fill.len - at,
		    &code);
		memcpy(out + used, fill.bytes + at, size);
		used += size;
		at = at + size < fill.len ? at + size : 0;
	}
	if (is_left) {
		memcpy(out + used, text.bytes, text.len);
		used += text.len;
	}
	return text_done(call, row, used);
}

static int
step_lpad(struct call *call, uint32_t row)
{
	return pad_side(call, row, 1);
}

static int
step_rpad(struct call *call, uint32_t row)
{
	return pad_side(call, row, 0);
}

int
kernel_lpad(struct call *call)
{
	return text_rows(call, step_lpad);
}

int
kernel_rpad(struct call *call)
{
	return text_rows(call, step_rpad);
}

static int
step_repeat(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	int64_t times = vector_i64(call->args[1], row);
	if (times < 0 || text.len == 0)
		times = 0;
	if (times > KERNEL_MAX_TEXT_BYTES ||
	    times * (int64_t)text.len > KERNEL_MAX_TEXT_BYTES)
		return too_long(call, row);
	uint8_t *out = text_room(call, (size_t)times * text.len);
	for (int64_t i = 0; i < times; i++)
		memcpy(out + (size_t)i * text.len, text.bytes, text.len);
	return text_done(call, row, (size_t)times * text.len);
}

int
kernel_repeat(struct call *call)
{
	return text_rows(call, step_repeat);
}

/* ---- parts ----------------------------------------------------------- */

/* Code points [begin, end), which may lie outside. */
static inline int
put_part(struct call *call, uint32_t row, struct text text, int64_t begin,
    int64_t end)
{
	if (begin < 0)
		begin = 0;
	if (end <= begin)
		return text_put(call, row, NULL, 0);
	size_t from = utf8_offset(text.bytes, text.len, (size_t)begin);
	size_t len = utf8_offset(text.bytes + from, text.len - from,
	    (size_t)(end - begin));
	return text_put(call, row, text.bytes + from, len);
}

/* From 1; a negative start counts from the end. */
static int
step_substr(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	int64_t start = vector_i64(call->args[1], row);
	int64_t len = text_number(call, 2, row, INT64_MAX);
	if (len < 0) {
		text_none(call, row);
		return call_fail(call, row, "a length of %lld",
		    (long long)len);
	}
	int64_t most = (int64_t)text.len + 1;
	int64_t begin = start - 1;
	if (start == INT64_MIN)
		begin = -most;
	else if (start < 0)
		begin = start < -most ? -most :
		    (int64_t)utf8_length(text.bytes, text.len) + start;
	if (begin > most)
		begin = most;
	return put_part(call, row, text, begin,
	    len > most * 2 ? most * 2 : begin + len);
}

int
kernel_substr(struct call *call)
{
	return text_rows(call, step_substr);
}

/* A negative count leaves out so many at the other end. */
static int
step_left(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	int64_t count = vector_i64(call->args[1], row);
	int64_t most = (int64_t)text.len;
	if (count < 0)
		count = count < -most ? 0 :
		    (int64_t)utf8_length(text.bytes, text.len) + count;
	return put_part(call, row, text, 0, count > most ? most : count);
}

int
kernel_left(struct call *call)
{
	return text_rows(call, step_left);
}

static int
step_right(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	int64_t count = vector_i64(call->args[1], row);
	int64_t most = (int64_t)text.len;
	int64_t have = (int64_t)utf8_length(text.bytes, text.len);
	int64_t skip = count < 0 ? (count < -most ? most : -count) :
	    count > have ? 0 : have - count;
	return put_part(call, row, text, skip, most);
}

int
kernel_right(struct call *call)
{
	return text_rows(call, step_right);
}

/* ---- joining, hashing ------------------------------------------------ */

static int
step_join(struct call *call, uint32_t row)
{
	size_t len = 0;
	for (uint32_t i = 0; i < call->arg_count; i++)
		len += text_at(call, i, row).len;
	uint8_t *out = text_room(call, len);
	for (uint32_t i = 0; i < call->arg_count; i++) {
		struct text text = text_at(call, i, row);
		if (text.len > 0)
			memcpy(out, text.bytes, text.len);
		out += text.len;
	}
	return text_done(call, row, len);
}

int
kernel_join(struct call *call)
{
	return text_rows(call, step_join);
}

/* A text without its prefix, the second argument; empty stays empty. */
static int
step_skip(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	size_t len = text_at(call, 1, row).len;
	if (len > text.len)
		len = text.len;
	return text_put(call, row, text.bytes + len, text.len - len);
}

int
kernel_skip(struct call *call)
{
	return text_rows(call, step_skip);
}

int
kernel_xxh3(struct call *call)
{
	uint64_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t row = 0; row < call->rows; row++) {
		out[row] = 0;
		if (!row_is_live(call->live, row))
			continue;
		struct text text = text_at(call, 0, row);
		out[row] = hash_bytes(text.bytes, text.len);
	}
	return 0;
}
