#include "format/csv_dialect.h"

#include "base/charset.h"

#define CHUNK_BYTES 65536

enum place {
	PLACE_SKIPPED,		/* in the lines before the first record */
	PLACE_START,		/* of a record */
	PLACE_COMMENT,
	PLACE_FIELD_START,
	PLACE_FIELD,
	PLACE_QUOTED,
	PLACE_ESCAPED,		/* behind the escape, within quotes */
	PLACE_CLOSED		/* behind a closing quote */
};

struct rcsv_dialect {
	struct rcsv_dialect_options options;
	struct rcsv_bytes from;
	struct charset *charset;	/* owned, or NULL */
	struct buffer raw, text;	/* read; decoded */
	struct buffer out;
	size_t out_at;
	_Bool is_at_end;
	enum place place;
	uint64_t lines_to_skip;
	uint32_t fields;		/* of the record, so far */
	uint32_t wanted_fields;		/* of the first record; 0: not known */
	_Bool is_cut;			/* the rest of the record is left out */
	_Bool has_cr;			/* held back, until what follows */
};

_Bool
rcsv_dialect_is_needed(const struct rcsv_dialect_options *options)
{
	return options->encoding != NULL || options->skip_lines > 0 ||
	    options->comment != 0 || options->escape != 0 || options->pads ||
	    options->cuts;
}

/* ---- bytes out ------------------------------------------------------- */

static inline void
put(struct rcsv_dialect *dialect, uint8_t byte)
{
	if (!dialect->is_cut)
		buffer_append_byte(&dialect->out, byte);
}

/* The record's end: fields that it lacks, and the newline. */
static void
end_record(struct rcsv_dialect *dialect, _Bool has_newline)
{
	_Bool is_blank = dialect->place == PLACE_START;
	if (!is_blank && dialect->wanted_fields == 0)
		dialect->wanted_fields = dialect->fields;
	dialect->is_cut = 0;
	while (!is_blank && dialect->options.pads &&
	    dialect->fields < dialect->wanted_fields) {
		put(dialect, dialect->options.delimiter);
		dialect->fields++;
	}
	if (dialect->has_cr)
		put(dialect, '\r');
	dialect->has_cr = 0;
	if (has_newline)
		put(dialect, '\n');
	dialect->place = PLACE_START;
	dialect->fields = 1;
}

static void
take_delimiter(struct rcsv_dialect *dialect)
{
	_Bool is_extra = dialect->wanted_fields > 0 &&
	    dialect->fields >= dialect->wanted_fields;
	if (dialect->options.cuts && is_extra)
		dialect->is_cut = 1;
	put(dialect, dialect->options.delimiter);
	dialect->fields++;
	dialect->place = PLACE_FIELD_START;
}

/* ---- bytes in -------------------------------------------------------- */

static void
take_quoted(struct rcsv_dialect *dialect, uint8_t byte)
{
	const struct rcsv_dialect_options *options = &dialect->options;
	if (dialect->place == PLACE_ESCAPED) {
		/* an escape of anything else is two bytes of text */
		if (byte == options->quote)
			put(dialect, byte);
		else if (byte != options->escape)
			put(dialect, options->escape);
		put(dialect, byte);
		dialect->place = PLACE_QUOTED;
	} else if (options->escape != 0 && byte == options->escape) {
		dialect->place = PLACE_ESCAPED;
	} else {
		if (byte == options->quote)
			dialect->place = PLACE_CLOSED;
		put(dialect, byte);
	}
}

/* Out of quotes; a CR before a newline belongs to it. */
static void
take_plain(struct rcsv_dialect *dialect, uint8_t byte)
{
	const struct rcsv_dialect_options *options = &dialect->options;
	if (byte == '\n') {
		end_record(dialect, 1);
		return;
	}
	if (dialect->has_cr) {
		put(dialect, '\r');
		dialect->has_cr = 0;
		dialect->place = PLACE_FIELD;
	}
	if (byte == '\r') {
		dialect->has_cr = 1;
		return;
	}
	if (dialect->place == PLACE_START && options->comment != 0 &&
	    byte == options->comment) {
		dialect->place = PLACE_COMMENT;
		return;
	}
	if (byte == options->delimiter) {
		take_delimiter(dialect);
		return;
	}
	if (options->has_quote && byte == options->quote &&
	    dialect->place != PLACE_FIELD)
		dialect->place = PLACE_QUOTED;
	else
		dialect->place = PLACE_FIELD;
	put(dialect, byte);
}

