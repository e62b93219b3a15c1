/*
 * Parquet: what the footer and the page headers say, as C structs.
 *
 * Names and numbers follow parquet.thrift of apache/parquet-format
 * (src/main/thrift/parquet.thrift, format 2.12): each struct below names its
 * counterpart there.  Field `has_x` says whether the optional field x is set;
 * -1 stands for an optional enum that is not.
 *
 * A struct parquet_meta holds a whole footer.  What its pointers point to
 * lies in its arena: parquet_footer_read puts it there, and so does whoever
 * builds one to be written.  A zeroed one may be released.
 */
#ifndef FORMAT_PARQUET_FORMAT_H
#define FORMAT_PARQUET_FORMAT_H

#include <stdint.h>

#include "base/mem.h"

#define PARQUET_MAGIC "PAR1"
#define PARQUET_MAGIC_ENCRYPTED "PARE"	/* the footer is encrypted */
#define PARQUET_MAGIC_BYTES 4
#define PARQUET_TAIL_BYTES 8	/* u32 footer length (LE), then the magic */

/* Limits, checked before memory is taken. */
#define PARQUET_MAX_FOOTER_BYTES (UINT32_C(256) << 20)
#define PARQUET_MAX_PAGE_BYTES (UINT32_C(1) << 30)
#define PARQUET_MAX_PAGE_HEADER_BYTES (UINT32_C(16) << 20)
#define PARQUET_MAX_DEPTH 64		/* groups within groups */

/* enum Type: physical types. */
enum parquet_type {
	PARQUET_BOOLEAN = 0,
	PARQUET_INT32 = 1,
	PARQUET_INT64 = 2,
	PARQUET_INT96 = 3,
	PARQUET_FLOAT = 4,
	PARQUET_DOUBLE = 5,
	PARQUET_BYTE_ARRAY = 6,
	PARQUET_FIXED_LEN_BYTE_ARRAY = 7,
	PARQUET_TYPE_COUNT
};

/* enum ConvertedType: the older annotations. */
enum parquet_converted {
	PARQUET_CONVERTED_UTF8 = 0,
	PARQUET_CONVERTED_MAP = 1,
	PARQUET_CONVERTED_MAP_KEY_VALUE = 2,
	PARQUET_CONVERTED_LIST = 3,
	PARQUET_CONVERTED_ENUM = 4,
	PARQUET_CONVERTED_DECIMAL = 5,
	PARQUET_CONVERTED_DATE = 6,
	PARQUET_CONVERTED_TIME_MILLIS = 7,
	PARQUET_CONVERTED_TIME_MICROS = 8,
	PARQUET_CONVERTED_TIMESTAMP_MILLIS = 9,
	PARQUET_CONVERTED_TIMESTAMP_MICROS = 10,
	PARQUET_CONVERTED_UINT_8 = 11,
	PARQUET_CONVERTED_UINT_16 = 12,
	PARQUET_CONVERTED_UINT_32 = 13,
	PARQUET_CONVERTED_UINT_64 = 14,
	PARQUET_CONVERTED_INT_8 = 15,
	PARQUET_CONVERTED_INT_16 = 16,
	PARQUET_CONVERTED_INT_32 = 17,
	PARQUET_CONVERTED_INT_64 = 18,
	PARQUET_CONVERTED_JSON = 19,
	PARQUET_CONVERTED_BSON = 20,
	PARQUET_CONVERTED_INTERVAL = 21
};

/* enum FieldRepetitionType. */
enum parquet_repetition {
	PARQUET_REQUIRED = 0,
	PARQUET_OPTIONAL = 1,
	PARQUET_REPEATED = 2
};

/* enum Encoding. */
enum parquet_encoding {
	PARQUET_PLAIN = 0,
	PARQUET_PLAIN_DICTIONARY = 2,
	PARQUET_RLE = 3,
	PARQUET_BIT_PACKED = 4,
	PARQUET_DELTA_BINARY_PACKED = 5,
	PARQUET_DELTA_LENGTH_BYTE_ARRAY = 6,
	PARQUET_DELTA_BYTE_ARRAY = 7,
	PARQUET_RLE_DICTIONARY = 8,
	PARQUET_BYTE_STREAM_SPLIT = 9
};

