#include "op/ascending_keys.h"

#include "batch/order.h"

/* Keys of a part, which is made as big as the one before came to be. */
#define PART_ROWS 65536

struct ascending_keys {
	uint32_t *columns;		/* owned; of the batches given */
	struct schema schema;		/* of the keys alone */
	struct sort_key *order;		/* owned; ascending, nulls first */
	struct batch_builder *parts;	/* owned, [capacity] */
	uint32_t count, capacity;
	size_t full_bytes;		/* of all parts but the last */
	uint32_t taken;			/* parts taken out */
	uint64_t charged_bytes;
	struct budget *budget;		/* borrowed */
	struct batch rows;		/* its columns are owned */
	int8_t *signs;			/* owned, [BATCH_MAX_ROWS] */
	uint32_t *picks;		/* owned, [BATCH_MAX_ROWS] */
};

struct ascending_keys *
ascending_keys_new(const struct schema *schema, const uint32_t *columns,
    uint32_t column_count, struct budget *budget)
{
	struct ascending_keys *keys = mem_zalloc(sizeof(*keys));
	keys->budget = budget;
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
	return keys->full_bytes + (keys->count == 0 ? 0 :
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
	for (uint32_t i = 0; i < part->column_count; i++) {
		buffer_reserve(&part->columns[i].values,
		    before->columns[i].values.len);
		buffer_reserve(&part->columns[i].bytes,
		    before->columns[i].bytes.len);
	}
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

/* ---- looking up ------------------------------------------------------ */

static _Bool
is_held(struct ascending_keys *keys, uint32_t row)
{
	uint32_t key_count = keys->schema.count;
	uint32_t low = 0;
	uint32_t high = keys->count;
	/* the last part whose first key is not above it */
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (batch_compare(batch_builder_view(&keys->parts[middle],
		    NULL), 0, &keys->rows, row, keys->order, key_count) <= 0)
			low = middle;
		else
			high = middle;
	}
	if (keys->count == 0)
		return 0;
	const struct batch *part = batch_builder_view(&keys->parts[low],
	    NULL);
	uint32_t begin = 0;
	uint32_t end = part->row_count;
	while (begin < end) {
		uint32_t middle = begin + (end - begin) / 2;
		int order = batch_compare(part, middle, &keys->rows, row,
		    keys->order, key_count);
		if (order == 0)
			return 1;
		if (order < 0)
			begin = middle + 1;
		else
			end = middle;
	}
	return 0;
}

/* The greatest key held, in *row of a batch, or NULL. */
static const struct batch *
find_top(struct ascending_keys *keys, uint32_t *row)
{
	if (keys->count == 0)
		return NULL;
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
	for (uint32_t i = 0; i < batch->row_count && sought > 0; i++)
		if (classes[i] == ASCENDING_OTHER && is_held(keys, i))
			classes[i] = ASCENDING_HELD;
	charge(keys);
	return sought;
}

void
ascending_keys_find(struct ascending_keys *keys, const struct batch *batch,
    uint8_t *classes)
{
	uint32_t top_row = 0;
	const struct batch *top = find_top(keys, &top_row);
	_Bool is_above = 0;
	take_rows(keys, batch);
	for (uint32_t i = 0; i < batch->row_count; i++) {
		is_above = (is_above && keys->signs[i] <= 0) || top == NULL ||
		    batch_compare(top, top_row, &keys->rows, i, keys->order,
		    keys->schema.count) < 0;
		classes[i] = !is_above && is_held(keys, i) ? ASCENDING_HELD :
		    ASCENDING_OTHER;
	}
}

/* ---- taking out ------------------------------------------------------ */

int
ascending_keys_take(struct ascending_keys *keys, const struct batch **batch)
{
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
