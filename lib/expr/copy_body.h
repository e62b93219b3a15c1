/*
 * Copies the chosen rows of one branch.  Defines NAME for unsigned VALUEs of
 * a width; both are undefined at the end.
 *
 * to[rows], from[rows] (or from[1] if is_constant), chosen: a bitmap.  What
 * is chosen is still zero in to[]: it is or-ed in, without a branch.
 */
static void
NAME(void *restrict to_values, const void *restrict from_values,
    _Bool is_constant, const uint8_t *restrict chosen, uint32_t rows)
{
	VALUE *restrict to = to_values;
	const VALUE *restrict from = from_values;
	const VALUE constant = from[0];
	for (uint32_t i = 0; i < rows; i += 8) {
		uint8_t bits = chosen[i >> 3];
		if (bits == 0)
			continue;
		uint32_t count = rows - i < 8 ? rows - i : 8;
		for (uint32_t k = 0; k < count; k++) {
			VALUE mask = (VALUE)0 - (VALUE)(bits >> k & 1);
			to[i + k] |= (is_constant ? constant : from[i + k]) &
			    mask;
		}
	}
}

#undef NAME
#undef VALUE
