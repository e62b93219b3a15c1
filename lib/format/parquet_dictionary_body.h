/*
 * Indices of numbers of one width: DICTIONARY_NAME, DICTIONARY_UINT.  Open
 * addressing; the multiplier is 2^64 over the golden ratio (Knuth, TAOCP 3,
 * 6.4), whose high bits are the good ones.
 */
_Bool
DICTIONARY_NAME(struct parquet_dictionary *dictionary,
    const DICTIONARY_UINT *values, uint32_t count, uint32_t *indices)
{
	uint32_t before = dictionary->count;
	uint32_t most = PARQUET_DICTIONARY_MAX_BYTES / sizeof(*values);
	make_slots(dictionary);
	uint32_t *slots = dictionary->slots;
	uint32_t mask = dictionary->slot_mask;
	unsigned shift = slot_shift(mask);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t value = values[i];
		uint32_t slot = slot_of(value, shift);
		uint32_t index;
		while ((index = slots[slot]) != 0 &&
		    dictionary->values[index - 1] != value)
			slot = (slot + 1) & mask;
		if (index == 0) {
			if (dictionary->count == most) {
				dictionary->count = before;
				return 0;
			}
			slots[slot] = add_number(dictionary, value);
			index = dictionary->count;
			if (index > mask / 2) {
				grow_slots(dictionary);
				slots = dictionary->slots;
				mask = dictionary->slot_mask;
				shift = slot_shift(mask);
			}
		}
		indices[i] = index - 1;
	}
	dictionary->plain_bytes = dictionary->count * sizeof(*values);
	return 1;
}
#undef DICTIONARY_NAME
#undef DICTIONARY_UINT
