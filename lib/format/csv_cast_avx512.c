#include "format/csv_cast.h"

#ifdef __x86_64__

#include <immintrin.h>
#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"

/*
 * The loops of csv_cast_fast.c, eight rows at a time: the last 8 (and 16)
 * bytes of eight fields are gathered, and their digits drawn together by
 * multiplications of 8, 16 and 32 bits (W. Mula, "SIMD-ized parsing of
 * numbers", 2014).  Whatever is odd makes its lane an exception; what is
 * not, comes out as in the portable loops.
 */
#define LANES 8

/* Where eight fields lie in the data. */
struct span {
	__mmask8 rows;		/* lanes that hold a row */
	__m512i begin, end, len;
};

static inline struct span
span_at(const struct rcsv_rows *rows, uint32_t position, uint32_t row)
{
	struct span span;
	uint32_t rest = rows->count - row;
	span.rows = rest >= LANES ? 0xff : (__mmask8)((1u << rest) - 1);
	const int *ends = (const int *)(const void *)(rows->ends +
	    (size_t)row * rows->stride + position);
	__m256i index = _mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5,
	    6, 7), _mm256_set1_epi32((int)rows->stride));
	/* two ends at once: of the field before and of this one */
	__m512i ends_of = _mm512_mask_i32gather_epi64(_mm512_setzero_si512(),
	    span.rows, index, ends - 1, 4);
	/* the begin wraps around at the first byte of the data */
	span.begin = _mm512_and_si512(_mm512_add_epi64(ends_of,
	    _mm512_set1_epi64(1)), _mm512_set1_epi64(UINT32_MAX));
	span.end = _mm512_srli_epi64(ends_of, 32);
	span.len = _mm512_sub_epi64(span.end, span.begin);
	if (position + 1 != rows->field_count)
		return span;
	__m512i last = _mm512_mask_i64gather_epi64(_mm512_setzero_si512(),
	    span.rows, span.end, rows->data - 8, 1);
	__mmask8 has_cr = _mm512_cmpeq_epi64_mask(_mm512_srli_epi64(last, 56),
	    _mm512_set1_epi64('\r'));
	has_cr &= _mm512_test_epi64_mask(span.len, span.len);
	__m512i one = _mm512_set1_epi64(1);
	span.end = _mm512_mask_sub_epi64(span.end, has_cr, span.end, one);
	span.len = _mm512_mask_sub_epi64(span.len, has_cr, span.len, one);
	return span;
}

/* Eight bytes at data + at + offset of each lane that holds a row. */
static inline __m512i
gather(const struct rcsv_rows *rows, const struct span *span, __m512i at,
    int offset)
{
	return _mm512_mask_i64gather_epi64(_mm512_setzero_si512(), span->rows,
	    at, rows->data + offset, 1);
}

/* Lanes that have a byte of the mask. */
static inline __mmask8
lanes_of(__mmask64 bytes)
{
	__m512i spread = _mm512_movm_epi8(bytes);
	return _mm512_test_epi64_mask(spread, spread);
}

/* Takes '0' off every byte; *bad gets the lanes where one is no digit. */
static inline __m512i
take_digits(__m512i words, __mmask8 *bad)
{
	__m512i digits = _mm512_sub_epi8(words, _mm512_set1_epi8('0'));
	__mmask64 wrong = _mm512_cmpgt_epu8_mask(digits, _mm512_set1_epi8(9));
	if (wrong != 0)
		*bad |= lanes_of(wrong);
	return digits;
}

/* Two digits each: four numbers of 16 bits a lane. */
static inline __m512i
pairs_of(__m512i digits)
{
	return _mm512_maddubs_epi16(digits, _mm512_set1_epi16(0x010a));
}

/* The number of eight digits of each lane. */
static inline __m512i
number_of(__m512i words, __mmask8 *bad)
{
	__m512i pairs = pairs_of(take_digits(words, bad));
	__m512i quads = _mm512_madd_epi16(pairs,
	    _mm512_set1_epi32(0x00010064));
	return _mm512_add_epi64(_mm512_mul_epu32(quads,
	    _mm512_set1_epi64(10000)), _mm512_srli_epi64(quads, 32));
}

