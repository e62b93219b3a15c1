#include "op/key/key_table_parts.h"

#include <assert.h>

#include "base/int128.h"
#include "op/ordered.h"

/* As what integers a column comes: strings as their numbers. */
static enum type_id
column_number(struct type type)
{
	if (type_is_variable(type))
		return TYPE_U32;
	if (type.id == TYPE_NULL)
		return TYPE_U8;
	return type_width(type) == 16 ? TYPE_I64 : ordered_number(type);
}

static void
column_init(struct key_column *column, struct type type)
{
	enum type_id number = column_number(type);

	assert(!type_is_nested(type));
	column->type = type;
	column->number = number;
	column->value_bits = (uint32_t)type_width(type_of(number)) * 8;
	if (type_is_signed(type_of(number)))
		column->bias = UINT64_C(1) << (column->value_bits - 1);
	if (type.id == TYPE_NULL) {
		column->kind = KEY_NOTHING;
		column->value_bits = 0;
	} else if (type_is_variable(type)) {
		column->kind = KEY_STRING;
	} else if (type_is_float(type)) {
		column->kind = KEY_FLOAT;
	} else if (type_width(type) == 16) {
		column->kind = KEY_WIDE;
	} else {
		column->kind = KEY_INTEGER;
		if (type.id == TYPE_BOOL)
			column->value_bits = 1;
	}
}

static _Bool
starts_direct(const struct key_table *table)
{
	for (uint32_t k = 0; k < table->column_count; k++) {
		if (table->columns[k].kind == KEY_FLOAT ||
		    table->columns[k].kind == KEY_WIDE)
			return 0;
	}
	return 1;
}

struct key_table *
key_table_new(const struct type *types, uint32_t count, _Bool skips_nulls,
    struct budget *budget)
{
	struct key_table *table = mem_zalloc(sizeof(*table));

	table->column_count = count;
	table->columns = mem_array((size_t)count + 1,
	    sizeof(*table->columns));
	table->inputs = mem_array((size_t)count + 1, sizeof(*table->inputs));
	table->skips_nulls = skips_nulls;
	table->budget = budget;
	for (uint32_t k = 0; k < count; k++)
		column_init(&table->columns[k], types[k]);
	key_layout(table);
	table->is_direct = starts_direct(table);
	if (!table->is_direct)
		key_hash_rebuild(table);
	return table;
}

/* Charges the budget for what has been added since the last time. */
static void
charge(struct key_table *table)
{
	size_t bytes;

	if (table->budget == NULL)
		return;
	bytes = key_table_bytes(table);
	if (bytes > table->charged_bytes)
		budget_charge(table->budget, bytes - table->charged_bytes);
	else
		budget_return(table->budget, table->charged_bytes - bytes);
	table->charged_bytes = bytes;
}

static void
forget(struct key_table *table)
{
	for (uint32_t k = 0; k < table->column_count; k++) {
		struct key_column *column = &table->columns[k];

		key_strings_release(&column->strings);
		column->has_nulls = 0;
		column->extent = 0;
		column->base = 0;
	}
	mem_free(table->keys);
	mem_free(table->index);
	mem_free(table->slots);
	table->keys = NULL;
	table->index = NULL;
	table->slots = NULL;
	table->slot_mask = 0;
	table->index_size = 0;
	table->count = table->capacity = 0;
}

void
key_table_clear(struct key_table *table)
{
	forget(table);
	key_layout(table);
	table->is_direct = starts_direct(table);
	if (!table->is_direct)
		key_hash_rebuild(table);
	charge(table);
}

void
key_table_free(struct key_table *table)
{
	if (table == NULL)
		return;
	forget(table);
	charge(table);
	if (table->budget != NULL)
		budget_return(table->budget, table->charged_bytes);
	for (uint32_t k = 0; k < table->column_count; k++) {
		buffer_release(&table->inputs[k].converted);
		buffer_release(&table->inputs[k].converted_low);
		buffer_release(&table->inputs[k].masked);
	}
	mem_free(table->columns);
	mem_free(table->inputs);
	buffer_release(&table->packed);
	buffer_release(&table->hashes);
	mem_free(table);
}

uint32_t
key_table_count(const struct key_table *table)
{
	return table->count;
}

