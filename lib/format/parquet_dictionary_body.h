/*
 * Indices of numbers of one width: DICTIONARY_NAME, DICTIONARY_UINT, and
 * DICTIONARY_FILL, a name.  Open addressing; the multiplier is 2^64 over the
 * golden ratio (Knuth, TAOCP 3, 6.4), whose high bits are the good ones.
 */

/* Slots for the entries there are, of which they fill half at the most. */
static void
DICTIONARY_FILL(struct parquet_dictionary *dictionary, uint32_t slot_count)
{
	const DICTIONARY_UINT *entries = dictionary->values;
	while (dictionary->count > (slot_count - 1) / 2)
		slot_count *= 2;
	uint32_t *slots = clear_slots(dictionary->finder, slot_count);
	uint32_t mask = slot_count - 1;
	unsigned shift = slot_shift(mask);
	for (uint32_t i = 0; i < dictionary->count; i++) {
		uint32_t slot = slot_of(entries[i], shift);
		while (slots[slot] != 0)
			slot = (slot + 1) & mask;
		slots[slot] = i + 1;
	}
}

_Bool
DICTIONARY_NAME(struct parquet_dictionary *dictionary,
    const DICTIONARY_UINT *values, uint32_t count, uint32_t *indices)
{
	uint32_t before = dictionary->count;
	uint32_t most = PARQUET_DICTIONARY_MAX_BYTES / sizeof(*values);
	dictionary->value_bytes = sizeof(*values);
	if (take_finder(dictionary))
		DICTIONARY_FILL(dictionary, FIRST_SLOTS);
	const struct parquet_finder *finder = dictionary->finder;
	DICTIONARY_UINT *entries = dictionary->values;
	uint32_t *slots = finder->slots;
	uint32_t mask = finder->slot_mask;
	unsigned shift = slot_shift(mask);
	for (uint32_t i = 0; i < count; i++) {
		DICTIONARY_UINT value = values[i];
		uint32_t slot = slot_of(value, shift);
		uint32_t index;
		while ((index = slots[slot]) != 0 &&
		    entries[index - 1] != value)
			slot = (slot + 1) & mask;
		if (index == 0) {
			if (dictionary->count == most) {
				dictionary->count = before;
				return 0;
			}
			entries = grow_entries(dictionary, entries,
			    sizeof(*entries));
			dictionary->values = entries;
			entries[dictionary->count++] = value;
			index = dictionary->count;
			slots[slot] = index;
			if (index > mask / 2) {
				DICTIONARY_FILL(dictionary, (mask + 1) * 2);
				slots = finder->slots;
				mask = finder->slot_mask;
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
#undef DICTIONARY_FILL