/* enum CompressionCodec. */
enum parquet_codec {
	PARQUET_UNCOMPRESSED = 0,
	PARQUET_SNAPPY = 1,
	PARQUET_GZIP = 2,
	PARQUET_LZO = 3,
	PARQUET_BROTLI = 4,
	PARQUET_LZ4 = 5,
	PARQUET_ZSTD = 6,
	PARQUET_LZ4_RAW = 7
};

/* enum PageType. */
enum parquet_page_type {
	PARQUET_DATA_PAGE = 0,
	PARQUET_INDEX_PAGE = 1,
	PARQUET_DICTIONARY_PAGE = 2,
	PARQUET_DATA_PAGE_V2 = 3
};

/* Field numbers of union LogicalType; 0 is none. */
enum parquet_logical {
	PARQUET_LOGICAL_NONE = 0,
	PARQUET_LOGICAL_STRING = 1,
	PARQUET_LOGICAL_MAP = 2,
	PARQUET_LOGICAL_LIST = 3,
	PARQUET_LOGICAL_ENUM = 4,
	PARQUET_LOGICAL_DECIMAL = 5,
	PARQUET_LOGICAL_DATE = 6,
	PARQUET_LOGICAL_TIME = 7,
	PARQUET_LOGICAL_TIMESTAMP = 8,
	PARQUET_LOGICAL_INTEGER = 10,
	PARQUET_LOGICAL_UNKNOWN = 11,	/* NullType: only nulls */
	PARQUET_LOGICAL_JSON = 12,
	PARQUET_LOGICAL_BSON = 13,
	PARQUET_LOGICAL_UUID = 14,
	PARQUET_LOGICAL_FLOAT16 = 15,
	PARQUET_LOGICAL_VARIANT = 16,
	PARQUET_LOGICAL_GEOMETRY = 17,
	PARQUET_LOGICAL_GEOGRAPHY = 18
};

/* Field numbers of union TimeUnit. */
enum parquet_unit {
	PARQUET_MILLIS = 1,
	PARQUET_MICROS = 2,
	PARQUET_NANOS = 3
};

/* Field numbers of union ColumnOrder; 0 is none or one we do not know. */
enum parquet_order {
	PARQUET_ORDER_NONE = 0,
	PARQUET_ORDER_TYPE = 1,
	PARQUET_ORDER_IEEE754_TOTAL = 2
};

/* Optional binary: data is NULL if the field is not set. */
struct parquet_bytes {
	const uint8_t *data;
	uint32_t len;
};

/* union LogicalType and what belongs to its members. */
struct parquet_logical_type {
	uint8_t id;		/* enum parquet_logical; others are kept */
	uint8_t unit;		/* enum parquet_unit: TIME, TIMESTAMP */
	_Bool is_utc;		/* isAdjustedToUTC: TIME, TIMESTAMP */
	_Bool is_signed;	/* INTEGER */
	uint8_t bit_width;	/* INTEGER: 8, 16, 32, 64 */
	int32_t precision;	/* DECIMAL */
	int32_t scale;		/* DECIMAL */
};

/* struct SchemaElement: a leaf if type is not -1, else a group. */
struct parquet_element {
	const char *name;
	int8_t type;		/* enum parquet_type, or -1: a group */
	int8_t repetition;	/* enum parquet_repetition, or -1: the root */
	int8_t converted;	/* enum parquet_converted, or -1 */
	_Bool has_field_id;
	int32_t type_length;	/* bytes of FIXED_LEN_BYTE_ARRAY, else 0 */
	int32_t child_count;	/* of a group */
	int32_t scale;		/* with converted DECIMAL */
	int32_t precision;
	int32_t field_id;
	struct parquet_logical_type logical;
};

/* struct Statistics. */
struct parquet_statistics {
	struct parquet_bytes min_value;		/* in the column's order */
	struct parquet_bytes max_value;
	struct parquet_bytes deprecated_min;	/* signed order only */
	struct parquet_bytes deprecated_max;
	_Bool has_null_count;
	_Bool has_distinct_count;
	_Bool has_nan_count;
	_Bool has_is_min_exact;
	_Bool has_is_max_exact;
	_Bool is_min_exact;
	_Bool is_max_exact;
	int64_t null_count;
	int64_t distinct_count;
	int64_t nan_count;
};

