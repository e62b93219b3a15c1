/*
 * Key tables: a million rows of one key, added to a new table, and found in
 * one that has them all, in another order.  A new table's memory is part of
 * what adding costs.  The probes summed and counted while adding.
 */
#include "bench.h"

#include "base/hash.h"
#include "op/key/key_table.h"

#define BATCHES 128
#define ROWS ((uint32_t)BATCHES * BATCH_ROWS)	/* 2^20 */
#define FEW 50000
#define CODED 200

struct keys {
	struct type type;
	struct column_builder builders[BATCHES];
	struct column columns[BATCHES];
};

struct lookup {
	const struct keys *keys;
	struct key_table *table;	/* of find_all */
	uint32_t ids[BATCH_ROWS];
};

/* Appends the key that has the number n. */
typedef void append_key(struct column_builder *builder, uint64_t n);

static void
append_dense(struct column_builder *builder, uint64_t n)
{
	int64_t key = (int64_t)(hash_u64(n) % FEW);

	column_builder_append_value(builder, &key);
}

static void
append_sparse(struct column_builder *builder, uint64_t n)
{
	int64_t key = (int64_t)hash_u64(hash_u64(n) % FEW);

	column_builder_append_value(builder, &key);
}

static void
append_distinct(struct column_builder *builder, uint64_t n)
{
	int64_t key = (int64_t)hash_u64(n);

	column_builder_append_value(builder, &key);
}

static void
append_text(struct column_builder *builder, uint64_t n)
{
	char text[32];
	int len = snprintf(text, sizeof(text), "CUST-%06u",
	    (unsigned)(hash_u64(n) % FEW));

	column_builder_append_bytes(builder, text, (uint32_t)len);
}

/* In order of first use, as in a stream. */
static void
append_code(struct column_builder *builder, uint64_t n)
{
	static struct dictionary *dictionary;
	uint32_t code = (uint32_t)(n % CODED);

	if (dictionary == NULL) {
		dictionary = dictionary_new();
		for (uint32_t i = 0; i < CODED; i++)
			dictionary_add(dictionary, &i, sizeof(i));
	}
	if (builder->row_count == 0)
		column_builder_use_dictionary(builder, dictionary, 1);
	column_builder_append_code(builder, code);
}

/* Row i has the number i * stride modulo ROWS: all of them for odd strides. */
static struct keys *
keys_new(struct type type, append_key *append, uint32_t stride)
{
	struct keys *keys = mem_zalloc(sizeof(*keys));

	keys->type = type;
	for (uint32_t i = 0; i < ROWS; i++) {
		struct column_builder *builder =
		    &keys->builders[i / BATCH_ROWS];

		if (i % BATCH_ROWS == 0)
			column_builder_init(builder, type);
		append(builder, i * stride % ROWS);
	}
	for (uint32_t b = 0; b < BATCHES; b++)
		keys->columns[b] = column_builder_view(&keys->builders[b]);
	return keys;
}

static void
keys_free(struct keys *keys)
{
	for (uint32_t b = 0; b < BATCHES; b++)
		column_builder_release(&keys->builders[b]);
	mem_free(keys);
}

static struct key_table *
fill(const struct keys *keys, uint32_t *ids)
{
	struct key_table *table = key_table_new(&keys->type, 1, 0, NULL);

	for (uint32_t b = 0; b < BATCHES; b++) {
		const struct column *key = &keys->columns[b];

		key_table_find_or_add(table, &key, BATCH_ROWS, ids);
	}
	return table;
}

static void
add_all(void *context)
{
	struct lookup *lookup = context;

	key_table_free(fill(lookup->keys, lookup->ids));
}

static void
find_all(void *context)
{
	struct lookup *lookup = context;

	for (uint32_t b = 0; b < BATCHES; b++) {
		const struct column *key = &lookup->keys->columns[b];

		key_table_find(lookup->table, &key, BATCH_ROWS, lookup->ids);
	}
}

int
main(void)
{
	static const struct {
		const char *add, *add_probe, *find, *find_probe;
		enum type_id type;
		append_key *append;
	} cases[] = {
		{ "add i64, 50,000 dense", "1.6",
		    "find i64, 50,000 dense", "0.55", TYPE_I64, append_dense },
		{ "add i64, 50,000 hashed", "4.5",
		    "find i64, 50,000 hashed", "1.5", TYPE_I64,
		    append_sparse },
		{ "add i64, 1 M hashed", "-", "find i64, 1 M hashed", "-",
		    TYPE_I64, append_distinct },
		{ "add string, 50,000", "-", "find string, 50,000", "-",
		    TYPE_STRING, append_text },
		{ "add string, 200 coded", "-", "find string, 200 coded", "-",
		    TYPE_STRING, append_code }
	};
	static struct lookup lookup;

	if (!bench_has_level())
		return 0;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct type type = type_of(cases[i].type);
		struct keys *added = keys_new(type, cases[i].append, 1);
		struct keys *sought = keys_new(type, cases[i].append,
		    UINT32_C(0x9e3779b1));

		lookup.keys = added;
		bench(cases[i].add, cases[i].add_probe, ROWS, add_all,
		    &lookup);
		lookup.table = fill(added, lookup.ids);
		lookup.keys = sought;
		bench(cases[i].find, cases[i].find_probe, ROWS, find_all,
		    &lookup);
		key_table_free(lookup.table);
		keys_free(added);
		keys_free(sought);
	}
	return 0;
}
