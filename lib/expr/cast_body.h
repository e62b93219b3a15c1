/*
 * Conversions of one integer type, NUMBER; NAME(x) makes the functions'
 * names.
 */
static void
NAME(widen)(const NUMBER *restrict in, int64_t *restrict out, uint32_t rows)
{
	for (uint32_t i = 0; i < rows; i++)
		out[i] = (int64_t)in[i];
}

static void
NAME(to_f64)(const NUMBER *restrict in, double *restrict out, uint32_t rows)
{
	for (uint32_t i = 0; i < rows; i++)
		out[i] = (double)in[i];
}

/* Whether some value did not fit. */
static _Bool
NAME(narrow)(const int64_t *restrict in, NUMBER *restrict out, uint32_t rows)
{
	int64_t bad = 0;
	for (uint32_t i = 0; i < rows; i++) {
		out[i] = (NUMBER)in[i];
		bad |= ((int64_t)out[i] ^ in[i]) |
		    (IS_SIGNED ? 0 : in[i] & INT64_MIN);
	}
	return bad != 0;
}

#undef NAME
#undef NUMBER
#undef IS_SIGNED
