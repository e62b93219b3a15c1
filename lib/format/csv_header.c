#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "format/csv_reader_parts.h"

#define ORIGIN_FILE "_file"
#define ORIGIN_LINE "_line"

/* ---- names ----------------------------------------------------------- */

/* How many fields the first record of a stretch has. */
static uint32_t
first_field_count(const struct rcsv_stretch *stretch)
{
	uint32_t count = 0;
	while (stretch->separators[count] != stretch->newlines[0])
		count++;
	return count + 1;
}

static void
number_names(uint32_t count, struct table_words *names)
{
	for (uint32_t i = 0; i < count; i++) {
		char *name = mem_printf("column%u", i + 1);
		table_words_add(names, name, strlen(name));
		mem_free(name);
	}
}

static int
check_name(const struct rcsv_reader *reader, const struct rcsv_text *text,
    struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	if (utf8_is_valid(text->bytes, text->len) &&
	    memchr(text->bytes, '\0', text->len) == NULL &&
	    text->len <= SCHEMA_MAX_NAME_BYTES)
		return 0;
	return error_data(err, "%s:1: the column name '%s' is not UTF-8, or "
	    "too long", reader->file_name,
	    error_quote(quoted, text->bytes, text->len));
}

/* The names in the header; the header is passed. */
static int
read_names(struct rcsv_reader *reader, struct table_words *names,
    struct error *err)
{
	struct rcsv_stretch stretch;
	int got = rcsv_scan_header(&reader->scan, &stretch, err);
	if (got < 0)
		return -1;
	if (got == 0)
		return error_data(err, "%s: empty, without a header",
		    reader->file_name);
	reader->field_count = first_field_count(&stretch);
	if (reader->field_count > SCHEMA_MAX_COLUMNS)
		return error_data(err, "%s: more than %u columns",
		    reader->file_name, SCHEMA_MAX_COLUMNS);
	struct rcsv_rows rows;
	uint64_t blank = 0;
	rcsv_faults_clear(&reader->faults);
	if (rcsv_table_take(&reader->table, &reader->scan.index, &stretch,
	    reader->field_count, &rows, &reader->faults, &blank, err) != 0)
		return -1;
	if (rows.count != 1)
		return error_data(err, "%s:%llu: the header: %s",
		    reader->file_name, (unsigned long long)stretch.line,
		    (const char *)reader->faults.texts.data +
		    reader->faults.items[0].reason);
	for (uint32_t i = 0; i < reader->field_count; i++) {
		struct rcsv_text text = rcsv_cast_text(&reader->cast, &rows, 0,
		    i);
		if (check_name(reader, &text, err) != 0)
			return -1;
		table_words_add(names, (const char *)text.bytes, text.len);
	}
	return 0;
}

/* Without a header the columns are those of the schema, in its order. */
static int
count_fields(struct rcsv_reader *reader, struct table_words *names,
    struct error *err)
{
	if (reader->schema != NULL) {
		reader->field_count = reader->schema->count;
		for (uint32_t i = 0; i < reader->field_count; i++)
			table_words_add(names, reader->schema->fields[i].name,
			    strlen(reader->schema->fields[i].name));
		return 0;
	}
	struct rcsv_stretch stretch;
	int got = rcsv_scan_peek(&reader->scan, &stretch, err);
	if (got < 0)
		return -1;
	if (got == 0)
		return error_data(err, "%s: empty: how many columns there are "
		    "is unknown", reader->file_name);
	reader->field_count = first_field_count(&stretch);
	number_names(reader->field_count, names);
	return 0;
}

/* ---- the schema ------------------------------------------------------ */

static int
make_schema(struct rcsv_reader *reader, const struct table_words *names,
    struct error *err)
{
	for (uint32_t i = 0; i < names->count; i++) {
		size_t len = strlen(names->items[i]);
		if (table_schema_find(&reader->own_schema, names->items[i],
		    len) >= 0)
			return error_data(err, "%s:1: two columns '%s'",
			    reader->file_name, names->items[i]);
		table_schema_add(&reader->own_schema, names->items[i], len,
		    type_of(TYPE_STRING));
	}
	reader->schema = &reader->own_schema;
	return 0;
}

