#include "format/thrift_compact.h"

#include <assert.h>
#include <stdio.h>

/* ---- reading --------------------------------------------------------- */

void
thrift_reader_init(struct thrift_reader *reader, const void *bytes,
    size_t len)
{
	*reader = (struct thrift_reader){.at = bytes,
	    .end = (const uint8_t *)bytes + len};
}

int
thrift_check(const struct thrift_reader *reader, struct error *err)
{
	if (!reader->has_failed)
		return 0;
	if (err != NULL)
		*err = reader->failure;
	return -1;
}

int
thrift_fail(struct thrift_reader *reader, const char *format, ...)
{
	if (reader->has_failed)
		return 0;
	char text[256];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	error_data(&reader->failure, "%s", text);
	reader->has_failed = 1;
	reader->at = reader->end;
	return 0;
}

static int
fail_short(struct thrift_reader *reader)
{
	if (!reader->has_failed)
		reader->is_short = 1;
	return thrift_fail(reader, "the Thrift data end too early");
}

static size_t
left(const struct thrift_reader *reader)
{
	return (size_t)(reader->end - reader->at);
}

static uint8_t
read_byte(struct thrift_reader *reader)
{
	if (reader->at == reader->end)
		return (uint8_t)fail_short(reader);
	return *reader->at++;
}

/* ULEB128 of up to 64 bits. */
static uint64_t
read_varint(struct thrift_reader *reader)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < 70; shift += 7) {
		uint8_t byte = read_byte(reader);
		if (reader->has_failed)
			return 0;
		if (shift == 63 && byte > 1)
			break;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	return (uint64_t)thrift_fail(reader, "a number of more than 64 bits");
}

