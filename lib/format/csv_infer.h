/*
 * What types the columns of CSV files could have: every value is looked at,
 * and what is proposed reads all of them.
 *
 * In this order, the first type that every value has: boolean (true, false,
 * yes, no), integer, decimal, float (only with exponents, nan or inf), date,
 * time, timestamp, these with a format; else string.  A number with a
 * leading zero or a plus is text: it is a code, and would come back
 * different.  Where two formats fit (day and month in either order) it is
 * text, and both are named.
 */
#ifndef FORMAT_CSV_INFER_H
#define FORMAT_CSV_INFER_H

#include "base/int128.h"
#include "format/csv_reader.h"

/* Distinct values are counted up to here. */
#define RCSV_INFER_MAX_DISTINCT 10000

/*
 * Appends a Table Schema (JSON, indented) with a member "riffle:evidence" in
 * each field.  `missing` are the texts of null.
 */
int
rcsv_infer(const struct rcsv_options *options,
    const struct table_words *missing, const struct rcsv_files *files,
    struct buffer *out, struct error *err);

/* ---- one column, for csv_infer.c and csv_infer_value.c --------------- */

#define RCSV_INFER_TYPES 7	/* those without a format */
#define RCSV_INFER_FORMATS 28

enum rcsv_infer_type {
	RCSV_INFER_BOOL,
	RCSV_INFER_INTEGER,
	RCSV_INFER_DECIMAL,
	RCSV_INFER_FLOAT,
	RCSV_INFER_DATE,
	RCSV_INFER_TIME,
	RCSV_INFER_TIMESTAMP	/* naive, or all with a zone */
};

/* Why a type is out: the first value that it has not. */
struct rcsv_counter_example {
	char *value;		/* owned */
	char *file;		/* owned */
	uint64_t line;
};

struct rcsv_infer_column {
	uint64_t values;	/* not null */
	uint64_t nulls;
	uint32_t types;		/* a bit for each that still fits */
	uint32_t formats;	/* likewise */
	struct rcsv_counter_example not[RCSV_INFER_TYPES];
	/* decimals: digits before and behind the point */
	uint32_t whole_digits, scale;
	uint64_t zoned;		/* timestamps with a zone */
	/* least and greatest: of numbers (int128 with a scale), of moments
	 * (us), of texts (bytes) */
	_Bool has_number, has_moment;
	int128 min_number, max_number;
	uint32_t min_scale, max_scale;
	int64_t min_moment, max_moment;
	int64_t min_by_format[RCSV_INFER_FORMATS];
	int64_t max_by_format[RCSV_INFER_FORMATS];
	double min_float, max_float;
	struct buffer min_text, max_text;
	size_t min_length, max_length;
	/* hashes of distinct values; a table with open addressing */
	uint64_t *hashes;	/* owned */
	uint32_t distinct;
	_Bool is_beyond;	/* more than RCSV_INFER_MAX_DISTINCT */
	/* of the dictionary in use: entries that were looked at */
	struct buffer seen;
};

struct rcsv_infer_formats {
	struct datetime_format formats[RCSV_INFER_FORMATS];
};

/* The patterns tried; NULL-terminated, RCSV_INFER_FORMATS of them. */
extern const char *const rcsv_infer_patterns[RCSV_INFER_FORMATS + 1];

void
rcsv_infer_formats_init(struct rcsv_infer_formats *formats);
void
rcsv_infer_column_init(struct rcsv_infer_column *column);
void
rcsv_infer_column_release(struct rcsv_infer_column *column);
/* Takes one value that is new in its dictionary, or any. */
void
rcsv_infer_take(struct rcsv_infer_column *column,
    const struct rcsv_infer_formats *formats, const char *text, size_t len,
    const char *file, uint64_t line);

#endif
