#include "op/key_strings.h"

#include "base/hash.h"

/* A number that a map has not looked up yet. */
#define NUMBER_UNKNOWN (UINT32_MAX - 1)

#define MIN_SLOTS 16

/* Rows looked at ahead, to have their slots in the cache. */
#define AHEAD 16

static void
strings_rehash(struct key_strings *strings, uint32_t slot_count)
{
	struct key_string_slot *slots = mem_array(slot_count, sizeof(*slots));
	uint32_t mask = slot_count - 1;
	uint32_t old_count = strings->slots == NULL ? 0 :
	    strings->slot_mask + 1;

	/* those of one run of slots go to two: the caches like it */
	for (uint32_t i = 0; i < old_count; i++) {
		const struct key_string_slot *slot = &strings->slots[i];
		uint32_t at = slot->tag & mask;

		if (slot->next == 0)
			continue;
		while (slots[at].next != 0)
			at = (at + 1) & mask;
		slots[at] = *slot;
	}
	mem_free(strings->slots);
	strings->slots = slots;
	strings->slot_mask = mask;
}

/* The number of a string, or the empty slot where it belongs in *at. */
static inline uint32_t
strings_find(const struct key_strings *strings, const void *bytes,
    uint32_t len, uint64_t hash, uint32_t *at)
{
	uint32_t tag = (uint32_t)(hash >> 32);
	uint32_t i = tag & strings->slot_mask;

	for (;; i = (i + 1) & strings->slot_mask) {
		const struct key_string_slot *slot = &strings->slots[i];
		const uint8_t *other;
		uint32_t other_len;

		if (slot->next == 0) {
			*at = i;
			return KEY_STRING_NONE;
		}
		if (slot->tag != tag)
			continue;
		other = key_strings_get(strings, slot->next - 1, &other_len);
		if (other_len == len &&
		    (len == 0 || memcmp(other, bytes, len) == 0))
			return slot->next - 1;
	}
}

static uint32_t
strings_insert(struct key_strings *strings, const void *bytes, uint32_t len,
    uint64_t hash, uint32_t at)
{
	uint32_t number = strings->count;

	if (number == strings->capacity) {
		strings->capacity = number < 16 ? 16 : number * 2;
		strings->ends = mem_grow_array(strings->ends,
		    strings->capacity, sizeof(*strings->ends));
	}
	buffer_append(&strings->bytes, bytes, len);
	strings->ends[number] = strings->bytes.len;
	strings->slots[at].tag = (uint32_t)(hash >> 32);
	strings->slots[at].next = number + 1;
	strings->count++;
	if ((uint64_t)strings->count * 2 > strings->slot_mask)
		strings_rehash(strings, (strings->slot_mask + 1) * 2);
	return number;
}

static uint32_t
strings_number(struct key_strings *strings, const void *bytes, uint32_t len,
    uint64_t hash, _Bool is_adding)
{
	uint32_t at;
	uint32_t number = strings_find(strings, bytes, len, hash, &at);

	if (number == KEY_STRING_NONE && is_adding)
		number = strings_insert(strings, bytes, len, hash, at);
	return number;
}

uint32_t
key_strings_add(struct key_strings *strings, const void *bytes, uint32_t len)
{
	if (strings->slots == NULL)
		strings_rehash(strings, MIN_SLOTS);
	return strings_number(strings, bytes, len, hash_bytes(bytes, len), 1);
}

/* Makes the map one of this dictionary, as big as that has become. */
static void
map_prepare(struct key_code_map *map, const struct dictionary *dictionary,
    uint32_t string_count)
{
	uint32_t known = map->capacity;

	if (map->dictionary != dictionary ||
	    map->string_count != string_count) {
		map->dictionary = dictionary;
		map->string_count = string_count;
		known = 0;
	}
	if (map->capacity < dictionary->count) {
		map->capacity = dictionary->count < 128 ?
		    256 : dictionary->count * 2;
		map->numbers = mem_grow_array(map->numbers, map->capacity,
		    sizeof(*map->numbers));
	}
	for (uint32_t i = known; i < map->capacity; i++)
		map->numbers[i] = NUMBER_UNKNOWN;
}

/*
 * codes -> numbers; true if one of them is not in the map yet.  Codes under
 * nulls are 0, so that one may miss for a null alone; that does no harm
 * but for a string that nobody uses, which number_coded looks after.
 */
static _Bool
map_codes(const struct key_code_map *map, const struct column *column,
    uint32_t rows, uint32_t *numbers)
{
	const uint32_t *known = map->numbers;
	uint32_t unknown = 0;

	switch (column->code_bytes) {
	case 1: {
		const uint8_t *codes = column->values;
		for (uint32_t i = 0; i < rows; i++) {
			numbers[i] = known[codes[i]];
			unknown |= numbers[i] == NUMBER_UNKNOWN;
		}
		break;
	}
	case 2: {
		const uint16_t *codes = column->values;
		for (uint32_t i = 0; i < rows; i++) {
			numbers[i] = known[codes[i]];
			unknown |= numbers[i] == NUMBER_UNKNOWN;
		}
		break;
	}
	default: {
		const uint32_t *codes = column->values;
		for (uint32_t i = 0; i < rows; i++) {
			numbers[i] = known[codes[i]];
			unknown |= numbers[i] == NUMBER_UNKNOWN;
		}
		break;
	}
	}
	return unknown != 0;
}

