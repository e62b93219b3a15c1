/*
 * Sums integers of type NUMBER (C) into 128 bits; included once per type
 * with NAME(x) making names.  IS_SIGNED says whether NUMBER is.
 */
static void
NAME(add)(struct sum_slot *slots, const uint32_t *ids, const void *values,
    uint32_t count)
{
	const NUMBER *from = values;

	for (uint32_t i = 0; i < count; i++) {
		struct sum_slot *slot = &slots[(int32_t)ids[i]];
		uint64_t value = (uint64_t)from[i];
		uint64_t low = slot->low + value;
		int64_t high = IS_SIGNED ? (int64_t)value >> 63 : 0;

		if (i + AHEAD < count)
			__builtin_prefetch(&slots[(int32_t)ids[i + AHEAD]], 1);
		slot->high += high + (low < value);
		slot->low = low;
		slot->count++;
	}
}

static int128
NAME(total)(const void *values, uint32_t count)
{
	const NUMBER *from = values;
	int128 total = 0;

	for (uint32_t i = 0; i < count; i++)
		total += from[i];
	return total;
}

#undef NUMBER
#undef NAME
#undef IS_SIGNED
