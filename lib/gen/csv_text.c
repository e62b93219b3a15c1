#include "gen/csv_text.h"

#include <assert.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/number.h"
#include "io/output.h"

/* The longest value that is no string, and its comma. */
#define NUMBER_BYTES 64

_Static_assert(NUMBER_BYTES > DATETIME_TEXT_BYTES &&
    NUMBER_BYTES > DECIMAL_TEXT_BYTES, "numbers have room");

static _Bool
needs_quotes(const uint8_t *bytes, uint32_t len)
{
	_Bool found = 0;

	for (uint32_t i = 0; i < len; i++)
		found |= bytes[i] == ',' || bytes[i] == '"' ||
		    bytes[i] == '\n' || bytes[i] == '\r';
	return found;
}

/* out has room for 2 * len + 2 bytes. */
static uint8_t *
put_text(uint8_t *out, const uint8_t *bytes, uint32_t len)
{
	if (!needs_quotes(bytes, len)) {
		memcpy(out, bytes, len);
		return out + len;
	}
	*out++ = '"';
	for (uint32_t i = 0; i < len; i++) {
		if (bytes[i] == '"')
			*out++ = '"';
		*out++ = bytes[i];
	}
	*out++ = '"';
	return out;
}

static inline void
put_two(uint8_t *out, uint32_t number)
{
	out[0] = (uint8_t)('0' + number / 10);
	out[1] = (uint8_t)('0' + number % 10);
}

/* Whole seconds of the years 0 to 9999, the case that there is. */
static uint8_t *
put_timestamp(uint8_t *out, int64_t us)
{
	int32_t days = datetime_day_of(us);
	struct datetime_civil date = datetime_civil(days);
	uint32_t second = (uint32_t)(datetime_time_of(us) /
	    DATETIME_US_PER_SECOND);
	uint32_t year = (uint32_t)date.year;

	if (us % DATETIME_US_PER_SECOND != 0 || year > 9999)
		return out + datetime_print_timestamp((char *)out, us, 0);
	put_two(out, year / 100);
	put_two(out + 2, year % 100);
	out[4] = out[7] = '-';
	put_two(out + 5, date.month);
	put_two(out + 8, date.day);
	out[10] = ' ';
	put_two(out + 11, second / 3600);
	out[13] = out[16] = ':';
	put_two(out + 14, second / 60 % 60);
	put_two(out + 17, second % 60);
	return out + 19;
}

static uint8_t *
put_value(uint8_t *out, const struct column *column, uint32_t row)
{
	const uint8_t *bytes;
	uint32_t len;

	switch (column->type.id) {
	case TYPE_I8:
		return out + number_format_i64((char *)out,
		    ((const int8_t *)column->values)[row]);
	case TYPE_I32:
		return out + number_format_i64((char *)out,
		    ((const int32_t *)column->values)[row]);
	case TYPE_I64:
		return out + number_format_i64((char *)out,
		    ((const int64_t *)column->values)[row]);
	case TYPE_DECIMAL:
		return out + decimal_format_64((char *)out,
		    ((const int64_t *)column->values)[row],
		    column->type.scale);
	case TYPE_TIMESTAMP:
		return put_timestamp(out,
		    ((const int64_t *)column->values)[row]);
	default:
		assert(type_is_variable(column->type));
		bytes = column_bytes(column, row, &len);
		return put_text(out, bytes, len);
	}
}

/* More than any row of the batch can take. */
static size_t
widest_row(const struct batch *batch)
{
	size_t bytes = (size_t)batch->column_count * NUMBER_BYTES;

	for (uint32_t c = 0; c < batch->column_count; c++) {
		const struct column *column = &batch->columns[c];
		uint32_t widest = 0, len;

		if (!type_is_variable(column->type))
			continue;
		if (column->code_bytes != 0) {
			for (uint32_t i = 0; i < column->dictionary->count;
			    i++) {
				dictionary_get(column->dictionary, i, &len);
				widest = len > widest ? len : widest;
			}
		} else {
			for (uint32_t i = 0; i < batch->row_count; i++) {
				column_bytes(column, i, &len);
				widest = len > widest ? len : widest;
			}
		}
		bytes += 2 * (size_t)widest;
	}
	return bytes;
}

static void
append_header(struct buffer *out, const struct schema *schema)
{
	for (uint32_t c = 0; c < schema->count; c++) {
		buffer_append_text(out, schema->fields[c].name);
		buffer_append_byte(out, c + 1 < schema->count ? ',' : '\n');
	}
}

static void
append_rows(struct buffer *out, const struct batch *batch)
{
	buffer_reserve(out, batch->row_count * widest_row(batch));

	uint8_t *at = out->data + out->len;

	for (uint32_t row = 0; row < batch->row_count; row++) {
		for (uint32_t c = 0; c < batch->column_count; c++) {
			const struct column *column = &batch->columns[c];

			if (!column_is_null(column, row))
				at = put_value(at, column, row);
			*at++ = ',';
		}
		at[-1] = '\n';
	}
	out->len = (size_t)(at - out->data);
}

/* ---- the sink -------------------------------------------------------- */

struct csv_text {
	struct batch_sink sink;
	struct output output;
	_Bool has_header;
};

static int
text_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	struct csv_text *self = (struct csv_text *)sink;

	if (self->has_header)
		append_header(&self->output.buffer, &header->schema);
	return output_flush_full(&self->output, err);
}

static int
text_write(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct csv_text *self = (struct csv_text *)sink;

	append_rows(&self->output.buffer, batch);
	return output_flush_full(&self->output, err);
}

static int
text_finish(struct batch_sink *sink, const struct stages *stages,
    struct error *err)
{
	(void)stages;
	return output_flush(&((struct csv_text *)sink)->output, err);
}

static void
text_abort(struct batch_sink *sink, const struct error *why,
    const struct stages *stages)
{
	/* CSV has no word for it: the status says it */
	(void)sink;
	(void)why;
	(void)stages;
}

static void
text_free(struct batch_sink *sink)
{
	struct csv_text *self = (struct csv_text *)sink;

	output_release(&self->output);
	mem_free(self);
}

struct batch_sink *
csv_text_new(int fd, const char *name, _Bool has_header)
{
	struct csv_text *self = mem_zalloc(sizeof(*self));

	self->sink = (struct batch_sink){ .begin = text_begin,
	    .write = text_write, .finish = text_finish, .abort = text_abort,
	    .free = text_free };
	output_init(&self->output, fd, name);
	self->has_header = has_header;
	return &self->sink;
}
