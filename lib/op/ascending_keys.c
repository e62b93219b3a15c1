#include "op/ascending_keys.h"

#include "batch/order.h"
#include "op/spill.h"

/* Keys of a part, which is made as big as the one before came to be. */
#define PART_ROWS 65536
/* Keys of a block in the file. */
#define BLOCK_ROWS 1024

struct ascending_keys {
	uint32_t *columns;		/* owned; of the batches given */
	struct schema schema;		/* of the keys alone */
	struct sort_key *order;		/* owned; ascending, nulls first */
	struct batch_builder *parts;	/* owned, [capacity] */
	uint32_t count, capacity;
	size_t full_bytes;		/* of all parts but the last */
	struct spill *spill;		/* owned; NULL: nothing in a file */
	struct buffer places;		/* u64; of the blocks in the file */
	struct batch_builder firsts;	/* the first key of each block */
	struct batch_builder top;	/* the last one */
	struct batch_builder block;	/* scratch */
	struct spill_page page;
	uint64_t page_block;		/* which one it holds, + 1 */
	uint32_t taken_blocks, taken;	/* blocks and parts taken out */
	const char *folder;		/* borrowed */
	uint64_t charged_bytes;
	struct budget *budget;		/* borrowed */
	struct batch rows;		/* its columns are owned */
	int8_t *signs;			/* owned, [BATCH_MAX_ROWS] */
	uint32_t *picks;		/* owned, [BATCH_MAX_ROWS] */
};

struct ascending_keys *
ascending_keys_new(const struct schema *schema, const uint32_t *columns,
    uint32_t column_count, const char *folder, struct budget *budget)
{
	struct ascending_keys *keys = mem_zalloc(sizeof(*keys));
	keys->budget = budget;
	keys->folder = folder;
	keys->columns = mem_array(column_count, sizeof(*columns));
	keys->order = mem_array(column_count, sizeof(*keys->order));
	keys->rows.columns = mem_array(column_count, sizeof(struct column));
	keys->rows.column_count = column_count;
	keys->signs = mem_alloc(BATCH_MAX_ROWS);
	keys->picks = mem_array(BATCH_MAX_ROWS, sizeof(*keys->picks));
	for (uint32_t i = 0; i < column_count; i++) {
		const struct field *field = &schema->fields[columns[i]];
		keys->columns[i] = columns[i];
		keys->order[i] = (struct sort_key){.column = i,
		    .nulls_first = 1};
		schema_add(&keys->schema, field->name, strlen(field->name),
		    field->type, field->is_nullable);
	}
	batch_builder_init(&keys->firsts, &keys->schema);
	batch_builder_init(&keys->top, &keys->schema);
	batch_builder_init(&keys->block, &keys->schema);
	return keys;
}

void
ascending_keys_free(struct ascending_keys *keys)
{
	if (keys == NULL)
		return;
	for (uint32_t i = 0; i < keys->count; i++)
		batch_builder_release(&keys->parts[i]);
	budget_return(keys->budget, keys->charged_bytes);
	spill_free(keys->spill);
	spill_page_release(&keys->page);
	buffer_release(&keys->places);
	batch_builder_release(&keys->firsts);
	batch_builder_release(&keys->top);
	batch_builder_release(&keys->block);
	schema_release(&keys->schema);
	mem_free(keys->columns);
	mem_free(keys->order);
	mem_free(keys->parts);
	mem_free(keys->rows.columns);
	mem_free(keys->signs);
	mem_free(keys->picks);
	mem_free(keys);
}

size_t
ascending_keys_bytes(const struct ascending_keys *keys)
{
	return keys->places.len + batch_builder_bytes(&keys->firsts) +
	    keys->full_bytes + (keys->count == 0 ? 0 :
	    batch_builder_bytes(&keys->parts[keys->count - 1]));
}

static void
charge(struct ascending_keys *keys)
{
	uint64_t bytes = ascending_keys_bytes(keys);
	budget_return(keys->budget, keys->charged_bytes);
	budget_charge(keys->budget, bytes);
	keys->charged_bytes = bytes;
}

/* ---- adding ---------------------------------------------------------- */

/* A part with as much room as the one before has used. */
static struct batch_builder *
add_part(struct ascending_keys *keys)
{
	if (keys->count == keys->capacity) {
		keys->capacity = keys->capacity * 2 + 16;
		keys->parts = mem_grow_array(keys->parts, keys->capacity,
		    sizeof(*keys->parts));
	}
	struct batch_builder *part = &keys->parts[keys->count];
	batch_builder_init(part, &keys->schema);
	if (keys->count++ == 0)
		return part;
	const struct batch_builder *before = part - 1;
	keys->full_bytes += batch_builder_bytes(before);
	batch_builder_reserve(part, before);
	return part;
}

