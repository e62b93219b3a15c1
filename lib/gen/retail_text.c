#include "gen/retail_text.h"

#include <stdio.h>

#include "batch/builder.h"
#include "batch/value.h"

/* ---- a line ---------------------------------------------------------- */

static void
put_field(struct buffer *line, const char *text, size_t len)
{
	_Bool is_quoted = 0;
	for (size_t i = 0; i < len; i++)
		is_quoted |= text[i] == ',' || text[i] == '"' ||
		    text[i] == '\n' || text[i] == '\r';
	if (!is_quoted) {
		buffer_append(line, text, len);
		return;
	}
	buffer_append_byte(line, '"');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			buffer_append_byte(line, '"');
		buffer_append_byte(line, (uint8_t)text[i]);
	}
	buffer_append_byte(line, '"');
}

/* Whether a column can have the fault. */
static _Bool
suits(enum dirt_fault fault, uint32_t column, struct type type)
{
	switch (fault) {
	case DIRT_NULLS:
		return column > 0;
	case DIRT_BAD_NUMBER:
	case DIRT_OUT_OF_RANGE:
		return type_is_number(type);
	case DIRT_MOJIBAKE:
		return column > 0 && type.id == TYPE_STRING;
	default:
		return 0;
	}
}

/* One of the columns that suit; UINT32_MAX: none, for ragged rows. */
static uint32_t
choose_column(enum dirt_fault fault, const struct schema *schema,
    uint32_t bits)
{
	uint32_t suitable[RETAIL_MAX_COLUMNS];
	uint32_t count = 0;
	for (uint32_t i = 0; i < schema->count; i++)
		if (suits(fault, i, schema->fields[i].type))
			suitable[count++] = i;
	return count == 0 ? UINT32_MAX : suitable[random_below(bits, count)];
}

/* What stands in the column in place of its value. */
static void
fault_text(enum dirt_fault fault, uint32_t bits, struct buffer *text)
{
	static const char *const bad[] = {"n/a", "--", "12O", "1,5", "two"};
	static const char *const large[] = {"99999999999999999999",
	    "-12345678901234567890", "1000000000000"};
	switch (fault) {
	case DIRT_BAD_NUMBER:
		text->len = 0;
		buffer_append_text(text, bad[random_below(bits, 5)]);
		break;
	case DIRT_OUT_OF_RANGE:
		text->len = 0;
		buffer_append_text(text, large[random_below(bits, 3)]);
		break;
	case DIRT_MOJIBAKE:
		/* an accent as Latin-1 has it */
		buffer_append_byte(text, 0xe9);
		break;
	default:
		text->len = 0;
		break;
	}
}

/* For the ledger, which is UTF-8. */
static void
note_value(struct retail_entry *entry, const struct buffer *text)
{
	size_t used = 0;
	for (size_t i = 0; i < text->len &&
	    used + 5 < sizeof(entry->value); i++) {
		if (text->data[i] == 0xe9)
			used += (size_t)snprintf(entry->value + used,
			    sizeof(entry->value) - used, "\\xE9");
		else
			entry->value[used++] = (char)text->data[i];
	}
	entry->value[used] = '\0';
}

