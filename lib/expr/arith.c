/*
 * Arithmetic: + - * / // % and the sign, on i64, f64, and decimals.
 *
 * The binder has brought both arguments to one type (decimals to the
 * result's width, for + - % to its scale as well).  Integers and decimals are
 * checked: a result that does not fit is an error of its row.  f64 is IEEE
 * 754's, but for a divisor of zero, which is an error.
 */
#include "expr/kernel.h"

#include <math.h>

#include "base/decimal.h"

/* The greatest magnitude of a decimal in 8 bytes; elsewhere not used. */
static int64_t
limit_of(struct type type)
{
	if (type.id == TYPE_DECIMAL && type.precision <= 18)
		return decimal_pow10_64[type.precision] - 1;
	return INT64_MAX;
}

static _Bool
divisor_is_zero(const struct call *call, uint32_t row)
{
	const struct vector *b = call->args[1];
	const void *values = b->column.values;
	uint32_t i = b->is_constant ? 0 : row;
	if (b->column.type.id == TYPE_F64)
		return ((const double *)values)[i] == 0;
	if (type_width(b->column.type) == 16)
		return ((const int128 *)values)[i] == 0;
	return ((const int64_t *)values)[i] == 0;
}

static int
report_bad(struct call *call, uint32_t row)
{
	enum token_kind op = call->node->op;
	if ((op == TOKEN_DIV || op == TOKEN_INT_DIV || op == TOKEN_MOD) &&
	    divisor_is_zero(call, row))
		return call_fail(call, row, "division by zero");
	const char *sign = op == TOKEN_ADD ? "+" : op == TOKEN_SUB ? "-" :
	    op == TOKEN_MUL ? "*" : op == TOKEN_INT_DIV ? "//" : "%";
	char left[ERROR_QUOTE_BYTES], right[ERROR_QUOTE_BYTES];
	char type[TYPE_TEXT_BYTES];
	return call_fail(call, row, "%s %s %s is more than %s holds",
	    call_show(call, 0, row, left), sign,
	    call_show(call, 1, row, right),
	    type_format(call->node->type, type));
}

/* ---- steps: negative where the result is not the answer -------------- */

static inline int64_t
step_add_i64(int64_t x, int64_t y, int64_t *r, int64_t limit)
{
	(void)limit;
	int64_t sum = (int64_t)((uint64_t)x + (uint64_t)y);
	*r = sum;
	return (x ^ sum) & (y ^ sum);
}

static inline int64_t
step_sub_i64(int64_t x, int64_t y, int64_t *r, int64_t limit)
{
	(void)limit;
	int64_t rest = (int64_t)((uint64_t)x - (uint64_t)y);
	*r = rest;
	return (x ^ y) & (x ^ rest);
}

static inline int64_t
step_mul_i64(int64_t x, int64_t y, int64_t *r, int64_t limit)
{
	(void)limit;
	return -(int64_t)__builtin_mul_overflow(x, y, r);
}

/*
 * Both are below 10^18: their sum fits in 63 bits.  (Rows that do not count
 * may hold anything: unsigned, so that they do no harm.)
 */
static inline int64_t
step_add_d64(int64_t x, int64_t y, int64_t *r, int64_t limit)
{
	uint64_t sum = (uint64_t)x + (uint64_t)y;
	*r = (int64_t)sum;
	return (int64_t)(((uint64_t)limit - sum) | ((uint64_t)limit + sum));
}

static inline int64_t
step_sub_d64(int64_t x, int64_t y, int64_t *r, int64_t limit)
{
	return step_add_d64(x, (int64_t)-(uint64_t)y, r, limit);
}

static inline int64_t
step_mul_d64(int64_t x, int64_t y, int64_t *r, int64_t limit)
{
	int64_t bad = __builtin_mul_overflow(x, y, r);
	return -(bad | (*r > limit) | (*r < -limit));
}

static inline int64_t
fits_38(int128 value)
{
	return -(int64_t)!decimal_fits_128(value, DECIMAL_MAX_PRECISION);
}

static inline int64_t
step_add_d128(int128 x, int128 y, int128 *r, int64_t limit)
{
	(void)limit;
	return int128_add(x, y, r) | fits_38(*r);
}

