/*
 * The integer types, one list for all loops over them.  A body
 * (batch/integers_body.h) makes a function for each of them, and
 *
 *	switch (type.id) {
 *	#define X(ID, name, c_type) \
 *		case TYPE_##ID: \
 *			add_##name(values, rows); \
 *			break;
 *		INTEGERS(X)
 *	#undef X
 *
 * calls that of a type.
 */
#ifndef BATCH_INTEGERS_H
#define BATCH_INTEGERS_H

#define INTEGERS(X) \
	X(I8, i8, int8_t) X(I16, i16, int16_t) \
	X(I32, i32, int32_t) X(I64, i64, int64_t) \
	X(U8, u8, uint8_t) X(U16, u16, uint16_t) \
	X(U32, u32, uint32_t) X(U64, u64, uint64_t)

#endif
