/*
 * The values of a column as integers of the same order, so that one loop
 * per width of integer serves all types of fixed width.
 *
 *	integers, date, time, timestamp, decimal	as they are
 *	bool						0 and 1 as bytes
 *	f32, f64	the bits as u32 or u64: flipped if negative, else with
 *			the sign set, so that they ascend with the values;
 *			-0.0 becomes 0.0, any nan the one above infinity
 *
 * This is the order of column_compare (batch/order.h).  Of text only some
 * bytes are such an integer (ordered_text_word).
 */
#ifndef OP_ORDERED_H
#define OP_ORDERED_H

#include <string.h>

#include "batch/batch.h"

static inline uint32_t
ordered_f32(float value)
{
	uint32_t bits;

	memcpy(&bits, &value, sizeof(bits));
	bits = value == 0 ? 0 : bits;
	bits = value != value ? UINT32_C(0x7fc00000) : bits;
	return bits ^ ((0 - (bits >> 31)) | UINT32_C(1) << 31);
}

static inline uint64_t
ordered_f64(double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	bits = value == 0 ? 0 : bits;
	bits = value != value ? UINT64_C(0x7ff8000000000000) : bits;
	return bits ^ ((0 - (bits >> 63)) | UINT64_C(1) << 63);
}

/*
 * Bytes [begin, begin + 8) of a text, the first one highest, those after its
 * end zero.  Reads up to 8 bytes beyond the end.
 */
static inline uint64_t
ordered_text_word(const uint8_t *bytes, uint32_t len, uint32_t begin)
{
	uint64_t word;

	if (len <= begin)
		return 0;
	memcpy(&word, bytes + begin, sizeof(word));
	word = __builtin_bswap64(word);
	return len - begin >= 8 ? word :
	    word & ~(~UINT64_C(0) >> ((len - begin) * 8));
}

/*
 * TYPE_I8 ... TYPE_U64, or TYPE_DECIMAL for decimals of 16 bytes (int128);
 * TYPE_NULL for types that are not of fixed width.
 */
enum type_id
ordered_number(struct type type);

/* What makes an unsigned number of such an integer, in the same order, when
 * it is added: 0, or the sign's bit; those of 16 bytes have none. */
uint64_t
ordered_bias(struct type type);

/*
 * `rows` such integers: the column's own memory, or `scratch`'s.  What
 * stands under nulls means nothing.
 */
const void *
ordered_values(const struct column *column, uint32_t rows,
    struct buffer *scratch);

/* The bits of the float (f32 in the low half) behind such an integer. */
uint64_t
ordered_float_bits(struct type type, uint64_t value);

#endif
