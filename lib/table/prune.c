#include "table/prune.h"

#include "batch/builder.h"
#include "batch/order.h"
#include "format/parquet_convert.h"

/* Statistics of a chunk as columns of one row each. */
struct range {
	struct column_builder least;
	struct column_builder greatest;
	_Bool has_least;
	_Bool has_greatest;
};

/* ---- statistics as values -------------------------------------------- */

static _Bool
append_fixed(const struct parquet_column *column, struct parquet_bytes bytes,
    struct column_builder *builder)
{
	/* Room for what a conversion reads beyond. */
	uint8_t raw[64] = {0}, value[16] = {0};
	struct error err;
	if (bytes.len != column->raw_bytes || bytes.len > 32)
		return 0;
	memcpy(raw, bytes.data, bytes.len);
	if (column->conversion == PARQUET_TO_SAME)
		memcpy(value, raw, type_width(column->type));
	else if (parquet_convert_fixed(column, raw, value, 1, &err) != 0)
		return 0;
	column_builder_append_value(builder, value);
	return 1;
}

/* One bound of the statistics; false if it says nothing to us. */
static _Bool
append_bound(const struct parquet_column *column, struct parquet_bytes bytes,
    struct column_builder *builder)
{
	column_builder_init(builder, column->type);
	if (bytes.data == NULL)
		return 0;
	switch (column->conversion) {
	case PARQUET_TO_BITS:
		if (bytes.len != 1)
			return 0;
		column_builder_append_bool(builder, bytes.data[0] != 0);
		return 1;
	case PARQUET_TO_BYTES:
		/* Of FIXED_LEN_BYTE_ARRAY and all BYTE_ARRAYs: by bytes. */
		return column_builder_append_bytes(builder, bytes.data,
		    bytes.len) == 0;
	case PARQUET_TO_DECIMAL:
		/* BYTE_ARRAY's have any length; rare, and left alone. */
		return column->raw_bytes > 0 &&
		    append_fixed(column, bytes, builder);
	case PARQUET_TO_SAME:
	case PARQUET_TO_I8:
	case PARQUET_TO_I16:
	case PARQUET_TO_U8:
	case PARQUET_TO_U16:
	case PARQUET_TO_TIME_MS:
		return append_fixed(column, bytes, builder);
	default:
		return 0;
	}
}

static _Bool
is_nan(const struct column *column)
{
	if (column->type.id == TYPE_F64) {
		double value = *(const double *)column->values;
		return value != value;
	}
	if (column->type.id == TYPE_F32) {
		float value = *(const float *)column->values;
		return value != value;
	}
	return 0;
}

/*
 * min_value and max_value are in the order that the footer says for the
 * column; the older min and max are in signed order, which is right for
 * signed numbers alone (parquet.thrift, Statistics).
 */
static void
read_range(const struct parquet_meta *meta,
    const struct parquet_column *column, const struct parquet_chunk *chunk,
    struct range *range)
{
	const struct parquet_statistics *statistics = &chunk->statistics;
	struct parquet_bytes least = statistics->min_value;
	struct parquet_bytes greatest = statistics->max_value;
	struct type type = column->type;
	if (column->leaf >= meta->order_count ||
	    meta->orders[column->leaf] != PARQUET_ORDER_TYPE)
		least = greatest = (struct parquet_bytes){0};
	_Bool is_signed = type_is_signed(type) || type.id == TYPE_DATE ||
	    type.id == TYPE_TIMESTAMP || type.id == TYPE_TIME ||
	    (type.id == TYPE_DECIMAL && (chunk->type == PARQUET_INT32 ||
	    chunk->type == PARQUET_INT64));
	if (least.data == NULL && is_signed)
		least = statistics->deprecated_min;
	if (greatest.data == NULL && is_signed)
		greatest = statistics->deprecated_max;
	range->has_least = append_bound(column, least, &range->least);
	range->has_greatest = append_bound(column, greatest,
	    &range->greatest);
	struct column view = column_builder_view(&range->least);
	if (range->has_least && is_nan(&view))
		range->has_least = 0;
	view = column_builder_view(&range->greatest);
	/* NaN counts in no statistics, and for us it is above all numbers. */
	if (range->has_greatest && type_is_float(type))
		range->has_greatest = 0;
}

/* ---- against bounds -------------------------------------------------- */

static int
compare(const struct column_builder *a, const struct expr_bound *bound,
    uint32_t row)
{
	struct column view = column_builder_view(a);
	return column_compare(&view, 0, &bound->value, row, 1);
}