static void
number_coded(struct key_strings *strings, const struct column *column,
    uint32_t rows, _Bool is_adding, uint32_t *numbers)
{
	struct key_code_map *map = is_adding ?
	    &strings->added : &strings->found;

	/* An entry with a number keeps it; one without may get it later. */
	map_prepare(map, column->dictionary, is_adding ? 0 : strings->count);
	if (!map_codes(map, column, rows, numbers))
		return;
	for (uint32_t i = 0; i < rows; i++) {
		if (numbers[i] != NUMBER_UNKNOWN)
			continue;
		if (column_is_null(column, i)) {
			numbers[i] = 0;
			continue;
		}
		uint32_t code = column_code(column, i);
		if (map->numbers[code] == NUMBER_UNKNOWN) {
			uint32_t len;
			const uint8_t *bytes = dictionary_get(
			    column->dictionary, code, &len);
			map->numbers[code] = strings_number(strings, bytes,
			    len, hash_bytes(bytes, len), is_adding);
		}
		numbers[i] = map->numbers[code];
	}
}

static void
number_plain(struct key_strings *strings, const struct column *column,
    uint32_t rows, _Bool is_adding, uint32_t *numbers)
{
	const int32_t *offsets = column->values;
	uint64_t *hashes;

	if (strings->hash_capacity < rows) {
		strings->hash_capacity = rows;
		strings->hashes = mem_grow_array(strings->hashes, rows,
		    sizeof(*hashes));
	}
	hashes = strings->hashes;
	for (uint32_t i = 0; i < rows; i++)
		hashes[i] = hash_bytes(column->bytes + offsets[i],
		    (size_t)(offsets[i + 1] - offsets[i]));
	for (uint32_t i = 0; i < rows; i++) {
		if (i + AHEAD < rows)
			__builtin_prefetch(&strings->slots[
			    (uint32_t)(hashes[i + AHEAD] >> 32) &
			    strings->slot_mask]);
		if (column_is_null(column, i))
			numbers[i] = 0;
		else
			numbers[i] = strings_number(strings,
			    column->bytes + offsets[i],
			    (uint32_t)(offsets[i + 1] - offsets[i]),
			    hashes[i], is_adding);
	}
}

void
key_strings_number(struct key_strings *strings, const struct column *column,
    uint32_t rows, _Bool is_adding, uint32_t *numbers)
{
	if (strings->slots == NULL)
		strings_rehash(strings, MIN_SLOTS);
	if (column->code_bytes != 0)
		number_coded(strings, column, rows, is_adding, numbers);
	else
		number_plain(strings, column, rows, is_adding, numbers);
}

/* A string to sort: its first bytes, big-endian, decide most comparisons. */
struct ranked {
	uint64_t prefix;
	uint32_t number;
};

static uint64_t
prefix_of(const uint8_t *bytes, uint32_t len)
{
	uint64_t prefix = 0;

	for (uint32_t i = 0; i < 8; i++)
		prefix = prefix << 8 | (i < len ? bytes[i] : 0);
	return prefix;
}

static _Bool
is_before(const struct key_strings *strings, const struct ranked *a,
    const struct ranked *b)
{
	uint32_t a_len, b_len;
	const uint8_t *a_bytes, *b_bytes;
	int order;

	if (a->prefix != b->prefix)
		return a->prefix < b->prefix;
	a_bytes = key_strings_get(strings, a->number, &a_len);
	b_bytes = key_strings_get(strings, b->number, &b_len);
	if (a_len == 0 || b_len == 0)
		return a_len < b_len;
	order = memcmp(a_bytes, b_bytes, a_len < b_len ? a_len : b_len);
	return order != 0 ? order < 0 : a_len < b_len;
}

/* One step of a bottom-up merge sort: from[] to to[], runs of `width`. */
static void
merge_runs(const struct key_strings *strings, const struct ranked *from,
    struct ranked *to, size_t count, size_t width)
{
	for (size_t begin = 0; begin < count; begin += 2 * width) {
		size_t middle = begin + width < count ? begin + width : count;
		size_t end = middle + width < count ? middle + width : count;
		size_t a = begin, b = middle;

		for (size_t i = begin; i < end; i++) {
			if (b < end && (a == middle ||
			    is_before(strings, &from[b], &from[a])))
				to[i] = from[b++];
			else
				to[i] = from[a++];
		}
	}
}

void
key_strings_rank(const struct key_strings *strings, uint32_t *ranks)
{
	size_t count = strings->count;
	struct ranked *from = mem_array(count + 1, sizeof(*from));
	struct ranked *to = mem_array(count + 1, sizeof(*to));

	for (uint32_t i = 0; i < count; i++) {
		uint32_t len;
		const uint8_t *bytes = key_strings_get(strings, i, &len);
		from[i] = (struct ranked){ prefix_of(bytes, len), i };
	}
	for (size_t width = 1; width < count; width *= 2) {
		struct ranked *spare = from;
		merge_runs(strings, from, to, count, width);
		from = to;
		to = spare;
	}
	for (uint32_t i = 0; i < count; i++)
		ranks[from[i].number] = i;
	mem_free(from);
	mem_free(to);
}

size_t
key_strings_bytes(const struct key_strings *strings)
{
	size_t slots = strings->slots == NULL ?
	    0 : (size_t)strings->slot_mask + 1;

	return slots * sizeof(*strings->slots) +
	    (size_t)strings->capacity * sizeof(*strings->ends) +
	    strings->bytes.capacity +
	    ((size_t)strings->added.capacity + strings->found.capacity) *
	    sizeof(uint32_t);
}

void
key_strings_release(struct key_strings *strings)
{
	mem_free(strings->slots);
	mem_free(strings->ends);
	mem_free(strings->added.numbers);
	mem_free(strings->found.numbers);
	mem_free(strings->hashes);
	buffer_release(&strings->bytes);
	*strings = (struct key_strings){ 0 };
}
