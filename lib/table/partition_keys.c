#include "table/partition_keys.h"

#include "format/parquet_dictionary.h"
#include "format/parquet_values.h"
#include "table/hive.h"

struct partition_keys {
	const struct schema *schema;	/* borrowed */
	uint32_t *columns;		/* owned */
	uint32_t column_count;
	uint32_t max_partitions;
	struct parquet_dictionary *values;	/* owned, one a column */
	struct parquet_dictionary *pairs;	/* owned, one a column */
	struct parquet_values gathered;
	struct buffer ids;		/* u32 a row: of this column */
	struct buffer joined;		/* u64 a row: pairs */
	struct buffer indices;		/* u32 a value */
	/* combination -> partition */
	uint32_t *partitions;		/* owned */
	uint32_t combination_count;
	struct dictionary *paths;	/* owned; code = partition */
	struct buffer text;
};

struct partition_keys *
partition_keys_new(const struct schema *schema, const uint32_t *columns,
    uint32_t column_count, uint32_t max_partitions)
{
	struct partition_keys *keys = mem_zalloc(sizeof(*keys));
	keys->schema = schema;
	keys->columns = mem_array(column_count, sizeof(*columns));
	memcpy(keys->columns, columns, column_count * sizeof(*columns));
	keys->column_count = column_count;
	keys->max_partitions = max_partitions;
	keys->values = mem_array(column_count, sizeof(*keys->values));
	keys->pairs = mem_array(column_count, sizeof(*keys->pairs));
	keys->paths = dictionary_new();
	return keys;
}

void
partition_keys_free(struct partition_keys *keys)
{
	if (keys == NULL)
		return;
	for (uint32_t i = 0; i < keys->column_count; i++) {
		parquet_dictionary_release(&keys->values[i]);
		parquet_dictionary_release(&keys->pairs[i]);
	}
	parquet_values_release(&keys->gathered);
	buffer_release(&keys->ids);
	buffer_release(&keys->joined);
	buffer_release(&keys->indices);
	buffer_release(&keys->text);
	dictionary_free(keys->paths);
	mem_free(keys->columns);
	mem_free(keys->values);
	mem_free(keys->pairs);
	mem_free(keys->partitions);
	mem_free(keys);
}

static int
refuse(const struct partition_keys *keys, struct error *err)
{
	return error_data(err, "more than %u partitions, the last by column "
	    "'%s' (--max-partitions)", keys->max_partitions,
	    keys->schema->fields[keys->columns[keys->column_count - 1]].name);
}

/* The numbers of the values without nulls; false if there are too many. */
static _Bool
number_values(struct partition_keys *keys, uint32_t index)
{
	struct parquet_values *values = &keys->gathered;
	struct parquet_dictionary *dictionary = &keys->values[index];
	buffer_resize(&keys->indices,
	    ((size_t)values->count + 1) * sizeof(uint32_t));
	uint32_t *indices = (uint32_t *)(void *)keys->indices.data;
	switch (values->form) {
	case PARQUET_VALUES_BITS:
		for (uint32_t i = 0; i < values->count; i++)
			indices[i] = values->bits[i >> 3] >> (i & 7) & 1;
		return 1;
	case PARQUET_VALUES_32:
		return parquet_dictionary_index32(dictionary, values->u32,
		    values->count, indices);
	case PARQUET_VALUES_64:
		return parquet_dictionary_index64(dictionary, values->u64,
		    values->count, indices);
	case PARQUET_VALUES_CODES:
		return parquet_dictionary_index_codes(dictionary,
		    values->dictionary, values->codes, values->count,
		    indices);
	case PARQUET_VALUES_BYTES:
		return parquet_dictionary_index_bytes(dictionary,
		    values->offsets, values->bytes, values->count, indices);
	default:
		return 1;
	}
}

/* Numbers a column: 0 for null, from 1 for values. */
static int
number_column(struct partition_keys *keys, uint32_t index,
    const struct column *column, uint32_t rows, struct error *err)
{
	parquet_values_gather(&keys->gathered, column, rows);
	if (!number_values(keys, index))
		return refuse(keys, err);
	buffer_resize(&keys->ids, (size_t)rows * sizeof(uint32_t));
	uint32_t *ids = (uint32_t *)(void *)keys->ids.data;
	const uint32_t *indices =
	    (const uint32_t *)(const void *)keys->indices.data;
	if (keys->gathered.count == rows) {
		for (uint32_t i = 0; i < rows; i++)
			ids[i] = indices[i] + 1;
		return 0;
	}
	for (uint32_t i = 0, next = 0; i < rows; i++)
		ids[i] = keys->gathered.count == 0 ||
		    column_is_null(column, i) ? 0 : indices[next++] + 1;
	return 0;
}

/* Joins partitions[] (of the columns before) with this column's numbers. */
static int
join_pairs(struct partition_keys *keys, uint32_t index, uint32_t rows,
    uint32_t *partitions, struct error *err)
{
	buffer_resize(&keys->joined, (size_t)rows * sizeof(uint64_t));
	uint64_t *joined = (uint64_t *)(void *)keys->joined.data;
	const uint32_t *ids = (const uint32_t *)(const void *)keys->ids.data;
	for (uint32_t i = 0; i < rows; i++)
		joined[i] = (index == 0 ? 0 :
		    (uint64_t)partitions[i] << 32) | ids[i];
	if (!parquet_dictionary_index64(&keys->pairs[index], joined, rows,
	    partitions))
		return refuse(keys, err);
	return 0;
}

static int
add_combination(struct partition_keys *keys, const struct batch *batch,
    uint32_t row, struct error *err)
{
	struct buffer *path = &keys->text;
	path->len = 0;
	for (uint32_t i = 0; i < keys->column_count; i++) {
		uint32_t column = keys->columns[i];
		if (i > 0)
			buffer_append_byte(path, '/');
		if (hive_append(keys->schema->fields[column].name,
		    &batch->columns[column], row, path, err) != 0)
			return -1;
	}
	buffer_append_byte(path, '\0');
	uint32_t partition = dictionary_add(keys->paths, path->data,
	    (uint32_t)path->len);
	if (keys->paths->count > keys->max_partitions ||
	    partition == DICTIONARY_NONE)
		return refuse(keys, err);
	uint32_t count = keys->combination_count;
	if ((count & (count - 1)) == 0)
		keys->partitions = mem_grow_array(keys->partitions,
		    count == 0 ? 1 : (size_t)count * 2,
		    sizeof(*keys->partitions));
	keys->partitions[keys->combination_count++] = partition;
	return 0;
}

int
partition_keys_find(struct partition_keys *keys, const struct batch *batch,
    uint32_t *partitions, struct error *err)
{
	uint32_t rows = batch->row_count;
	for (uint32_t i = 0; i < keys->column_count; i++)
		if (number_column(keys, i,
		    &batch->columns[keys->columns[i]], rows, err) != 0 ||
		    join_pairs(keys, i, rows, partitions, err) != 0)
			return -1;
	/* New combinations have the next numbers, in order of the rows. */
	for (uint32_t i = 0; i < rows; i++) {
		if (partitions[i] == keys->combination_count &&
		    add_combination(keys, batch, i, err) != 0)
			return -1;
		partitions[i] = keys->partitions[partitions[i]];
	}
	return 0;
}

uint32_t
partition_keys_count(const struct partition_keys *keys)
{
	return keys->paths->count;
}

const char *
partition_keys_path(const struct partition_keys *keys, uint32_t partition)
{
	uint32_t len;
	return (const char *)dictionary_get(keys->paths, partition, &len);
}
