/*
 * DELTA_BINARY_PACKED for one width: DELTA_NAME, DELTA_UINT (unsigned, of the
 * physical type's width), DELTA_INT (signed) and DELTA_PACK(values, width,
 * out), which packs 32 of them, with DELTA_BITS to measure; DELTA_LANES, one of
 * parquet_lanes.
 */

/*
 * One block: the differences of values[0..count] (count + 1 of them, count
 * up to PARQUET_DELTA_BLOCK).  Differences wrap, as the specification says.
 */
static void
JOIN(DELTA_NAME, _block)(struct buffer *out, const DELTA_UINT *values,
    uint32_t count)
{
	DELTA_UINT deltas[PARQUET_DELTA_BLOCK];
	DELTA_UINT all[PARQUET_DELTA_MINIBLOCKS];
	uint8_t widths[PARQUET_DELTA_MINIBLOCKS];
	put_zigzag(out, parquet_lanes()->DELTA_LANES(values, count, deltas,
	    all));
	for (uint32_t m = 0; m < PARQUET_DELTA_MINIBLOCKS; m++)
		widths[m] = (uint8_t)DELTA_BITS(all[m]);
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
	put_varint(out, PARQUET_DELTA_BLOCK);
	put_varint(out, PARQUET_DELTA_MINIBLOCKS);
	put_varint(out, count);
	put_zigzag(out, count == 0 ? 0 : (DELTA_INT)values[0]);
	for (uint32_t i = 0; i + 1 < count; i += PARQUET_DELTA_BLOCK) {
		uint32_t left = count - 1 - i;
		JOIN(DELTA_NAME, _block)(out, values + i,
		    left < PARQUET_DELTA_BLOCK ? left : PARQUET_DELTA_BLOCK);
	}
}
#undef DELTA_NAME
#undef DELTA_UINT
#undef DELTA_INT
#undef DELTA_PACK
#undef DELTA_BITS
#undef DELTA_LANES
