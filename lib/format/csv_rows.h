/*
 * The rows of a stretch of CSV: where each field lies, and which rows are
 * bad and why.
 */
#ifndef FORMAT_CSV_ROWS_H
#define FORMAT_CSV_ROWS_H

#include "format/csv_scan.h"

/*
 * Field c of row r ends at ends[r * stride + c] and begins one byte behind
 * ends[r * stride + c - 1].  The last field of a row may end with a CR that
 * is not part of it.  All rows have field_count fields; quotes in them are
 * as RFC 4180 wants them.
 */
struct rcsv_rows {
	const uint8_t *data;	/* borrowed from the stretch */
	const uint32_t *ends;	/* borrowed from the stretch or the table */
	uint32_t stride;
	uint32_t count;
	uint32_t field_count;
	uint8_t quote;
	_Bool has_quote;
	_Bool has_high_bytes;	/* some byte may be >= 0x80 */
};

/* The bytes of a field, quotes included. */
static inline uint32_t
rcsv_rows_field(const struct rcsv_rows *rows, uint32_t row, uint32_t field,
    const uint8_t **bytes)
{
	const uint32_t *end = rows->ends + (size_t)row * rows->stride + field;
	uint32_t begin = end[-1] + 1;
	uint32_t len = end[0] - begin;
	const uint8_t *p = rows->data + begin;
	if (field + 1 == rows->field_count)
		len -= len > 0 && p[len - 1] == '\r';
	*bytes = p;
	return len;
}

static inline uint32_t
rcsv_rows_begin(const struct rcsv_rows *rows, uint32_t row)
{
	const uint32_t *end = rows->ends + (size_t)row * rows->stride;
	return end[-1] + 1;
}

/* Behind the row's last byte, newline not included. */
static inline uint32_t
rcsv_rows_end(const struct rcsv_rows *rows, uint32_t row)
{
	return rows->ends[(size_t)row * rows->stride + rows->field_count - 1];
}

/* Why a row is bad. */
#define RCSV_NO_COLUMN UINT32_MAX
struct rcsv_fault {
	uint32_t begin;		/* of the row in the stretch's data */
	uint32_t end;
	uint32_t column;	/* of the schema, or RCSV_NO_COLUMN */
	uint32_t reason;	/* offset of its text, with a NUL, in texts */
};

struct rcsv_faults {
	struct rcsv_fault *items;	/* owned; ascending by begin */
	uint32_t count;
	uint32_t capacity;
	struct buffer texts;
};

void
rcsv_faults_clear(struct rcsv_faults *faults);
void
rcsv_faults_release(struct rcsv_faults *faults);
/* Appends; the reason is what stands in texts from `reason` on. */
void
rcsv_faults_add(struct rcsv_faults *faults, uint32_t begin, uint32_t end,
    uint32_t column, uint32_t reason);
/* Puts them in the order of the rows. */
void
rcsv_faults_sort(struct rcsv_faults *faults);

/* Turns stretches into rows; reuses its memory. */
struct rcsv_table {
	uint32_t *ends;		/* owned; used if some row is bad */
	size_t capacity;
};

void
rcsv_table_release(struct rcsv_table *table);

/*
 * The rows of a stretch that have field_count fields and no fault; what is
 * wrong with the others goes to `faults`.  Blank lines are passed over and
 * counted, unless there is but one field: then they are rows.
 * `columns` of the message are called fields.  -1 if the rows that follow a
 * fault cannot be told apart: a stray quote around a newline.
 */
int
rcsv_table_take(struct rcsv_table *table, const struct rcsv_index *dialect,
    const struct rcsv_stretch *stretch, uint32_t field_count,
    struct rcsv_rows *rows, struct rcsv_faults *faults,
    uint64_t *blank_lines, struct error *err);

/*
 * Tells the lines of ascending offsets of a stretch, counting each newline
 * once.
 */
struct rcsv_lines {
	const uint8_t *data;
	uint32_t at;
	uint64_t line;		/* of `at` */
};

void
rcsv_lines_start(struct rcsv_lines *lines, const struct rcsv_stretch *stretch);
uint64_t
rcsv_lines_find(struct rcsv_lines *lines, uint32_t offset);

#endif
