/*
 * One width of parquet_pack32: 32 values of PACK_WIDTH bits, 1 to 32.  Every
 * shift and every question below is a constant, so that what is left is
 * straight code: a shift and an or for each value, a store for each word.
 */
static void
PACK_NAME(const uint32_t *restrict in, uint8_t *restrict out)
{
	uint64_t bits = 0;

#define PACK_STEP(i)							\
	bits |= (uint64_t)in[i] << ((i) * PACK_WIDTH % 32);		\
	if ((i) * PACK_WIDTH % 32 + PACK_WIDTH >= 32) {			\
		uint32_t word = (uint32_t)bits;				\
		memcpy(out + (i) * PACK_WIDTH / 32 * 4, &word, 4);	\
		bits >>= 32;						\
	}
#define PACK_STEP_4(i)							\
	PACK_STEP(i) PACK_STEP((i) + 1) PACK_STEP((i) + 2) PACK_STEP((i) + 3)

	PACK_STEP_4(0)
	PACK_STEP_4(4)
	PACK_STEP_4(8)
	PACK_STEP_4(12)
	PACK_STEP_4(16)
	PACK_STEP_4(20)
	PACK_STEP_4(24)
	PACK_STEP_4(28)
#undef PACK_STEP_4
#undef PACK_STEP
}
#undef PACK_NAME
#undef PACK_WIDTH
