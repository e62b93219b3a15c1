/*
 * Loops over the numbers of a type: NUMBER and NAME as for a body of
 * batch/integers_body.h; ENCODE(value), its place in the order of the type as
 * an unsigned WIDE.
 */
static void
NAME(range)(const struct column *column, uint32_t rows, uint128 *least,
    uint128 *greatest)
{
	const NUMBER *values = column->values;
	WIDE low = (WIDE)*least;
	WIDE high = (WIDE)*greatest;
	for (uint32_t i = 0; i < rows; i++) {
		if (column->null_count > 0 && column_is_null(column, i))
			continue;
		WIDE value = ENCODE(values[i]);
		low = value < low ? value : low;
		high = value > high ? value : high;
	}
	*least = low;
	*greatest = high;
}

/* What stands for nulls means nothing. */
static void
NAME(make)(const struct prefix_key *key, const struct column *column,
    uint32_t begin, uint32_t count, uint64_t *out)
{
	const NUMBER *values = (const NUMBER *)column->values + begin;
	WIDE least = (WIDE)key->least;
	uint64_t mask = prefix_ones(key->bits);
	uint64_t invert = key->key.is_descending ? mask : 0;
	uint32_t cut = key->cut;
	uint32_t shift = key->shift;
	for (uint32_t i = 0; i < count; i++) {
		WIDE value = (WIDE)(ENCODE(values[i]) - least) >> cut;
		out[i] |= (((uint64_t)value & mask) ^ invert) << shift;
	}
}

#undef NUMBER
#undef IS_SIGNED
#undef NAME
