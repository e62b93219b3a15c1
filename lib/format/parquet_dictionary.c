#include "format/parquet_dictionary.h"

#include <string.h>

#define FIRST_SLOTS 256
#define FIRST_ENTRIES 64
#define MANY_ENTRIES 1024	/* more of them grow by an eighth */

/* ---- the finder ------------------------------------------------------ */

void
parquet_finder_release(struct parquet_finder *finder)
{
	mem_free(finder->slots);
	mem_free(finder->map);
	*finder = (struct parquet_finder){0};
}

/* Forgets the owner's codes. */
static void
leave_finder(struct parquet_finder *finder)
{
	const struct parquet_dictionary *owner = finder->owner;
	finder->owner = NULL;
	if (owner == NULL || finder->map == NULL)
		return;
	if (owner->own != NULL)
		memset(finder->map, 0,
		    finder->map_count * sizeof(*finder->map));
	else
		for (uint32_t i = 0; i < finder->mapped; i++)
			finder->map[owner->codes[i]] = 0;
	finder->mapped = 0;
}

/* Returns whether the finder was another's, or nobody's. */
static _Bool
take_finder(struct parquet_dictionary *dictionary)
{
	if (dictionary->finder == NULL) {
		dictionary->finder = mem_zalloc(sizeof(*dictionary->finder));
		dictionary->has_own_finder = 1;
	}
	struct parquet_finder *finder = dictionary->finder;
	if (finder->owner == dictionary)
		return 0;
	leave_finder(finder);
	finder->owner = dictionary;
	return 1;
}

void
parquet_dictionary_shrink(struct parquet_dictionary *dictionary)
{
	struct parquet_finder *finder = dictionary->finder;
	if (finder == NULL)
		return;
	if (finder->owner == dictionary)
		leave_finder(finder);
	if (!dictionary->has_own_finder)
		return;
	parquet_finder_release(finder);
	mem_free(finder);
	dictionary->finder = NULL;
	dictionary->has_own_finder = 0;
}

void
parquet_dictionary_release(struct parquet_dictionary *dictionary)
{
	parquet_dictionary_shrink(dictionary);
	mem_free(dictionary->values);
	mem_free(dictionary->codes);
	dictionary_free(dictionary->own);
	*dictionary = (struct parquet_dictionary){
	    .finder = dictionary->finder};
}

size_t
parquet_dictionary_bytes(const struct parquet_dictionary *dictionary)
{
	size_t bytes = 0;
	if (dictionary->values != NULL)
		bytes += (size_t)dictionary->capacity *
		    dictionary->value_bytes;
	if (dictionary->codes != NULL)
		bytes += dictionary->capacity * sizeof(*dictionary->codes);
	if (dictionary->has_own_finder)
		bytes += ((size_t)dictionary->finder->slot_capacity +
		    dictionary->finder->map_count) * sizeof(uint32_t);
	if (dictionary->own != NULL)
		bytes += dictionary->own->bytes.capacity +
		    dictionary->own->offsets.capacity +
		    ((size_t)dictionary->own->slot_mask + 1) *
		    sizeof(uint32_t);
	return bytes;
}

/* Room for one more entry of `bytes`. */
static void *
grow_entries(struct parquet_dictionary *dictionary, void *entries,
    size_t bytes)
{
	if (dictionary->count < dictionary->capacity)
		return entries;
	uint32_t old = dictionary->capacity;
	dictionary->capacity = old < FIRST_ENTRIES ? FIRST_ENTRIES :
	    old + old / (old < MANY_ENTRIES ? 1 : 8);
	return mem_grow_array(entries, dictionary->capacity, bytes);
}

/* ---- away and back --------------------------------------------------- */

/* What stands in front of the entries. */
struct saved {
	uint32_t count;
	uint32_t own_count;	/* of own: entries not in use, too */
	uint32_t own_bytes;
	_Bool has_values, has_codes, has_own;
	uint8_t value_bytes;
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
	saved.value_bytes = dictionary->value_bytes;
	saved.own_count = own != NULL ? own->count : 0;
	saved.own_bytes = own != NULL ? (uint32_t)own->bytes.len : 0;
	saved.plain_bytes = dictionary->plain_bytes;
	saved.source = dictionary->source;
	buffer_append(out, &saved, sizeof(saved));
	if (saved.has_values)
		buffer_append(out, dictionary->values,
		    (size_t)saved.count * saved.value_bytes);
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
	*dictionary = (struct parquet_dictionary){
	    .finder = dictionary->finder, .count = saved.count,
	    .value_bytes = saved.value_bytes, .capacity = saved.count,
	    .plain_bytes = saved.plain_bytes, .source = saved.source};
	if (saved.has_values)
		dictionary->values = copy_array(bytes, saved.count,
		    saved.value_bytes);
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

/* So many slots, all of them empty. */
static uint32_t *
clear_slots(struct parquet_finder *finder, uint32_t slot_count)
{
	if (slot_count > finder->slot_capacity) {
		mem_free(finder->slots);
		finder->slots = mem_array(slot_count, sizeof(*finder->slots));
		finder->slot_capacity = slot_count;
	} else {
		memset(finder->slots, 0, slot_count * sizeof(*finder->slots));
	}
	finder->slot_mask = slot_count - 1;
	return finder->slots;
}

#define DICTIONARY_NAME parquet_dictionary_index32
#define DICTIONARY_UINT uint32_t
#define DICTIONARY_FILL fill_slots32
#include "format/parquet_dictionary_body.h"

#define DICTIONARY_NAME parquet_dictionary_index64
#define DICTIONARY_UINT uint64_t
#define DICTIONARY_FILL fill_slots64
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
	parquet_dictionary_shrink(dictionary);
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
}

/* A map for all codes of the source, which knows the entries. */
static uint32_t *
make_map(struct parquet_dictionary *dictionary)
{
	_Bool is_new = take_finder(dictionary);
	struct parquet_finder *finder = dictionary->finder;
	uint32_t old = finder->map_count;
	uint32_t need = dictionary->source->count;
	if (need > old) {
		if (need < old * 2)
			need = old * 2;
		finder->map = mem_grow_array(finder->map, need,
		    sizeof(*finder->map));
		memset(finder->map + old, 0,
		    (need - old) * sizeof(*finder->map));
		finder->map_count = need;
	}
	if (is_new && dictionary->own == NULL) {
		for (uint32_t i = 0; i < dictionary->count; i++)
			finder->map[dictionary->codes[i]] = i + 1;
		finder->mapped = dictionary->count;
	}
	return finder->map;
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
	dictionary->codes = grow_entries(dictionary, dictionary->codes,
	    sizeof(*dictionary->codes));
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
	uint32_t *map = make_map(dictionary);
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
			if (dictionary->own == NULL)
				dictionary->finder->mapped = index;
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
