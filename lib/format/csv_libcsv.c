#include "format/csv_libcsv.h"

#include <csv.h>
#include <string.h>

#define READ_BYTES 65536

/*
 * FIELD_BEGUN in libcsv.c (3.0.3), which names it nowhere else.  Its own
 * check for a quote that is not closed works in strict mode only.
 */
#define WITHIN_FIELD 2

struct record {
	uint64_t begin;		/* in the input */
	uint64_t end;
};

struct rcsv_lenient {
	struct csv_parser parser;
	struct rcsv_bytes inner;
	uint32_t record_bytes;		/* at most */
	uint8_t delimiter;
	uint8_t quote;
	_Bool has_started;
	_Bool is_at_end;
	_Bool is_in_record;	/* the parser has seen a part of one */
	_Bool has_field;	/* of the record that is being written */
	/* the input since the oldest record that may be asked for */
	struct buffer raw;
	uint64_t raw_offset;
	uint64_t used;		/* up to here it was parsed */
	uint64_t record_begin;
	uint64_t segment_end;
	struct record *records;	/* owned */
	size_t record_count;
	size_t record_capacity;
	uint64_t first_ordinal;
	/* the output that was not read yet */
	struct buffer out;
	size_t out_at;
};

static int
is_no_space(unsigned char c)
{
	(void)c;
	return 0;
}

struct rcsv_lenient *
rcsv_lenient_new(uint8_t delimiter, uint8_t quote, uint32_t record_bytes,
    const struct rcsv_bytes *inner)
{
	struct rcsv_lenient *lenient = mem_zalloc(sizeof(*lenient));
	lenient->inner = *inner;
	lenient->delimiter = delimiter;
	lenient->quote = quote;
	lenient->record_bytes = record_bytes;
	csv_init(&lenient->parser, CSV_EMPTY_IS_NULL);
	csv_set_delim(&lenient->parser, delimiter);
	csv_set_quote(&lenient->parser, quote);
	csv_set_space_func(&lenient->parser, is_no_space);
	csv_set_realloc_func(&lenient->parser, mem_realloc);
	csv_set_free_func(&lenient->parser, mem_free);
	return lenient;
}

void
rcsv_lenient_free(struct rcsv_lenient *lenient)
{
	if (lenient == NULL)
		return;
	csv_free(&lenient->parser);
	mem_free(lenient->records);
	buffer_release(&lenient->raw);
	buffer_release(&lenient->out);
	mem_free(lenient);
}

/* ---- writing well-formed records ------------------------------------- */

static _Bool
needs_quotes(const struct rcsv_lenient *lenient, const uint8_t *bytes,
    size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] == lenient->quote || bytes[i] == '\n' ||
		    bytes[i] == lenient->delimiter || bytes[i] == '\r')
			return 1;
	return len == 0;
}

/* libcsv's first callback: a field; NULL if it is empty without quotes. */
static void
take_field(void *bytes, size_t len, void *context)
{
	struct rcsv_lenient *lenient = context;
	struct buffer *out = &lenient->out;
	if (lenient->has_field)
		buffer_append_byte(out, lenient->delimiter);
	lenient->has_field = 1;
	if (bytes == NULL)
		return;
	if (!needs_quotes(lenient, bytes, len)) {
		buffer_append(out, bytes, len);
		return;
	}
	const uint8_t *from = bytes;
	buffer_reserve(out, 2 * len + 2);
	buffer_append_byte(out, lenient->quote);
	for (size_t i = 0; i < len; i++) {
		if (from[i] == lenient->quote)
			buffer_append_byte(out, lenient->quote);
		buffer_append_byte(out, from[i]);
	}
	buffer_append_byte(out, lenient->quote);
}

/* The second: the end of a record. */
static void
take_end(int terminator, void *context)
{
	struct rcsv_lenient *lenient = context;
	(void)terminator;
	buffer_append_byte(&lenient->out, '\n');
	if (lenient->record_count == lenient->record_capacity) {
		lenient->record_capacity = lenient->record_capacity * 2 + 1024;
		lenient->records = mem_grow_array(lenient->records,
		    lenient->record_capacity, sizeof(*lenient->records));
	}
	lenient->records[lenient->record_count++] = (struct record){
	    lenient->record_begin, lenient->segment_end};
	lenient->record_begin = lenient->segment_end;
	lenient->has_field = 0;
	lenient->is_in_record = 0;
}

/* ---- reading --------------------------------------------------------- */

static _Bool
is_blank(const uint8_t *bytes, size_t len)
{
	return (len == 1 && bytes[0] == '\n') ||
	    (len == 2 && bytes[0] == '\r' && bytes[1] == '\n');
}

