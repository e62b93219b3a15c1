#include "format/text_table.h"

#include "base/utf8.h"
#include "batch/value.h"

/* One value as it is shown, in text_table.cells. */
struct cell {
	size_t begin, len;
	uint32_t width;
};

struct text_table {
	struct batch_sink sink;
	struct text_table_output output;
	uint32_t max_width;
	uint32_t column_count;
	_Bool *is_right;		/* owned, a column */
	uint32_t *widths;		/* owned, a column */
	struct cell *cells;		/* owned; rows held, row by row */
	size_t cell_count, cell_capacity;
	struct buffer text;		/* of the cells */
	struct buffer line;
	_Bool has_widths;		/* the head was printed */
};

/* Appends text without what moves the cursor, cut to the widest. */
static void
add_cell(struct text_table *table, const char *text, size_t len)
{
	struct cell cell = {.begin = table->text.len};
	size_t keep = len;
	_Bool is_cut = 0;
	if (table->max_width > 0 && utf8_width(text, len) > table->max_width) {
		keep = utf8_cut_width(text, len, table->max_width - 1);
		is_cut = 1;
	}
	for (size_t i = 0; i < keep; i++) {
		if ((uint8_t)text[i] < 0x20 || text[i] == 0x7f)
			buffer_printf(&table->text, "\\x%02X",
			    (unsigned)(uint8_t)text[i]);
		else
			buffer_append_byte(&table->text, (uint8_t)text[i]);
	}
	if (is_cut)
		buffer_append_text(&table->text, "…");
	cell.len = table->text.len - cell.begin;
	cell.width = (uint32_t)utf8_width(table->text.data + cell.begin,
	    cell.len);
	if (table->cell_count == table->cell_capacity) {
		table->cell_capacity = table->cell_capacity * 2 + 64;
		table->cells = mem_grow_array(table->cells,
		    table->cell_capacity, sizeof(*table->cells));
	}
	table->cells[table->cell_count++] = cell;
}

static void
pad(struct buffer *line, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		buffer_append_byte(line, ' ');
}

/* Prints the cells held, a line for each row, and forgets them. */
static int
print_rows(struct text_table *table, struct error *err)
{
	struct buffer *line = &table->line;
	line->len = 0;
	for (size_t i = 0; i < table->cell_count; i++) {
		uint32_t column = (uint32_t)(i % table->column_count);
		const struct cell *cell = &table->cells[i];
		uint32_t width = table->widths[column];
		uint32_t gap = width > cell->width ? width - cell->width : 0;
		_Bool is_last = column + 1 == table->column_count;
		if (table->is_right[column])
			pad(line, gap);
		buffer_append(line, table->text.data + cell->begin, cell->len);
		if (!table->is_right[column] && !is_last)
			pad(line, gap);
		buffer_append_text(line, is_last ? "\n" : "  ");
	}
	table->cell_count = 0;
	table->text.len = 0;
	return table->output.write(table->output.context, line->data,
	    line->len, err);
}

/* The first rows settle the widths; then the head can be printed. */
static int
print_first(struct text_table *table, struct error *err)
{
	struct buffer *line = &table->line;
	uint32_t columns = table->column_count;
	table->has_widths = 1;
	for (size_t i = 0; i < table->cell_count; i++)
		if (table->cells[i].width > table->widths[i % columns])
			table->widths[i % columns] = table->cells[i].width;
	/* The head is the first row held. */
	size_t count = table->cell_count;
	table->cell_count = columns < count ? columns : count;
	struct buffer text = table->text;
	struct cell *cells = table->cells;
	if (print_rows(table, err) != 0)
		return -1;
	line->len = 0;
	for (uint32_t i = 0; i < columns; i++) {
		for (uint32_t j = 0; j < table->widths[i]; j++)
			buffer_append_byte(line, '-');
		buffer_append_text(line, i + 1 == columns ? "\n" : "  ");
	}
	if (table->output.write(table->output.context, line->data, line->len,
	    err) != 0)
		return -1;
	table->text = text;
	memmove(cells, cells + columns, (count - columns) * sizeof(*cells));
	table->cell_count = count - columns;
	return table->cell_count > 0 ? print_rows(table, err) : 0;
}

static int
table_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	struct text_table *table = (struct text_table *)sink;
	const struct schema *schema = &header->schema;
	table->column_count = schema->count;
	table->is_right = mem_array(schema->count, sizeof(_Bool));
	table->widths = mem_array(schema->count, sizeof(uint32_t));
	for (uint32_t i = 0; i < schema->count; i++) {
		const struct field *field = &schema->fields[i];
		table->is_right[i] = type_is_number(field->type);
		add_cell(table, field->name, strlen(field->name));
	}
	(void)err;
	return 0;
}

static int
table_write(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct text_table *table = (struct text_table *)sink;
	struct buffer value = {0};
	int result = 0;
	for (uint32_t row = 0; row < batch->row_count && result == 0; row++) {
		for (uint32_t i = 0; i < batch->column_count; i++) {
			const struct column *column = &batch->columns[i];
			value.len = 0;
			if (column->type.id == TYPE_NULL ||
			    column_is_null(column, row))
				buffer_append_text(&value, "null");
			else
				column_format(column, row, &value);
			add_cell(table, buffer_text(&value), value.len);
		}
		if (table->cell_count >= (size_t)table->column_count *
		    TEXT_TABLE_ROWS)
			result = table->has_widths ? print_rows(table, err) :
			    print_first(table, err);
	}
	buffer_release(&value);
	return result;
}

static int
table_finish(struct batch_sink *sink, const struct stages *stages,
    struct error *err)
{
	struct text_table *table = (struct text_table *)sink;
	(void)stages;
	if (table->column_count == 0)
		return 0;
	return table->has_widths ? print_rows(table, err) :
	    print_first(table, err);
}

static void
table_abort(struct batch_sink *sink, const struct error *why,
    const struct stages *stages)
{
	(void)sink;
	(void)why;
	(void)stages;
}

static void
table_free(struct batch_sink *sink)
{
	struct text_table *table = (struct text_table *)sink;
	mem_free(table->is_right);
	mem_free(table->widths);
	mem_free(table->cells);
	buffer_release(&table->text);
	buffer_release(&table->line);
	mem_free(table);
}

struct batch_sink *
text_table_new(const struct text_table_output *output, uint32_t max_width)
{
	struct text_table *table = mem_zalloc(sizeof(*table));
	table->sink = (struct batch_sink){.begin = table_begin,
	    .write = table_write, .finish = table_finish,
	    .abort = table_abort, .free = table_free};
	table->output = *output;
	table->max_width = max_width;
	return &table->sink;
}
