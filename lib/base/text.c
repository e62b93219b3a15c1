#include "base/text.h"

#include <string.h>

#include "base/mem.h"

#define DISTANCE_MAX_BYTES 64

static int
bad_list(struct error *err, const char *list, const char *why)
{
	char quoted[ERROR_QUOTE_BYTES];
	return error_usage(err, "list '%s': %s",
	    error_quote(quoted, list, strlen(list)), why);
}

/* Copies a quoted item, p at its first byte after the quote. */
static const char *
take_quoted(const char *p, struct buffer *item)
{
	for (; *p != '\0'; p++) {
		if (*p == '"') {
			if (p[1] != '"')
				return p + 1;
			p++;
		}
		buffer_append_byte(item, (uint8_t)*p);
	}
	return NULL;
}

static _Bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

int
text_next_item(const char **list, char **item, struct error *err)
{
	const char *p = *list;
	while (is_blank(*p))
		p++;
	if (*p == '\0')
		return 0;
	struct buffer text = {0};
	if (*p == '"') {
		p = take_quoted(p + 1, &text);
		if (p == NULL) {
			buffer_release(&text);
			return bad_list(err, *list, "a quote is not closed");
		}
	}
	const char *begin = p;
	unsigned depth = 0;
	for (; *p != '\0' && (*p != ',' || depth > 0); p++) {
		if (*p == '(')
			depth++;
		else if (*p == ')' && depth > 0)
			depth--;
	}
	const char *end = p;
	while (end > begin && is_blank(end[-1]))
		end--;
	buffer_append(&text, begin, (size_t)(end - begin));
	if (text.len == 0) {
		buffer_release(&text);
		return bad_list(err, *list, "an item is empty");
	}
	if (*p == ',') {
		p++;
		if (*p == '\0') {
			buffer_release(&text);
			return bad_list(err, *list, "it ends in a comma");
		}
	}
	*item = mem_strndup((const char *)text.data, text.len);
	buffer_release(&text);
	*list = p;
	return 1;
}

int
text_parse_count(const char *text, uint64_t minimum, uint64_t maximum,
    uint64_t *count, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	uint64_t value = 0;
	const char *p = text;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
			break;
	}
	if (p == text || *p != '\0' || value < minimum || value > maximum) {
		error_quote(quoted, text, strlen(text));
		if (maximum == UINT64_MAX)
			return error_usage(err, "'%s' is not a whole number "
			    "from %llu up", quoted,
			    (unsigned long long)minimum);
		return error_usage(err, "'%s' is not a whole number from %llu "
		    "to %llu", quoted, (unsigned long long)minimum,
		    (unsigned long long)maximum);
	}
	*count = value;
	return 0;
}

int
text_parse_part(const char *text, uint64_t *part, uint64_t *part_count,
    struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	const char *slash = strchr(text, '/');
	struct error ignored;
	int result = -1;

	if (slash != NULL) {
		char *first = mem_strndup(text, (size_t)(slash - text));

		result = text_parse_count(slash + 1, 1, UINT64_MAX,
		    part_count, &ignored);
		if (result == 0)
			result = text_parse_count(first, 1, *part_count, part,
			    &ignored);
		mem_free(first);
	}
	if (result != 0)
		return error_usage(err, "'%s' is not a part k/n with k from "
		    "1 to n", error_quote(quoted, text, strlen(text)));
	return 0;
}

int
text_parse_size(const char *text, uint64_t *bytes, struct error *err)
{
	char digits[24];
	size_t len = strlen(text);
	unsigned shift = 0;
	if (len > 0 && len < sizeof(digits)) {
		memcpy(digits, text, len + 1);
		switch (digits[len - 1]) {
		case 'k': case 'K': shift = 10; break;
		case 'm': case 'M': shift = 20; break;
		case 'g': case 'G': shift = 30; break;
		case 't': case 'T': shift = 40; break;
		}
		if (shift > 0)
			digits[len - 1] = '\0';
		struct error ignored;
		if (text_parse_count(digits, 0, UINT64_MAX >> shift, bytes,
		    &ignored) == 0) {
			*bytes <<= shift;
			return 0;
		}
	}
	char quoted[ERROR_QUOTE_BYTES];
	return error_usage(err, "'%s' is not a size such as 65536, 64K, 256M "
	    "or 1G", error_quote(quoted, text, len));
}

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned
text_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	if (a_len > DISTANCE_MAX_BYTES || b_len > DISTANCE_MAX_BYTES)
		return DISTANCE_MAX_BYTES;
	unsigned rows[3][DISTANCE_MAX_BYTES + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];
	for (unsigned j = 0; j <= b_len; j++)
		last[j] = j;
	for (unsigned i = 1; i <= a_len; i++) {
		now[0] = i;
		for (unsigned j = 1; j <= b_len; j++) {
			unsigned cost = a[i - 1] != b[j - 1];
			now[j] = least(least(last[j] + 1, now[j - 1] + 1),
			    last[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
		unsigned *spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[b_len];
}
