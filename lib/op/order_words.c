#include "op/order_words.h"

#include <assert.h>

#include "base/int128.h"
#include "batch/integers.h"
#include "op/ordered.h"

#define SIGN (UINT64_C(1) << 63)
#define TEXT_LEAST_BITS 40	/* that are worth no further word */

#define INTEGERS_BODY "op/order_words_body.h"
#include "batch/integers_body.h"

/* ---- the layout ------------------------------------------------------ */

static uint64_t
low_ones(uint32_t bits)
{
	return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/*
 * Places `bits` bits of a key behind the *used ones, the highest of a value
 * of value_bits; false if there is no room.
 */
static _Bool
place(struct order_words *order, struct order_part part, uint32_t value_bits,
    uint32_t bits, _Bool is_flipped, uint32_t *used)
{
	uint32_t room = 64 - *used % 64;
	uint32_t cut = value_bits - bits;
	uint64_t ones = is_flipped ? low_ones(value_bits) : 0;
	if (*used + bits > ORDER_WORDS_MOST * 64)
		return 0;
	part.word = *used / 64;
	part.piece_count = bits > room ? 2 : 1;
	if (bits > room) {
		part.shifts[0].right = cut + bits - room;
		part.shifts[1] = (struct order_shift){cut,
		    64 - (bits - room)};
	} else {
		part.shifts[0] = (struct order_shift){cut, room - bits};
	}
	for (uint32_t i = 0; i < part.piece_count; i++)
		order->flips[part.word + i] |= ones >>
		    part.shifts[i].right << part.shifts[i].left;
	order->parts[order->part_count++] = part;
	*used += bits;
	return 1;
}

/* False if the key is not there, or not whole. */
static _Bool
place_key(struct order_words *order, const struct field *field,
    const struct sort_key *key, uint32_t *used)
{
	struct order_part part = {.column = key->column, .kind = ORDER_VALID};
	_Bool down = key->is_descending;
	uint32_t bits = (uint32_t)type_width(field->type) * 8;
	/* valid is 1, and so behind null, unless it is flipped */
	if (field->is_nullable && !order->has_null_word &&
	    !place(order, part, 1, 1, !key->nulls_first, used))
		return 0;
	if (type_is_variable(field->type)) {
		/* to the end of a word that has some bytes left, or 8 */
		uint32_t room = 64 - *used % 64;
		part.kind = ORDER_TEXT;
		place(order, part, 64, room < TEXT_LEAST_BITS ? 64 : room,
		    down, used);
		return 0;
	}
	if (bits < 128) {
		part.kind = ORDER_NUMBER;
		bits = field->type.id == TYPE_BOOL ? 1 : bits;
		return place(order, part, bits, bits, down, used);
	}
	part.kind = ORDER_HIGH;
	if (!place(order, part, 64, 64, down, used))
		return 0;
	part.kind = ORDER_LOW;
	return place(order, part, 64, 64, down, used);
}

void
order_words_init(struct order_words *order, const struct schema *schema,
    const struct sort_key *keys, uint32_t key_count)
{
	uint32_t used = 0;
	*order = (struct order_words){.is_exact = 1};
	order->parts = mem_array((size_t)key_count * 3 + 1,
	    sizeof(*order->parts));
	if (key_count == 1) {
		const struct field *lone = &schema->fields[keys->column];
		order->has_null_word = lone->is_nullable &&
		    type_width(lone->type) == 8;
		order->null_word = keys->nulls_first ? 0 : UINT64_MAX;
	}
	for (uint32_t i = 0; i < key_count && order->is_exact; i++) {
		const struct field *field = &schema->fields[keys[i].column];
		assert(!type_is_nested(field->type));
		if (field->type.id != TYPE_NULL)
			order->is_exact = place_key(order, field, &keys[i],
			    &used);
	}
	order->word_count = used > 64 ? (used + 63) / 64 : 1;
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
pack_valid(const struct column *column, uint32_t rows,
    struct order_shift shift, uint64_t *words, size_t stride)
{
	_Bool has_nulls = column->null_count > 0;
	for (uint32_t i = 0; i < rows; i++)
		words[i * stride] |= (uint64_t)(!has_nulls ||
		    !column_is_null(column, i)) << shift.left;
}

static void
pack_text(const struct column *column, uint32_t rows,
    struct order_shift shift, uint64_t *words, size_t stride)
{
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t len;
		if (column_is_null(column, i))
			continue;
		const uint8_t *bytes = column_bytes(column, i, &len);
		words[i * stride] |= ordered_text_word(bytes, len, 0) >>
		    shift.right << shift.left;
	}
}

static void
pack_half(const struct column *column, uint32_t rows, _Bool is_high,
    struct order_shift shift, uint64_t *words, size_t stride)
{
	const int128 *values = column->values;
	for (uint32_t i = 0; i < rows; i++) {
		uint64_t half = is_high ?
		    (uint64_t)int128_high(values[i]) + SIGN :
		    int128_low(values[i]);
		if (!column_is_null(column, i))
			words[i * stride] |= half >> shift.right << shift.left;
	}
}

static void
pack_number(const struct column *column, const void *values, uint32_t rows,
    struct order_shift shift, uint64_t *words, size_t stride)
{
	const uint8_t *valid = column->null_count > 0 ? column->validity :
	    NULL;
	uint64_t bias = ordered_bias(column->type);
	switch (ordered_number(column->type)) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		pack_##name(values, valid, rows, bias, shift, words, stride); \
		break;
	INTEGERS(X)
#undef X
	default:
		break;
	}
}

