#include "op/sort_run.h"

#include <stdlib.h>

#include "base/int128.h"
#include "base/mem.h"

/* A row and its first key as a number that compares as the key does. */
struct item {
	uint64_t prefix;
	uint32_t row;
};

struct run {
	const struct batch *rows;
	const struct sort_key *keys;
	uint32_t key_count;
	_Bool is_exact;		/* equal prefixes are equal first keys */
};

#define SIGN UINT64_C(0x8000000000000000)

/* ---- prefixes -------------------------------------------------------- */

/* IEEE order as unsigned order; NaN above all, -0.0 as 0.0. */
static uint64_t
float_prefix(double value)
{
	uint64_t bits;
	if (value != value)
		return UINT64_MAX;
	value += 0.0;
	memcpy(&bits, &value, sizeof(bits));
	return bits & SIGN ? ~bits : bits | SIGN;
}

/* How many bytes all values that are not null begin with alike. */
static uint32_t
common_bytes(const struct column *column, uint32_t rows)
{
	const uint8_t *first = NULL;
	uint32_t common = 0;
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t len;
		if (column_is_null(column, i))
			continue;
		const uint8_t *bytes = column_bytes(column, i, &len);
		if (first == NULL) {
			first = bytes;
			common = len;
			continue;
		}
		if (len < common)
			common = len;
		if (memcmp(first, bytes, common) == 0)
			continue;
		uint32_t same = 0;
		while (first[same] == bytes[same])
			same++;
		common = same;
	}
	return common;
}

/* The 8 bytes after the common ones, shorter text filled with zeroes. */
static uint64_t
text_prefix(const struct column *column, uint32_t row, uint32_t common)
{
	uint32_t len;
	uint64_t word = 0;
	const uint8_t *bytes = column_bytes(column, row, &len) + common;
	len -= common;
	memcpy(&word, bytes, len < 8 ? len : 8);
	return __builtin_bswap64(word);
}

#define SIGNED(c_type) \
	((uint64_t)(int64_t)((const c_type *)column->values)[row] ^ SIGN)
#define UNSIGNED(c_type) (((const c_type *)column->values)[row])

static uint64_t
prefix_of(const struct column *column, uint32_t row, uint32_t common)
{
	switch (column->type.id) {
	case TYPE_NULL:
		return 0;
	case TYPE_BOOL:
		return column_bool(column, row);
	case TYPE_I8:
		return SIGNED(int8_t);
	case TYPE_I16:
		return SIGNED(int16_t);
	case TYPE_I32:
	case TYPE_DATE:
		return SIGNED(int32_t);
	case TYPE_I64:
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
		return SIGNED(int64_t);
	case TYPE_U8:
		return UNSIGNED(uint8_t);
	case TYPE_U16:
		return UNSIGNED(uint16_t);
	case TYPE_U32:
		return UNSIGNED(uint32_t);
	case TYPE_U64:
		return UNSIGNED(uint64_t);
	case TYPE_F32:
		return float_prefix(((const float *)column->values)[row]);
	case TYPE_F64:
		return float_prefix(((const double *)column->values)[row]);
	case TYPE_DECIMAL:
		if (column->type.precision > 18)
			return (uint64_t)(((const int128 *)
			    column->values)[row] >> 64) ^ SIGN;
		return SIGNED(int64_t);
	default:
		return text_prefix(column, row, common);
	}
}

static _Bool
has_exact_prefix(const struct column *column)
{
	return !type_is_variable(column->type) &&
	    (column->type.id != TYPE_DECIMAL || column->type.precision <= 18);
}

/* ---- radix sort ------------------------------------------------------ */

