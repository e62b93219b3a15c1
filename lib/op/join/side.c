#include "op/join/side.h"

#include "batch/order.h"
#include "op/ordered.h"

void
join_side_init(struct join_side *side, struct batch_source *source,
    const uint32_t *keys, uint32_t key_count, const char *name)
{
	*side = (struct join_side){
		.source = source,
		.schema = &source->header->schema,
		.keys = keys,
		.key_count = key_count,
		.name = name
	};
	side->last = mem_array((size_t)key_count + 1, sizeof(*side->last));
	side->last_views = mem_array((size_t)key_count + 1,
	    sizeof(*side->last_views));
	for (uint32_t k = 0; k < key_count; k++) {
		column_builder_init(&side->last[k],
		    side->schema->fields[keys[k]].type);
		side->last_views[k] = column_builder_view(&side->last[k]);
	}
}

void
join_side_release(struct join_side *side)
{
	for (uint32_t k = 0; k < side->key_count; k++)
		column_builder_release(&side->last[k]);
	mem_free(side->last);
	mem_free(side->last_views);
	buffer_release(&side->scratch);
	*side = (struct join_side){ 0 };
}

static const struct column *
key_column(const struct join_side *side, uint32_t k)
{
	return &side->batch->columns[side->keys[k]];
}

/* Integers of any width; of other types both are of the same. */
static int
compare_values(const struct column *a, uint32_t a_row,
    const struct column *b, uint32_t b_row)
{
	_Bool a_null = column_is_null(a, a_row);
	_Bool b_null = column_is_null(b, b_row);
	int128 left, right;

	if (!type_is_integer(a->type) || type_is_equal(a->type, b->type))
		return column_compare(a, a_row, b, b_row, 1);
	if (a_null || b_null)
		return b_null - a_null;
	left = column_whole(a, a_row);
	right = column_whole(b, b_row);
	return (left > right) - (left < right);
}

static int
compare_rows(const struct join_side *side, uint32_t a, uint32_t b)
{
	int order = 0;

	if (side->numbers != NULL)
		return (side->numbers[a] > side->numbers[b]) -
		    (side->numbers[a] < side->numbers[b]);
	for (uint32_t k = 0; k < side->key_count && order == 0; k++)
		order = column_compare(key_column(side, k), a,
		    key_column(side, k), b, 1);
	return order;
}

int
join_side_compare_key(const struct join_side *a, const struct column *keys)
{
	int order = 0;

	for (uint32_t k = 0; k < a->key_count && order == 0; k++)
		order = compare_values(key_column(a, k), a->begin, &keys[k],
		    0);
	return order;
}

int
join_side_compare(const struct join_side *a, const struct join_side *b)
{
	int order = 0;

	if (a->numbers != NULL && b->numbers != NULL)
		return (a->numbers[a->begin] > b->numbers[b->begin]) -
		    (a->numbers[a->begin] < b->numbers[b->begin]);
	for (uint32_t k = 0; k < a->key_count && order == 0; k++)
		order = compare_values(key_column(a, k), a->begin,
		    key_column(b, k), b->begin);
	return order;
}

_Bool
join_side_is_null(const struct join_side *side)
{
	if (side->numbers != NULL)
		return 0;
	for (uint32_t k = 0; k < side->key_count; k++) {
		const struct column *key = key_column(side, k);

		if (key->type.id == TYPE_NULL ||
		    column_is_null(key, side->begin))
			return 1;
	}
	return 0;
}

_Bool
join_side_continues(const struct join_side *side)
{
	return side->last[0].row_count > 0 &&
	    join_side_compare_key(side, side->last_views) == 0;
}

