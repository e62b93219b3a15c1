/*
 * Makers: what the values of one column of a made-up table are like, as the
 * member "riffle:gen" of a Table Schema's field says (rgen(1)):
 *
 *	{"maker": "sequence", "start": 1, "step": 1}
 *	{"maker": "uniform", "min": 0, "max": 100}
 *	{"maker": "normal", "mean": 50, "deviation": 10, "min": 0}
 *	{"maker": "zipf", "count": 1000, "exponent": 0.8}	1..count
 *	{"maker": "choice", "values": ["a", "b"], "weights": [3, 1]}
 *	{"maker": "pattern", "pattern": "AA-9999"}
 *	{"maker": "name"}, {"maker": "email"}
 *
 * and with any of them "nulls": 0.05.  Without one a field is uniform, within
 * its constraints if it has any.  A value is a function of the seed, the
 * column's place and the row; "normal" is the sum of twelve uniform numbers
 * (Irwin-Hall), so that no library's last bit matters.
 */
#ifndef GEN_MAKER_H
#define GEN_MAKER_H

#include "base/json.h"
#include "batch/builder.h"
#include "format/table_schema.h"

struct maker;		/* opaque */

/* `spec` is the member, or NULL; the field is borrowed.  NULL: status 2. */
struct maker *
maker_new(const struct table_field *field, const struct json_value *spec,
    uint64_t seed, uint32_t column, struct error *err);
void
maker_free(struct maker *maker);

/* Appends the values of rows [first, first + count). */
void
maker_fill(const struct maker *maker, uint64_t first, uint32_t count,
    struct column_builder *out);
/* Whether there are nulls. */
_Bool
maker_has_nulls(const struct maker *maker);

#endif
