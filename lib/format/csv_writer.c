#include "format/csv_writer.h"

#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/number.h"
#include "batch/value.h"

/* Room for any value of fixed width, quotes and a delimiter. */
#define VALUE_BYTES 160

/* What a byte of a string asks for. */
#define NEEDS_QUOTES 1

/* What is known of a dictionary's entries: by code. */
enum entry_state {
	ENTRY_UNKNOWN = 0,
	ENTRY_PLAIN,
	ENTRY_QUOTED
};

struct writer_column {
	const struct dictionary *dictionary;	/* that `states` is about */
	struct buffer states;			/* enum entry_state by code */
};

struct rcsv_writer {
	struct batch_sink sink;
	struct rcsv_writer_options options;
	size_t null_len;
	struct output *output;			/* borrowed */
	struct writer_column *columns;		/* owned */
	uint32_t column_count;
	uint8_t needs[256];			/* by byte: NEEDS_QUOTES */
	_Bool checks_values;	/* the delimiter may occur in numbers, dates */
};

static struct rcsv_writer *
writer_of(struct batch_sink *sink)
{
	return (struct rcsv_writer *)sink;
}

/* ---- quotes ---------------------------------------------------------- */

static _Bool
needs_quotes(const struct rcsv_writer *writer, const uint8_t *bytes,
    size_t len)
{
	uint32_t needs = 0;
	for (size_t i = 0; i < len; i++)
		needs |= writer->needs[bytes[i]];
	return needs != 0 || (len == writer->null_len &&
	    memcmp(bytes, writer->options.null_text, len) == 0) || len == 0;
}

static void
put_quoted(const struct rcsv_writer *writer, const uint8_t *bytes, size_t len,
    struct buffer *out)
{
	uint8_t quote = writer->options.quote;
	buffer_reserve(out, 2 * len + 2);
	uint8_t *to = out->data + out->len;
	*to++ = quote;
	for (size_t i = 0; i < len; i++) {
		*to = quote;
		to += bytes[i] == quote;
		*to++ = bytes[i];
	}
	*to++ = quote;
	out->len = (size_t)(to - out->data);
}

/* A short text is copied 16 bytes at a time; both sides have slack. */
static inline void
put_bytes(const uint8_t *bytes, size_t len, struct buffer *out)
{
	buffer_reserve(out, len + VALUE_BYTES);
	memcpy(out->data + out->len, bytes, 16);
	if (len > 16)
		memcpy(out->data + out->len + 16, bytes + 16, len - 16);
	out->len += len;
}

/* ---- values ---------------------------------------------------------- */

/* Whether a spreadsheet would take a text for a formula. */
static _Bool
is_formula(const uint8_t *bytes, size_t len)
{
	return len > 0 && (*bytes == '=' || *bytes == '+' || *bytes == '-' ||
	    *bytes == '@' || *bytes == '\t' || *bytes == '\r');
}

static void
put_guarded(struct rcsv_writer *writer, const uint8_t *bytes, size_t len,
    struct buffer *out)
{
	struct buffer text = {0};
	buffer_append_byte(&text, '\'');
	buffer_append(&text, bytes, len);
	if (writer->options.quotes_all || writer->options.quotes_text ||
	    needs_quotes(writer, text.data, text.len))
		put_quoted(writer, text.data, text.len, out);
	else
		buffer_append(out, text.data, text.len);
	buffer_release(&text);
}

static void
put_string(struct rcsv_writer *writer, struct writer_column *state,
    const struct column *column, uint32_t row, struct buffer *out)
{
	uint32_t len;
	const uint8_t *bytes = column_bytes(column, row, &len);
	_Bool is_quoted;
	if (writer->options.is_guarded && is_formula(bytes, len)) {
		put_guarded(writer, bytes, len, out);
		return;
	}
	if (writer->options.quotes_all || writer->options.quotes_text) {
		is_quoted = 1;
	} else if (column->code_bytes == 0) {
		is_quoted = needs_quotes(writer, bytes, len);
	} else {
		uint8_t *entry = &state->states.data[column_code(column,
		    row)];
		if (*entry == ENTRY_UNKNOWN)
			*entry = needs_quotes(writer, bytes, len) ?
			    ENTRY_QUOTED : ENTRY_PLAIN;
		is_quoted = *entry == ENTRY_QUOTED;
	}
	if (is_quoted)
		put_quoted(writer, bytes, len, out);
	else
		put_bytes(bytes, len, out);
}

