/*
 * What kernels share: scratch memory, and the loops' small helpers.  The
 * kernels themselves are declared by their lists: those of functions in
 * function.def, the rest here.
 */
#ifndef EXPR_KERNEL_H
#define EXPR_KERNEL_H

#include "expr/node.h"

/* `bytes` of scratch, aligned, until the kernel's next call. */
static inline void *
kernel_scratch(struct call *call, size_t bytes)
{
	struct buffer *buf = &call->node->spare.values;
	buf->len = 0;
	buffer_reserve(buf, bytes + 8);
	return buf->data;
}

static inline const void *
kernel_values(const struct call *call, uint32_t arg)
{
	return call->args[arg]->column.values;
}

/* Texts that a kernel may make of one row. */
#define KERNEL_MAX_TEXT_BYTES (INT64_C(16) << 20)

/*
 * Writes a row's text; a fault of the row if there is no room.
 */
static inline int
kernel_put(struct call *call, uint32_t row, const void *bytes, size_t len)
{
	if (vector_put(call->out, row, bytes, len) == 0)
		return 0;
	return call_fail(call, row, "more than 2 GiB of text in a batch");
}

/* -- conversions, from what the argument is to what the node is (cast_*) -- */
expr_kernel kernel_widen;		/* integers to i64 */
expr_kernel kernel_narrow;		/* i64 to smaller integers, u64 */
expr_kernel kernel_u64_to_decimal;
expr_kernel kernel_integer_to_f64;
expr_kernel kernel_f64_to_integer;	/* to i64 */
expr_kernel kernel_f32_to_f64;
expr_kernel kernel_f64_to_f32;
expr_kernel kernel_bool_to_i64;
expr_kernel kernel_i64_to_bool;
expr_kernel kernel_f64_to_bool;
expr_kernel kernel_rescale;		/* i64, decimal to decimal */
expr_kernel kernel_decimal_to_i64;
expr_kernel kernel_decimal_to_f64;
expr_kernel kernel_f64_to_decimal;
expr_kernel kernel_to_text;		/* anything to string */
expr_kernel kernel_from_text;		/* string to anything */
expr_kernel kernel_date_to_timestamp;
expr_kernel kernel_timestamp_to_date;
expr_kernel kernel_timestamp_to_time;
expr_kernel kernel_relabel;		/* the same values, another type */

/* -- operators; arguments are of one type, i64, f64, or a decimal -------- */
expr_kernel kernel_add;
expr_kernel kernel_subtract;
expr_kernel kernel_multiply;
expr_kernel kernel_negate;
expr_kernel kernel_divide;		/* f64 */
expr_kernel kernel_int_divide;		/* i64 */
expr_kernel kernel_modulo;
expr_kernel kernel_compare;		/* node->op; of any one type */
expr_kernel kernel_not;
expr_kernel kernel_in;			/* node->state: struct in_list */
expr_kernel kernel_like;		/* value, pattern */
expr_kernel kernel_join;		/* a || b ..., strings */
expr_kernel kernel_skip;		/* a text without its prefix */
expr_kernel kernel_add_days;		/* date, i64 */
expr_kernel kernel_add_interval;	/* date or timestamp, i64; state */
expr_kernel kernel_subtract_dates;

/* kernel_in's list: constants, which like the value are of this type. */
int
in_list_prepare(struct node *node, struct type type, struct node **items,
    uint32_t count);

/* Its items, those that are not null, as a column; borrowed. */
struct column
in_list_values(const struct node *node, uint32_t *count);

/* kernel_like's pattern, where it is constant. */
void
like_prepare(struct node *node, _Bool ignores_case, uint32_t escape);

/* kernel_add_interval's unit; an enum datetime_unit. */
void
interval_prepare(struct node *node, int unit);

#endif