/* Appends `count` picked rows. */
static int
append(struct ascending_keys *keys, uint32_t count, struct error *err)
{
	const struct batch *rows = &keys->rows;
	for (uint32_t done = 0; done < count;) {
		struct batch_builder *part = keys->count == 0 ? NULL :
		    &keys->parts[keys->count - 1];
		uint32_t held = part == NULL ? PART_ROWS :
		    batch_builder_rows(part);
		uint32_t step = count - done;
		if (held >= PART_ROWS) {
			part = add_part(keys);
			held = 0;
		}
		if (step > PART_ROWS - held)
			step = PART_ROWS - held;
		int result = step == rows->row_count ?
		    batch_builder_append(part, rows, 0, step) :
		    batch_builder_take(part, rows, keys->picks + done, step);
		if (result != 0 && held > 0) {
			/* full of text: the next part has room */
			part = add_part(keys);
			result = batch_builder_take(part, rows,
			    keys->picks + done, step);
		}
		if (result != 0)
			return error_data(err, "a batch's text passes 2 GiB");
		done += step;
	}
	return 0;
}

/* ---- the file -------------------------------------------------------- */

static uint32_t
block_count(const struct ascending_keys *keys)
{
	return (uint32_t)(keys->places.len / sizeof(uint64_t));
}

static int
write_block(struct ascending_keys *keys, const struct batch *part,
    uint32_t begin, uint32_t count, struct error *err)
{
	uint64_t place = spill_bytes(keys->spill);
	batch_builder_clear(&keys->block);
	if (batch_builder_append(&keys->block, part, begin, count) != 0 ||
	    batch_builder_append(&keys->firsts, part, begin, 1) != 0)
		return error_data(err, "the text of keys passes 2 GiB");
	buffer_append(&keys->places, &place, sizeof(place));
	return spill_write(keys->spill, batch_builder_view(&keys->block,
	    NULL), err);
}

int
ascending_keys_spill(struct ascending_keys *keys, struct error *err)
{
	if (keys->count == 0)
		return 0;
	if (keys->spill == NULL)
		keys->spill = spill_new(&keys->schema, keys->folder,
		    keys->budget);
	for (uint32_t i = 0; i < keys->count; i++) {
		const struct batch *part = batch_builder_view(&keys->parts[i],
		    NULL);
		uint32_t rows = part->row_count;
		for (uint32_t row = 0; row < rows; row += BLOCK_ROWS)
			if (write_block(keys, part, row, rows - row <
			    BLOCK_ROWS ? rows - row : BLOCK_ROWS, err) != 0)
				return -1;
		batch_builder_clear(&keys->top);
		if (batch_builder_append(&keys->top, part, rows - 1, 1) != 0)
			return error_data(err, "a key's text passes 2 GiB");
	}
	for (uint32_t i = 0; i < keys->count; i++)
		batch_builder_release(&keys->parts[i]);
	keys->count = 0;
	keys->full_bytes = 0;
	charge(keys);
	return 0;
}

_Bool
ascending_keys_is_spilled(const struct ascending_keys *keys)
{
	return keys->spill != NULL;
}

static const struct batch *
read_block(struct ascending_keys *keys, uint32_t block, struct error *err)
{
	uint64_t place;
	if (keys->page_block == (uint64_t)block + 1)
		return &keys->page.batch;
	memcpy(&place, keys->places.data + block * sizeof(place),
	    sizeof(place));
	keys->page_block = 0;
	if (spill_read(keys->spill, place, &keys->page, err) != 0)
		return NULL;
	keys->page_block = (uint64_t)block + 1;
	return &keys->page.batch;
}

/* ---- looking up ------------------------------------------------------ */

/* How the key at hand compares with one that is held. */
static int
compare_key(const struct ascending_keys *keys, const struct batch *held,
    uint32_t held_row, uint32_t row)
{
	return batch_compare(&keys->rows, row, held, held_row, keys->order,
	    keys->schema.count);
}