void
retail_text_line(const struct retail_model *model,
    const struct schema *schema, const struct batch *batch, uint32_t index,
    uint64_t row, struct buffer *line, struct retail_entry *entry)
{
	enum dirt_fault fault = retail_text_fault(model, row);
	uint64_t bits = hash_u64(retail_bits(model, RETAIL_KEY_FAULT, row));
	uint32_t chosen = choose_column(fault, schema, random_high(bits));
	uint32_t count = schema->count;
	struct buffer text = {0};
	_Bool is_short = fault == DIRT_RAGGED && (bits & 1);
	*entry = (struct retail_entry){.fault = fault, .column = "",
	    .has_value = fault != DIRT_NULLS};
	for (uint32_t i = 0; i < count - is_short; i++) {
		const struct column *column = &batch->columns[i];
		text.len = 0;
		if (!column_is_null(column, index))
			column_format(column, index, &text);
		if (i == 0)
			snprintf(entry->id, sizeof(entry->id), "%.*s",
			    (int)text.len, (const char *)text.data);
		if (i == chosen) {
			fault_text(fault, random_low(bits) ^ 0x5bd1e995,
			    &text);
			entry->column = schema->fields[i].name;
			note_value(entry, &text);
		}
		if (i > 0)
			buffer_append_byte(line, ',');
		put_field(line, (const char *)text.data, text.len);
	}
	if (fault == DIRT_RAGGED && !is_short)
		buffer_append_text(line, ",surplus");
	if (fault == DIRT_RAGGED)
		snprintf(entry->value, sizeof(entry->value), "%u fields",
		    is_short ? count - 1 : count + 1);
	buffer_append_byte(line, '\n');
	buffer_release(&text);
}

/* ---- the sink -------------------------------------------------------- */

struct text_sink {
	struct batch_sink sink;
	struct batch_sink *csv;		/* owned */
	struct output *output;		/* borrowed */
	struct retail_model model;
	struct schema schema;		/* owned */
	struct batch_builder run;	/* of clean rows */
	uint64_t row;			/* of the table: the next one */
};

static int
text_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	struct text_sink *self = (struct text_sink *)sink;
	schema_add_all(&self->schema, &header->schema);
	batch_builder_init(&self->run, &self->schema);
	return self->csv->begin(self->csv, header, err);
}

static int
write_run(struct text_sink *self, const struct batch *batch, uint32_t begin,
    uint32_t end, struct error *err)
{
	if (begin == end)
		return 0;
	batch_builder_clear(&self->run);
	/* never full: a batch is some thousand short rows */
	(void)batch_builder_append(&self->run, batch, begin, end - begin);
	return batch_sink_write(self->csv, batch_builder_view(&self->run,
	    NULL), err);
}

static int
text_write(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct text_sink *self = (struct text_sink *)sink;
	uint32_t begin = 0;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		struct retail_entry entry;
		if (retail_text_fault(&self->model, self->row + i) ==
		    DIRT_NONE)
			continue;
		if (write_run(self, batch, begin, i, err) != 0)
			return -1;
		retail_text_line(&self->model, &self->schema, batch, i,
		    self->row + i, &self->output->buffer, &entry);
		begin = i + 1;
	}
	if (write_run(self, batch, begin, batch->row_count, err) != 0)
		return -1;
	self->row += batch->row_count;
	return output_flush_full(self->output, err);
}

static int
text_finish(struct batch_sink *sink, const struct stages *stages,
    struct error *err)
{
	struct text_sink *self = (struct text_sink *)sink;
	return self->csv->finish(self->csv, stages, err);
}

static void
text_abort(struct batch_sink *sink, const struct error *why,
    const struct stages *stages)
{
	struct text_sink *self = (struct text_sink *)sink;
	self->csv->abort(self->csv, why, stages);
}

static void
text_free(struct batch_sink *sink)
{
	struct text_sink *self = (struct text_sink *)sink;
	batch_sink_free(self->csv);
	batch_builder_release(&self->run);
	schema_release(&self->schema);
	retail_model_release(&self->model);
	mem_free(self);
}

struct batch_sink *
retail_text_sink_new(const struct retail_options *options,
    struct batch_sink *csv, struct output *output)
{
	struct text_sink *self = mem_zalloc(sizeof(*self));
	struct walk walk;
	self->sink = (struct batch_sink){.begin = text_begin,
	    .write = text_write, .finish = text_finish, .abort = text_abort,
	    .free = text_free};
	self->csv = csv;
	self->output = output;
	retail_model_init(&self->model, options);
	walk_init(&walk, self->model.row_count, options->part,
	    options->part_count, 1);
	self->row = walk.row;
	return &self->sink;
}
