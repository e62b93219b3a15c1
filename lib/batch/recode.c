#include "batch/recode.h"

void
recoder_init(struct recoder *recoder, struct type type, uint32_t source_count)
{
	*recoder = (struct recoder){.source_count = source_count};
	recoder->maps = mem_array(source_count, sizeof(*recoder->maps));
	recoder->merged = dictionary_new();
	column_builder_init(&recoder->scratch, type);
}

void
recoder_release(struct recoder *recoder)
{
	for (uint32_t i = 0; i < recoder->source_count; i++)
		mem_free(recoder->maps[i].codes);
	mem_free(recoder->maps);
	dictionary_free(recoder->merged);
	column_builder_release(&recoder->scratch);
	*recoder = (struct recoder){0};
}

void
recoder_forget(struct recoder *recoder, uint32_t source)
{
	recoder->maps[source].count = 0;
	recoder->maps[source].unmapped = 0;
	recoder->maps[source].is_changing = 0;
}

/* The first of the rows from `row` on whose code the map does not have. */
#define FIND_UNMAPPED(c_type) do {					\
	const c_type *from = column->values;				\
	while (row < rows && codes[from[row]] != DICTIONARY_NONE)	\
		row++;							\
} while (0)

static uint32_t
find_unmapped(const uint32_t *codes, const struct column *column,
    uint32_t row, uint32_t rows)
{
	if (column->code_bytes == 1)
		FIND_UNMAPPED(uint8_t);
	else if (column->code_bytes == 2)
		FIND_UNMAPPED(uint16_t);
	else
		FIND_UNMAPPED(uint32_t);
	return row;
}

/* Gives a merged code to each entry that the rows use; 0 at the limit. */
static _Bool
extend_map(struct recoder *recoder, struct recode_map *map,
    const struct column *column, uint32_t rows)
{
	const struct dictionary *dictionary = column->dictionary;
	if (map->count < dictionary->count) {
		map->codes = mem_grow_array(map->codes, dictionary->count,
		    sizeof(*map->codes));
		map->unmapped += dictionary->count - map->count;
		for (; map->count < dictionary->count; map->count++)
			map->codes[map->count] = DICTIONARY_NONE;
	}
	for (uint32_t row = 0; map->unmapped > 0; row++) {
		row = find_unmapped(map->codes, column, row, rows);
		if (row == rows)
			break;
		if (column_is_null(column, row))
			continue;
		uint32_t len, code = column_code(column, row);
		const uint8_t *bytes = dictionary_get(dictionary, code, &len);
		map->codes[code] = dictionary_add(recoder->merged, bytes, len);
		if (map->codes[code] == DICTIONARY_NONE)
			return 0;
		map->is_changing |= map->codes[code] != code;
		map->unmapped--;
	}
	return 1;
}

_Bool
recode_is_in_order(const struct column *column, uint32_t rows,
    uint32_t known)
{
	uint32_t count = column->dictionary->count;
	for (uint32_t row = 0; known < count && row < rows; row++) {
		if (column_is_null(column, row))
			continue;
		uint32_t code = column_code(column, row);
		if (code > known)
			return 0;
		known += code == known;
	}
	return known >= count;
}

#define MAP_CODES(from_type, to_type) do {				\
	const from_type *from = column->values;				\
	to_type *to = place;						\
	for (uint32_t i = 0; i < rows; i++)				\
		to[i] = (to_type)codes[from[i]];			\
} while (0)

#define MAP_TO(to_type) do {						\
	if (column->code_bytes == 1)					\
		MAP_CODES(uint8_t, to_type);				\
	else if (column->code_bytes == 2)				\
		MAP_CODES(uint16_t, to_type);				\
	else								\
		MAP_CODES(uint32_t, to_type);				\
} while (0)

static void
map_codes(const uint32_t *codes, const struct column *column, uint32_t rows,
    uint8_t code_bytes, void *place)
{
	if (code_bytes == 1)
		MAP_TO(uint8_t);
	else if (code_bytes == 2)
		MAP_TO(uint16_t);
	else
		MAP_TO(uint32_t);
}

static int
decode(struct recoder *recoder, const struct column *column, uint32_t rows,
    struct column *view, struct error *err)
{
	struct column_builder *scratch = &recoder->scratch;
	recoder->is_full = 1;
	if (column_builder_append(scratch, column, 0, rows) != 0 ||
	    column_builder_decode(scratch) != 0)
		return error_data(err, "the text of %u rows passes 2 GiB",
		    rows);
	*view = column_builder_view(scratch);
	return 0;
}

int
recoder_map(struct recoder *recoder, uint32_t source,
    const struct column *column, uint32_t rows, struct column *view,
    struct error *err)
{
	*view = *column;
	if (column->code_bytes == 0)
		return 0;
	struct recode_map *map = &recoder->maps[source];
	struct column_builder *scratch = &recoder->scratch;
	column_builder_clear(scratch);
	if (recoder->is_full || !extend_map(recoder, map, column, rows))
		return decode(recoder, column, rows, view, err);
	uint8_t code_bytes = dictionary_code_bytes(recoder->merged->count);
	if (!map->is_changing && code_bytes == column->code_bytes) {
		view->dictionary = recoder->merged;
		return 0;
	}
	column_builder_use_dictionary(scratch, recoder->merged, code_bytes);
	if (map->count > 0) {
		map_codes(map->codes, column, rows, code_bytes,
		    column_builder_extend(scratch, rows));
		if (column->null_count > 0)
			column_builder_set_validity(scratch, column->validity,
			    rows);
	} else {
		for (uint32_t i = 0; i < rows; i++)
			column_builder_append_null(scratch);
	}
	*view = column_builder_view(scratch);
	return 0;
}
