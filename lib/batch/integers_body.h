/*
 * Includes INTEGERS_BODY, a file, once for each type of batch/integers.h:
 *
 *	#define INTEGERS_BODY "op/aggregate/sum_body.h"
 *	#include "batch/integers_body.h"
 *
 * There NUMBER is the type in C, IS_SIGNED 1 or 0, and NAME(add) makes
 * add_i8 and so on.  The body undefines all three, this file INTEGERS_BODY.
 */
#define NUMBER int8_t
#define IS_SIGNED 1
#define NAME(x) x##_i8
#include INTEGERS_BODY
#define NUMBER int16_t
#define IS_SIGNED 1
#define NAME(x) x##_i16
#include INTEGERS_BODY
#define NUMBER int32_t
#define IS_SIGNED 1
#define NAME(x) x##_i32
#include INTEGERS_BODY
#define NUMBER int64_t
#define IS_SIGNED 1
#define NAME(x) x##_i64
#include INTEGERS_BODY
#define NUMBER uint8_t
#define IS_SIGNED 0
#define NAME(x) x##_u8
#include INTEGERS_BODY
#define NUMBER uint16_t
#define IS_SIGNED 0
#define NAME(x) x##_u16
#include INTEGERS_BODY
#define NUMBER uint32_t
#define IS_SIGNED 0
#define NAME(x) x##_u32
#include INTEGERS_BODY
#define NUMBER uint64_t
#define IS_SIGNED 0
#define NAME(x) x##_u64
#include INTEGERS_BODY
#undef INTEGERS_BODY