/* The columns asked for, as indices of fields. */
static int
choose_fields(const struct rcsv_reader *reader, uint32_t **indices,
    uint32_t *count, struct error *err)
{
	const struct table_schema *schema = reader->schema;
	struct schema all = {0};
	for (uint32_t i = 0; i < schema->count; i++)
		schema_add(&all, schema->fields[i].name,
		    strlen(schema->fields[i].name), schema->fields[i].type, 1);
	int status = 0;
	if (reader->options.columns != NULL) {
		status = schema_need_list(&all, reader->options.columns,
		    indices, count, err);
	} else {
		*count = schema->count;
		*indices = mem_array(*count, sizeof(**indices));
		for (uint32_t i = 0; i < *count; i++)
			(*indices)[i] = i;
	}
	schema_release(&all);
	return status;
}

static int
add_origin(struct rcsv_reader *reader, struct error *err)
{
	struct schema *schema = &reader->header.schema;
	static const char *const names[] = {ORIGIN_FILE, ORIGIN_LINE};
	for (int i = 0; i < 2; i++)
		if (schema_find(schema, names[i], strlen(names[i])) >= 0)
			return error_usage(err, "--origin adds a column '%s', "
			    "but there is one already", names[i]);
	schema_add(schema, ORIGIN_FILE, strlen(ORIGIN_FILE),
	    type_of(TYPE_STRING), 0);
	schema_add(schema, ORIGIN_LINE, strlen(ORIGIN_LINE),
	    type_of(TYPE_U64), 0);
	reader->file_names = dictionary_new();
	return 0;
}

static int
make_columns(struct rcsv_reader *reader, struct error *err)
{
	uint32_t *indices = NULL;
	if (choose_fields(reader, &indices, &reader->column_count, err) != 0)
		return -1;
	reader->columns = mem_array(reader->column_count,
	    sizeof(*reader->columns));
	for (uint32_t i = 0; i < reader->column_count; i++) {
		const struct table_field *field =
		    &reader->schema->fields[indices[i]];
		reader->columns[i].field = field;
		schema_add(&reader->header.schema, field->name,
		    strlen(field->name), field->type, !field->is_required);
	}
	mem_free(indices);
	reader->header.has_blocks = 1;
	if (reader->options.has_origin && add_origin(reader, err) != 0)
		return -1;
	batch_builder_init(&reader->builder, &reader->header.schema);
	batch_builder_init(&reader->good, &reader->header.schema);
	return 0;
}

/* ---- places ---------------------------------------------------------- */

static int
refuse_missing(const struct rcsv_reader *reader, const char *name,
    const struct table_words *names, struct error *err)
{
	struct buffer list = {0};
	for (uint32_t i = 0; i < names->count && list.len < 400; i++)
		buffer_printf(&list, "%s%s", i > 0 ? ", " : "",
		    names->items[i]);
	if (list.len >= 400)
		buffer_append_text(&list, ", ...");
	error_data(err, "%s: no column '%s' in the header; it has: %s",
	    reader->file_name, name, buffer_text(&list));
	buffer_release(&list);
	return -1;
}

static _Bool
is_same_name(const struct rcsv_reader *reader, const char *a, const char *b)
{
	return (reader->options.ignores_case ? strcasecmp(a, b) :
	    strcmp(a, b)) == 0;
}

static int
find_position(const struct rcsv_reader *reader, struct rcsv_column *column,
    const struct table_words *names, struct error *err)
{
	const char *name = column->field->name;
	uint32_t found = 0;
	for (uint32_t i = 0; i < names->count; i++) {
		if (!is_same_name(reader, names->items[i], name))
			continue;
		if (found++ > 0)
			return error_data(err, "%s:1: two columns '%s'",
			    reader->file_name, name);
		column->position = i;
	}
	return found == 1 ? 0 : refuse_missing(reader, name, names, err);
}