static void
take(struct rcsv_dialect *dialect, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		switch (dialect->place) {
		case PLACE_SKIPPED:
			if (bytes[i] != '\n')
				break;
			put(dialect, '\n');
			if (--dialect->lines_to_skip == 0)
				dialect->place = PLACE_START;
			break;
		case PLACE_COMMENT:
			if (bytes[i] != '\n')
				break;
			put(dialect, '\n');
			dialect->place = PLACE_START;
			break;
		case PLACE_QUOTED:
		case PLACE_ESCAPED:
			take_quoted(dialect, bytes[i]);
			break;
		default:
			take_plain(dialect, bytes[i]);
			break;
		}
	}
}

/* Reads and filters the next bytes. */
static int
fill(struct rcsv_dialect *dialect, struct error *err)
{
	struct rcsv_bytes *from = &dialect->from;
	size_t got;
	buffer_resize(&dialect->raw, CHUNK_BYTES);
	if (from->read(from->context, dialect->raw.data, CHUNK_BYTES, &got,
	    err) != 0)
		return -1;
	dialect->is_at_end = got < CHUNK_BYTES;
	dialect->out.len = dialect->out_at = 0;
	if (dialect->charset == NULL) {
		take(dialect, dialect->raw.data, got);
	} else {
		dialect->text.len = 0;
		if (charset_decode(dialect->charset, dialect->raw.data, got,
		    &dialect->text, err) != 0 || (dialect->is_at_end &&
		    charset_end(dialect->charset, err) != 0))
			return error_prefix(err, "%s", from->name);
		take(dialect, dialect->text.data, dialect->text.len);
	}
	if (dialect->is_at_end) {
		if (dialect->place == PLACE_ESCAPED)
			put(dialect, dialect->options.escape);
		else if (dialect->place != PLACE_QUOTED &&
		    dialect->place != PLACE_SKIPPED &&
		    dialect->place != PLACE_COMMENT)
			end_record(dialect, 0);
	}
	return 0;
}

static int
read_filtered(void *context, void *bytes, size_t len, size_t *got,
    struct error *err)
{
	struct rcsv_dialect *dialect = context;
	*got = 0;
	while (*got < len) {
		size_t there = dialect->out.len - dialect->out_at;
		if (there == 0) {
			if (dialect->is_at_end)
				break;
			if (fill(dialect, err) != 0)
				return -1;
			continue;
		}
		size_t n = len - *got < there ? len - *got : there;
		memcpy((uint8_t *)bytes + *got,
		    dialect->out.data + dialect->out_at, n);
		dialect->out_at += n;
		*got += n;
	}
	return 0;
}

/* ---- making ---------------------------------------------------------- */

struct rcsv_dialect *
rcsv_dialect_new(const struct rcsv_dialect_options *options,
    const struct rcsv_bytes *bytes, struct error *err)
{
	struct rcsv_dialect *dialect = mem_zalloc(sizeof(*dialect));
	dialect->options = *options;
	dialect->from = *bytes;
	dialect->fields = 1;
	dialect->lines_to_skip = options->skip_lines;
	dialect->place = options->skip_lines > 0 ? PLACE_SKIPPED :
	    PLACE_START;
	if (options->encoding == NULL)
		return dialect;
	dialect->charset = charset_new(options->encoding, err);
	if (dialect->charset != NULL)
		return dialect;
	rcsv_dialect_free(dialect);
	return NULL;
}

void
rcsv_dialect_free(struct rcsv_dialect *dialect)
{
	if (dialect == NULL)
		return;
	charset_free(dialect->charset);
	buffer_release(&dialect->raw);
	buffer_release(&dialect->text);
	buffer_release(&dialect->out);
	mem_free(dialect);
}

struct rcsv_bytes
rcsv_dialect_bytes(struct rcsv_dialect *dialect)
{
	return (struct rcsv_bytes){.read = read_filtered, .context = dialect,
	    .name = dialect->from.name, .size = RCSV_SIZE_UNKNOWN,
	    .reads_all = dialect->from.reads_all};
}
