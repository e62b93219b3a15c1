#include "op/aggregate/state.h"

/*
 * Slots begin at a cache line, so that those of 8, 16, 32 or 64 bytes lie in
 * one each.
 */
static void
enlarge(struct group_array *array, size_t width, uint32_t capacity)
{
	uint32_t count = array->capacity;
	size_t before = count == 0 ? 0 :
	    (size_t)((uint8_t *)array->slots - (uint8_t *)array->memory);
	/* one slot is before the first */
	size_t spare = (2 * width + MEM_ALIGNMENT - 2) / width;
	uint8_t *memory = mem_grow_array(array->memory, capacity + spare,
	    width);
	size_t after = width +
	    (0 - ((uintptr_t)memory + width)) % MEM_ALIGNMENT;

	if (count > 0 && after != before)
		memmove(memory + after - width, memory + before - width,
		    ((size_t)count + 1) * width);
	if (count == 0)
		memset(memory + after - width, 0, width);
	array->memory = memory;
	array->slots = memory + after;
	array->capacity = capacity;
}

void
group_array_grow(struct group_array *array, size_t width, uint32_t old_count,
    uint32_t count)
{
	array->width = width;
	if (array->memory == NULL || count > array->capacity) {
		uint32_t capacity = array->capacity < 8 ? 8 :
		    array->capacity > UINT32_MAX / 2 ? UINT32_MAX :
		    array->capacity * 2;

		if (capacity < count)
			capacity = count;
		enlarge(array, width, capacity);
	}
	if (count > old_count)
		memset((uint8_t *)array->slots + old_count * width, 0,
		    (size_t)(count - old_count) * width);
}

size_t
group_array_bytes(const struct group_array *array)
{
	return array->memory == NULL ? 0 :
	    ((size_t)array->capacity + 1) * array->width + MEM_ALIGNMENT;
}

void
group_array_keep(struct group_array *array, uint32_t id)
{
	if (id != 0 && array->memory != NULL)
		memcpy(array->slots, (uint8_t *)array->slots +
		    id * array->width, array->width);
}

void
group_array_release(struct group_array *array)
{
	mem_free(array->memory);
	*array = (struct group_array){ 0 };
}

/* ---- strings ---------------------------------------------------------- */

/* Below this, outgrown strings are not worth tidying up after. */
#define MIN_LOST_BYTES (1u << 20)

static struct group_string *
string_at(const struct group_strings *strings, uint32_t id)
{
	return (struct group_string *)strings->strings.slots + (int32_t)id;
}

void
group_strings_grow(struct group_strings *strings, uint32_t count)
{
	group_array_grow(&strings->strings, sizeof(struct group_string),
	    strings->count, count);
	strings->count = count;
}

/* Copies what is in use, without the gaps. */
static void
tidy_up(struct group_strings *strings)
{
	struct buffer bytes = { 0 };

	for (uint32_t id = 0; id < strings->count; id++) {
		struct group_string *string = string_at(strings, id);
		uint64_t offset = bytes.len;

		if (string->len > 0)
			buffer_append(&bytes, strings->bytes.data +
			    string->offset, string->len);
		string->offset = offset;
		string->room = string->len;
	}
	buffer_release(&strings->bytes);
	strings->bytes = bytes;
	strings->lost_bytes = 0;
}

void
group_strings_set(struct group_strings *strings, uint32_t id,
    const void *bytes, uint32_t len)
{
	struct group_string *string = string_at(strings, id);

	if (len > string->room) {
		strings->lost_bytes += string->room;
		string->len = string->room = 0;
		if (strings->lost_bytes > MIN_LOST_BYTES &&
		    strings->lost_bytes > strings->bytes.len / 2)
			tidy_up(strings);
		string->offset = strings->bytes.len;
		string->room = len;
		buffer_resize(&strings->bytes, strings->bytes.len + len);
	}
	string->len = len;
	if (len > 0)
		memcpy(strings->bytes.data + string->offset, bytes, len);
}

void
group_strings_append(struct group_strings *strings, uint32_t id,
    const void *bytes, uint32_t len)
{
	struct group_string *string = string_at(strings, id);
	uint32_t old = string->len;
	uint32_t room = old + len;

	if (len == 0)
		return;
	if (room > string->room) {
		/* twice the room, so that a list takes linear time */
		uint64_t offset = strings->bytes.len;

		room = room < UINT32_MAX / 2 ? room * 2 : room;
		buffer_resize(&strings->bytes, strings->bytes.len + room);
		memcpy(strings->bytes.data + offset,
		    strings->bytes.data + string->offset, old);
		strings->lost_bytes += string->room;
		string->offset = offset;
		string->room = room;
	}
	memcpy(strings->bytes.data + string->offset + old, bytes, len);
	string->len = old + len;
}

const uint8_t *
group_strings_get(const struct group_strings *strings, uint32_t id,
    uint32_t *len)
{
	const struct group_string *string = string_at(strings, id);

	*len = string->len;
	return strings->bytes.data + string->offset;
}

size_t
group_strings_bytes(const struct group_strings *strings)
{
	return group_array_bytes(&strings->strings) +
	    strings->bytes.capacity;
}

void
group_strings_keep(struct group_strings *strings, uint32_t id)
{
	group_array_keep(&strings->strings, id);
	strings->count = 1;
	/* one that grows from call to call is not copied in each */
	strings->lost_bytes = strings->bytes.len - string_at(strings, 0)->room;
	if (strings->lost_bytes > MIN_LOST_BYTES &&
	    strings->lost_bytes > strings->bytes.len / 2)
		tidy_up(strings);
}

void
group_strings_release(struct group_strings *strings)
{
	group_array_release(&strings->strings);
	buffer_release(&strings->bytes);
	*strings = (struct group_strings){ 0 };
}
