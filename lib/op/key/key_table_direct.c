#include "op/key/key_table_parts.h"

#include "base/lanes.h"
#include "batch/integers.h"

/* In an index: no such key. */
#define INDEX_NONE (UINT32_C(1) << 31)

/* Rows whose ids are looked up at a time. */
#define STEP_ROWS 512

/*
 * Entries that the index may have however few keys there are (8 MiB), and
 * at all; in between four for each key.
 */
#define INDEX_MIN_LIMIT (UINT64_C(1) << 21)
#define INDEX_MAX_LIMIT (UINT64_C(1) << 30)

#define KEY_BODY_DIRECT
#define INTEGERS_BODY "op/key/key_table_body.h"
#include "batch/integers_body.h"

/* The types that most keys have, without nulls, by lanes. */
static _Bool
wide_range(const struct key_input *input, uint32_t rows, uint64_t bias,
    uint64_t *min, uint64_t *max)
{
	int64_t low = 0, high = 0;

	if (input->validity != NULL || rows == 0)
		return 0;
	if (input->number == TYPE_I32) {
		int32_t least, most;

		lanes()->range32(input->values, rows, &least, &most);
		low = least;
		high = most;
	} else if (input->number == TYPE_U32) {
		uint32_t least, most;

		lanes()->range32u(input->values, rows, &least, &most);
		low = least;
		high = most;
	} else if (input->number == TYPE_I64) {
		lanes()->range64(input->values, rows, &low, &high);
	} else {
		return 0;
	}
	*min = (uint64_t)low + bias;
	*max = (uint64_t)high + bias;
	return 1;
}

static _Bool
input_range(const struct key_input *input, uint32_t rows, uint64_t bias,
    uint64_t *min, uint64_t *max)
{
	if (wide_range(input, rows, bias, min, max))
		return 1;
	switch (input->number) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		return range_##name(input, rows, bias, min, max);
	INTEGERS(X)
#undef X
	default:
		return 0;
	}
}

static void
input_index(const struct key_input *input, uint32_t rows, uint64_t offset,
    uint32_t stride, uint32_t null_flag, uint32_t *index)
{
	switch (input->number) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		index_##name(input, rows, offset, stride, null_flag, index); \
		break;
	INTEGERS(X)
#undef X
	default:
		break;
	}
}

static void
input_look(const struct key_input *input, uint32_t rows, uint64_t offset,
    uint64_t extent, uint32_t stride, uint32_t null_flag, uint32_t *index)
{
	switch (input->number) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		look_##name(input, rows, offset, extent, stride, null_flag, \
		    index); \
		break;
	INTEGERS(X)
#undef X
	default:
		break;
	}
}

static uint64_t
next_power(uint64_t n)
{
	uint64_t power = 1;

	while (power < n)
		power *= 2;
	return power;
}

/*
 * Extends a column's range to [min, max].  Spare room goes where it grows:
 * above, below, or both in the beginning.  False if it gets too wide.
 */
static _Bool
column_cover(struct key_column *column, uint64_t min, uint64_t max,
    _Bool *is_changed)
{
	_Bool is_first = column->extent == 0;
	uint64_t low = is_first || min < column->base ? min : column->base;
	uint64_t high = max;
	uint64_t slack;

	if (!is_first && min >= column->base &&
	    max - column->base < column->extent)
		return 1;
	if (!is_first && column->base + (column->extent - 1) > high)
		high = column->base + (column->extent - 1);
	if (high - low >= INDEX_MAX_LIMIT)
		return 0;
	column->extent = next_power(high - low + 1);
	slack = column->extent - (high - low + 1);
	if (is_first)
		slack /= 2;
	if (is_first || min < column->base)
		low -= slack < low ? slack : low;
	column->base = low;
	if (column->base + (column->extent - 1) < column->base)
		column->base = UINT64_MAX - (column->extent - 1);
	*is_changed = 1;
	return 1;
}

static uint64_t
index_limit(const struct key_table *table)
{
	uint64_t limit = INDEX_MIN_LIMIT;

	if (table->budget != NULL && table->budget->limit_bytes != 0 &&
	    limit > table->budget->limit_bytes / 64)
		limit = table->budget->limit_bytes / 64;
	if (limit < (uint64_t)table->count * 4)
		limit = (uint64_t)table->count * 4;
	return limit < INDEX_MAX_LIMIT ? limit : INDEX_MAX_LIMIT;
}