/* How many of these keys are not above the key at hand. */
static uint32_t
count_below(const struct ascending_keys *keys, const struct batch *held,
    uint32_t row)
{
	uint32_t low = 0;
	uint32_t high = held->row_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (compare_key(keys, held, middle, row) >= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The part that may hold the key at hand: its number + 1, or 0. */
static uint32_t
find_part(struct ascending_keys *keys, uint32_t row)
{
	uint32_t low = 0;
	uint32_t high = keys->count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (compare_key(keys, batch_builder_view(&keys->parts[middle],
		    NULL), 0, row) >= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* 1, 0, or -1. */
static int
is_held(struct ascending_keys *keys, uint32_t row, struct error *err)
{
	const struct batch *held;
	uint32_t at = find_part(keys, row);
	if (at > 0) {
		held = batch_builder_view(&keys->parts[at - 1], NULL);
	} else {
		at = count_below(keys, batch_builder_view(&keys->firsts,
		    NULL), row);
		if (at == 0)
			return 0;
		held = read_block(keys, at - 1, err);
		if (held == NULL)
			return -1;
	}
	at = count_below(keys, held, row);
	return at > 0 && compare_key(keys, held, at - 1, row) == 0;
}

/* The greatest key held, in *row of a batch, or NULL. */
static const struct batch *
find_top(struct ascending_keys *keys, uint32_t *row)
{
	*row = 0;
	if (keys->count == 0)
		return batch_builder_rows(&keys->top) == 0 ? NULL :
		    batch_builder_view(&keys->top, NULL);
	const struct batch *part = batch_builder_view(
	    &keys->parts[keys->count - 1], NULL);
	*row = part->row_count - 1;
	return part;
}

static void
take_rows(struct ascending_keys *keys, const struct batch *batch)
{
	keys->rows.row_count = batch->row_count;
	for (uint32_t i = 0; i < keys->schema.count; i++)
		keys->rows.columns[i] = batch->columns[keys->columns[i]];
	batch_compare_adjacent(&keys->rows, keys->order, keys->schema.count,
	    keys->signs);
}

int64_t
ascending_keys_add(struct ascending_keys *keys, const struct batch *batch,
    uint8_t *classes, struct error *err)
{
	const struct batch *rows = &keys->rows;
	uint32_t top_row = 0;
	const struct batch *top = find_top(keys, &top_row);
	uint32_t count = 0;
	int64_t sought = 0;
	take_rows(keys, batch);
	for (uint32_t i = 0; i < batch->row_count; i++) {
		int order = top == NULL ? -1 : top == rows &&
		    top_row + 1 == i ? keys->signs[i] : batch_compare(top,
		    top_row, rows, i, keys->order, keys->schema.count);
		classes[i] = order < 0 ? ASCENDING_NEW : order == 0 ?
		    ASCENDING_HELD : ASCENDING_OTHER;
		if (order < 0) {
			keys->picks[count++] = i;
			top = rows;
			top_row = i;
		}
		sought += order > 0;
	}
	if (append(keys, count, err) != 0)
		return -1;
	/* those above a row cannot be equal to it: adding was not too early */
	for (uint32_t i = 0; i < batch->row_count && sought > 0; i++) {
		if (classes[i] != ASCENDING_OTHER)
			continue;
		int held = is_held(keys, i, err);
		if (held < 0)
			return -1;
		if (held)
			classes[i] = ASCENDING_HELD;
	}
	charge(keys);
	return sought;
}

int
ascending_keys_find(struct ascending_keys *keys, const struct batch *batch,
    uint8_t *classes, struct error *err)
{
	uint32_t top_row = 0;
	const struct batch *top = find_top(keys, &top_row);
	_Bool is_above = 0;
	take_rows(keys, batch);
	for (uint32_t i = 0; i < batch->row_count; i++) {
		is_above = (is_above && keys->signs[i] <= 0) || top == NULL ||
		    batch_compare(top, top_row, &keys->rows, i, keys->order,
		    keys->schema.count) < 0;
		int held = is_above ? 0 : is_held(keys, i, err);
		if (held < 0)
			return -1;
		classes[i] = held ? ASCENDING_HELD : ASCENDING_OTHER;
	}
	return 0;
}

/* ---- taking out ------------------------------------------------------ */

int
ascending_keys_take(struct ascending_keys *keys, const struct batch **batch,
    struct error *err)
{
	if (keys->taken_blocks < block_count(keys)) {
		*batch = read_block(keys, keys->taken_blocks++, err);
		return *batch == NULL ? -1 : 1;
	}
	if (keys->taken > 0) {
		struct batch_builder *before = &keys->parts[keys->taken - 1];
		batch_builder_release(before);
		batch_builder_init(before, &keys->schema);
	}
	if (keys->taken == keys->count)
		return 0;
	*batch = batch_builder_view(&keys->parts[keys->taken++], NULL);
	return 1;
}
