/*
 * Parquet's encodings, a page at a time: ascending ids and timestamps as
 * DELTA_BINARY_PACKED, dictionary codes of 16 bits, ids as strings as
 * DELTA_BYTE_ARRAY; written, and read back.
 */
#include "bench.h"

#include "base/hash.h"
#include "base/lanes.h"
#include "format/parquet_encode.h"
#include "format/parquet_encode_strings.h"
#include "format/parquet_encoded.h"
#include "format/parquet_format.h"

#define ROWS 65536		/* of a page */
#define CODE_BITS 16

struct page {
	uint64_t numbers[ROWS];
	uint32_t codes[ROWS];
	int32_t offsets[ROWS + 1];
	struct buffer strings;
	uint32_t prefixes[ROWS], suffixes[ROWS];
	struct buffer bytes;		/* encoded */
	struct parquet_encoded values;
	parquet_unpack_function *unpack;
	/* decoded */
	uint64_t read_numbers[ROWS + PARQUET_UNPACK_SLACK];
	uint32_t read_codes[ROWS + PARQUET_UNPACK_SLACK];
	struct buffer read_strings;
	int32_t ends[ROWS];
};

static void
encode_numbers(void *context)
{
	struct page *page = context;

	page->bytes.len = 0;
	parquet_encode_delta64(&page->bytes, page->numbers, ROWS);
}

static void
range_numbers(void *context)
{
	struct page *page = context;
	int64_t least, greatest;

	lanes()->range64((const int64_t *)page->numbers, ROWS,
	    &least, &greatest);
	page->read_numbers[0] = (uint64_t)least;
	page->read_numbers[1] = (uint64_t)greatest;
}

static void
begin_values(struct page *page, int encoding, int type, uint32_t raw_bytes)
{
	struct error err = { 0 };

	bench_need(parquet_encoded_init(&page->values, encoding, type,
	    raw_bytes, page->bytes.data, page->bytes.len, ROWS,
	    page->unpack, &err), &err);
}

static void
decode_numbers(void *context)
{
	struct page *page = context;
	struct error err = { 0 };

	begin_values(page, PARQUET_DELTA_BINARY_PACKED, PARQUET_INT64, 8);
	bench_need(parquet_encoded_take_fixed(&page->values,
	    (uint8_t *)page->read_numbers, ROWS, &err), &err);
}

/* As in a data page: a byte of width, then the hybrid. */
static void
encode_codes(void *context)
{
	struct page *page = context;

	page->bytes.len = 0;
	buffer_append_byte(&page->bytes, CODE_BITS);
	parquet_encode_hybrid(&page->bytes, page->codes, ROWS, CODE_BITS);
}

static void
decode_codes(void *context)
{
	struct page *page = context;
	struct error err = { 0 };

	begin_values(page, PARQUET_RLE_DICTIONARY, PARQUET_INT64, 8);
	bench_need(parquet_encoded_take_indices(&page->values,
	    page->read_codes, ROWS, &err), &err);
}

static void
encode_strings(void *context)
{
	struct page *page = context;
	_Bool is_ascending;

	page->bytes.len = 0;
	parquet_find_prefixes(page->offsets, page->strings.data, ROWS,
	    page->prefixes, page->suffixes, &is_ascending);
	parquet_encode_prefixed_strings(&page->bytes, page->offsets,
	    page->strings.data, ROWS, page->prefixes, page->suffixes);
}

static void
decode_strings(void *context)
{
	struct page *page = context;
	struct error err = { 0 };

	page->read_strings.len = 0;
	begin_values(page, PARQUET_DELTA_BYTE_ARRAY, PARQUET_BYTE_ARRAY, 0);
	bench_need(parquet_encoded_take_bytes(&page->values,
	    &page->read_strings, page->ends, ROWS, &err), &err);
}

/* What was measured must have given the right values. */
static void
check(const void *got, const void *want, size_t len)
{
	struct error err = { 0 };

	if (memcmp(got, want, len) != 0)
		bench_need(error_data(&err, "parquet: not what was written"),
		    &err);
}

static void
measure_numbers(struct page *page)
{
	for (uint32_t i = 0; i < ROWS; i++)
		page->numbers[i] = UINT64_C(1000000) + i;
	bench("encode i64 ids, delta", "-", ROWS, encode_numbers, page);
	bench("decode i64 ids, delta", "-", ROWS, decode_numbers, page);
	check(page->read_numbers, page->numbers, sizeof(page->numbers));
	bench("least and greatest i64", "-", ROWS, range_numbers, page);
	/* any second of two years, in microseconds */
	for (uint32_t i = 0; i < ROWS; i++)
		page->numbers[i] = UINT64_C(1672531200000000) +
		    hash_u64(i) % 63072000 * 1000000;
	bench("encode timestamps, delta", "4.1", ROWS, encode_numbers, page);
	bench("decode timestamps, delta", "-", ROWS, decode_numbers, page);
	check(page->read_numbers, page->numbers, sizeof(page->numbers));
}

static void
measure_codes(struct page *page)
{
	for (uint32_t i = 0; i < ROWS; i++)
		page->codes[i] = (uint32_t)(hash_u64(i) >> (64 - CODE_BITS));
	bench("encode codes of 16 bits", "0.9", ROWS, encode_codes, page);
	bench("decode codes of 16 bits", "0.67", ROWS, decode_codes, page);
	check(page->read_codes, page->codes, sizeof(page->codes));
}

static void
measure_strings(struct page *page)
{
	for (uint32_t i = 0; i < ROWS; i++) {
		page->offsets[i] = (int32_t)page->strings.len;
		buffer_printf(&page->strings, "TXN-%010u", 1000000 + i);
	}
	page->offsets[ROWS] = (int32_t)page->strings.len;
	buffer_reserve(&page->strings, 64);
	bench("encode ids as strings, delta", "-", ROWS, encode_strings,
	    page);
	bench("decode ids as strings, delta", "-", ROWS, decode_strings,
	    page);
	check(page->read_strings.data, page->strings.data,
	    page->strings.len);
}

int
main(void)
{
	if (!bench_has_level())
		return 0;
	struct page *page = mem_zalloc(sizeof(*page));
	page->unpack = parquet_unpack_choose();
	measure_numbers(page);
	measure_codes(page);
	measure_strings(page);
	parquet_encoded_release(&page->values);
	buffer_release(&page->bytes);
	buffer_release(&page->strings);
	buffer_release(&page->read_strings);
	mem_free(page);
	return 0;
}
