/*
 * Names of people, by where they come from.
 *
 * A culture has lists of female and male given names and of family names,
 * the frequent ones first (names.def); names are given and family name in
 * this order, in UTF-8.
 */
#ifndef GEN_NAMES_H
#define GEN_NAMES_H

#include <stddef.h>
#include <stdint.h>

enum names_culture {
#define CULTURE(ID) NAMES_##ID,
#define NAMES(ID, part, ...)
#include "gen/names.def"
#undef CULTURE
#undef NAMES
	NAMES_CULTURES
};

enum names_part {
	NAMES_FEMALE,
	NAMES_MALE,
	NAMES_FAMILY,
	NAMES_PARTS
};

#define NAMES_MAX_BYTES 64	/* of any given and family name together */

/* The list itself; *count names. */
const char *const *
names_list(enum names_culture culture, enum names_part part,
    uint32_t *count);

/*
 * A whole name for 64 random bits; writes at most NAMES_MAX_BYTES, without
 * a NUL, and returns the length.  Names at the head of a list come more
 * often: the place is a uniform number times one between a half and one.
 */
size_t
names_print(char out[NAMES_MAX_BYTES], enum names_culture culture,
    _Bool is_male, uint64_t bits);

#endif
