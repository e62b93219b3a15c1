#include "format/csv_reject.h"

#include <string.h>

#include "base/utf8.h"

#define MAX_RAW_BYTES (UINT32_C(64) << 20)

static const struct {
	const char *name;
	enum type_id id;
} columns[] = {{"file", TYPE_STRING}, {"line", TYPE_U64}, {"byte", TYPE_U64},
    {"column", TYPE_STRING}, {"reason", TYPE_STRING}, {"raw", TYPE_STRING}};

int
rcsv_rejects_init(struct rcsv_rejects *rejects, struct batch_sink *sink,
    struct error *err)
{
	*rejects = (struct rcsv_rejects){.sink = sink};
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		schema_add(&rejects->header.schema, columns[i].name,
		    strlen(columns[i].name), type_of(columns[i].id),
		    strcmp(columns[i].name, "column") == 0);
	batch_builder_init(&rejects->builder, &rejects->header.schema);
	return sink == NULL ? 0 : sink->begin(sink, &rejects->header, err);
}

void
rcsv_rejects_release(struct rcsv_rejects *rejects)
{
	batch_builder_release(&rejects->builder);
	stream_header_release(&rejects->header);
	*rejects = (struct rcsv_rejects){0};
}

static void
append_text(struct column_builder *column, const char *text)
{
	column_builder_append_bytes(column, text, (uint32_t)strlen(text));
}

static void
append_raw(struct column_builder *column, const uint8_t *bytes, size_t len)
{
	struct buffer text = {0};
	if (len > MAX_RAW_BYTES)
		len = MAX_RAW_BYTES;
	for (;;) {
		size_t valid = utf8_valid_prefix(bytes, len);
		buffer_append(&text, bytes, valid);
		if (valid == len)
			break;
		buffer_printf(&text, "\\x%02x", bytes[valid]);
		bytes += valid + 1;
		len -= valid + 1;
	}
	column_builder_append_bytes(column, text.data, (uint32_t)text.len);
	buffer_release(&text);
}

int
rcsv_rejects_add(struct rcsv_rejects *rejects,
    const struct rcsv_reject *reject, struct error *err)
{
	if (rejects->sink == NULL)
		return error_data(err, "%s:%llu: %s%s%s", reject->file,
		    (unsigned long long)reject->line,
		    reject->column == NULL ? "" : reject->column,
		    reject->column == NULL ? "" : ": ", reject->reason);
	struct column_builder *to = rejects->builder.columns;
	append_text(&to[0], reject->file);
	column_builder_append_value(&to[1], &reject->line);
	column_builder_append_value(&to[2], &reject->byte);
	if (reject->column == NULL)
		column_builder_append_null(&to[3]);
	else
		append_text(&to[3], reject->column);
	append_text(&to[4], reject->reason);
	append_raw(&to[5], reject->raw, reject->raw_len);
	if (batch_builder_rows(&rejects->builder) < BATCH_ROWS &&
	    batch_builder_bytes(&rejects->builder) < BATCH_BYTES)
		return 0;
	return rcsv_rejects_flush(rejects, err);
}

int
rcsv_rejects_flush(struct rcsv_rejects *rejects, struct error *err)
{
	if (rejects->sink == NULL || batch_builder_rows(&rejects->builder) == 0)
		return 0;
	int status = batch_sink_write(rejects->sink,
	    batch_builder_view(&rejects->builder, NULL), err);
	batch_builder_clear(&rejects->builder);
	return status;
}
