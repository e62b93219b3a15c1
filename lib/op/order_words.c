#include "op/order_words.h"

#include <assert.h>

#include "base/int128.h"
#include "op/ordered.h"

#define SIGN (UINT64_C(1) << 63)

#define NAME pack_i8
#define NUMBER int8_t
#include "op/order_words_body.h"
#define NAME pack_i16
#define NUMBER int16_t
#include "op/order_words_body.h"
#define NAME pack_i32
#define NUMBER int32_t
#include "op/order_words_body.h"
#define NAME pack_i64
#define NUMBER int64_t
#include "op/order_words_body.h"
#define NAME pack_u8
#define NUMBER uint8_t
#include "op/order_words_body.h"
#define NAME pack_u16
#define NUMBER uint16_t
#include "op/order_words_body.h"
#define NAME pack_u32
#define NUMBER uint32_t
#include "op/order_words_body.h"
#define NAME pack_u64
#define NUMBER uint64_t
#include "op/order_words_body.h"

/* ---- the layout ------------------------------------------------------ */

/* Bits of a value; 128 stands for two whole words. */
static uint32_t
value_bits(struct type type)
{
	if (type.id == TYPE_BOOL)
		return 1;
	if (type_is_variable(type))
		return 64;
	return (uint32_t)type_width(type) * 8;
}

static uint64_t
low_ones(uint32_t bits)
{
	return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* Where the next bits go: the word, and how much of it is free. */
struct place {
	uint32_t word, free_bits;
};

static void
take_place(struct place *place, uint32_t bits, uint32_t *word,
    uint32_t *shift)
{
	if (bits > place->free_bits) {
		place->word++;
		place->free_bits = 64;
	}
	place->free_bits -= bits;
	*word = place->word;
	*shift = place->free_bits;
}

/* Places one key; false if there is no room. */
static _Bool
place_key(struct order_words *order, const struct field *field,
    const struct sort_key *key, struct place *place)
{
	struct order_part part = {.column = key->column,
	    .has_null_bit = field->is_nullable};
	struct place at = *place;
	uint32_t bits = value_bits(field->type);
	uint32_t word, shift;
	if (part.has_null_bit)
		take_place(&at, 1, &part.null_word, &part.null_shift);
	take_place(&at, bits > 64 ? 64 : bits, &part.word, &part.shift);
	if (bits > 64)
		take_place(&at, 64, &word, &shift);
	if (at.word >= ORDER_WORDS_MOST)
		return 0;
	/* valid is 1, and so behind null, unless it is flipped */
	if (part.has_null_bit && !key->nulls_first)
		order->flips[part.null_word] |= UINT64_C(1) <<
		    part.null_shift;
	for (uint32_t i = 0; key->is_descending && i < 1 + bits / 128; i++)
		order->flips[part.word + i] |= low_ones(bits) << part.shift;
	order->parts[order->part_count++] = part;
	*place = at;
	return 1;
}

void
order_words_init(struct order_words *order, const struct schema *schema,
    const struct sort_key *keys, uint32_t key_count)
{
	struct place place = {.free_bits = 64};
	*order = (struct order_words){.is_exact = 1};
	order->parts = mem_array((size_t)key_count + 1,
	    sizeof(*order->parts));
	for (uint32_t i = 0; i < key_count && order->is_exact; i++) {
		const struct field *field = &schema->fields[keys[i].column];
		assert(!type_is_nested(field->type));
		if (field->type.id == TYPE_NULL)
			continue;
		order->is_exact = place_key(order, field, &keys[i], &place) &&
		    !type_is_variable(field->type);
	}
	order->word_count = place.word + 1;
}

void
order_words_release(struct order_words *order)
{
	mem_free(order->parts);
	buffer_release(&order->scratch);
	*order = (struct order_words){0};
}

/* ---- the words of a batch -------------------------------------------- */

static void
pack_valid(const uint8_t *validity, uint32_t rows, uint32_t shift,
    uint64_t *words, size_t stride)
{
	for (uint32_t i = 0; i < rows; i++) {
		uint64_t is_valid = validity == NULL ||
		    (validity[i >> 3] >> (i & 7) & 1) != 0;
		words[i * stride] |= is_valid << shift;
	}
}

static void
pack_text(const struct column *column, uint32_t rows, uint64_t *words,
    size_t stride)
{
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t len;
		uint64_t word = 0;
		if (column_is_null(column, i))
			continue;
		const uint8_t *bytes = column_bytes(column, i, &len);
		memcpy(&word, bytes, len < sizeof(word) ? len : sizeof(word));
		words[i * stride] |= __builtin_bswap64(word);
	}
}

static void
pack_wide(const struct column *column, uint32_t rows, uint64_t *words,
    size_t stride)
{
	const int128 *values = column->values;
	for (uint32_t i = 0; i < rows; i++) {
		if (column_is_null(column, i))
			continue;
		words[i * stride] |= (uint64_t)int128_high(values[i]) + SIGN;
		words[i * stride + 1] |= int128_low(values[i]);
	}
}

static void
pack_number(const struct column *column, uint32_t rows, uint32_t shift,
    uint64_t *words, size_t stride, struct buffer *scratch)
{
	const void *values = ordered_values(column, rows, scratch);
	const uint8_t *valid = column->null_count > 0 ? column->validity :
	    NULL;
	switch (ordered_number(column->type)) {
	case TYPE_I8:
		pack_i8(values, valid, rows, SIGN >> 56, shift, words, stride);
		break;
	case TYPE_I16:
		pack_i16(values, valid, rows, SIGN >> 48, shift, words,
		    stride);
		break;
	case TYPE_I32:
		pack_i32(values, valid, rows, SIGN >> 32, shift, words,
		    stride);
		break;
	case TYPE_I64:
		pack_i64(values, valid, rows, SIGN, shift, words, stride);
		break;
	case TYPE_U8:
		pack_u8(values, valid, rows, 0, shift, words, stride);
		break;
	case TYPE_U16:
		pack_u16(values, valid, rows, 0, shift, words, stride);
		break;
	case TYPE_U32:
		pack_u32(values, valid, rows, 0, shift, words, stride);
		break;
	case TYPE_U64:
		pack_u64(values, valid, rows, 0, shift, words, stride);
		break;
	default:
		pack_wide(column, rows, words, stride);
		break;
	}
}

void
order_words_make(struct order_words *order, const struct batch *batch,
    uint64_t *words)
{
	uint32_t rows = batch->row_count;
	size_t stride = order->word_count;
	memset(words, 0, rows * stride * sizeof(*words));
	for (uint32_t i = 0; i < order->part_count; i++) {
		const struct order_part *part = &order->parts[i];
		const struct column *column = &batch->columns[part->column];
		if (part->has_null_bit)
			pack_valid(column->null_count > 0 ?
			    column->validity : NULL, rows, part->null_shift,
			    words + part->null_word, stride);
		if (type_is_variable(column->type))
			pack_text(column, rows, words + part->word, stride);
		else
			pack_number(column, rows, part->shift,
			    words + part->word, stride, &order->scratch);
	}
	for (uint32_t w = 0; w < stride; w++)
		for (uint32_t i = 0; order->flips[w] != 0 && i < rows; i++)
			words[i * stride + w] ^= order->flips[w];
}
