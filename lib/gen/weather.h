/*
 * The shape of the one-billion-row challenge: measurements of stations, each
 * around its station's mean.
 *
 *	station		string, one of them, all as often
 *	temperature	decimal(4,1), normal around the mean, deviation 10
 *
 * Stations are read from a file of lines NAME,MEAN (or with a semicolon), or
 * made up: their names of those of people, their means from -10 to 30.
 * Values are functions of the seed and the row (gen/maker.h: normal).
 */
#ifndef GEN_WEATHER_H
#define GEN_WEATHER_H

#include "batch/stream.h"

#define WEATHER_STATIONS 413
#define WEATHER_MAX_STATIONS 65536

struct weather_options {
	const char *stations;		/* a file, or NULL */
	uint64_t station_count;		/* of made-up ones */
	uint64_t rows;
	uint64_t seed;
	uint64_t part, part_count;	/* as of gen/walk.h */
	_Bool is_text;
};

/* NULL after an error: status 2, or 3 for a bad line. */
struct batch_source *
weather_source_new(const struct weather_options *options, struct error *err);

#endif
