#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"

#define ARENA_CHUNK_BYTES 65536

struct arena_chunk {
	struct arena_chunk *next;
	size_t capacity;
	size_t len;
	size_t padding;		/* keeps data 16-byte aligned */
	uint8_t data[];
};

static _Noreturn void
out_of_memory(size_t bytes)
{
	fprintf(stderr, "riffle: cannot allocate %zu bytes\n", bytes);
	exit(STATUS_SYSTEM);
}

void *
mem_alloc(size_t bytes)
{
	void *memory = malloc(bytes > 0 ? bytes : 1);
	if (memory == NULL)
		out_of_memory(bytes);
	return memory;
}

void *
mem_zalloc(size_t bytes)
{
	void *memory = calloc(1, bytes > 0 ? bytes : 1);
	if (memory == NULL)
		out_of_memory(bytes);
	return memory;
}

void *
mem_alloc_aligned(size_t bytes)
{
	if (bytes > SIZE_MAX / 2)
		out_of_memory(bytes);
	bytes = (bytes + MEM_ALIGNMENT - 1) / MEM_ALIGNMENT * MEM_ALIGNMENT;
	void *memory = aligned_alloc(MEM_ALIGNMENT,
	    bytes > 0 ? bytes : MEM_ALIGNMENT);
	if (memory == NULL)
		out_of_memory(bytes);
	return memory;
}

static size_t
product(size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory(SIZE_MAX);
	return bytes;
}

void *
mem_array(size_t count, size_t size)
{
	return mem_zalloc(product(count, size));
}

void *
mem_realloc(void *old, size_t bytes)
{
	void *memory = realloc(old, bytes > 0 ? bytes : 1);
	if (memory == NULL)
		out_of_memory(bytes);
	return memory;
}

void *
mem_grow_array(void *old, size_t count, size_t size)
{
	return mem_realloc(old, product(count, size));
}

char *
mem_strdup(const char *text)
{
	return mem_strndup(text, strlen(text));
}

char *
mem_strndup(const char *text, size_t len)
{
	char *copy = mem_alloc(len + 1);
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
mem_printf(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	char *text = mem_alloc((size_t)len + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)len + 1, format, arguments);
	va_end(arguments);
	return text;
}

void
mem_free(void *memory)
{
	free(memory);
}

void
buffer_reserve(struct buffer *buf, size_t bytes)
{
	size_t need = buf->len + bytes;
	if (need < buf->len || need > SIZE_MAX / 4)
		out_of_memory(SIZE_MAX);
	if (buf->data != NULL && need <= buf->capacity)
		return;
	size_t capacity = buf->capacity + buf->capacity / 2;
	if (capacity < need)
		capacity = need;
	capacity = (capacity + MEM_ALIGNMENT - 1) / MEM_ALIGNMENT *
	    MEM_ALIGNMENT;
	uint8_t *data = mem_alloc_aligned(capacity + MEM_ALIGNMENT);
	if (buf->len > 0)
		memcpy(data, buf->data, buf->len);
	memset(data + capacity, 0, MEM_ALIGNMENT);
	free(buf->data);
	buf->data = data;
	buf->capacity = capacity;
}

void
buffer_append(struct buffer *buf, const void *bytes, size_t len)
{
	buffer_reserve(buf, len);
	if (len > 0)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
}

void
buffer_append_byte(struct buffer *buf, uint8_t byte)
{
	buffer_reserve(buf, 1);
	buf->data[buf->len++] = byte;
}

void
buffer_append_text(struct buffer *buf, const char *text)
{
	buffer_append(buf, text, strlen(text));
}

void
buffer_printf(struct buffer *buf, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int len = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	buffer_reserve(buf, (size_t)len + 1);
	va_start(arguments, format);
	vsnprintf((char *)buf->data + buf->len, (size_t)len + 1, format,
	    arguments);
	va_end(arguments);
	buf->len += (size_t)len;
}

void
buffer_resize(struct buffer *buf, size_t len)
{
	if (len > buf->len) {
		buffer_reserve(buf, len - buf->len);
		memset(buf->data + buf->len, 0, len - buf->len);
	}
	buf->len = len;
}

char *
buffer_text(struct buffer *buf)
{
	buffer_reserve(buf, 1);
	buf->data[buf->len] = '\0';
	return (char *)buf->data;
}

void
buffer_release(struct buffer *buf)
{
	free(buf->data);
	*buf = (struct buffer){0};
}

void *
arena_alloc(struct arena *arena, size_t bytes)
{
	if (bytes > SIZE_MAX / 4)
		out_of_memory(bytes);
	bytes = (bytes + 15) & ~(size_t)15;
	struct arena_chunk *chunk = arena->chunks;
	if (chunk == NULL || chunk->capacity - chunk->len < bytes) {
		size_t capacity = bytes > ARENA_CHUNK_BYTES ? bytes :
		    ARENA_CHUNK_BYTES;
		chunk = mem_alloc(sizeof(*chunk) + capacity);
		chunk->capacity = capacity;
		chunk->len = 0;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
		arena->total_bytes += capacity;
	}
	void *memory = chunk->data + chunk->len;
	chunk->len += bytes;
	return memory;
}

void *
arena_zalloc(struct arena *arena, size_t bytes)
{
	return memset(arena_alloc(arena, bytes), 0, bytes);
}

char *
arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);
	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

void
arena_reset(struct arena *arena)
{
	struct arena_chunk *keep = NULL;
	for (struct arena_chunk *chunk = arena->chunks; chunk != NULL;) {
		struct arena_chunk *next = chunk->next;
		if (keep == NULL || chunk->capacity > keep->capacity) {
			free(keep);
			keep = chunk;
		} else {
			free(chunk);
		}
		chunk = next;
	}
	if (keep != NULL) {
		keep->next = NULL;
		keep->len = 0;
	}
	arena->chunks = keep;
	arena->total_bytes = keep != NULL ? keep->capacity : 0;
}

void
arena_release(struct arena *arena)
{
	for (struct arena_chunk *chunk = arena->chunks; chunk != NULL;) {
		struct arena_chunk *next = chunk->next;
		free(chunk);
		chunk = next;
	}
	*arena = (struct arena){0};
}
