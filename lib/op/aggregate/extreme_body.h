/*
 * Least and greatest values of type NUMBER by group; included once per type
 * with NAME(x) making names.
 */
static void
NAME(least)(void *best_slots, uint8_t *is_set, const uint32_t *ids,
    const void *values, uint32_t count)
{
	NUMBER *best = best_slots;
	const NUMBER *from = values;

	for (uint32_t i = 0; i < count; i++) {
		int32_t id = ids == NULL ? 0 : (int32_t)ids[i];
		_Bool is_better = !is_set[id] | (from[i] < best[id]);

		best[id] = is_better ? from[i] : best[id];
		is_set[id] = 1;
	}
}

static void
NAME(greatest)(void *best_slots, uint8_t *is_set, const uint32_t *ids,
    const void *values, uint32_t count)
{
	NUMBER *best = best_slots;
	const NUMBER *from = values;

	for (uint32_t i = 0; i < count; i++) {
		int32_t id = ids == NULL ? 0 : (int32_t)ids[i];
		_Bool is_better = !is_set[id] | (from[i] > best[id]);

		best[id] = is_better ? from[i] : best[id];
		is_set[id] = 1;
	}
}

/* The one row that is least or greatest of all, for a single group. */
static uint32_t
NAME(extreme)(const void *values, uint32_t count, _Bool is_max)
{
	const NUMBER *from = values;
	NUMBER best = from[0];
	uint32_t row = 0;

	if (is_max) {
		for (uint32_t i = 0; i < count; i++)
			best = from[i] > best ? from[i] : best;
	} else {
		for (uint32_t i = 0; i < count; i++)
			best = from[i] < best ? from[i] : best;
	}
	while (from[row] != best)
		row++;
	return row;
}

#undef NUMBER
#undef IS_SIGNED
#undef NAME
