#include "gen/names.h"

#include <assert.h>
#include <string.h>

#include "gen/random.h"

#define CULTURE(ID)
#define NAMES(ID, part, ...) \
	static const char *const list_##ID##_##part[] = { __VA_ARGS__ };
#include "gen/names.def"
#undef CULTURE
#undef NAMES

static const struct {
	const char *const *names;
	uint32_t count;
} lists[NAMES_CULTURES][NAMES_PARTS] = {
#define CULTURE(ID)
#define NAMES(ID, part, ...) \
	[NAMES_##ID][NAMES_##part] = { list_##ID##_##part, \
	    sizeof(list_##ID##_##part) / sizeof(list_##ID##_##part[0]) },
#include "gen/names.def"
#undef CULTURE
#undef NAMES
};

const char *const *
names_list(enum names_culture culture, enum names_part part,
    uint32_t *count)
{
	*count = lists[culture][part].count;
	return lists[culture][part].names;
}

static const char *
pick_name(enum names_culture culture, enum names_part part, uint32_t bits)
{
	uint32_t count = lists[culture][part].count;
	/* in 65536ths: from 0 to 1, times from 1/2 to 1 */
	uint32_t product = (bits >> 16) *
	    ((0x10000 + (bits & 0xffff)) / 2);

	return lists[culture][part].names[random_below(product, count)];
}

size_t
names_print(char out[NAMES_MAX_BYTES], enum names_culture culture,
    _Bool is_male, uint64_t bits)
{
	const char *given = pick_name(culture,
	    is_male ? NAMES_MALE : NAMES_FEMALE, random_high(bits));
	const char *family = pick_name(culture, NAMES_FAMILY,
	    random_low(bits));
	size_t given_len = strlen(given), family_len = strlen(family);

	assert(given_len + 1 + family_len <= NAMES_MAX_BYTES);
	memcpy(out, given, given_len);
	out[given_len] = ' ';
	memcpy(out + given_len + 1, family, family_len);
	return given_len + 1 + family_len;
}