/* Keeps the last len bytes of each word, the others become '0'. */
static inline __m512i
last_of(__m512i words, __m512i len)
{
	__m512i bits = _mm512_slli_epi64(len, 3);
	__m512i gone = _mm512_subs_epu16(_mm512_set1_epi64(64), bits);
	__m512i kept = _mm512_sllv_epi64(_mm512_srlv_epi64(words, gone), gone);
	return _mm512_or_si512(kept, _mm512_srlv_epi64(
	    _mm512_set1_epi8('0'), bits));
}

/*
 * The last 16 characters of the fields without a sign: low the last 8, high
 * those before (zeros if has_high is false).
 */
struct tail {
	__m512i low, high;
	_Bool has_high;
	__mmask8 minus;
	__mmask8 bad;		/* longer, or empty */
};

static inline struct tail
tail_of(const struct rcsv_rows *rows, const struct span *span,
    _Bool is_signed)
{
	struct tail tail = {.minus = 0};
	__m512i len = span->len;
	const __m512i eight = _mm512_set1_epi64(8);
	__mmask8 is_long = _mm512_cmpgt_epu64_mask(len, eight);
	__m512i low = gather(rows, span, span->end, -8);
	tail.has_high = is_long != 0;
	tail.high = tail.has_high ? gather(rows, span, span->end, -16) :
	    _mm512_set1_epi8('0');
	if (is_signed) {
		/* the first character; 0 of an empty field */
		__m512i first = tail.has_high ?
		    gather(rows, span, span->begin, 0) :
		    _mm512_srlv_epi64(low, _mm512_sub_epi64(
		    _mm512_set1_epi64(64), _mm512_slli_epi64(len, 3)));
		tail.minus = _mm512_cmpeq_epi64_mask(_mm512_and_si512(first,
		    _mm512_set1_epi64(0xff)), _mm512_set1_epi64('-'));
		len = _mm512_mask_sub_epi64(len, tail.minus, len,
		    _mm512_set1_epi64(1));
	}
	tail.bad = _mm512_cmpgt_epu64_mask(_mm512_sub_epi64(len,
	    _mm512_set1_epi64(1)), _mm512_set1_epi64(15));
	len = _mm512_min_epu64(len, _mm512_set1_epi64(16));
	tail.low = last_of(low, _mm512_min_epu64(len, eight));
	if (tail.has_high)
		tail.high = last_of(tail.high, _mm512_sub_epi64(
		    _mm512_max_epu64(len, eight), eight));
	return tail;
}

/* Lists the lanes that are exceptions; returns how many there are now. */
static inline uint32_t
list(uint32_t *exceptions, uint32_t count, __mmask8 bad, uint32_t row)
{
	if (bad == 0)
		return count;
	_mm256_mask_compressstoreu_epi32(exceptions + count, bad,
	    _mm256_add_epi32(_mm256_set1_epi32((int)row),
	    _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)));
	return count + (uint32_t)__builtin_popcount(bad);
}

/* ---- integers -------------------------------------------------------- */

static inline void
store(void *out, size_t width, uint32_t row, __mmask8 rows, __m512i values)
{
	uint8_t *to = (uint8_t *)out + row * width;
	switch (width) {
	case 1:
		_mm512_mask_cvtepi64_storeu_epi8(to, rows, values);
		break;
	case 2:
		_mm512_mask_cvtepi64_storeu_epi16(to, rows, values);
		break;
	case 4:
		_mm512_mask_cvtepi64_storeu_epi32(to, rows, values);
		break;
	default:
		_mm512_mask_storeu_epi64(to, rows, values);
	}
}

