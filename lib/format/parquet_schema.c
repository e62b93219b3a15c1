#include "format/parquet_schema.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "format/parquet_footer.h"

#define MAX_DECIMAL_PRECISION 38
#define INTERVAL_ID 255		/* stands for converted INTERVAL */

/* ---- one leaf -------------------------------------------------------- */

/* What the older annotation says, in terms of the newer one. */
static struct parquet_logical_type
logical_of_converted(const struct parquet_element *element)
{
	static const struct {
		uint8_t id, unit, bit_width;
		_Bool is_signed;
	} table[] = {
		[PARQUET_CONVERTED_UTF8] = {PARQUET_LOGICAL_STRING},
		[PARQUET_CONVERTED_MAP] = {PARQUET_LOGICAL_MAP},
		[PARQUET_CONVERTED_MAP_KEY_VALUE] = {PARQUET_LOGICAL_MAP},
		[PARQUET_CONVERTED_LIST] = {PARQUET_LOGICAL_LIST},
		[PARQUET_CONVERTED_ENUM] = {PARQUET_LOGICAL_ENUM},
		[PARQUET_CONVERTED_DECIMAL] = {PARQUET_LOGICAL_DECIMAL},
		[PARQUET_CONVERTED_DATE] = {PARQUET_LOGICAL_DATE},
		[PARQUET_CONVERTED_TIME_MILLIS] =
		    {PARQUET_LOGICAL_TIME, PARQUET_MILLIS},
		[PARQUET_CONVERTED_TIME_MICROS] =
		    {PARQUET_LOGICAL_TIME, PARQUET_MICROS},
		[PARQUET_CONVERTED_TIMESTAMP_MILLIS] =
		    {PARQUET_LOGICAL_TIMESTAMP, PARQUET_MILLIS},
		[PARQUET_CONVERTED_TIMESTAMP_MICROS] =
		    {PARQUET_LOGICAL_TIMESTAMP, PARQUET_MICROS},
		[PARQUET_CONVERTED_UINT_8] = {PARQUET_LOGICAL_INTEGER, 0, 8},
		[PARQUET_CONVERTED_UINT_16] =
		    {PARQUET_LOGICAL_INTEGER, 0, 16},
		[PARQUET_CONVERTED_UINT_32] =
		    {PARQUET_LOGICAL_INTEGER, 0, 32},
		[PARQUET_CONVERTED_UINT_64] =
		    {PARQUET_LOGICAL_INTEGER, 0, 64},
		[PARQUET_CONVERTED_INT_8] =
		    {PARQUET_LOGICAL_INTEGER, 0, 8, 1},
		[PARQUET_CONVERTED_INT_16] =
		    {PARQUET_LOGICAL_INTEGER, 0, 16, 1},
		[PARQUET_CONVERTED_INT_32] =
		    {PARQUET_LOGICAL_INTEGER, 0, 32, 1},
		[PARQUET_CONVERTED_INT_64] =
		    {PARQUET_LOGICAL_INTEGER, 0, 64, 1},
		[PARQUET_CONVERTED_JSON] = {PARQUET_LOGICAL_JSON},
		[PARQUET_CONVERTED_BSON] = {PARQUET_LOGICAL_BSON},
		[PARQUET_CONVERTED_INTERVAL] = {INTERVAL_ID}
	};
	int converted = element->converted;
	if (converted < 0 ||
	    converted >= (int)(sizeof(table) / sizeof(*table)))
		return (struct parquet_logical_type){0};
	/* "TIMESTAMP_MILLIS: isAdjustedToUTC = true", LogicalTypes.md */
	return (struct parquet_logical_type){.id = table[converted].id,
	    .unit = table[converted].unit, .is_utc = 1,
	    .bit_width = table[converted].bit_width,
	    .is_signed = table[converted].is_signed,
	    .precision = element->precision, .scale = element->scale};
}

static void
set(struct parquet_column *column, struct type type,
    enum parquet_conversion conversion)
{
	column->type = type;
	column->conversion = conversion;
}

static void
set_physical(struct parquet_column *column)
{
	switch (column->element->type) {
	case PARQUET_BOOLEAN:
		set(column, type_of(TYPE_BOOL), PARQUET_TO_BITS);
		break;
	case PARQUET_INT32:
		set(column, type_of(TYPE_I32), PARQUET_TO_SAME);
		break;
	case PARQUET_INT64:
		set(column, type_of(TYPE_I64), PARQUET_TO_SAME);
		break;
	case PARQUET_INT96:
		set(column, type_timestamp(0), PARQUET_TO_INT96_US);
		break;
	case PARQUET_FLOAT:
		set(column, type_of(TYPE_F32), PARQUET_TO_SAME);
		break;
	case PARQUET_DOUBLE:
		set(column, type_of(TYPE_F64), PARQUET_TO_SAME);
		break;
	default:
		set(column, type_of(TYPE_BINARY), PARQUET_TO_BYTES);
	}
}