static int
find_positions(struct rcsv_reader *reader, const struct table_words *names,
    struct error *err)
{
	for (uint32_t i = 0; i < reader->column_count; i++)
		if (find_position(reader, &reader->columns[i], names,
		    err) != 0)
			return -1;
	for (uint32_t i = 0; i < names->count; i++) {
		const char *name = names->items[i];
		size_t len = strlen(name);
		if (table_schema_find(reader->schema, name, len) < 0 &&
		    !table_words_have(&reader->extra, name, len))
			table_words_add(&reader->extra, name, len);
	}
	return 0;
}

/* ---- which strings are coded ----------------------------------------- */

static int
sample(struct rcsv_reader *reader, struct error *err)
{
	struct rcsv_stretch stretch;
	struct rcsv_rows rows;
	struct rcsv_faults faults = {0};
	struct error ignored;
	uint64_t blank = 0;
	int got = rcsv_scan_peek(&reader->scan, &stretch, err);
	if (got < 1)
		return got;
	/* What is wrong with the rows is said when they are read. */
	if (rcsv_table_take(&reader->table, &reader->scan.index, &stretch,
	    reader->field_count, &rows, &faults, &blank, &ignored) == 0)
		for (uint32_t i = 0; i < reader->column_count; i++) {
			struct rcsv_column *column = &reader->columns[i];
			if (column->field->type.id == TYPE_STRING &&
			    rcsv_cast_repeats(&reader->cast, &rows,
			    column->position))
				column->coder = rcsv_coder_new();
		}
	rcsv_faults_release(&faults);
	return 0;
}

/* ---- files ----------------------------------------------------------- */

static int
open_bytes(struct rcsv_reader *reader, struct rcsv_bytes *bytes,
    struct error *err)
{
	rcsv_lenient_free(reader->lenient);
	reader->lenient = NULL;
	rcsv_dialect_free(reader->dialect);
	reader->dialect = NULL;
	mem_free(reader->file_name);
	reader->file_name = mem_strdup(bytes->name);
	if (rcsv_dialect_is_needed(&reader->options.dialect)) {
		reader->dialect = rcsv_dialect_new(&reader->options.dialect,
		    bytes, err);
		if (reader->dialect == NULL)
			return -1;
		*bytes = rcsv_dialect_bytes(reader->dialect);
	}
	if (reader->options.is_lenient) {
		reader->lenient = rcsv_lenient_new(reader->options.delimiter,
		    reader->options.quote, reader->scan.record_bytes, bytes);
		*bytes = rcsv_lenient_bytes(reader->lenient);
	}
	bytes->name = reader->file_name;
	return rcsv_scan_open(&reader->scan, bytes, err);
}

static int
find_columns(struct rcsv_reader *reader, const struct table_words *names,
    struct error *err)
{
	_Bool is_first = reader->columns == NULL;
	if (reader->schema == NULL && make_schema(reader, names, err) != 0)
		return -1;
	if (is_first && make_columns(reader, err) != 0)
		return -1;
	if (find_positions(reader, names, err) != 0)
		return -1;
	return is_first ? sample(reader, err) : 0;
}

int
rcsv_reader_open(struct rcsv_reader *reader, struct error *err)
{
	struct rcsv_bytes bytes;
	struct table_words names = {0};
	for (;;) {
		int got = reader->files.next(reader->files.context, &bytes,
		    err);
		if (got != 1)
			return got;
		if (reader->file_count++ == 0 || reader->options.is_lenient ||
		    bytes.size == RCSV_SIZE_UNKNOWN ||
		    !rcsv_scan_needs_none(&reader->scan, bytes.size))
			break;
		rcsv_scan_pass(&reader->scan, bytes.size);
	}
	int status = open_bytes(reader, &bytes, err);
	if (status == 0)
		status = reader->options.has_header ?
		    read_names(reader, &names, err) :
		    count_fields(reader, &names, err);
	if (status == 0)
		status = find_columns(reader, &names, err);
	table_words_release(&names);
	if (status != 0)
		return -1;
	reader->has_file = 1;
	return 1;
}
