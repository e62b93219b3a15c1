/*
 * Two years of business: how sales spread over the days from 2023-01-01 to
 * 2024-12-31 and over the hours of a day.
 *
 * A day's weight is its month's times its weekday's times a steady growth
 * of 15 % a year; the Friday after Thanksgiving is a peak, Christmas and New
 * Year's Day are quiet.  Hours have one profile from Monday to Friday and
 * one for the weekend.  All integers.
 */
#ifndef GEN_SEASON_H
#define GEN_SEASON_H

#include "base/int128.h"
#include "gen/alias.h"

#define SEASON_FIRST_DAY 19358		/* 2023-01-01, days since 1970 */
#define SEASON_DAYS 731

struct season {
	uint64_t starts[SEASON_DAYS + 1];	/* sum of the weights before */
	struct alias hours[2];			/* 0 to 23; [1]: weekend */
};

void
season_init(struct season *season);
void
season_release(struct season *season);

/* The place among the weights of a share (of 2^64) of the two years. */
static inline uint64_t
season_place(const struct season *season, uint64_t share)
{
	return (uint64_t)((uint128)share * season->starts[SEASON_DAYS] >> 64);
}

/* The day, 0 to SEASON_DAYS - 1, that a place lies in. */
uint32_t
season_day(const struct season *season, uint64_t place);

static inline _Bool
season_is_weekend(uint32_t day)
{
	return day % 7 == 0 || day % 7 == 6;	/* day 0 was a Sunday */
}

/* The second of a day for 64 random bits. */
static inline uint32_t
season_second(const struct season *season, uint32_t day, uint64_t bits)
{
	uint32_t hour = alias_pick(&season->hours[season_is_weekend(day)],
	    (uint32_t)(bits >> 32));

	return hour * 3600 + (uint32_t)((bits & UINT32_MAX) * 3600 >> 32);
}

#endif