static void
pack_part(struct order_words *order, const struct order_part *part,
    const struct column *column, uint32_t rows, uint64_t *words)
{
	size_t stride = order->word_count;
	const void *values = part->kind == ORDER_NUMBER ?
	    ordered_values(column, rows, &order->scratch) : NULL;
	for (uint32_t i = 0; i < part->piece_count; i++) {
		uint64_t *to = words + part->word + i;
		struct order_shift shift = part->shifts[i];
		switch (part->kind) {
		case ORDER_VALID:
			pack_valid(column, rows, shift, to, stride);
			break;
		case ORDER_NUMBER:
			pack_number(column, values, rows, shift, to, stride);
			break;
		case ORDER_HIGH:
		case ORDER_LOW:
			pack_half(column, rows, part->kind == ORDER_HIGH,
			    shift, to, stride);
			break;
		case ORDER_TEXT:
			pack_text(column, rows, shift, to, stride);
			break;
		}
	}
}

/* Gives nulls their word, and no value. */
static void
set_nulls(struct order_words *order, const struct column *column,
    uint32_t rows, uint64_t *words)
{
	uint64_t null_word = order->null_word;
	uint64_t next = null_word == 0 ? 1 : null_word - 1;
	uint32_t count = 0;
	for (uint32_t i = 0; i < rows; i++)
		count += words[i] == null_word;
	for (uint32_t i = 0; count > 0 && i < rows; i++)
		if (words[i] == null_word && !column_is_null(column, i)) {
			words[i] = next;
			order->is_exact = 0;
		}
	for (uint32_t i = 0; column->null_count > 0 && i < rows; i++)
		if (column_is_null(column, i))
			words[i] = null_word;
}

void
order_words_make(struct order_words *order, const struct batch *batch,
    uint64_t *words)
{
	uint32_t rows = batch->row_count;
	size_t stride = order->word_count;
	memset(words, 0, rows * stride * sizeof(*words));
	for (uint32_t i = 0; i < order->part_count; i++)
		pack_part(order, &order->parts[i],
		    &batch->columns[order->parts[i].column], rows, words);
	for (uint32_t w = 0; w < stride; w++)
		for (uint32_t i = 0; order->flips[w] != 0 && i < rows; i++)
			words[i * stride + w] ^= order->flips[w];
	if (order->has_null_word)
		set_nulls(order, &batch->columns[order->parts[0].column],
		    rows, words);
}
