#include "batch/dictionary.h"

#include <string.h>

#include "base/hash.h"

#define FIRST_SLOTS 64

struct dictionary *
dictionary_new(void)
{
	struct dictionary *dictionary = mem_zalloc(sizeof(*dictionary));
	buffer_resize(&dictionary->offsets, sizeof(int32_t));
	buffer_reserve(&dictionary->bytes, 1);
	dictionary->slots = mem_array(FIRST_SLOTS, sizeof(uint32_t));
	dictionary->slot_mask = FIRST_SLOTS - 1;
	return dictionary;
}

void
dictionary_free(struct dictionary *dictionary)
{
	if (dictionary == NULL)
		return;
	buffer_release(&dictionary->offsets);
	buffer_release(&dictionary->bytes);
	mem_free(dictionary->slots);
	mem_free(dictionary);
}

/* The slot of an entry with that hash, or the empty one where it belongs. */
static uint32_t
find_slot_of(const struct dictionary *dictionary, uint32_t hash,
    const void *bytes, uint32_t len)
{
	uint32_t slot = hash & dictionary->slot_mask;
	for (;; slot = (slot + 1) & dictionary->slot_mask) {
		uint32_t code = dictionary->slots[slot];
		if (code == 0)
			return slot;
		uint32_t entry_len;
		const uint8_t *entry = dictionary_get(dictionary, code - 1,
		    &entry_len);
		if (entry_len == len && memcmp(entry, bytes, len) == 0)
			return slot;
	}
}

static uint32_t
find_slot(const struct dictionary *dictionary, const void *bytes, uint32_t len)
{
	return find_slot_of(dictionary, (uint32_t)hash_bytes(bytes, len),
	    bytes, len);
}

static void
grow_slots(struct dictionary *dictionary)
{
	uint32_t slots = (dictionary->slot_mask + 1) * 2;
	mem_free(dictionary->slots);
	dictionary->slots = mem_array(slots, sizeof(uint32_t));
	dictionary->slot_mask = slots - 1;
	for (uint32_t code = 0; code < dictionary->count; code++) {
		uint32_t len;
		const uint8_t *bytes = dictionary_get(dictionary, code, &len);
		dictionary->slots[find_slot(dictionary, bytes, len)] = code + 1;
	}
}

uint32_t
dictionary_find(const struct dictionary *dictionary, const void *bytes,
    uint32_t len)
{
	return dictionary->slots[find_slot(dictionary, bytes, len)] - 1;
}

static uint32_t
add(struct dictionary *dictionary, uint32_t hash, const void *bytes,
    uint32_t len)
{
	uint32_t slot = find_slot_of(dictionary, hash, bytes, len);
	if (dictionary->slots[slot] != 0)
		return dictionary->slots[slot] - 1;
	if (dictionary->count >= DICTIONARY_MAX_ENTRIES ||
	    len > DICTIONARY_MAX_BYTES ||
	    dictionary->bytes.len + len > DICTIONARY_MAX_BYTES)
		return DICTIONARY_NONE;
	if (dictionary->count >= dictionary->slot_mask / 2) {
		grow_slots(dictionary);
		slot = find_slot_of(dictionary, hash, bytes, len);
	}
	buffer_append(&dictionary->bytes, bytes, len);
	int32_t end = (int32_t)dictionary->bytes.len;
	buffer_append(&dictionary->offsets, &end, sizeof(end));
	dictionary->slots[slot] = ++dictionary->count;
	return dictionary->count - 1;
}

uint32_t
dictionary_add(struct dictionary *dictionary, const void *bytes, uint32_t len)
{
	return add(dictionary, (uint32_t)hash_bytes(bytes, len), bytes, len);
}

/*
 * What is looked at for a text, its slot, its offset and its bytes, lies
 * anywhere; so it is asked for many texts before it is used.
 */
#define AHEAD 64

static void
ask_for(const struct dictionary *dictionary, const uint32_t *hashes,
    uint32_t count)
{
	const int32_t *offsets = dictionary_offsets(dictionary);
	uint32_t codes[AHEAD];
	for (uint32_t i = 0; i < count; i++) {
		codes[i] = dictionary->slots[hashes[i] &
		    dictionary->slot_mask];
		__builtin_prefetch(&offsets[codes[i] == 0 ? 0 : codes[i] - 1]);
	}
	for (uint32_t i = 0; i < count; i++)
		if (codes[i] != 0)
			__builtin_prefetch(dictionary->bytes.data +
			    offsets[codes[i] - 1]);
}

int
dictionary_add_all(struct dictionary *dictionary, const uint8_t *bytes,
    size_t begin, const int32_t *ends, uint32_t count, uint32_t *codes)
{
	uint32_t hashes[AHEAD];
	for (uint32_t first = 0; first < count; first += AHEAD) {
		uint32_t some = count - first < AHEAD ? count - first : AHEAD;
		size_t at = begin;
		for (uint32_t i = 0; i < some; at = (size_t)ends[first + i++]) {
			hashes[i] = (uint32_t)hash_bytes(bytes + at,
			    (size_t)ends[first + i] - at);
			__builtin_prefetch(&dictionary->slots[hashes[i] &
			    dictionary->slot_mask]);
		}
		ask_for(dictionary, hashes, some);
		for (uint32_t i = 0; i < some; i++) {
			size_t end = (size_t)ends[first + i];
			codes[first + i] = add(dictionary, hashes[i],
			    bytes + begin, (uint32_t)(end - begin));
			if (codes[first + i] == DICTIONARY_NONE)
				return -1;
			begin = end;
		}
	}
	return 0;
}
