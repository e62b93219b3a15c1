#include "format/csv_scan.h"

#include <string.h>

#define FRONT_BYTES MEM_ALIGNMENT	/* readable before the window */
#define MORE_BYTES 4096			/* read behind a piece, at first */

void
rcsv_scan_init(struct rcsv_scan *scan, uint8_t delimiter, uint8_t quote,
    _Bool has_quote, uint64_t slice, uint64_t slice_count)
{
	*scan = (struct rcsv_scan){.slice = slice,
	    .slice_count = slice_count, .record_bytes = RCSV_RECORD_BYTES,
	    .is_done = 1};
	rcsv_index_init(&scan->index, delimiter, quote, has_quote);
	buffer_resize(&scan->memory, FRONT_BYTES);
}

void
rcsv_scan_release(struct rcsv_scan *scan)
{
	rcsv_index_release(&scan->index);
	buffer_release(&scan->memory);
	*scan = (struct rcsv_scan){0};
}

static uint64_t
block_count(uint64_t file_bytes)
{
	return file_bytes <= RCSV_BLOCK_BYTES ? 1 :
	    (file_bytes + RCSV_BLOCK_BYTES - 1) / RCSV_BLOCK_BYTES;
}

/* The slice's first block of this file from `block` on. */
static uint64_t
next_own_block(const struct rcsv_scan *scan, uint64_t block)
{
	uint64_t rest = (scan->base_block + block) % scan->slice_count;
	uint64_t steps = (scan->slice + scan->slice_count - rest) %
	    scan->slice_count;
	return block + steps;
}

_Bool
rcsv_scan_needs_none(const struct rcsv_scan *scan, uint64_t size)
{
	return next_own_block(scan, 0) >= block_count(size);
}

void
rcsv_scan_pass(struct rcsv_scan *scan, uint64_t size)
{
	scan->base_block += block_count(size);
	scan->base_offset += size;
	scan->is_done = 1;
}

/* ---- the window ------------------------------------------------------ */

static inline uint8_t *
window(const struct rcsv_scan *scan)
{
	return scan->memory.data + FRONT_BYTES;
}

/* Reads until the window reaches `end` (a file offset) or the file ends. */
static int
need(struct rcsv_scan *scan, uint64_t end, struct error *err)
{
	while (!scan->is_at_end && scan->offset + scan->len < end) {
		size_t want = (size_t)(end - scan->offset - scan->len);
		size_t got;
		scan->memory.len = FRONT_BYTES + scan->len;
		buffer_reserve(&scan->memory, want + MEM_ALIGNMENT);
		if (scan->bytes.read(scan->bytes.context,
		    window(scan) + scan->len, want, &got, err) != 0)
			return -1;
		scan->len += got;
		scan->read_bytes += got;
		/* Vectors look past the end, if only to mask it out. */
		memset(window(scan) + scan->len, 0, MEM_ALIGNMENT);
		if (got < want) {
			scan->is_at_end = 1;
			scan->file_bytes = scan->offset + scan->len;
		}
	}
	return 0;
}

/* Drops what lies before the cursor, if the window lacks bytes to `end`. */
static void
advance(struct rcsv_scan *scan, uint64_t end)
{
	if (scan->cursor == 0 || scan->offset + scan->len >= end)
		return;
	scan->len -= scan->cursor;
	memmove(window(scan), window(scan) + scan->cursor, scan->len);
	scan->offset += scan->cursor;
	scan->cursor = 0;
}

static int
refuse_open_quote(const struct rcsv_scan *scan, struct error *err)
{
	const struct rcsv_index *index = &scan->index;
	struct rcsv_tally tally = {0};
	uint32_t begin = index->newline_count > 0 ?
	    index->newlines[index->newline_count - 1] + 1 : scan->cursor;
	rcsv_index_count(index, window(scan) + scan->cursor,
	    begin - scan->cursor, &tally);
	return error_data(err, "%s:%llu: a quote in the record that begins "
	    "here is never closed (--lenient reads stray quotes)",
	    scan->bytes.name,
	    (unsigned long long)(scan->line + tally.newlines));
}

