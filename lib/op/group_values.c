#include "op/group_values.h"

#include "batch/order.h"

enum value_is { VALUE_NONE, VALUE_NULL, VALUE_SET };

void
group_values_init(struct group_values *values, struct type type)
{
	*values = (struct group_values){.type = type,
	    .width = type.id == TYPE_BOOL ? 1 : type_width(type)};
}

void
group_values_grow(struct group_values *values, uint32_t old_count,
    uint32_t count)
{
	group_array_grow(&values->is, 1, old_count, count);
	if (values->width == 0)
		group_strings_grow(&values->strings, count);
	else
		group_array_grow(&values->values, values->width, old_count,
		    count);
}

void
group_values_set(struct group_values *values, uint32_t id,
    const struct column *column, uint32_t row)
{
	uint8_t *is = values->is.slots;
	if (column->type.id == TYPE_NULL || column_is_null(column, row)) {
		is[id] = VALUE_NULL;
		return;
	}
	is[id] = VALUE_SET;
	if (values->width == 0) {
		uint32_t len;
		const uint8_t *bytes = column_bytes(column, row, &len);
		group_strings_set(&values->strings, id, bytes, len);
		return;
	}
	uint8_t *value = (uint8_t *)values->values.slots +
	    (size_t)id * values->width;
	if (column->type.id == TYPE_BOOL)
		*value = column_bool(column, row);
	else
		memcpy(value, (const uint8_t *)column->values +
		    row * values->width, values->width);
}

_Bool
group_values_has(const struct group_values *values, uint32_t id)
{
	return ((const uint8_t *)values->is.slots)[id] != VALUE_NONE;
}

int
group_values_compare(const struct group_values *values, uint32_t id,
    const struct column *column, uint32_t row)
{
	struct column held = {.type = values->type};
	int32_t offsets[2] = {0};
	if (values->width == 0) {
		uint32_t len;
		held.bytes = group_strings_get(&values->strings, id, &len);
		offsets[1] = (int32_t)len;
		held.values = offsets;
	} else {
		held.values = (const uint8_t *)values->values.slots +
		    (size_t)id * values->width;
	}
	return column_compare(&held, 0, column, row, 1);
}

int
group_values_give(const struct group_values *values, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	const uint8_t *is = values->is.slots;
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *value = (const uint8_t *)values->values.slots +
		    (size_t)ids[i] * values->width;
		if (is[ids[i]] != VALUE_SET) {
			column_builder_append_null(result);
		} else if (result->type.id == TYPE_BOOL) {
			column_builder_append_bool(result, *value != 0);
		} else if (values->width > 0) {
			column_builder_append_value(result, value);
		} else {
			uint32_t len;
			const uint8_t *bytes = group_strings_get(
			    &values->strings, ids[i], &len);
			if (column_builder_append_bytes(result, bytes,
			    len) != 0)
				return error_data(err, "strings of more than "
				    "2 GiB in one batch");
		}
	}
	return 0;
}

size_t
group_values_bytes(const struct group_values *values)
{
	return group_array_bytes(&values->is) +
	    group_array_bytes(&values->values) +
	    group_strings_bytes(&values->strings);
}

void
group_values_keep(struct group_values *values, uint32_t id)
{
	group_array_keep(&values->is, id);
	if (values->width == 0)
		group_strings_keep(&values->strings, id);
	else
		group_array_keep(&values->values, id);
}

void
group_values_clear(struct group_values *values)
{
	group_array_release(&values->is);
	group_array_release(&values->values);
	group_strings_release(&values->strings);
}
