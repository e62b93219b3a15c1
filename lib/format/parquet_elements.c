#include "format/parquet_elements.h"

#include "format/parquet_values.h"

int
parquet_elements_check(const struct schema *schema, struct error *err)
{
	if (schema->count == 0)
		return error_data(err,
		    "a Parquet file cannot be without columns");
	for (uint32_t i = 0; i < schema->count; i++) {
		const struct field *field = &schema->fields[i];
		char text[TYPE_TEXT_BYTES];
		if (type_is_nested(field->type))
			return error_data(err,
			    "column '%s': %s cannot be written to Parquet yet",
			    field->name, type_format(field->type, text));
		if (field->type.id == TYPE_NULL && !field->is_nullable)
			return error_data(err,
			    "column '%s' is of type null and promises no nulls",
			    field->name);
	}
	return 0;
}

static void
set_integer(struct parquet_element *element, struct type type)
{
	static const int8_t converted[] = {
	    [TYPE_I8] = PARQUET_CONVERTED_INT_8,
	    [TYPE_I16] = PARQUET_CONVERTED_INT_16,
	    [TYPE_U8] = PARQUET_CONVERTED_UINT_8,
	    [TYPE_U16] = PARQUET_CONVERTED_UINT_16,
	    [TYPE_U32] = PARQUET_CONVERTED_UINT_32,
	    [TYPE_U64] = PARQUET_CONVERTED_UINT_64};
	if (type.id == TYPE_I32 || type.id == TYPE_I64)
		return;
	element->converted = converted[type.id];
	element->logical = (struct parquet_logical_type){
	    .id = PARQUET_LOGICAL_INTEGER,
	    .bit_width = (uint8_t)(type_width(type) * 8),
	    .is_signed = type_is_signed(type)};
}

static void
set_logical(struct parquet_element *element, struct type type)
{
	struct parquet_logical_type *logical = &element->logical;
	switch (type.id) {
	case TYPE_NULL:
		logical->id = PARQUET_LOGICAL_UNKNOWN;
		break;
	case TYPE_STRING:
		logical->id = PARQUET_LOGICAL_STRING;
		element->converted = PARQUET_CONVERTED_UTF8;
		break;
	case TYPE_DATE:
		logical->id = PARQUET_LOGICAL_DATE;
		element->converted = PARQUET_CONVERTED_DATE;
		break;
	case TYPE_TIME:
		logical->id = PARQUET_LOGICAL_TIME;
		logical->unit = PARQUET_MICROS;
		break;
	case TYPE_TIMESTAMP:
		logical->id = PARQUET_LOGICAL_TIMESTAMP;
		logical->unit = PARQUET_MICROS;
		logical->is_utc = type.is_utc;
		if (type.is_utc)
			element->converted =
			    PARQUET_CONVERTED_TIMESTAMP_MICROS;
		break;
	case TYPE_DECIMAL:
		logical->id = PARQUET_LOGICAL_DECIMAL;
		logical->precision = element->precision = type.precision;
		logical->scale = element->scale = type.scale;
		element->converted = PARQUET_CONVERTED_DECIMAL;
		element->type_length = (int32_t)parquet_fixed_bytes(type);
		break;
	default:
		if (type_is_integer(type))
			set_integer(element, type);
	}
}

void
parquet_elements_make(const struct schema *schema, struct parquet_meta *meta)
{
	uint32_t count = schema->count;
	meta->element_count = count + 1;
	meta->elements = arena_zalloc(&meta->arena,
	    (count + 1) * sizeof(*meta->elements));
	meta->orders = arena_zalloc(&meta->arena, count);
	meta->order_count = count;
	meta->elements[0] = (struct parquet_element){.name = "schema",
	    .type = -1, .repetition = -1, .converted = -1,
	    .child_count = (int32_t)count};
	for (uint32_t i = 0; i < count; i++) {
		const struct field *field = &schema->fields[i];
		struct parquet_element *element = &meta->elements[i + 1];
		*element = (struct parquet_element){
		    .name = field->name,
		    .type = (int8_t)parquet_physical(field->type),
		    .repetition = field->is_nullable ?
			PARQUET_OPTIONAL : PARQUET_REQUIRED,
		    .converted = -1};
		set_logical(element, field->type);
		meta->orders[i] = PARQUET_ORDER_TYPE;
	}
}
