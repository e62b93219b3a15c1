#include "base/blocks.h"

#include "base/mem.h"

#define LEAST_BYTES 1024u

static unsigned
size_class(uint32_t capacity)
{
	return (unsigned)__builtin_ctz(capacity / LEAST_BYTES);
}

/* A block for `need` bytes, or as many of them as go into the largest. */
static void
add_block(struct block_list *list, struct block_pool *pool, size_t need)
{
	uint32_t capacity = LEAST_BYTES;
	if (need < list->len / 4)
		need = list->len / 4;
	while (capacity < need &&
	    capacity < LEAST_BYTES << (BLOCK_SIZES - 1))
		capacity *= 2;
	struct list_block **free = &pool->free[size_class(capacity)];
	struct list_block *block = *free;
	if (block != NULL) {
		*free = block->next;
		pool->bytes -= capacity;
	} else {
		block = mem_alloc(sizeof(*block) + capacity);
	}
	*block = (struct list_block){.capacity = capacity};
	if (list->last != NULL)
		list->last->next = block;
	else
		list->first = block;
	list->last = block;
	list->capacity += capacity;
}

void
block_list_append(struct block_list *list, struct block_pool *pool,
    const void *bytes, size_t len)
{
	const uint8_t *from = bytes;
	while (len > 0) {
		if (list->last == NULL ||
		    list->last->len == list->last->capacity)
			add_block(list, pool, len);
		struct list_block *block = list->last;
		size_t some = block->capacity - block->len;
		if (some > len)
			some = len;
		memcpy(block->data + block->len, from, some);
		block->len += (uint32_t)some;
		list->len += some;
		from += some;
		len -= some;
	}
}

void
block_list_return(struct block_list *list, struct block_pool *pool,
    size_t most)
{
	struct list_block *next;
	for (struct list_block *block = list->first; block != NULL;
	    block = next) {
		next = block->next;
		if (pool->bytes + block->capacity > most) {
			mem_free(block);
			continue;
		}
		struct list_block **free =
		    &pool->free[size_class(block->capacity)];
		block->next = *free;
		*free = block;
		pool->bytes += block->capacity;
	}
	*list = (struct block_list){0};
}

static void
free_blocks(struct list_block *block)
{
	while (block != NULL) {
		struct list_block *next = block->next;
		mem_free(block);
		block = next;
	}
}

void
block_list_release(struct block_list *list)
{
	free_blocks(list->first);
	*list = (struct block_list){0};
}

void
block_pool_release(struct block_pool *pool)
{
	for (unsigned i = 0; i < BLOCK_SIZES; i++)
		free_blocks(pool->free[i]);
	*pool = (struct block_pool){0};
}
