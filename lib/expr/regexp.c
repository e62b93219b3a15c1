/*
 * Regular expressions (base/pattern.h).  Patterns are constant, compiled once.
 * What would take too many steps or too much memory is an error of its row.
 */
#include "base/pattern.h"

#include "base/utf8.h"
#include "expr/function.h"
#include "expr/text.h"

struct regexp {
	struct pattern *pattern;
	_Bool is_global;
	uint32_t group;			/* of regexp_extract */
};

static void
free_regexp(void *state)
{
	struct regexp *regexp = state;
	pattern_free(regexp->pattern);
	mem_free(regexp);
}

static int
read_flags(struct binder *b, struct node *node, uint32_t arg,
    unsigned *flags, struct regexp *regexp)
{
	uint32_t len;
	const uint8_t *text = vector_text(&node->args[arg]->out, 0, &len);
	for (uint32_t i = 0; i < len; i++) {
		if (text[i] == 'i') {
			*flags |= PATTERN_CASELESS;
		} else if (text[i] == 'g') {
			regexp->is_global = 1;
		} else if (text[i] == 's') {
			*flags |= PATTERN_DOTALL;
		} else {
			bind_error(b, node->args[arg]->begin, "the options "
			    "are g (all matches), i (any case) and s (. is "
			    "a newline, too)");
			return -1;
		}
	}
	return 0;
}

static int
compile(struct binder *b, struct node *node, struct regexp *regexp,
    unsigned flags)
{
	struct error found = {0};
	uint32_t len;
	const uint8_t *text = vector_text(&node->args[1]->out, 0, &len);
	regexp->pattern = pattern_new(text, len, flags, &found);
	if (regexp->pattern != NULL)
		return 0;
	bind_error(b, node->args[1]->begin, "this is no regular expression: "
	    "%s", found.text);
	return -1;
}

/* param: the argument that has the options, or 0 if there are none. */
int
prepare_regexp(struct binder *b, struct node *node, int param)
{
	struct regexp *regexp = mem_zalloc(sizeof(*regexp));
	unsigned flags = 0;
	node->state = regexp;
	node->state_free = free_regexp;
	if (param != 0 && node->arg_count > (uint32_t)param &&
	    read_flags(b, node, (uint32_t)param, &flags, regexp) != 0)
		return -1;
	if (compile(b, node, regexp, flags) != 0)
		return -1;
	if (param == 0 && node->arg_count > 2) {
		int64_t group = vector_i64(&node->args[2]->out, 0);
		uint32_t count = pattern_group_count(regexp->pattern);
		if (group < 0 || group > count) {
			bind_error(b, node->args[2]->begin, "the expression "
			    "has %u groups", count);
			return -1;
		}
		regexp->group = (uint32_t)group;
	}
	return 0;
}

/* As pattern_find; -1 for a row that failed. */
static int
find(struct call *call, uint32_t row, struct text text, size_t from,
    const size_t **groups)
{
	struct regexp *regexp = call->node->state;
	char shown[ERROR_QUOTE_BYTES];
	int result = pattern_find(regexp->pattern, text.bytes, text.len, from,
	    groups);
	if (result >= 0)
		return result;
	/* a row that is forgiven is as one without a match */
	return call_fail(call, row, "'%s': matching takes too many steps "
	    "or too much memory", call_show(call, 0, row, shown)) != 0 ? -1 : 0;
}

int
kernel_regexp_like(struct call *call)
{
	uint8_t *bytes = kernel_scratch(call, call->rows);
	const size_t *groups;
	for (uint32_t row = 0; row < call->rows; row++) {
		bytes[row] = 0;
		if (!row_is_live(call->live, row))
			continue;
		int found = find(call, row, text_at(call, 0, row), 0, &groups);
		if (found < 0)
			return -1;
		bytes[row] = (uint8_t)found;
	}
	bits_pack(bytes, call->rows,
	    vector_start(call->out, call->node->type, call->rows));
	return 0;
}

/* The match, or a group of it; empty if there is none. */
static int
step_regexp_extract(struct call *call, uint32_t row)
{
	const struct regexp *regexp = call->node->state;
	struct text text = text_at(call, 0, row);
	const size_t *groups;
	int found = find(call, row, text, 0, &groups);
	size_t i = 2 * (size_t)regexp->group;
	if (found < 0) {
		text_none(call, row);
		return -1;
	}
	if (found == 0 || groups[i] == PATTERN_UNSET)
		return text_put(call, row, NULL, 0);
	return text_put(call, row, text.bytes + groups[i],
	    groups[i + 1] - groups[i]);
}

int
kernel_regexp_extract(struct call *call)
{
	return text_rows(call, step_regexp_extract);
}

/* Where to look on behind a match: after an empty one, a character on. */
static size_t
next_place(struct text text, const size_t *groups)
{
	uint32_t code;
	if (groups[1] > groups[0])
		return groups[1];
	if (groups[1] >= text.len)
		return text.len + 1;
	return groups[1] + utf8_decode(text.bytes + groups[1],
	    text.len - groups[1], &code);
}

int
kernel_regexp_count(struct call *call)
{
	int32_t *out = vector_start(call->out, call->node->type, call->rows);
	const size_t *groups;
	for (uint32_t row = 0; row < call->rows; row++) {
		out[row] = 0;
		if (!row_is_live(call->live, row))
			continue;
		struct text text = text_at(call, 0, row);
		int found;
		for (size_t at = 0; at <= text.len &&
		    (found = find(call, row, text, at, &groups)) != 0;
		    at = next_place(text, groups)) {
			if (found < 0)
				return -1;
			out[row]++;
		}
	}
	return 0;
}

/* The replacement: \0 is the match, \1 to \9 its groups. */
static void
append_replacement(struct call *call, size_t *used, struct text by,
    struct text text, const size_t *groups)
{
	const struct regexp *regexp = call->node->state;
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
		size_t group = (size_t)(next - '0');
		if (group <= pattern_group_count(regexp->pattern) &&
		    groups[2 * group] != PATTERN_UNSET)
			text_append(call, used, text.bytes + groups[2 * group],
			    groups[2 * group + 1] - groups[2 * group]);
	}
}

static int
step_regexp_replace(struct call *call, uint32_t row)
{
	const struct regexp *regexp = call->node->state;
	struct text text = text_at(call, 0, row);
	struct text by = text_at(call, 2, row);
	const size_t *groups;
	size_t used = 0, at = 0;
	int found = 0;
	while (at <= text.len &&
	    (found = find(call, row, text, at, &groups)) == 1) {
		size_t next = next_place(text, groups);
		text_append(call, &used, text.bytes + at, groups[0] - at);
		append_replacement(call, &used, by, text, groups);
		/* the character that an empty match stands before */
		if (next > groups[1] && next <= text.len)
			text_append(call, &used, text.bytes + groups[1],
			    next - groups[1]);
		at = next;
		if (used > (size_t)KERNEL_MAX_TEXT_BYTES) {
			text_none(call, row);
			return call_fail(call, row, "the text would be longer "
			    "than %lld bytes",
			    (long long)KERNEL_MAX_TEXT_BYTES);
		}
		if (!regexp->is_global)
			break;
	}
	if (found < 0) {
		text_none(call, row);
		return -1;
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
