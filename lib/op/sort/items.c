#include "op/sort/items.h"

#define ITEM struct sort_item
#define WORD(item) ((item).prefix)
#define SORT sort_items
#define INSERT insert_items
#define MOVE move_items
#include "base/words_body.h"

/* ---- items of one prefix --------------------------------------------- */

static int
compare_items(const struct sort_ties *ties, const struct sort_item *a,
    const struct sort_item *b)
{
	return batch_compare(ties->sources[a->source], a->row,
	    ties->sources[b->source], b->row, ties->keys, ties->key_count);
}

/* Two sorted halves become one. */
static void
merge_halves(const struct sort_ties *ties, struct sort_item *items,
    struct sort_item *spare, size_t middle, size_t count)
{
	size_t left = 0;
	size_t right = middle;
	size_t at = 0;
	if (compare_items(ties, &items[middle - 1], &items[middle]) <= 0)
		return;
	memcpy(spare, items, middle * sizeof(*items));
	while (left < middle && right < count)
		items[at++] = compare_items(ties, &spare[left],
		    &items[right]) <= 0 ? spare[left++] : items[right++];
	memcpy(items + at, spare + left, (middle - left) * sizeof(*items));
}

static void
merge_sort(const struct sort_ties *ties, struct sort_item *items,
    struct sort_item *spare, size_t count)
{
	if (count < 2)
		return;
	merge_sort(ties, items, spare, count / 2);
	merge_sort(ties, items + count / 2, spare, count - count / 2);
	merge_halves(ties, items, spare, count / 2, count);
}

void
sort_items_ties(const struct sort_ties *ties, struct sort_item *items,
    struct sort_item *spare, size_t count)
{
	if (ties->key_count == 0)
		return;
	for (size_t begin = 0, end; begin < count; begin = end) {
		for (end = begin + 1; end < count &&
		    items[end].prefix == items[begin].prefix; end++)
			;
		if (end - begin > 1)
			merge_sort(ties, items + begin, spare, end - begin);
	}
}
