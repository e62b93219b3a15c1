#include "table/dataset_parts.h"

static int
read_at(void *ctx, uint64_t offset, void *bytes, size_t len,
    struct error *err)
{
	return input_read_at(ctx, offset, bytes, len, err);
}

int
dataset_file_open(struct dataset_file *file, const char *path,
    struct error *err)
{
	*file = (struct dataset_file){.input = input_open(path, err)};
	if (file->input == NULL)
		return -1;
	const char *name = input_name(file->input);
	int result = 0;
	if (!input_is_seekable(file->input))
		result = error_data(err, "%s: a Parquet file ends with what "
		    "says where its columns lie: it cannot be read from a "
		    "pipe or compressed", name);
	file->bytes = (struct parquet_input){.read_at = read_at,
	    .ctx = file->input, .size = input_size(file->input),
	    .name = name};
	if (result == 0)
		result = parquet_footer_read(&file->bytes, &file->meta, err);
	if (result == 0 && parquet_schema_init(&file->schema, &file->meta,
	    err) != 0)
		result = error_prefix(err, "%s", name);
	if (result != 0)
		dataset_file_close(file);
	return result;
}

void
dataset_file_close(struct dataset_file *file)
{
	parquet_schema_release(&file->schema);
	parquet_meta_release(&file->meta);
	if (file->input != NULL)
		input_close(file->input);
	*file = (struct dataset_file){0};
}

const struct parquet_column *
dataset_file_column(const struct dataset_file *file, const char *name)
{
	int index = schema_find(&file->schema.schema, name, strlen(name));
	return index < 0 ? NULL : &file->schema.columns[index];
}
