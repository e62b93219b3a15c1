#include "batch/ascent.h"

#include "batch/order.h"

void
ascent_init(struct ascent *ascent, struct type type)
{
	*ascent = (struct ascent){0};
	column_builder_init(&ascent->last, type);
}

void
ascent_release(struct ascent *ascent)
{
	column_builder_release(&ascent->last);
	buffer_release(&ascent->signs);
}

void
ascent_restart(struct ascent *ascent)
{
	column_builder_clear(&ascent->last);
}

static _Bool
is_after_last(const struct ascent *ascent, const struct column *values)
{
	struct column last = column_builder_view(&ascent->last);
	return column_compare(&last, 0, values, 0, 1) < 0;
}

int
ascent_check(struct ascent *ascent, const struct column *values,
    uint32_t rows, struct error *err)
{
	static const struct sort_key key = {.nulls_first = 1};
	struct column column = *values;
	const struct batch batch = {.row_count = rows, .column_count = 1,
	    .columns = &column};
	if (rows == 0)
		return 1;
	if (ascent->last.row_count > 0 && !is_after_last(ascent, values))
		return 0;
	buffer_resize(&ascent->signs, (size_t)rows + 1);
	int8_t *signs = (int8_t *)ascent->signs.data;
	batch_compare_adjacent(&batch, &key, 1, signs);
	int8_t greatest = -1;
	for (uint32_t i = 1; i < rows; i++)
		greatest = signs[i] > greatest ? signs[i] : greatest;
	if (greatest >= 0)
		return 0;
	column_builder_clear(&ascent->last);
	if (column_builder_append(&ascent->last, values, rows - 1, 1) != 0)
		return error_data(err, "a value of 2 GiB");
	return 1;
}
