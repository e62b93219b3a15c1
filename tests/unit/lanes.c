/* Each set of loops against the same in plain words, at all short lengths. */
#include "base/lanes.h"

#include "base/cpu.h"

#include <sys/mman.h>

#include "check.h"
#include "random.h"

#define MAX_COUNT 70
#define SOURCE 300

struct source {
	uint8_t values8[SOURCE + 3];
	uint16_t values16[SOURCE + 3];
	uint32_t values32[SOURCE + 3];
	uint64_t values64[SOURCE + 3];
};

static struct source source;
static const struct lanes *set;		/* that is tested */

static void
fill(void)
{
	for (uint32_t i = 0; i < SOURCE; i++) {
		source.values8[i] = (uint8_t)below(256);
		source.values16[i] = (uint16_t)below(65536);
		source.values32[i] = below(UINT32_MAX);
		source.values64[i] = hash_u64(i);
	}
}

static void
the_largest_value_is_found_wherever_it_is(void)
{
	for (uint32_t count = 0; count < MAX_COUNT; count++) {
		uint32_t most8 = 0, most16 = 0, most32 = 0;
		fill();
		for (uint32_t i = 0; i < count; i++) {
			if (source.values8[i] > most8)
				most8 = source.values8[i];
			if (source.values16[i] > most16)
				most16 = source.values16[i];
			if (source.values32[i] > most32)
				most32 = source.values32[i];
		}
		CHECK_INT(set->most8(source.values8, count), most8);
		CHECK_INT(set->most16(source.values16, count), most16);
		CHECK_INT(set->most32(source.values32, count), most32);
	}
}

static void
the_range_has_the_least_and_the_largest_value(void)
{
	int32_t values32[MAX_COUNT], least32, most32;
	uint32_t values32u[MAX_COUNT], least32u, most32u;
	int64_t values64[MAX_COUNT], least64, most64;
	uint64_t values64u[MAX_COUNT], least64u, most64u;
	for (uint32_t count = 1; count < MAX_COUNT; count++) {
		uint32_t first = below(count), last = below(count);
		for (uint32_t i = 0; i < count; i++)
			values64[i] = values32[i] = (int32_t)below(9);
		for (uint32_t i = 0; i < count; i++)
			values64u[i] = values32u[i] = 5 + below(9);
		values64u[first] = values32u[first] = 3;
		values32[first] = -5;
		values64[first] = INT64_MIN;
		set->range32(values32, count, &least32, &most32);
		set->range64(values64, count, &least64, &most64);
		set->range32u(values32u, count, &least32u, &most32u);
		set->range64u(values64u, count, &least64u, &most64u);
		CHECK_INT(least32, -5);
		CHECK_INT(least32u, 3);
		CHECK(least64u == 3);
		CHECK(least64 == INT64_MIN);
		values32u[last] = UINT32_MAX;
		values64u[last] = UINT64_MAX;
		values32[last] = INT32_MAX;
		values64[last] = INT64_MAX;
		set->range32(values32, count, &least32, &most32);
		set->range64(values64, count, &least64, &most64);
		set->range32u(values32u, count, &least32u, &most32u);
		set->range64u(values64u, count, &least64u, &most64u);
		CHECK_INT(most32, INT32_MAX);
		CHECK_INT(most32u, UINT32_MAX);
		CHECK(most64 == INT64_MAX);
		CHECK(most64u == UINT64_MAX);
	}
}

static void
one_descent_is_found_wherever_it_is(void)
{
	int32_t values[MAX_COUNT + 1];
	for (uint32_t count = 0; count < MAX_COUNT; count++) {
		for (uint32_t i = 0; i <= count; i++)
			values[i] = (int32_t)(i / 2) - 5;
		CHECK(set->ascends(values, count));
		for (uint32_t i = 0; i < count; i++) {
			int32_t kept = values[i];
			values[i] = INT32_MAX;
			CHECK(!set->ascends(values, count));
			values[i] = kept;
		}
	}
}

