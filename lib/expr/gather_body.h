/*
 * out[i] = table[codes[i]], for one width of values and the three of codes.
 * Defines NAME for VALUEs; both are undefined at the end.
 */
static void
NAME(void *restrict out_values, const void *restrict table_values,
    const void *restrict codes, uint8_t code_bytes, uint32_t rows)
{
	VALUE *restrict out = out_values;
	const VALUE *restrict table = table_values;
	const uint8_t *codes_1 = codes;
	const uint16_t *codes_2 = codes;
	const uint32_t *codes_4 = codes;
	if (code_bytes == 1)
		for (uint32_t i = 0; i < rows; i++)
			out[i] = table[codes_1[i]];
	else if (code_bytes == 2)
		for (uint32_t i = 0; i < rows; i++)
			out[i] = table[codes_2[i]];
	else
		for (uint32_t i = 0; i < rows; i++)
			out[i] = table[codes_4[i]];
}

#undef NAME
#undef VALUE
