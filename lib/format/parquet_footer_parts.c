#include "format/parquet_footer_parts.h"

/* The least bytes that an element with its required fields can take. */
#define CHUNK_LEAST_BYTES 2
#define STAT_LEAST_BYTES 7
#define SORTING_LEAST_BYTES 5

void *
parquet_get_array(struct parquet_parser *p, uint32_t count, size_t size)
{
	return arena_zalloc(p->arena, count * size);
}

struct parquet_bytes
parquet_get_bytes(struct parquet_parser *p, const struct thrift_field *field)
{
	struct parquet_bytes bytes;
	bytes.data = thrift_get_bytes(&p->thrift, field, &bytes.len);
	if (bytes.data != NULL && p->arena != NULL)
		bytes.data = (uint8_t *)arena_strndup(p->arena,
		    (const char *)bytes.data, bytes.len);
	return bytes;
}

const char *
parquet_get_text(struct parquet_parser *p, const struct thrift_field *field)
{
	uint32_t len;
	const uint8_t *bytes = thrift_get_bytes(&p->thrift, field, &len);
	if (bytes == NULL)
		return NULL;
	if (memchr(bytes, 0, len) != NULL) {
		thrift_fail(&p->thrift, "a name with a zero byte");
		return NULL;
	}
	return arena_strndup(p->arena, (const char *)bytes, len);
}

int8_t
parquet_get_enum(struct parquet_parser *p, const struct thrift_field *field)
{
	int32_t value = thrift_get_i32(&p->thrift, field);
	if (value < 0 || value > INT8_MAX)
		return (int8_t)thrift_fail(&p->thrift,
		    "field %d has no value %d", field->id, value);
	return (int8_t)value;
}

void
parquet_parse_statistics(struct parquet_parser *p,
    const struct thrift_field *outer,
    struct parquet_statistics *statistics)
{
	struct thrift_reader *t = &p->thrift;
	struct thrift_field field = {0};
	if (!thrift_enter(t, outer))
		return;
	while (thrift_next_field(t, &field)) {
		switch (field.id) {
		case 1:
			statistics->deprecated_max =
			    parquet_get_bytes(p, &field);
			break;
		case 2:
			statistics->deprecated_min =
			    parquet_get_bytes(p, &field);
			break;
		case 3:
			statistics->has_null_count = 1;
			statistics->null_count = thrift_get_i64(t, &field);
			break;
		case 4:
			statistics->has_distinct_count = 1;
			statistics->distinct_count =
			    thrift_get_i64(t, &field);
			break;
		case 5:
			statistics->max_value = parquet_get_bytes(p, &field);
			break;
		case 6:
			statistics->min_value = parquet_get_bytes(p, &field);
			break;
		case 7:
			statistics->has_is_max_exact = 1;
			statistics->is_max_exact = thrift_get_bool(t, &field);
			break;
		case 8:
			statistics->has_is_min_exact = 1;
			statistics->is_min_exact = thrift_get_bool(t, &field);
			break;
		case 9:
			statistics->has_nan_count = 1;
			statistics->nan_count = thrift_get_i64(t, &field);
			break;
		default:
			thrift_skip(t, &field);
		}
	}
	thrift_leave(t);
}

static void
parse_encodings(struct parquet_parser *p, const struct thrift_field *field,
    struct parquet_chunk *chunk)
{
	struct thrift_field element;
	uint32_t count = thrift_get_list(&p->thrift, field, &element, 1);
	int32_t *encodings = parquet_get_array(p, count, sizeof(*encodings));
	for (uint32_t i = 0; i < count; i++)
		encodings[i] = thrift_get_i32(&p->thrift, &element);
	chunk->encodings = encodings;
	chunk->encoding_count = count;
}

static void
parse_path(struct parquet_parser *p, const struct thrift_field *field,
    struct parquet_chunk *chunk)
{
	struct thrift_field element;
	uint32_t count = thrift_get_list(&p->thrift, field, &element, 1);
	const char **path = parquet_get_array(p, count, sizeof(*path));
	for (uint32_t i = 0; i < count; i++)
		path[i] = parquet_get_text(p, &element);
	chunk->path = path;
	chunk->path_count = count;
}

static void
parse_encoding_stats(struct parquet_parser *p, const struct thrift_field *outer,
    struct parquet_chunk *chunk)
{
	struct thrift_reader *t = &p->thrift;
	struct thrift_field element;
	uint32_t count = thrift_get_list(t, outer, &element,
	    STAT_LEAST_BYTES);
	struct parquet_encoding_stat *stats = parquet_get_array(p, count,
	    sizeof(*stats));
	for (uint32_t i = 0; i < count && thrift_enter(t, &element); i++) {
		struct thrift_field field = {0};
		while (thrift_next_field(t, &field)) {
			if (field.id == 1)
				stats[i].page_type =
				    thrift_get_i32(t, &field);
			else if (field.id == 2)
				stats[i].encoding = thrift_get_i32(t, &field);
			else if (field.id == 3)
				stats[i].count = thrift_get_i32(t, &field);
			else
				thrift_skip(t, &field);
		}
		thrift_leave(t);
	}
	chunk->encoding_stats = stats;
	chunk->encoding_stat_count = count;
}

