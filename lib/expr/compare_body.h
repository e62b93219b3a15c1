/*
 * The six comparisons of one type, a byte 0 or 1 for each row.  Defines
 * NAME for TYPEs with EQUAL(x, y) and LESS(x, y); all four are undefined at
 * the end.  b may be a constant, b[0]; out may not overlap.
 */
static void
NAME(enum token_kind op, const TYPE *restrict a, const TYPE *restrict b,
    _Bool b_is_constant, uint32_t rows, uint8_t *restrict out)
{
	uint32_t i;
	if (b_is_constant) {
		TYPE y = b[0];
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

#undef NAME
#undef TYPE
#undef EQUAL
#undef LESS
