#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "table/manifest.h"

/* The first writer's schema and keys are everybody's. */
static int
agree(struct manifest *all, const struct manifest *one, struct error *err)
{
	if (all->schema.count == 0) {
		schema_add_all(&all->schema, &one->schema);
		all->keys = mem_array(one->key_count, sizeof(*all->keys));
		for (uint32_t i = 0; i < one->key_count; i++)
			all->keys[i] = one->keys[i];
		all->key_count = one->key_count;
		return 0;
	}
	_Bool same = schema_is_equal(&all->schema, &one->schema) &&
	    all->key_count == one->key_count;
	for (uint32_t i = 0; same && i < one->key_count; i++)
		same = all->keys[i] == one->keys[i];
	return same ? 0 : error_usage(err,
	    "the writers of one folder differ in columns or partitions");
}

static void
take_files(struct manifest *all, struct manifest *one)
{
	if (one->file_count == 0)
		return;
	all->files = mem_grow_array(all->files,
	    (size_t)all->file_count + one->file_count, sizeof(*all->files));
	for (uint32_t i = 0; i < one->file_count; i++)
		all->files[all->file_count++] = one->files[i];
	one->file_count = 0;
}

/* The last line of a writer's .stages. */
static int
take_stage(const struct buffer *text, struct stage *last, struct error *err)
{
	size_t begin = text->len;
	while (begin > 0 && (begin == text->len ||
	    text->data[begin - 1] != '\n'))
		begin--;
	struct json_value *line = json_value_parse(
	    (const char *)text->data + begin, text->len - begin, err);
	const char *tool, *arguments, *version;
	if (line == NULL)
		return -1;
	int result = json_value_get_text(line, "tool", &tool, err);
	if (result == 0)
		result = json_value_get_text(line, "arguments", &arguments,
		    err);
	if (result == 0)
		result = json_value_get_text(line, "version", &version, err);
	if (result == 0 && last->tool == NULL) {
		last->kind = STAGE_FILTER;
		last->tool = mem_strdup(tool);
		last->arguments = mem_strdup(arguments);
		last->version = mem_strdup(version);
		last->strategy = mem_strdup("");
	}
	const struct json_value *rows = json_value_get(line, "rows");
	struct stage_counts counts = {0};
#define X(name) counts.name = (uint64_t)json_value_integer( \
	    json_value_get(rows, #name)); last->counts.name += counts.name;
	STAGE_COUNTERS(X)
#undef X
	json_value_free(line);
	return result;
}

static int
take_share(const char *folder, struct manifest *all, struct stage *last,
    struct error *err)
{
	struct manifest one = {0};
	struct buffer text = {0};
	char *manifest = mem_printf("%s/" MANIFEST_NAME, folder);
	char *stages = mem_printf("%s/" MANIFEST_STAGES_NAME, folder);
	int got = manifest_read(folder, &one, err);
	int result = got == 1 ? agree(all, &one, err) : got < 0 ? -1 :
	    error_data(err, "'%s' is not there", manifest);
	if (result == 0)
		take_files(all, &one);
	if (result == 0)
		result = manifest_read_text(folder, MANIFEST_STAGES_NAME,
		    &text, err) < 0 ? -1 : 0;
	if (result == 0)
		result = take_stage(&text, last, err);
	if (result == 0 && (unlink(manifest) != 0 || unlink(stages) != 0 ||
	    rmdir(folder) != 0))
		result = error_system(err, errno, "cannot remove '%s'",
		    folder);
	if (got == 1)
		manifest_release(&one);
	buffer_release(&text);
	mem_free(manifest);
	mem_free(stages);
	return result;
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct manifest_file *)a)->path,
	    ((const struct manifest_file *)b)->path);
}

static int
check_files(struct manifest *all, struct error *err)
{
	if (all->file_count > 0)
		qsort(all->files, all->file_count, sizeof(*all->files),
		    by_path);
	for (uint32_t i = 1; i < all->file_count; i++)
		if (strcmp(all->files[i - 1].path, all->files[i].path) == 0)
			return error_usage(err, "two writers wrote '%s': "
			    "give each the rows of whole partitions",
			    all->files[i].path);
	return 0;
}

static int
is_share(const struct dirent *entry)
{
	return strncmp(entry->d_name, MANIFEST_SHARE_PREFIX,
	    strlen(MANIFEST_SHARE_PREFIX)) == 0;
}

int
manifest_gather(const char *folder, struct manifest *manifest,
    struct stage *last, struct error *err)
{
	struct dirent **entries;
	*manifest = (struct manifest){0};
	*last = (struct stage){0};
	int count = scandir(folder, &entries, is_share, alphasort);
	int result = 0;
	if (count < 0)
		return error_system(err, errno, "cannot read '%s'", folder);
	for (int i = 0; i < count; i++) {
		char *path = mem_printf("%s/%s", folder, entries[i]->d_name);
		if (result == 0)
			result = take_share(path, manifest, last, err);
		mem_free(path);
		free(entries[i]);
	}
	free(entries);
	if (result == 0)
		result = check_files(manifest, err);
	return result == 0 ? count : -1;
}