static uint32_t
cast_integer(const struct rcsv_rows *rows, uint32_t position,
    struct type type, void *out, uint32_t *exceptions)
{
	uint32_t count = 0;
	size_t width = type_width(type);
	_Bool is_signed = type_is_signed(type);
	const __m512i most = _mm512_set1_epi64((long long)(UINT64_MAX >>
	    (64 - 8 * width + is_signed)));
	for (uint32_t row = 0; row < rows->count; row += LANES) {
		struct span span = span_at(rows, position, row);
		struct tail tail = tail_of(rows, &span, is_signed);
		__m512i value = number_of(tail.low, &tail.bad);
		if (tail.has_high)
			value = _mm512_add_epi64(value, _mm512_mul_epu32(
			    number_of(tail.high, &tail.bad),
			    _mm512_set1_epi64(100000000)));
		tail.bad |= _mm512_cmpgt_epu64_mask(value, most);
		value = _mm512_mask_sub_epi64(value, tail.minus,
		    _mm512_setzero_si512(), value);
		store(out, width, row, span.rows, value);
		count = list(exceptions, count, tail.bad & span.rows, row);
	}
	return count;
}

/* ---- decimals -------------------------------------------------------- */

/* By the number of decimals, 0 to 7: what to multiply by, and the limit. */
struct scales {
	__m512i factors, limits;
};

static struct scales
scales_of(struct type type)
{
	int64_t factors[LANES] = {0}, limits[LANES] = {0};
	unsigned whole = type.precision - type.scale;
	/* those beyond the scale keep the limit 0: nothing is below it */
	for (unsigned i = 0; i < LANES && i <= type.scale; i++) {
		factors[i] = decimal_pow10_64[type.scale - i];
		limits[i] = decimal_pow10_64[whole + i];
	}
	return (struct scales){_mm512_loadu_si512(factors),
	    _mm512_loadu_si512(limits)};
}

/* Takes the point out of the low word; *decimals follow it. */
static inline void
take_point(struct tail *tail, __m512i *decimals)
{
	const __m512i ones = _mm512_set1_epi64(-1);
	__m512i point = _mm512_movm_epi8(_mm512_cmpeq_epi8_mask(tail->low,
	    _mm512_set1_epi8('.')));
	__mmask8 has_point = _mm512_test_epi64_mask(point, point);
	__m512i above = _mm512_lzcnt_epi64(point);	/* bits above it */
	/* a point at the end */
	tail->bad |= has_point & _mm512_testn_epi64_mask(above, above);
	__m512i kept = _mm512_and_si512(tail->low, _mm512_sllv_epi64(ones,
	    _mm512_sub_epi64(_mm512_set1_epi64(64), above)));
	__m512i moved = _mm512_slli_epi64(_mm512_and_si512(tail->low,
	    _mm512_srlv_epi64(ones, _mm512_add_epi64(above,
	    _mm512_set1_epi64(8)))), 8);
	__m512i carried = _mm512_srli_epi64(tail->high, 56);
	tail->low = _mm512_mask_or_epi64(tail->low, has_point, kept,
	    _mm512_or_si512(moved, carried));
	tail->high = _mm512_mask_or_epi64(tail->high, has_point,
	    _mm512_slli_epi64(tail->high, 8), _mm512_set1_epi64('0'));
	*decimals = _mm512_maskz_srli_epi64(has_point, above, 3);
}

static uint32_t
cast_decimal(const struct rcsv_rows *rows, uint32_t position,
    struct type type, int64_t *out, uint32_t *exceptions)
{
	uint32_t count = 0;
	const struct scales scales = scales_of(type);
	for (uint32_t row = 0; row < rows->count; row += LANES) {
		struct span span = span_at(rows, position, row);
		struct tail tail = tail_of(rows, &span, 1);
		__m512i decimals;
		take_point(&tail, &decimals);
		__m512i value = number_of(tail.low, &tail.bad);
		if (tail.has_high)
			value = _mm512_add_epi64(value, _mm512_mul_epu32(
			    number_of(tail.high, &tail.bad),
			    _mm512_set1_epi64(100000000)));
		tail.bad |= _mm512_cmpge_epu64_mask(value,
		    _mm512_permutexvar_epi64(decimals, scales.limits));
		value = _mm512_mullo_epi64(value, _mm512_permutexvar_epi64(
		    decimals, scales.factors));
		value = _mm512_mask_sub_epi64(value, tail.minus,
		    _mm512_setzero_si512(), value);
		_mm512_mask_storeu_epi64(out + row, span.rows, value);
		count = list(exceptions, count, tail.bad & span.rows, row);
	}
	return count;
}

