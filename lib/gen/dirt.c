#include "gen/dirt.h"

#include <string.h>

#include "base/decimal.h"
#include "base/int128.h"
#include "base/mem.h"
#include "base/text.h"

#define RATE_SCALE 9
#define RATE_ONE INT64_C(1000000000)

static const char *const fault_names[DIRT_FAULT_COUNT] = {
#define FAULT(ID, name) name,
	DIRT_FAULTS(FAULT)
#undef FAULT
};

static int
find_fault(const char *name, size_t len, struct error *err)
{
	char known[256] = "";
	char quoted[ERROR_QUOTE_BYTES];
	size_t used = 0;

	for (int i = 0; i < DIRT_FAULT_COUNT; i++) {
		size_t known_len = strlen(fault_names[i]);

		if (known_len == len && memcmp(fault_names[i], name, len) == 0)
			return i;
		if (i > 0) {
			memcpy(known + used, ", ", 2);
			used += 2;
		}
		memcpy(known + used, fault_names[i], known_len + 1);
		used += known_len;
	}
	return error_usage(err, "no fault '%s'; there are %s",
	    error_quote(quoted, name, len), known);
}

/* "fault=rate" */
static int
parse_item(const char *item, int64_t *rates, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	const char *equals = strchr(item, '=');
	int64_t rate;

	if (equals == NULL)
		return error_usage(err, "'%s' is not FAULT=RATE",
		    error_quote(quoted, item, strlen(item)));

	int fault = find_fault(item, (size_t)(equals - item), err);

	if (fault < 0)
		return -1;
	if (rates[fault] >= 0)
		return error_usage(err, "fault '%s' is named twice",
		    fault_names[fault]);
	if (decimal_parse_64(equals + 1, strlen(equals + 1),
	    DECIMAL_MAX_PRECISION_64, RATE_SCALE, &rate) != DECIMAL_OK ||
	    rate < 0 || rate > RATE_ONE)
		return error_usage(err,
		    "%s: '%s' is not a rate from 0 to 1 of up to %d decimals",
		    fault_names[fault],
		    error_quote(quoted, equals + 1, strlen(equals + 1)),
		    RATE_SCALE);
	rates[fault] = rate;
	return 0;
}

int
dirt_parse(const char *list, struct dirt *dirt, struct error *err)
{
	int64_t rates[DIRT_FAULT_COUNT];
	int64_t sum = 0;
	char *item;
	int more;

	for (int i = 0; i < DIRT_FAULT_COUNT; i++)
		rates[i] = -1;
	while ((more = text_next_item(&list, &item, err)) > 0) {
		int status = parse_item(item, rates, err);

		mem_free(item);
		if (status < 0)
			return -1;
	}
	if (more < 0)
		return -1;
	for (int i = 0; i < DIRT_FAULT_COUNT; i++) {
		int64_t rate = rates[i] < 0 ? 0 : rates[i];

		sum += rate;
		dirt->rates[i] = ((uint64_t)rate << 32) / (uint64_t)RATE_ONE;
	}
	if (sum > RATE_ONE)
		return error_usage(err, "the rates of all faults together "
		    "are more than 1");
	return 0;
}

const char *
dirt_fault_name(enum dirt_fault fault)
{
	return fault_names[fault];
}

void
dirt_mask(struct dirt *dirt, uint32_t mask)
{
	for (int i = 0; i < DIRT_FAULT_COUNT; i++)
		if ((mask >> i & 1) == 0)
			dirt->rates[i] = 0;
}

_Bool
dirt_is_clean(const struct dirt *dirt)
{
	for (int i = 0; i < DIRT_FAULT_COUNT; i++)
		if (dirt->rates[i] != 0)
			return 0;
	return 1;
}
