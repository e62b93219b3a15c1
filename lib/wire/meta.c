#include "wire/meta.h"

#include <string.h>

#include <msgpack.h>

#include "wire/frame.h"

struct meta {
	msgpack_unpacked unpacked;
};

/* ---- writing --------------------------------------------------------- */

static int
append(void *buffer, const char *bytes, size_t len)
{
	buffer_append(buffer, bytes, len);
	return 0;
}

static msgpack_packer
packer(struct buffer *meta)
{
	msgpack_packer result;
	msgpack_packer_init(&result, meta, append);
	return result;
}

void
meta_put_map(struct buffer *meta, uint32_t pairs)
{
	msgpack_packer p = packer(meta);
	msgpack_pack_map(&p, pairs);
}

void
meta_put_array(struct buffer *meta, uint32_t items)
{
	msgpack_packer p = packer(meta);
	msgpack_pack_array(&p, items);
}

void
meta_put_text(struct buffer *meta, const char *text)
{
	msgpack_packer p = packer(meta);
	msgpack_pack_str_with_body(&p, text, strlen(text));
}

void
meta_put_uint(struct buffer *meta, uint64_t value)
{
	msgpack_packer p = packer(meta);
	msgpack_pack_uint64(&p, value);
}

void
meta_put_bool(struct buffer *meta, _Bool value)
{
	msgpack_packer p = packer(meta);
	if (value)
		msgpack_pack_true(&p);
	else
		msgpack_pack_false(&p);
}

void
meta_put_null(struct buffer *meta)
{
	msgpack_packer p = packer(meta);
	msgpack_pack_nil(&p);
}

/* ---- checking before parsing ----------------------------------------- */

/* What one msgpack object head says (msgpack spec, "Formats"). */
struct head {
	uint64_t body_bytes;	/* to skip */
	uint64_t children;	/* objects to follow */
};

static uint64_t
load_be(const uint8_t *p, unsigned bytes)
{
	uint64_t value = 0;
	for (unsigned i = 0; i < bytes; i++)
		value = value << 8 | p[i];
	return value;
}

/* Bytes of the length field after a first byte from 0xc4 to 0xdf. */
static unsigned
length_bytes(uint8_t first)
{
	switch (first) {
	case 0xc4: case 0xc7: case 0xd9:
		return 1;
	case 0xc5: case 0xc8: case 0xda: case 0xdc: case 0xde:
		return 2;
	case 0xc6: case 0xc9: case 0xdb: case 0xdd: case 0xdf:
		return 4;
	default:
		return 0;
	}
}

/* Fills in the head of the object at p; -1 if it is cut or reserved. */
static int
read_head(const uint8_t *p, size_t left, size_t *used, struct head *head)
{
	uint8_t first = p[0];
	*head = (struct head){0};
	*used = 1;
	if (first < 0x80 || first >= 0xe0 || first == 0xc0 || first == 0xc2 ||
	    first == 0xc3)
		return 0;
	if (first < 0x90) {
		head->children = (uint64_t)(first & 15) * 2;
		return 0;
	}
	if (first < 0xa0) {
		head->children = first & 15;
		return 0;
	}
	if (first < 0xc0) {
		head->body_bytes = first & 31;
		return 0;
	}
	if (first == 0xc1)
		return -1;
	/* Floats, integers, fixext: 4 8 | 1 2 4 8 1 2 4 8 | 2 3 5 9 17 */
	if (first >= 0xca && first <= 0xd3) {
		head->body_bytes = first <= 0xcb ? 4u << (first - 0xca) :
		    1u << ((first - 0xcc) & 3);
		return 0;
	}
	if (first >= 0xd4 && first <= 0xd8) {
		head->body_bytes = (1u << (first - 0xd4)) + 1;
		return 0;
	}
	unsigned bytes = length_bytes(first);
	if (left < 1 + (size_t)bytes)
		return -1;
	uint64_t length = load_be(p + 1, bytes);
	*used = 1 + bytes;
	if (first >= 0xde)
		head->children = length * 2;
	else if (first >= 0xdc)
		head->children = length;
	else
		head->body_bytes = length + (first >= 0xc7 && first <= 0xc9);
	return 0;
}

/*
 * Walks one object without recursion.  Every child takes a byte at least,
 * so a count beyond the bytes that are left is a lie.
 */
static int
check_object(const uint8_t *bytes, size_t len, size_t *used)
{
	uint64_t open[META_MAX_NESTING + 1];
	unsigned depth = 0;
	size_t at = 0;
	open[0] = 1;
	for (;;) {
		while (open[depth] == 0) {
			if (depth == 0) {
				*used = at;
				return 0;
			}
			depth--;
		}
		open[depth]--;
		size_t head_bytes;
		struct head head;
		if (at >= len ||
		    read_head(bytes + at, len - at, &head_bytes, &head) != 0)
			return -1;
		at += head_bytes;
		if (head.body_bytes > len - at || head.children > len - at)
			return -1;
		at += head.body_bytes;
		if (head.children > 0) {
			if (++depth > META_MAX_NESTING)
				return -1;
			open[depth] = head.children;
		}
	}
}