static const char *
set_decimal(struct parquet_column *column,
    const struct parquet_logical_type *logical)
{
	int type = column->element->type;
	if (type != PARQUET_INT32 && type != PARQUET_INT64 &&
	    type != PARQUET_BYTE_ARRAY &&
	    type != PARQUET_FIXED_LEN_BYTE_ARRAY)
		return "is a decimal of a type that cannot be one";
	if (logical->precision > MAX_DECIMAL_PRECISION)
		return "is a decimal of more than 38 digits";
	if (logical->precision < 1 || logical->scale < 0 ||
	    logical->scale > logical->precision)
		return "is a decimal without a valid precision and scale";
	set(column, type_decimal((unsigned)logical->precision,
	    (unsigned)logical->scale), PARQUET_TO_DECIMAL);
	return NULL;
}

static const char *
set_integer(struct parquet_column *column,
    const struct parquet_logical_type *logical)
{
	unsigned bits = logical->bit_width;
	_Bool is_signed = logical->is_signed;
	int type = column->element->type;
	if (bits == 64 && type == PARQUET_INT64) {
		set(column, type_of(is_signed ? TYPE_I64 : TYPE_U64),
		    PARQUET_TO_SAME);
		return NULL;
	}
	if (type != PARQUET_INT32)
		return "is an integer of a type that cannot be one";
	if (bits == 32)
		set(column, type_of(is_signed ? TYPE_I32 : TYPE_U32),
		    PARQUET_TO_SAME);
	else if (bits == 16)
		set(column, type_of(is_signed ? TYPE_I16 : TYPE_U16),
		    is_signed ? PARQUET_TO_I16 : PARQUET_TO_U16);
	else if (bits == 8)
		set(column, type_of(is_signed ? TYPE_I8 : TYPE_U8),
		    is_signed ? PARQUET_TO_I8 : PARQUET_TO_U8);
	else
		return "is an integer of a width that there is not";
	return NULL;
}

static const char *
set_time(struct parquet_column *column,
    const struct parquet_logical_type *logical)
{
	_Bool is_timestamp = logical->id == PARQUET_LOGICAL_TIMESTAMP;
	int type = column->element->type;
	int wanted = !is_timestamp && logical->unit == PARQUET_MILLIS ?
	    PARQUET_INT32 : PARQUET_INT64;
	if (type != wanted)
		return "is a time of a type that cannot be one";
	struct type ours = is_timestamp ? type_timestamp(logical->is_utc) :
	    type_of(TYPE_TIME);
	if (logical->unit == PARQUET_MILLIS)
		set(column, ours, PARQUET_TO_TIME_MS);
	else if (logical->unit == PARQUET_MICROS)
		set(column, ours, PARQUET_TO_SAME);
	else if (logical->unit == PARQUET_NANOS)
		set(column, ours, PARQUET_TO_TIME_NS);
	else
		return "is a time in a unit that is not known";
	return NULL;
}

/* Sets type and conversion of a leaf; returns the refusal or NULL. */
static const char *
set_leaf(struct parquet_column *column)
{
	const struct parquet_element *element = column->element;
	struct parquet_logical_type logical = element->logical;
	struct parquet_logical_type older = logical_of_converted(element);
	int type = element->type;
	if (logical.id == PARQUET_LOGICAL_NONE)
		logical = older;
	set_physical(column);
	switch (logical.id) {
	case PARQUET_LOGICAL_STRING:
	case PARQUET_LOGICAL_ENUM:
	case PARQUET_LOGICAL_JSON:
	case PARQUET_LOGICAL_BSON:
		if (logical.id != PARQUET_LOGICAL_BSON)
			column->type = type_of(TYPE_STRING);
		return type == PARQUET_BYTE_ARRAY ? NULL :
		    "is a string of a type that cannot be one";
	case PARQUET_LOGICAL_DECIMAL:
		return set_decimal(column, &logical);
	case PARQUET_LOGICAL_DATE:
		set(column, type_of(TYPE_DATE), PARQUET_TO_SAME);
		return type == PARQUET_INT32 ? NULL :
		    "is a date of a type that cannot be one";
	case PARQUET_LOGICAL_TIME:
	case PARQUET_LOGICAL_TIMESTAMP:
		return set_time(column, &logical);
	case PARQUET_LOGICAL_INTEGER:
		return set_integer(column, &logical);
	case PARQUET_LOGICAL_UNKNOWN:
		set(column, type_of(TYPE_NULL), PARQUET_TO_NULL);
		return NULL;
	case PARQUET_LOGICAL_UUID:
		set(column, type_of(TYPE_STRING), PARQUET_TO_UUID);
		return type == PARQUET_FIXED_LEN_BYTE_ARRAY &&
		    element->type_length == 16 ? NULL :
		    "is a UUID of a type that cannot be one";
	case PARQUET_LOGICAL_FLOAT16:
		set(column, type_of(TYPE_F32), PARQUET_TO_HALF);
		return type == PARQUET_FIXED_LEN_BYTE_ARRAY &&
		    element->type_length == 2 ? NULL :
		    "is a FLOAT16 of a type that cannot be one";
	case INTERVAL_ID:
		return "is an interval";
	default:
		/* GEOMETRY, GEOGRAPHY and what is newer: the bytes */
		return NULL;
	}
}

