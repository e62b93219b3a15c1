/*
 * value IN (constants): the items in a set, looked up row by row.  Items of
 * fixed width are a sorted array, strings a dictionary.
 *
 * A null among the items makes a null of every value that is not found.
 */
#include "expr/kernel.h"

#include <stdlib.h>
#include <string.h>

#include "batch/builder.h"

struct in_list {
	struct dictionary *texts;	/* owned; of strings */
	int128 *numbers;		/* owned; sorted, else */
	uint32_t count;
	_Bool has_null;
	struct column_builder values;	/* the items that are not null */
};

/* A value as an integer with the same equality; not for strings. */
static int128
number_of(const struct column *column, uint32_t row)
{
	switch (column->type.id) {
	case TYPE_BOOL:
		return column_bool(column, row);
	case TYPE_F32:
	case TYPE_F64: {
		double x = column->type.id == TYPE_F32 ?
		    (double)((const float *)column->values)[row] :
		    ((const double *)column->values)[row];
		int64_t bits;
		if (x == 0)
			return 0;
		if (x != x)
			return INT128_MAX;
		memcpy(&bits, &x, sizeof(bits));
		return bits;
	}
	default:
		return column_whole(column, row);
	}
}

static int
compare_numbers(const void *a, const void *b)
{
	int128 x, y;
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

static void
free_list(void *state)
{
	struct in_list *list = state;
	dictionary_free(list->texts);
	mem_free(list->numbers);
	column_builder_release(&list->values);
	mem_free(list);
}

int
in_list_prepare(struct node *node, struct type type, struct node **items,
    uint32_t count)
{
	struct in_list *list = mem_zalloc(sizeof(*list));
	_Bool is_text = type_is_variable(type);
	list->texts = is_text ? dictionary_new() : NULL;
	list->numbers = is_text ? NULL : mem_array(count, sizeof(int128));
	node->state = list;
	node->state_free = free_list;
	column_builder_init(&list->values, type);
	for (uint32_t i = 0; i < count; i++) {
		const struct vector *item = &items[i]->out;
		if (vector_is_null(item, 0)) {
			list->has_null = 1;
			node->may_be_null = 1;
			continue;
		}
		/* The same width and scale, perhaps of fewer digits. */
		struct column value = item->column;
		value.type = type;
		if (column_builder_append(&list->values, &value, 0, 1) != 0)
			return -1;
		if (is_text) {
			uint32_t len;
			const uint8_t *bytes = vector_text(item, 0, &len);
			if (dictionary_add(list->texts, bytes, len) ==
			    DICTIONARY_NONE)
				return -1;
		} else {
			list->numbers[list->count++] =
			    number_of(&item->column, 0);
		}
	}
	if (list->count > 1)
		qsort(list->numbers, list->count, sizeof(int128),
		    compare_numbers);
	return 0;
}

struct column
in_list_values(const struct node *node, uint32_t *count)
{
	const struct in_list *list = node->state;
	*count = list->values.row_count;
	return column_builder_view(&list->values);
}

static _Bool
contains(const struct in_list *list, int128 x)
{
	uint32_t low = 0, high = list->count;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (list->numbers[middle] < x)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->count && list->numbers[low] == x;
}

int
kernel_in(struct call *call)
{
	const struct in_list *list = call->node->state;
	const struct vector *v = call->args[0];
	uint8_t *bytes = kernel_scratch(call, call->rows);
	for (uint32_t row = 0; row < call->rows; row++) {
		bytes[row] = 0;
		if (!row_is_live(call->live, row))
			continue;
		if (list->texts != NULL) {
			uint32_t len;
			const uint8_t *text = vector_text(v, row, &len);
			bytes[row] = dictionary_find(list->texts, text, len) !=
			    DICTIONARY_NONE;
		} else {
			bytes[row] = contains(list, number_of(&v->column,
			    v->is_constant ? 0 : row));
		}
	}
	if (list->has_null)
		for (uint32_t row = 0; row < call->rows; row++)
			if (!bytes[row])
				vector_set_null(call->out, row, call->rows);
	bits_pack(bytes, call->rows,
	    vector_start(call->out, call->node->type, call->rows));
	return 0;
}
