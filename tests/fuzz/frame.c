/*
 * Streams.  Sums are put right, so that what is behind them is reached: the
 * bytes are taken as frames, and each that is whole gets its sum.
 */
#include "fuzz.h"

#include <unistd.h>

#include "base/hash.h"
#include "wire/frame.h"
#include "wire/stream_reader.h"

static void
set_sums(uint8_t *bytes, size_t len)
{
	size_t at = 0;
	while (len - at > FRAME_PREFIX_BYTES + FRAME_SUM_BYTES) {
		uint32_t data = (uint32_t)bytes[at + 1] << 24 |
		    (uint32_t)bytes[at + 2] << 16 |
		    (uint32_t)bytes[at + 3] << 8 | bytes[at + 4];
		if (data < FRAME_SUM_BYTES ||
		    data > len - at - FRAME_PREFIX_BYTES)
			return;
		size_t sum_at = at + FRAME_PREFIX_BYTES + data -
		    FRAME_SUM_BYTES;
		uint64_t sum = hash_bytes(bytes + at, sum_at - at);
		memcpy(bytes + sum_at, &sum, sizeof(sum));
		at = sum_at + FRAME_SUM_BYTES;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct error err = {0};
	uint8_t *copy = mem_alloc(len + 1);
	memcpy(copy, bytes, len);
	set_sums(copy, len);
	fuzz_drain(stream_reader_new(fuzz_file(copy, len), 1, "fuzz", &err));
	mem_free(copy);
	return 0;
}
