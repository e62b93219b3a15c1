#include "gen/walk.h"

#include "base/int128.h"

/* Points the walk at a block; an empty run if there is no such block. */
static void
enter_block(struct walk *walk, uint64_t block)
{
	walk->block = block;
	if (block > walk->row_count / WALK_BLOCK_ROWS) {
		walk->row = walk->end = walk->row_count;
		return;
	}
	walk->row = block * WALK_BLOCK_ROWS;
	uint64_t rest = walk->row_count - walk->row;
	walk->end = walk->row +
	    (rest < WALK_BLOCK_ROWS ? rest : WALK_BLOCK_ROWS);
}

void
walk_init(struct walk *walk, uint64_t row_count, uint64_t part,
    uint64_t part_count, _Bool is_text)
{
	uint128 rows = row_count;
	*walk = (struct walk){.row_count = row_count};
	if (is_text) {
		walk->row = (uint64_t)(rows * (part - 1) / part_count);
		walk->end = (uint64_t)(rows * part / part_count);
	} else {
		walk->step = part_count;
		enter_block(walk, part - 1);
	}
}

int
walk_next(struct walk *walk, uint64_t *first, uint32_t *count,
    struct block *block)
{
	if (walk->row == walk->end)
		return 0;
	*first = walk->row;
	*count = walk->end - walk->row < WALK_BATCH_ROWS ?
	    (uint32_t)(walk->end - walk->row) : WALK_BATCH_ROWS;
	walk->row += *count;
	*block = (struct block){0};
	if (walk->step == 0)
		return 1;
	block->index = walk->block;
	block->begin = walk->block * WALK_BLOCK_ROWS;
	block->end = walk->end;
	block->is_last = walk->row == walk->end;
	if (block->is_last) {
		uint64_t next = walk->block + walk->step;
		if (next < walk->block)		/* beyond 2^64 */
			next = UINT64_MAX;
		enter_block(walk, next);
	}
	return 1;
}