/* ---- dates and times ------------------------------------------------- */

/*
 * YYYY-MM-DD at the begin of the fields: the day, counted as in datetime.h.
 * 29 February is an exception, lest leap years be looked at here.
 */
static inline __m512i
days_of(__m512i first, __m512i second, __mmask8 *bad)
{
	const __m512i low16 = _mm512_set1_epi64(0xffff);
	__m512i dashes = _mm512_and_si512(_mm512_xor_si512(first,
	    _mm512_set1_epi64(0x2d00002d00000000)),
	    _mm512_set1_epi64((long long)UINT64_C(0xff0000ff00000000)));
	*bad |= _mm512_test_epi64_mask(dashes, dashes);
	__m512i words = _mm512_or_si512(_mm512_or_si512(
	    _mm512_and_si512(first, _mm512_set1_epi64(0xffffffff)),
	    _mm512_slli_epi64(_mm512_and_si512(_mm512_srli_epi64(first, 40),
	    low16), 32)), _mm512_slli_epi64(second, 48));
	__m512i pairs = pairs_of(take_digits(words, bad));
	__m512i day = _mm512_srli_epi64(pairs, 48);
	__m512i month = _mm512_and_si512(_mm512_srli_epi64(pairs, 32), low16);
	__m512i year = _mm512_and_si512(_mm512_madd_epi16(pairs,
	    _mm512_set1_epi32(0x00010064)), low16);
	/* 1 to 12; a day from 1 to what the month has */
	const __m512i lengths_low = _mm512_setr_epi64(0, 31, 28, 31, 30, 31,
	    30, 31);
	const __m512i lengths_high = _mm512_setr_epi64(31, 30, 31, 30, 31, 0,
	    0, 0);
	/* days from 1 March to the begin of the month */
	const __m512i starts_low = _mm512_setr_epi64(0, 306, 337, 0, 31, 61,
	    92, 122);
	const __m512i starts_high = _mm512_setr_epi64(153, 184, 214, 245, 275,
	    0, 0, 0);
	__m512i length = _mm512_permutex2var_epi64(lengths_low, month,
	    lengths_high);
	__m512i one = _mm512_set1_epi64(1);
	*bad |= _mm512_cmpgt_epu64_mask(month, _mm512_set1_epi64(12)) |
	    _mm512_cmpge_epu64_mask(_mm512_sub_epi64(day, one), length) |
	    _mm512_testn_epi64_mask(year, year);
	/* years begin in March */
	year = _mm512_mask_sub_epi64(year, _mm512_cmplt_epu64_mask(month,
	    _mm512_set1_epi64(3)), year, one);
	/* year / 100 for years below 10,000 */
	__m512i century = _mm512_srli_epi64(_mm512_mul_epu32(year,
	    _mm512_set1_epi64(5243)), 19);
	__m512i days = _mm512_mul_epu32(year, _mm512_set1_epi64(365));
	days = _mm512_add_epi64(days, _mm512_srli_epi64(year, 2));
	days = _mm512_sub_epi64(days, century);
	days = _mm512_add_epi64(days, _mm512_srli_epi64(century, 2));
	days = _mm512_add_epi64(days, _mm512_permutex2var_epi64(starts_low,
	    month, starts_high));
	/* 719468: from 0000-03-01 to 1970-01-01; days of a month from 1 */
	return _mm512_add_epi64(days, _mm512_sub_epi64(day,
	    _mm512_set1_epi64(719469)));
}

