/*
 * Conversions of one integer TYPE.  SUFFIX(name) makes the functions' names;
 * both are undefined at the end.
 */
__attribute__((unused)) static void
SUFFIX(widen)(const TYPE *restrict in, int64_t *restrict out, uint32_t rows)
{
	for (uint32_t i = 0; i < rows; i++)
		out[i] = (int64_t)in[i];
}

static void
SUFFIX(to_f64)(const TYPE *restrict in, double *restrict out, uint32_t rows)
{
	for (uint32_t i = 0; i < rows; i++)
		out[i] = (double)in[i];
}

/* Whether some value did not fit. */
__attribute__((unused)) static _Bool
SUFFIX(narrow)(const int64_t *restrict in, TYPE *restrict out, uint32_t rows)
{
	int64_t bad = 0;
	for (uint32_t i = 0; i < rows; i++) {
		out[i] = (TYPE)in[i];
		bad |= (int64_t)out[i] ^ in[i];
	}
	return bad != 0;
}

#undef SUFFIX
#undef TYPE
