/* One width of parquet_values_gather: GATHER_NAME, GATHER_FROM, GATHER_TO. */
static uint32_t
GATHER_NAME(GATHER_TO *restrict to, const GATHER_FROM *restrict from,
    const uint8_t *validity, uint32_t rows)
{
	if (validity == NULL) {
		for (uint32_t i = 0; i < rows; i++)
			to[i] = (GATHER_TO)from[i];
		return rows;
	}
	uint32_t count = 0;
	for (uint32_t i = 0; i < rows; i++) {
		to[count] = (GATHER_TO)from[i];
		count += validity[i >> 3] >> (i & 7) & 1;
	}
	return count;
}
#undef GATHER_NAME
#undef GATHER_FROM
#undef GATHER_TO
