#include "format/parquet_encode.h"

#include "format/parquet_lanes.h"
#include "format/parquet_pack.h"

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)

static void
put_varint(struct buffer *out, uint64_t value)
{
	parquet_put_varint(out, value);
}

static void
put_zigzag(struct buffer *out, int64_t value)
{
	parquet_put_varint(out,
	    (uint64_t)value << 1 ^ (uint64_t)(value >> 63));
}

static void
pack_miniblock32(const uint32_t *values, unsigned width, uint8_t *out)
{
	parquet_pack32(values, 32, width, out);
}

#define DELTA_NAME parquet_encode_delta32
#define DELTA_UINT uint32_t
#define DELTA_INT int32_t
#define DELTA_PACK pack_miniblock32
#define DELTA_BITS parquet_bits32
#define DELTA_LANES delta32
#include "format/parquet_delta_body.h"

#define DELTA_NAME parquet_encode_delta64
#define DELTA_UINT uint64_t
#define DELTA_INT int64_t
#define DELTA_PACK parquet_pack64
#define DELTA_BITS parquet_bits64
#define DELTA_LANES delta64
#include "format/parquet_delta_body.h"
