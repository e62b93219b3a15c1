/*
 * Memory: allocation that cannot fail, growable buffers, arenas, budgets.
 *
 * Want of memory ends the process here, with status 4 and a line on
 * standard error; nothing else in lib/ prints or exits.  Lengths that come
 * from outside are checked against a named limit before they get here.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MEM_ALIGNMENT 64	/* of buffers that kernels read and write */

void *
mem_alloc(size_t bytes);
void *
mem_zalloc(size_t bytes);
/* Aligned to MEM_ALIGNMENT; not for mem_realloc. */
void *
mem_alloc_aligned(size_t bytes);
/* count * size, checked for overflow; zeroed. */
void *
mem_array(size_t count, size_t size);
void *
mem_realloc(void *old, size_t bytes);
/* Grows an array to count elements of size bytes, checked for overflow. */
void *
mem_grow_array(void *old, size_t count, size_t size);
char *
mem_strdup(const char *text);
char *
mem_strndup(const char *text, size_t len);
char *
mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void
mem_free(void *memory);

/*
 * A growable run of bytes, aligned to MEM_ALIGNMENT, with at least
 * MEM_ALIGNMENT bytes of slack readable and writable after `capacity`, so
 * that a vector kernel may run over its end.  Zeroed is empty.
 */
struct buffer {
	uint8_t *data;		/* owned */
	size_t len;		/* bytes in use */
	size_t capacity;	/* bytes that fit, without the slack */
};

/* Makes room for `bytes` more; data may move. */
void
buffer_reserve(struct buffer *buf, size_t bytes);
void
buffer_append(struct buffer *buf, const void *bytes, size_t len);
void
buffer_append_byte(struct buffer *buf, uint8_t byte);
void
buffer_append_text(struct buffer *buf, const char *text);
void
buffer_printf(struct buffer *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Sets the length; new bytes are zero. */
void
buffer_resize(struct buffer *buf, size_t len);
/* Puts a NUL after the text, not counted in len, and returns the data. */
char *
buffer_text(struct buffer *buf);
void
buffer_release(struct buffer *buf);

/*
 * An arena: many small allocations freed at once.  Zeroed is empty.
 * arena_reset keeps its largest chunk for the next round.
 */
struct arena {
	struct arena_chunk *chunks;
	size_t total_bytes;
};

/* 16-byte aligned. */
void *
arena_alloc(struct arena *arena, size_t bytes);
void *
arena_zalloc(struct arena *arena, size_t bytes);
char *
arena_strndup(struct arena *arena, const char *text, size_t len);
void
arena_reset(struct arena *arena);
void
arena_release(struct arena *arena);

/*
 * The -m option: how much an operator may hold.  What grows with the input
 * charges the budget; the operator looks with budget_is_exceeded once a
 * batch and spills.  A zero limit is no limit.
 */
struct budget {
	uint64_t limit_bytes;
	uint64_t used_bytes;
	uint64_t peak_bytes;
	uint64_t spilled_bytes;		/* written to temporary files */
};

static inline void
budget_charge(struct budget *budget, uint64_t bytes)
{
	budget->used_bytes += bytes;
	if (budget->used_bytes > budget->peak_bytes)
		budget->peak_bytes = budget->used_bytes;
}

/* Whether so many bytes more would be too many.  NULL is no limit. */
static inline _Bool
budget_lacks(const struct budget *budget, uint64_t bytes)
{
	return budget != NULL && budget->limit_bytes != 0 &&
	    budget->used_bytes + bytes > budget->limit_bytes;
}

static inline void
budget_return(struct budget *budget, uint64_t bytes)
{
	budget->used_bytes -= bytes < budget->used_bytes ?
	    bytes : budget->used_bytes;
}

static inline _Bool
budget_is_exceeded(const struct budget *budget)
{
	return budget->limit_bytes != 0 &&
	    budget->used_bytes > budget->limit_bytes;
}

#endif
