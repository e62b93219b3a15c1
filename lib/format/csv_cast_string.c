#include <string.h>

#include "base/utf8.h"
#include "format/csv_cast.h"

/* ---- plain strings --------------------------------------------------- */

static void
fail_utf8(struct rcsv_cast *cast, const struct rcsv_rows *rows, uint32_t row,
    uint32_t column, const void *bytes, uint32_t len)
{
	char quoted[ERROR_QUOTE_BYTES];
	uint32_t reason = (uint32_t)cast->faults->texts.len;
	buffer_printf(&cast->faults->texts, "'%s' is not UTF-8",
	    error_quote(quoted, bytes, len));
	rcsv_cast_set_null(cast, row);
	rcsv_cast_fail(cast, rows, row, column, reason);
}

/* Bad values are emptied. */
static void
check_utf8(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t column, struct column_builder *out)
{
	const int32_t *offsets = (const int32_t *)(const void *)
	    out->values.data;
	const uint8_t *bytes = out->bytes.data;
	if (utf8_are_valid(bytes, 0, offsets + 1, rows->count))
		return;
	for (uint32_t row = 0; row < rows->count; row++) {
		uint32_t len = (uint32_t)(offsets[row + 1] - offsets[row]);
		if (!utf8_is_valid(bytes + offsets[row], len))
			fail_utf8(cast, rows, row, column,
			    bytes + offsets[row], len);
	}
}

/* 16 bytes at a time: what is written beyond the end is overwritten. */
static inline void
copy_over(uint8_t *to, const uint8_t *from, uint32_t len)
{
	memcpy(to, from, 16);
	if (len > 16)
		memcpy(to + 16, from + 16, len - 16);
}

/* Where the plain values of a column are put. */
static uint8_t *
start_strings(const struct rcsv_rows *rows, struct column_builder *out)
{
	size_t most = rows->count == 0 ? 0 : rcsv_rows_end(rows,
	    rows->count - 1) - rcsv_rows_begin(rows, 0);
	buffer_reserve(&out->bytes, most + 16);
	buffer_reserve(&out->values, rows->count * sizeof(int32_t));
	return out->bytes.data;
}

static void
end_strings(const struct rcsv_rows *rows, struct column_builder *out)
{
	const int32_t *offsets = (const int32_t *)(const void *)
	    out->values.data;
	out->values.len = (rows->count + (size_t)1) * sizeof(int32_t);
	out->bytes.len = (size_t)offsets[rows->count];
	out->row_count = rows->count;
}

void
rcsv_cast_strings(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, uint32_t column, struct column_builder *out)
{
	uint8_t *to = start_strings(rows, out);
	int32_t *offsets = (int32_t *)(void *)out->values.data;
	int32_t at = 0;
	offsets[0] = 0;
	for (uint32_t row = 0; row < rows->count; row++) {
		struct rcsv_text text = rcsv_cast_text(cast, rows, row,
		    position);
		if (!text.is_quoted && (text.len == 0 ||
		    cast->has_other_missing) && rcsv_cast_is_missing(cast,
		    text.bytes, text.len)) {
			rcsv_cast_set_null(cast, row);
			text.len = 0;
		}
		copy_over(to + at, text.bytes, text.len);
		at += (int32_t)text.len;
		offsets[row + 1] = at;
	}
	end_strings(rows, out);
	if (rows->has_high_bytes)
		check_utf8(cast, rows, column, out);
}

/* ---- binaries: hexadecimal ------------------------------------------- */

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static _Bool
decode_hex(const struct rcsv_text *text, uint8_t *to)
{
	if (text->len % 2 != 0)
		return 0;
	for (uint32_t i = 0; i < text->len; i += 2) {
		int high = hex_digit(text->bytes[i]);
		int low = hex_digit(text->bytes[i + 1]);
		if (high < 0 || low < 0)
			return 0;
		to[i / 2] = (uint8_t)(high << 4 | low);
	}
	return 1;
}

void
rcsv_cast_binaries(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, const struct table_field *field, uint32_t column,
    struct column_builder *out)
{
	uint8_t *to = start_strings(rows, out);
	int32_t *offsets = (int32_t *)(void *)out->values.data;
	int32_t at = 0;
	offsets[0] = 0;
	for (uint32_t row = 0; row < rows->count; row++) {
		struct rcsv_text text = rcsv_cast_text(cast, rows, row,
		    position);
		if (!text.is_quoted && rcsv_cast_is_missing(cast, text.bytes,
		    text.len)) {
			rcsv_cast_set_null(cast, row);
		} else if (decode_hex(&text, to + at)) {
			at += (int32_t)text.len / 2;
		} else {
			uint32_t reason = (uint32_t)cast->faults->texts.len;
			table_fault_explain(field, TABLE_SYNTAX, text.bytes,
			    text.len, &cast->faults->texts);
			rcsv_cast_set_null(cast, row);
			rcsv_cast_fail(cast, rows, row, column, reason);
		}
		offsets[row + 1] = at;
	}
	end_strings(rows, out);
}

