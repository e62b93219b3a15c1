/*
 * What kernels over strings share: their loops, with the work on a row as an
 * inline function, and the ways to write a row's result.
 */
#ifndef EXPR_TEXT_H
#define EXPR_TEXT_H

#include <string.h>

#include "expr/kernel.h"

struct text {
	const uint8_t *bytes;
	size_t len;
};

static inline struct text
text_at(const struct call *call, uint32_t arg, uint32_t row)
{
	uint32_t len;
	const uint8_t *bytes = vector_text(call->args[arg], row, &len);
	return (struct text){bytes, len};
}

/* An integer argument, or the default where it was left out. */
static inline int64_t
text_number(const struct call *call, uint32_t arg, uint32_t row,
    int64_t missing)
{
	return arg < call->arg_count ? vector_i64(call->args[arg], row) :
	    missing;
}

static inline int
text_put(struct call *call, uint32_t row, const uint8_t *bytes, size_t len)
{
	return kernel_put(call, row, bytes, len);
}

/* Place for at most `len` bytes of this row's result; then text_done. */
static inline uint8_t *
text_room(struct call *call, size_t len)
{
	struct vector *out = call->out;
	if (len > out->bytes.capacity - out->bytes.len) {
		buffer_reserve(&out->bytes, len);
		out->column.bytes = out->bytes.data;
	}
	return out->bytes.data + out->bytes.len;
}

/* Adds to a result of which *used bytes are written already. */
static inline void
text_append(struct call *call, size_t *used, const uint8_t *bytes,
    size_t len)
{
	struct vector *out = call->out;
	if (len == 0)
		return;
	/* What is written counts while the buffer grows: it is kept. */
	out->bytes.len += *used;
	uint8_t *at = text_room(call, len);
	out->bytes.len -= *used;
	memcpy(at, bytes, len);
	*used += len;
}

/* `len` bytes were written there. */
static inline int
text_done(struct call *call, uint32_t row, size_t len)
{
	struct vector *out = call->out;
	int32_t *offsets = (int32_t *)(void *)out->values.data;
	offsets[row + 1] = offsets[row];
	if (len > (size_t)INT32_MAX - out->bytes.len)
		return call_fail(call, row, "more than 2 GiB of text in a "
		    "batch");
	out->bytes.len += len;
	offsets[row + 1] = (int32_t)out->bytes.len;
	return 0;
}

/* A row that failed, or has no text. */
static inline void
text_none(struct call *call, uint32_t row)
{
	vector_put(call->out, row, NULL, 0);
}

/*
 * The loops; the step is known where they are inlined, so that there is no
 * call through a pointer.  A step of a string result writes the row (text_put
 * or text_done or text_none); the others return the value.
 */
typedef int text_step(struct call *call, uint32_t row);

__attribute__((always_inline)) static inline int
text_rows(struct call *call, text_step *step)
{
	vector_start_text(call->out, call->node->type, call->rows);
	for (uint32_t row = 0; row < call->rows; row++) {
		if (!row_is_live(call->live, row))
			text_none(call, row);
		else if (step(call, row) != 0)
			return -1;
	}
	return 0;
}

__attribute__((always_inline)) static inline int
text_bool_rows(struct call *call, text_step *step)
{
	uint8_t *bytes = kernel_scratch(call, call->rows);
	for (uint32_t row = 0; row < call->rows; row++)
		bytes[row] = row_is_live(call->live, row) && step(call, row);
	bits_pack(bytes, call->rows,
	    vector_start(call->out, call->node->type, call->rows));
	return 0;
}

__attribute__((always_inline)) static inline int
text_i32_rows(struct call *call, text_step *step)
{
	int32_t *out = vector_start(call->out, call->node->type, call->rows);
	for (uint32_t row = 0; row < call->rows; row++)
		out[row] = row_is_live(call->live, row) ? step(call, row) : 0;
	return 0;
}

#endif
