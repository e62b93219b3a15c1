#include "batch/stream.h"

#include <string.h>

static void *
copy_array(const void *from, uint32_t count, size_t size)
{
	if (count == 0)
		return NULL;
	void *copy = mem_array(count, size);
	memcpy(copy, from, count * size);
	return copy;
}

static void
copy_properties(struct properties *to, const struct properties *from)
{
	*to = *from;
	to->sort_keys = copy_array(from->sort_keys, from->sort_key_count,
	    sizeof(*to->sort_keys));
	to->partition_columns = copy_array(from->partition_columns,
	    from->partition_column_count, sizeof(*to->partition_columns));
	to->unique_columns = copy_array(from->unique_columns,
	    from->unique_column_count, sizeof(*to->unique_columns));
}

void
stream_header_copy(struct stream_header *to, const struct stream_header *from)
{
	*to = (struct stream_header){.has_blocks = from->has_blocks};
	schema_add_all(&to->schema, &from->schema);
	copy_properties(&to->properties, &from->properties);
	if (from->origin != NULL)
		to->origin = mem_strdup(from->origin);
}

void
stream_header_release(struct stream_header *header)
{
	schema_release(&header->schema);
	properties_release(&header->properties);
	mem_free(header->origin);
	*header = (struct stream_header){0};
}

/* The new place of old column `column`, or PROPERTY_GONE. */
static uint32_t
new_place(uint32_t column, const uint32_t *map, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (map[i] == column)
			return i;
	return PROPERTY_GONE;
}

/* Maps all of a list of columns, or none of them. */
static void
map_columns(uint32_t **to, uint32_t *to_count, const uint32_t *from,
    uint32_t from_count, const uint32_t *map, uint32_t count)
{
	*to = NULL;
	*to_count = 0;
	uint32_t *columns = copy_array(from, from_count, sizeof(*columns));
	for (uint32_t i = 0; i < from_count; i++) {
		columns[i] = new_place(from[i], map, count);
		if (columns[i] == PROPERTY_GONE) {
			mem_free(columns);
			return;
		}
	}
	*to = columns;
	*to_count = from_count;
}

void
properties_map(struct properties *to, const struct properties *from,
    const uint32_t *map, uint32_t count)
{
	*to = (struct properties){0};
	to->sort_keys = copy_array(from->sort_keys, from->sort_key_count,
	    sizeof(*to->sort_keys));
	for (uint32_t i = 0; i < from->sort_key_count; i++) {
		uint32_t place = new_place(from->sort_keys[i].column, map,
		    count);
		if (place == PROPERTY_GONE)
			break;
		to->sort_keys[i].column = place;
		to->sort_key_count = i + 1;
	}
	map_columns(&to->partition_columns, &to->partition_column_count,
	    from->partition_columns, from->partition_column_count, map, count);
	map_columns(&to->unique_columns, &to->unique_column_count,
	    from->unique_columns, from->unique_column_count, map, count);
}

void
properties_release(struct properties *properties)
{
	mem_free(properties->sort_keys);
	mem_free(properties->partition_columns);
	mem_free(properties->unique_columns);
	*properties = (struct properties){0};
}
