/*
 * From the bytes of files to stretches of whole records, block by block and
 * slice by slice.
 *
 *	init, then for each file: open, header, next ... 0
 *
 * A record ends at a newline with an even number of quotes before it in its
 * file: that is known, not guessed, for a slice counts the quotes of all it
 * passes over.  Block i of a file holds the records that start in MiB i of
 * it (after the header); a file of n bytes has n / 1 MiB blocks, rounded up,
 * at least one; blocks run on from file to file, and so do the offsets by
 * which they say what they cover.  A block begins where the one before it
 * ends; block 0 of a file begins with the file.  A stretch holds the records
 * that start in one piece of 256 KiB, so that stretches do not depend on
 * slices, nor on how the bytes arrive.
 *
 * Lines are those of the file: newlines inside quotes count.
 */
#ifndef FORMAT_CSV_SCAN_H
#define FORMAT_CSV_SCAN_H

#include "base/error.h"
#include "base/mem.h"
#include "batch/batch.h"
#include "format/csv_index.h"

#define RCSV_BLOCK_BYTES (UINT64_C(1) << 20)
#define RCSV_PIECE_BYTES (UINT64_C(1) << 18)
#define RCSV_RECORD_BYTES (UINT32_C(16) << 20)	/* at most, if not said */
#define RCSV_MAX_RECORD_BYTES (UINT32_C(1) << 30)	/* what may be said */
#define RCSV_SIZE_UNKNOWN UINT64_MAX

/* Where the bytes of one file come from. */
struct rcsv_bytes {
	/* Fills `bytes` with the next len; *got < len only at the end. */
	int (*read)(void *context, void *bytes, size_t len, size_t *got,
	    struct error *err);
	void *context;		/* borrowed */
	const char *name;	/* borrowed until the next file; for errors */
	uint64_t size;		/* if it is known beforehand */
	_Bool reads_all;	/* a slice reads what it does not need, too */
};

struct rcsv_stretch {
	const char *name;	/* of the file, borrowed */
	const uint8_t *data;	/* 64 bytes before and after are readable */
	uint32_t begin;		/* the first record's first byte in data */
	uint32_t end;		/* behind the last record */
	uint64_t offset;	/* of data[0] in the file */
	uint64_t line;		/* of data[begin], from 1 */
	uint64_t ordinal;	/* lines of records before, blank ones too */
	/* separators[-1] is begin - 1 */
	const uint32_t *separators;
	uint32_t separator_count;	/* some may lie behind end */
	const uint32_t *newlines;	/* [record_count] */
	uint32_t record_count;
	const uint32_t *faults;		/* see csv_index.h; ascending */
	uint32_t fault_count;		/* may lie behind end */
	_Bool has_high_bytes;
	_Bool has_quoted_newlines;
	struct block block;
};

struct rcsv_scan {
	/* constant */
	uint64_t slice;			/* from 0 */
	uint64_t slice_count;
	struct rcsv_index index;
	uint32_t record_bytes;		/* at most; RCSV_RECORD_BYTES */
	/* the file */
	struct rcsv_bytes bytes;
	uint64_t base_block;		/* blocks of the files before */
	uint64_t base_offset;		/* bytes of the files before */
	uint64_t file_bytes;		/* once the end is seen */
	_Bool is_at_end;		/* nothing more to read */
	_Bool is_done;			/* nothing more to hand out */
	/* the window: data[0, len) are the bytes from `offset` on */
	struct buffer memory;
	size_t len;
	uint64_t offset;
	uint32_t cursor;		/* begin of the next record */
	uint64_t line;			/* of the cursor */
	uint64_t ordinal;
	/* the block under way, in this file */
	uint64_t block;
	uint64_t block_begin;
	/* all files */
	uint64_t read_bytes;
};

void
rcsv_scan_init(struct rcsv_scan *scan, uint8_t delimiter, uint8_t quote,
    _Bool has_quote, uint64_t slice, uint64_t slice_count);
void
rcsv_scan_release(struct rcsv_scan *scan);

/* Begins the next file; a byte order mark is passed over. */
int
rcsv_scan_open(struct rcsv_scan *scan, const struct rcsv_bytes *bytes,
    struct error *err);
/*
 * Whether this slice has nothing to read of a file of this size: the caller
 * may then call rcsv_scan_pass instead of opening it.
 */
_Bool
rcsv_scan_needs_none(const struct rcsv_scan *scan, uint64_t size);
void
rcsv_scan_pass(struct rcsv_scan *scan, uint64_t size);

/*
 * The first record, as a stretch of one, whatever the slice: 1; 0 if the
 * file has none.  Blank lines before it are passed over.
 */
int
rcsv_scan_header(struct rcsv_scan *scan, struct rcsv_stretch *stretch,
    struct error *err);

/*
 * The records of the rest of the first MiB, without passing them: 1, or 0
 * if there are none.  After the header, before any next.
 */
int
rcsv_scan_peek(struct rcsv_scan *scan, struct rcsv_stretch *stretch,
    struct error *err);

/*
 * 1 and the next stretch of the slice's blocks, good until the next call; 0
 * at the end of the file.  block.is_last is set in the last of each block;
 * block.end is right then and the end of the stretch otherwise.  A block
 * without records comes as one stretch without records.
 */
int
rcsv_scan_next(struct rcsv_scan *scan, struct rcsv_stretch *stretch,
    struct error *err);

#endif
