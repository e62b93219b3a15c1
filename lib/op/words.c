#include "op/words.h"

#include <strings.h>

#include "base/mem.h"

static _Bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *
words_skip(const char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

_Bool
words_is_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

size_t
words_len(const char *text)
{
	size_t len = 0;
	while (words_is_char(text[len]))
		len++;
	return len;
}

_Bool
words_is(const char *text, const char *word)
{
	size_t len = strlen(word);
	return words_len(text) == len && strncasecmp(text, word, len) == 0;
}

_Bool
words_take(const char **text, const char *word)
{
	const char *at = words_skip(*text);
	if (!words_is(at, word))
		return 0;
	*text = words_skip(at + strlen(word));
	return 1;
}

const char *
words_next(const char *text)
{
	if (*text == '\'' || *text == '"') {
		const char *end = strchr(text + 1, *text);
		return end == NULL ? text + strlen(text) : end + 1;
	}
	return text + 1;
}

const char *
words_closing(const char *text)
{
	unsigned depth = 0;
	while (*text != '\0') {
		if (*text == '(')
			depth++;
		else if (*text == ')' && --depth == 0)
			return text;
		text = words_next(text);
	}
	return NULL;
}

char *
words_trim(const char *begin, const char *end)
{
	begin = words_skip(begin);
	while (end > begin && is_blank(end[-1]))
		end--;
	return mem_strndup(begin, (size_t)(end - begin));
}

const char *
words_find(const char *text, const char *end, const char *word)
{
	unsigned depth = 0;
	_Bool at_word = 1;
	while (text < end) {
		if (depth == 0 && at_word && words_is(text, word))
			return text;
		depth += *text == '(';
		depth -= *text == ')';
		at_word = !words_is_char(*text);
		text = words_next(text);
	}
	return end;
}

const char *
words_comma(const char *text, const char *end)
{
	unsigned depth = 0;
	while (text < end && (*text != ',' || depth > 0)) {
		depth += *text == '(';
		depth -= *text == ')';
		text = words_next(text);
	}
	return text < end ? text : end;
}

int
words_bad(const char *text, const char *wanted, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	return error_usage(err, "%s where '%s' is", wanted,
	    error_quote(quoted, text, strlen(text)));
}
