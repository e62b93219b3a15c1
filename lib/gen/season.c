#include "gen/season.h"

#include "base/datetime.h"

static const uint32_t month_weights[12] = {
	86, 82, 92, 95, 100, 98, 96, 97, 95, 104, 126, 145
};
static const uint32_t weekday_weights[7] = {	/* from Sunday */
	106, 92, 88, 91, 96, 117, 130
};
static const uint64_t hour_weights[2][24] = {
	{ 8, 4, 3, 2, 2, 4, 10, 22, 38, 48, 55, 60,
	  68, 60, 54, 54, 60, 72, 84, 90, 86, 68, 42, 20 },
	{ 14, 8, 5, 3, 2, 3, 6, 12, 28, 52, 78, 92,
	  96, 94, 90, 88, 84, 76, 68, 62, 56, 46, 34, 22 }
};

static uint64_t
day_weight(uint32_t day)
{
	struct datetime_civil date =
	    datetime_civil(SEASON_FIRST_DAY + (int32_t)day);
	uint32_t weekday = day % 7;
	uint64_t weight = month_weights[date.month - 1] *
	    weekday_weights[weekday];

	weight *= 100 * 365 + 15 * day;
	/* the fourth Thursday of November is the 22nd to the 28th */
	if (date.month == 11 && weekday == 5 && date.day >= 23 &&
	    date.day <= 29)
		weight *= 2;
	if ((date.month == 12 && date.day == 25) ||
	    (date.month == 1 && date.day == 1))
		weight /= 3;
	return weight;
}

void
season_init(struct season *season)
{
	season->starts[0] = 0;
	for (uint32_t day = 0; day < SEASON_DAYS; day++)
		season->starts[day + 1] = season->starts[day] +
		    day_weight(day);
	for (uint32_t i = 0; i < 2; i++)
		alias_init(&season->hours[i], hour_weights[i], 24);
}

void
season_release(struct season *season)
{
	for (uint32_t i = 0; i < 2; i++)
		alias_release(&season->hours[i]);
}

uint32_t
season_day(const struct season *season, uint64_t place)
{
	uint32_t low = 0, high = SEASON_DAYS - 1;

	while (low < high) {
		uint32_t middle = (low + high + 1) / 2;

		if (season->starts[middle] <= place)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}
