/*
 * Sums of decimals by group, 8 regions times 60 months: over ids that are
 * there, and over two coded columns, whose ids are looked up first.
 */
#include "bench.h"

#include "base/hash.h"
#include "op/aggregate/state.h"

#define REGIONS 8
#define MONTHS 60

struct groups {
	uint8_t codes[2][BATCH_ROWS];
	int64_t values[BATCH_ROWS];
	uint32_t ids[BATCH_ROWS];
	struct dictionary *dictionaries[2];
	struct column keys[2];
	struct column prices;
	struct key_table *table;
	struct aggregate_state *sum;
};

static struct dictionary *
names(uint32_t count)
{
	struct dictionary *dictionary = dictionary_new();
	char text[16];

	for (uint32_t i = 0; i < count; i++) {
		int len = snprintf(text, sizeof(text), "name %u", i);

		dictionary_add(dictionary, text, (uint32_t)len);
	}
	return dictionary;
}

static void
find_ids(struct groups *groups)
{
	const struct column *keys[2] = { &groups->keys[0], &groups->keys[1] };

	key_table_find_or_add(groups->table, keys, BATCH_ROWS, groups->ids);
}

static void
add_sums(void *context)
{
	struct groups *groups = context;
	struct error err = { 0 };
	const struct aggregate_rows rows = {
		.count = BATCH_ROWS,
		.ids = groups->ids,
		.argument = &groups->prices
	};

	bench_need(groups->sum->ops->update(groups->sum, &rows, &err), &err);
}

static void
group_and_add(void *context)
{
	find_ids(context);
	add_sums(context);
}

static void
groups_init(struct groups *groups)
{
	struct type types[2] = { type_of(TYPE_STRING), type_of(TYPE_STRING) };
	struct error err = { 0 };
	const struct aggregate_spec spec = {
		.name = "sum", .argument = type_decimal(10, 2)
	};

	for (uint32_t i = 0; i < BATCH_ROWS; i++) {
		uint64_t x = hash_u64(i);

		groups->codes[0][i] = (uint8_t)(x % REGIONS);
		groups->codes[1][i] = (uint8_t)(x / REGIONS % MONTHS);
		groups->values[i] = (int64_t)(x >> 48);
	}
	for (uint32_t k = 0; k < 2; k++) {
		groups->dictionaries[k] = names(k == 0 ? REGIONS : MONTHS);
		groups->keys[k] = (struct column){
			.type = types[k],
			.code_bytes = 1,
			.values = groups->codes[k],
			.dictionary = groups->dictionaries[k]
		};
	}
	groups->prices = (struct column){
		.type = spec.argument, .values = groups->values
	};
	groups->table = key_table_new(types, 2, 0, NULL);
	find_ids(groups);
	groups->sum = aggregate_sum_new(&spec, &err);
	bench_need(groups->sum == NULL ? -1 : 0, &err);
	groups->sum->ops->grow(groups->sum, key_table_count(groups->table));
}

int
main(void)
{
	static struct groups groups __attribute__((aligned(64)));

	if (!bench_has_level())
		return 0;
	groups_init(&groups);
	bench("sum of decimals, 480 groups", "-", BATCH_ROWS, add_sums,
	    &groups);
	bench("group by two codes and sum", "1.34", BATCH_ROWS,
	    group_and_add, &groups);
	groups.sum->ops->free(groups.sum);
	key_table_free(groups.table);
	dictionary_free(groups.dictionaries[0]);
	dictionary_free(groups.dictionaries[1]);
	return 0;
}
