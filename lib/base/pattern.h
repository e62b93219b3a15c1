/*
 * Regular expressions: Perl's, over the characters of UTF-8, by PCRE2; to
 * machine code where that works.  A match that takes too many steps, or more
 * than 64 MiB, is given up, so that no text and no pattern can hold a run up.
 */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum pattern_flag {
	PATTERN_CASELESS = 1,
	PATTERN_DOTALL = 2,	/* . is a newline, too */
	PATTERN_WHOLE = 4	/* all of the text must match */
};

struct pattern;		/* opaque; not for two threads at once */

/* NULL, status 2: "missing closing parenthesis, after 7 bytes". */
struct pattern *
pattern_new(const void *text, size_t len, unsigned flags, struct error *err);
void
pattern_free(struct pattern *pattern);
uint32_t
pattern_group_count(const struct pattern *pattern);

/*
 * Matches valid UTF-8 from byte `from` on: 1, 0, or -1 if that is given up.
 * (*groups)[2 * i] and [2 * i + 1] are where group i begins and ends
 * (0: all that matches), PATTERN_UNSET if it took no part; until the next call.
 */
#define PATTERN_UNSET SIZE_MAX
int
pattern_find(struct pattern *pattern, const void *text, size_t len,
    size_t from, const size_t **groups);

#endif
