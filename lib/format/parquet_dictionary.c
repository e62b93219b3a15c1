#include "format/parquet_dictionary.h"

#include <string.h>

#define FIRST_SLOTS 256
#define FIRST_ENTRIES 64

void
parquet_dictionary_release(struct parquet_dictionary *dictionary)
{
	mem_free(dictionary->values);
	mem_free(dictionary->slots);
	mem_free(dictionary->codes);
	mem_free(dictionary->map);
	dictionary_free(dictionary->own);
	*dictionary = (struct parquet_dictionary){0};
}

void
parquet_dictionary_shrink(struct parquet_dictionary *dictionary)
{
	mem_free(dictionary->slots);
	dictionary->slots = NULL;
	mem_free(dictionary->map);
	dictionary->map = NULL;
	dictionary->map_count = 0;
}

size_t
parquet_dictionary_bytes(const struct parquet_dictionary *dictionary)
{
	size_t bytes = 0;
	if (dictionary->values != NULL)
		bytes += dictionary->capacity * sizeof(*dictionary->values);
	if (dictionary->codes != NULL)
		bytes += dictionary->capacity * sizeof(*dictionary->codes);
	if (dictionary->slots != NULL)
		bytes += ((size_t)dictionary->slot_mask + 1) *
		    sizeof(*dictionary->slots);
	bytes += dictionary->map_count * sizeof(*dictionary->map);
	if (dictionary->own != NULL)
		bytes += dictionary->own->bytes.capacity +
		    dictionary->own->offsets.capacity +
		    ((size_t)dictionary->own->slot_mask + 1) *
		    sizeof(uint32_t);
	return bytes;
}

/* ---- away and back --------------------------------------------------- */

/* What stands in front of the entries. */
struct saved {
	uint32_t count;
	uint32_t own_count;	/* of own: entries not in use, too */
	uint32_t own_bytes;
	_Bool has_values, has_codes, has_own;
	size_t plain_bytes;
	const struct dictionary *source;
};

void
parquet_dictionary_save(const struct parquet_dictionary *dictionary,
    struct buffer *out)
{
	const struct dictionary *own = dictionary->own;
	struct saved saved;
	memset(&saved, 0, sizeof(saved));	/* its padding, too */
	saved.count = dictionary->count;
	saved.has_values = dictionary->values != NULL;
	saved.has_codes = dictionary->codes != NULL;
	saved.has_own = own != NULL;
	saved.own_count = own != NULL ? own->count : 0;
	saved.own_bytes = own != NULL ? (uint32_t)own->bytes.len : 0;
	saved.plain_bytes = dictionary->plain_bytes;
	saved.source = dictionary->source;
	buffer_append(out, &saved, sizeof(saved));
	if (saved.has_values)
		buffer_append(out, dictionary->values,
		    saved.count * sizeof(*dictionary->values));
	if (saved.has_codes)
		buffer_append(out, dictionary->codes,
		    saved.count * sizeof(*dictionary->codes));
	if (saved.has_own) {
		buffer_append(out, own->offsets.data,
		    (saved.own_count + 1) * sizeof(int32_t));
		buffer_append(out, own->bytes.data, saved.own_bytes);
	}
}

static void *
copy_array(const void *from, size_t count, size_t size)
{
	void *array = mem_array(count, size);
	memcpy(array, from, count * size);
	return array;
}

