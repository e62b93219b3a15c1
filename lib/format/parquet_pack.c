#include "format/parquet_pack.h"

#include <string.h>

#include "base/cpu.h"

#define PACK_WIDTH 1
#define PACK_NAME pack_1
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 2
#define PACK_NAME pack_2
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 3
#define PACK_NAME pack_3
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 4
#define PACK_NAME pack_4
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 5
#define PACK_NAME pack_5
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 6
#define PACK_NAME pack_6
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 7
#define PACK_NAME pack_7
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 8
#define PACK_NAME pack_8
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 9
#define PACK_NAME pack_9
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 10
#define PACK_NAME pack_10
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 11
#define PACK_NAME pack_11
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 12
#define PACK_NAME pack_12
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 13
#define PACK_NAME pack_13
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 14
#define PACK_NAME pack_14
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 15
#define PACK_NAME pack_15
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 16
#define PACK_NAME pack_16
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 17
#define PACK_NAME pack_17
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 18
#define PACK_NAME pack_18
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 19
#define PACK_NAME pack_19
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 20
#define PACK_NAME pack_20
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 21
#define PACK_NAME pack_21
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 22
#define PACK_NAME pack_22
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 23
#define PACK_NAME pack_23
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 24
#define PACK_NAME pack_24
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 25
#define PACK_NAME pack_25
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 26
#define PACK_NAME pack_26
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 27
#define PACK_NAME pack_27
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 28
#define PACK_NAME pack_28
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 29
#define PACK_NAME pack_29
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 30
#define PACK_NAME pack_30
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 31
#define PACK_NAME pack_31
#include "format/parquet_pack_body.h"
#define PACK_WIDTH 32
#define PACK_NAME pack_32
#include "format/parquet_pack_body.h"


static void (*const pack_functions[33])(const uint32_t *restrict,
    uint8_t *restrict) = {
	NULL,
	pack_1, pack_2, pack_3, pack_4, pack_5, pack_6, pack_7, pack_8,
	pack_9, pack_10, pack_11, pack_12, pack_13, pack_14, pack_15, pack_16,
	pack_17, pack_18, pack_19, pack_20, pack_21, pack_22, pack_23, pack_24,
	pack_25, pack_26, pack_27, pack_28, pack_29, pack_30, pack_31, pack_32
};

/* Eight values of up to 32 bits, one after the other. */
static void
pack_group(const uint32_t *values, unsigned width, uint8_t *out)
{
	uint64_t bits = 0;
	unsigned held = 0;
	for (unsigned i = 0; i < 8; i++) {
		bits |= (uint64_t)values[i] << held;
		held += width;
		for (; held >= 8; held -= 8) {
			*out++ = (uint8_t)bits;
			bits >>= 8;
		}
	}
}

void
parquet_pack32_portable(const uint32_t *values, size_t count, unsigned width,
    uint8_t *out)
{
	if (width == 0)
		return;
	size_t i = 0;
	for (; i + 32 <= count; i += 32, out += (size_t)width * 4)
		pack_functions[width](values + i, out);
	for (; i + 8 <= count; i += 8, out += width)
		pack_group(values + i, width, out);
}

#ifdef __x86_64__
static _Bool
has_avx2(void)
{
	static int level = -1;
	if (level < 0)
		level = (int)cpu_level();
	return level >= CPU_AVX2;
}
#endif

void
parquet_pack32(const uint32_t *values, size_t count, unsigned width,
    uint8_t *out)
{
#ifdef __x86_64__
	if (width >= 1 && width <= 16 && has_avx2()) {
		parquet_pack32_avx2(values, count, width, out);
		return;
	}
#endif
	parquet_pack32_portable(values, count, width, out);
}

void
parquet_pack64(const uint64_t values[32], unsigned width, uint8_t *out)
{
	if (width <= 32) {
		uint32_t narrow[32];
		for (unsigned i = 0; i < 32; i++)
			narrow[i] = (uint32_t)values[i];
		parquet_pack32(narrow, 32, width, out);
		return;
	}
	uint64_t bits = 0;
	unsigned held = 0;
	for (unsigned i = 0; i < 32; i++) {
		bits |= values[i] << held;
		held += width;
		if (held >= 64) {
			memcpy(out, &bits, 8);
			out += 8;
			held -= 64;
			bits = held == 0 ? 0 : values[i] >> (width - held);
		}
	}
	/* 32 * width bits are whole words of 32. */
	if (held != 0)
		memcpy(out, &bits, 4);
}
