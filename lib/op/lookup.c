#include "op/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "batch/builder.h"
#include "batch/stream.h"
#include "batch/value.h"
#include "op/key/key_table.h"
#include "wire/stream_reader.h"

struct lookup_table {
	struct expr_table table;
	char *file;			/* owned */
	/* owned; kept, since the values may be codes of its dictionaries */
	struct batch_source *source;
	uint32_t key_column, value_column;
	struct key_table *keys;		/* owned; its ids are rows of values */
	struct column_builder values;
	struct buffer ids, rows;	/* scratch */
};

static void
free_table(struct expr_table *table)
{
	struct lookup_table *lookup = (struct lookup_table *)table;
	if (lookup == NULL)
		return;
	key_table_free(lookup->keys);
	column_builder_release(&lookup->values);
	if (lookup->source != NULL)
		lookup->source->free(lookup->source);
	buffer_release(&lookup->ids);
	buffer_release(&lookup->rows);
	mem_free(lookup->file);
	mem_free(lookup);
}

static void
find(struct expr_table *table, const struct column *keys, uint32_t rows,
    uint32_t *ids)
{
	struct lookup_table *lookup = (struct lookup_table *)table;
	_Static_assert(KEY_TABLE_NONE == COLUMN_NULL_ROW, "ids are rows");
	key_table_find(lookup->keys, &keys, rows, ids);
}

/* ---- reading --------------------------------------------------------- */

static int
open_source(struct lookup_table *lookup, struct error *err)
{
	int fd = open(lookup->file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return error_system(err, errno, "cannot open '%s'",
		    lookup->file);
	/* an expression may be compiled, and so the file read, twice */
	if (fd_file_size(fd) < 0) {
		close(fd);
		return error_usage(err, "'%s' is no regular file",
		    lookup->file);
	}
	lookup->source = stream_reader_new(fd, 1, lookup->file, err);
	return lookup->source == NULL ? -1 : 0;
}

/* The first column is the key's if none is named. */
static int
choose_columns(struct lookup_table *lookup, const char *column,
    const char *key, struct error *err)
{
	const struct schema *schema = &lookup->source->header->schema;
	char name[TYPE_TEXT_BYTES];
	if (schema->count == 0)
		return error_data(err, "'%s' has no columns", lookup->file);
	if ((key != NULL && schema_need(schema, key, strlen(key),
	    &lookup->key_column, err) != 0) || schema_need(schema, column,
	    strlen(column), &lookup->value_column, err) != 0)
		return error_prefix(err, "'%s'", lookup->file);
	const uint32_t both[2] = {lookup->key_column, lookup->value_column};
	for (int i = 0; i < 2; i++) {
		const struct field *field = &schema->fields[both[i]];
		if (type_is_nested(field->type) ||
		    field->type.id == TYPE_NULL)
			return error_usage(err, "'%s': cannot look up by, or "
			    "take, '%s', a %s", lookup->file, field->name,
			    type_format(field->type, name));
	}
	return 0;
}

static int
complain_twice(const struct lookup_table *lookup, const struct column *keys,
    uint32_t row, struct error *err)
{
	const struct schema *schema = &lookup->source->header->schema;
	struct buffer value = {0};
	char quoted[ERROR_QUOTE_BYTES];
	column_format(keys, row, &value);
	error_data(err, "'%s': the key %s = %s comes twice", lookup->file,
	    schema->fields[lookup->key_column].name,
	    error_quote(quoted, value.data, value.len));
	buffer_release(&value);
	return -1;
}

/* Rows without a key are found by none. */
static int
add_batch(struct lookup_table *lookup, const struct batch *batch,
    struct error *err)
{
	const struct column *keys = &batch->columns[lookup->key_column];
	size_t bytes = batch->row_count * sizeof(uint32_t);
	uint32_t next = key_table_count(lookup->keys);
	uint32_t count = 0;
	buffer_resize(&lookup->ids, bytes);
	buffer_resize(&lookup->rows, bytes);
	uint32_t *ids = (uint32_t *)(void *)lookup->ids.data;
	uint32_t *rows = (uint32_t *)(void *)lookup->rows.data;
	key_table_find_or_add(lookup->keys, &keys, batch->row_count, ids);
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (ids[i] == KEY_TABLE_NONE)
			continue;
		if (ids[i] != next)
			return complain_twice(lookup, keys, i, err);
		rows[count++] = i;
		next++;
	}
	if (column_builder_take(&lookup->values,
	    &batch->columns[lookup->value_column], rows, count) != 0)
		return error_data(err, "'%s': more than 2 GiB of text",
		    lookup->file);
	return 0;
}

static int
read_table(struct lookup_table *lookup, const char *column, const char *key,
    struct error *err)
{
	const struct batch *batch;
	int got;
	if (open_source(lookup, err) != 0 ||
	    choose_columns(lookup, column, key, err) != 0)
		return -1;
	const struct schema *schema = &lookup->source->header->schema;
	struct type types[2] = {schema->fields[lookup->key_column].type,
	    schema->fields[lookup->value_column].type};
	lookup->keys = key_table_new(types, 1, 1, NULL);
	column_builder_init(&lookup->values, types[1]);
	while ((got = batch_source_next(lookup->source, &batch, err)) == 1)
		if (batch->row_count > 0 && add_batch(lookup, batch, err) != 0)
			return -1;
	lookup->table.key_type = types[0];
	lookup->table.values = column_builder_view(&lookup->values);
	lookup->table.count = key_table_count(lookup->keys);
	return got;
}

static struct expr_table *
load(const char *file, const char *column, const char *key,
    struct error *err)
{
	struct lookup_table *lookup = mem_zalloc(sizeof(*lookup));
	lookup->file = mem_strdup(file);
	lookup->table.find = find;
	lookup->table.free = free_table;
	if (read_table(lookup, column, key, err) == 0)
		return &lookup->table;
	free_table(&lookup->table);
	return NULL;
}

static const struct expr_loader loader = {.load = load};

int
lookup_compile(const char *text, const struct schema *schema,
    struct expr **expr, struct error *err)
{
	return expr_compile_with(text, schema, &loader, 0, expr, err);
}

int
lookup_compile_condition(const char *text, const struct schema *schema,
    struct expr **expr, struct error *err)
{
	return expr_compile_with(text, schema, &loader, 1, expr, err);
}