/* The strides of the columns, the last one's 1; false if too large. */
static _Bool
place_columns(struct key_table *table)
{
	uint64_t size = 1;
	uint64_t limit = index_limit(table);

	for (uint32_t k = table->column_count; k-- > 0;) {
		struct key_column *column = &table->columns[k];

		column->stride = size;
		size *= column->extent + 1;
		if (size > limit)
			return 0;
	}
	table->index_size = size;
	return 1;
}

static void
index_rebuild(struct key_table *table)
{
	mem_free(table->index);
	table->index = mem_array(table->index_size, sizeof(*table->index));
	memset(table->index, 0xff, table->index_size * sizeof(*table->index));
	for (uint32_t id = 0; id < table->count; id++) {
		uint64_t at = 0;

		for (uint32_t k = 0; k < table->column_count; k++) {
			const struct key_column *column = &table->columns[k];
			uint64_t value, low;

			if (key_unpack(table, key_table_tuple(table, id), k,
			    &value, &low))
				at += (value - column->base + 1) *
				    column->stride;
		}
		table->index[at] = id;
	}
}

_Bool
key_direct_cover(struct key_table *table, uint32_t rows)
{
	_Bool is_changed = table->index == NULL;

	for (uint32_t k = 0; k < table->column_count; k++) {
		struct key_column *column = &table->columns[k];
		uint64_t min = 0, max = column->strings.count;

		if (column->kind == KEY_NOTHING)
			continue;
		if (column->kind == KEY_STRING) {
			if (max == 0)
				continue;
		} else if (!input_range(&table->inputs[k], rows,
		    column->bias, &min, &max)) {
			continue;
		}
		if (!column_cover(column, min, max, &is_changed))
			return 0;
	}
	if (!is_changed)
		return 1;
	if (!place_columns(table))
		return 0;
	index_rebuild(table);
	return 1;
}

static uint32_t
direct_append(struct key_table *table, uint32_t at)
{
	uint32_t id = key_table_append(table);
	uint64_t *tuple = key_table_tuple(table, id);
	uint64_t rest = at;

	for (uint32_t k = 0; k < table->column_count; k++) {
		const struct key_column *column = &table->columns[k];
		uint64_t place = rest / column->stride;

		rest %= column->stride;
		if (place != 0)
			key_pack(column, tuple, column->base + place - 1, 0);
	}
	table->index[at] = id;
	return id;
}

/* Places in the index become ids; most keys are there already. */
static void
add_places(struct key_table *table, uint32_t rows, uint32_t *ids)
{
	uint32_t found[STEP_ROWS];

	lanes()->look(found, table->index, ids, rows);
	if (!lanes()->has(found, rows, KEY_TABLE_NONE)) {
		memcpy(ids, found, rows * sizeof(*ids));
		return;
	}
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t at = ids[i];

		ids[i] = at >= INDEX_NONE ? KEY_TABLE_NONE : table->index[at];
		if (at < INDEX_NONE && ids[i] == KEY_TABLE_NONE)
			ids[i] = direct_append(table, at);
	}
}

void
key_direct_add(struct key_table *table, uint32_t rows, uint32_t *ids)
{
	memset(ids, 0, rows * sizeof(*ids));
	for (uint32_t k = 0; k < table->column_count; k++) {
		const struct key_column *column = &table->columns[k];

		if (column->kind == KEY_NOTHING && !table->skips_nulls)
			continue;
		input_index(&table->inputs[k], rows,
		    column->bias - column->base + 1, (uint32_t)column->stride,
		    table->skips_nulls ? INDEX_NONE : 0, ids);
	}
	for (uint32_t i = 0; i < rows; i += STEP_ROWS)
		add_places(table, rows - i < STEP_ROWS ? rows - i : STEP_ROWS,
		    ids + i);
}

void
key_direct_find(struct key_table *table, uint32_t rows, uint32_t *ids)
{
	memset(ids, 0, rows * sizeof(*ids));
	for (uint32_t k = 0; k < table->column_count; k++) {
		const struct key_column *column = &table->columns[k];

		if (column->kind == KEY_NOTHING && !table->skips_nulls)
			continue;
		input_look(&table->inputs[k], rows,
		    column->bias - column->base + 1, column->extent,
		    (uint32_t)column->stride,
		    table->skips_nulls ? INDEX_NONE : 0, ids);
	}
	lanes()->look(ids, table->index, ids, rows);
}