/* Least digit first, in bytes; digits that are alike in all are skipped. */
static void
radix_sort(struct item *items, struct item *spare, uint32_t count)
{
	uint64_t varying = 0;
	struct item *from = items;
	struct item *to = spare;
	for (uint32_t i = 0; i < count; i++)
		varying |= items[i].prefix ^ items[0].prefix;
	for (unsigned shift = 0; shift < 64; shift += 8) {
		uint32_t places[257] = {0};
		if ((varying >> shift & 0xff) == 0)
			continue;
		for (uint32_t i = 0; i < count; i++)
			places[(from[i].prefix >> shift & 0xff) + 1]++;
		for (unsigned i = 0; i < 256; i++)
			places[i + 1] += places[i];
		for (uint32_t i = 0; i < count; i++)
			to[places[from[i].prefix >> shift & 0xff]++] = from[i];
		struct item *swap = from;
		from = to;
		to = swap;
	}
	if (from != items)
		memcpy(items, from, (size_t)count * sizeof(*items));
}

static _Bool
is_in_order(const struct item *items, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++)
		if (items[i - 1].prefix > items[i].prefix)
			return 0;
	return 1;
}

/* ---- rows of one prefix ---------------------------------------------- */

static int
compare_rows(const void *a, const void *b, void *context)
{
	const struct run *run = context;
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;
	uint32_t skip = run->is_exact;
	int result = batch_compare(run->rows, left, run->rows, right,
	    run->keys + skip, run->key_count - skip);
	return result != 0 ? result : (left > right) - (left < right);
}

/* Orders a range of rows whose prefixes are equal. */
static void
order_equal(const struct run *run, uint32_t *order, uint32_t count)
{
	if (run->is_exact && run->key_count == 1)
		return;
	_Bool is_ordered = 1;
	for (uint32_t i = 1; i < count && is_ordered; i++)
		is_ordered = compare_rows(&order[i - 1], &order[i],
		    (void *)(uintptr_t)run) < 0;
	if (!is_ordered)
		qsort_r(order, count, sizeof(*order), compare_rows,
		    (void *)(uintptr_t)run);
}

/* Sorts rows whose first key is not null into order[]. */
static void
order_items(const struct run *run, struct item *items, uint32_t count,
    uint32_t *order)
{
	if (!is_in_order(items, count)) {
		struct item *spare = mem_alloc((size_t)count * sizeof(*spare));
		radix_sort(items, spare, count);
		mem_free(spare);
	}
	for (uint32_t i = 0; i < count; i++)
		order[i] = items[i].row;
	for (uint32_t begin = 0, end; begin < count; begin = end) {
		for (end = begin + 1; end < count &&
		    items[end].prefix == items[begin].prefix; end++)
			;
		if (end - begin > 1)
			order_equal(run, order + begin, end - begin);
	}
}

void
sort_run_order(const struct batch *rows, const struct sort_key *keys,
    uint32_t key_count, uint32_t *order)
{
	const struct column *first = &rows->columns[keys[0].column];
	const struct run run = {rows, keys, key_count,
	    has_exact_prefix(first)};
	const struct run nulls = {rows, keys, key_count, 1};
	uint32_t common = type_is_variable(first->type) ?
	    common_bytes(first, rows->row_count) : 0;
	struct item *items = mem_alloc((size_t)rows->row_count *
	    sizeof(*items));
	uint32_t count = 0;
	uint32_t null_count = first->type.id == TYPE_NULL ? 0 :
	    first->null_count;
	uint32_t *null_order = keys[0].nulls_first ? order :
	    order + (rows->row_count - null_count);
	uint32_t *value_order = keys[0].nulls_first ? order + null_count :
	    order;
	uint32_t null_at = 0;
	for (uint32_t i = 0; i < rows->row_count; i++) {
		if (null_count > 0 && column_is_null(first, i)) {
			null_order[null_at++] = i;
			continue;
		}
		uint64_t prefix = prefix_of(first, i, common);
		items[count++] = (struct item){
		    keys[0].is_descending ? ~prefix : prefix, i};
	}
	order_items(&run, items, count, value_order);
	if (null_count > 1)
		order_equal(&nulls, null_order, null_count);
	mem_free(items);
}
