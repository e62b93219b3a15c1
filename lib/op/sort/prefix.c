#include "op/sort/prefix.h"

#include <stdlib.h>

#include "op/sort/prefix_number.h"

/* Dictionaries with more entries are taken as text. */
#define RANKED_ENTRIES 4096

void
sort_prefix_init(struct sort_prefix *prefix, const struct sort_key *keys,
    uint32_t key_count)
{
	*prefix = (struct sort_prefix){.key_count = key_count,
	    .level = cpu_level()};
	prefix->keys = mem_array(key_count, sizeof(*prefix->keys));
	for (uint32_t i = 0; i < key_count; i++)
		prefix->keys[i].key = keys[i];
}

void
sort_prefix_release(struct sort_prefix *prefix)
{
	for (uint32_t i = 0; i < prefix->key_count; i++)
		mem_free(prefix->keys[i].ranks);
	mem_free(prefix->keys);
	*prefix = (struct sort_prefix){0};
}

void
sort_prefix_reset(struct sort_prefix *prefix)
{
	for (uint32_t i = 0; i < prefix->key_count; i++) {
		struct prefix_key *key = &prefix->keys[i];
		key->has_values = key->has_nulls = 0;
		key->dictionary = NULL;
		key->has_other_text = 0;
	}
}

/* ---- what is seen ---------------------------------------------------- */

static void
see_entries(struct prefix_key *key, const struct dictionary *dictionary)
{
	for (uint32_t code = 0; code < dictionary->count; code++) {
		uint32_t len;
		const uint8_t *bytes = dictionary_get(dictionary, code, &len);
		prefix_text_see(&key->text, &key->has_values, bytes, len);
	}
}

/* From now on the text itself counts, that of the dictionary, too. */
static void
leave_dictionary(struct prefix_key *key)
{
	if (key->dictionary != NULL)
		see_entries(key, key->dictionary);
	key->dictionary = NULL;
	key->has_other_text = 1;
}

static void
see_text(struct prefix_key *key, const struct column *column, uint32_t rows)
{
	if (column->null_count == rows)
		return;
	if (column->code_bytes != 0 && !key->has_other_text &&
	    column->dictionary->count <= RANKED_ENTRIES &&
	    (key->dictionary == NULL ||
	    key->dictionary == column->dictionary)) {
		key->dictionary = column->dictionary;
		return;
	}
	leave_dictionary(key);
	if (column->code_bytes != 0 && column->dictionary->count < rows) {
		see_entries(key, column->dictionary);
		return;
	}
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t len;
		if (column_is_null(column, i))
			continue;
		const uint8_t *bytes = column_bytes(column, i, &len);
		prefix_text_see(&key->text, &key->has_values, bytes, len);
	}
}

void
sort_prefix_see(struct sort_prefix *prefix, const struct batch *rows)
{
	for (uint32_t i = 0; i < prefix->key_count; i++) {
		struct prefix_key *key = &prefix->keys[i];
		const struct column *column =
		    &rows->columns[key->key.column];
		key->type = column->type;
		if (column->type.id == TYPE_NULL)
			continue;
		key->has_nulls |= column->null_count > 0;
		if (type_is_variable(column->type)) {
			see_text(key, column, rows->row_count);
			continue;
		}
		if (column->null_count == rows->row_count)
			continue;
		if (!key->has_values) {
			key->has_values = 1;
			key->least = ~(uint128)0;
			key->greatest = 0;
			/* loops of 8 bytes begin with the greatest such */
			if (type_width(column->type) < 16)
				key->least = UINT64_MAX;
		}
		prefix_number_loops(column->type).range(column,
		    rows->row_count, &key->least, &key->greatest);
	}
}

