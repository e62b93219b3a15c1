/*
 * Loops over one key column whose values are NUMBER (a C integer type);
 * included once per type by key_table_direct.c and key_table_hash.c with
 * NAME(x) making names.  Each takes `input` and adds its column to what
 * stands for each row.
 */

#ifdef KEY_BODY_DIRECT

/* The least and the greatest encoded value; false if all are null. */
static _Bool
NAME(range)(const struct key_input *input, uint32_t rows, uint64_t bias,
    uint64_t *min, uint64_t *max)
{
	const NUMBER *values = input->values;
	const uint8_t *validity = input->validity;
	uint32_t first = 0;

	while (validity != NULL && first < rows &&
	    (validity[first >> 3] >> (first & 7) & 1) == 0)
		first++;
	if (first == rows)
		return 0;

	NUMBER low = values[first], high = low;
	if (validity == NULL) {
		for (uint32_t i = 0; i < rows; i++) {
			low = values[i] < low ? values[i] : low;
			high = values[i] > high ? values[i] : high;
		}
	} else {
		for (uint32_t i = first; i < rows; i++) {
			NUMBER value = validity[i >> 3] >> (i & 7) & 1 ?
			    values[i] : low;
			low = value < low ? value : low;
			high = value > high ? value : high;
		}
	}
	*min = (uint64_t)low + bias;
	*max = (uint64_t)high + bias;
	return 1;
}

/* All values are known to lie in the column's extent. */
static void
NAME(index)(const struct key_input *input, uint32_t rows, uint64_t offset,
    uint32_t stride, uint32_t null_flag, uint32_t *index)
{
	const NUMBER *values = input->values;
	const uint8_t *validity = input->validity;

	if (validity == NULL) {
		for (uint32_t i = 0; i < rows; i++)
			index[i] += (uint32_t)((uint64_t)values[i] + offset) *
			    stride;
		return;
	}
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t is_valid = validity[i >> 3] >> (i & 7) & 1;
		uint32_t at = (uint32_t)((uint64_t)values[i] + offset) *
		    stride;
		index[i] += at & -is_valid;
		index[i] |= null_flag & (is_valid - 1);
	}
}

/* Values outside the extent get the flag INDEX_NONE. */
static void
NAME(look)(const struct key_input *input, uint32_t rows, uint64_t offset,
    uint64_t extent, uint32_t stride, uint32_t null_flag, uint32_t *index)
{
	const NUMBER *values = input->values;
	const uint8_t *validity = input->validity;

	if (validity == NULL) {
		for (uint32_t i = 0; i < rows; i++) {
			uint64_t at = (uint64_t)values[i] + offset;
			_Bool is_there = at - 1 < extent;
			index[i] += is_there ? (uint32_t)at * stride : 0;
			index[i] |= is_there ? 0 : INDEX_NONE;
		}
		return;
	}
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t is_valid = validity[i >> 3] >> (i & 7) & 1;
		uint64_t at = (uint64_t)values[i] + offset;
		_Bool is_there = at - 1 < extent;
		uint32_t value = is_there ? (uint32_t)at * stride : 0;
		uint32_t flag = is_there ? 0 : INDEX_NONE;
		index[i] += value & -is_valid;
		index[i] |= is_valid ? flag : null_flag;
	}
}

#else

/* Into words[i * stride], at `shift`; nothing for nulls. */
static void
NAME(pack)(const struct key_input *input, uint32_t rows, uint64_t bias,
    uint32_t shift, uint64_t *words, size_t stride)
{
	const NUMBER *values = input->values;
	const uint8_t *validity = input->validity;

	if (validity == NULL) {
		if (stride == 1) {
			for (uint32_t i = 0; i < rows; i++)
				words[i] |= ((uint64_t)values[i] + bias) <<
				    shift;
			return;
		}
		for (uint32_t i = 0; i < rows; i++)
			words[i * stride] |= ((uint64_t)values[i] + bias) <<
			    shift;
		return;
	}
	for (uint32_t i = 0; i < rows; i++) {
		uint64_t is_valid = validity[i >> 3] >> (i & 7) & 1;
		words[i * stride] |= (((uint64_t)values[i] + bias) &
		    (0 - is_valid)) << shift;
	}
}

/* Marks the rows whose encoded value has more than `bits` bits. */
static void
NAME(mark)(const struct key_input *input, uint32_t rows, uint64_t bias,
    uint32_t bits, uint32_t *ids)
{
	const NUMBER *values = input->values;

	for (uint32_t i = 0; i < rows; i++) {
		if (((uint64_t)values[i] + bias) >> bits != 0)
			ids[i] = KEY_TABLE_NONE;
	}
}

#endif
#undef NUMBER
#undef IS_SIGNED
#undef NAME
