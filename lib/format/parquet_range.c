#include "format/parquet_range.h"

#include <math.h>
#include <string.h>

#include "base/lanes.h"
#include "batch/order.h"
#include "format/parquet_bytes.h"

void
parquet_range_release(struct parquet_range *range)
{
	buffer_release(&range->least_bytes);
	buffer_release(&range->greatest_bytes);
	*range = (struct parquet_range){0};
}

static void
widen_signed(struct parquet_range *range, int64_t least, int64_t greatest)
{
	if (!range->has_values || least < range->least.i)
		range->least.i = least;
	if (!range->has_values || greatest > range->greatest.i)
		range->greatest.i = greatest;
	range->has_values = 1;
}

static void
widen_unsigned(struct parquet_range *range, uint64_t least, uint64_t greatest)
{
	if (!range->has_values || least < range->least.u)
		range->least.u = least;
	if (!range->has_values || greatest > range->greatest.u)
		range->greatest.u = greatest;
	range->has_values = 1;
}

static void
add_i32(struct parquet_range *range, const uint32_t *values, uint32_t count)
{
	const int32_t *numbers = (const int32_t *)values;
	int32_t least, greatest;
	lanes()->range32(numbers, count, &least, &greatest);
	widen_signed(range, least, greatest);
}

static void
add_u32(struct parquet_range *range, const uint32_t *values, uint32_t count)
{
	uint32_t least, greatest;
	lanes()->range32u(values, count, &least, &greatest);
	widen_unsigned(range, least, greatest);
}

static void
add_i64(struct parquet_range *range, const uint64_t *values, uint32_t count)
{
	const int64_t *numbers = (const int64_t *)values;
	int64_t least, greatest;
	lanes()->range64(numbers, count, &least, &greatest);
	widen_signed(range, least, greatest);
}

static void
add_u64(struct parquet_range *range, const uint64_t *values, uint32_t count)
{
	uint64_t least, greatest;
	lanes()->range64u(values, count, &least, &greatest);
	widen_unsigned(range, least, greatest);
}

/* Comparisons with NaN are false: it changes neither bound. */
static void
widen_float(struct parquet_range *range, double least, double greatest)
{
	if (least > greatest)
		return;
	if (!range->has_values || least < range->least.f)
		range->least.f = least;
	if (!range->has_values || greatest > range->greatest.f)
		range->greatest.f = greatest;
	range->has_values = 1;
}

static void
add_f32(struct parquet_range *range, const uint32_t *values, uint32_t count)
{
	const float *floats = (const float *)(const void *)values;
	float least = INFINITY, greatest = -INFINITY;
	for (uint32_t i = 0; i < count; i++) {
		least = floats[i] < least ? floats[i] : least;
		greatest = floats[i] > greatest ? floats[i] : greatest;
	}
	widen_float(range, (double)least, (double)greatest);
}

static void
add_f64(struct parquet_range *range, const uint64_t *values, uint32_t count)
{
	const double *floats = (const double *)(const void *)values;
	double least = (double)INFINITY, greatest = -(double)INFINITY;
	for (uint32_t i = 0; i < count; i++) {
		least = floats[i] < least ? floats[i] : least;
		greatest = floats[i] > greatest ? floats[i] : greatest;
	}
	widen_float(range, least, greatest);
}

static void
add_bits(struct parquet_range *range, const uint8_t *bits, uint32_t count)
{
	uint32_t ones = bitmap_count(bits, count);
	widen_signed(range, ones == count, ones > 0);
}

/* ---- bytes ----------------------------------------------------------- */

/* Of big-endian decimals the first byte is signed. */
static int
compare_bytes(struct type type, const uint8_t *a, size_t a_len,
    const uint8_t *b, size_t b_len)
{
	if (type.id == TYPE_DECIMAL && (a[0] ^ b[0]) >= 0x80)
		return a[0] >= 0x80 ? -1 : 1;
	return bytes_compare(a, a_len, b, b_len);
}

static void
set_bytes(struct buffer *buf, const uint8_t *bytes, uint32_t len)
{
	buf->len = 0;
	buffer_append(buf, bytes, len);
}

