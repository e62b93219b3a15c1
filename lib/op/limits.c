#include "op/limits.h"

#include <string.h>

#include "base/number.h"
#include "base/text.h"

int
limits_parse(const char *count, const char *ratio, struct limits *limits,
    struct error *err)
{
	*limits = (struct limits){.has_count = count != NULL,
	    .has_ratio = ratio != NULL};
	if (count != NULL && text_parse_count(count, 0, UINT64_MAX,
	    &limits->count, err) != 0)
		return error_prefix(err, "--max-errors");
	if (ratio != NULL && (number_parse_f64(ratio, strlen(ratio),
	    NUMBER_DIGITS, &limits->ratio) != NUMBER_OK ||
	    limits->ratio < 0 || limits->ratio > 1))
		return error_usage(err, "--max-error-ratio: '%s' is not "
		    "between 0 and 1", ratio);
	return 0;
}

int
limits_judge(const struct limits *limits, uint64_t rejected, uint64_t rows,
    _Bool is_whole, struct error *err)
{
	unsigned long long bad = rejected;
	if (limits->has_count && rejected > limits->count)
		return error_set(err, STATUS_NO, "%llu rows are bad, more than "
		    "the %llu of --max-errors", bad,
		    (unsigned long long)limits->count);
	if (limits->has_ratio && is_whole &&
	    (double)rejected > limits->ratio * (double)rows)
		return error_set(err, STATUS_NO, "%llu of %llu rows are bad, "
		    "more than the share %g of --max-error-ratio", bad,
		    (unsigned long long)rows, limits->ratio);
	return 0;
}

int
limits_judge_sources(const struct limits *limits, const struct stages *stages,
    struct error *err)
{
	uint64_t rows = 0;
	uint64_t rejected = 0;
	for (uint32_t i = 0; i < stages->count; i++) {
		if (stages->items[i].kind != STAGE_SOURCE)
			continue;
		rows += stages->items[i].counts.in;
		rejected += stages->items[i].counts.rejected;
	}
	return limits_judge(limits, rejected, rows, 1, err);
}
