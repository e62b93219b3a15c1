#include "format/parquet_unpack.h"

#include <string.h>

#include "base/cpu.h"

/* Little-endian, as all that this is compiled for. */
static inline uint64_t
load64(const uint8_t *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof(word));
	return word;
}

static inline void
or64(uint8_t *at, uint64_t bits)
{
	uint64_t word = load64(at) | bits;
	memcpy(at, &word, sizeof(word));
}

#define WIDTH 1
#define NAME unpack_1
#include "format/parquet_unpack_body.h"
#define WIDTH 2
#define NAME unpack_2
#include "format/parquet_unpack_body.h"
#define WIDTH 3
#define NAME unpack_3
#include "format/parquet_unpack_body.h"
#define WIDTH 4
#define NAME unpack_4
#include "format/parquet_unpack_body.h"
#define WIDTH 5
#define NAME unpack_5
#include "format/parquet_unpack_body.h"
#define WIDTH 6
#define NAME unpack_6
#include "format/parquet_unpack_body.h"
#define WIDTH 7
#define NAME unpack_7
#include "format/parquet_unpack_body.h"
#define WIDTH 8
#define NAME unpack_8
#include "format/parquet_unpack_body.h"
#define WIDTH 9
#define NAME unpack_9
#include "format/parquet_unpack_body.h"
#define WIDTH 10
#define NAME unpack_10
#include "format/parquet_unpack_body.h"
#define WIDTH 11
#define NAME unpack_11
#include "format/parquet_unpack_body.h"
#define WIDTH 12
#define NAME unpack_12
#include "format/parquet_unpack_body.h"
#define WIDTH 13
#define NAME unpack_13
#include "format/parquet_unpack_body.h"
#define WIDTH 14
#define NAME unpack_14
#include "format/parquet_unpack_body.h"
#define WIDTH 15
#define NAME unpack_15
#include "format/parquet_unpack_body.h"
#define WIDTH 16
#define NAME unpack_16
#include "format/parquet_unpack_body.h"
#define WIDTH 17
#define NAME unpack_17
#include "format/parquet_unpack_body.h"
#define WIDTH 18
#define NAME unpack_18
#include "format/parquet_unpack_body.h"
#define WIDTH 19
#define NAME unpack_19
#include "format/parquet_unpack_body.h"
#define WIDTH 20
#define NAME unpack_20
#include "format/parquet_unpack_body.h"
#define WIDTH 21
#define NAME unpack_21
#include "format/parquet_unpack_body.h"
#define WIDTH 22
#define NAME unpack_22
#include "format/parquet_unpack_body.h"
#define WIDTH 23
#define NAME unpack_23
#include "format/parquet_unpack_body.h"
#define WIDTH 24
#define NAME unpack_24
#include "format/parquet_unpack_body.h"
#define WIDTH 25
#define NAME unpack_25
#include "format/parquet_unpack_body.h"
#define WIDTH 26
#define NAME unpack_26
#include "format/parquet_unpack_body.h"
#define WIDTH 27
#define NAME unpack_27
#include "format/parquet_unpack_body.h"
#define WIDTH 28
#define NAME unpack_28
#include "format/parquet_unpack_body.h"
#define WIDTH 29
#define NAME unpack_29
#include "format/parquet_unpack_body.h"
#define WIDTH 30
#define NAME unpack_30
#include "format/parquet_unpack_body.h"
#define WIDTH 31
#define NAME unpack_31
#include "format/parquet_unpack_body.h"
#define WIDTH 32
#define NAME unpack_32
#include "format/parquet_unpack_body.h"

static void
unpack_0(const uint8_t *in, uint32_t *out, size_t groups)
{
	(void)in;
	memset(out, 0, groups * 8 * sizeof(*out));
}

static void (*const unpack_by_width[33])(const uint8_t *, uint32_t *,
    size_t) = {
	unpack_0, unpack_1, unpack_2, unpack_3, unpack_4, unpack_5, unpack_6,
	unpack_7, unpack_8, unpack_9, unpack_10, unpack_11, unpack_12,
	unpack_13, unpack_14, unpack_15, unpack_16, unpack_17, unpack_18,
	unpack_19, unpack_20, unpack_21, unpack_22, unpack_23, unpack_24,
	unpack_25, unpack_26, unpack_27, unpack_28, unpack_29, unpack_30,
	unpack_31, unpack_32
};

void
parquet_unpack_portable(const uint8_t *in, uint32_t *out, size_t groups,
    unsigned width)
{
	unpack_by_width[width](in, out, groups);
}

#ifdef __x86_64__
static void
unpack_avx2(const uint8_t *in, uint32_t *out, size_t groups, unsigned width)
{
	if (width >= 1 && width <= 25)
		parquet_unpack_avx2(in, out, groups, width);
	else
		parquet_unpack_portable(in, out, groups, width);
}
#endif

parquet_unpack_function *
parquet_unpack_choose(void)
{
#ifdef __x86_64__
	if (cpu_level() >= CPU_AVX2)
		return unpack_avx2;
#endif
	return parquet_unpack_portable;
}

void
parquet_unpack_wide(const uint8_t *in, uint64_t *out, size_t groups,
    unsigned width)
{
	const uint64_t mask = width == 0 ? 0 : ~UINT64_C(0) >> (64 - width);
	size_t bit = 0;
	for (size_t i = 0; i < groups * 8; i++, bit += width) {
		unsigned shift = bit % 8;
		uint64_t value = load64(in + bit / 8) >> shift;
		/* the ninth byte; shifted in two steps, for shift 0 */
		value |= (uint64_t)in[bit / 8 + 8] << 1 << (63 - shift);
		out[i] = value & mask;
	}
}

void
parquet_copy_bits(uint8_t *to, uint64_t to_begin, const uint8_t *from,
    uint64_t from_begin, uint64_t count)
{
	/* 56 bits and a shift of up to 7 fit a word */
	while (count > 0) {
		unsigned step = count < 56 ? (unsigned)count : 56;
		uint64_t bits = load64(from + from_begin / 8) >>
		    (from_begin % 8) & ((UINT64_C(1) << step) - 1);
		or64(to + to_begin / 8, bits << (to_begin % 8));
		from_begin += step;
		to_begin += step;
		count -= step;
	}
}

void
parquet_set_bits(uint8_t *to, uint64_t begin, uint64_t count)
{
	for (; count > 0 && begin % 8 != 0; begin++, count--)
		to[begin / 8] |= (uint8_t)(1u << begin % 8);
	memset(to + begin / 8, 0xff, count / 8);
	begin += count & ~UINT64_C(7);
	if (count % 8 != 0)
		to[begin / 8] |= (uint8_t)((1u << count % 8) - 1);
}
