#include "op/key/key_table_parts.h"

#include "base/hash.h"
#include "batch/integers.h"

#define MIN_SLOTS 1024

/* Rows looked at ahead, to have their slots in the cache. */
#define AHEAD 32

#define INTEGERS_BODY "op/key/key_table_body.h"
#include "batch/integers_body.h"

static void
input_pack(const struct key_input *input, uint32_t rows, uint64_t bias,
    uint32_t shift, uint64_t *words, size_t stride)
{
	switch (input->number) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		pack_##name(input, rows, bias, shift, words, stride); \
		break;
	INTEGERS(X)
#undef X
	default:
		break;
	}
}

static void
input_mark(const struct key_input *input, uint32_t rows, uint64_t bias,
    uint32_t bits, uint32_t *ids)
{
	switch (input->number) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		mark_##name(input, rows, bias, bits, ids); \
		break;
	INTEGERS(X)
#undef X
	default:
		break;
	}
}

static inline uint64_t
hash_tuple(const uint64_t *tuple, uint32_t words)
{
	uint64_t hash = hash_u64(tuple[0]);

	for (uint32_t w = 1; w < words; w++)
		hash = hash_combine(hash, tuple[w]);
	return hash;
}

static inline _Bool
tuple_is_equal(const uint64_t *a, const uint64_t *b, uint32_t words)
{
	uint64_t difference = 0;

	for (uint32_t w = 0; w < words; w++)
		difference |= a[w] ^ b[w];
	return difference == 0;
}

static inline void
put_slot(struct key_slot *slots, uint32_t mask, struct key_slot slot)
{
	uint32_t at = slot.tag & mask;

	while (slots[at].next != 0)
		at = (at + 1) & mask;
	slots[at] = slot;
}

/* Twice the slots: those of one run go to two, in order. */
static void
double_slots(struct key_table *table)
{
	uint64_t old_count = (uint64_t)table->slot_mask + 1;
	struct key_slot *slots = mem_array(old_count * 2, sizeof(*slots));
	uint32_t mask = (uint32_t)(old_count * 2 - 1);

	for (uint64_t i = 0; i < old_count; i++) {
		if (table->slots[i].next != 0)
			put_slot(slots, mask, table->slots[i]);
	}
	mem_free(table->slots);
	table->slots = slots;
	table->slot_mask = mask;
}

void
key_hash_rebuild(struct key_table *table)
{
	uint64_t slot_count = MIN_SLOTS;

	while (slot_count < (uint64_t)table->count * 2)
		slot_count *= 2;
	mem_free(table->slots);
	table->slots = mem_array(slot_count, sizeof(*table->slots));
	table->slot_mask = (uint32_t)(slot_count - 1);
	for (uint32_t id = 0; id < table->count; id++) {
		uint64_t hash = hash_tuple(key_table_tuple(table, id),
		    table->words);

		put_slot(table->slots, table->slot_mask, (struct key_slot){
			.tag = (uint32_t)(hash >> 32), .next = id + 1
		});
	}
}

/* Nulls of one column: their bit, or a mark where there is none. */
static void
pack_nulls(const struct key_table *table, uint32_t k, uint32_t rows,
    uint32_t *ids)
{
	const struct key_column *column = &table->columns[k];
	const uint8_t *validity = table->inputs[k].validity;
	uint64_t *words = (uint64_t *)(void *)table->packed.data +
	    column->null_word;
	uint64_t bit = UINT64_C(1) << column->null_shift;

	if (column->has_nulls) {
		for (uint32_t i = 0; i < rows; i++) {
			if (validity == NULL ||
			    (validity[i >> 3] >> (i & 7) & 1) != 0)
				words[(size_t)i * table->words] |= bit;
		}
	} else if (validity != NULL) {
		for (uint32_t i = 0; i < rows; i++) {
			if ((validity[i >> 3] >> (i & 7) & 1) == 0)
				ids[i] = KEY_TABLE_NONE;
		}
	}
}

/*
 * The tuples of a batch, in `packed`, and their hashes.  Rows that cannot
 * be in the table are marked KEY_TABLE_NONE in ids, the others 0.
 */
