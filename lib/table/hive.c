#include "table/hive.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/utf8.h"
#include "batch/value.h"

/* ---- escapes --------------------------------------------------------- */

static _Bool
needs_escape(unsigned char c)
{
	return (c >= 0x01 && c <= 0x1f) || c == 0x7f ||
	    (c != 0 && strchr("\"#%'*/:=?\\{[]^", c) != NULL);
}

void
hive_escape(const void *text, size_t len, struct buffer *out)
{
	const unsigned char *bytes = text;
	for (size_t i = 0; i < len; i++) {
		/* A NUL cannot be in a file name; Hive leaves it there. */
		if (bytes[i] == 0 || needs_escape(bytes[i]))
			buffer_printf(out, "%%%02X", bytes[i]);
		else
			buffer_append_byte(out, bytes[i]);
	}
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void
hive_unescape(const char *text, size_t len, struct buffer *out)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '%' && i + 2 < len &&
		    hex_digit(text[i + 1]) >= 0 &&
		    hex_digit(text[i + 2]) >= 0) {
			buffer_append_byte(out, (uint8_t)(
			    hex_digit(text[i + 1]) << 4 |
			    hex_digit(text[i + 2])));
			i += 2;
		} else {
			buffer_append_byte(out, (uint8_t)text[i]);
		}
	}
}

int
hive_append(const char *key, const struct column *column, uint32_t row,
    struct buffer *out, struct error *err)
{
	struct buffer value = {0};
	size_t begin = out->len;
	char quoted[ERROR_QUOTE_BYTES];
	int result = 0;
	hive_escape(key, strlen(key), out);
	buffer_append_byte(out, '=');
	if (column->type.id != TYPE_NULL && !column_is_null(column, row))
		column_format(column, row, &value);
	if (value.len == 0)
		buffer_append_text(out, HIVE_NULL);
	else
		hive_escape(value.data, value.len, out);
	if (!utf8_is_valid(value.data, value.len))
		result = error_data(err, "column '%s': '%s' is not UTF-8: it "
		    "cannot name a folder", key,
		    error_quote(quoted, value.data, value.len));
	else if (value.len == strlen(HIVE_NULL) &&
	    memcmp(value.data, HIVE_NULL, value.len) == 0)
		result = error_data(err, "column '%s': '" HIVE_NULL "' as a "
		    "value cannot be told from null in a folder's name", key);
	else if (out->len - begin > NAME_MAX)
		result = error_data(err, "column '%s': '%s' is too long for "
		    "the name of a folder", key,
		    error_quote(quoted, value.data, value.len));
	buffer_release(&value);
	return result;
}

/* ---- paths ----------------------------------------------------------- */

/* Appends "KEY=VALUE" to the file's values; 0 if it is none. */
static _Bool
add_value(const char *name, size_t len, struct hive_value *value)
{
	const char *equals = memchr(name, '=', len);
	struct buffer text = {0};
	if (equals == NULL || equals == name)
		return 0;
	hive_unescape(name, (size_t)(equals - name), &text);
	value->key = mem_strdup(buffer_text(&text));
	text.len = 0;
	size_t value_len = len - (size_t)(equals - name) - 1;
	value->value = NULL;
	value->value_len = 0;
	if (value_len != strlen(HIVE_NULL) ||
	    memcmp(equals + 1, HIVE_NULL, value_len) != 0) {
		hive_unescape(equals + 1, value_len, &text);
		value->value_len = text.len;
		value->value = mem_strndup(buffer_text(&text), text.len);
	}
	buffer_release(&text);
	return 1;
}

/* The KEY=VALUE folders right above the file, the outermost first. */
static int
set_values(struct hive_file *file, struct error *err)
{
	struct hive_value values[HIVE_MAX_KEYS];
	uint32_t count = 0;
	const char *end = strrchr(file->path, '/');
	while (end != NULL && end > file->path) {
		const char *begin = end;
		while (begin > file->path && begin[-1] != '/')
			begin--;
		if (begin == end) {	/* "//" */
			end--;
			continue;
		}
		if (count == HIVE_MAX_KEYS)
			return error_data(err,
			    "%s: more than %d partition keys", file->path,
			    HIVE_MAX_KEYS);
		if (!add_value(begin, (size_t)(end - begin), &values[count]))
			break;
		count++;
		end = begin > file->path ? begin - 1 : NULL;
	}
	file->values = mem_array(count, sizeof(*file->values));
	file->value_count = count;
	for (uint32_t i = 0; i < count; i++)
		file->values[i] = values[count - 1 - i];
	return 0;
}

static int
add_file(const char *path, struct hive_files *files, struct error *err)
{
	if ((files->count & (files->count - 1)) == 0)
		files->items = mem_grow_array(files->items,
		    files->count == 0 ? 1 : (size_t)files->count * 2,
		    sizeof(*files->items));
	struct hive_file *file = &files->items[files->count++];
	*file = (struct hive_file){.path = mem_strdup(path)};
	return set_values(file, err);
}

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && entry->d_name[0] != '_';
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
list(const char *path, unsigned depth, struct hive_files *files,
    struct error *err)
{
	struct stat status;
	struct dirent **entries = NULL;
	if (stat(path, &status) != 0)
		return error_system(err, errno, "cannot open '%s'", path);
	if (!S_ISDIR(status.st_mode))
		return add_file(path, files, err);
	if (depth > HIVE_MAX_KEYS)
		return error_data(err, "%s: folders are nested too deeply",
		    path);
	int count = scandir(path, &entries, is_visible, by_bytes);
	if (count < 0)
		return error_system(err, errno, "cannot list '%s'", path);
	int result = 0;
	const char *slash = path[strlen(path) - 1] == '/' ? "" : "/";
	for (int i = 0; i < count; i++) {
		if (result == 0) {
			char *below = mem_printf("%s%s%s", path, slash,
			    entries[i]->d_name);
			result = list(below, depth + 1, files, err);
			mem_free(below);
		}
		free(entries[i]);
	}
	free(entries);
	return result;
}

int
hive_list(const char *path, struct hive_files *files, struct error *err)
{
	return list(path, 0, files, err);
}

void
hive_files_release(struct hive_files *files)
{
	for (uint32_t i = 0; i < files->count; i++) {
		struct hive_file *file = &files->items[i];
		for (uint32_t k = 0; k < file->value_count; k++) {
			mem_free(file->values[k].key);
			mem_free(file->values[k].value);
		}
		mem_free(file->values);
		mem_free(file->path);
	}
	mem_free(files->items);
	*files = (struct hive_files){0};
}

char *
hive_root(const char *path)
{
	struct stat status;
	char *root = mem_strdup(path);
	_Bool is_first = 1;
	for (;;) {
		size_t len = strlen(root);
		while (len > 1 && root[len - 1] == '/')
			root[--len] = '\0';
		char *slash = strrchr(root, '/');
		const char *name = slash == NULL ? root : slash + 1;
		_Bool is_file = is_first && stat(root, &status) == 0 &&
		    !S_ISDIR(status.st_mode);
		if (!is_file && strchr(name, '=') == NULL)
			return root;
		is_first = 0;
		if (slash == NULL) {
			mem_free(root);
			return mem_strdup(".");
		}
		if (slash == root)
			root[1] = '\0';
		else
			*slash = '\0';
	}
}