static inline int64_t
step_sub_d128(int128 x, int128 y, int128 *r, int64_t limit)
{
	(void)limit;
	return int128_sub(x, y, r) | fits_38(*r);
}

static inline int64_t
step_mul_d128(int128 x, int128 y, int128 *r, int64_t limit)
{
	(void)limit;
	return int128_mul(x, y, r) | fits_38(*r);
}

static inline int64_t
step_add_f64(double x, double y, double *r, int64_t limit)
{
	(void)limit;
	*r = x + y;
	return 0;
}

static inline int64_t
step_sub_f64(double x, double y, double *r, int64_t limit)
{
	(void)limit;
	*r = x - y;
	return 0;
}

static inline int64_t
step_mul_f64(double x, double y, double *r, int64_t limit)
{
	(void)limit;
	*r = x * y;
	return 0;
}

static inline int64_t
step_div_f64(double x, double y, double *r, int64_t limit)
{
	(void)limit;
	*r = x / y;
	return -(int64_t)(y == 0);
}

static inline int64_t
step_mod_f64(double x, double y, double *r, int64_t limit)
{
	(void)limit;
	*r = fmod(x, y);	/* exact, on any processor */
	return -(int64_t)(y == 0);
}

static inline int64_t
step_int_div_i64(int64_t x, int64_t y, int64_t *r, int64_t limit)
{
	(void)limit;
	_Bool bad = y == 0 || (y == -1 && x == INT64_MIN);
	*r = bad ? 0 : x / y;
	return -(int64_t)bad;
}

static inline int64_t
step_mod_i64(int64_t x, int64_t y, int64_t *r, int64_t limit)
{
	(void)limit;
	*r = y == 0 || y == -1 ? 0 : x % y;
	return -(int64_t)(y == 0);
}

static inline int64_t
step_mod_d128(int128 x, int128 y, int128 *r, int64_t limit)
{
	(void)limit;
	*r = y == 0 ? 0 : x % y;
	return -(int64_t)(y == 0);
}

#define NAME add_i64
#define TYPE int64_t
#define STEP step_add_i64
#include "expr/arith_body.h"
#define NAME add_d64
#define TYPE int64_t
#define STEP step_add_d64
#include "expr/arith_body.h"
#define NAME add_d128
#define TYPE int128
#define STEP step_add_d128
#include "expr/arith_body.h"
#define NAME add_f64
#define TYPE double
#define STEP step_add_f64
#include "expr/arith_body.h"
#define NAME sub_i64
#define TYPE int64_t
#define STEP step_sub_i64
#include "expr/arith_body.h"
#define NAME sub_d64
#define TYPE int64_t
#define STEP step_sub_d64
#include "expr/arith_body.h"
#define NAME sub_d128
#define TYPE int128
#define STEP step_sub_d128
#include "expr/arith_body.h"
#define NAME sub_f64
#define TYPE double
#define STEP step_sub_f64
#include "expr/arith_body.h"
#define NAME mul_i64
#define TYPE int64_t
#define STEP step_mul_i64
#include "expr/arith_body.h"
#define NAME mul_d64
#define TYPE int64_t
#define STEP step_mul_d64
#include "expr/arith_body.h"
#define NAME mul_d128
#define TYPE int128
#define STEP step_mul_d128
#include "expr/arith_body.h"
#define NAME mul_f64
#define TYPE double
#define STEP step_mul_f64
#include "expr/arith_body.h"
#define NAME div_f64
#define TYPE double
#define STEP step_div_f64
#include "expr/arith_body.h"
#define NAME int_div_i64
#define TYPE int64_t
#define STEP step_int_div_i64
#include "expr/arith_body.h"
#define NAME mod_i64
#define TYPE int64_t
#define STEP step_mod_i64
#include "expr/arith_body.h"
#define NAME mod_d128
#define TYPE int128
#define STEP step_mod_d128
#include "expr/arith_body.h"
#define NAME mod_f64
#define TYPE double
#define STEP step_mod_f64
#include "expr/arith_body.h"

/* ---- kernels --------------------------------------------------------- */

enum storage { STORAGE_I64, STORAGE_D64, STORAGE_D128, STORAGE_F64 };

static enum storage
storage_of(struct type type)
{
	if (type.id == TYPE_F64)
		return STORAGE_F64;
	if (type.id != TYPE_DECIMAL)
		return STORAGE_I64;
	return type_width(type) == 16 ? STORAGE_D128 : STORAGE_D64;
}

