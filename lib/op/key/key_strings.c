#include "op/key/key_strings.h"

#include "base/hash.h"

/* A number that a map has not looked up yet. */
#define NUMBER_UNKNOWN (UINT32_MAX - 1)
/* ... but is about to. */
#define NUMBER_PENDING (UINT32_MAX - 2)

#define MIN_SLOTS 16

/* Rows looked at ahead, to have in the cache what they need. */
#define AHEAD 8

/* So many strings are in the cache anyhow. */
#define FEW 4096

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

static inline struct key_string_head
head_of(const uint8_t *bytes, uint32_t len)
{
	struct key_string_head head = { .len = len };

	if (len >= KEY_STRING_HEAD) {
		memcpy(head.bytes, bytes, KEY_STRING_HEAD);
		return head;
	}
	for (uint32_t i = 0; i < len; i++)
		head.bytes[i] = bytes[i];
	return head;
}

/* Behind the head; both are of this length. */
static _Bool
rest_is_equal(const struct key_strings *strings, uint32_t number,
    const uint8_t *bytes, uint32_t len)
{
	const uint8_t *other = key_strings_get(strings, number, &len);

	return memcmp(other + KEY_STRING_HEAD, bytes + KEY_STRING_HEAD,
	    len - KEY_STRING_HEAD) == 0;
}

/* The number of a string, or the empty slot where it belongs in *at. */
static inline uint32_t
strings_find(const struct key_strings *strings, const void *bytes,
    uint32_t len, const struct key_string_head *head, uint64_t hash,
    uint32_t *at)
{
	uint32_t tag = (uint32_t)(hash >> 32);
	uint32_t i = tag & strings->slot_mask;

	for (;; i = (i + 1) & strings->slot_mask) {
		const struct key_string_slot *slot = &strings->slots[i];

		if (slot->next == 0) {
			*at = i;
			return KEY_STRING_NONE;
		}
		if (slot->tag == tag && memcmp(
		    &strings->heads[slot->next - 1], head,
		    sizeof(*head)) == 0 && (len <= KEY_STRING_HEAD ||
		    rest_is_equal(strings, slot->next - 1, bytes, len)))
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
		strings->heads = mem_grow_array(strings->heads,
		    strings->capacity, sizeof(*strings->heads));
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
	struct key_string_head head = head_of(bytes, len);
	uint32_t at;
	uint32_t number = strings_find(strings, bytes, len, &head, hash, &at);

	if (number == KEY_STRING_NONE && is_adding) {
		number = strings_insert(strings, bytes, len, hash, at);
		strings->heads[number] = head;
	}
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
		map->same_count = 0;
		known = 0;
	}
	/* nulls have code 0, even where there is no entry */
	if (map->capacity < dictionary->count || map->capacity == 0) {
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

/*
 * Two steps before row i is looked up: its slot, then the head of the string
 * that is likely there.
 */
static inline void
look_ahead(const struct key_strings *strings, const uint64_t *hashes,
    uint32_t i, uint32_t rows)
{
	const struct key_string_slot *slots = strings->slots;
	uint32_t mask = strings->slot_mask;

	if (i + 2 * AHEAD < rows)
		__builtin_prefetch(&slots[
		    (uint32_t)(hashes[i + 2 * AHEAD] >> 32) & mask]);
	if (i + AHEAD < rows) {
		uint32_t next = slots[
		    (uint32_t)(hashes[i + AHEAD] >> 32) & mask].next;

		if (next > 0)
			__builtin_prefetch(&strings->heads[next - 1]);
	}
}

static uint64_t *
hash_scratch(struct key_strings *strings, uint32_t rows)
{
	if (strings->hash_capacity < rows) {
		strings->hash_capacity = rows;
		strings->hashes = mem_grow_array(strings->hashes, rows,
		    sizeof(*strings->hashes));
		strings->codes = mem_grow_array(strings->codes, rows,
		    sizeof(*strings->codes));
	}
	return strings->hashes;
}

/* Looks up the codes of rows that have no number yet; map[] then has them. */
static void
number_codes(struct key_strings *strings, struct key_code_map *map,
    const struct column *column, uint32_t rows, _Bool is_adding,
    const uint32_t *numbers)
{
	uint64_t *hashes = hash_scratch(strings, rows);
	uint32_t *codes = strings->codes;
	uint32_t count = 0, len;

	for (uint32_t i = 0; i < rows; i++) {
		uint32_t code;
		const uint8_t *bytes;

		if (numbers[i] != NUMBER_UNKNOWN || column_is_null(column, i))
			continue;
		code = column_code(column, i);
		if (map->numbers[code] != NUMBER_UNKNOWN)
			continue;
		map->numbers[code] = NUMBER_PENDING;
		bytes = dictionary_get(column->dictionary, code, &len);
		codes[count] = code;
		hashes[count++] = hash_bytes(bytes, len);
	}
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *bytes = dictionary_get(column->dictionary,
		    codes[i], &len);

		if (strings->count > FEW)
			look_ahead(strings, hashes, i, count);
		map->numbers[codes[i]] = strings_number(strings, bytes, len,
		    hashes[i], is_adding);
	}
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
	number_codes(strings, map, column, rows, is_adding, numbers);
	for (uint32_t i = 0; i < rows; i++) {
		if (numbers[i] == NUMBER_UNKNOWN)
			numbers[i] = column_is_null(column, i) ? 0 :
			    map->numbers[column_code(column, i)];
	}
	while (map->same_count < map->capacity &&
	    map->numbers[map->same_count] == map->same_count)
		map->same_count++;
}

_Bool
key_strings_are_codes(const struct key_strings *strings,
    const struct column *column, uint32_t rows, _Bool is_adding)
{
	const struct key_code_map *map = is_adding ?
	    &strings->added : &strings->found;

	/* what has a number keeps it */
	return column->code_bytes != 0 &&
	    map->dictionary == column->dictionary &&
	    column_largest_code(column, rows) < map->same_count;
}

static void
number_plain(struct key_strings *strings, const struct column *column,
    uint32_t rows, _Bool is_adding, uint32_t *numbers)
{
	const int32_t *offsets = column->values;
	uint64_t *hashes = hash_scratch(strings, rows);

	for (uint32_t i = 0; i < rows; i++)
		hashes[i] = hash_bytes(column->bytes + offsets[i],
		    (size_t)(offsets[i + 1] - offsets[i]));
	for (uint32_t i = 0; i < rows; i++) {
		if (strings->count > FEW)
			look_ahead(strings, hashes, i, rows);
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

size_t
key_strings_bytes(const struct key_strings *strings)
{
	size_t slots = strings->slots == NULL ?
	    0 : (size_t)strings->slot_mask + 1;

	return slots * sizeof(*strings->slots) +
	    (size_t)strings->capacity * (sizeof(*strings->ends) +
	    sizeof(*strings->heads)) +
	    strings->bytes.capacity +
	    ((size_t)strings->added.capacity + strings->found.capacity) *
	    sizeof(uint32_t);
}

void
key_strings_release(struct key_strings *strings)
{
	mem_free(strings->slots);
	mem_free(strings->ends);
	mem_free(strings->heads);
	mem_free(strings->added.numbers);
	mem_free(strings->found.numbers);
	mem_free(strings->hashes);
	mem_free(strings->codes);
	buffer_release(&strings->bytes);
	*strings = (struct key_strings){ 0 };
}
