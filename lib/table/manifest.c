#include "table/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/json.h"

/* ---- text ------------------------------------------------------------ */

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct manifest_file *)a)->path,
	    ((const struct manifest_file *)b)->path);
}

static struct json_value *
files_value(const struct manifest *manifest)
{
	struct json_value *files = json_value_new_array();
	for (uint32_t i = 0; i < manifest->file_count; i++) {
		const struct manifest_file *file = &manifest->files[i];
		struct json_value *value = json_value_new_object();
		char sum[20];
		snprintf(sum, sizeof(sum), "%016llx",
		    (unsigned long long)file->sum);
		json_value_set_integer(value, "bytes", (int64_t)file->bytes);
		json_value_set_text(value, "path", file->path);
		json_value_set_integer(value, "rows", (int64_t)file->rows);
		json_value_set_text(value, "xxh3", sum);
		json_value_append(files, value);
	}
	return files;
}

static struct json_value *
schema_value(const struct schema *schema)
{
	struct json_value *fields = json_value_new_array();
	for (uint32_t i = 0; i < schema->count; i++) {
		const struct field *field = &schema->fields[i];
		struct json_value *value = json_value_new_object();
		char type[TYPE_TEXT_BYTES];
		json_value_set_text(value, "name", field->name);
		json_value_set(value, "nullable",
		    json_value_new_bool(field->is_nullable));
		json_value_set_text(value, "type",
		    type_format(field->type, type));
		json_value_append(fields, value);
	}
	return fields;
}

void
manifest_print(struct manifest *manifest, struct buffer *out)
{
	struct json_value *root = json_value_new_object();
	struct json_value *keys = json_value_new_array();
	uint64_t rows = 0;
	if (manifest->file_count > 0)
		qsort(manifest->files, manifest->file_count,
		    sizeof(*manifest->files), by_path);
	for (uint32_t i = 0; i < manifest->file_count; i++)
		rows += manifest->files[i].rows;
	for (uint32_t i = 0; i < manifest->key_count; i++) {
		const char *name =
		    manifest->schema.fields[manifest->keys[i]].name;
		json_value_append(keys,
		    json_value_new_text(name, strlen(name)));
	}
	json_value_set(root, "files", files_value(manifest));
	json_value_set(root, "keys", keys);
	json_value_set_integer(root, "rows", (int64_t)rows);
	json_value_set(root, "schema", schema_value(&manifest->schema));
	json_value_set_integer(root, "version", MANIFEST_VERSION);
	json_value_print(root, 1, out);
	buffer_append_byte(out, '\n');
	json_value_free(root);
}

void
manifest_print_stages(const struct stages *stages, struct buffer *out)
{
	for (uint32_t i = 0; i < stages->count; i++) {
		const struct stage *stage = &stages->items[i];
		struct json_value *line = json_value_new_object();
		struct json_value *inputs = json_value_new_array();
		struct json_value *rows = json_value_new_object();
		json_value_set_text(line, "arguments", stage->arguments);
		json_value_set_integer(line, "id", i + 1);
		for (uint32_t k = 0; k < stage->input_count; k++)
			json_value_append(inputs,
			    json_value_new_integer(stage->inputs[k]));
		json_value_set(line, "inputs", inputs);
		json_value_set_text(line, "kind",
		    stage_kind_name(stage->kind));
#define X(name) if (stage->counts.name != 0) json_value_set_integer(rows, \
		#name, (int64_t)stage->counts.name);
		STAGE_COUNTERS(X)
#undef X
		json_value_set(line, "rows", rows);
		json_value_set_text(line, "tool", stage->tool);
		json_value_set_text(line, "version", stage->version);
		json_value_print(line, 0, out);
		buffer_append_byte(out, '\n');
		json_value_free(line);
	}
}

/* ---- reading --------------------------------------------------------- */