static uint32_t
raw_bytes(const struct parquet_element *element)
{
	switch (element->type) {
	case PARQUET_INT32:
	case PARQUET_FLOAT:
		return 4;
	case PARQUET_INT64:
	case PARQUET_DOUBLE:
		return 8;
	case PARQUET_INT96:
		return 12;
	case PARQUET_FIXED_LEN_BYTE_ARRAY:
		return (uint32_t)element->type_length;
	default:
		return 0;
	}
}

static int
check_leaf(const struct parquet_element *element, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	error_quote(quoted, element->name, strlen(element->name));
	if (element->type >= PARQUET_TYPE_COUNT)
		return error_data(err, "column '%s' has no type %d", quoted,
		    element->type);
	if (element->type == PARQUET_FIXED_LEN_BYTE_ARRAY &&
	    (element->type_length < 1 ||
	    (uint32_t)element->type_length > PARQUET_MAX_PAGE_BYTES))
		return error_data(err, "column '%s' is of fixed length %d",
		    quoted, element->type_length);
	return 0;
}

/* ---- the tree -------------------------------------------------------- */

/*
 * Walks over the element at *next and all below it; counts its leaves.
 * Groups without children are none in the format, but harmless.
 */
static int
walk(const struct parquet_meta *meta, uint32_t *next, uint32_t *leaves,
    unsigned depth, struct error *err)
{
	if (*next >= meta->element_count)
		return error_data(err, "the schema is cut off");
	if (depth > PARQUET_MAX_DEPTH)
		return error_data(err, "the schema is nested deeper than %d",
		    PARQUET_MAX_DEPTH);
	const struct parquet_element *element = &meta->elements[(*next)++];
	char quoted[ERROR_QUOTE_BYTES];
	error_quote(quoted, element->name, strlen(element->name));
	if (!utf8_is_valid(element->name, strlen(element->name)))
		return error_data(err, "the schema's element '%s' is not "
		    "UTF-8", quoted);
	if (element->repetition < PARQUET_REQUIRED ||
	    element->repetition > PARQUET_REPEATED)
		return error_data(err, "the schema's element '%s' has no "
		    "repetition type", quoted);
	if (element->type >= 0) {
		(*leaves)++;
		if (element->child_count > 0)
			return error_data(err, "the schema's element '%s' "
			    "has both a type and children", quoted);
		return check_leaf(element, err);
	}
	if (element->child_count < 0)
		return error_data(err, "the schema's element '%s' has %d "
		    "children", quoted, element->child_count);
	for (int32_t i = 0; i < element->child_count; i++)
		if (walk(meta, next, leaves, depth + 1, err) < 0)
			return -1;
	return 0;
}

static void
set_group(struct parquet_column *column)
{
	struct parquet_logical_type logical = column->element->logical;
	if (logical.id == PARQUET_LOGICAL_NONE)
		logical = logical_of_converted(column->element);
	if (logical.id == PARQUET_LOGICAL_MAP) {
		column->type = type_of(TYPE_MAP);
		column->refusal = "is a map";
	} else if (logical.id == PARQUET_LOGICAL_LIST ||
	    column->element->repetition == PARQUET_REPEATED) {
		column->type = type_of(TYPE_LIST);
		column->refusal = "is a list";
	} else if (logical.id == PARQUET_LOGICAL_VARIANT) {
		column->type = type_of(TYPE_STRUCT);
		column->refusal = "is a variant";
	} else {
		column->type = type_of(TYPE_STRUCT);
		column->refusal = "is a struct";
	}
}