/* One key of up to 64 bits, signed: compared as such. */
static void
find_numbers(struct join_side *side)
{
	const struct column *key = key_column(side, 0);
	enum type_id number = ordered_number(key->type);
	uint32_t rows = side->batch->row_count;
	int64_t *numbers;

	side->numbers = NULL;
	if (side->key_count != 1 || key->null_count > 0 ||
	    type_is_float(key->type) || number == TYPE_NULL ||
	    number == TYPE_DECIMAL || number == TYPE_U64 ||
	    key->type.id == TYPE_BOOL)
		return;
	if (number == TYPE_I64) {
		side->numbers = key->values;
		return;
	}
	buffer_resize(&side->scratch, (size_t)rows * sizeof(*numbers));
	numbers = (int64_t *)(void *)side->scratch.data;
	if (number == TYPE_I32) {
		const int32_t *values = key->values;
		for (uint32_t i = 0; i < rows; i++)
			numbers[i] = values[i];
	} else {
		for (uint32_t i = 0; i < rows; i++)
			numbers[i] = (int64_t)column_whole(key, i);
	}
	side->numbers = numbers;
}

/* before[] are the key columns of the row before, in their order. */
static int
complain(const struct join_side *side, const struct column *const *before,
    uint32_t before_row, uint32_t row, struct error *err)
{
	struct buffer first = { 0 }, second = { 0 };

	for (uint32_t k = 0; k < side->key_count; k++) {
		const char *name = side->schema->fields[side->keys[k]].name;

		join_key_append(name, before[k], before_row, &first);
		join_key_append(name, key_column(side, k), row, &second);
	}
	error_data(err, "%s: row %llu: %s after %s: not sorted by its keys, "
	    "ascending, nulls first", side->name,
	    (unsigned long long)(side->rows_before + row + 1),
	    (const char *)second.data, (const char *)first.data);
	buffer_release(&first);
	buffer_release(&second);
	return -1;
}

/* The row before is the batch's, or the last of the batch before. */
static int
complain_about(const struct join_side *side, _Bool is_last,
    uint32_t before_row, uint32_t row, struct error *err)
{
	const struct column **before = mem_array(
	    (size_t)side->key_count + 1, sizeof(*before));

	for (uint32_t k = 0; k < side->key_count; k++)
		before[k] = is_last ? &side->last_views[k] :
		    key_column(side, k);
	complain(side, before, before_row, row, err);
	mem_free(before);
	return -1;
}

static int
check_order(const struct join_side *side, struct error *err)
{
	uint32_t rows = side->batch->row_count;

	if (rows > 0 && side->last[0].row_count > 0 &&
	    join_side_compare_key(side, side->last_views) < 0)
		return complain_about(side, 1, 0, 0, err);
	for (uint32_t i = 1; i < rows; i++) {
		if (compare_rows(side, i - 1, i) > 0)
			return complain_about(side, 0, i - 1, i, err);
	}
	return 0;
}

static void
find_end(struct join_side *side)
{
	uint32_t rows = side->batch->row_count;

	side->end = side->begin;
	if (side->begin == rows)
		return;
	do
		side->end++;
	while (side->end < rows &&
	    compare_rows(side, side->begin, side->end) == 0);
}

/* Keeps the key of the batch's last row. */
static void
keep_last(struct join_side *side)
{
	uint32_t rows = side->batch->row_count;

	for (uint32_t k = 0; rows > 0 && k < side->key_count; k++) {
		column_builder_clear(&side->last[k]);
		column_builder_append(&side->last[k], key_column(side, k),
		    rows - 1, 1);
		side->last_views[k] = column_builder_view(&side->last[k]);
	}
	side->rows_before += rows;
}

int
join_side_read(struct join_side *side, struct error *err)
{
	int got;

	if (side->batch != NULL)
		keep_last(side);
	got = batch_source_next(side->source, &side->batch, err);
	if (got != 1) {
		side->batch = NULL;
		return got;
	}
	side->begin = 0;
	find_numbers(side);
	if (check_order(side, err) != 0)
		return -1;
	find_end(side);
	return 1;
}

_Bool
join_side_next_run(struct join_side *side)
{
	side->begin = side->end;
	find_end(side);
	return side->end > side->begin;
}