void
parquet_range_add_bytes(struct parquet_range *range, struct type type,
    const uint8_t *bytes, uint32_t len)
{
	if (!range->has_values) {
		range->has_values = 1;
		set_bytes(&range->least_bytes, bytes, len);
		set_bytes(&range->greatest_bytes, bytes, len);
	} else if (compare_bytes(type, bytes, len, range->least_bytes.data,
	    range->least_bytes.len) < 0) {
		set_bytes(&range->least_bytes, bytes, len);
	} else if (compare_bytes(type, bytes, len, range->greatest_bytes.data,
	    range->greatest_bytes.len) > 0) {
		set_bytes(&range->greatest_bytes, bytes, len);
	}
}

static void
add_string(struct parquet_range *range, struct type type,
    const struct parquet_values *values, uint32_t index)
{
	const int32_t *offsets = values->offsets + index;
	parquet_range_add_bytes(range, type, values->bytes + offsets[0],
	    (uint32_t)(offsets[1] - offsets[0]));
}

/* The first sixteen bytes as a number that orders as they do. */
static inline unsigned __int128
prefix_of(const uint8_t *bytes, size_t len)
{
	unsigned __int128 first;
	memcpy(&first, bytes, sizeof(first));	/* over their end, too */
	first &= parquet_first_bytes(len < 16 ? len : 16);
	return (unsigned __int128)__builtin_bswap64((uint64_t)first) << 64 |
	    __builtin_bswap64((uint64_t)(first >> 64));
}

/*
 * The least and greatest string of a page, by their first sixteen bytes where
 * these differ; then those two into the range.
 */
static void
add_strings(struct parquet_range *range, struct type type,
    const struct parquet_values *values)
{
	const int32_t *offsets = values->offsets;
	uint32_t least = 0, greatest = 0;
	unsigned __int128 least_prefix = 0, greatest_prefix = 0;
	for (uint32_t i = 0; i < values->count; i++) {
		const uint8_t *bytes = values->bytes + offsets[i];
		size_t len = (size_t)(offsets[i + 1] - offsets[i]);
		unsigned __int128 prefix = prefix_of(bytes, len);
		if (i == 0)
			least_prefix = greatest_prefix = prefix;
		if (prefix <= least_prefix && (prefix < least_prefix ||
		    compare_bytes(type, bytes, len, values->bytes +
		    offsets[least], (size_t)(offsets[least + 1] -
		    offsets[least])) < 0)) {
			least = i;
			least_prefix = prefix;
		}
		if (prefix >= greatest_prefix && (prefix > greatest_prefix ||
		    compare_bytes(type, bytes, len, values->bytes +
		    offsets[greatest], (size_t)(offsets[greatest + 1] -
		    offsets[greatest])) > 0)) {
			greatest = i;
			greatest_prefix = prefix;
		}
	}
	add_string(range, type, values, least);
	add_string(range, type, values, greatest);
}

void
parquet_range_add(struct parquet_range *range, struct type type,
    const struct parquet_values *values)
{
	uint32_t count = values->count;
	_Bool is_unsigned = type_is_integer(type) && !type_is_signed(type);
	if (count == 0)
		return;
	switch (values->form) {
	case PARQUET_VALUES_BITS:
		add_bits(range, values->bits, count);
		break;
	case PARQUET_VALUES_32:
		if (type.id == TYPE_F32)
			add_f32(range, values->u32, count);
		else if (is_unsigned)
			add_u32(range, values->u32, count);
		else
			add_i32(range, values->u32, count);
		break;
	case PARQUET_VALUES_64:
		if (type.id == TYPE_F64)
			add_f64(range, values->u64, count);
		else if (is_unsigned)
			add_u64(range, values->u64, count);
		else
			add_i64(range, values->u64, count);
		break;
	case PARQUET_VALUES_CODES:
		for (uint32_t i = 0; i < count; i++) {
			uint32_t len;
			const uint8_t *bytes = dictionary_get(
			    values->dictionary, values->codes[i], &len);
			parquet_range_add_bytes(range, type, bytes, len);
		}
		break;
	case PARQUET_VALUES_BYTES:
		if (values->is_ascending) {
			add_string(range, type, values, 0);
			add_string(range, type, values, count - 1);
			break;
		}
		if (type.id != TYPE_DECIMAL) {
			add_strings(range, type, values);
			break;
		}
		for (uint32_t i = 0; i < count; i++)
			add_string(range, type, values, i);
		break;
	default:
		break;
	}
}

