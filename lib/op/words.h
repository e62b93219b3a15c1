/*
 * Words: finding the clauses that stand around expressions, as in
 * "sum(x) filter (where y > 0) over (order by ts)".  The expressions
 * themselves are left to lib/expr; here only words, quotes and parentheses
 * count.  Keywords are compared without case.
 */
#ifndef OP_WORDS_H
#define OP_WORDS_H

#include <stddef.h>

#include "base/error.h"

/* Past blanks, tabs and newlines. */
const char *
words_skip(const char *text);
_Bool
words_is_char(char c);
/* Bytes of the word that begins here, or 0. */
size_t
words_len(const char *text);
/* Whether this word begins here. */
_Bool
words_is(const char *text, const char *word);
/* Takes this word, and the blanks before and after it, if it is next. */
_Bool
words_take(const char **text, const char *word);
/* Past a quoted text or one character. */
const char *
words_next(const char *text);
/* From an opening parenthesis to the one that closes it, or NULL. */
const char *
words_closing(const char *text);
/* The text between, without blanks at its ends; new. */
char *
words_trim(const char *begin, const char *end);
/* Where a word, or a comma, stands outside of parentheses; or `end`. */
const char *
words_find(const char *text, const char *end, const char *word);
const char *
words_comma(const char *text, const char *end);

/* "WANTED where 'text' is", a usage error. */
int
words_bad(const char *text, const char *wanted, struct error *err);

#endif
