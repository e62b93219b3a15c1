/*
 * Regular expressions: POSIX extended ones, by <regex.h>, with \d and \D
 * (digits) besides what the C library has (\w \s \b).  Bytes are matched, not
 * characters: '.' takes one byte of a character beyond ASCII.
 */
#include "expr/text.h"

#include <regex.h>
#include <string.h>

#include "expr/function.h"

#define GROUPS 10

struct regexp {
	regex_t regex;
	_Bool is_global;
	uint32_t group;			/* of regexp_extract */
};

static void
free_regexp(void *state)
{
	struct regexp *regexp = state;
	regfree(&regexp->regex);
	mem_free(regexp);
}

/* The pattern with \d and \D written as POSIX has them. */
static char *
translate(struct text pattern)
{
	struct buffer out = {0};
	_Bool in_brackets = 0;
	for (size_t i = 0; i < pattern.len; i++) {
		uint8_t c = pattern.bytes[i];
		uint8_t next = i + 1 < pattern.len ? pattern.bytes[i + 1] : 0;
		if (c == '\\' && (next == 'd' || next == 'D')) {
			buffer_append_text(&out, in_brackets ? "0-9" :
			    next == 'd' ? "[0-9]" : "[^0-9]");
			i++;
			continue;
		}
		buffer_append_byte(&out, c);
		if (c == '\\' && next != 0 && !in_brackets) {
			buffer_append_byte(&out, next);
			i++;
		} else if (c == '[' && !in_brackets) {
			in_brackets = 1;
			/* ] is itself at the start: []...] and [^]...] */
			if (next == '^')
				buffer_append_byte(&out,
				    pattern.bytes[++i]);
			if (i + 1 < pattern.len && pattern.bytes[i + 1] == ']')
				buffer_append_byte(&out,
				    pattern.bytes[++i]);
		} else if (c == ']') {
			in_brackets = 0;
		}
	}
	return buffer_text(&out);	/* the caller's */
}

static int
read_flags(struct binder *b, struct node *node, uint32_t arg, int *flags,
    struct regexp *regexp)
{
	uint32_t len;
	const uint8_t *text = vector_text(&node->args[arg]->out, 0, &len);
	for (uint32_t i = 0; i < len; i++) {
		if (text[i] == 'i') {
			*flags |= REG_ICASE;
		} else if (text[i] == 'g') {
			regexp->is_global = 1;
		} else {
			bind_error(b, node->args[arg]->begin, "the options "
			    "are g (all matches) and i (any case)");
			return -1;
		}
	}
	return 0;
}

/* param: the argument that has the options, or 0 if there are none. */
int
prepare_regexp(struct binder *b, struct node *node, int param)
{
	struct regexp *regexp = mem_zalloc(sizeof(*regexp));
	int flags = REG_EXTENDED;
	if (param != 0 && node->arg_count > (uint32_t)param &&
	    read_flags(b, node, (uint32_t)param, &flags, regexp) != 0) {
		mem_free(regexp);
		return -1;
	}
	uint32_t len;
	struct text text = {vector_text(&node->args[1]->out, 0, &len), 0};
	text.len = len;
	char *pattern = translate(text);
	int result = memchr(text.bytes, '\0', len) != NULL ? REG_BADPAT :
	    regcomp(&regexp->regex, pattern, flags);
	mem_free(pattern);
	if (result != 0) {
		char why[128];
		regerror(result, &regexp->regex, why, sizeof(why));
		mem_free(regexp);
		bind_error(b, node->args[1]->begin, "this is no regular "
		    "expression: %s", why);
		return -1;
	}
	node->state = regexp;
	node->state_free = free_regexp;
	if (param == 0 && node->arg_count > 2) {
		int64_t group = vector_i64(&node->args[2]->out, 0);
		if (group < 0 || group >= GROUPS ||
		    (size_t)group > regexp->regex.re_nsub) {
			bind_error(b, node->args[2]->begin, "the expression "
			    "has %zu groups", regexp->regex.re_nsub);
			return -1;
		}
		regexp->group = (uint32_t)group;
	}
	return 0;
}

