/* Included once for each width: VALUE type, SPREAD and GATHER names. */

/*
 * From the end, so that no value is overwritten before it is moved; once
 * there is a value for each row that is left, all stand where they belong.
 */
static void
SPREAD(VALUE *values, const uint8_t *bits, uint32_t rows, uint32_t valid)
{
	uint32_t next = valid;
	uint32_t row = rows;
	while (row > next) {
		row--;
		uint32_t bit = bits[row >> 3] >> (row & 7) & 1;
		next -= bit;
		values[row] = bit != 0 ? values[next] : 0;
	}
}

static void
GATHER(const VALUE *values, const uint32_t *indices, uint32_t count,
    VALUE *out)
{
	for (uint32_t i = 0; i < count; i++)
		out[i] = values[indices[i]];
}
#undef VALUE
#undef SPREAD
#undef GATHER