static int
add_column(struct parquet_schema *schema, const struct parquet_meta *meta,
    uint32_t *next, struct error *err)
{
	uint32_t index = schema->schema.count;
	struct parquet_column *column = &schema->columns[index];
	uint32_t leaf = schema->leaf_count;
	uint32_t element = *next;
	if (walk(meta, next, &schema->leaf_count, 1, err) < 0)
		return -1;
	*column = (struct parquet_column){
	    .element = &meta->elements[element], .leaf = leaf};
	column->name = column->element->name;
	column->is_nullable = column->element->repetition != PARQUET_REQUIRED;
	column->raw_bytes = raw_bytes(column->element);
	if (column->element->type < 0)
		set_group(column);
	else if (column->element->repetition == PARQUET_REPEATED) {
		column->type = type_of(TYPE_LIST);
		column->refusal = "is a list";
	} else
		column->refusal = set_leaf(column);
	size_t len = strlen(column->name);
	if (len > SCHEMA_MAX_NAME_BYTES)
		return error_data(err, "a column's name of %zu bytes", len);
	schema_add(&schema->schema, column->name, len, column->type,
	    column->is_nullable);
	return 0;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
check_names(const struct parquet_schema *schema, struct error *err)
{
	uint32_t count = schema->schema.count;
	const char **names = mem_array(count, sizeof(*names));
	for (uint32_t i = 0; i < count; i++)
		names[i] = schema->columns[i].name;
	qsort(names, count, sizeof(*names), compare_names);
	const char *twice = NULL;
	for (uint32_t i = 1; i < count && twice == NULL; i++)
		if (strcmp(names[i - 1], names[i]) == 0)
			twice = names[i];
	mem_free(names);
	char quoted[ERROR_QUOTE_BYTES];
	return twice == NULL ? 0 :
	    error_data(err, "two columns are named '%s'",
	    error_quote(quoted, twice, strlen(twice)));
}

static int
build(struct parquet_schema *schema, const struct parquet_meta *meta,
    struct error *err)
{
	if (meta->element_count == 0 || meta->elements[0].type >= 0)
		return error_data(err, "the schema has no root");
	int32_t count = meta->elements[0].child_count;
	if (count < 0 || (uint32_t)count >= meta->element_count)
		return error_data(err, "the schema's root has %d children, "
		    "but there are %u elements", count, meta->element_count);
	if (count > SCHEMA_MAX_COLUMNS)
		return error_data(err, "%d columns, %d at most", count,
		    SCHEMA_MAX_COLUMNS);
	schema->columns = mem_array((size_t)count, sizeof(*schema->columns));
	uint32_t next = 1;
	for (int32_t i = 0; i < count; i++)
		if (add_column(schema, meta, &next, err) < 0)
			return -1;
	if (next != meta->element_count)
		return error_data(err, "the schema has %u elements too many",
		    meta->element_count - next);
	return check_names(schema, err);
}

/* ---- the row groups -------------------------------------------------- */

static int
check_chunks(const struct parquet_schema *schema,
    const struct parquet_row_group *group, struct error *err)
{
	if (group->chunk_count != schema->leaf_count)
		return error_data(err, "%u columns, but the schema has %u",
		    group->chunk_count, schema->leaf_count);
	for (uint32_t i = 0; i < schema->schema.count; i++) {
		const struct parquet_column *column = &schema->columns[i];
		const struct parquet_chunk *chunk =
		    &group->chunks[column->leaf];
		if (column->element->type < 0 || !chunk->has_meta)
			continue;
		if (chunk->type != column->element->type)
			return error_data(err, "column '%s' has type %s, but "
			    "%s in the schema", column->name,
			    parquet_type_name(chunk->type),
			    parquet_type_name(column->element->type));
	}
	return 0;
}

static int
check_groups(const struct parquet_schema *schema,
    const struct parquet_meta *meta, struct error *err)
{
	int64_t rows = 0;
	for (uint32_t i = 0; i < meta->row_group_count; i++) {
		const struct parquet_row_group *group = &meta->row_groups[i];
		if (check_chunks(schema, group, err) < 0)
			return error_prefix(err, "row group %u", i);
		if (__builtin_add_overflow(rows, group->row_count, &rows))
			return error_data(err, "row group %u has %lld rows",
			    i, (long long)group->row_count);
	}
	if (rows != meta->row_count)
		return error_data(err, "%lld rows in all row groups, but the "
		    "footer says %lld", (long long)rows,
		    (long long)meta->row_count);
	return 0;
}

int
parquet_schema_init(struct parquet_schema *schema,
    const struct parquet_meta *meta, struct error *err)
{
	*schema = (struct parquet_schema){0};
	if (build(schema, meta, err) == 0 &&
	    check_groups(schema, meta, err) == 0)
		return 0;
	parquet_schema_release(schema);
	return -1;
}

void
parquet_schema_release(struct parquet_schema *schema)
{
	mem_free(schema->columns);
	schema_release(&schema->schema);
	*schema = (struct parquet_schema){0};
}