uint32_t
key_table_append(struct key_table *table)
{
	uint32_t id = table->count;

	assert(id < UINT32_MAX - 2);
	if (id == table->capacity) {
		uint32_t capacity = id < 64 ? 64 :
		    id > UINT32_MAX / 2 ? UINT32_MAX : id * 2;
		table->keys = mem_grow_array(table->keys, capacity,
		    table->words * sizeof(uint64_t));
		table->capacity = capacity;
	}
	table->count++;
	memset(key_table_tuple(table, id), 0,
	    table->words * sizeof(uint64_t));
	return id;
}

size_t
key_table_bytes(const struct key_table *table)
{
	size_t bytes = (size_t)table->capacity * table->words *
	    sizeof(uint64_t) + table->index_size * sizeof(*table->index);

	if (table->slots != NULL)
		bytes += ((size_t)table->slot_mask + 1) *
		    sizeof(*table->slots);
	for (uint32_t k = 0; k < table->column_count; k++)
		bytes += key_strings_bytes(&table->columns[k].strings);
	return bytes;
}

size_t
key_table_growth_bytes(const struct key_table *table, uint32_t rows)
{
	uint64_t count = (uint64_t)table->count + rows;
	size_t width = table->words * sizeof(uint64_t);
	size_t bytes = 0;

	if (count > table->capacity)
		bytes += (count > 2 * (uint64_t)table->capacity ? count :
		    table->capacity) * width;
	if (table->slots == NULL)
		/* the index may have to become slots */
		bytes += count * 4 * sizeof(*table->slots);
	else if (count * 2 > table->slot_mask)
		bytes += ((size_t)table->slot_mask + 1) * 2 *
		    sizeof(*table->slots);
	return bytes;
}

/* ---- columns -> numbers ----------------------------------------------- */

static void *
scratch(struct buffer *buf, size_t bytes)
{
	buffer_resize(buf, bytes);
	return buf->data;
}

static const int64_t *
split_wide(struct key_input *input, const struct column *column,
    uint32_t rows)
{
	const int128 *values = column->values;
	int64_t *high = scratch(&input->converted, rows * sizeof(*high));
	uint64_t *low = scratch(&input->converted_low, rows * sizeof(*low));

	for (uint32_t i = 0; i < rows; i++) {
		high[i] = int128_high(values[i]);
		low[i] = int128_low(values[i]);
	}
	input->low = low;
	return high;
}

static void
number_strings(struct key_column *column, struct key_input *input,
    const struct column *from, uint32_t rows, _Bool is_adding)
{
	uint32_t *numbers;

	if (key_strings_are_codes(&column->strings, from, rows, is_adding)) {
		input->number = from->code_bytes == 1 ? TYPE_U8 :
		    from->code_bytes == 2 ? TYPE_U16 : TYPE_U32;
		input->values = from->values;
		return;
	}
	numbers = scratch(&input->converted, rows * sizeof(*numbers));
	key_strings_number(&column->strings, from, rows, is_adding, numbers);
	input->values = numbers;
}

/* Takes rows away whose top bit is set, as if they were null. */
static void
mask_sign(struct key_input *input, uint32_t rows)
{
	const uint8_t *values = input->values;
	size_t width = type_width(type_of(input->number));
	uint8_t *masked;

	if (rows == 0)
		return;
	masked = scratch(&input->masked, bitmap_bytes(rows));
	if (input->validity != NULL)
		memcpy(masked, input->validity, bitmap_bytes(rows));
	else
		memset(masked, 0xff, bitmap_bytes(rows));
	for (uint32_t i = 0; i < rows; i++) {
		if (values[(i + 1) * width - 1] >> 7 != 0)
			masked[i >> 3] &= (uint8_t)~(1u << (i & 7));
	}
	input->validity = masked;
}

/* Integers of another type than the table's, for joins. */
static void
meet_integers(const struct key_column *column, struct key_input *input,
    uint32_t rows)
{
	struct type from = type_of(input->number);
	struct type to = type_of(column->number);
	size_t from_width = type_width(from), to_width = type_width(to);

	if (type_is_signed(from))
		input->is_wider = !type_is_signed(to) || from_width > to_width;
	else
		input->is_wider = from_width > to_width ||
		    (type_is_signed(to) && from_width == to_width);
	if (type_is_signed(from) == type_is_signed(to))
		return;
	/* Values that would wrap to another one of the table. */
	if (input->number == TYPE_U64 || column->number == TYPE_U64)
		mask_sign(input, rows);
}

