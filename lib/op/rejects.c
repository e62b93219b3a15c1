#include "op/rejects.h"

#include <string.h>

#include "batch/value.h"

int
rejects_begin(struct rejects *rejects, const struct stream_header *input,
    struct batch_sink *sink, struct error *err)
{
	*rejects = (struct rejects){.sink = sink};
	if (schema_find(&input->schema, REJECTS_REASON,
	    strlen(REJECTS_REASON)) >= 0)
		return error_usage(err, "the input has a column '%s', which "
		    "is where rejects have their reason", REJECTS_REASON);
	schema_add_all(&rejects->header.schema, &input->schema);
	schema_add(&rejects->header.schema, REJECTS_REASON,
	    strlen(REJECTS_REASON), type_of(TYPE_STRING), 0);
	if (input->origin != NULL)
		rejects->header.origin = mem_strdup(input->origin);
	batch_builder_init(&rejects->rows, &rejects->header.schema);
	return sink->begin(sink, &rejects->header, err);
}

static int
flush(struct rejects *rejects, struct error *err)
{
	int result = batch_sink_write(rejects->sink,
	    batch_builder_view(&rejects->rows, NULL), err);
	batch_builder_clear(&rejects->rows);
	return result;
}

int
rejects_add(struct rejects *rejects, const struct batch *batch,
    const uint32_t *rows, const char *const *reasons, uint32_t count,
    struct error *err)
{
	struct batch_builder *to = &rejects->rows;
	uint32_t columns = batch->column_count;
	int result = 0;
	rejects->count += count;
	if ((batch_builder_bytes(to) >= BATCH_BYTES ||
	    batch_builder_rows(to) + count > BATCH_ROWS) &&
	    batch_builder_rows(to) > 0 && flush(rejects, err) != 0)
		return -1;
	for (uint32_t i = 0; i < columns; i++)
		result |= column_builder_take(&to->columns[i],
		    &batch->columns[i], rows, count);
	for (uint32_t i = 0; i < count; i++)
		result |= column_builder_append_bytes(&to->columns[columns],
		    reasons[i], (uint32_t)strlen(reasons[i]));
	if (result != 0)
		return error_data(err, "rejected rows of more than 2 GiB");
	return 0;
}

int
rejects_finish(struct rejects *rejects, struct error *err)
{
	if (batch_builder_rows(&rejects->rows) == 0)
		return 0;
	return flush(rejects, err);
}

void
rejects_release(struct rejects *rejects)
{
	if (rejects->sink != NULL) {
		stream_header_release(&rejects->header);
		batch_builder_release(&rejects->rows);
	}
	*rejects = (struct rejects){0};
}

void
rejects_locate(const struct stream_header *header, const struct batch *batch,
    uint32_t row, struct error *err)
{
	int file = schema_find(&header->schema, "_file", 5);
	int line = schema_find(&header->schema, "_line", 5);
	if (file < 0 && line < 0) {
		if (header->has_blocks)
			error_prefix(err, "block %llu",
			    (unsigned long long)batch->block.index);
		return;
	}
	struct buffer text = {0};
	if (file >= 0 && !column_is_null(&batch->columns[file], row))
		column_format(&batch->columns[file], row, &text);
	if (line >= 0 && !column_is_null(&batch->columns[line], row)) {
		buffer_append_text(&text, text.len > 0 ? ":" : "line ");
		column_format(&batch->columns[line], row, &text);
	}
	char quoted[ERROR_QUOTE_BYTES];
	if (text.len > 0)
		error_prefix(err, "%s", error_quote(quoted, text.data,
		    text.len));
	buffer_release(&text);
}
