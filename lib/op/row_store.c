#include "op/row_store.h"

#define BLOCK_BYTES 131072	/* about, of a row's fixed widths; */
#define BUDGET_BLOCKS 64	/* less if the budget has no room for so many */
#define BLOCK_MIN_ROWS 16
#define BLOCK_MAX_ROWS 4096
#define SPARE_PAGES 4

/* One block of the store: in memory, or at a place in the spill file. */
struct slot {
	struct batch_builder *rows;	/* owned; NULL: spilled */
	struct row_block block;		/* of rows, once sealed */
	uint64_t place;
};

struct row_store {
	struct schema schema;		/* owned */
	const char *folder;
	struct budget *budget;
	unsigned shift;
	uint64_t row_count;
	struct slot *slots;		/* owned, [capacity] */
	uint64_t slot_count, capacity;
	uint64_t first_in_memory;	/* slots before it are spilled */
	uint64_t charged_bytes;
	struct spill *spill;		/* owned, or NULL */
	struct row_block *pages;	/* owned: spilled blocks, read again */
	uint32_t page_count, cursor_count;
	uint64_t clock;
};

/* ---- making ---------------------------------------------------------- */

static unsigned
choose_shift(const struct schema *schema, const struct budget *budget)
{
	size_t width = 1;
	unsigned shift = 0;
	uint64_t block = budget->limit_bytes / BUDGET_BLOCKS;
	if (block == 0 || block > BLOCK_BYTES)
		block = BLOCK_BYTES;
	for (uint32_t i = 0; i < schema->count; i++) {
		size_t bytes = type_width(schema->fields[i].type);
		width += bytes > 0 ? bytes : 16;
	}
	while ((BLOCK_MIN_ROWS << shift) * width < block &&
	    (BLOCK_MIN_ROWS << shift) < BLOCK_MAX_ROWS)
		shift++;
	return (unsigned)__builtin_ctz(BLOCK_MIN_ROWS) + shift;
}

struct row_store *
row_store_new(const struct schema *schema, const char *folder,
    struct budget *budget)
{
	struct row_store *store = mem_zalloc(sizeof(*store));
	schema_add_all(&store->schema, schema);
	store->folder = folder;
	store->budget = budget;
	store->shift = choose_shift(schema, budget);
	return store;
}

static void
free_rows(struct slot *slot)
{
	if (slot->rows != NULL)
		batch_builder_release(slot->rows);
	mem_free(slot->rows);
	slot->rows = NULL;
}

static void
free_pages(struct row_store *store)
{
	for (uint32_t i = 0; i < store->page_count; i++)
		spill_page_release(&store->pages[i].page);
	mem_free(store->pages);
	store->pages = NULL;
	store->page_count = 0;
}

void
row_store_free(struct row_store *store)
{
	if (store == NULL)
		return;
	for (uint64_t i = 0; i < store->capacity; i++)
		free_rows(&store->slots[i]);
	free_pages(store);
	spill_free(store->spill);
	budget_return(store->budget, store->charged_bytes);
	mem_free(store->slots);
	schema_release(&store->schema);
	mem_free(store);
}

/* ---- filling --------------------------------------------------------- */

/* Opens the next block; one whose memory is there from before is reused. */
static struct slot *
open_slot(struct row_store *store)
{
	if (store->slot_count == store->capacity) {
		uint64_t capacity = store->capacity * 2 + 4;
		store->slots = mem_grow_array(store->slots, capacity,
		    sizeof(*store->slots));
		memset(store->slots + store->capacity, 0,
		    (capacity - store->capacity) * sizeof(*store->slots));
		store->capacity = capacity;
	}
	struct slot *slot = &store->slots[store->slot_count++];
	if (slot->rows == NULL) {
		slot->rows = mem_zalloc(sizeof(*slot->rows));
		batch_builder_init(slot->rows, &store->schema);
	}
	return slot;
}

/* All blocks to the spill file: they are full. */
static int
spill_slots(struct row_store *store, struct error *err)
{
	if (store->spill == NULL)
		store->spill = spill_new(&store->schema, store->folder,
		    store->budget);
	while (store->first_in_memory < store->slot_count) {
		struct slot *slot = &store->slots[store->first_in_memory];
		slot->place = spill_bytes(store->spill);
		if (spill_write(store->spill, batch_builder_view(slot->rows,
		    NULL), err) != 0)
			return -1;
		free_rows(slot);
		store->first_in_memory++;
	}
	budget_return(store->budget, store->charged_bytes);
	store->charged_bytes = 0;
	return 0;
}

static int
end_block(struct row_store *store, struct slot *slot, struct error *err)
{
	size_t bytes = batch_builder_bytes(slot->rows);
	budget_charge(store->budget, bytes);
	store->charged_bytes += bytes;
	return budget_is_exceeded(store->budget) ? spill_slots(store, err) : 0;
}

