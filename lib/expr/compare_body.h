/*
 * The six comparisons of one type, NUMBER, by EQUAL(x, y) and LESS(x, y): a
 * byte 0 or 1 for each row.  NAME(x) makes the name.  b may be a constant,
 * b[0]; out may not overlap.
 */
static void
NAME(compare)(enum token_kind op, const NUMBER *restrict a,
    const NUMBER *restrict b, _Bool b_is_constant, uint32_t rows,
    uint8_t *restrict out)
{
	uint32_t i;
	if (b_is_constant) {
		NUMBER y = b[0];
		if (op == TOKEN_EQ)
			for (i = 0; i < rows; i++)
				out[i] = EQUAL(a[i], y);
		else if (op == TOKEN_NE)
			for (i = 0; i < rows; i++)
				out[i] = !EQUAL(a[i], y);
		else if (op == TOKEN_LT)
			for (i = 0; i < rows; i++)
				out[i] = LESS(a[i], y);
		else if (op == TOKEN_LE)
			for (i = 0; i < rows; i++)
				out[i] = !LESS(y, a[i]);
		else if (op == TOKEN_GT)
			for (i = 0; i < rows; i++)
				out[i] = LESS(y, a[i]);
		else
			for (i = 0; i < rows; i++)
				out[i] = !LESS(a[i], y);
		return;
	}
	if (op == TOKEN_EQ)
		for (i = 0; i < rows; i++)
			out[i] = EQUAL(a[i], b[i]);
	else if (op == TOKEN_NE)
		for (i = 0; i < rows; i++)
			out[i] = !EQUAL(a[i], b[i]);
	else if (op == TOKEN_LT)
		for (i = 0; i < rows; i++)
			out[i] = LESS(a[i], b[i]);
	else if (op == TOKEN_LE)
		for (i = 0; i < rows; i++)
			out[i] = !LESS(b[i], a[i]);
	else if (op == TOKEN_GT)
		for (i = 0; i < rows; i++)
			out[i] = LESS(b[i], a[i]);
	else
		for (i = 0; i < rows; i++)
			out[i] = !LESS(a[i], b[i]);
}

#undef NUMBER
#undef NAME
#undef IS_SIGNED