void
parquet_dictionary_load(struct parquet_dictionary *dictionary,
    const uint8_t *bytes)
{
	struct saved saved;
	memcpy(&saved, bytes, sizeof(saved));
	bytes += sizeof(saved);
	*dictionary = (struct parquet_dictionary){.count = saved.count,
	    .capacity = saved.count, .plain_bytes = saved.plain_bytes,
	    .source = saved.source};
	if (saved.has_values)
		dictionary->values = copy_array(bytes, saved.count,
		    sizeof(*dictionary->values));
	if (saved.has_codes)
		dictionary->codes = copy_array(bytes, saved.count,
		    sizeof(*dictionary->codes));
	if (!saved.has_own)
		return;
	dictionary->own = dictionary_new();
	const uint8_t *text = bytes +
	    (saved.own_count + 1) * sizeof(int32_t);
	for (uint32_t i = 0; i < saved.own_count; i++) {
		int32_t range[2];
		memcpy(range, bytes + i * sizeof(int32_t), sizeof(range));
		dictionary_add(dictionary->own, text + range[0],
		    (uint32_t)(range[1] - range[0]));
	}
}

/* ---- numbers --------------------------------------------------------- */

static inline unsigned
slot_shift(uint32_t mask)
{
	return 64 - (unsigned)__builtin_popcount(mask);
}

static inline uint32_t
slot_of(uint64_t value, unsigned shift)
{
	return (uint32_t)(value * UINT64_C(0x9e3779b97f4a7c15) >> shift);
}

/* Makes slots for the entries there are, at most half of them filled. */
static void
fill_slots(struct parquet_dictionary *dictionary, uint32_t slot_count)
{
	mem_free(dictionary->slots);
	dictionary->slots = mem_array(slot_count, sizeof(*dictionary->slots));
	dictionary->slot_mask = slot_count - 1;
	unsigned shift = slot_shift(slot_count - 1);
	for (uint32_t i = 0; i < dictionary->count; i++) {
		uint32_t slot = slot_of(dictionary->values[i], shift);
		while (dictionary->slots[slot] != 0)
			slot = (slot + 1) & dictionary->slot_mask;
		dictionary->slots[slot] = i + 1;
	}
}

static void
make_slots(struct parquet_dictionary *dictionary)
{
	if (dictionary->slots != NULL)
		return;
	uint32_t slot_count = FIRST_SLOTS;
	while (dictionary->count > (slot_count - 1) / 2)
		slot_count *= 2;
	fill_slots(dictionary, slot_count);
}

static void
grow_slots(struct parquet_dictionary *dictionary)
{
	fill_slots(dictionary, (dictionary->slot_mask + 1) * 2);
}

/* Returns the new index + 1. */
static uint32_t
add_number(struct parquet_dictionary *dictionary, uint64_t value)
{
	if (dictionary->count == dictionary->capacity) {
		dictionary->capacity = dictionary->capacity < FIRST_ENTRIES ?
		    FIRST_ENTRIES : dictionary->capacity * 2;
		dictionary->values = mem_grow_array(dictionary->values,
		    dictionary->capacity, sizeof(*dictionary->values));
	}
	dictionary->values[dictionary->count++] = value;
	return dictionary->count;
}

#define DICTIONARY_NAME parquet_dictionary_index32
#define DICTIONARY_UINT uint32_t
#include "format/parquet_dictionary_body.h"

#define DICTIONARY_NAME parquet_dictionary_index64
#define DICTIONARY_UINT uint64_t
#include "format/parquet_dictionary_body.h"

/* ---- strings --------------------------------------------------------- */

const uint8_t *
parquet_dictionary_entry(const struct parquet_dictionary *dictionary,
    uint32_t index, uint32_t *len)
{
	if (dictionary->own != NULL)
		return dictionary_get(dictionary->own, index, len);
	return dictionary_get(dictionary->source, dictionary->codes[index],
	    len);
}

/* From codes of a source to strings of our own. */
static void
copy_strings(struct parquet_dictionary *dictionary)
{
	dictionary->own = dictionary_new();
	for (uint32_t i = 0; i < dictionary->count; i++) {
		uint32_t len;
		const uint8_t *bytes = dictionary_get(dictionary->source,
		    dictionary->codes[i], &len);
		dictionary_add(dictionary->own, bytes, len);
	}
	mem_free(dictionary->codes);
	dictionary->codes = NULL;
	dictionary->source = NULL;
	parquet_dictionary_shrink(dictionary);
}

