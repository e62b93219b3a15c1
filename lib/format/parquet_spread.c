#include "format/parquet_spread.h"

#include <assert.h>

#include "base/int128.h"

#define VALUE uint8_t
#define SPREAD spread_1
#define GATHER gather_1
#include "format/parquet_spread_body.h"
#define VALUE uint16_t
#define SPREAD spread_2
#define GATHER gather_2
#include "format/parquet_spread_body.h"
#define VALUE uint32_t
#define SPREAD spread_4
#define GATHER gather_4
#include "format/parquet_spread_body.h"
#define VALUE uint64_t
#define SPREAD spread_8
#define GATHER gather_8
#include "format/parquet_spread_body.h"
#define VALUE uint128
#define SPREAD spread_16
#define GATHER gather_16
#include "format/parquet_spread_body.h"

void
parquet_spread(void *values, size_t width, const uint8_t *bits,
    uint32_t rows, uint32_t valid)
{
	switch (width) {
	case 1:
		spread_1(values, bits, rows, valid);
		break;
	case 2:
		spread_2(values, bits, rows, valid);
		break;
	case 4:
		spread_4(values, bits, rows, valid);
		break;
	case 8:
		spread_8(values, bits, rows, valid);
		break;
	default:
		assert(width == 16);
		spread_16(values, bits, rows, valid);
	}
}

void
parquet_spread_ends(int32_t *ends, const uint8_t *bits, uint32_t rows,
    uint32_t valid)
{
	const int32_t *before = ends - 1;
	uint32_t next = valid;
	uint32_t row = rows;
	while (row > next) {
		row--;
		ends[row] = before[next];
		next -= bits[row >> 3] >> (row & 7) & 1;
	}
}

void
parquet_spread_bits(uint8_t *out, uint64_t begin, const uint8_t *dense,
    const uint8_t *bits, uint32_t rows)
{
	uint32_t next = 0;
	for (uint32_t row = 0; row < rows; row++, begin++) {
		uint32_t bit = bits[row >> 3] >> (row & 7) & 1;
		uint32_t value = dense[next >> 3] >> (next & 7) & bit;
		out[begin >> 3] |= (uint8_t)(value << (begin & 7));
		next += bit;
	}
}

void
parquet_gather(const void *values, size_t width, const uint32_t *indices,
    uint32_t count, void *out)
{
	switch (width) {
	case 1:
		gather_1(values, indices, count, out);
		break;
	case 2:
		gather_2(values, indices, count, out);
		break;
	case 4:
		gather_4(values, indices, count, out);
		break;
	case 8:
		gather_8(values, indices, count, out);
		break;
	default:
		assert(width == 16);
		gather_16(values, indices, count, out);
	}
}
