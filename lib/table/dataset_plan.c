#include "table/dataset_parts.h"

#include <sys/stat.h>

#include "base/text.h"
#include "batch/value.h"
#include "table/manifest.h"
#include "table/prune.h"

#define MAX_BOUNDS 64

/* ---- files ----------------------------------------------------------- */

static _Bool
is_listed(const struct hive_files *files, uint32_t begin, const char *folder,
    const struct manifest_file *want)
{
	char *path = mem_printf("%s%s%s", folder,
	    folder[strlen(folder) - 1] == '/' ? "" : "/", want->path);
	_Bool found = 0;
	for (uint32_t i = begin; i < files->count && !found; i++)
		found = strcmp(files->items[i].path, path) == 0;
	struct stat status;
	if (found)
		found = stat(path, &status) == 0 &&
		    (uint64_t)status.st_size == want->bytes;
	mem_free(path);
	return found;
}

/* The files listed from `begin` on are those of the folder's manifest. */
static int
check_manifest(const char *folder, const struct manifest *manifest,
    const struct hive_files *files, uint32_t begin, struct error *err)
{
	for (uint32_t i = 0; i < manifest->file_count; i++)
		if (!is_listed(files, begin, folder, &manifest->files[i]))
			return error_data(err, "%s: '%s' is not there, or not "
			    "of the length that " MANIFEST_NAME " says",
			    folder, manifest->files[i].path);
	if (files->count - begin != manifest->file_count)
		return error_data(err, "%s: %u files, but " MANIFEST_NAME
		    " lists %u: it was changed by another program (remove "
		    MANIFEST_NAME " if that is right)", folder,
		    files->count - begin, manifest->file_count);
	return 0;
}

/* Lists one path; *manifest is that of its root, if there is one. */
static int
list_path(struct dataset *dataset, const char *path,
    struct manifest *manifest, struct error *err)
{
	uint32_t begin = dataset->files.count;
	if (hive_list(path, &dataset->files, err) != 0)
		return -1;
	char *root = hive_root(path);
	int result = manifest_read(root, manifest, err);
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		len--;
	if (result == 1 && strlen(root) == len &&
	    memcmp(root, path, len) == 0 &&
	    check_manifest(path, manifest, &dataset->files, begin, err) != 0)
		result = -1;
	if (result == 0 && dataset->files.count == begin)
		result = error_data(err, "no files in '%s'", path);
	mem_free(root);
	return result < 0 ? -1 : 0;
}

/* All files have the same keys; their names become columns below. */
static int
check_keys(const struct hive_files *files, struct error *err)
{
	const struct hive_file *first = &files->items[0];
	for (uint32_t i = 1; i < files->count; i++) {
		const struct hive_file *file = &files->items[i];
		_Bool same = file->value_count == first->value_count;
		for (uint32_t k = 0; same && k < first->value_count; k++)
			same = strcmp(file->values[k].key,
			    first->values[k].key) == 0;
		if (!same)
			return error_data(err, "%s: not partitioned by the "
			    "same keys as %s", file->path, first->path);
	}
	return 0;
}

/* ---- columns --------------------------------------------------------- */

/* The type that -k gives: 1, or 0 if it says nothing, or -1. */
static int
given_type(const char *list, const char *key, struct type *type,
    struct error *err)
{
	char *item;
	int got, result = 0;
	while (list != NULL && result == 0 &&
	    (got = text_next_item(&list, &item, err)) != 0) {
		if (got < 0)
			return error_prefix(err, "--key-types");
		char *colon = strrchr(item, ':');
		if (colon == NULL)
			result = error_usage(err, "--key-types: '%s' is not "
			    "NAME:TYPE", item);
		else if ((size_t)(colon - item) == strlen(key) &&
		    memcmp(item, key, strlen(key)) == 0)
			result = type_parse(colon + 1, strlen(colon + 1),
			    type, err) == 0 ? 1 : -1;
		mem_free(item);
	}
	return result;
}

