/*
 * The structural index of CSV: where the fields end.
 *
 * One pass over the bytes finds the delimiters and newlines that stand
 * outside quotes, 64 bytes at a time: a bit mask for each of the special
 * bytes, and of the quotes' mask the running xor, which is 1 from an opening
 * quote to its closing one (Langdale, Lemire, "Parsing gigabytes of JSON per
 * second", VLDB Journal 28, 2019, section 3.1.1; for CSV Ge, Li, Eilebrecht,
 * Chandramouli, Kossmann, "Speculative distributed CSV data parsing", SIGMOD
 * 2019).  A doubled quote closes and opens again, which changes nothing.
 *
 * What RFC 4180 does not allow is found in the same pass ("faults"): an
 * opening quote that is not the first byte of its field, a byte after a
 * closing quote that ends no field, a carriage return that no newline
 * follows.  A record without a fault in it has no quote but well-formed
 * ones.
 *
 * Use: rcsv_index_init once; for each stretch that begins at the begin of a
 * record rcsv_index_start, then rcsv_index_run any number of times over
 * adjoining pieces.  Positions are offsets from `data`.
 */
#ifndef FORMAT_CSV_INDEX_H
#define FORMAT_CSV_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"

/* Bytes behind the end of the data that must be readable. */
#define RCSV_INDEX_SLACK 64

struct rcsv_index {
	uint8_t delimiter;
	uint8_t quote;
	_Bool has_quote;	/* false: no byte is a quote */
	enum cpu_level level;
	/*
	 * Delimiters and newlines outside quotes, ascending; separators[-1]
	 * is there for the reader's use.  newlines: those that are newlines.
	 */
	uint32_t *separators;	/* owned, but for one in front */
	uint32_t separator_count;
	uint32_t *newlines;	/* owned */
	uint32_t newline_count;
	uint32_t *faults;	/* owned; where quotes or CRs are wrong */
	uint32_t fault_count;
	uint32_t capacity;	/* of each array: bytes that can be indexed */
	/* Of the bytes since rcsv_index_start: */
	uint64_t quoted_newlines;	/* inside quotes */
	_Bool has_high_bytes;		/* there is a byte >= 0x80 */
	/* Carried from piece to piece. */
	uint64_t inside;	/* all ones: inside quotes */
	uint64_t may_open;	/* 1: a quote may open here */
	uint64_t must_end;	/* 1: the last byte was a closing quote */
	uint64_t must_feed;	/* 1: the last byte was a CR */
};

void
rcsv_index_init(struct rcsv_index *index, uint8_t delimiter, uint8_t quote,
    _Bool has_quote);
void
rcsv_index_release(struct rcsv_index *index);

/* Forgets all positions; the next byte begins a record, or is inside one. */
void
rcsv_index_start(struct rcsv_index *index, _Bool is_inside);

/* Makes room for pieces that end before `bytes`; positions are kept. */
void
rcsv_index_reserve(struct rcsv_index *index, size_t bytes);

/* Indexes data[begin, end); end is within what was reserved. */
void
rcsv_index_run(struct rcsv_index *index, const uint8_t *data, uint32_t begin,
    uint32_t end);

/* Adds up the quotes and newlines of data[0, len), any slack unread. */
struct rcsv_tally {
	uint64_t quotes;
	uint64_t newlines;
};

void
rcsv_index_count(const struct rcsv_index *index, const uint8_t *data,
    size_t len, struct rcsv_tally *tally);

/* The kernels by level; called through the two functions above. */
void
rcsv_index_run_portable(struct rcsv_index *index, const uint8_t *data,
    uint32_t begin, uint32_t end);
void
rcsv_index_run_avx2(struct rcsv_index *index, const uint8_t *data,
    uint32_t begin, uint32_t end);
void
rcsv_index_run_avx512(struct rcsv_index *index, const uint8_t *data,
    uint32_t begin, uint32_t end);
void
rcsv_index_count_portable(uint8_t quote, const uint8_t *data, size_t len,
    struct rcsv_tally *tally);
void
rcsv_index_count_avx2(uint8_t quote, const uint8_t *data, size_t len,
    struct rcsv_tally *tally);
void
rcsv_index_count_avx512(uint8_t quote, const uint8_t *data, size_t len,
    struct rcsv_tally *tally);

#endif