/* ---- dictionary codes ------------------------------------------------ */

#define ROWS_AT_ONCE 256	/* looked up before new entries are made */

struct rcsv_coder {
	struct dictionary *dictionary;		/* owned */
	_Bool is_full;				/* plain from now on */
	struct rcsv_cache cache;
};

/*
 * Each slot has one entry: with as many slots as entries, a third of these
 * would be in each other's way.  One that finds its slot taken moves its
 * owner to the slot beside it, where exceptions are looked up.
 */
#define FIRST_CACHE_BITS 13
#define LAST_CACHE_BITS 17
#define SLOTS_PER_ENTRY 8

static void
make_cache(struct rcsv_cache *cache, uint32_t bits)
{
	mem_free(cache->slots);
	/* zeroed and untouched, it takes no memory yet */
	cache->slots = mem_array((size_t)1 << bits, sizeof(*cache->slots));
	cache->bits = bits;
}

struct rcsv_coder *
rcsv_coder_new(void)
{
	struct rcsv_coder *coder = mem_zalloc(sizeof(*coder));
	coder->dictionary = dictionary_new();
	make_cache(&coder->cache, FIRST_CACHE_BITS);
	return coder;
}

void
rcsv_coder_free(struct rcsv_coder *coder)
{
	if (coder == NULL)
		return;
	dictionary_free(coder->dictionary);
	mem_free(coder->cache.slots);
	mem_free(coder);
}

/* What a value is cached under; 16 bytes of it can be read. */
static inline struct rcsv_cached
key_of(const uint8_t *bytes, uint32_t len)
{
	struct rcsv_cached key = {.len = len + 1};
	uint32_t cut = len < 8 ? 8 - len : 0;
	uint32_t rest = len > 8 ? 16 - len : 8;
	memcpy(&key.first, bytes, 8);
	if (len > 16) {
		memcpy(&key.second, bytes + len - 8, 8);
		return key;
	}
	memcpy(&key.second, bytes + 8, 8);
	/* two shifts, for one may be of 64 bits */
	key.first = key.first << 4 * cut << 4 * cut >> 4 * cut >> 4 * cut;
	key.second = key.second << 4 * rest << 4 * rest >> 4 * rest >>
	    4 * rest;
	return key;
}

static inline size_t
slot_of(const struct rcsv_cache *cache, const struct rcsv_cached *key)
{
	uint64_t hash = (key->first ^
	    (key->second << 31 | key->second >> 33)) + key->len;
	return hash * RCSV_CACHE_FACTOR >> (64 - cache->bits);
}

static inline _Bool
is_key(const struct rcsv_cached *entry, const struct rcsv_cached *key)
{
	return entry->first == key->first && entry->second == key->second &&
	    entry->len == key->len;
}

/* The entry of a value, if there is one. */
static const struct rcsv_cached *
find_cached(const struct rcsv_coder *coder, const struct rcsv_cached *key,
    const uint8_t *bytes, uint32_t len)
{
	size_t slot = slot_of(&coder->cache, key);
	for (size_t i = 0; i < 2; i++) {
		const struct rcsv_cached *entry = &coder->cache.slots[slot ^ i];
		if (!is_key(entry, key))
			continue;
		uint32_t old_len;
		const uint8_t *old = dictionary_get(coder->dictionary,
		    entry->code, &old_len);
		if (len <= 16 || memcmp(old, bytes, len) == 0)
			return entry;
	}
	return NULL;
}

static void
put_in_cache(struct rcsv_coder *coder, const struct rcsv_cached *entry)
{
	struct rcsv_cache *cache = &coder->cache;
	if (cache->bits < LAST_CACHE_BITS && coder->dictionary->count >
	    (UINT32_C(1) << cache->bits) / SLOTS_PER_ENTRY)
		make_cache(cache, cache->bits + 2);
	size_t slot = slot_of(cache, entry);
	if (cache->slots[slot].len != 0)
		cache->slots[slot ^ 1] = cache->slots[slot];
	cache->slots[slot] = *entry;
}

/* The code of a value, new or old; or DICTIONARY_NONE, CODE_NOT_UTF8. */
#define CODE_NOT_UTF8 (DICTIONARY_NONE - 1)

static uint32_t
find_code(struct rcsv_coder *coder, const uint8_t *bytes, uint32_t len,
    _Bool may_be_high, _Bool may_cache)
{
	struct rcsv_cached key = key_of(bytes, len);
	const struct rcsv_cached *entry = find_cached(coder, &key, bytes, len);
	if (entry != NULL)
		return entry->code;
	if (may_be_high && !utf8_is_valid(bytes, len))
		return CODE_NOT_UTF8;
	key.code = dictionary_add(coder->dictionary, bytes, len);
	if (key.code != DICTIONARY_NONE && may_cache)
		put_in_cache(coder, &key);
	return key.code;
}