/* Every NAME of -k is a key. */
static int
check_given(const struct dataset *dataset, const char *list,
    struct error *err)
{
	char *item;
	int got;
	while (list != NULL && (got = text_next_item(&list, &item, err)) != 0) {
		if (got < 0)
			return error_prefix(err, "--key-types");
		char *colon = strrchr(item, ':');
		size_t len = colon == NULL ? strlen(item) :
		    (size_t)(colon - item);
		int index = schema_find(&dataset->all, item, len);
		int result = index >= (int)dataset->file_columns ? 0 :
		    error_usage(err, "--key-types: '%.*s' is not a key of "
		    "the partitions", (int)len, item);
		mem_free(item);
		if (result != 0)
			return -1;
	}
	return 0;
}

static int
add_key(struct dataset *dataset, uint32_t place, const char *key_types,
    const struct manifest *manifest, struct error *err)
{
	const char *key = dataset->files.items[0].values[place].key;
	struct type type = type_of(TYPE_STRING);
	_Bool is_nullable = 1;
	int index = schema_find(&manifest->schema, key, strlen(key));
	if (index >= 0) {
		type = manifest->schema.fields[index].type;
		is_nullable = manifest->schema.fields[index].is_nullable;
	}
	if (given_type(key_types, key, &type, err) < 0)
		return -1;
	for (uint32_t i = 0; i < dataset->files.count; i++)
		if (dataset->files.items[i].values[place].value == NULL)
			is_nullable = 1;
	schema_add(&dataset->all, key, strlen(key), type, is_nullable);
	return 0;
}

/* The columns of the first file, then the keys that it does not hold. */
static int
find_columns(struct dataset *dataset, const struct dataset_options *options,
    const struct manifest *manifest, struct error *err)
{
	if (dataset->files.count == 0) {
		schema_add_all(&dataset->all, &manifest->schema);
		dataset->file_columns = dataset->all.count;
		return 0;
	}
	const struct hive_file *first = &dataset->files.items[0];
	struct dataset_file file;
	if (check_keys(&dataset->files, err) != 0 ||
	    dataset_file_open(&file, first->path, err) != 0)
		return -1;
	schema_add_all(&dataset->all, &file.schema.schema);
	dataset->file_columns = dataset->all.count;
	dataset_file_close(&file);
	for (uint32_t i = 0; i < first->value_count; i++) {
		const char *key = first->values[i].key;
		if (schema_find(&dataset->all, key, strlen(key)) < 0 &&
		    add_key(dataset, i, options->key_types, manifest,
		    err) != 0)
			return -1;
	}
	return check_given(dataset, options->key_types, err);
}

/* Adds a column of `all` to those that are read; returns its place. */
static uint32_t
need_column(struct dataset *dataset, uint32_t index)
{
	const struct field *field = &dataset->all.fields[index];
	int found = schema_find(&dataset->schema, field->name,
	    strlen(field->name));
	if (found >= 0)
		return (uint32_t)found;
	uint32_t place = dataset->schema.count;
	schema_add(&dataset->schema, field->name, strlen(field->name),
	    field->type, field->is_nullable);
	struct dataset_column *column = &dataset->columns[place];
	column->is_key = index >= dataset->file_columns;
	if (type_is_variable(field->type))
		column->dictionary = dictionary_new();
	if (!column->is_key)
		return place;
	const struct hive_file *first = &dataset->files.items[0];
	while (strcmp(first->values[column->key].key, field->name) != 0)
		column->key++;
	return place;
}

/* What goes out first, then what only the condition needs. */
static int
choose_columns(struct dataset *dataset,
    const struct dataset_options *options, struct error *err)
{
	uint32_t *wanted = NULL;
	uint32_t count = dataset->all.count;
	if (options->columns != NULL && schema_need_list(&dataset->all,
	    options->columns, &wanted, &count, err) != 0)
		return -1;
	dataset->columns = mem_array(dataset->all.count,
	    sizeof(*dataset->columns));
	dataset->output = mem_array(count, sizeof(*dataset->output));
	for (uint32_t i = 0; i < count; i++) {
		const struct field *field = &dataset->all.fields[
		    wanted == NULL ? i : wanted[i]];
		dataset->output[i] = need_column(dataset,
		    wanted == NULL ? i : wanted[i]);
		schema_add(&dataset->header.schema, field->name,
		    strlen(field->name), field->type, field->is_nullable);
	}
	mem_free(wanted);
	if (options->where == NULL)
		return 0;
	struct expr *expr;
	if (expr_compile_condition(options->where, &dataset->all, &expr,
	    err) != 0)
		return error_prefix(err, "--where");
	const uint32_t *needed = expr_columns(expr, &count);
	for (uint32_t i = 0; i < count; i++)
		need_column(dataset, needed[i]);
	expr_free(expr);
	return expr_compile_condition(options->where, &dataset->schema,
	    &dataset->where, err);
}