static void
one_value_is_found_wherever_it_is(void)
{
	uint32_t values[MAX_COUNT] = {0};
	for (uint32_t count = 0; count < MAX_COUNT; count++) {
		CHECK(!set->has(values, count, UINT32_MAX));
		for (uint32_t i = 0; i < MAX_COUNT; i++) {
			values[i] = UINT32_MAX;
			CHECK_INT(set->has(values, count, UINT32_MAX),
			    i < count);
			values[i] = 0;
		}
	}
}

static void
all_ones_are_counted(void)
{
	for (uint32_t count = 0; count < SOURCE / 8; count++) {
		uint32_t ones = 0;
		fill();
		for (uint32_t bit = 0; bit < count * 64; bit++)
			ones += source.values8[bit / 8] >> bit % 8 & 1;
		CHECK_INT(set->ones(source.values8, count), ones);
	}
}

#define CHECK_TAKE(take, c_type, values, some_miss) do {		\
	c_type to[MAX_COUNT + 1];					\
	memset(to, 0xa5, sizeof(to));					\
	take(to, values, rows, count, some_miss);			\
	for (uint32_t i = 0; i < count; i++)				\
		CHECK(to[i] == (rows[i] == LANES_NO_ROW ? 0 :		\
		    values[rows[i]]));					\
	CHECK(to[count] == (c_type)UINT64_C(0xa5a5a5a5a5a5a5a5));	\
} while (0)

static void
rows_are_taken_and_0_for_those_that_miss(void)
{
	uint32_t rows[MAX_COUNT];
	for (uint32_t count = 0; count < MAX_COUNT; count++) {
		_Bool some_miss = count % 3 == 0;
		fill();
		for (uint32_t i = 0; i < count; i++)
			rows[i] = some_miss && below(4) == 0 ? LANES_NO_ROW :
			    below(SOURCE);
		CHECK_TAKE(set->take8, uint8_t, source.values8, some_miss);
		CHECK_TAKE(set->take16, uint16_t, source.values16, some_miss);
		CHECK_TAKE(set->take32, uint32_t, source.values32, some_miss);
		CHECK_TAKE(set->take64, uint64_t, source.values64, some_miss);
	}
}

/* Of which two pages are touched. */
static void
rows_above_two_thousand_million_are_taken(void)
{
	const size_t bytes = (size_t)2200000000;
	uint8_t *values = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	uint32_t rows[16] = {[3] = 2190000000, [9] = 5};
	uint8_t to[16];
	if (values == MAP_FAILED) {
		check_skip("no room for 2 GB of addresses");
		return;
	}
	values[2190000000] = 7;
	values[5] = 8;
	set->take8(to, values, rows, 16, 0);
	for (uint32_t i = 0; i < 16; i++)
		CHECK_INT(to[i], i == 3 ? 7 : i == 9 ? 8 : 0);
	munmap(values, bytes);
}

static void
places_with_the_top_bit_hold_nothing(void)
{
	uint32_t places[MAX_COUNT], to[MAX_COUNT];
	for (uint32_t count = 0; count < MAX_COUNT; count++) {
		fill();
		for (uint32_t i = 0; i < count; i++)
			to[i] = places[i] = below(SOURCE) |
			    (uint32_t)(below(4) == 0) << 31;
		set->look(to, source.values32, to, count);
		for (uint32_t i = 0; i < count; i++)
			CHECK_INT(to[i], places[i] >> 31 != 0 ? UINT32_MAX :
			    source.values32[places[i]]);
	}
}

static void
run(const struct lanes *tested)
{
	set = tested;
	RUN(the_largest_value_is_found_wherever_it_is);
	RUN(the_range_has_the_least_and_the_largest_value);
	RUN(one_descent_is_found_wherever_it_is);
	RUN(one_value_is_found_wherever_it_is);
	RUN(all_ones_are_counted);
	RUN(rows_are_taken_and_0_for_those_that_miss);
	RUN(rows_above_two_thousand_million_are_taken);
	RUN(places_with_the_top_bit_hold_nothing);
}

int
main(void)
{
	run(&lanes_portable);
#ifdef __x86_64__
	if (cpu_level() >= CPU_AVX2)
		run(&lanes_avx2);
	if (cpu_level() >= CPU_AVX512)
		run(&lanes_avx512);
#endif
	return check_done();
}
