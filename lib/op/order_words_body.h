/*
 * Places values of type NUMBER, a C integer type, into words[i * stride] at
 * `shift`, as `pack_` NAME; included once per type by order_words.c.  Where
 * validity has a zero nothing is placed.
 */
static void
NAME(const NUMBER *values, const uint8_t *validity, uint32_t rows,
    uint64_t bias, uint32_t shift, uint64_t *words, size_t stride)
{
	if (validity == NULL && stride == 1) {
		for (uint32_t i = 0; i < rows; i++)
			words[i] |= ((uint64_t)values[i] + bias) << shift;
		return;
	}
	for (uint32_t i = 0; i < rows; i++) {
		uint64_t is_valid = validity == NULL ||
		    (validity[i >> 3] >> (i & 7) & 1) != 0;
		words[i * stride] |= (((uint64_t)values[i] + bias) &
		    (0 - is_valid)) << shift;
	}
}
#undef NUMBER
#undef NAME
