#include "table/ascending.h"

#include <string.h>

#include "batch/order.h"
#include "table/prune.h"

void
ascending_init(struct ascending *ascending, uint32_t column,
    const struct field *field)
{
	*ascending = (struct ascending){.column = column,
	    .name = mem_strdup(field->name)};
	column_builder_init(&ascending->least, field->type);
	column_builder_init(&ascending->greatest, field->type);
	ascent_init(&ascending->rows, field->type);
}

void
ascending_release(struct ascending *ascending)
{
	mem_free(ascending->name);
	column_builder_release(&ascending->least);
	column_builder_release(&ascending->greatest);
	ascent_release(&ascending->rows);
}

static int
compare(const struct column_builder *a, uint32_t a_row,
    const struct column *b, uint32_t b_row)
{
	struct column view = column_builder_view(a);
	return column_compare(&view, a_row, b, b_row, 1);
}

static int
fail(const struct ascending *ascending, struct error *err)
{
	return error_set(err, STATUS_NO, "its rows do not ascend by '%s'",
	    ascending->name);
}

void
ascending_add(struct ascending *ascending, const struct parquet_meta *meta,
    const struct parquet_column *column,
    const struct parquet_row_group *group, const char *file, uint32_t number)
{
	uint32_t block = ascending->least.row_count;
	struct error *why = &ascending->why;
	if (why->status != STATUS_OK)
		return;
	if (!prune_append_range(meta, column, group, &ascending->least,
	    &ascending->greatest))
		error_set(why, STATUS_NO, "no statistics tell whether its "
		    "rows ascend by '%s'", ascending->name);
	else if (block > 0) {
		struct column least = column_builder_view(&ascending->least);
		if (compare(&ascending->greatest, block - 1, &least,
		    block) >= 0)
			fail(ascending, why);
	}
	if (why->status != STATUS_OK)
		error_prefix(why, "%s: row group %u", file, number);
}

int
ascending_begin(const struct ascending *ascending, struct error *err)
{
	if (ascending->why.status == STATUS_OK)
		return 0;
	*err = ascending->why;
	return -1;
}

int
ascending_check(struct ascending *ascending, uint32_t block,
    const struct column *values, uint32_t rows, _Bool begins, _Bool ends,
    struct error *err)
{
	if (rows == 0)
		return 0;
	if (begins) {
		ascent_restart(&ascending->rows);
		if (compare(&ascending->least, block, values, 0) != 0)
			return fail(ascending, err);
	}
	int ascends = ascent_check(&ascending->rows, values, rows, err);
	if (ascends < 0)
		return -1;
	if (!ascends || (ends && compare(&ascending->greatest, block,
	    values, rows - 1) != 0))
		return fail(ascending, err);
	return 0;
}
