/*
 * Copies the chosen rows of one branch.  Defines NAME for VALUEs of a
 * width; both are undefined at the end.
 *
 * to[rows], from[rows] (or from[1] if is_constant), chosen: a bitmap.
 */
static void
NAME(void *restrict to_values, const void *restrict from_values,
    _Bool is_constant, const uint8_t *restrict chosen, uint32_t rows)
{
	VALUE *to = to_values;
	const VALUE *from = from_values;
	for (uint32_t i = 0; i < rows; i += 8) {
		uint8_t bits = chosen[i >> 3];
		if (bits == 0)
			continue;
		uint32_t count = rows - i < 8 ? rows - i : 8;
		for (uint32_t k = i; k < i + count; k++)
			if (bits >> (k - i) & 1)
				to[k] = from[is_constant ? 0 : k];
	}
}

#undef NAME
#undef VALUE