static int
refuse_long_record(const struct rcsv_scan *scan, struct error *err)
{
	struct rcsv_tally tally = {0};
	const struct rcsv_index *index = &scan->index;
	uint32_t begin = index->newline_count > 0 ?
	    index->newlines[index->newline_count - 1] + 1 : scan->cursor;
	rcsv_index_count(index, window(scan) + scan->cursor,
	    begin - scan->cursor, &tally);
	return error_data(err, "%s:%llu: a record of more than %u MiB (a "
	    "quote that is not closed? or see --max-record)",
	    scan->bytes.name, (unsigned long long)(scan->line +
	    tally.newlines), scan->record_bytes >> 20);
}

/* The first newline at or behind `target`; the count if there is none. */
static uint32_t
find_newline(const struct rcsv_index *index, uint32_t target)
{
	uint32_t low = 0;
	uint32_t high = index->newline_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (index->newlines[middle] < target)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Indexes the window from `begin` on up to the first newline that makes the
 * next record start at file offset `target` or behind it; the end of the
 * file is as good as a newline.  *records: how many newlines that makes.
 */
static int
index_until(struct rcsv_scan *scan, uint32_t begin, _Bool is_inside,
    uint64_t target, uint32_t *records, struct error *err)
{
	struct rcsv_index *index = &scan->index;
	uint64_t more = MORE_BYTES;
	uint32_t at = begin;
	rcsv_index_start(index, is_inside);
	for (;;) {
		if (need(scan, target + more, err) != 0)
			return -1;
		uint64_t goal = target + more - scan->offset;
		uint32_t stop = (uint32_t)(goal < scan->len ? goal :
		    scan->len);
		rcsv_index_reserve(index, (size_t)stop + 1);
		rcsv_index_run(index, window(scan), at, stop);
		at = stop;
		uint32_t found = find_newline(index, (uint32_t)(target -
		    scan->offset) - 1);
		if (found < index->newline_count) {
			*records = found + 1;
			return 0;
		}
		if (scan->is_at_end && stop == scan->len)
			break;
		if (at - begin > scan->record_bytes + RCSV_PIECE_BYTES)
			return refuse_long_record(scan, err);
		more *= 4;
	}
	if (index->inside != 0)
		return refuse_open_quote(scan, err);
	/* The last line may end without a newline: put one there. */
	if (at > begin && (index->newline_count == 0 ||
	    index->newlines[index->newline_count - 1] + 1 != at)) {
		window(scan)[at] = '\n';
		rcsv_index_run(index, window(scan), at, at + 1);
	}
	*records = index->newline_count;
	return 0;
}

/* Describes the first `records` records after the cursor. */
static void
fill_stretch(const struct rcsv_scan *scan, uint32_t records,
    struct rcsv_stretch *stretch)
{
	const struct rcsv_index *index = &scan->index;
	uint32_t end = records == 0 ? scan->cursor :
	    index->newlines[records - 1] + 1;
	if (end > scan->len)
		end = (uint32_t)scan->len;
	index->separators[-1] = scan->cursor - 1;
	*stretch = (struct rcsv_stretch){
	    .name = scan->bytes.name,
	    .data = window(scan),
	    .begin = scan->cursor,
	    .end = end,
	    .offset = scan->offset,
	    .line = scan->line,
	    .ordinal = scan->ordinal,
	    .separators = index->separators,
	    .separator_count = index->separator_count,
	    .newlines = index->newlines,
	    .record_count = records,
	    .faults = index->faults,
	    .fault_count = index->fault_count,
	    .has_high_bytes = index->has_high_bytes,
	    .has_quoted_newlines = index->quoted_newlines != 0};
}

/* Moves the cursor behind the stretch. */
static void
pass_stretch(struct rcsv_scan *scan, const struct rcsv_stretch *stretch)
{
	uint64_t lines = stretch->record_count;
	if (stretch->has_quoted_newlines) {
		struct rcsv_tally tally = {0};
		rcsv_index_count(&scan->index, stretch->data + stretch->begin,
		    stretch->end - stretch->begin, &tally);
		lines = tally.newlines;
	}
	scan->line += lines;
	scan->ordinal += stretch->record_count;
	scan->cursor = stretch->end;
}

/* ---- a file ---------------------------------------------------------- */

int
rcsv_scan_open(struct rcsv_scan *scan, const struct rcsv_bytes *bytes,
    struct error *err)
{
	scan->bytes = *bytes;
	scan->is_at_end = 0;
	scan->is_done = 0;
	scan->len = 0;
	scan->offset = 0;
	scan->cursor = 0;
	scan->line = 1;
	scan->ordinal = 0;
	scan->block = 0;
	scan->block_begin = 0;
	if (need(scan, MORE_BYTES, err) != 0)
		return -1;
	const uint8_t *data = window(scan);
	if (scan->len >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
		scan->cursor = 3;
	else if (scan->len >= 2 && (memcmp(data, "\xff\xfe", 2) == 0 ||
	    memcmp(data, "\xfe\xff", 2) == 0))
		return error_data(err, "%s: UTF-16 is not supported; convert "
		    "it to UTF-8 (iconv -f UTF-16 -t UTF-8)", bytes->name);
	return 0;
}

/* Whether the cursor stands at the end of the file: 1, 0, -1. */
static int
is_at_file_end(struct rcsv_scan *scan, struct error *err)
{
	uint64_t at = scan->offset + scan->cursor;
	if (need(scan, at + 1, err) != 0)
		return -1;
	return scan->is_at_end && at >= scan->file_bytes;
}

int
rcsv_scan_header(struct rcsv_scan *scan, struct rcsv_stretch *stretch,
    struct error *err)
{
	for (;;) {
		int is_end = is_at_file_end(scan, err);
		if (is_end != 0)
			return is_end < 0 ? -1 : 0;
		uint32_t records;
		if (index_until(scan, scan->cursor, 0,
		    scan->offset + scan->cursor + 1, &records, err) != 0)
			return -1;
		fill_stretch(scan, 1, stretch);
		pass_stretch(scan, stretch);
		uint8_t first = stretch->data[stretch->begin];
		uint32_t len = stretch->newlines[0] - stretch->begin;
		if (len > 1 || (len == 1 && first != '\r'))
			return 1;
	}
}

int
rcsv_scan_peek(struct rcsv_scan *scan, struct rcsv_stretch *stretch,
    struct error *err)
{
	int is_end = is_at_file_end(scan, err);
	uint32_t records = 0;
	if (is_end == 0 && index_until(scan, scan->cursor, 0,
	    scan->offset + scan->cursor + RCSV_BLOCK_BYTES, &records,
	    err) != 0)
		return -1;
	if (is_end != 0 || records == 0)
		return is_end < 0 ? -1 : 0;
	fill_stretch(scan, records, stretch);
	return 1;
}

/* ---- slices ---------------------------------------------------------- */

static void
end_file(struct rcsv_scan *scan, uint64_t file_bytes)
{
	rcsv_scan_pass(scan, file_bytes);
	scan->len = 0;
}

/* Counts what lies between the cursor and file offset `to`. */
static int
count_until(struct rcsv_scan *scan, uint64_t to, struct rcsv_tally *tally,
    struct error *err)
{
	for (;;) {
		uint64_t at = scan->offset + scan->cursor;
		size_t len = scan->len - scan->cursor;
		if (len > to - at)
			len = (size_t)(to - at);
		rcsv_index_count(&scan->index, window(scan) + scan->cursor,
		    len, tally);
		scan->cursor += (uint32_t)len;
		if (at + len == to || scan->is_at_end)
			return 0;
		scan->offset += scan->len;
		scan->len = 0;
		scan->cursor = 0;
		uint64_t end = scan->offset + RCSV_PIECE_BYTES;
		if (need(scan, end < to ? end : to, err) != 0)
			return -1;
	}
}

/* Goes on to the slice's next block, whose records begin at the cursor. */
static int
skip_blocks(struct rcsv_scan *scan, struct error *err)
{
	uint64_t block = next_own_block(scan, scan->block);
	uint64_t target = block * RCSV_BLOCK_BYTES;
	if (scan->bytes.size != RCSV_SIZE_UNKNOWN &&
	    target >= scan->bytes.size) {
		end_file(scan, scan->bytes.size);
		return 0;
	}
	if (scan->offset + scan->cursor < target) {
		struct rcsv_tally tally = {0};
		if (count_until(scan, target - 1, &tally, err) != 0 ||
		    need(scan, target + 1, err) != 0)
			return -1;
		if (scan->is_at_end && scan->file_bytes <= target) {
			end_file(scan, scan->file_bytes);
			return 0;
		}
		uint32_t records;
		scan->line += tally.newlines;
		advance(scan, target + MORE_BYTES);
		if (index_until(scan, scan->cursor, tally.quotes & 1, target,
		    &records, err) != 0)
			return -1;
		/* Faults mean nothing here: the field's begin is unknown. */
		struct rcsv_stretch rest;
		fill_stretch(scan, records, &rest);
		rest.has_quoted_newlines = 1;
		pass_stretch(scan, &rest);
	}
	scan->block = block;
	scan->block_begin = scan->offset + scan->cursor;
	return 0;
}

/* ---- blocks ---------------------------------------------------------- */

/* The block ends with this stretch; or goes on. */
static void
close_stretch(struct rcsv_scan *scan, struct rcsv_stretch *stretch,
    _Bool is_file_end)
{
	uint64_t at = scan->offset + scan->cursor;
	stretch->block = (struct block){
	    .index = scan->base_block + scan->block,
	    .begin = scan->base_offset + scan->block_begin,
	    .end = scan->base_offset + at,
	    .is_last = is_file_end ||
		at >= (scan->block + 1) * RCSV_BLOCK_BYTES};
	if (!stretch->block.is_last)
		return;
	scan->block++;
	scan->block_begin = at;
	if (is_file_end && scan->block >= block_count(scan->file_bytes)) {
		/* the window stays: the stretch is read from it yet */
		rcsv_scan_pass(scan, scan->file_bytes);
	}
}

/* The next stretch of any block. */
static int
scan_stretch(struct rcsv_scan *scan, struct rcsv_stretch *stretch,
    struct error *err)
{
	uint64_t at = scan->offset + scan->cursor;
	uint64_t target = (at / RCSV_PIECE_BYTES + 1) * RCSV_PIECE_BYTES;
	advance(scan, target + MORE_BYTES);
	int is_end = is_at_file_end(scan, err);
	if (is_end < 0)
		return -1;
	uint32_t records = 0;
	if (!is_end && at < (scan->block + 1) * RCSV_BLOCK_BYTES) {
		if (index_until(scan, scan->cursor, 0, target, &records,
		    err) != 0)
			return -1;
	} else {
		/* separators[-1] is written below */
		rcsv_index_reserve(&scan->index, 1);
		rcsv_index_start(&scan->index, 0);
	}
	fill_stretch(scan, records, stretch);
	pass_stretch(scan, stretch);
	uint64_t end = scan->offset + scan->cursor;
	/* Whether the file ends here is known once a byte more was asked. */
	if (end == scan->offset + scan->len && !scan->is_at_end) {
		if (need(scan, end + MORE_BYTES, err) != 0)
			return -1;
		stretch->data = window(scan);
	}
	close_stretch(scan, stretch, scan->is_at_end &&
	    end >= scan->file_bytes);
	return 1;
}

int
rcsv_scan_next(struct rcsv_scan *scan, struct rcsv_stretch *stretch,
    struct error *err)
{
	while (!scan->is_done) {
		_Bool is_own = next_own_block(scan, scan->block) ==
		    scan->block;
		if (!is_own && !scan->bytes.reads_all) {
			if (skip_blocks(scan, err) != 0)
				return -1;
			continue;
		}
		if (scan_stretch(scan, stretch, err) != 1)
			return -1;
		if (is_own)
			return 1;
	}
	return 0;
}
