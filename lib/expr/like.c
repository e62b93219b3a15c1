/*
 * LIKE: % is any run of characters, _ is one character (a code point).
 * There is no escape character unless ESCAPE names one.
 *
 * A constant pattern is compiled to pieces between its %; most have one or
 * two and no _, and then are memcmp and memmem.  ILIKE matches lower case
 * texts with lower case patterns.
 */
#include "expr/text.h"

#include <string.h>

#include "base/utf8.h"

struct piece {
	uint8_t *bytes;		/* a literal run; within any[], any character */
	_Bool *any;		/* any[len]: `_` stands here */
	size_t len;
	_Bool has_any;
};

struct pattern {
	struct piece *pieces;
	size_t count;
	_Bool is_open_left;	/* begins with % */
	_Bool is_open_right;
};

struct like {
	_Bool ignores_case;
	uint32_t escape;	/* 0: none */
	_Bool is_compiled;	/* the pattern is constant */
	struct pattern pattern;
	struct arena arena;	/* of the pattern */
	struct buffer lower;	/* scratch of ILIKE */
};

/* ---- compiling ------------------------------------------------------- */

static struct piece *
add_piece(struct like *like, size_t room)
{
	struct pattern *pattern = &like->pattern;
	struct piece *pieces = arena_zalloc(&like->arena,
	    (pattern->count + 1) * sizeof(*pieces));
	if (pattern->count > 0)
		memcpy(pieces, pattern->pieces,
		    pattern->count * sizeof(*pieces));
	pattern->pieces = pieces;
	struct piece *piece = &pieces[pattern->count++];
	piece->bytes = arena_alloc(&like->arena, room + 1);
	piece->any = arena_zalloc(&like->arena, room + 1);
	return piece;
}

/* -1 if the pattern ends with its escape character. */
static int
compile(struct like *like, struct text text)
{
	struct pattern *pattern = &like->pattern;
	arena_reset(&like->arena);
	*pattern = (struct pattern){0};
	struct piece *piece = NULL;
	_Bool after_percent = 0;
	for (size_t at = 0; at < text.len;) {
		uint32_t code;
		unsigned size = utf8_decode(text.bytes + at, text.len - at,
		    &code);
		_Bool is_escaped = like->escape != 0 && code == like->escape;
		if (is_escaped) {
			at += size;
			if (at >= text.len)
				return -1;
			size = utf8_decode(text.bytes + at, text.len - at,
			    &code);
		}
		if (code == '%' && !is_escaped) {
			if (pattern->count == 0)
				pattern->is_open_left = 1;
			after_percent = 1;
			at += size;
			continue;
		}
		if (piece == NULL || after_percent)
			piece = add_piece(like, text.len);
		after_percent = 0;
		if (code == '_' && !is_escaped) {
			piece->any[piece->len] = 1;
			piece->has_any = 1;
			piece->bytes[piece->len++] = '_';
		} else {
			memcpy(piece->bytes + piece->len, text.bytes + at,
			    size);
			piece->len += size;
		}
		at += size;
	}
	pattern->is_open_right = after_percent;
	return 0;
}

/* ---- matching -------------------------------------------------------- */

/* The bytes of the text that the piece takes at its start, or -1. */
static ptrdiff_t
match_here(const struct piece *piece, const uint8_t *text, size_t len)
{
	size_t at = 0;
	if (!piece->has_any)
		return len >= piece->len && memcmp(text, piece->bytes,
		    piece->len) == 0 ? (ptrdiff_t)piece->len : -1;
	for (size_t i = 0; i < piece->len; i++) {
		if (at >= len)
			return -1;
		if (piece->any[i]) {
			uint32_t code;
			at += utf8_decode(text + at, len - at, &code);
		} else if (text[at++] != piece->bytes[i]) {
			return -1;
		}
	}
	return (ptrdiff_t)at;
}