/* Parses what has come, line by line, so that records know their ends. */
static void
parse_segments(struct rcsv_lenient *lenient)
{
	for (;;) {
		size_t at = (size_t)(lenient->used - lenient->raw_offset);
		const uint8_t *bytes = lenient->raw.data + at;
		size_t len = lenient->raw.len - at;
		if (len == 0)
			return;
		const uint8_t *newline = memchr(bytes, '\n', len);
		if (newline != NULL)
			len = (size_t)(newline - bytes) + 1;
		lenient->segment_end = lenient->used + len;
		if (!lenient->is_in_record && is_blank(bytes, len)) {
			take_end('\n', lenient);
		} else {
			lenient->is_in_record = 1;
			csv_parse(&lenient->parser, bytes, len, take_field,
			    take_end, lenient);
		}
		lenient->used += len;
	}
}

static int
refuse_open_quote(const struct rcsv_lenient *lenient, struct error *err)
{
	return error_data(err, "%s: byte %llu: a quote in the record that "
	    "begins here is never closed", lenient->inner.name,
	    (unsigned long long)lenient->record_begin);
}

static int
take_input(struct rcsv_lenient *lenient, struct error *err)
{
	size_t got;
	buffer_reserve(&lenient->raw, READ_BYTES);
	if (lenient->inner.read(lenient->inner.context,
	    lenient->raw.data + lenient->raw.len, READ_BYTES, &got, err) != 0)
		return -1;
	lenient->raw.len += got;
	if (!lenient->has_started && lenient->raw.len >= 3 &&
	    memcmp(lenient->raw.data, "\xef\xbb\xbf", 3) == 0)
		lenient->used = lenient->record_begin = 3;
	lenient->has_started = 1;
	parse_segments(lenient);
	if (lenient->used - lenient->record_begin > lenient->record_bytes)
		return refuse_open_quote(lenient, err);
	if (got == READ_BYTES)
		return 0;
	lenient->is_at_end = 1;
	if (lenient->parser.pstate == WITHIN_FIELD && lenient->parser.quoted)
		return refuse_open_quote(lenient, err);
	csv_fini(&lenient->parser, take_field, take_end, lenient);
	return 0;
}

static int
lenient_read(void *context, void *bytes, size_t len, size_t *got,
    struct error *err)
{
	struct rcsv_lenient *lenient = context;
	*got = 0;
	while (*got < len) {
		size_t held = lenient->out.len - lenient->out_at;
		if (held == 0 && lenient->is_at_end)
			break;
		if (held == 0) {
			lenient->out.len = 0;
			lenient->out_at = 0;
			if (take_input(lenient, err) != 0)
				return -1;
			continue;
		}
		size_t part = len - *got < held ? len - *got : held;
		memcpy((uint8_t *)bytes + *got,
		    lenient->out.data + lenient->out_at, part);
		lenient->out_at += part;
		*got += part;
	}
	return 0;
}

struct rcsv_bytes
rcsv_lenient_bytes(struct rcsv_lenient *lenient)
{
	return (struct rcsv_bytes){.read = lenient_read, .context = lenient,
	    .name = lenient->inner.name, .size = RCSV_SIZE_UNKNOWN,
	    .reads_all = 1};
}

struct rcsv_raw
rcsv_lenient_find(const struct rcsv_lenient *lenient, uint64_t ordinal)
{
	size_t index = (size_t)(ordinal - lenient->first_ordinal);
	if (ordinal < lenient->first_ordinal || index >= lenient->record_count)
		return (struct rcsv_raw){0};
	const struct record *record = &lenient->records[index];
	struct rcsv_raw raw = {record->begin,
	    lenient->raw.data + (record->begin - lenient->raw_offset),
	    (size_t)(record->end - record->begin)};
	while (raw.len > 0 && (raw.bytes[raw.len - 1] == '\n' ||
	    raw.bytes[raw.len - 1] == '\r'))
		raw.len--;
	return raw;
}

void
rcsv_lenient_forget(struct rcsv_lenient *lenient, uint64_t ordinal)
{
	size_t count = ordinal <= lenient->first_ordinal ? 0 :
	    (size_t)(ordinal - lenient->first_ordinal);
	if (count > lenient->record_count)
		count = lenient->record_count;
	if (count == 0)
		return;
	uint64_t keep = count < lenient->record_count ?
	    lenient->records[count].begin : lenient->record_begin;
	size_t gone = (size_t)(keep - lenient->raw_offset);
	memmove(lenient->raw.data, lenient->raw.data + gone,
	    lenient->raw.len - gone);
	lenient->raw.len -= gone;
	lenient->raw_offset = keep;
	lenient->record_count -= count;
	memmove(lenient->records, lenient->records + count,
	    lenient->record_count * sizeof(*lenient->records));
	lenient->first_ordinal += count;
}
