/*
 * Text as users type it: lists of names, sizes, near misses.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Takes the next item of a comma-separated list from *list and moves *list
 * behind it.  Blanks, tabs and newlines around an item are dropped; an item
 * in double quotes may hold anything, with "" for a quote; commas in
 * parentheses do not separate, so that "a:decimal(10,2),b" is two items.
 * *item is new, the caller's to mem_free.  Returns 1, 0 at the end of the
 * list, -1 for an empty item or an open quote.
 */
int
text_next_item(const char **list, char **item, struct error *err);

/* "64K", "256M", "1G", "1048576": bytes, powers of 1024. */
int
text_parse_size(const char *text, uint64_t *bytes, struct error *err);

/* A whole decimal number within [minimum, maximum]. */
int
text_parse_count(const char *text, uint64_t minimum, uint64_t maximum,
    uint64_t *count, struct error *err);

/* "3/8": slice 3 of 8, counted from 1. */
int
text_parse_part(const char *text, uint64_t *part, uint64_t *part_count,
    struct error *err);

/*
 * The edit distance (Damerau-Levenshtein, optimal string alignment) of two
 * short texts, for suggestions; anything over 64 bytes is far.
 */
unsigned
text_distance(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
