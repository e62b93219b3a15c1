/*
 * A row store: rows that are read again at any place, in bounded memory.
 *
 *	row_store_append(store, batch, begin, count, err);	again and again
 *	row_store_seal(store);
 *	...cursors read...
 *	row_store_clear(store);		and again from the beginning
 *
 * Rows stand in blocks of row_store_block_rows(store) rows, a power of two;
 * the last block may be shorter.  When the budget is exceeded the blocks that
 * are full go to a spill file (op/spill.h); as many as there are cursors, and
 * a few more, are held in memory again while they are read.
 */
#ifndef OP_ROW_STORE_H
#define OP_ROW_STORE_H

#include "op/spill.h"

struct row_store;		/* opaque */

/* A block in memory. */
struct row_block {
	const struct batch *batch;
	uint64_t number;
	/* private */
	struct spill_page page;
	uint64_t loaded;		/* when; the least is replaced first, */
	uint32_t cursor_count;		/* ... of those without a cursor */
};

/*
 * Schema (copied), folder and budget are as of op/spill.h; dictionaries of
 * coded columns must live as long as the store.
 */
struct row_store *
row_store_new(const struct schema *schema, const char *folder,
    struct budget *budget);
void
row_store_free(struct row_store *store);

/* Status 3 if a column would pass 2 GiB in one block. */
int
row_store_append(struct row_store *store, const struct batch *batch,
    uint32_t begin, uint32_t count, struct error *err);
void
row_store_seal(struct row_store *store);
void
row_store_clear(struct row_store *store);
uint64_t
row_store_count(const struct row_store *store);
uint32_t
row_store_block_rows(const struct row_store *store);

/* ---- reading --------------------------------------------------------- */

/*
 * A place to read a column from.  A cursor that moves little by little reads
 * each block about once, forwards or backwards; the block that it is in stays
 * where it is.
 */
struct row_cursor {
	struct row_store *store;	/* borrowed */
	uint32_t column;
	/* private */
	unsigned shift;
	struct row_block *block;	/* or NULL */
};

void
row_cursor_init(struct row_cursor *cursor, struct row_store *store,
    uint32_t column);
/* To be called after a clear, before the cursor is used again. */
void
row_cursor_reset(struct row_cursor *cursor);

/* Makes the block of a row the cursor's own; -1 after a failed read. */
int
row_cursor_load(struct row_cursor *cursor, uint64_t row, struct error *err);

/* The column in the block of a row, and the row's place in it; NULL: error. */
static inline const struct column *
row_cursor_at(struct row_cursor *cursor, uint64_t row, uint32_t *index,
    struct error *err)
{
	uint64_t number = row >> cursor->shift;
	if ((cursor->block == NULL || cursor->block->number != number) &&
	    row_cursor_load(cursor, row, err) != 0)
		return NULL;
	*index = (uint32_t)(row - (number << cursor->shift));
	return &cursor->block->batch->columns[cursor->column];
}

/* The same for row `begin`, with how many of [begin, end) follow in there. */
static inline const struct column *
row_cursor_run(struct row_cursor *cursor, uint64_t begin, uint64_t end,
    uint32_t *index, uint32_t *count, struct error *err)
{
	const struct column *column = row_cursor_at(cursor, begin, index, err);
	uint64_t rest = (UINT64_C(1) << cursor->shift) - *index;
	*count = (uint32_t)(rest < end - begin ? rest : end - begin);
	return column;
}

/* Appends rows to a builder: rows[i], or null for ROW_NONE. */
#define ROW_NONE UINT64_MAX
int
row_cursor_take(struct row_cursor *cursor, const uint64_t *rows,
    uint32_t count, struct column_builder *out, struct error *err);
/* Appends the run of rows [begin, end). */
int
row_cursor_append(struct row_cursor *cursor, uint64_t begin, uint64_t end,
    struct column_builder *out, struct error *err);

#endif
