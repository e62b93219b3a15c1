/* Writing footers and page headers; field numbers of parquet.thrift. */
#include "format/parquet_footer.h"
#include "format/thrift_compact.h"

/* A union's member that is an empty struct. */
static void
put_empty(struct thrift_writer *t, int16_t id)
{
	thrift_put_struct(t, id);
	thrift_put_end(t);
}

static void
put_bytes(struct thrift_writer *t, int16_t id, struct parquet_bytes bytes)
{
	if (bytes.data != NULL)
		thrift_put_bytes(t, id, bytes.data, bytes.len);
}

/* Statistics. */
static void
put_statistics(struct thrift_writer *t, int16_t id,
    const struct parquet_statistics *statistics)
{
	thrift_put_struct(t, id);
	put_bytes(t, 1, statistics->deprecated_max);
	put_bytes(t, 2, statistics->deprecated_min);
	if (statistics->has_null_count)
		thrift_put_i64(t, 3, statistics->null_count);
	if (statistics->has_distinct_count)
		thrift_put_i64(t, 4, statistics->distinct_count);
	put_bytes(t, 5, statistics->max_value);
	put_bytes(t, 6, statistics->min_value);
	if (statistics->has_is_max_exact)
		thrift_put_bool(t, 7, statistics->is_max_exact);
	if (statistics->has_is_min_exact)
		thrift_put_bool(t, 8, statistics->is_min_exact);
	if (statistics->has_nan_count)
		thrift_put_i64(t, 9, statistics->nan_count);
	thrift_put_end(t);
}

/* LogicalType, a union. */
static void
put_logical(struct thrift_writer *t, int16_t id,
    const struct parquet_logical_type *logical)
{
	thrift_put_struct(t, id);
	thrift_put_struct(t, logical->id);
	switch (logical->id) {
	case PARQUET_LOGICAL_DECIMAL:
		thrift_put_i32(t, 1, logical->scale);
		thrift_put_i32(t, 2, logical->precision);
		break;
	case PARQUET_LOGICAL_TIME:
	case PARQUET_LOGICAL_TIMESTAMP:
		thrift_put_bool(t, 1, logical->is_utc);
		thrift_put_struct(t, 2);
		put_empty(t, logical->unit);
		thrift_put_end(t);
		break;
	case PARQUET_LOGICAL_INTEGER:
		thrift_put_i8(t, 1, (int8_t)logical->bit_width);
		thrift_put_bool(t, 2, logical->is_signed);
		break;
	default:
		break;
	}
	thrift_put_end(t);
	thrift_put_end(t);
}

/* SchemaElement. */
static void
put_element(struct thrift_writer *t, const struct parquet_element *element)
{
	thrift_put_element_struct(t);
	if (element->type >= 0)
		thrift_put_i32(t, 1, element->type);
	if (element->type == PARQUET_FIXED_LEN_BYTE_ARRAY)
		thrift_put_i32(t, 2, element->type_length);
	if (element->repetition >= 0)
		thrift_put_i32(t, 3, element->repetition);
	thrift_put_text(t, 4, element->name);
	if (element->type < 0)
		thrift_put_i32(t, 5, element->child_count);
	if (element->converted >= 0)
		thrift_put_i32(t, 6, element->converted);
	if (element->converted == PARQUET_CONVERTED_DECIMAL) {
		thrift_put_i32(t, 7, element->scale);
		thrift_put_i32(t, 8, element->precision);
	}
	if (element->has_field_id)
		thrift_put_i32(t, 9, element->field_id);
	if (element->logical.id != PARQUET_LOGICAL_NONE)
		put_logical(t, 10, &element->logical);
	thrift_put_end(t);
}

/* ColumnMetaData. */
static void
put_column_meta(struct thrift_writer *t, int16_t id,
    const struct parquet_chunk *chunk)
{
	thrift_put_struct(t, id);
	thrift_put_i32(t, 1, chunk->type);
	thrift_put_list(t, 2, THRIFT_I32, chunk->encoding_count);
	for (uint32_t i = 0; i < chunk->encoding_count; i++)
		thrift_put_element_i32(t, chunk->encodings[i]);
	thrift_put_list(t, 3, THRIFT_BINARY, chunk->path_count);
	for (uint32_t i = 0; i < chunk->path_count; i++)
		thrift_put_element_bytes(t, chunk->path[i],
		    (uint32_t)strlen(chunk->path[i]));
	thrift_put_i32(t, 4, chunk->codec);
	thrift_put_i64(t, 5, chunk->value_count);
	thrift_put_i64(t, 6, chunk->uncompressed_bytes);
	thrift_put_i64(t, 7, chunk->compressed_bytes);
	thrift_put_i64(t, 9, chunk->data_page_offset);
	if (chunk->has_dictionary_page_offset)
		thrift_put_i64(t, 11, chunk->dictionary_page_offset);
	if (chunk->has_statistics)
		put_statistics(t, 12, &chunk->statistics);
	if (chunk->encoding_stat_count > 0)
		thrift_put_list(t, 13, THRIFT_STRUCT,
		    chunk->encoding_stat_count);
	for (uint32_t i = 0; i < chunk->encoding_stat_count; i++) {
		thrift_put_element_struct(t);
		thrift_put_i32(t, 1, chunk->encoding_stats[i].page_type);
		thrift_put_i32(t, 2, chunk->encoding_stats[i].encoding);
		thrift_put_i32(t, 3, chunk->encoding_stats[i].count);
		thrift_put_end(t);
	}
	thrift_put_end(t);
}

