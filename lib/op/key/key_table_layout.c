#include "op/key/key_table_parts.h"

#include "base/int128.h"
#include "op/ordered.h"

/* Ids looked at ahead, to have their tuples in the cache. */
#define AHEAD 48

/* Where the next part of a tuple goes. */
struct place {
	uint32_t word;
	uint32_t free_bits;	/* of that word */
};

static void
place_part(struct place *place, uint32_t bits, uint32_t *word, uint32_t *shift)
{
	if (place->free_bits < bits) {
		place->word++;
		place->free_bits = 64;
	}
	place->free_bits -= bits;
	*word = place->word;
	*shift = place->free_bits;
}

void
key_layout(struct key_table *table)
{
	struct place place = { .word = 0, .free_bits = 64 };

	for (uint32_t k = 0; k < table->column_count; k++) {
		struct key_column *column = &table->columns[k];
		uint32_t shift;

		if (column->has_nulls)
			place_part(&place, 1, &column->null_word,
			    &column->null_shift);
		if (column->value_bits > 0)
			place_part(&place, column->value_bits, &column->word,
			    &column->shift);
		if (column->kind == KEY_WIDE)
			place_part(&place, 64, &column->low_word, &shift);
	}
	table->words = place.word + 1;
}

_Bool
key_unpack(const struct key_table *table, const uint64_t *tuple, uint32_t k,
    uint64_t *value, uint64_t *low)
{
	const struct key_column *column = &table->columns[k];

	*value = *low = 0;
	if (column->kind == KEY_NOTHING ||
	    (column->has_nulls &&
	    (tuple[column->null_word] >> column->null_shift & 1) == 0))
		return 0;
	*value = tuple[column->word] >> column->shift;
	if (column->value_bits < 64)
		*value &= (UINT64_C(1) << column->value_bits) - 1;
	if (column->kind == KEY_WIDE)
		*low = tuple[column->low_word];
	return 1;
}

void
key_pack(const struct key_column *column, uint64_t *tuple, uint64_t value,
    uint64_t low)
{
	if (column->has_nulls)
		tuple[column->null_word] |= UINT64_C(1) << column->null_shift;
	if (column->value_bits > 0)
		tuple[column->word] |= value << column->shift;
	if (column->kind == KEY_WIDE)
		tuple[column->low_word] = low;
}

void
key_layout_change(struct key_table *table, const _Bool *has_nulls)
{
	struct key_table old = *table;

	old.columns = mem_array(table->column_count, sizeof(*old.columns));
	memcpy(old.columns, table->columns,
	    table->column_count * sizeof(*old.columns));
	for (uint32_t k = 0; k < table->column_count; k++)
		table->columns[k].has_nulls |= has_nulls[k];
	key_layout(table);
	table->keys = mem_array((size_t)table->capacity + 1,
	    table->words * sizeof(uint64_t));
	for (uint32_t id = 0; id < table->count; id++) {
		uint64_t *tuple = key_table_tuple(table, id);

		for (uint32_t k = 0; k < table->column_count; k++) {
			uint64_t value, low;
			if (key_unpack(&old, key_table_tuple(&old, id), k,
			    &value, &low))
				key_pack(&table->columns[k], tuple, value,
				    low);
		}
	}
	mem_free(old.keys);
	mem_free(old.columns);
}

/* ---- giving back ------------------------------------------------------ */

/* Ids come in any order. */
static inline void
prefetch_ahead(const struct key_table *table, const uint32_t *ids,
    uint32_t i, uint32_t count)
{
	if (i + AHEAD < count)
		__builtin_prefetch(key_table_tuple(table, ids[i + AHEAD]));
}

/* Writes `count` values at `out`, zeros for nulls, and their validity. */
static void
take_fixed(const struct key_table *table, uint32_t k, const uint32_t *ids,
    uint32_t count, uint8_t *out, uint8_t *validity)
{
	const struct key_column *column = &table->columns[k];
	size_t width = type_width(column->type);

	for (uint32_t i = 0; i < count; i++, out += width) {
		uint64_t value, low;

		prefetch_ahead(table, ids, i, count);
		if (!key_unpack(table, key_table_tuple(table, ids[i]), k,
		    &value, &low)) {
			memset(out, 0, width);
			continue;
		}
		validity[i >> 3] |= (uint8_t)(1u << (i & 7));
		if (column->kind == KEY_FLOAT)
			value = ordered_float_bits(column->type,
			    value);
		else
			value -= column->bias;
		if (width == 16) {
			int128 wide = int128_from_halves((int64_t)value, low);
			memcpy(out, &wide, sizeof(wide));
		} else if (width == 8) {
			memcpy(out, &value, 8);
		} else if (width == 4) {
			memcpy(out, &(uint32_t){ (uint32_t)value }, 4);
		} else if (width == 2) {
			memcpy(out, &(uint16_t){ (uint16_t)value }, 2);
		} else {
			*out = (uint8_t)value;
		}
	}
}

static int
take_one(const struct key_table *table, uint32_t k, uint32_t id,
    struct column_builder *builder)
{
	const struct key_column *column = &table->columns[k];
	const uint8_t *bytes;
	uint64_t value, low;
	uint32_t len;

	if (!key_unpack(table, key_table_tuple(table, id), k, &value, &low)) {
		column_builder_append_null(builder);
		return 0;
	}
	if (column->kind == KEY_INTEGER) {
		column_builder_append_bool(builder, value != 0);
		return 0;
	}
	bytes = key_strings_get(&column->strings, (uint32_t)value, &len);
	return column_builder_append_bytes(builder, bytes, len);
}

int
key_table_take(const struct key_table *table, uint32_t k,
    const uint32_t *ids, uint32_t count, struct column_builder *builder)
{
	const struct key_column *column = &table->columns[k];
	uint8_t *validity;

	if (type_width(column->type) == 0) {
		for (uint32_t i = 0; i < count; i++) {
			prefetch_ahead(table, ids, i, count);
			if (take_one(table, k, ids[i], builder) != 0)
				return -1;
		}
		return 0;
	}
	if (count == 0)
		return 0;
	validity = mem_zalloc(bitmap_bytes(count));
	take_fixed(table, k, ids, count,
	    column_builder_extend(builder, count), validity);
	if (column->has_nulls)
		column_builder_set_validity(builder, validity, count);
	mem_free(validity);
	return 0;
}
