/*
 * Digests and keys made of values: md5, sha1, sha256, xxh64, uuid5,
 * surrogate_key.
 */
#include "base/digest.h"

#include "base/hash.h"
#include "expr/function.h"
#include "expr/text.h"

#define UUID_BYTES 16

struct keyed {
	struct digest *digest;
	uint8_t space[UUID_BYTES];	/* uuid5's namespace */
};

static void
free_keyed(void *state)
{
	struct keyed *keyed = state;
	digest_free(keyed->digest);
	mem_free(keyed);
}

static struct keyed *
new_keyed(struct node *node, enum digest_kind kind)
{
	struct keyed *keyed = mem_zalloc(sizeof(*keyed));
	keyed->digest = digest_new(kind);
	node->state = keyed;
	node->state_free = free_keyed;
	return keyed;
}

int
prepare_digest(struct binder *b, struct node *node, int param)
{
	(void)b;
	new_keyed(node, (enum digest_kind)param);
	return 0;
}

static void
write_hex(uint8_t *out, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < len; i++) {
		out[2 * i] = (uint8_t)digits[bytes[i] >> 4];
		out[2 * i + 1] = (uint8_t)digits[bytes[i] & 15];
	}
}

/* Lower-case hexadecimal digits. */
static int
step_digest(struct call *call, uint32_t row)
{
	const struct keyed *keyed = call->node->state;
	struct text text = text_at(call, 0, row);
	uint8_t bytes[DIGEST_MAX_BYTES];
	size_t size = digest_size(keyed->digest);
	digest_bytes(keyed->digest, text.bytes, text.len, NULL, 0, bytes);
	write_hex(text_room(call, 2 * size), bytes, size);
	return text_done(call, row, 2 * size);
}

int
kernel_digest(struct call *call)
{
	return text_rows(call, step_digest);
}

int
kernel_xxh64(struct call *call)
{
	uint64_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t row = 0; row < call->rows; row++) {
		struct text text = text_at(call, 0, row);
		out[row] = hash_xxh64(text.bytes, text.len);
	}
	return 0;
}

/* ---- uuid5 (RFC 9562, 5.5) ------------------------------------------- */

static int
digit_of(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static _Bool
read_uuid(const uint8_t *text, uint32_t len, uint8_t out[UUID_BYTES])
{
	uint32_t digits = 0;
	if (len != 36)
		return 0;
	for (uint32_t i = 0; i < len; i++) {
		_Bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
		int digit = digit_of(text[i]);
		if (is_dash ? text[i] != '-' : digit < 0)
			return 0;
		if (is_dash)
			continue;
		if (digits % 2 == 0)
			out[digits / 2] = (uint8_t)(digit << 4);
		else
			out[digits / 2] |= (uint8_t)digit;
		digits++;
	}
	return 1;
}

int
prepare_uuid5(struct binder *b, struct node *node, int param)
{
	/* RFC 9562, 6.6 */
	static const struct {
		const char *name, *uuid;
	} spaces[] = {
		{"dns", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"},
		{"url", "6ba7b811-9dad-11d1-80b4-00c04fd430c8"},
		{"oid", "6ba7b812-9dad-11d1-80b4-00c04fd430c8"},
		{"x500", "6ba7b814-9dad-11d1-80b4-00c04fd430c8"},
	};
	struct keyed *keyed = new_keyed(node, DIGEST_SHA1);
	uint32_t len;
	const uint8_t *text = vector_text(&node->args[0]->out, 0, &len);
	(void)param;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (strlen(spaces[i].name) == len &&
		    memcmp(spaces[i].name, text, len) == 0) {
			text = (const uint8_t *)spaces[i].uuid;
			len = 36;
			break;
		}
	if (read_uuid(text, len, keyed->space))
		return 0;
	bind_error(b, node->args[0]->begin, "a namespace is a UUID, or dns, "
	    "url, oid or x500");
	return -1;
}

static int
step_uuid5(struct call *call, uint32_t row)
{
	const struct keyed *keyed = call->node->state;
	struct text text = text_at(call, 1, row);
	uint8_t bytes[DIGEST_MAX_BYTES];
	digest_bytes(keyed->digest, keyed->space, UUID_BYTES, text.bytes,
	    text.len, bytes);
	bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x50);
	bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
	uint8_t *out = text_room(call, 36);
	for (size_t i = 0; i < UUID_BYTES; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		write_hex(out, bytes + i, 1);
		out += 2;
	}
	return text_done(call, row, 36);
}

int
kernel_uuid5(struct call *call)
{
	return text_rows(call, step_uuid5);
}

/* ---- surrogate_key --------------------------------------------------- */

/* The md5 of the values as texts with a - between, as dbt_utils makes it. */
struct node *
form_surrogate_key(struct binder *b, const struct ast *ast,
    struct node **args, uint32_t count)
{
	static const char null_text[] = "_dbt_utils_surrogate_key_null_";
	struct node **parts = arena_alloc(&b->expr->arena,
	    ((size_t)count + 1) * sizeof(struct node *));
	parts[0] = node_text(b, ast, "-", 1);
	for (uint32_t i = 0; i < count; i++) {
		struct node *either[2] = {bind_cast(b, ast, args[i],
		    type_of(TYPE_STRING), 0), node_text(b, ast, null_text,
		    sizeof(null_text) - 1)};
		if (either[0] == NULL)
			return NULL;
		parts[i + 1] = node_fold(b, node_with(b, ast, NODE_COALESCE,
		    type_of(TYPE_STRING), either, 2));
	}
	struct node *joined = form_concat_ws(b, ast, parts, count + 1);
	if (joined == NULL)
		return NULL;
	struct node *node = node_with(b, ast, NODE_CALL,
	    type_of(TYPE_STRING), &joined, 1);
	node->kernel = kernel_digest;
	new_keyed(node, DIGEST_MD5);
	return node_fold(b, node);
}