static int
find_ascending(struct dataset *dataset, const char *name, struct error *err)
{
	uint32_t column;
	if (schema_need(&dataset->schema, name, strlen(name), &column,
	    err) != 0)
		return error_prefix(err, "--ascending");
	const struct field *field = &dataset->schema.fields[column];
	if (dataset->columns[column].is_key)
		return error_usage(err, "--ascending: '%s' is the key of "
		    "partitions", name);
	if (type_is_float(field->type))
		return error_usage(err, "--ascending: '%s' is %s", name,
		    type_name(field->type.id));
	dataset->ascending = mem_zalloc(sizeof(*dataset->ascending));
	ascending_init(dataset->ascending, column, field);
	return 0;
}

/* ---- blocks ---------------------------------------------------------- */

static int
key_value(const struct dataset *dataset, uint32_t file, uint32_t column,
    struct column_builder *builder, struct error *err)
{
	const struct hive_file *item = &dataset->files.items[file];
	const struct hive_value *value =
	    &item->values[dataset->columns[column].key];
	column_builder_init(builder, dataset->schema.fields[column].type);
	if (value->value == NULL)
		column_builder_append_null(builder);
	else if (value_parse(value->value, value->value_len, builder,
	    err) != 0)
		return error_prefix(err, "%s: %s", item->path, value->key);
	return 0;
}

/* 1 if the file's partition cannot meet the bounds, 0, or -1. */
static int
is_file_pruned(struct dataset *dataset, uint32_t file,
    const struct expr_bound *bounds, uint32_t bound_count, struct error *err)
{
	int result = 0;
	for (uint32_t i = 0; i < dataset->schema.count && result == 0; i++) {
		struct column_builder builder;
		if (!dataset->columns[i].is_key)
			continue;
		if (key_value(dataset, file, i, &builder, err) != 0)
			result = -1;
		struct column value = column_builder_view(&builder);
		for (uint32_t k = 0; k < bound_count && result == 0; k++)
			if (bounds[k].column == i)
				result = prune_value(&bounds[k], &value);
		column_builder_release(&builder);
	}
	return result;
}

/* The file has what is read, in our types; no column would get lost. */
static int
check_file(const struct dataset *dataset, const struct dataset_file *file,
    _Bool wants_all, struct error *err)
{
	const char *name = file->bytes.name;
	char ours[TYPE_TEXT_BYTES], theirs[TYPE_TEXT_BYTES];
	for (uint32_t i = 0; i < dataset->schema.count; i++) {
		const struct field *field = &dataset->schema.fields[i];
		if (dataset->columns[i].is_key)
			continue;
		const struct parquet_column *column =
		    dataset_file_column(file, field->name);
		if (column == NULL)
			return error_data(err, "%s: no column '%s'", name,
			    field->name);
		if (column->refusal != NULL)
			return error_data(err, "%s: column '%s' %s: choose "
			    "others by --columns", name, field->name,
			    column->refusal);
		if (!type_is_equal(column->type, field->type))
			return error_data(err, "%s: column '%s' is %s, but %s "
			    "in %s", name, field->name,
			    type_format(column->type, theirs),
			    type_format(field->type, ours),
			    dataset->files.items[0].path);
	}
	const struct schema *schema = &file->schema.schema;
	for (uint32_t i = 0; wants_all && i < schema->count; i++)
		if (schema_find(&dataset->schema, schema->fields[i].name,
		    strlen(schema->fields[i].name)) < 0)
			return error_data(err, "%s: column '%s' is not in %s",
			    name, schema->fields[i].name,
			    dataset->files.items[0].path);
	return 0;
}

/* A column is nullable if it is in any of the files. */
static void
widen_nullable(struct dataset *dataset, const struct dataset_file *file)
{
	const struct schema *schema = &file->schema.schema;
	for (uint32_t i = 0; i < dataset->header.schema.count; i++) {
		struct field *field = &dataset->header.schema.fields[i];
		int index = schema_find(schema, field->name,
		    strlen(field->name));
		if (!dataset->columns[dataset->output[i]].is_key &&
		    index >= 0 && schema->fields[index].is_nullable)
			field->is_nullable = 1;
	}
}

