/*
 * The wide loops of the Parquet writer, of each processor that this one can
 * be, against the plainest way to say the same.
 */
#include "check.h"

#include "base/cpu.h"
#include "format/parquet_lanes.h"
#include "format/parquet_pack.h"

#define MOST 300

static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static const struct parquet_lanes *
lanes_of(enum cpu_level level)
{
#ifdef __x86_64__
	if (level == CPU_AVX512)
		return &parquet_lanes_avx512;
	if (level == CPU_AVX2)
		return &parquet_lanes_avx2;
#endif
	(void)level;
	return &parquet_lanes_portable;
}

/* Numbers of all sizes and both signs. */
static void
make_numbers(uint64_t numbers[MOST], uint32_t narrow[MOST], uint64_t seed)
{
	for (uint32_t i = 0; i < MOST; i++) {
		numbers[i] = mix(seed * MOST + i) >> seed % 64;
		if (mix(i + seed) & 1)
			numbers[i] = -numbers[i];
		narrow[i] = (uint32_t)(numbers[i] >> (32 - seed % 32));
	}
}

#define CHECK_DELTA(function, c_uint, c_int, values) do {		\
	c_uint deltas[PARQUET_DELTA_BLOCK];				\
	c_uint all[PARQUET_DELTA_MINIBLOCKS];				\
	c_uint want_all[PARQUET_DELTA_MINIBLOCKS] = {0};		\
	c_int want = (c_int)((values)[1] - (values)[0]);		\
	uint32_t wrong = 0;						\
	for (uint32_t i = 0; i < count; i++)				\
		if ((c_int)((values)[i + 1] - (values)[i]) < want)	\
			want = (c_int)((values)[i + 1] - (values)[i]);	\
	CHECK(lanes->function(values, count, deltas, all) == want);	\
	for (uint32_t i = 0; i < PARQUET_DELTA_BLOCK; i++) {		\
		c_uint delta = i >= count ? 0 : (c_uint)((values)[i + 1] - \
		    (values)[i] - (c_uint)want);			\
		want_all[i / PARQUET_DELTA_MINIBLOCK] |= delta;		\
		wrong += deltas[i] != delta;				\
	}								\
	CHECK_INT(wrong, 0);						\
	CHECK(memcmp(all, want_all, sizeof(all)) == 0);			\
} while (0)

static void
check_level(const struct parquet_lanes *lanes)
{
	uint64_t numbers[MOST];
	uint32_t narrow[MOST];
	for (uint32_t seed = 0; seed < 300; seed++) {
		uint32_t count = seed % PARQUET_DELTA_BLOCK + 1;
		make_numbers(numbers, narrow, seed);
		CHECK_DELTA(delta32, uint32_t, int32_t, narrow);
		CHECK_DELTA(delta64, uint64_t, int64_t, numbers);
	}
}

static void
every_level_gives_what_plain_loops_give(void)
{
	for (int level = CPU_PORTABLE; level <= (int)cpu_level(); level++)
		check_level(lanes_of((enum cpu_level)level));
}

/* Bits one by one, as Encodings.md has them. */
static uint32_t
count_wrong(const uint32_t *values, uint32_t count, unsigned width,
    const uint8_t *bytes)
{
	uint32_t wrong = 0;
	for (uint32_t i = 0; i < count * width; i++)
		wrong += (bytes[i / 8] >> i % 8 & 1) !=
		    (values[i / width] >> i % width & 1);
	return wrong;
}

static void
numbers_of_every_width_are_packed_alike(void)
{
	uint32_t values[MOST];
	uint8_t bytes[MOST * 4 + 8];
	for (unsigned width = 1; width <= 32; width++) {
		uint32_t count = 8 * (width + 4);
		for (uint32_t i = 0; i < count; i++)
			values[i] = (uint32_t)(mix(i + width * MOST) >>
			    (64 - width));
		parquet_pack32_portable(values, count, width, bytes);
		CHECK_INT(count_wrong(values, count, width, bytes), 0);
		memset(bytes, 0x55, sizeof(bytes));
		parquet_pack32(values, count, width, bytes);
		CHECK_INT(count_wrong(values, count, width, bytes), 0);
		CHECK_INT(bytes[(size_t)count / 8 * width + 8], 0x55);
	}
}

int
main(void)
{
	RUN(numbers_of_every_width_are_packed_alike);
	RUN(every_level_gives_what_plain_loops_give);
	return check_done();
}
