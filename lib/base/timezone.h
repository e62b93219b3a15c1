/*
 * Time zones of the IANA database, as zoneinfo files have them (TZif,
 * RFC 9636): in $TZDIR, or /usr/share/zoneinfo (Debian: tzdata).
 */
#ifndef BASE_TIMEZONE_H
#define BASE_TIMEZONE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct timezone_rules;		/* opaque */

/*
 * "Europe/Berlin", "UTC".  NULL: status 2 for a name that there is not,
 * 3 for a file that is damaged.
 */
struct timezone_rules *
timezone_new(const char *name, size_t len, struct error *err);
void
timezone_free(struct timezone_rules *zone);

/* What the clocks there show, in microseconds; and back. */
int64_t
timezone_to_local(const struct timezone_rules *zone, int64_t utc_us);
/*
 * A time that the clocks show twice is the later one, a time that they jump
 * over is as much later (as ICU and DuckDB have it).
 */
int64_t
timezone_to_utc(const struct timezone_rules *zone, int64_t local_us);

#endif