static void
pack_batch(struct key_table *table, uint32_t rows, uint32_t *ids)
{
	size_t bytes = (size_t)rows * table->words * sizeof(uint64_t);
	uint64_t *words, *hashes;

	buffer_resize(&table->packed, 0);
	buffer_resize(&table->packed, bytes);
	buffer_resize(&table->hashes, (size_t)rows * sizeof(uint64_t));
	words = (uint64_t *)(void *)table->packed.data;
	hashes = (uint64_t *)(void *)table->hashes.data;
	memset(ids, 0, rows * sizeof(*ids));
	for (uint32_t k = 0; k < table->column_count; k++) {
		const struct key_column *column = &table->columns[k];
		const struct key_input *input = &table->inputs[k];

		if (column->has_nulls || input->validity != NULL)
			pack_nulls(table, k, rows, ids);
		if (column->value_bits == 0)
			continue;
		if (input->is_wider && column->value_bits < 64)
			input_mark(input, rows, column->bias,
			    column->value_bits, ids);
		input_pack(input, rows, column->bias, column->shift,
		    words + column->word, table->words);
		for (uint32_t i = 0; input->low != NULL && i < rows; i++)
			words[(size_t)i * table->words + column->low_word] =
			    input->low[i];
	}
	if (table->words == 1) {
		for (uint32_t i = 0; i < rows; i++)
			hashes[i] = hash_u64(words[i]);
	} else {
		for (uint32_t i = 0; i < rows; i++)
			hashes[i] = hash_tuple(words +
			    (size_t)i * table->words, table->words);
	}
}

/* Inlined with a constant number of words where that is one or two. */
static inline uint32_t
find_one(const struct key_table *table, const uint64_t *tuple,
    uint32_t words, uint64_t hash, uint32_t *at)
{
	uint32_t tag = (uint32_t)(hash >> 32);
	uint32_t i = tag & table->slot_mask;

	for (;; i = (i + 1) & table->slot_mask) {
		const struct key_slot *slot = &table->slots[i];

		if (slot->next == 0) {
			*at = i;
			return KEY_TABLE_NONE;
		}
		if (slot->tag == tag && tuple_is_equal(table->keys +
		    (size_t)(slot->next - 1) * words, tuple, words))
			return slot->next - 1;
	}
}

static uint32_t
add_one(struct key_table *table, const uint64_t *tuple, uint64_t hash,
    uint32_t at)
{
	uint32_t id = key_table_append(table);

	memcpy(key_table_tuple(table, id), tuple,
	    table->words * sizeof(*tuple));
	table->slots[at].tag = (uint32_t)(hash >> 32);
	table->slots[at].next = id + 1;
	if ((uint64_t)table->count * 2 > table->slot_mask)
		double_slots(table);
	return id;
}

static inline void
probe_batch(struct key_table *table, uint32_t words, _Bool is_adding,
    uint32_t rows, uint32_t *ids)
{
	const uint64_t *tuple = (const uint64_t *)(void *)table->packed.data;
	const uint64_t *hashes = (const uint64_t *)(void *)table->hashes.data;

	for (uint32_t i = 0; i < rows; i++, tuple += words) {
		uint32_t at;

		if (i + AHEAD < rows)
			__builtin_prefetch(&table->slots[(uint32_t)
			    (hashes[i + AHEAD] >> 32) & table->slot_mask]);
		if (ids[i] == KEY_TABLE_NONE)
			continue;
		ids[i] = find_one(table, tuple, words, hashes[i], &at);
		if (is_adding && ids[i] == KEY_TABLE_NONE)
			ids[i] = add_one(table, tuple, hashes[i], at);
	}
}

static inline void
probe(struct key_table *table, _Bool is_adding, uint32_t rows, uint32_t *ids)
{
	pack_batch(table, rows, ids);
	if (table->words == 1)
		probe_batch(table, 1, is_adding, rows, ids);
	else if (table->words == 2)
		probe_batch(table, 2, is_adding, rows, ids);
	else
		probe_batch(table, table->words, is_adding, rows, ids);
}

void
key_hash_add(struct key_table *table, uint32_t rows, uint32_t *ids)
{
	probe(table, 1, rows, ids);
}

void
key_hash_find(struct key_table *table, uint32_t rows, uint32_t *ids)
{
	probe(table, 0, rows, ids);
}
