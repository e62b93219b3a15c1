/*
 * Checksums: XXH3 of a frame of 256 KiB, for each row of 38 bytes in it.
 */
#include "bench.h"

#include "base/hash.h"
#include "base/mem.h"

#define FRAME_BYTES (UINT32_C(256) << 10)
#define ROW_BYTES 38

struct sums {
	struct buffer frame;
	uint64_t sum;
};

static void
sum_frame(void *context)
{
	struct sums *sums = context;

	sums->sum ^= hash_bytes(sums->frame.data, sums->frame.len);
}

int
main(void)
{
	struct sums sums = { 0 };

	if (!bench_has_level())
		return 0;
	buffer_resize(&sums.frame, FRAME_BYTES);
	for (uint32_t i = 0; i < FRAME_BYTES; i++)
		sums.frame.data[i] = (uint8_t)hash_u64(i);
	bench("XXH3 of a frame, 38 bytes/row", "-", FRAME_BYTES / ROW_BYTES,
	    sum_frame, &sums);
	buffer_release(&sums.frame);
	return 0;
}
