/*
 * Integers: NAME(rows, position, out, exceptions) for values of TYPE, up to
 * MAX either side of zero; IS_SIGNED.  Included once per type.
 */
static uint32_t
NAME(const struct rcsv_rows *rows, uint32_t position, TYPE *out,
    uint32_t *exceptions)
{
	uint32_t count = 0;
	for (uint32_t row = 0; row < rows->count; row++) {
		const uint8_t *p;
		uint32_t len = rcsv_rows_field(rows, row, position, &p);
		uint32_t minus = IS_SIGNED && *p == '-';
		uint64_t bad = 0;
		uint64_t value = digits(p + minus, len - minus, &bad);
		bad |= value > (uint64_t)(MAX);
		out[row] = (TYPE)(minus ? 0 - value : value);
		exceptions[count] = row;
		count += bad != 0;
	}
	return count;
}
#undef NAME
#undef TYPE
#undef MAX
#undef IS_SIGNED
