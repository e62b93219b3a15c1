/*
 * Strings made uniform, hidden, or compared: normalize, normalize_email,
 * normalize_phone, mask, levenshtein, chr, ascii.
 */
#include "base/normal.h"
#include "base/utf8.h"
#include "expr/function.h"
#include "expr/text.h"

/* ---- normalize ------------------------------------------------------- */

static int
step_normalize(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	size_t len;
	if (utf8_is_ascii(text.bytes, text.len))
		return text_put(call, row, text.bytes, text.len);
	char *normal = normal_form_c(text.bytes, text.len, &len);
	if (normal == NULL) {
		text_none(call, row);
		return call_fail(call, row, "no valid UTF-8");
	}
	int result = text_put(call, row, (const uint8_t *)normal, len);
	normal_free(normal);
	return result;
}

int
kernel_normalize(struct call *call)
{
	return text_rows(call, step_normalize);
}

/* What cannot be normalized is null. */
int
prepare_or_null(struct binder *b, struct node *node, int param)
{
	(void)b;
	(void)param;
	node->is_try = node->may_be_null = 1;
	return 0;
}

static struct text
trim_blanks(struct text text)
{
	while (text.len > 0 && text.bytes[0] <= ' ') {
		text.bytes++;
		text.len--;
	}
	while (text.len > 0 && text.bytes[text.len - 1] <= ' ')
		text.len--;
	return text;
}

/* One @ with something before it, and a point within what is behind it. */
static _Bool
is_email(struct text text)
{
	size_t at = text.len;
	_Bool has_point = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.bytes[i];
		if (c <= ' ' || c == ',' || c == ';' || c == '<' ||
		    c == '>' || (c == '@' && at < text.len))
			return 0;
		if (c == '@')
			at = i;
		has_point |= c == '.' && i > at + 1 && i + 1 < text.len;
	}
	return at > 0 && at < text.len && has_point;
}

static int
step_normalize_email(struct call *call, uint32_t row)
{
	struct text text = trim_blanks(text_at(call, 0, row));
	if (!is_email(text)) {
		text_none(call, row);
		return call_fail(call, row, "no address");
	}
	uint8_t *out = text_room(call, text.len);
	return text_done(call, row, utf8_lower(out, text.bytes, text.len));
}

int
kernel_normalize_email(struct call *call)
{
	return text_rows(call, step_normalize_email);
}

#define PHONE_DIGITS 15		/* E.164 */

/* The digits; *is_whole: with the country's, after a + or 00. */
static int
read_phone(struct text text, uint8_t digits[PHONE_DIGITS + 2],
    _Bool *is_whole)
{
	int count = 0;
	*is_whole = 0;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.bytes[i];
		if (c >= '0' && c <= '9') {
			if (count == PHONE_DIGITS + 2)
				return -1;
			digits[count++] = c;
		} else if (c == '+' && count == 0 && !*is_whole) {
			*is_whole = 1;
		} else if (c != ' ' && c != '-' && c != '/' && c != '.' &&
		    c != '(' && c != ')' && c != '\t') {
			return -1;
		}
	}
	return count;
}

/* E.164: + and the country's digits, then the number without its 0. */
static int
step_normalize_phone(struct call *call, uint32_t row)
{
	struct text country = text_at(call, 1, row);
	uint8_t digits[PHONE_DIGITS + 2];
	const uint8_t *at = digits;
	_Bool is_whole;
	int count = read_phone(text_at(call, 0, row), digits, &is_whole);
	if (!is_whole && count > 2 && at[0] == '0' && at[1] == '0') {
		is_whole = 1;
		at += 2;
		count -= 2;
	} else if (!is_whole && count > 1 && at[0] == '0') {
		at++;
		count--;
	}
	size_t prefix = is_whole ? 0 : country.len;
	if (count < 5 || (size_t)count + prefix > PHONE_DIGITS) {
		text_none(call, row);
		return call_fail(call, row, "no telephone number");
	}
	size_t used = 0;
	text_append(call, &used, (const uint8_t *)"+", 1);
	text_append(call, &used, country.bytes, prefix);
	text_append(call, &used, at, (size_t)count);
	return text_done(call, row, used);
}

int
kernel_normalize_phone(struct call *call)
{
	return text_rows(call, step_normalize_phone);
}

int
prepare_phone(struct binder *b, struct node *node, int param)
{
	uint32_t len;
	const uint8_t *text = vector_text(&node->args[1]->out, 0, &len);
	_Bool is_code = len >= 1 && len <= 3;
	for (uint32_t i = 0; i < len; i++)
		is_code &= text[i] >= '0' && text[i] <= '9';
	if (!is_code) {
		bind_error(b, node->args[1]->begin, "a country code is one to "
		    "three digits");
		return -1;
	}
	return prepare_or_null(b, node, param);
}

/* ---- mask ------------------------------------------------------------ */

