#include "base/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/mem.h"

#define MAX_STEPS 10000000		/* of one match */
#define MAX_HEAP_KIB (64 * 1024)	/* likewise */
#define MAX_PATTERN_BYTES 100000

struct pattern {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *context;
	uint32_t group_count;
};

struct pattern *
pattern_new(const void *text, size_t len, unsigned flags, struct error *err)
{
	uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY;
	int code = 0;
	PCRE2_SIZE at = 0;
	if (len > MAX_PATTERN_BYTES) {
		error_usage(err, "a pattern of more than %d bytes",
		    MAX_PATTERN_BYTES);
		return NULL;
	}
	options |= flags & PATTERN_CASELESS ? PCRE2_CASELESS : 0;
	options |= flags & PATTERN_DOTALL ? PCRE2_DOTALL : 0;
	if (flags & PATTERN_WHOLE)
		options |= PCRE2_ANCHORED | PCRE2_ENDANCHORED;
	pcre2_code *compiled = pcre2_compile(len > 0 ? text :
	    (const void *)"", len, options, &code, &at, NULL);
	if (compiled == NULL) {
		PCRE2_UCHAR why[128];
		pcre2_get_error_message(code, why, sizeof(why));
		error_usage(err, "%s, after %zu bytes", (const char *)why,
		    (size_t)at);
		return NULL;
	}
	struct pattern *pattern = mem_zalloc(sizeof(*pattern));
	pattern->code = compiled;
	/* without it matching is slower, and the same */
	(void)pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
	pattern->match = pcre2_match_data_create_from_pattern(compiled, NULL);
	pattern->context = pcre2_match_context_create(NULL);
	pcre2_set_match_limit(pattern->context, MAX_STEPS);
	pcre2_set_heap_limit(pattern->context, MAX_HEAP_KIB);
	pcre2_pattern_info(compiled, PCRE2_INFO_CAPTURECOUNT,
	    &pattern->group_count);
	return pattern;
}

void
pattern_free(struct pattern *pattern)
{
	if (pattern == NULL)
		return;
	pcre2_match_context_free(pattern->context);
	pcre2_match_data_free(pattern->match);
	pcre2_code_free(pattern->code);
	mem_free(pattern);
}

uint32_t
pattern_group_count(const struct pattern *pattern)
{
	return pattern->group_count;
}

int
pattern_find(struct pattern *pattern, const void *text, size_t len,
    size_t from, const size_t **groups)
{
	const void *bytes = len > 0 ? text : "";
	int result = pcre2_match(pattern->code, bytes, len, from,
	    PCRE2_NO_UTF_CHECK, pattern->match, pattern->context);
	/* machine code has 32 KiB of stack: a few hundred repeated groups */
	if (result == PCRE2_ERROR_JIT_STACKLIMIT)
		result = pcre2_match(pattern->code, bytes, len, from,
		    PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, pattern->match,
		    pattern->context);
	*groups = pcre2_get_ovector_pointer(pattern->match);
	return result >= 0 ? 1 : result == PCRE2_ERROR_NOMATCH ? 0 : -1;
}
