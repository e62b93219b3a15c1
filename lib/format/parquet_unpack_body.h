/* Included once for each WIDTH of 1 to 32, with NAME of the function. */
static void
NAME(const uint8_t *in, uint32_t *out, size_t groups)
{
	const uint64_t mask = (UINT64_C(1) << WIDTH) - 1;
	for (size_t group = 0; group < groups; group++) {
#pragma GCC unroll 8
		for (unsigned i = 0; i < 8; i++)
			out[i] = (uint32_t)(load64(in + i * WIDTH / 8) >>
			    (i * WIDTH % 8) & mask);
		in += WIDTH;
		out += 8;
	}
}
#undef NAME
#undef WIDTH