static uint32_t
cast_date(const struct rcsv_rows *rows, uint32_t position, int32_t *out,
    uint32_t *exceptions)
{
	uint32_t count = 0;
	for (uint32_t row = 0; row < rows->count; row += LANES) {
		struct span span = span_at(rows, position, row);
		__mmask8 bad = _mm512_cmpneq_epi64_mask(span.len,
		    _mm512_set1_epi64(10));
		__m512i days = days_of(gather(rows, &span, span.begin, 0),
		    gather(rows, &span, span.begin, 8), &bad);
		store(out, sizeof(*out), row, span.rows, days);
		count = list(exceptions, count, bad & span.rows, row);
	}
	return count;
}

/* HH:MM:SS */
static inline __m512i
seconds_of(__m512i words, __mmask8 *bad)
{
	__m512i colons = _mm512_and_si512(_mm512_xor_si512(words,
	    _mm512_set1_epi64(0x00003a00003a0000)),
	    _mm512_set1_epi64(0x0000ff0000ff0000));
	*bad |= _mm512_test_epi64_mask(colons, colons);
	__m512i digits = _mm512_or_si512(_mm512_or_si512(
	    _mm512_and_si512(words, _mm512_set1_epi64(0xffff)),
	    _mm512_slli_epi64(_mm512_and_si512(_mm512_srli_epi64(words, 24),
	    _mm512_set1_epi64(0xffff)), 16)),
	    _mm512_or_si512(_mm512_slli_epi64(_mm512_srli_epi64(words, 48),
	    32), _mm512_set1_epi64(0x3030000000000000)));
	__m512i pairs = pairs_of(take_digits(digits, bad));
	const __m512i most = _mm512_set1_epi64(0x0000003b003b0017);
	__mmask32 large = _mm512_cmpgt_epu16_mask(pairs, most);
	if (large != 0) {
		__m512i spread = _mm512_movm_epi16(large);
		*bad |= _mm512_test_epi64_mask(spread, spread);
	}
	/* hours * 3600 + minutes * 60, and seconds */
	__m512i sums = _mm512_madd_epi16(pairs,
	    _mm512_set1_epi64(0x00000001003c0e10));
	return _mm512_add_epi64(_mm512_srli_epi64(sums, 32),
	    _mm512_and_si512(sums, _mm512_set1_epi64(0xffffffff)));
}

static uint32_t
cast_timestamp(const struct rcsv_rows *rows, uint32_t position, _Bool is_utc,
    int64_t *out, uint32_t *exceptions)
{
	uint32_t count = 0;
	const __m512i byte = _mm512_set1_epi64(0xff);
	for (uint32_t row = 0; row < rows->count; row += LANES) {
		struct span span = span_at(rows, position, row);
		__mmask8 good = _mm512_cmpeq_epi64_mask(span.len,
		    _mm512_set1_epi64(19));
		if (is_utc) {
			__m512i z = _mm512_and_si512(gather(rows, &span,
			    span.begin, 19), byte);
			good |= _mm512_cmpeq_epi64_mask(span.len,
			    _mm512_set1_epi64(20)) &
			    _mm512_cmpeq_epi64_mask(z,
			    _mm512_set1_epi64('Z'));
		}
		__mmask8 bad = (__mmask8)~good;
		__m512i second = gather(rows, &span, span.begin, 8);
		__m512i between = _mm512_and_si512(_mm512_srli_epi64(second,
		    16), byte);
		bad |= _mm512_cmpneq_epi64_mask(between,
		    _mm512_set1_epi64(' ')) & _mm512_cmpneq_epi64_mask(
		    between, _mm512_set1_epi64('T'));
		__m512i days = days_of(gather(rows, &span, span.begin, 0),
		    second, &bad);
		__m512i seconds = seconds_of(gather(rows, &span, span.begin,
		    11), &bad);
		seconds = _mm512_add_epi64(seconds, _mm512_mullo_epi64(days,
		    _mm512_set1_epi64(86400)));
		_mm512_mask_storeu_epi64(out + row, span.rows,
		    _mm512_mullo_epi64(seconds,
		    _mm512_set1_epi64(DATETIME_US_PER_SECOND)));
		count = list(exceptions, count, bad & span.rows, row);
	}
	return count;
}