/* A value of fixed width; room is there. */
static size_t
format_value(const struct column *column, uint32_t row, char *to)
{
	const void *values = column->values;
	switch (column->type.id) {
	case TYPE_I8:
		return number_format_i64(to, ((const int8_t *)values)[row]);
	case TYPE_I16:
		return number_format_i64(to, ((const int16_t *)values)[row]);
	case TYPE_I32:
		return number_format_i64(to, ((const int32_t *)values)[row]);
	case TYPE_I64:
		return number_format_i64(to, ((const int64_t *)values)[row]);
	case TYPE_U8:
		return number_format_u64(to, ((const uint8_t *)values)[row]);
	case TYPE_U16:
		return number_format_u64(to, ((const uint16_t *)values)[row]);
	case TYPE_U32:
		return number_format_u64(to, ((const uint32_t *)values)[row]);
	case TYPE_U64:
		return number_format_u64(to, ((const uint64_t *)values)[row]);
	case TYPE_F32:
		return number_format_f32(to, ((const float *)values)[row]);
	case TYPE_F64:
		return number_format_f64(to, ((const double *)values)[row]);
	case TYPE_DECIMAL:
		if (column->type.precision > DECIMAL_MAX_PRECISION_64)
			return decimal_format_128(to,
			    ((const int128 *)values)[row],
			    column->type.scale);
		return decimal_format_64(to, ((const int64_t *)values)[row],
		    column->type.scale);
	case TYPE_DATE:
		return datetime_print_date(to, ((const int32_t *)values)[row]);
	case TYPE_TIME:
		return datetime_print_time(to, ((const int64_t *)values)[row]);
	case TYPE_TIMESTAMP:
		return datetime_print_timestamp(to,
		    ((const int64_t *)values)[row], column->type.is_utc);
	case TYPE_BOOL:
		memcpy(to, column_bool(column, row) ? "true " : "false", 5);
		return column_bool(column, row) ? 4 : 5;
	default:
		return 0;
	}
}

static void
put_checked(const struct rcsv_writer *writer, size_t begin,
    struct buffer *out)
{
	uint8_t text[VALUE_BYTES];
	size_t len = out->len - begin;
	memcpy(text, out->data + begin, len);
	if (!writer->options.quotes_all && !needs_quotes(writer, text, len))
		return;
	out->len = begin;
	put_quoted(writer, text, len, out);
}

static inline void
put_field(struct rcsv_writer *writer, uint32_t index,
    const struct column *column, uint32_t row, struct buffer *out)
{
	if (column_is_null(column, row) || column->type.id == TYPE_NULL) {
		buffer_append(out, writer->options.null_text,
		    writer->null_len);
		return;
	}
	if (column->type.id == TYPE_STRING) {
		put_string(writer, &writer->columns[index], column, row, out);
		return;
	}
	size_t begin = out->len;
	if (column->type.id == TYPE_BINARY) {
		struct buffer text = {0};
		column_format(column, row, &text);
		if (writer->options.quotes_all ||
		    needs_quotes(writer, text.data, text.len))
			put_quoted(writer, text.data, text.len, out);
		else
			buffer_append(out, text.data, text.len);
		buffer_release(&text);
		return;
	}
	buffer_reserve(out, VALUE_BYTES);
	out->len += format_value(column, row, (char *)out->data + out->len);
	if (writer->checks_values)
		put_checked(writer, begin, out);
}

static inline void
end_line(const struct rcsv_writer *writer, struct buffer *out)
{
	if (writer->options.has_crlf)
		buffer_append_byte(out, '\r');
	buffer_append_byte(out, '\n');
}

/* ---- the sink -------------------------------------------------------- */