static _Bool
is_group_pruned(const struct dataset *dataset,
    const struct dataset_file *file, const struct parquet_row_group *group,
    const struct expr_bound *bounds, uint32_t bound_count)
{
	for (uint32_t i = 0; i < bound_count; i++) {
		uint32_t column = bounds[i].column;
		if (dataset->columns[column].is_key)
			continue;
		if (prune_row_group(&bounds[i], &file->meta,
		    dataset_file_column(file,
		    dataset->schema.fields[column].name), group))
			return 1;
	}
	return 0;
}

static void
add_block(struct dataset *dataset, uint32_t file, uint32_t group,
    uint64_t rows)
{
	uint32_t count = dataset->block_count;
	if ((count & (count - 1)) == 0)
		dataset->blocks = mem_grow_array(dataset->blocks,
		    count == 0 ? 1 : (size_t)count * 2,
		    sizeof(*dataset->blocks));
	dataset->blocks[dataset->block_count++] = (struct dataset_block){
	    .file = file, .group = group, .begin = dataset->row_count};
	dataset->row_count += rows;
}

static int
add_file(struct dataset *dataset, uint32_t index,
    const struct dataset_file *file, const struct expr_bound *bounds,
    uint32_t bound_count, struct error *err)
{
	uint32_t before = dataset->block_count;
	for (uint32_t i = 0; i < file->meta.row_group_count; i++) {
		const struct parquet_row_group *group =
		    &file->meta.row_groups[i];
		if (group->row_count == 0)
			continue;
		if (is_group_pruned(dataset, file, group, bounds,
		    bound_count)) {
			dataset->counts->pruned_row_groups++;
			continue;
		}
		if ((uint64_t)group->row_count >
		    UINT64_MAX / 2 - dataset->row_count)
			return error_data(err, "%s: too many rows",
			    file->bytes.name);
		add_block(dataset, index, i, (uint64_t)group->row_count);
		if (dataset->ascending != NULL)
			ascending_add(dataset->ascending, &file->meta,
			    dataset_file_column(file,
			    dataset->ascending->name), group,
			    file->bytes.name, i);
	}
	dataset->counts->files += dataset->block_count > before;
	return 0;
}

static int
find_blocks(struct dataset *dataset, _Bool wants_all, struct error *err)
{
	struct expr_bound bounds[MAX_BOUNDS];
	uint32_t bound_count = dataset->where == NULL ? 0 :
	    expr_bounds(dataset->where, bounds, MAX_BOUNDS);
	for (uint32_t i = 0; i < dataset->files.count; i++) {
		struct dataset_file file;
		int pruned = is_file_pruned(dataset, i, bounds, bound_count,
		    err);
		if (pruned < 0)
			return -1;
		if (pruned) {
			dataset->counts->pruned_files++;
			continue;
		}
		if (dataset_file_open(&file, dataset->files.items[i].path,
		    err) != 0)
			return -1;
		int result = check_file(dataset, &file, wants_all, err);
		if (result == 0)
			result = add_file(dataset, i, &file, bounds,
			    bound_count, err);
		widen_nullable(dataset, &file);
		dataset_file_close(&file);
		if (result != 0)
			return -1;
	}
	dataset->counts->row_groups = dataset->block_count;
	return 0;
}

int
dataset_plan(struct dataset *dataset, const struct dataset_options *options,
    struct error *err)
{
	struct manifest manifest = {0};
	int result = 0;
	for (uint32_t i = 0; i < options->path_count && result == 0; i++) {
		struct manifest other = {0};
		result = list_path(dataset, options->paths[i], &other, err);
		if (manifest.schema.count == 0) {
			manifest_release(&manifest);
			manifest = other;
		} else {
			manifest_release(&other);
		}
	}
	if (result == 0)
		result = find_columns(dataset, options, &manifest, err);
	manifest_release(&manifest);
	if (result == 0)
		result = choose_columns(dataset, options, err);
	if (result == 0 && options->ascending != NULL)
		result = find_ascending(dataset, options->ascending, err);
	return result != 0 ? -1 :
	    find_blocks(dataset, options->columns == NULL, err);
}