static void
parse_column_meta(struct parquet_parser *p, const struct thrift_field *outer,
    struct parquet_chunk *chunk)
{
	struct thrift_reader *t = &p->thrift;
	struct thrift_field field = {0};
	unsigned seen = 0;
	if (!thrift_enter(t, outer))
		return;
	while (thrift_next_field(t, &field)) {
		seen |= field.id < 16 ? 1u << field.id : 0;
		switch (field.id) {
		case 1:
			chunk->type = parquet_get_enum(p, &field);
			break;
		case 2:
			parse_encodings(p, &field, chunk);
			break;
		case 3:
			parse_path(p, &field, chunk);
			break;
		case 4:
			chunk->codec = parquet_get_enum(p, &field);
			break;
		case 5:
			chunk->value_count = thrift_get_i64(t, &field);
			break;
		case 6:
			chunk->uncompressed_bytes = thrift_get_i64(t, &field);
			break;
		case 7:
			chunk->compressed_bytes = thrift_get_i64(t, &field);
			break;
		case 9:
			chunk->data_page_offset = thrift_get_i64(t, &field);
			break;
		case 11:
			chunk->has_dictionary_page_offset = 1;
			chunk->dictionary_page_offset =
			    thrift_get_i64(t, &field);
			break;
		case 12:
			chunk->has_statistics = 1;
			parquet_parse_statistics(p, &field, &chunk->statistics);
			break;
		case 13:
			parse_encoding_stats(p, &field, chunk);
			break;
		default:
			thrift_skip(t, &field);
		}
	}
	thrift_leave(t);
	/* what cannot be done without: type, codec, counts, offset */
	if ((seen & 0x2b2) != 0x2b2)
		thrift_fail(t, "a column chunk lacks required fields");
	chunk->has_meta = 1;
}

static void
parse_chunk(struct parquet_parser *p, const struct thrift_field *outer,
    struct parquet_chunk *chunk)
{
	struct thrift_reader *t = &p->thrift;
	struct thrift_field field = {0};
	if (!thrift_enter(t, outer))
		return;
	while (thrift_next_field(t, &field)) {
		switch (field.id) {
		case 1:
			chunk->file_path = parquet_get_text(p, &field);
			break;
		case 2:
			chunk->file_offset = thrift_get_i64(t, &field);
			break;
		case 3:
			parse_column_meta(p, &field, chunk);
			break;
		case 8:
			chunk->is_encrypted = 1;
			thrift_skip(t, &field);
			break;
		default:
			thrift_skip(t, &field);
		}
	}
	thrift_leave(t);
}

static void
parse_sorting(struct parquet_parser *p, const struct thrift_field *outer,
    struct parquet_row_group *group)
{
	struct thrift_reader *t = &p->thrift;
	struct thrift_field element;
	uint32_t count = thrift_get_list(t, outer, &element,
	    SORTING_LEAST_BYTES);
	struct parquet_sorting *sorting = parquet_get_array(p, count,
	    sizeof(*sorting));
	for (uint32_t i = 0; i < count && thrift_enter(t, &element); i++) {
		struct thrift_field field = {0};
		while (thrift_next_field(t, &field)) {
			if (field.id == 1)
				sorting[i].column = thrift_get_i32(t, &field);
			else if (field.id == 2)
				sorting[i].is_descending =
				    thrift_get_bool(t, &field);
			else if (field.id == 3)
				sorting[i].nulls_first =
				    thrift_get_bool(t, &field);
			else
				thrift_skip(t, &field);
		}
		thrift_leave(t);
	}
	group->sorting = sorting;
	group->sorting_count = count;
}

void
parquet_parse_row_group(struct parquet_parser *p,
    const struct thrift_field *outer,
    struct parquet_row_group *group)
{
	struct thrift_reader *t = &p->thrift;
	struct thrift_field field = {0}, element;
	unsigned seen = 0;
	if (!thrift_enter(t, outer))
		return;
	while (thrift_next_field(t, &field)) {
		seen |= field.id < 16 ? 1u << field.id : 0;
		switch (field.id) {
		case 1:
			group->chunk_count = thrift_get_list(t, &field,
			    &element, CHUNK_LEAST_BYTES);
			group->chunks = parquet_get_array(p, group->chunk_count,
			    sizeof(*group->chunks));
			for (uint32_t i = 0; i < group->chunk_count; i++)
				parse_chunk(p, &element, &group->chunks[i]);
			break;
		case 2:
			group->uncompressed_bytes = thrift_get_i64(t, &field);
			break;
		case 3:
			group->row_count = thrift_get_i64(t, &field);
			break;
		case 4:
			parse_sorting(p, &field, group);
			break;
		case 5:
			group->has_file_offset = 1;
			group->file_offset = thrift_get_i64(t, &field);
			break;
		case 6:
			group->has_compressed_bytes = 1;
			group->compressed_bytes = thrift_get_i64(t, &field);
			break;
		case 7:
			group->has_ordinal = 1;
			group->ordinal = (int16_t)thrift_get_i32(t, &field);
			break;
		default:
			thrift_skip(t, &field);
		}
	}
	thrift_leave(t);
	if ((seen & 0xa) != 0xa || group->row_count < 0)
		thrift_fail(t, "a row group lacks its columns or rows");
}