void
sort_prefix_see_any(struct sort_prefix *prefix, const struct schema *schema)
{
	for (uint32_t i = 0; i < prefix->key_count; i++) {
		struct prefix_key *key = &prefix->keys[i];
		key->type = schema->fields[key->key.column].type;
		if (key->type.id == TYPE_NULL)
			continue;
		key->has_values = key->has_nulls = 1;
		if (!type_is_variable(key->type)) {
			prefix_number_limits(key->type, &key->least,
			    &key->greatest);
			continue;
		}
		key->has_other_text = 1;
		key->text = (struct prefix_text){.greatest_len = UINT32_MAX,
		    .has_zero_byte = 1};
		memset(key->text.varying, 0xff, sizeof(key->text.varying));
	}
}

static void
join_text(struct prefix_key *into, const struct prefix_key *from)
{
	if (!from->has_other_text && from->dictionary == NULL)
		return;
	if (!into->has_other_text && !from->has_other_text &&
	    (into->dictionary == NULL ||
	    into->dictionary == from->dictionary)) {
		into->dictionary = from->dictionary;
		return;
	}
	leave_dictionary(into);
	if (from->dictionary != NULL)
		see_entries(into, from->dictionary);
	if (!from->has_values)
		return;
	if (into->has_values) {
		prefix_text_join(&into->text, &from->text);
	} else {
		into->text = from->text;
		into->has_values = 1;
	}
}

void
sort_prefix_join(struct sort_prefix *into, const struct sort_prefix *from)
{
	for (uint32_t i = 0; i < into->key_count; i++) {
		struct prefix_key *to = &into->keys[i];
		const struct prefix_key *key = &from->keys[i];
		to->type = key->type;
		to->has_nulls |= key->has_nulls;
		if (type_is_variable(key->type)) {
			join_text(to, key);
			continue;
		}
		if (!key->has_values)
			continue;
		if (!to->has_values || key->least < to->least)
			to->least = key->least;
		if (!to->has_values || key->greatest > to->greatest)
			to->greatest = key->greatest;
		to->has_values = 1;
	}
}

/* ---- the layout ------------------------------------------------------ */

static int
compare_entries(const void *a, const void *b, void *context)
{
	const struct dictionary *dictionary = context;
	uint32_t a_len, b_len;
	const uint8_t *left = dictionary_get(dictionary,
	    *(const uint32_t *)a, &a_len);
	const uint8_t *right = dictionary_get(dictionary,
	    *(const uint32_t *)b, &b_len);
	return bytes_compare(left, a_len, right, b_len);
}

/* The ranks of all codes; those of before are good if nothing was added. */
static void
rank(struct prefix_key *key)
{
	const struct dictionary *dictionary = key->dictionary;
	uint32_t count = dictionary->count;
	if (key->ranked == dictionary && key->rank_count == count)
		return;
	uint32_t *order = mem_array(count, sizeof(*order));
	mem_free(key->ranks);
	key->ranks = mem_array((size_t)count + 1, sizeof(*key->ranks));
	for (uint32_t i = 0; i < count; i++)
		order[i] = i;
	qsort_r(order, count, sizeof(*order), compare_entries,
	    (void *)(uintptr_t)dictionary);
	for (uint32_t i = 0; i < count; i++)
		key->ranks[order[i]] = i;
	mem_free(order);
	key->ranked = dictionary;
	key->rank_count = count;
}

static uint32_t
bits_of(uint128 value)
{
	uint64_t high = (uint64_t)(value >> 64);
	uint64_t low = (uint64_t)value;
	return high != 0 ? 128 - (uint32_t)__builtin_clzll(high) :
	    low != 0 ? 64 - (uint32_t)__builtin_clzll(low) : 0;
}