static int64_t
read_zigzag(struct thrift_reader *reader)
{
	uint64_t value = read_varint(reader);
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/*
 * A field header is one byte, delta of the id and type, or the type and the
 * whole id if the delta is not 1 to 15.
 */
_Bool
thrift_next_field(struct thrift_reader *reader, struct thrift_field *field)
{
	uint8_t head = read_byte(reader);
	if (reader->has_failed || head == THRIFT_STOP)
		return 0;
	int64_t id = head >> 4 != 0 ? field->id + (head >> 4) :
	    read_zigzag(reader);
	if ((head & 15) > THRIFT_UUID || (head & 15) == THRIFT_STOP)
		return thrift_fail(reader, "field %lld has no type %d",
		    (long long)id, head & 15);
	if (id < 0 || id > INT16_MAX)
		return thrift_fail(reader, "%lld is no number of a field",
		    (long long)id);
	field->id = (int16_t)id;
	field->type = head & 15;
	return !reader->has_failed;
}

static _Bool
want(struct thrift_reader *reader, const struct thrift_field *field,
    enum thrift_type type)
{
	if (reader->has_failed)
		return 0;
	if (field->type == type)
		return 1;
	return thrift_fail(reader, "field %d has type %d, not %d", field->id,
	    field->type, type);
}

_Bool
thrift_enter(struct thrift_reader *reader, const struct thrift_field *field)
{
	if (!want(reader, field, THRIFT_STRUCT))
		return 0;
	if (reader->depth == THRIFT_MAX_DEPTH)
		return thrift_fail(reader, "nested deeper than %d",
		    THRIFT_MAX_DEPTH);
	reader->depth++;
	return 1;
}

void
thrift_leave(struct thrift_reader *reader)
{
	if (reader->depth > 0)
		reader->depth--;
}

_Bool
thrift_get_bool(struct thrift_reader *reader,
    const struct thrift_field *field)
{
	if (reader->has_failed || field->type == THRIFT_TRUE)
		return !reader->has_failed;
	return want(reader, field, THRIFT_FALSE) && 0;
}

int64_t
thrift_get_i64(struct thrift_reader *reader,
    const struct thrift_field *field)
{
	if (reader->has_failed)
		return 0;
	if (field->type == THRIFT_I8)
		return (int8_t)read_byte(reader);
	if (field->type < THRIFT_I16 || field->type > THRIFT_I64)
		return want(reader, field, THRIFT_I64);
	return read_zigzag(reader);
}

int32_t
thrift_get_i32(struct thrift_reader *reader,
    const struct thrift_field *field)
{
	int64_t value = thrift_get_i64(reader, field);
	if (value < INT32_MIN || value > INT32_MAX)
		return thrift_fail(reader,
		    "field %d: %lld does not fit 32 bits", field->id,
		    (long long)value);
	return (int32_t)value;
}

const uint8_t *
thrift_get_bytes(struct thrift_reader *reader,
    const struct thrift_field *field, uint32_t *len)
{
	*len = 0;
	if (!want(reader, field, THRIFT_BINARY))
		return NULL;
	uint64_t bytes = read_varint(reader);
	if (reader->has_failed)
		return NULL;
	if (bytes > INT32_MAX) {
		thrift_fail(reader, "field %d has %llu bytes", field->id,
		    (unsigned long long)bytes);
		return NULL;
	}
	if (bytes > left(reader)) {
		fail_short(reader);
		return NULL;
	}
	const uint8_t *at = reader->at;
	reader->at += bytes;
	*len = (uint32_t)bytes;
	return at;
}

/* The head of a list or set: count and type in a byte, or 15 and a varint. */
static uint32_t
read_list(struct thrift_reader *reader, struct thrift_field *element,
    uint32_t element_bytes)
{
	uint8_t head = read_byte(reader);
	uint64_t count = head >> 4;
	if (count == 15)
		count = read_varint(reader);
	*element = (struct thrift_field){.type = head & 15};
	if (reader->has_failed)
		return 0;
	if (element->type == THRIFT_STOP || element->type > THRIFT_UUID)
		return (uint32_t)thrift_fail(reader,
		    "a list's elements have no type %d", element->type);
	if (count > INT32_MAX)
		return (uint32_t)thrift_fail(reader,
		    "a list of %llu elements", (unsigned long long)count);
	if (count > left(reader) / element_bytes)
		return (uint32_t)fail_short(reader);
	return (uint32_t)count;
}

uint32_t
thrift_get_list(struct thrift_reader *reader,
    const struct thrift_field *field, struct thrift_field *element,
    uint32_t element_bytes)
{
	*element = (struct thrift_field){0};
	if (!want(reader, field, THRIFT_LIST))
		return 0;
	return read_list(reader, element, element_bytes);
}

static void
skip_bytes(struct thrift_reader *reader, uint64_t bytes)
{
	if (reader->has_failed)
		return;
	if (bytes > left(reader))
		fail_short(reader);
	else
		reader->at += bytes;
}

/* A value of a type; `in_list`: bools have a byte there. */
static void
skip_value(struct thrift_reader *reader, uint8_t type, _Bool in_list,
    unsigned depth)
{
	if (reader->has_failed)
		return;
	if (depth > THRIFT_MAX_DEPTH) {
		thrift_fail(reader, "nested deeper than %d",
		    THRIFT_MAX_DEPTH);
		return;
	}
	struct thrift_field inner = {0};
	switch (type) {
	case THRIFT_TRUE:
	case THRIFT_FALSE:
		skip_bytes(reader, in_list);
		return;
	case THRIFT_I8:
		skip_bytes(reader, 1);
		return;
	case THRIFT_I16:
	case THRIFT_I32:
	case THRIFT_I64:
		read_varint(reader);
		return;
	case THRIFT_DOUBLE:
		skip_bytes(reader, 8);
		return;
	case THRIFT_UUID:
		skip_bytes(reader, 16);
		return;
	case THRIFT_BINARY:
		skip_bytes(reader, read_varint(reader));
		return;
	case THRIFT_LIST:
	case THRIFT_SET: {
		uint32_t count = read_list(reader, &inner, 1);
		for (uint32_t i = 0; i < count && !reader->has_failed; i++)
			skip_value(reader, inner.type, 1, depth + 1);
		return;
	}
	case THRIFT_MAP: {
		uint64_t count = read_varint(reader);
		uint8_t types = count > 0 ? read_byte(reader) : 0;
		for (uint64_t i = 0; i < count && !reader->has_failed; i++) {
			skip_value(reader, types >> 4, 1, depth + 1);
			skip_value(reader, types & 15, 1, depth + 1);
		}
		return;
	}
	case THRIFT_STRUCT:
		while (thrift_next_field(reader, &inner))
			skip_value(reader, inner.type, 0, depth + 1);
		return;
	default:
		thrift_fail(reader, "there is no type %d", type);
	}
}

void
thrift_skip(struct thrift_reader *reader, const struct thrift_field *field)
{
	skip_value(reader, field->type, 0, reader->depth);
}

/* ---- writing --------------------------------------------------------- */

static void
write_varint(struct thrift_writer *writer, uint64_t value)
{
	uint8_t bytes[10];
	size_t len = 0;
	while (value >= 0x80) {
		bytes[len++] = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	bytes[len++] = (uint8_t)value;
	buffer_append(writer->out, bytes, len);
}

static void
write_zigzag(struct thrift_writer *writer, int64_t value)
{
	write_varint(writer, (uint64_t)value << 1 ^ (uint64_t)(value >> 63));
}

static void
write_field(struct thrift_writer *writer, int16_t id, enum thrift_type type)
{
	int delta = id - writer->last[writer->depth];
	writer->last[writer->depth] = id;
	if (delta >= 1 && delta <= 15) {
		buffer_append_byte(writer->out,
		    (uint8_t)(delta << 4 | (int)type));
		return;
	}
	buffer_append_byte(writer->out, (uint8_t)type);
	write_zigzag(writer, id);
}

static void
open_struct(struct thrift_writer *writer)
{
	assert(writer->depth + 1 < THRIFT_MAX_DEPTH);
	writer->last[++writer->depth] = 0;
}

void
thrift_writer_init(struct thrift_writer *writer, struct buffer *out)
{
	*writer = (struct thrift_writer){.out = out};
	open_struct(writer);
}

void
thrift_put_bool(struct thrift_writer *writer, int16_t id, _Bool value)
{
	write_field(writer, id, value ? THRIFT_TRUE : THRIFT_FALSE);
}

void
thrift_put_i8(struct thrift_writer *writer, int16_t id, int8_t value)
{
	write_field(writer, id, THRIFT_I8);
	buffer_append_byte(writer->out, (uint8_t)value);
}

void
thrift_put_i16(struct thrift_writer *writer, int16_t id, int16_t value)
{
	write_field(writer, id, THRIFT_I16);
	write_zigzag(writer, value);
}

void
thrift_put_i32(struct thrift_writer *writer, int16_t id, int32_t value)
{
	write_field(writer, id, THRIFT_I32);
	write_zigzag(writer, value);
}

void
thrift_put_i64(struct thrift_writer *writer, int16_t id, int64_t value)
{
	write_field(writer, id, THRIFT_I64);
	write_zigzag(writer, value);
}

void
thrift_put_bytes(struct thrift_writer *writer, int16_t id, const void *bytes,
    uint32_t len)
{
	write_field(writer, id, THRIFT_BINARY);
	thrift_put_element_bytes(writer, bytes, len);
}

void
thrift_put_text(struct thrift_writer *writer, int16_t id, const char *text)
{
	thrift_put_bytes(writer, id, text, (uint32_t)strlen(text));
}

void
thrift_put_struct(struct thrift_writer *writer, int16_t id)
{
	write_field(writer, id, THRIFT_STRUCT);
	open_struct(writer);
}

void
thrift_put_end(struct thrift_writer *writer)
{
	assert(writer->depth > 0);
	buffer_append_byte(writer->out, THRIFT_STOP);
	writer->depth--;
}

void
thrift_put_list(struct thrift_writer *writer, int16_t id,
    enum thrift_type type, uint32_t count)
{
	write_field(writer, id, THRIFT_LIST);
	if (count < 15) {
		buffer_append_byte(writer->out,
		    (uint8_t)(count << 4 | type));
		return;
	}
	buffer_append_byte(writer->out, (uint8_t)(0xf0 | type));
	write_varint(writer, count);
}

void
thrift_put_element_i32(struct thrift_writer *writer, int32_t value)
{
	write_zigzag(writer, value);
}

void
thrift_put_element_bytes(struct thrift_writer *writer, const void *bytes,
    uint32_t len)
{
	write_varint(writer, len);
	buffer_append(writer->out, bytes, len);
}

void
thrift_put_element_struct(struct thrift_writer *writer)
{
	open_struct(writer);
}
