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
 * This is the order of column_compare (batch/order.h).
 */
#ifndef OP_ORDERED_H
#define OP_ORDERED_H

#include "batch/batch.h"

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