/* RowGroup. */
static void
put_row_group(struct thrift_writer *t, const struct parquet_row_group *group)
{
	thrift_put_element_struct(t);
	thrift_put_list(t, 1, THRIFT_STRUCT, group->chunk_count);
	for (uint32_t i = 0; i < group->chunk_count; i++) {
		const struct parquet_chunk *chunk = &group->chunks[i];
		thrift_put_element_struct(t);
		if (chunk->file_path != NULL)
			thrift_put_text(t, 1, chunk->file_path);
		thrift_put_i64(t, 2, chunk->file_offset);
		put_column_meta(t, 3, chunk);
		thrift_put_end(t);
	}
	thrift_put_i64(t, 2, group->uncompressed_bytes);
	thrift_put_i64(t, 3, group->row_count);
	if (group->sorting_count > 0)
		thrift_put_list(t, 4, THRIFT_STRUCT, group->sorting_count);
	for (uint32_t i = 0; i < group->sorting_count; i++) {
		thrift_put_element_struct(t);
		thrift_put_i32(t, 1, group->sorting[i].column);
		thrift_put_bool(t, 2, group->sorting[i].is_descending);
		thrift_put_bool(t, 3, group->sorting[i].nulls_first);
		thrift_put_end(t);
	}
	if (group->has_file_offset)
		thrift_put_i64(t, 5, group->file_offset);
	if (group->has_compressed_bytes)
		thrift_put_i64(t, 6, group->compressed_bytes);
	if (group->has_ordinal)
		thrift_put_i16(t, 7, group->ordinal);
	thrift_put_end(t);
}

void
parquet_footer_write(const struct parquet_meta *meta, struct buffer *out)
{
	struct thrift_writer t;
	thrift_writer_init(&t, out);
	thrift_put_i32(&t, 1, meta->version);
	thrift_put_list(&t, 2, THRIFT_STRUCT, meta->element_count);
	for (uint32_t i = 0; i < meta->element_count; i++)
		put_element(&t, &meta->elements[i]);
	thrift_put_i64(&t, 3, meta->row_count);
	thrift_put_list(&t, 4, THRIFT_STRUCT, meta->row_group_count);
	for (uint32_t i = 0; i < meta->row_group_count; i++)
		put_row_group(&t, &meta->row_groups[i]);
	if (meta->key_value_count > 0)
		thrift_put_list(&t, 5, THRIFT_STRUCT, meta->key_value_count);
	for (uint32_t i = 0; i < meta->key_value_count; i++) {
		thrift_put_element_struct(&t);
		thrift_put_text(&t, 1, meta->key_values[i].key);
		if (meta->key_values[i].value != NULL)
			thrift_put_text(&t, 2, meta->key_values[i].value);
		thrift_put_end(&t);
	}
	if (meta->created_by != NULL)
		thrift_put_text(&t, 6, meta->created_by);
	if (meta->order_count > 0)
		thrift_put_list(&t, 7, THRIFT_STRUCT, meta->order_count);
	for (uint32_t i = 0; i < meta->order_count; i++) {
		thrift_put_element_struct(&t);
		put_empty(&t, meta->orders[i]);
		thrift_put_end(&t);
	}
	thrift_put_end(&t);
}

void
parquet_page_header_write(const struct parquet_page_header *header,
    struct buffer *out)
{
	struct thrift_writer t;
	thrift_writer_init(&t, out);
	thrift_put_i32(&t, 1, header->type);
	thrift_put_i32(&t, 2, header->uncompressed_bytes);
	thrift_put_i32(&t, 3, header->compressed_bytes);
	if (header->has_crc)
		thrift_put_i32(&t, 4, (int32_t)header->crc);
	if (header->type == PARQUET_DATA_PAGE) {
		thrift_put_struct(&t, 5);
		thrift_put_i32(&t, 1, header->value_count);
		thrift_put_i32(&t, 2, header->encoding);
		thrift_put_i32(&t, 3, header->definition_encoding);
		thrift_put_i32(&t, 4, header->repetition_encoding);
		if (header->has_statistics)
			put_statistics(&t, 5, &header->statistics);
		thrift_put_end(&t);
	} else if (header->type == PARQUET_DICTIONARY_PAGE) {
		thrift_put_struct(&t, 7);
		thrift_put_i32(&t, 1, header->value_count);
		thrift_put_i32(&t, 2, header->encoding);
		thrift_put_bool(&t, 3, header->is_sorted);
		thrift_put_end(&t);
	} else {
		thrift_put_struct(&t, 8);
		thrift_put_i32(&t, 1, header->value_count);
		thrift_put_i32(&t, 2, header->null_count);
		thrift_put_i32(&t, 3, header->row_count);
		thrift_put_i32(&t, 4, header->encoding);
		thrift_put_i32(&t, 5, header->definition_bytes);
		thrift_put_i32(&t, 6, header->repetition_bytes);
		thrift_put_bool(&t, 7, header->is_compressed);
		if (header->has_statistics)
			put_statistics(&t, 8, &header->statistics);
		thrift_put_end(&t);
	}
	thrift_put_end(&t);
}