/* A map long enough for all codes of the source. */
static void
make_map(struct parquet_dictionary *dictionary)
{
	uint32_t old = dictionary->map_count;
	uint32_t need = dictionary->source->count;
	if (need <= old)
		return;
	if (need < old * 2)
		need = old * 2;
	dictionary->map = mem_grow_array(dictionary->map, need,
	    sizeof(*dictionary->map));
	memset(dictionary->map + old, 0,
	    (need - old) * sizeof(*dictionary->map));
	dictionary->map_count = need;
	if (old == 0 && dictionary->own == NULL)
		for (uint32_t i = 0; i < dictionary->count; i++)
			dictionary->map[dictionary->codes[i]] = i + 1;
}

/* The index + 1 of an entry that the map does not know; 0 at the limit. */
static uint32_t
add_code(struct parquet_dictionary *dictionary, uint32_t code)
{
	uint32_t len;
	const uint8_t *bytes = dictionary_get(dictionary->source, code, &len);
	if (dictionary->own != NULL) {
		uint32_t index = dictionary_find(dictionary->own, bytes, len);
		if (index != DICTIONARY_NONE)
			return index + 1;
	}
	if (dictionary->plain_bytes + len + 4 > PARQUET_DICTIONARY_MAX_BYTES)
		return 0;
	dictionary->plain_bytes += (size_t)len + 4;
	if (dictionary->own != NULL) {
		dictionary_add(dictionary->own, bytes, len);
		return ++dictionary->count;
	}
	if (dictionary->count == dictionary->capacity) {
		dictionary->capacity = dictionary->capacity < FIRST_ENTRIES ?
		    FIRST_ENTRIES : dictionary->capacity * 2;
		dictionary->codes = mem_grow_array(dictionary->codes,
		    dictionary->capacity, sizeof(*dictionary->codes));
	}
	dictionary->codes[dictionary->count++] = code;
	return dictionary->count;
}

_Bool
parquet_dictionary_index_codes(struct parquet_dictionary *dictionary,
    const struct dictionary *source, const uint32_t *codes, uint32_t count,
    uint32_t *indices)
{
	if (dictionary->source != source) {
		if (dictionary->count > 0 && dictionary->own == NULL)
			copy_strings(dictionary);
		parquet_dictionary_shrink(dictionary);
		dictionary->source = source;
	}
	uint32_t before = dictionary->count;
	size_t before_bytes = dictionary->plain_bytes;
	make_map(dictionary);
	uint32_t *map = dictionary->map;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t index = map[codes[i]];
		if (index == 0) {
			index = add_code(dictionary, codes[i]);
			if (index == 0) {
				dictionary->count = before;
				dictionary->plain_bytes = before_bytes;
				return 0;
			}
			map[codes[i]] = index;
		}
		indices[i] = index - 1;
	}
	return 1;
}

_Bool
parquet_dictionary_index_bytes(struct parquet_dictionary *dictionary,
    const int32_t *offsets, const uint8_t *bytes, uint32_t count,
    uint32_t *indices)
{
	if (dictionary->own == NULL)
		copy_strings(dictionary);
	uint32_t before = dictionary->count;
	size_t before_bytes = dictionary->plain_bytes;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t len = (uint32_t)(offsets[i + 1] - offsets[i]);
		const uint8_t *value = bytes + offsets[i];
		uint32_t index = dictionary_add(dictionary->own, value, len);
		if (index != DICTIONARY_NONE && index < dictionary->count) {
			indices[i] = index;
			continue;
		}
		dictionary->plain_bytes += (size_t)len + 4;
		if (index == DICTIONARY_NONE ||
		    dictionary->plain_bytes > PARQUET_DICTIONARY_MAX_BYTES) {
			dictionary->count = before;
			dictionary->plain_bytes = before_bytes;
			return 0;
		}
		dictionary->count++;
		indices[i] = index;
	}
	return 1;
}
