/*
 * From the text of fields to typed columns: one column at a time, some
 * thousand rows, by loops of one type each.
 *
 * The loops take the usual forms (digits, a point, ISO dates) without a
 * branch per digit; whatever is not of that form (nulls, quotes, signs,
 * other formats, errors) is noted and taken one by one by the parsers of
 * table_value.h, which are the truth.
 *
 * What is null: a field without quotes that is one of the missing texts
 * (by default the empty one); and, but for strings, also with quotes: ""
 * is an empty string, but no number.
 */
#ifndef FORMAT_CSV_CAST_H
#define FORMAT_CSV_CAST_H

#include "format/csv_rows.h"
#include "format/table_value.h"

#define RCSV_MAX_ROWS BATCH_ROWS	/* in one cast */

/* The dictionary of a coded column, and a cache before it. */
struct rcsv_coder;			/* opaque */

struct rcsv_coder *
rcsv_coder_new(void);
void
rcsv_coder_free(struct rcsv_coder *coder);

/* What a cast needs to know, and its scratch memory; zeroed before use. */
struct rcsv_cast {
	const struct table_words *missing;	/* borrowed */
	enum cpu_level level;
	_Bool empty_is_missing;			/* one of them is "" */
	_Bool has_other_missing;		/* ... and there are others */
	struct buffer text;			/* an unquoted field */
	struct buffer verdicts;			/* of a constraint, by code */
	uint32_t *exceptions;			/* owned, [RCSV_MAX_ROWS] */
	uint32_t *codes;			/* owned, [RCSV_MAX_ROWS] */
	uint8_t *validity;			/* owned, a bitmap */
	uint8_t *is_bad;			/* owned, [RCSV_MAX_ROWS] */
	uint32_t bad_count;			/* rows with is_bad set */
	uint32_t null_count;			/* of the column under way */
	struct rcsv_faults *faults;		/* borrowed */
};

void
rcsv_cast_init(struct rcsv_cast *cast, const struct table_words *missing,
    struct rcsv_faults *faults);
void
rcsv_cast_release(struct rcsv_cast *cast);
/* Before the columns of the next `rows` rows: none of them is bad. */
void
rcsv_cast_start(struct rcsv_cast *cast, uint32_t rows);

/*
 * Casts field `position` of rows (RCSV_MAX_ROWS at most) into an empty
 * builder of the field's type; rows that fail are marked and hold null or
 * any value.  `column` is the one that faults name.  coder: NULL for plain
 * strings; else the column is coded, or plain if the dictionary is full.
 * Constraints are checked as well.
 */
void
rcsv_cast_column(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, const struct table_field *field, uint32_t column,
    struct rcsv_coder *coder, struct column_builder *out);

/*
 * Whether a field of these rows (any number) repeats its values enough to
 * be coded: at most every other value is new.
 */
_Bool
rcsv_cast_repeats(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position);

/* ---- shared by the files csv_cast*.c --------------------------------- */

/* A field without its quotes; borrowed from the data or cast->text. */
struct rcsv_text {
	const uint8_t *bytes;
	uint32_t len;
	_Bool is_quoted;
};

struct rcsv_text
rcsv_cast_text(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t row, uint32_t position);

static inline _Bool
rcsv_cast_is_missing(const struct rcsv_cast *cast, const void *text,
    uint32_t len)
{
	if (len == 0)
		return cast->empty_is_missing;
	return cast->has_other_missing &&
	    table_words_have(cast->missing, text, len);
}

/* Marks a row null in the column under way. */
static inline void
rcsv_cast_set_null(struct rcsv_cast *cast, uint32_t row)
{
	uint8_t bit = (uint8_t)(1u << (row & 7));
	cast->null_count += (cast->validity[row >> 3] & bit) != 0;
	cast->validity[row >> 3] &= (uint8_t)~bit;
}

/* Before a column: all valid. */
void
rcsv_cast_clear_nulls(struct rcsv_cast *cast, uint32_t rows);

/* The row is bad; the reason was appended to the faults' texts. */
void
rcsv_cast_fail(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t row, uint32_t column, uint32_t reason);

/* Strings and binaries (csv_cast_string.c). */
void
rcsv_cast_strings(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, uint32_t column, struct column_builder *out);
void
rcsv_cast_binaries(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, const struct table_field *field, uint32_t column,
    struct column_builder *out);
/* -1 if the dictionary is full, or empty; nothing is built then. */
int
rcsv_cast_codes(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, uint32_t column, struct rcsv_coder *coder,
    struct column_builder *out);

/*
 * A cache before a dictionary: a value's first 8 bytes, those behind them up
 * to the 16th (zeros beyond its end; of a longer value the last 8), its
 * length + 1 (0: no entry) and its code.  Up to 16 bytes that is all of it.
 */
#define RCSV_CACHE_FACTOR UINT64_C(0x9e3779b97f4a7c15)

struct rcsv_cached {
	uint64_t first;
	uint64_t second;
	uint32_t len;
	uint32_t code;
};

struct rcsv_cache {
	struct rcsv_cached *slots;	/* owned */
	uint32_t bits;			/* 2^bits slots */
};

/*
 * Codes of fields up to 16 bytes without quotes that the cache has in their
 * own slots; how many others there are, listed.
 */
uint32_t
rcsv_cast_cached(const struct rcsv_rows *rows, uint32_t position,
    const struct rcsv_cache *cache, uint32_t *codes, uint32_t *exceptions);
uint32_t
rcsv_cast_cached_avx512(const struct rcsv_rows *rows, uint32_t position,
    const struct rcsv_cache *cache, uint32_t *codes, uint32_t *exceptions);

/* The usual forms (csv_cast_fast.c): how many rows are exceptions, listed. */
uint32_t
rcsv_cast_fast(const struct rcsv_rows *rows, uint32_t position,
    const struct table_field *field, void *out, uint32_t *exceptions);
uint32_t
rcsv_cast_fast_avx512(const struct rcsv_rows *rows, uint32_t position,
    const struct table_field *field, void *out, uint32_t *exceptions);
_Bool
rcsv_cast_has_fast(const struct table_field *field);

/* Constraints (csv_check.c). */
void
rcsv_check_column(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    const struct table_field *field, uint32_t column,
    const struct column_builder *values);

#endif