/* Whether the bound's value can be one of the range. */
static _Bool
can_hold(const struct range *range, const struct expr_bound *bound,
    uint32_t row)
{
	if (column_is_null(&bound->value, row))
		return 0;
	if (range->has_least && compare(&range->least, bound, row) > 0)
		return 0;
	return !range->has_greatest ||
	    compare(&range->greatest, bound, row) >= 0;
}

static _Bool
is_outside(const struct range *range, const struct expr_bound *bound)
{
	switch (bound->op) {
	case EXPR_EQ:
	case EXPR_IN:
		for (uint32_t i = 0; i < bound->value_count; i++)
			if (can_hold(range, bound, i))
				return 0;
		return 1;
	case EXPR_LT:
		return range->has_least &&
		    compare(&range->least, bound, 0) >= 0;
	case EXPR_LE:
		return range->has_least &&
		    compare(&range->least, bound, 0) > 0;
	case EXPR_GT:
		return range->has_greatest &&
		    compare(&range->greatest, bound, 0) <= 0;
	case EXPR_GE:
		return range->has_greatest &&
		    compare(&range->greatest, bound, 0) < 0;
	default:
		return 0;
	}
}

/* Bounds compare with values of the column's own type only. */
static _Bool
is_comparable(const struct expr_bound *bound, struct type type)
{
	return bound->op == EXPR_IS_NULL || bound->op == EXPR_IS_NOT_NULL ||
	    type_is_equal(bound->value.type, type);
}

_Bool
prune_row_group(const struct expr_bound *bound,
    const struct parquet_meta *meta, const struct parquet_column *column,
    const struct parquet_row_group *group)
{
	const struct parquet_chunk *chunk = &group->chunks[column->leaf];
	const struct parquet_statistics *statistics = &chunk->statistics;
	struct range range = {0};
	if (!chunk->has_statistics || column->refusal != NULL)
		return 0;
	if (statistics->has_null_count) {
		if (bound->op == EXPR_IS_NULL)
			return statistics->null_count == 0;
		/* No comparison with null is true. */
		if (statistics->null_count == group->row_count)
			return 1;
	}
	if (bound->op == EXPR_IS_NULL || bound->op == EXPR_IS_NOT_NULL ||
	    !is_comparable(bound, column->type))
		return 0;
	read_range(meta, column, chunk, &range);
	_Bool result = is_outside(&range, bound);
	column_builder_release(&range.least);
	column_builder_release(&range.greatest);
	return result;
}

_Bool
prune_append_range(const struct parquet_meta *meta,
    const struct parquet_column *column,
    const struct parquet_row_group *group, struct column_builder *least,
    struct column_builder *greatest)
{
	const struct parquet_chunk *chunk = &group->chunks[column->leaf];
	struct range range = {0};
	if (!chunk->has_statistics || column->refusal != NULL)
		return 0;
	read_range(meta, column, chunk, &range);
	_Bool result = range.has_least && range.has_greatest;
	struct column view = column_builder_view(&range.least);
	if (result && column_builder_append(least, &view, 0, 1) != 0)
		result = 0;
	view = column_builder_view(&range.greatest);
	if (result && column_builder_append(greatest, &view, 0, 1) != 0)
		result = 0;
	column_builder_release(&range.least);
	column_builder_release(&range.greatest);
	return result;
}

_Bool
prune_value(const struct expr_bound *bound, const struct column *value)
{
	_Bool is_null = value->type.id == TYPE_NULL ||
	    column_is_null(value, 0);
	if (bound->op == EXPR_IS_NULL)
		return !is_null;
	if (is_null)
		return 1;
	if (bound->op == EXPR_IS_NOT_NULL ||
	    !is_comparable(bound, value->type))
		return 0;
	for (uint32_t i = 0; i < bound->value_count; i++) {
		int order = column_compare(value, 0, &bound->value, i, 1);
		if (column_is_null(&bound->value, i))
			continue;
		if ((bound->op == EXPR_EQ && order == 0) ||
		    (bound->op == EXPR_IN && order == 0) ||
		    (bound->op == EXPR_NE && order != 0) ||
		    (bound->op == EXPR_LT && order < 0) ||
		    (bound->op == EXPR_LE && order <= 0) ||
		    (bound->op == EXPR_GT && order > 0) ||
		    (bound->op == EXPR_GE && order >= 0))
			return 0;
	}
	return 1;
}