/* struct KeyValue; value may be NULL. */
struct parquet_key_value {
	const char *key;
	const char *value;
};

/* struct PageEncodingStats. */
struct parquet_encoding_stat {
	int32_t page_type;	/* enum parquet_page_type */
	int32_t encoding;	/* enum parquet_encoding */
	int32_t count;		/* pages */
};

/* struct ColumnChunk with its ColumnMetaData. */
struct parquet_chunk {
	int8_t type;		/* enum parquet_type */
	int8_t codec;		/* enum parquet_codec */
	_Bool is_encrypted;	/* crypto_metadata is set */
	_Bool has_meta;		/* false: meta_data is missing, all below 0 */
	_Bool has_dictionary_page_offset;
	_Bool has_statistics;
	_Bool has_header_sum;
	uint32_t header_sum;	/* of its page headers: parquet_sums.h */
	const char *file_path;	/* NULL: this file */
	int64_t file_offset;	/* deprecated; written as 0 */
	uint32_t encoding_count;
	const int32_t *encodings;	/* enum parquet_encoding */
	uint32_t path_count;
	const char *const *path;	/* path_in_schema */
	int64_t value_count;		/* with nulls */
	int64_t uncompressed_bytes;	/* total_..._size, page headers too */
	int64_t compressed_bytes;
	int64_t data_page_offset;	/* bytes from the start of the file */
	int64_t dictionary_page_offset;
	struct parquet_statistics statistics;
	uint32_t encoding_stat_count;
	const struct parquet_encoding_stat *encoding_stats;
};

/* struct SortingColumn. */
struct parquet_sorting {
	int32_t column;		/* leaf, from 0 */
	_Bool is_descending;
	_Bool nulls_first;
};

/* struct RowGroup. */
struct parquet_row_group {
	uint32_t chunk_count;		/* = leaves of the schema */
	struct parquet_chunk *chunks;
	int64_t row_count;
	int64_t uncompressed_bytes;	/* total_byte_size */
	_Bool has_file_offset;
	_Bool has_compressed_bytes;
	_Bool has_ordinal;
	int16_t ordinal;
	int64_t file_offset;
	int64_t compressed_bytes;	/* total_compressed_size */
	uint32_t sorting_count;
	const struct parquet_sorting *sorting;
};

/* struct FileMetaData. */
struct parquet_meta {
	struct arena arena;		/* owns all that is pointed to */
	int32_t version;
	_Bool is_encrypted;		/* encryption_algorithm is set */
	uint32_t element_count;
	struct parquet_element *elements;	/* depth first; [0] the root */
	int64_t row_count;
	uint32_t row_group_count;
	struct parquet_row_group *row_groups;
	uint32_t key_value_count;
	struct parquet_key_value *key_values;
	const char *created_by;		/* or NULL */
	uint32_t order_count;		/* 0, or leaves of the schema */
	uint8_t *orders;		/* enum parquet_order, by leaf */
};

/*
 * struct PageHeader with the header of its kind.  value_count counts nulls
 * (of a dictionary: entries).
 */
struct parquet_page_header {
	int32_t type;			/* enum parquet_page_type */
	int32_t uncompressed_bytes;
	int32_t compressed_bytes;
	_Bool has_crc;
	_Bool is_compressed;		/* v2; true if not said */
	_Bool is_sorted;		/* dictionary */
	_Bool has_statistics;
	uint32_t crc;			/* CRC-32 of the bytes in the file */
	int32_t value_count;
	int32_t encoding;		/* enum parquet_encoding */
	int32_t definition_encoding;	/* v1 */
	int32_t repetition_encoding;	/* v1 */
	int32_t null_count;		/* v2 */
	int32_t row_count;		/* v2 */
	int32_t definition_bytes;	/* v2 */
	int32_t repetition_bytes;	/* v2 */
	struct parquet_statistics statistics;	/* points into the input */
};

#endif
