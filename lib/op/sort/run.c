#include "op/sort/run.h"

#include "base/mem.h"

void
sort_scratch_release(struct sort_scratch *scratch)
{
	mem_free(scratch->items);
	mem_free(scratch->spare);
	mem_free(scratch->prefixes);
	mem_free(scratch->order);
	*scratch = (struct sort_scratch){0};
}

static void
make_room(struct sort_scratch *scratch, uint32_t rows)
{
	if (rows <= scratch->capacity)
		return;
	sort_scratch_release(scratch);
	scratch->items = mem_alloc(rows * sizeof(*scratch->items));
	scratch->spare = mem_alloc(rows * sizeof(*scratch->spare));
	scratch->prefixes = mem_alloc(rows * sizeof(*scratch->prefixes));
	scratch->order = mem_alloc(rows * sizeof(*scratch->order));
	scratch->capacity = rows;
}

static _Bool
is_ordered(const uint64_t *prefixes, const struct batch *rows,
    const struct sort_ties *ties)
{
	for (uint32_t i = 1; i < rows->row_count; i++)
		if (prefixes[i - 1] > prefixes[i] ||
		    (prefixes[i - 1] == prefixes[i] && ties->key_count > 0 &&
		    batch_compare(rows, i - 1, rows, i, ties->keys,
		    ties->key_count) > 0))
			return 0;
	return 1;
}

_Bool
sort_run(const struct sort_prefix *prefix, const struct batch *rows,
    struct sort_scratch *scratch)
{
	uint32_t count = rows->row_count;
	uint32_t tie_count = prefix->key_count - prefix->tie_key;
	struct sort_key *keys = mem_array(tie_count, sizeof(*keys));
	const struct sort_ties ties = {.sources = &rows, .keys = keys,
	    .key_count = tie_count};
	make_room(scratch, count);
	for (uint32_t i = 0; i < tie_count; i++)
		keys[i] = prefix->keys[prefix->tie_key + i].key;
	sort_prefix_make(prefix, rows, 0, count, scratch->prefixes);
	_Bool is_sorted = is_ordered(scratch->prefixes, rows, &ties);
	if (!is_sorted) {
		for (uint32_t i = 0; i < count; i++)
			scratch->items[i] = (struct sort_item){
			    scratch->prefixes[i], i, 0};
		sort_items(scratch->items, scratch->spare, count);
		sort_items_ties(&ties, scratch->items, scratch->spare, count);
		for (uint32_t i = 0; i < count; i++)
			scratch->order[i] = scratch->items[i].row;
	}
	mem_free(keys);
	return is_sorted;
}

void
sort_run_order(const struct batch *rows, const struct sort_key *keys,
    uint32_t key_count, uint32_t *order)
{
	struct sort_scratch scratch = {0};
	struct sort_prefix prefix;
	sort_prefix_init(&prefix, keys, key_count);
	sort_prefix_see(&prefix, rows);
	sort_prefix_plan(&prefix);
	if (sort_run(&prefix, rows, &scratch))
		for (uint32_t i = 0; i < rows->row_count; i++)
			order[i] = i;
	else
		memcpy(order, scratch.order,
		    rows->row_count * sizeof(*order));
	sort_prefix_release(&prefix);
	sort_scratch_release(&scratch);
}