int
kernel_add(struct call *call)
{
	static expr_kernel *const by_storage[] = {
		add_i64, add_d64, add_d128, add_f64
	};
	return by_storage[storage_of(call->node->type)](call);
}

int
kernel_subtract(struct call *call)
{
	static expr_kernel *const by_storage[] = {
		sub_i64, sub_d64, sub_d128, sub_f64
	};
	return by_storage[storage_of(call->node->type)](call);
}

/* An n for which no magnitude is above 2^n. */
static unsigned
magnitude_bits(const struct vector *v, uint32_t rows)
{
	const int64_t *restrict values = v->column.values;
	int64_t any = 0;
	if (v->is_constant)
		rows = 1;
	for (uint32_t i = 0; i < rows; i++)
		any |= values[i] ^ (values[i] >> 63);
	return any == 0 ? 0 : 64 - (unsigned)__builtin_clzll((uint64_t)any);
}

/*
 * The product of numbers so small that it must fit: one look at them all,
 * and the checks of each row are saved.  0 if they are not.
 */
static _Bool
multiply_small(struct call *call)
{
	struct type type = call->node->type;
	/* 2^59 < 10^18; below 18 digits the type has room for any product. */
	unsigned room = type.id == TYPE_I64 ? 62 : 59;
	if (magnitude_bits(call->args[0], call->rows) +
	    magnitude_bits(call->args[1], call->rows) > room)
		return 0;
	const uint64_t *restrict a = kernel_values(call, 0);
	const uint64_t *restrict b = kernel_values(call, 1);
	uint64_t *restrict out = vector_start(call->out, type, call->rows);
	if (call->args[1]->is_constant || call->args[0]->is_constant) {
		_Bool is_right = call->args[1]->is_constant;
		uint64_t factor = is_right ? b[0] : a[0];
		const uint64_t *restrict other = is_right ? a : b;
		for (uint32_t i = 0; i < call->rows; i++)
			out[i] = other[i] * factor;
		return 1;
	}
	for (uint32_t i = 0; i < call->rows; i++)
		out[i] = a[i] * b[i];
	return 1;
}

int
kernel_multiply(struct call *call)
{
	enum storage storage = storage_of(call->node->type);
	if ((storage == STORAGE_I64 || storage == STORAGE_D64) &&
	    multiply_small(call))
		return 0;
	static expr_kernel *const by_storage[] = {
		mul_i64, mul_d64, mul_d128, mul_f64
	};
	return by_storage[storage](call);
}

int
kernel_divide(struct call *call)
{
	return div_f64(call);
}

int
kernel_int_divide(struct call *call)
{
	return int_div_i64(call);
}

int
kernel_modulo(struct call *call)
{
	static expr_kernel *const by_storage[] = {
		mod_i64, mod_i64, mod_d128, mod_f64
	};
	return by_storage[storage_of(call->node->type)](call);
}

int
kernel_negate(struct call *call)
{
	struct type type = call->node->type;
	uint32_t rows = call->rows;
	void *values = vector_start(call->out, type, rows);
	const void *in = kernel_values(call, 0);
	if (type.id == TYPE_F64) {
		double *restrict out = values;
		const double *restrict a = in;
		for (uint32_t i = 0; i < rows; i++)
			out[i] = -a[i];
		return 0;
	}
	if (type_width(type) == 16) {
		int128 *restrict out = values;
		const int128 *restrict a = in;
		for (uint32_t i = 0; i < rows; i++)
			out[i] = (int128)-(uint128)a[i];
		return 0;
	}
	int64_t *restrict out = values;
	const int64_t *restrict a = in;
	uint64_t bad = 0;
	for (uint32_t i = 0; i < rows; i++) {
		out[i] = (int64_t)-(uint64_t)a[i];
		bad |= (uint64_t)(a[i] & out[i]);
	}
	if ((bad >> 63) == 0)
		return 0;
	for (uint32_t i = 0; i < rows; i++)
		if (a[i] == INT64_MIN && row_is_live(call->live, i) &&
		    call_fail(call, i, "-(%lld) is more than i64 holds",
		    (long long)a[i]) != 0)
			return -1;
	return 0;
}
