/*
 * DELTA_BINARY_PACKED for one width: DELTA_NAME, DELTA_UINT (unsigned, of the
 * physical type's width), DELTA_INT (signed) and DELTA_PACK(values, width,
 * out), which packs 32 of them, with DELTA_BITS to measure.
 */

/*
 * One block: the differences of values[0..count] (count + 1 of them, count
 * up to DELTA_BLOCK).  Differences wrap, as the specification says.
 */
static void
JOIN(DELTA_NAME, _block)(struct buffer *out, const DELTA_UINT *values,
    uint32_t count)
{
	DELTA_UINT deltas[DELTA_BLOCK];
	for (uint32_t i = 0; i < count; i++)
		deltas[i] = values[i + 1] - values[i];
	DELTA_INT least = (DELTA_INT)(values[1] - values[0]);
	for (uint32_t i = 0; i < count; i++)
		least = (DELTA_INT)deltas[i] < least ?
		    (DELTA_INT)deltas[i] : least;
	for (uint32_t i = 0; i < count; i++)
		deltas[i] -= (DELTA_UINT)least;
	for (uint32_t i = count; i < DELTA_BLOCK; i++)
		deltas[i] = 0;
	put_zigzag(out, least);
	uint8_t widths[DELTA_MINIBLOCKS];
	for (uint32_t m = 0; m < DELTA_MINIBLOCKS; m++) {
		DELTA_UINT all = 0;
		for (uint32_t i = 0; i < 32; i++)
			all |= deltas[m * 32 + i];
		widths[m] = (uint8_t)DELTA_BITS(all);
	}
	buffer_append(out, widths, sizeof(widths));
	for (uint32_t m = 0; m * 32 < count; m++) {
		buffer_reserve(out, 32 * sizeof(DELTA_UINT));
		DELTA_PACK(deltas + m * 32, widths[m], out->data + out->len);
		out->len += (size_t)widths[m] * 4;
	}
}

void
DELTA_NAME(struct buffer *out, const DELTA_UINT *values, uint32_t count)
{
	put_varint(out, DELTA_BLOCK);
	put_varint(out, DELTA_MINIBLOCKS);
	put_varint(out, count);
	put_zigzag(out, count == 0 ? 0 : (DELTA_INT)values[0]);
	for (uint32_t i = 0; i + 1 < count; i += DELTA_BLOCK) {
		uint32_t left = count - 1 - i;
		JOIN(DELTA_NAME, _block)(out, values + i,
		    left < DELTA_BLOCK ? left : DELTA_BLOCK);
	}
}
#undef DELTA_NAME
#undef DELTA_UINT
#undef DELTA_INT
#undef DELTA_PACK
#undef DELTA_BITS
