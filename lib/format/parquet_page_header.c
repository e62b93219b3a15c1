#include "format/parquet_footer.h"
#include "format/parquet_footer_parts.h"

/* DataPageHeader. */
static void
parse_data_page(struct parquet_parser *p, const struct thrift_field *outer,
    struct parquet_page_header *header)
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
			header->value_count = thrift_get_i32(t, &field);
			break;
		case 2:
			header->encoding = thrift_get_i32(t, &field);
			break;
		case 3:
			header->definition_encoding =
			    thrift_get_i32(t, &field);
			break;
		case 4:
			header->repetition_encoding =
			    thrift_get_i32(t, &field);
			break;
		case 5:
			header->has_statistics = 1;
			parquet_parse_statistics(p, &field,
			    &header->statistics);
			break;
		default:
			thrift_skip(t, &field);
		}
	}
	thrift_leave(t);
	if ((seen & 0x1e) != 0x1e)
		thrift_fail(t, "a data page's header lacks required fields");
}

/* DataPageHeaderV2. */
static void
parse_data_page_v2(struct parquet_parser *p,
    const struct thrift_field *outer, struct parquet_page_header *header)
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
			header->value_count = thrift_get_i32(t, &field);
			break;
		case 2:
			header->null_count = thrift_get_i32(t, &field);
			break;
		case 3:
			header->row_count = thrift_get_i32(t, &field);
			break;
		case 4:
			header->encoding = thrift_get_i32(t, &field);
			break;
		case 5:
			header->definition_bytes = thrift_get_i32(t, &field);
			break;
		case 6:
			header->repetition_bytes = thrift_get_i32(t, &field);
			break;
		case 7:
			header->is_compressed = thrift_get_bool(t, &field);
			break;
		case 8:
			header->has_statistics = 1;
			parquet_parse_statistics(p, &field,
			    &header->statistics);
			break;
		default:
			thrift_skip(t, &field);
		}
	}
	thrift_leave(t);
	if ((seen & 0x7e) != 0x7e)
		thrift_fail(t, "a data page's header lacks required fields");
	if (header->null_count < 0 || header->row_count < 0 ||
	    header->definition_bytes < 0 || header->repetition_bytes < 0)
		thrift_fail(t, "a data page's header has a negative count");
}

/* DictionaryPageHeader. */
static void
parse_dictionary_page(struct parquet_parser *p,
    const struct thrift_field *outer, struct parquet_page_header *header)
{
	struct thrift_reader *t = &p->thrift;
	struct thrift_field field = {0};
	unsigned seen = 0;
	if (!thrift_enter(t, outer))
		return;
	while (thrift_next_field(t, &field)) {
		seen |= field.id < 16 ? 1u << field.id : 0;
		if (field.id == 1)
			header->value_count = thrift_get_i32(t, &field);
		else if (field.id == 2)
			header->encoding = thrift_get_i32(t, &field);
		else if (field.id == 3)
			header->is_sorted = thrift_get_bool(t, &field);
		else
			thrift_skip(t, &field);
	}
	thrift_leave(t);
	if ((seen & 6) != 6)
		thrift_fail(t, "a dictionary's header lacks required fields");
}

/* The field of PageHeader that a page of this type must have. */
static unsigned
header_field(int32_t type)
{
	switch (type) {
	case PARQUET_DATA_PAGE:
		return 1u << 5;
	case PARQUET_DICTIONARY_PAGE:
		return 1u << 7;
	case PARQUET_DATA_PAGE_V2:
		return 1u << 8;
	default:
		return 0;
	}
}

static void
parse_page(struct parquet_parser *p, struct parquet_page_header *header)
{
	struct thrift_reader *t = &p->thrift;
	struct thrift_field field = {0};
	unsigned seen = 0;
	while (thrift_next_field(t, &field)) {
		seen |= field.id < 16 ? 1u << field.id : 0;
		switch (field.id) {
		case 1:
			header->type = thrift_get_i32(t, &field);
			break;
		case 2:
			header->uncompressed_bytes =
			    thrift_get_i32(t, &field);
			break;
		case 3:
			header->compressed_bytes = thrift_get_i32(t, &field);
			break;
		case 4:
			header->has_crc = 1;
			header->crc = (uint32_t)thrift_get_i32(t, &field);
			break;
		case 5:
			parse_data_page(p, &field, header);
			break;
		case 7:
			parse_dictionary_page(p, &field, header);
			break;
		case 8:
			parse_data_page_v2(p, &field, header);
			break;
		default:
			thrift_skip(t, &field);
		}
	}
	unsigned required = 0xe | header_field(header->type);
	if ((seen & required) != required)
		thrift_fail(t, "it lacks required fields");
	if (header->uncompressed_bytes < 0 || header->compressed_bytes < 0 ||
	    (uint32_t)header->uncompressed_bytes > PARQUET_MAX_PAGE_BYTES ||
	    (uint32_t)header->compressed_bytes > PARQUET_MAX_PAGE_BYTES)
		thrift_fail(t, "a page of %d bytes, compressed %d",
		    header->uncompressed_bytes, header->compressed_bytes);
	if (header->value_count < 0)
		thrift_fail(t, "a page of %d values", header->value_count);
}

int
parquet_page_header_parse(const uint8_t *bytes, size_t len,
    struct parquet_page_header *header, size_t *used, struct error *err)
{
	*header = (struct parquet_page_header){.is_compressed = 1};
	struct parquet_parser p = {0};
	thrift_reader_init(&p.thrift, bytes, len);
	parse_page(&p, header);
	if (p.thrift.is_short)
		return 0;
	if (thrift_check(&p.thrift, err) < 0)
		return error_prefix(err, "the page's header is corrupt");
	*used = (size_t)(p.thrift.at - bytes);
	return 1;
}

const char *
parquet_encoding_name(int encoding)
{
	static const char *const names[] = {
		"PLAIN", "GROUP_VAR_INT", "PLAIN_DICTIONARY", "RLE",
		"BIT_PACKED", "DELTA_BINARY_PACKED",
		"DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY",
		"RLE_DICTIONARY", "BYTE_STREAM_SPLIT"
	};
	int count = (int)(sizeof(names) / sizeof(*names));
	return encoding >= 0 && encoding < count ? names[encoding] :
	    "unknown";
}

const char *
parquet_codec_name(int codec)
{
	static const char *const names[] = {
		"UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4",
		"ZSTD", "LZ4_RAW"
	};
	int count = (int)(sizeof(names) / sizeof(*names));
	return codec >= 0 && codec < count ? names[codec] : "unknown";
}

const char *
parquet_type_name(int type)
{
	static const char *const names[PARQUET_TYPE_COUNT] = {
		"BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE",
		"BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"
	};
	return type >= 0 && type < PARQUET_TYPE_COUNT ? names[type] :
	    "unknown";
}