/* Letters and digits of rows [from, to) characters are replaced. */
static int
mask_text(struct call *call, uint32_t row, struct text text,
    const struct text by[3], size_t from, size_t to)
{
	size_t used = 0, i = 0;
	for (size_t at = 0; at < text.len; i++) {
		uint32_t code;
		unsigned size = utf8_decode(text.bytes + at, text.len - at,
		    &code);
		int kind = code >= '0' && code <= '9' ? 2 :
		    utf8_upper_of(code) != code ? 1 :
		    utf8_lower_of(code) != code ? 0 : -1;
		if (kind >= 0 && i >= from && i < to)
			text_append(call, &used, by[kind].bytes, by[kind].len);
		else
			text_append(call, &used, text.bytes + at, size);
		at += size;
	}
	return text_done(call, row, used);
}

static const struct text mask_default[3] = {
	{(const uint8_t *)"X", 1}, {(const uint8_t *)"x", 1},
	{(const uint8_t *)"n", 1}
};

static int
step_mask(struct call *call, uint32_t row)
{
	struct text by[3];
	for (uint32_t i = 0; i < 3; i++)
		by[i] = i + 1 < call->arg_count ? text_at(call, i + 1, row) :
		    mask_default[i];
	return mask_text(call, row, text_at(call, 0, row), by, 0, SIZE_MAX);
}

int
kernel_mask(struct call *call)
{
	return text_rows(call, step_mask);
}

/* All but the first or the last so many characters are masked. */
static int
step_show(struct call *call, uint32_t row, _Bool shows_last)
{
	struct text text = text_at(call, 0, row);
	size_t len = utf8_length(text.bytes, text.len);
	int64_t n = vector_i64(call->args[1], row);
	size_t shown = n < 0 ? 0 : (uint64_t)n > len ? len : (size_t)n;
	return mask_text(call, row, text, mask_default,
	    shows_last ? 0 : shown, shows_last ? len - shown : SIZE_MAX);
}

static int
step_show_first(struct call *call, uint32_t row)
{
	return step_show(call, row, 0);
}

static int
step_show_last(struct call *call, uint32_t row)
{
	return step_show(call, row, 1);
}

int
kernel_mask_show_first_n(struct call *call)
{
	return text_rows(call, step_show_first);
}

int
kernel_mask_show_last_n(struct call *call)
{
	return text_rows(call, step_show_last);
}

/* ---- levenshtein ----------------------------------------------------- */

#define MAX_COMPARED 4096	/* characters */

/* The characters of a text; -1 if there are too many. */
static int
read_codes(struct text text, uint32_t codes[MAX_COMPARED])
{
	int count = 0;
	for (size_t at = 0; at < text.len; count++) {
		if (count == MAX_COMPARED)
			return -1;
		at += utf8_decode(text.bytes + at, text.len - at,
		    &codes[count]);
	}
	return count;
}

/* Wagner and Fischer 1974, a row of the table at a time. */
static int32_t
distance(const uint32_t *a, int a_len, const uint32_t *b, int b_len,
    int32_t *costs)
{
	for (int j = 0; j <= b_len; j++)
		costs[j] = j;
	for (int i = 1; i <= a_len; i++) {
		int32_t diagonal = costs[0];
		costs[0] = i;
		for (int j = 1; j <= b_len; j++) {
			int32_t cost = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = costs[j];
			if (cost > costs[j] + 1)
				cost = costs[j] + 1;
			if (cost > costs[j - 1] + 1)
				cost = costs[j - 1] + 1;
			costs[j] = cost;
		}
	}
	return costs[b_len];
}

int
kernel_levenshtein(struct call *call)
{
	int32_t *out = vector_start(call->out, call->node->type, call->rows);
	uint32_t *scratch = kernel_scratch(call, (3 * MAX_COMPARED + 1) *
	    sizeof(*scratch));
	for (uint32_t row = 0; row < call->rows; row++) {
		out[row] = 0;
		if (!row_is_live(call->live, row))
			continue;
		int a = read_codes(text_at(call, 0, row), scratch);
		int b = read_codes(text_at(call, 1, row),
		    scratch + MAX_COMPARED);
		if (a >= 0 && b >= 0)
			out[row] = distance(scratch, a, scratch +
			    MAX_COMPARED, b, (int32_t *)scratch +
			    2 * MAX_COMPARED);
		else if (call_fail(call, row, "a text of more than %d "
		    "characters", MAX_COMPARED) != 0)
			return -1;
	}
	return 0;
}

/* ---- chr, ascii ------------------------------------------------------ */

static int
step_chr(struct call *call, uint32_t row)
{
	int64_t code = vector_i64(call->args[0], row);
	uint8_t bytes[4];
	if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
		text_none(call, row);
		return call_fail(call, row, "%lld is no character",
		    (long long)code);
	}
	return text_put(call, row, bytes, utf8_put(bytes, (uint32_t)code));
}

int
kernel_chr(struct call *call)
{
	return text_rows(call, step_chr);
}

static int
step_ascii(struct call *call, uint32_t row)
{
	struct text text = text_at(call, 0, row);
	uint32_t code = 0;
	if (text.len > 0)
		(void)utf8_decode(text.bytes, text.len, &code);
	return (int)code;
}

int
kernel_ascii(struct call *call)
{
	return text_i32_rows(call, step_ascii);
}