int
manifest_read_text(const char *folder, const char *name, struct buffer *text,
    struct error *err)
{
	char *path = mem_printf("%s/%s", folder, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result = 1;
	if (fd < 0) {
		result = errno == ENOENT || errno == ENOTDIR ? 0 :
		    error_system(err, errno, "cannot open '%s'", path);
		mem_free(path);
		return result;
	}
	int64_t size = fd_file_size(fd);
	size_t got = 0;
	if (size < 0 || size > JSON_VALUE_MAX_BYTES) {
		result = error_data(err, "'%s' is too large, or no file",
		    path);
	} else {
		buffer_resize(text, (size_t)size);
		if (fd_read_full(fd, text->data, text->len, &got, path,
		    err) != 0)
			result = -1;
		text->len = got;
	}
	close(fd);
	mem_free(path);
	return result;
}

static int
read_schema(const struct json_value *fields, struct schema *schema,
    struct error *err)
{
	for (size_t i = 0; i < json_value_count(fields); i++) {
		const struct json_value *field = json_value_at(fields, i);
		size_t name_len, type_len;
		const char *name = json_value_text(
		    json_value_get(field, "name"), &name_len);
		const char *text = json_value_text(
		    json_value_get(field, "type"), &type_len);
		struct type type;
		if (name == NULL || text == NULL)
			return error_data(err,
			    "field %zu has no name or no type", i + 1);
		if (type_parse(text, type_len, &type, err) != 0)
			return error_data(err, "field '%s': bad type", name);
		schema_add(schema, name, name_len, type, json_value_is_true(
		    json_value_get(field, "nullable")));
	}
	return 0;
}

static int
read_keys(const struct json_value *keys, struct manifest *manifest,
    struct error *err)
{
	size_t count = json_value_count(keys);
	manifest->keys = mem_array(count, sizeof(*manifest->keys));
	for (size_t i = 0; i < count; i++) {
		size_t len;
		const char *name = json_value_text(json_value_at(keys, i),
		    &len);
		int index = name == NULL ? -1 :
		    schema_find(&manifest->schema, name, len);
		if (index < 0)
			return error_data(err, "key %zu is not a column",
			    i + 1);
		manifest->keys[manifest->key_count++] = (uint32_t)index;
	}
	return 0;
}

static int
read_files(const struct json_value *files, struct manifest *manifest,
    struct error *err)
{
	size_t count = json_value_count(files);
	manifest->files = mem_array(count, sizeof(*manifest->files));
	for (size_t i = 0; i < count; i++) {
		const struct json_value *value = json_value_at(files, i);
		size_t len;
		const char *path = json_value_text(
		    json_value_get(value, "path"), &len);
		const char *sum = json_value_text(
		    json_value_get(value, "xxh3"), &len);
		if (path == NULL || sum == NULL)
			return error_data(err,
			    "file %zu has no path or no xxh3", i + 1);
		struct manifest_file *file =
		    &manifest->files[manifest->file_count++];
		file->path = mem_strdup(path);
		file->rows = (uint64_t)json_value_integer(
		    json_value_get(value, "rows"));
		file->bytes = (uint64_t)json_value_integer(
		    json_value_get(value, "bytes"));
		file->sum = strtoull(sum, NULL, 16);
	}
	return 0;
}

int
manifest_read(const char *folder, struct manifest *manifest,
    struct error *err)
{
	struct buffer text = {0};
	*manifest = (struct manifest){0};
	int result = manifest_read_text(folder, MANIFEST_NAME, &text, err);
	if (result == 1) {
		struct json_value *root = json_value_parse(
		    (const char *)text.data, text.len, err);
		if (root == NULL || json_value_integer(json_value_get(root,
		    "version")) > MANIFEST_VERSION ||
		    read_schema(json_value_get(root, "schema"),
		    &manifest->schema, err) != 0 ||
		    read_keys(json_value_get(root, "keys"), manifest,
		    err) != 0 ||
		    read_files(json_value_get(root, "files"), manifest,
		    err) != 0)
			result = -1;
		if (root != NULL && json_value_integer(json_value_get(root,
		    "version")) > MANIFEST_VERSION)
			error_data(err, "made by a newer version");
		json_value_free(root);
	}
	buffer_release(&text);
	if (result >= 0)
		return result;
	manifest_release(manifest);
	return error_prefix(err, "%s/" MANIFEST_NAME, folder);
}

void
manifest_release(struct manifest *manifest)
{
	schema_release(&manifest->schema);
	mem_free(manifest->keys);
	for (uint32_t i = 0; i < manifest->file_count; i++)
		mem_free(manifest->files[i].path);
	mem_free(manifest->files);
	*manifest = (struct manifest){0};
}

static _Bool
is_text(const char *folder, const char *name, const struct buffer *text)
{
	struct buffer old = {0};
	struct error err;
	_Bool same = manifest_read_text(folder, name, &old, &err) == 1 &&
	    old.len == text->len &&
	    (old.len == 0 || memcmp(old.data, text->data, old.len) == 0);
	buffer_release(&old);
	return same;
}

_Bool
manifest_is_there(const char *folder, const struct manifest *manifest,
    const struct buffer *text, const struct buffer *stages)
{
	if (!is_text(folder, MANIFEST_NAME, text) ||
	    !is_text(folder, MANIFEST_STAGES_NAME, stages))
		return 0;
	for (uint32_t i = 0; i < manifest->file_count; i++) {
		const struct manifest_file *file = &manifest->files[i];
		struct stat status;
		char *path = mem_printf("%s/%s", folder, file->path);
		_Bool same = stat(path, &status) == 0 &&
		    S_ISREG(status.st_mode) &&
		    (uint64_t)status.st_size == file->bytes;
		mem_free(path);
		if (!same)
			return 0;
	}
	return 1;
}