uint32_t
rcsv_cast_cached(const struct rcsv_rows *rows, uint32_t position,
    const struct rcsv_cache *cache, uint32_t *codes, uint32_t *exceptions)
{
	uint32_t count = 0;
	/* no field begins with a newline: then no byte is a quote */
	uint8_t quote = rows->has_quote ? rows->quote : '\n';
	for (uint32_t row = 0; row < rows->count; row++) {
		const uint8_t *bytes;
		uint32_t len = rcsv_rows_field(rows, row, position, &bytes);
		exceptions[count] = row;
		if (len - 1 >= 16 || *bytes == quote) {
			count++;
			continue;
		}
		struct rcsv_cached key = key_of(bytes, len);
		const struct rcsv_cached *entry = &cache->slots[slot_of(cache,
		    &key)];
		codes[row] = entry->code;
		count += !is_key(entry, &key);
	}
	return count;
}

/* One field that is not in its own slot of the cache as it stands there. */
static int
cast_code(struct rcsv_cast *cast, const struct rcsv_rows *rows, uint32_t row,
    uint32_t position, uint32_t column, struct rcsv_coder *coder,
    uint32_t *code)
{
	struct rcsv_text text = rcsv_cast_text(cast, rows, row, position);
	_Bool is_missing = (text.len == 0 || cast->has_other_missing) &&
	    rcsv_cast_is_missing(cast, text.bytes, text.len);
	*code = 0;
	if (is_missing && !text.is_quoted) {
		rcsv_cast_set_null(cast, row);
		return 0;
	}
	/* what is missing without quotes must not be found in the cache */
	uint32_t found = find_code(coder, text.bytes, text.len,
	    rows->has_high_bytes, !is_missing);
	if (found == DICTIONARY_NONE)
		return -1;
	if (found == CODE_NOT_UTF8)
		fail_utf8(cast, rows, row, column, text.bytes, text.len);
	else
		*code = found;
	return 0;
}

static void
store_codes(struct rcsv_coder *coder, const uint32_t *codes, uint32_t rows,
    struct column_builder *out)
{
	uint8_t width = dictionary_code_bytes(coder->dictionary->count);
	column_builder_use_dictionary(out, coder->dictionary, width);
	void *place = column_builder_extend(out, rows);
	if (width == 1) {
		uint8_t *to = place;
		for (uint32_t row = 0; row < rows; row++)
			to[row] = (uint8_t)codes[row];
	} else if (width == 2) {
		uint16_t *to = place;
		for (uint32_t row = 0; row < rows; row++)
			to[row] = (uint16_t)codes[row];
	} else {
		memcpy(place, codes, rows * sizeof(*codes));
	}
}

static uint32_t
look_up(const struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, const struct rcsv_coder *coder, uint32_t *codes)
{
#ifdef __x86_64__
	if (cast->level == CPU_AVX512)
		return rcsv_cast_cached_avx512(rows, position, &coder->cache,
		    codes, cast->exceptions);
#endif
	return rcsv_cast_cached(rows, position, &coder->cache, codes,
	    cast->exceptions);
}

/* The codes of all rows; -1 if the dictionary is full. */
static int
find_codes(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, uint32_t column, struct rcsv_coder *coder)
{
	for (uint32_t at = 0; at < rows->count; at += ROWS_AT_ONCE) {
		struct rcsv_rows some = *rows;
		uint32_t rest = rows->count - at;
		some.ends += (size_t)at * rows->stride;
		some.count = rest < ROWS_AT_ONCE ? rest : ROWS_AT_ONCE;
		uint32_t *codes = cast->codes + at;
		uint32_t count = look_up(cast, &some, position, coder, codes);
		for (uint32_t i = 0; i < count; i++) {
			uint32_t row = cast->exceptions[i];
			if (cast_code(cast, rows, at + row, position, column,
			    coder, &codes[row]) != 0)
				return -1;
		}
	}
	return 0;
}

int
rcsv_cast_codes(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, uint32_t column, struct rcsv_coder *coder,
    struct column_builder *out)
{
	if (coder->is_full)
		return -1;
	coder->is_full = find_codes(cast, rows, position, column, coder) != 0;
	/* Rows found bad so far are found bad again; and where there are
	 * nulls only so far, there is no code to give them. */
	if (coder->is_full || coder->dictionary->count == 0) {
		rcsv_cast_clear_nulls(cast, rows->count);
		return -1;
	}
	store_codes(coder, cast->codes, rows->count, out);
	return 0;
}

_Bool
rcsv_cast_repeats(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position)
{
	struct dictionary *dictionary = dictionary_new();
	uint64_t values = 0;
	for (uint32_t row = 0; row < rows->count; row++) {
		struct rcsv_text text = rcsv_cast_text(cast, rows, row,
		    position);
		if (text.len == 0)
			continue;
		values++;
		dictionary_add(dictionary, text.bytes, text.len);
	}
	uint64_t distinct = dictionary->count;
	dictionary_free(dictionary);
	return distinct * 2 <= values;
}