static void
prepare_input(struct key_table *table, uint32_t k,
    const struct column *from, uint32_t rows, _Bool is_adding)
{
	struct key_column *column = &table->columns[k];
	struct key_input *input = &table->inputs[k];

	input->number = column_number(from->type);
	input->validity = from->null_count > 0 ? from->validity : NULL;
	input->values = from->values;
	input->low = NULL;
	input->is_wider = 0;
	if (column->kind == KEY_NOTHING) {
		input->values = scratch(&input->converted, rows);
		input->validity = scratch(&input->masked, rows);
		memset(input->converted.data, 0, rows);
		memset(input->masked.data, 0, rows);
	} else if (column->kind == KEY_STRING) {
		number_strings(column, input, from, rows, is_adding);
	} else if (column->kind == KEY_WIDE) {
		input->values = split_wide(input, from, rows);
	} else {
		input->values = ordered_values(from, rows,
		    &input->converted);
	}
	if (column->kind == KEY_INTEGER && input->number != column->number) {
		assert(table->skips_nulls);
		meet_integers(column, input, rows);
	}
}

/* Makes room in the layout for nulls where they come for the first time. */
static void
expect_nulls(struct key_table *table)
{
	_Bool *has_nulls = mem_array((size_t)table->column_count + 1,
	    sizeof(*has_nulls));
	_Bool is_new = 0;

	for (uint32_t k = 0; k < table->column_count; k++) {
		has_nulls[k] = table->inputs[k].validity != NULL;
		is_new |= has_nulls[k] && !table->columns[k].has_nulls;
	}
	if (is_new) {
		key_layout_change(table, has_nulls);
		if (!table->is_direct)
			key_hash_rebuild(table);
	}
	mem_free(has_nulls);
}

void
key_table_find_or_add(struct key_table *table,
    const struct column *const *keys, uint32_t rows, uint32_t *ids)
{
	if (rows == 0)
		return;
	for (uint32_t k = 0; k < table->column_count; k++) {
		prepare_input(table, k, keys[k], rows, 1);
		assert(!table->inputs[k].is_wider ||
		    (table->columns[k].value_bits == 64 &&
		    table->skips_nulls));
	}
	if (!table->skips_nulls)
		expect_nulls(table);
	if (table->is_direct && !key_direct_cover(table, rows)) {
		table->is_direct = 0;
		mem_free(table->index);
		table->index = NULL;
		table->index_size = 0;
		key_hash_rebuild(table);
	}
	if (table->is_direct)
		key_direct_add(table, rows, ids);
	else
		key_hash_add(table, rows, ids);
	charge(table);
}

void
key_table_find(struct key_table *table, const struct column *const *keys,
    uint32_t rows, uint32_t *ids)
{
	if (table->count == 0) {
		memset(ids, 0xff, rows * sizeof(*ids));
		return;
	}
	for (uint32_t k = 0; k < table->column_count; k++)
		prepare_input(table, k, keys[k], rows, 0);
	if (rows == 0)
		return;
	if (table->is_direct)
		key_direct_find(table, rows, ids);
	else
		key_hash_find(table, rows, ids);
}

/* The columns of a batch, for one of the two above. */
static void
with_batch(struct key_table *table, const struct batch *batch,
    const uint32_t *columns, uint32_t *ids,
    void (*call)(struct key_table *, const struct column *const *, uint32_t,
    uint32_t *))
{
	const struct column **keys = mem_array(
	    (size_t)table->column_count + 1, sizeof(*keys));

	for (uint32_t k = 0; k < table->column_count; k++)
		keys[k] = &batch->columns[columns[k]];
	call(table, keys, batch->row_count, ids);
	mem_free(keys);
}

void
key_table_add_batch(struct key_table *table, const struct batch *batch,
    const uint32_t *columns, uint32_t *ids)
{
	with_batch(table, batch, columns, ids, key_table_find_or_add);
}

void
key_table_find_batch(struct key_table *table, const struct batch *batch,
    const uint32_t *columns, uint32_t *ids)
{
	with_batch(table, batch, columns, ids, key_table_find);
}
