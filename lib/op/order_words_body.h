/*
 * Places values of type NUMBER, a C integer type, into words[i * stride]:
 * plus bias, shifted right and then left.  Where validity has a zero nothing
 * is placed.  Included once per type by order_words.c.
 */
static void
NAME(pack)(const NUMBER *values, const uint8_t *validity, uint32_t rows,
    uint64_t bias, struct order_shift shift, uint64_t *words, size_t stride)
{
	if (validity == NULL) {
		for (uint32_t i = 0; i < rows; i++)
			words[i * stride] |= ((uint64_t)values[i] + bias) >>
			    shift.right << shift.left;
		return;
	}
	for (uint32_t i = 0; i < rows; i++) {
		uint64_t is_valid = validity[i >> 3] >> (i & 7) & 1;
		words[i * stride] |= (((uint64_t)values[i] + bias) &
		    (0 - is_valid)) >> shift.right << shift.left;
	}
}
#undef NUMBER
#undef IS_SIGNED
#undef NAME