/* Where the piece first matches: its begin, and *end. */
static ptrdiff_t
find_piece(const struct piece *piece, const uint8_t *text, size_t len,
    size_t *end)
{
	if (!piece->has_any) {
		const uint8_t *found = memmem(text, len, piece->bytes,
		    piece->len);
		if (found == NULL)
			return -1;
		*end = (size_t)(found - text) + piece->len;
		return found - text;
	}
	for (size_t at = 0; at <= len;) {
		ptrdiff_t size = match_here(piece, text + at, len - at);
		if (size >= 0) {
			*end = at + (size_t)size;
			return (ptrdiff_t)at;
		}
		uint32_t code;
		at += at < len ? utf8_decode(text + at, len - at, &code) : 1;
	}
	return -1;
}

/* Whether the piece matches exactly at the end of the text. */
static _Bool
match_end(const struct piece *piece, const uint8_t *text, size_t len)
{
	if (!piece->has_any)
		return len >= piece->len && (piece->len == 0 ||
		    memcmp(text + len - piece->len, piece->bytes,
		    piece->len) == 0);
	size_t characters = 0;
	for (size_t i = 0; i < piece->len; i++)
		characters += piece->any[i] ||
		    (piece->bytes[i] & 0xc0) != 0x80;
	size_t have = utf8_length(text, len);
	if (have < characters)
		return 0;
	size_t at = utf8_offset(text, len, have - characters);
	return match_here(piece, text + at, len - at) ==
	    (ptrdiff_t)(len - at);
}

static _Bool
match(const struct pattern *pattern, const uint8_t *text, size_t len)
{
	size_t first = 0, last = pattern->count;
	if (pattern->count == 0)
		return pattern->is_open_left || len == 0;
	if (!pattern->is_open_left) {
		ptrdiff_t size = match_here(&pattern->pieces[0], text, len);
		if (size < 0)
			return 0;
		if (pattern->count == 1 && !pattern->is_open_right)
			return (size_t)size == len;
		text += size;
		len -= (size_t)size;
		first = 1;
	}
	if (!pattern->is_open_right)
		last--;
	for (size_t i = first; i < last; i++) {
		size_t end = 0;
		if (find_piece(&pattern->pieces[i], text, len, &end) < 0)
			return 0;
		text += end;
		len -= end;
	}
	return pattern->is_open_right ||
	    match_end(&pattern->pieces[last], text, len);
}

/* ---- the kernel ------------------------------------------------------ */

static void
free_like(void *state)
{
	struct like *like = state;
	arena_release(&like->arena);
	buffer_release(&like->lower);
	mem_free(like);
}

void
like_prepare(struct node *node, _Bool ignores_case, uint32_t escape)
{
	struct like *like = mem_zalloc(sizeof(*like));
	like->ignores_case = ignores_case;
	like->escape = escape;
	node->state = like;
	node->state_free = free_like;
}

static struct text
lower(struct like *like, struct text text)
{
	like->lower.len = 0;
	buffer_reserve(&like->lower, text.len + 1);
	size_t len = utf8_lower(like->lower.data, text.bytes, text.len);
	return (struct text){like->lower.data, len};
}

/* 0; 1 if the row failed and is null; -1. */
static int
compile_row(struct call *call, uint32_t row)
{
	struct like *like = call->node->state;
	struct text pattern = text_at(call, 1, row);
	if (like->ignores_case)
		pattern = lower(like, pattern);
	if (compile(like, pattern) == 0)
		return 0;
	return call_fail(call, row, "the pattern ends with its escape "
	    "character") == 0 ? 1 : -1;
}

int
kernel_like(struct call *call)
{
	struct like *like = call->node->state;
	_Bool is_constant = call->args[1]->is_constant;
	uint8_t *bytes = kernel_scratch(call, call->rows);
	for (uint32_t row = 0; row < call->rows; row++) {
		bytes[row] = 0;
		if (!row_is_live(call->live, row))
			continue;
		if (!is_constant || !like->is_compiled) {
			int result = compile_row(call, row);
			if (result < 0)
				return -1;
			if (result > 0)
				continue;
			like->is_compiled = is_constant;
		}
		struct text text = text_at(call, 0, row);
		if (like->ignores_case)
			text = lower(like, text);
		bytes[row] = match(&like->pattern, text.bytes, text.len);
	}
	bits_pack(bytes, call->rows,
	    vector_start(call->out, call->node->type, call->rows));
	return 0;
}
