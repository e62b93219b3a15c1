#include "table/parquet_describe.h"

#include "table/dataset_parts.h"

static void
describe_schema(const struct parquet_schema *schema, struct buffer *out)
{
	char text[TYPE_TEXT_BYTES];
	for (uint32_t i = 0; i < schema->schema.count; i++) {
		const struct field *field = &schema->schema.fields[i];
		const struct parquet_column *column = &schema->columns[i];
		if (column->refusal != NULL)
			buffer_printf(out, "  %s: %s\n", field->name,
			    column->refusal);
		else
			buffer_printf(out, "  %s %s%s\n", field->name,
			    type_format(field->type, text),
			    field->is_nullable ? "" : " not null");
	}
}

/* A bound of the statistics as it stands there, if that is text. */
static void
describe_text(const char *name, struct parquet_bytes bytes, _Bool is_text,
    struct buffer *out)
{
	char quoted[ERROR_QUOTE_BYTES];
	if (bytes.data == NULL)
		return;
	if (is_text) {
		buffer_printf(out, " %s='%s'", name,
		    error_quote(quoted, bytes.data, bytes.len));
		return;
	}
	/* Little-endian numbers, as hexadecimal from the highest byte. */
	buffer_printf(out, " %s=0x", name);
	for (uint32_t i = bytes.len; i-- > 0;)
		buffer_printf(out, "%02x", bytes.data[i]);
}

static void
describe_chunk(const struct parquet_chunk *chunk, struct buffer *out)
{
	const struct parquet_statistics *statistics = &chunk->statistics;
	_Bool is_text = chunk->type == PARQUET_BYTE_ARRAY;
	buffer_append_text(out, "    ");
	for (uint32_t i = 0; i < chunk->path_count; i++)
		buffer_printf(out, "%s%s", i == 0 ? "" : ".", chunk->path[i]);
	buffer_printf(out, ": %s %s bytes=%lld/%lld",
	    parquet_type_name(chunk->type), parquet_codec_name(chunk->codec),
	    (long long)chunk->compressed_bytes,
	    (long long)chunk->uncompressed_bytes);
	for (uint32_t i = 0; i < chunk->encoding_count; i++)
		buffer_printf(out, "%c%s", i == 0 ? ' ' : ',',
		    parquet_encoding_name(chunk->encodings[i]));
	if (chunk->has_statistics && statistics->has_null_count)
		buffer_printf(out, " nulls=%lld",
		    (long long)statistics->null_count);
	describe_text("min", statistics->min_value, is_text, out);
	describe_text("max", statistics->max_value, is_text, out);
	buffer_append_byte(out, '\n');
}

static void
describe_file(const struct dataset_file *file, struct buffer *out)
{
	const struct parquet_meta *meta = &file->meta;
	buffer_printf(out, "%s: %lld rows, %u row groups, %llu bytes",
	    file->bytes.name, (long long)meta->row_count,
	    meta->row_group_count, (unsigned long long)file->bytes.size);
	if (meta->created_by != NULL) {
		char quoted[ERROR_QUOTE_BYTES];
		buffer_printf(out, ", by %s", error_quote(quoted,
		    meta->created_by, strlen(meta->created_by)));
	}
	buffer_append_byte(out, '\n');
	describe_schema(&file->schema, out);
	for (uint32_t i = 0; i < meta->row_group_count; i++) {
		const struct parquet_row_group *group = &meta->row_groups[i];
		buffer_printf(out, "  row group %u: %lld rows\n", i,
		    (long long)group->row_count);
		for (uint32_t k = 0; k < group->chunk_count; k++)
			describe_chunk(&group->chunks[k], out);
	}
}

int
parquet_describe(const char *path, struct buffer *out, struct error *err)
{
	struct hive_files files = {0};
	int result = hive_list(path, &files, err);
	for (uint32_t i = 0; i < files.count && result == 0; i++) {
		struct dataset_file file;
		result = dataset_file_open(&file, files.items[i].path, err);
		if (result != 0)
			break;
		describe_file(&file, out);
		dataset_file_close(&file);
	}
	hive_files_release(&files);
	return result;
}