/* ---- into statistics ------------------------------------------------- */

static struct parquet_bytes
arena_bytes(struct arena *arena, const void *bytes, size_t len)
{
	uint8_t *copy = arena_alloc(arena, len == 0 ? 1 : len);
	memcpy(copy, bytes, len);
	return (struct parquet_bytes){.data = copy, .len = (uint32_t)len};
}

static struct parquet_bytes
bound_bytes(union parquet_bound bound, struct type type,
    enum parquet_type physical, struct arena *arena)
{
	if (physical == PARQUET_BOOLEAN) {
		uint8_t byte = bound.i != 0;
		return arena_bytes(arena, &byte, 1);
	}
	if (type.id == TYPE_F32) {
		float narrow = (float)bound.f;
		return arena_bytes(arena, &narrow, 4);
	}
	/* Little-endian: the low bytes come first. */
	return arena_bytes(arena, &bound,
	    physical == PARQUET_INT32 ? 4 : 8);
}

/* The greatest length up to `len` that does not cut a character. */
static size_t
cut_at_character(const uint8_t *bytes, size_t len, _Bool is_text)
{
	if (is_text)
		while (len > 0 && (bytes[len] & 0xc0) == 0x80)
			len--;
	return len;
}

/*
 * Makes bytes[0..*len) greater than all that begin with them: adds one to
 * the last byte that stays a character of its own.  0 if none does.
 */
static _Bool
round_up(uint8_t *bytes, size_t *len, _Bool is_text)
{
	uint8_t most = is_text ? 0x7e : 0xfe;
	for (size_t i = *len; i-- > 0;) {
		if (bytes[i] > most)
			continue;
		bytes[i]++;
		*len = i + 1;
		return 1;
	}
	return 0;
}

static void
write_strings(const struct parquet_range *range, _Bool is_text,
    struct arena *arena, struct parquet_statistics *statistics)
{
	size_t len = range->least_bytes.len;
	statistics->has_is_min_exact = statistics->is_min_exact = 1;
	statistics->has_is_max_exact = statistics->is_max_exact = 1;
	if (len > PARQUET_RANGE_TEXT_BYTES) {
		len = cut_at_character(range->least_bytes.data,
		    PARQUET_RANGE_TEXT_BYTES, is_text);
		statistics->is_min_exact = 0;
	}
	statistics->min_value = arena_bytes(arena, range->least_bytes.data,
	    len);
	len = range->greatest_bytes.len;
	if (len <= PARQUET_RANGE_TEXT_BYTES) {
		statistics->max_value = arena_bytes(arena,
		    range->greatest_bytes.data, len);
		return;
	}
	uint8_t bytes[PARQUET_RANGE_TEXT_BYTES];
	len = cut_at_character(range->greatest_bytes.data,
	    PARQUET_RANGE_TEXT_BYTES, is_text);
	memcpy(bytes, range->greatest_bytes.data, len);
	statistics->is_max_exact = 0;
	if (round_up(bytes, &len, is_text))
		statistics->max_value = arena_bytes(arena, bytes, len);
	else
		statistics->has_is_max_exact = 0;
}

void
parquet_range_write(const struct parquet_range *range, struct type type,
    enum parquet_type physical, struct arena *arena,
    struct parquet_statistics *statistics)
{
	if (!range->has_values)
		return;
	if (physical == PARQUET_BYTE_ARRAY) {
		write_strings(range, type.id == TYPE_STRING, arena,
		    statistics);
		return;
	}
	statistics->has_is_min_exact = statistics->is_min_exact = 1;
	statistics->has_is_max_exact = statistics->is_max_exact = 1;
	if (physical == PARQUET_FIXED_LEN_BYTE_ARRAY) {
		statistics->min_value = arena_bytes(arena,
		    range->least_bytes.data, range->least_bytes.len);
		statistics->max_value = arena_bytes(arena,
		    range->greatest_bytes.data, range->greatest_bytes.len);
		return;
	}
	union parquet_bound least = range->least, greatest = range->greatest;
	if (type_is_float(type) && least.f == 0)
		least.f = -0.0;
	if (type_is_float(type) && greatest.f == 0)
		greatest.f = 0.0;
	statistics->min_value = bound_bytes(least, type, physical, arena);
	statistics->max_value = bound_bytes(greatest, type, physical, arena);
}