uint32_t
rcsv_cast_fast_avx512(const struct rcsv_rows *rows, uint32_t position,
    const struct table_field *field, void *out, uint32_t *exceptions)
{
	switch (field->type.id) {
	case TYPE_DATE:
		return cast_date(rows, position, out, exceptions);
	case TYPE_TIMESTAMP:
		return cast_timestamp(rows, position, field->type.is_utc, out,
		    exceptions);
	case TYPE_DECIMAL:
		return cast_decimal(rows, position, field->type, out,
		    exceptions);
	default:
		return cast_integer(rows, position, field->type, out,
		    exceptions);
	}
}

/* ---- dictionary codes ------------------------------------------------ */

/* Keeps the first len bytes of each word, the others become zero. */
static inline __m512i
first_of(__m512i words, __m512i len)
{
	__m512i gone = _mm512_subs_epu16(_mm512_set1_epi64(64),
	    _mm512_slli_epi64(len, 3));
	return _mm512_srlv_epi64(_mm512_sllv_epi64(words, gone), gone);
}

uint32_t
rcsv_cast_cached_avx512(const struct rcsv_rows *rows, uint32_t position,
    const struct rcsv_cache *cache, uint32_t *codes, uint32_t *exceptions)
{
	uint32_t count = 0;
	const struct rcsv_cached *slots = cache->slots;
	const __m128i shift = _mm_cvtsi32_si128(64 - (int)cache->bits);
	const __m512i eight = _mm512_set1_epi64(8);
	const __m512i quote = _mm512_set1_epi64(rows->has_quote ?
	    rows->quote : '\n');
	for (uint32_t row = 0; row < rows->count; row += LANES) {
		struct span span = span_at(rows, position, row);
		__m512i first = gather(rows, &span, span.begin, 0);
		__mmask8 good = _mm512_cmpneq_epi64_mask(quote,
		    _mm512_and_si512(first, _mm512_set1_epi64(0xff)));
		good &= _mm512_cmple_epu64_mask(_mm512_sub_epi64(span.len,
		    _mm512_set1_epi64(1)), _mm512_set1_epi64(15));
		__m512i len = _mm512_maskz_mov_epi64(good, span.len);
		__m512i low = _mm512_min_epu64(len, eight);
		first = first_of(first, low);
		__m512i second = first_of(gather(rows, &span, span.begin, 8),
		    _mm512_sub_epi64(len, low));
		len = _mm512_add_epi64(len, _mm512_set1_epi64(1));
		__m512i hash = _mm512_mullo_epi64(_mm512_add_epi64(len,
		    _mm512_xor_si512(first, _mm512_rol_epi64(second, 31))),
		    _mm512_set1_epi64((long long)RCSV_CACHE_FACTOR));
		/* 24 bytes each */
		__m512i slot = _mm512_mul_epu32(_mm512_set1_epi64(
		    sizeof(*slots)), _mm512_srl_epi64(hash, shift));
		good &= _mm512_cmpeq_epi64_mask(first,
		    _mm512_i64gather_epi64(slot, &slots->first, 1));
		good &= _mm512_cmpeq_epi64_mask(second,
		    _mm512_i64gather_epi64(slot, &slots->second, 1));
		__m512i rest = _mm512_i64gather_epi64(slot, &slots->len, 1);
		good &= _mm512_cmpeq_epi64_mask(len, _mm512_and_si512(rest,
		    _mm512_set1_epi64(0xffffffff)));
		_mm512_mask_cvtepi64_storeu_epi32(codes + row, span.rows,
		    _mm512_srli_epi64(rest, 32));
		count = list(exceptions, count, (__mmask8)~good & span.rows,
		    row);
	}
	return count;
}

#else
typedef int rcsv_cast_avx512_is_empty;
#endif