/* ---- reading --------------------------------------------------------- */

struct meta *
meta_parse(const void *bytes, size_t len, size_t *used, struct error *err)
{
	if (len > FRAME_MAX_META_BYTES)
		len = FRAME_MAX_META_BYTES;
	if (check_object(bytes, len, used) != 0) {
		error_data(err, "the meta is broken, nested too deep or too "
		    "long");
		return NULL;
	}
	struct meta *meta = mem_zalloc(sizeof(*meta));
	size_t offset = 0;
	msgpack_unpacked_init(&meta->unpacked);
	if (msgpack_unpack_next(&meta->unpacked, bytes, *used, &offset) !=
	    MSGPACK_UNPACK_SUCCESS ||
	    meta->unpacked.data.type != MSGPACK_OBJECT_MAP) {
		error_data(err, "the meta is not a map");
		meta_release(meta);
		return NULL;
	}
	return meta;
}

void
meta_release(struct meta *meta)
{
	if (meta == NULL)
		return;
	msgpack_unpacked_destroy(&meta->unpacked);
	mem_free(meta);
}

static const struct meta_item *
wrap(const msgpack_object *object)
{
	return (const struct meta_item *)(const void *)object;
}

static const msgpack_object *
unwrap(const struct meta_item *item)
{
	return (const msgpack_object *)(const void *)item;
}

const struct meta_item *
meta_root(const struct meta *meta)
{
	return wrap(&meta->unpacked.data);
}

const struct meta_item *
meta_get(const struct meta_item *item, const char *key)
{
	const msgpack_object *object = unwrap(item);
	size_t key_len = strlen(key);
	if (object == NULL || object->type != MSGPACK_OBJECT_MAP)
		return NULL;
	for (uint32_t i = 0; i < object->via.map.size; i++) {
		const msgpack_object_kv *pair = &object->via.map.ptr[i];
		if (pair->key.type == MSGPACK_OBJECT_STR &&
		    pair->key.via.str.size == key_len &&
		    memcmp(pair->key.via.str.ptr, key, key_len) == 0)
			return wrap(&pair->val);
	}
	return NULL;
}

_Bool
meta_is_array(const struct meta_item *item)
{
	return item != NULL && unwrap(item)->type == MSGPACK_OBJECT_ARRAY;
}

uint32_t
meta_count(const struct meta_item *item)
{
	return meta_is_array(item) ? unwrap(item)->via.array.size : 0;
}

const struct meta_item *
meta_at(const struct meta_item *item, uint32_t index)
{
	return index < meta_count(item) ?
	    wrap(&unwrap(item)->via.array.ptr[index]) : NULL;
}

int
meta_uint(const struct meta_item *item, uint64_t *value)
{
	if (item == NULL ||
	    unwrap(item)->type != MSGPACK_OBJECT_POSITIVE_INTEGER)
		return -1;
	*value = unwrap(item)->via.u64;
	return 0;
}

int
meta_bool(const struct meta_item *item, _Bool *value)
{
	if (item == NULL || unwrap(item)->type != MSGPACK_OBJECT_BOOLEAN)
		return -1;
	*value = unwrap(item)->via.boolean;
	return 0;
}

int
meta_text(const struct meta_item *item, const char **text, size_t *len)
{
	if (item == NULL || unwrap(item)->type != MSGPACK_OBJECT_STR)
		return -1;
	*text = unwrap(item)->via.str.ptr;
	*len = unwrap(item)->via.str.size;
	return 0;
}

int
meta_need_uint(const struct meta_item *map, const char *key, uint64_t most,
    uint64_t *value, struct error *err)
{
	if (meta_uint(meta_get(map, key), value) != 0 || *value > most)
		return error_data(err, "the meta's '%s' is not a number up to "
		    "%llu", key, (unsigned long long)most);
	return 0;
}

int
meta_need_text(const struct meta_item *map, const char *key, char **text,
    struct error *err)
{
	const char *bytes;
	size_t len;
	if (meta_text(meta_get(map, key), &bytes, &len) != 0 ||
	    memchr(bytes, '\0', len) != NULL)
		return error_data(err, "the meta's '%s' is not a text", key);
	*text = mem_strndup(bytes, len);
	return 0;
}

int
meta_need_array(const struct meta_item *map, const char *key,
    const struct meta_item **array, struct error *err)
{
	*array = meta_get(map, key);
	if (!meta_is_array(*array))
		return error_data(err, "the meta's '%s' is not an array", key);
	return 0;
}
