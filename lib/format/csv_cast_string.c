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

/*
 * Valid together, and no value begins within a character: each is valid.
 * Otherwise one by one; bad values are emptied.
 */
static void
check_utf8(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t column, struct column_builder *out)
{
	const int32_t *offsets = (const int32_t *)(const void *)
	    out->values.data;
	const uint8_t *bytes = out->bytes.data;
	uint32_t bad = !utf8_is_valid(bytes, out->bytes.len);
	/* 64 bytes behind the last value can be read */
	for (uint32_t row = 0; row < rows->count; row++)
		bad |= offsets[row] < offsets[row + 1] &&
		    (bytes[offsets[row]] & 0xc0) == 0x80;
	if (!bad)
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

/*
 * A cache in front of the dictionary, one entry per slot: the first 8 bytes,
 * the last 8 up to the 16th (or of all, if longer), the length.  Up to 16
 * bytes these are the whole value.
 */
#define CACHE_BITS 11

struct cache_entry {
	uint64_t first;
	uint64_t second;
	uint32_t len;
	uint32_t code;
};

struct rcsv_coder {
	struct dictionary *dictionary;		/* owned */
	_Bool is_full;				/* plain from now on */
	struct cache_entry cache[1 << CACHE_BITS];
};

struct rcsv_coder *
rcsv_coder_new(void)
{
	struct rcsv_coder *coder = mem_zalloc(sizeof(*coder));
	coder->dictionary = dictionary_new();
	for (size_t i = 0; i < 1 << CACHE_BITS; i++)
		coder->cache[i].len = UINT32_MAX;
	return coder;
}

void
rcsv_coder_free(struct rcsv_coder *coder)
{
	if (coder == NULL)
		return;
	dictionary_free(coder->dictionary);
	mem_free(coder);
}

/* The code of a value, new or old; or DICTIONARY_NONE, CODE_NOT_UTF8. */
#define CODE_NOT_UTF8 (DICTIONARY_NONE - 1)

static uint32_t
add_code(struct rcsv_coder *coder, struct cache_entry *entry,
    const struct cache_entry *key, const uint8_t *bytes, _Bool may_be_high)
{
	if (key->len > 16 && entry->len == key->len &&
	    entry->first == key->first && entry->second == key->second) {
		uint32_t len;
		const uint8_t *old = dictionary_get(coder->dictionary,
		    entry->code, &len);
		if (memcmp(old, bytes, len) == 0)
			return entry->code;
	}
	if (may_be_high && !utf8_is_valid(bytes, key->len))
		return CODE_NOT_UTF8;
	uint32_t code = dictionary_add(coder->dictionary, bytes, key->len);
	if (code != DICTIONARY_NONE) {
		*entry = *key;
		entry->code = code;
	}
	return code;
}

/* 16 bytes of `bytes` can be read. */
static inline uint32_t
find_code(struct rcsv_coder *coder, const uint8_t *bytes, uint32_t len,
    _Bool may_be_high)
{
	struct cache_entry key = {.len = len};
	memcpy(&key.first, bytes, 8);
	if (len <= 16) {
		uint32_t cut = len < 8 ? 8 - len : 0;
		uint32_t rest = len > 8 ? 16 - len : 8;
		memcpy(&key.second, bytes + 8, 8);
		/* two shifts, for each may be one of 64 bits */
		key.first = key.first << 4 * cut << 4 * cut >> 4 * cut >>
		    4 * cut;
		key.second = key.second << 4 * rest << 4 * rest >>
		    4 * rest >> 4 * rest;
	} else {
		memcpy(&key.second, bytes + len - 8, 8);
	}
	uint64_t hash = (key.first ^ (key.second << 1 | key.second >> 63)) +
	    len;
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	hash ^= hash >> 32;
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	struct cache_entry *entry = &coder->cache[hash >> (64 - CACHE_BITS)];
	if (len <= 16 && entry->first == key.first &&
	    entry->second == key.second && entry->len == len)
		return entry->code;
	return add_code(coder, entry, &key, bytes, may_be_high);
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

int
rcsv_cast_codes(struct rcsv_cast *cast, const struct rcsv_rows *rows,
    uint32_t position, uint32_t column, struct rcsv_coder *coder,
    struct column_builder *out)
{
	if (coder->is_full)
		return -1;
	for (uint32_t row = 0; row < rows->count; row++) {
		struct rcsv_text text = rcsv_cast_text(cast, rows, row,
		    position);
		cast->codes[row] = 0;
		if (!text.is_quoted && (text.len == 0 ||
		    cast->has_other_missing) && rcsv_cast_is_missing(cast,
		    text.bytes, text.len)) {
			rcsv_cast_set_null(cast, row);
			continue;
		}
		uint32_t code = find_code(coder, text.bytes, text.len,
		    rows->has_high_bytes);
		if (code == DICTIONARY_NONE) {
			/* rows found bad so far are found bad again */
			coder->is_full = 1;
			rcsv_cast_clear_nulls(cast, rows->count);
			return -1;
		}
		if (code == CODE_NOT_UTF8)
			fail_utf8(cast, rows, row, column, text.bytes,
			    text.len);
		else
			cast->codes[row] = code;
	}
	/* nulls only so far: there is no code to give them */
	if (coder->dictionary->count == 0) {
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
	struct rcsv_coder *coder = rcsv_coder_new();
	uint64_t values = 0;
	for (uint32_t row = 0; row < rows->count; row++) {
		struct rcsv_text text = rcsv_cast_text(cast, rows, row,
		    position);
		if (text.len == 0)
			continue;
		values++;
		find_code(coder, text.bytes, text.len, 0);
	}
	uint64_t distinct = coder->dictionary->count;
	rcsv_coder_free(coder);
	return distinct * 4 <= values;
}
