#include "format/csv_files.h"

#include <sys/stat.h>

#define TEXT_BYTES 1000			/* of rcsv_paths_text, about */
#define MAX_LIST_BYTES (UINT32_C(256) << 20)

void
rcsv_paths_add(struct rcsv_paths *paths, const char *path)
{
	if ((paths->count & (paths->count - 1)) == 0)
		paths->paths = mem_grow_array(paths->paths,
		    paths->count == 0 ? 1 : (size_t)paths->count * 2,
		    sizeof(*paths->paths));
	paths->paths[paths->count++] = path;
}

int
rcsv_paths_read(struct rcsv_paths *paths, const char *list, struct error *err)
{
	struct buffer *text = &paths->list;
	if (input_read_whole(list, MAX_LIST_BYTES, text, err) != 0)
		return -1;
	(void)buffer_text(text);
	char *at = (char *)text->data;
	char *end = at + text->len;
	char mark = memchr(at, '\0', text->len) != NULL ? '\0' : '\n';
	while (at < end) {
		char *stop = memchr(at, mark, (size_t)(end - at));
		if (stop == NULL)
			stop = end;
		*stop = '\0';
		if (stop > at)
			rcsv_paths_add(paths, at);
		at = stop + 1;
	}
	return paths->count > 0 ? 0 : error_data(err, "%s names no file",
	    list);
}

void
rcsv_paths_release(struct rcsv_paths *paths)
{
	input_close(paths->input);
	mem_free(paths->paths);
	buffer_release(&paths->list);
	*paths = (struct rcsv_paths){0};
}

static int
read_input(void *context, void *bytes, size_t len, size_t *got,
    struct error *err)
{
	return input_read(context, bytes, len, got, err);
}

int
rcsv_paths_next(void *context, struct rcsv_bytes *bytes, struct error *err)
{
	struct rcsv_paths *paths = context;
	input_close(paths->input);
	paths->input = NULL;
	if (paths->next >= paths->count)
		return 0;
	paths->input = input_open(paths->paths[paths->next++], err);
	if (paths->input == NULL)
		return -1;
	*bytes = (struct rcsv_bytes){
	    .read = read_input, .context = paths->input,
	    .name = input_name(paths->input),
	    .size = input_is_seekable(paths->input) ?
		input_size(paths->input) : RCSV_SIZE_UNKNOWN};
	return 1;
}

uint64_t
rcsv_paths_bytes(const struct rcsv_paths *paths)
{
	uint64_t bytes = 0;
	for (uint32_t i = 0; i < paths->count; i++) {
		struct error none;
		struct stat stat_buf;
		/* a pipe must not be opened twice */
		if (stat(paths->paths[i], &stat_buf) != 0 ||
		    !S_ISREG(stat_buf.st_mode))
			return 0;
		struct input *input = input_open(paths->paths[i], &none);
		if (input == NULL)
			return 0;
		_Bool is_plain = input_is_seekable(input);
		bytes += is_plain ? input_size(input) : 0;
		input_close(input);
		if (!is_plain)
			return 0;
	}
	return bytes;
}

char *
rcsv_paths_text(const struct rcsv_paths *paths)
{
	struct buffer text = {0};
	for (uint32_t i = 0; i < paths->count; i++) {
		if (text.len + strlen(paths->paths[i]) > TEXT_BYTES) {
			buffer_printf(&text, " ... (%u files)", paths->count);
			break;
		}
		buffer_printf(&text, "%s%s", i > 0 ? " " : "",
		    paths->paths[i]);
	}
	char *copy = mem_strdup(buffer_text(&text));
	buffer_release(&text);
	return copy;
}