int
row_store_append(struct row_store *store, const struct batch *batch,
    uint32_t begin, uint32_t count, struct error *err)
{
	uint32_t block_rows = row_store_block_rows(store);
	while (count > 0) {
		uint32_t used = (uint32_t)(store->row_count &
		    (block_rows - 1));
		uint32_t run = block_rows - used < count ? block_rows - used :
		    count;
		struct slot *slot = used == 0 ? open_slot(store) :
		    &store->slots[store->slot_count - 1];
		if (batch_builder_append(slot->rows, batch, begin, run) != 0)
			return error_data(err, "the text of %u rows passes "
			    "2 GiB", block_rows);
		store->row_count += run;
		begin += run;
		count -= run;
		if (used + run == block_rows && end_block(store, slot,
		    err) != 0)
			return -1;
	}
	return 0;
}

void
row_store_seal(struct row_store *store)
{
	for (uint64_t i = store->first_in_memory; i < store->slot_count; i++) {
		struct slot *slot = &store->slots[i];
		slot->block.batch = batch_builder_view(slot->rows, NULL);
		slot->block.number = i;
	}
}

void
row_store_clear(struct row_store *store)
{
	for (uint64_t i = store->first_in_memory; i < store->slot_count; i++) {
		if (i == 0)
			batch_builder_clear(store->slots[i].rows);
		else
			free_rows(&store->slots[i]);
	}
	budget_return(store->budget, store->charged_bytes);
	store->charged_bytes = 0;
	store->row_count = store->slot_count = store->first_in_memory = 0;
	free_pages(store);
	spill_free(store->spill);
	store->spill = NULL;
}

uint64_t
row_store_count(const struct row_store *store)
{
	return store->row_count;
}

uint32_t
row_store_block_rows(const struct row_store *store)
{
	return UINT32_C(1) << store->shift;
}

/* ---- reading --------------------------------------------------------- */

void
row_cursor_init(struct row_cursor *cursor, struct row_store *store,
    uint32_t column)
{
	*cursor = (struct row_cursor){.store = store, .column = column,
	    .shift = store->shift};
	store->cursor_count++;
}

void
row_cursor_reset(struct row_cursor *cursor)
{
	cursor->block = NULL;
}

/* The page of a spilled block, or the one to put it in. */
static struct row_block *
find_page(struct row_store *store, uint64_t number)
{
	struct row_block *oldest = NULL;
	if (store->pages == NULL) {
		store->page_count = store->cursor_count + SPARE_PAGES;
		store->pages = mem_array(store->page_count,
		    sizeof(*store->pages));
	}
	for (uint32_t i = 0; i < store->page_count; i++) {
		struct row_block *page = &store->pages[i];
		if (page->loaded != 0 && page->number == number)
			return page;
		/* there are more pages than cursors */
		if (page->cursor_count == 0 && (oldest == NULL ||
		    page->loaded < oldest->loaded))
			oldest = page;
	}
	oldest->loaded = 0;
	return oldest;
}

static int
load_page(struct row_store *store, uint64_t number, struct row_block **block,
    struct error *err)
{
	struct row_block *page = find_page(store, number);
	if (page->loaded == 0) {
		if (spill_read(store->spill, store->slots[number].place,
		    &page->page, err) != 0)
			return -1;
		page->batch = &page->page.batch;
		page->number = number;
		page->loaded = ++store->clock;
	}
	*block = page;
	return 0;
}

int
row_cursor_load(struct row_cursor *cursor, uint64_t row, struct error *err)
{
	struct row_store *store = cursor->store;
	uint64_t number = row >> cursor->shift;
	if (cursor->block != NULL)
		cursor->block->cursor_count--;
	cursor->block = NULL;
	if (number >= store->first_in_memory)
		cursor->block = &store->slots[number].block;
	else if (load_page(store, number, &cursor->block, err) != 0)
		return -1;
	cursor->block->cursor_count++;
	return 0;
}

/* How many of rows[0, count) lie in the block of the first one. */
static uint32_t
count_run(const struct row_cursor *cursor, const uint64_t *rows,
    uint32_t count)
{
	uint64_t number = rows[0] >> cursor->shift;
	uint32_t run = 1;
	while (run < count && rows[run] >> cursor->shift == number)
		run++;
	return run;
}

static int
full(struct error *err)
{
	return error_data(err, "the text of a batch passes 2 GiB");
}

int
row_cursor_take(struct row_cursor *cursor, const uint64_t *rows,
    uint32_t count, struct column_builder *out, struct error *err)
{
	uint32_t places[256];
	for (uint32_t at = 0, run; at < count; at += run) {
		if (rows[at] == ROW_NONE) {
			column_builder_append_null(out);
			run = 1;
			continue;
		}
		run = count_run(cursor, rows + at, count - at < 256 ?
		    count - at : 256);
		const struct column *column = row_cursor_at(cursor, rows[at],
		    &places[0], err);
		if (column == NULL)
			return -1;
		for (uint32_t i = 1; i < run; i++)
			places[i] = (uint32_t)(rows[at + i] - rows[at]) +
			    places[0];
		if (column_builder_take(out, column, places, run) != 0)
			return full(err);
	}
	return 0;
}

int
row_cursor_append(struct row_cursor *cursor, uint64_t begin, uint64_t end,
    struct column_builder *out, struct error *err)
{
	while (begin < end) {
		uint32_t index = 0, run;
		const struct column *column = row_cursor_run(cursor, begin,
		    end, &index, &run, err);
		if (column == NULL)
			return -1;
		if (column_builder_append(out, column, index, run) != 0)
			return full(err);
		begin += run;
	}
	return 0;
}