/* Matches from byte `from` on; offsets are from the text's start. */
static _Bool
find(const struct regexp *regexp, struct text text, size_t from,
    regmatch_t groups[GROUPS])
{
	groups[0].rm_so = (regoff_t)from;
	groups[0].rm_eo = (regoff_t)text.len;
	const char *bytes = text.len > 0 ? (const char *)text.bytes : "";
	return regexec(&regexp->regex, bytes, GROUPS, groups, REG_STARTEND |
	    (from > 0 ? REG_NOTBOL : 0)) == 0;
}

static int
step_regexp_like(struct call *call, uint32_t row)
{
	regmatch_t groups[GROUPS];
	return find(call->node->state, text_at(call, 0, row), 0, groups);
}

int
kernel_regexp_like(struct call *call)
{
	return text_bool_rows(call, step_regexp_like);
}

/* The match, or a group of it; empty if there is none. */
static int
step_regexp_extract(struct call *call, uint32_t row)
{
	const struct regexp *regexp = call->node->state;
	struct text text = text_at(call, 0, row);
	regmatch_t groups[GROUPS];
	if (!find(regexp, text, 0, groups) ||
	    groups[regexp->group].rm_so < 0)
		return text_put(call, row, NULL, 0);
	regmatch_t *group = &groups[regexp->group];
	return text_put(call, row, text.bytes + group->rm_so,
	    (size_t)(group->rm_eo - group->rm_so));
}

int
kernel_regexp_extract(struct call *call)
{
	return text_rows(call, step_regexp_extract);
}

/* The replacement: \0 is the match, \1 to \9 its groups. */
static void
append_replacement(struct call *call, size_t *used, struct text by,
    struct text text, const regmatch_t *groups)
{
	for (size_t i = 0; i < by.len; i++) {
		uint8_t next = i + 1 < by.len ? by.bytes[i + 1] : 0;
		if (by.bytes[i] != '\\' || next == 0) {
			text_append(call, used, by.bytes + i, 1);
			continue;
		}
		i++;
		if (next < '0' || next > '9') {
			text_append(call, used, &by.bytes[i], 1);
			continue;
		}
		const regmatch_t *group = &groups[next - '0'];
		if (group->rm_so >= 0)
			text_append(call, used, text.bytes + group->rm_so,
			    (size_t)(group->rm_eo - group->rm_so));
	}
}

static int
step_regexp_replace(struct call *call, uint32_t row)
{
	const struct regexp *regexp = call->node->state;
	struct text text = text_at(call, 0, row);
	struct text by = text_at(call, 2, row);
	regmatch_t groups[GROUPS];
	size_t used = 0, at = 0;
	while (at <= text.len && find(regexp, text, at, groups)) {
		size_t begin = (size_t)groups[0].rm_so;
		size_t end = (size_t)groups[0].rm_eo;
		text_append(call, &used, text.bytes + at, begin - at);
		append_replacement(call, &used, by, text, groups);
		at = end;
		if (end == begin) {
			/* An empty match: one byte goes by. */
			if (at < text.len)
				text_append(call, &used, text.bytes + at, 1);
			at++;
		}
		if (used > (size_t)KERNEL_MAX_TEXT_BYTES) {
			text_none(call, row);
			return call_fail(call, row, "the text would be longer "
			    "than %lld bytes",
			    (long long)KERNEL_MAX_TEXT_BYTES);
		}
		if (!regexp->is_global)
			break;
	}
	if (at < text.len)
		text_append(call, &used, text.bytes + at, text.len - at);
	return text_done(call, row, used);
}

int
kernel_regexp_replace(struct call *call)
{
	return text_rows(call, step_regexp_replace);
}