/* How many bits of the value are kept, of `room`; whether they say all. */
static _Bool
plan_value(struct prefix_key *key, uint32_t room)
{
	uint32_t bits;
	key->bits = key->cut = 0;
	key->kind = PREFIX_NOTHING;
	if (key->dictionary != NULL &&
	    key->dictionary->count > RANKED_ENTRIES)
		leave_dictionary(key);
	if (key->dictionary != NULL) {
		rank(key);
		key->kind = PREFIX_RANK;
		bits = bits_of(key->rank_count - 1);
	} else if (!key->has_values) {
		return 1;
	} else if (type_is_variable(key->type)) {
		key->kind = PREFIX_TEXT;
		key->bits = prefix_text_plan(&key->text, room, &key->cut);
		_Bool is_whole = key->cut == 0;
		key->cut = 0;
		return is_whole && prefix_text_is_exact(&key->text);
	} else {
		key->kind = PREFIX_NUMBER;
		bits = bits_of(key->greatest - key->least);
	}
	key->bits = bits < room ? bits : room;
	key->cut = bits - key->bits;
	return key->cut == 0;
}

void
sort_prefix_plan(struct sort_prefix *prefix)
{
	uint32_t room = 64;
	_Bool is_whole = 1;
	prefix->used = prefix->tie_key = 0;
	for (uint32_t i = 0; i < prefix->key_count && is_whole; i++) {
		struct prefix_key *key = &prefix->keys[i];
		if (key->has_nulls && room == 0)
			return;
		room -= key->has_nulls;
		is_whole = plan_value(key, room);
		room -= key->bits;
		key->shift = room;
		prefix->used++;
		prefix->tie_key += is_whole;
	}
}

/* ---- prefixes -------------------------------------------------------- */

static void
make_ranks(const struct prefix_key *key, const struct column *column,
    uint32_t begin, uint32_t count, uint64_t *out)
{
	uint64_t invert = key->key.is_descending ? prefix_ones(key->bits) : 0;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t value = key->ranks[column_code(column, begin + i)];
		out[i] |= ((value >> key->cut) ^ invert) << key->shift;
	}
}

static void
make_text(const struct sort_prefix *prefix, const struct prefix_key *key,
    const struct column *column, uint32_t begin, uint32_t count,
    uint64_t *out)
{
	const struct prefix_place place = {key->shift,
	    key->key.is_descending ? prefix_ones(key->bits) : 0};
	if (column->code_bytes != 0) {
		prefix_text_coded(&key->text, &place, column, begin, count,
		    out);
		return;
	}
	const int32_t *offsets = (const int32_t *)column->values + begin;
#ifdef __x86_64__
	if (prefix->level >= CPU_AVX2) {
		prefix_text_avx2(&key->text, &place, offsets, column->bytes,
		    count, out);
		return;
	}
#endif
	prefix_text_portable(&key->text, &place, offsets, column->bytes,
	    count, out);
}

/* The bit in front; what stands behind it for nulls becomes zero. */
static void
make_nulls(const struct prefix_key *key, const struct column *column,
    uint32_t begin, uint32_t count, uint64_t *out)
{
	uint64_t bit = UINT64_C(1) << (key->shift + key->bits);
	uint64_t field = bit | prefix_ones(key->bits) << key->shift;
	uint64_t for_null = key->key.nulls_first ? 0 : bit;
	uint64_t for_value = bit ^ for_null;
	for (uint32_t i = 0; i < count; i++)
		out[i] = column_is_null(column, begin + i) ?
		    (out[i] & ~field) | for_null : out[i] | for_value;
}

void
sort_prefix_make(const struct sort_prefix *prefix, const struct batch *rows,
    uint32_t begin, uint32_t count, uint64_t *out)
{
	memset(out, 0, (size_t)count * sizeof(*out));
	for (uint32_t i = 0; i < prefix->used; i++) {
		const struct prefix_key *key = &prefix->keys[i];
		const struct column *column =
		    &rows->columns[key->key.column];
		_Bool is_empty = column->null_count == rows->row_count;
		if (key->bits > 0 && !is_empty) {
			if (key->kind == PREFIX_NUMBER)
				prefix_number_loops(column->type).make(key,
				    column, begin, count, out);
			else if (key->kind == PREFIX_RANK)
				make_ranks(key, column, begin, count, out);
			else if (key->kind == PREFIX_TEXT)
				make_text(prefix, key, column, begin, count,
				    out);
		}
		if (key->has_nulls)
			make_nulls(key, column, begin, count, out);
	}
}