static int
writer_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	struct rcsv_writer *writer = writer_of(sink);
	const struct schema *schema = &header->schema;
	struct buffer *out = &writer->output->buffer;
	writer->column_count = schema->count;
	writer->columns = mem_array(schema->count, sizeof(*writer->columns));
	for (uint32_t i = 0; i < schema->count; i++)
		if (type_is_nested(schema->fields[i].type))
			return error_data(err, "column '%s': a %s has no "
			    "place in CSV", schema->fields[i].name,
			    type_name(schema->fields[i].type.id));
	if (writer->options.has_bom)
		buffer_append(out, "\xef\xbb\xbf", 3);
	if (!writer->options.has_header)
		return 0;
	for (uint32_t i = 0; i < schema->count; i++) {
		const char *name = schema->fields[i].name;
		const uint8_t *bytes = (const uint8_t *)name;
		if (i > 0)
			buffer_append_byte(out, writer->options.delimiter);
		if (writer->options.quotes_all ||
		    writer->options.quotes_text ||
		    needs_quotes(writer, bytes, strlen(name)))
			put_quoted(writer, bytes, strlen(name), out);
		else
			buffer_append_text(out, name);
	}
	end_line(writer, out);
	return output_flush_full(writer->output, err);
}

/* Entries of a dictionary are looked at once. */
static void
follow_dictionary(struct writer_column *state, const struct column *column)
{
	if (column->code_bytes == 0)
		return;
	if (state->dictionary != column->dictionary)
		state->states.len = 0;
	state->dictionary = column->dictionary;
	buffer_resize(&state->states, column->dictionary->count);
}

static int
writer_write(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct rcsv_writer *writer = writer_of(sink);
	struct buffer *out = &writer->output->buffer;
	for (uint32_t i = 0; i < batch->column_count; i++)
		follow_dictionary(&writer->columns[i], &batch->columns[i]);
	for (uint32_t row = 0; row < batch->row_count; row++) {
		size_t begin = out->len;
		for (uint32_t i = 0; i < batch->column_count; i++) {
			put_field(writer, i, &batch->columns[i], row, out);
			buffer_reserve(out, 1);
			out->data[out->len++] = writer->options.delimiter;
		}
		/* the last delimiter is the newline's place */
		out->len -= out->len > begin;
		end_line(writer, out);
		if ((row & 255) == 255 &&
		    output_flush_full(writer->output, err) != 0)
			return -1;
	}
	return output_flush_full(writer->output, err);
}

static int
writer_finish(struct batch_sink *sink, const struct stages *stages,
    struct error *err)
{
	(void)stages;
	return output_flush(writer_of(sink)->output, err);
}

static void
writer_abort(struct batch_sink *sink, const struct error *why,
    const struct stages *stages)
{
	(void)sink;
	(void)why;
	(void)stages;
}

static void
writer_free(struct batch_sink *sink)
{
	struct rcsv_writer *writer = writer_of(sink);
	for (uint32_t i = 0; writer->columns != NULL &&
	    i < writer->column_count; i++)
		buffer_release(&writer->columns[i].states);
	mem_free(writer->columns);
	mem_free(writer);
}

struct batch_sink *
rcsv_sink_new(const struct rcsv_writer_options *options,
    struct output *output)
{
	struct rcsv_writer *writer = mem_zalloc(sizeof(*writer));
	writer->sink = (struct batch_sink){.begin = writer_begin,
	    .write = writer_write, .finish = writer_finish,
	    .abort = writer_abort, .free = writer_free};
	writer->options = *options;
	if (writer->options.null_text == NULL)
		writer->options.null_text = "";
	writer->null_len = strlen(writer->options.null_text);
	writer->output = output;
	writer->needs[options->delimiter] = NEEDS_QUOTES;
	writer->needs[options->quote] = NEEDS_QUOTES;
	writer->needs['\n'] = NEEDS_QUOTES;
	writer->needs['\r'] = NEEDS_QUOTES;
	writer->checks_values = options->quotes_all ||
	    writer->null_len > 0;
	for (const char *c = "0123456789+-.: eEinfatrulsyTZ"; *c != '\0'; c++)
		writer->checks_values |= writer->needs[(uint8_t)*c] != 0;
	return &writer->sink;
}
