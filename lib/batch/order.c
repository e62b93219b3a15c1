#include "batch/order.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/text.h"

#define NULL_HASH UINT64_C(0x5bf0363546294ce7)
#define NAN_HASH UINT64_C(0x7ff8000000000000)

/* ---- comparing ------------------------------------------------------- */

static int
compare_texts(const struct column *a, uint32_t a_row, const struct column *b,
    uint32_t b_row)
{
	uint32_t a_len, b_len;
	const uint8_t *left = column_bytes(a, a_row, &a_len);
	const uint8_t *right = column_bytes(b, b_row, &b_len);
	return bytes_compare(left, a_len, right, b_len);
}

/* NaN is above all numbers and equal to itself. */
static int
compare_f64(double a, double b)
{
	if (a != a || b != b)
		return (a != a) - (b != b);
	return (a > b) - (a < b);
}

#define COMPARE(c_type) do {						\
	c_type left = ((const c_type *)a->values)[a_row];		\
	c_type right = ((const c_type *)b->values)[b_row];		\
	return (left > right) - (left < right);				\
} while (0)

static int
compare_values(const struct column *a, uint32_t a_row, const struct column *b,
    uint32_t b_row)
{
	switch (a->type.id) {
	case TYPE_NULL:
		return 0;
	case TYPE_BOOL:
		return column_bool(a, a_row) - column_bool(b, b_row);
	case TYPE_I8:
		COMPARE(int8_t);
	case TYPE_I16:
		COMPARE(int16_t);
	case TYPE_I32:
	case TYPE_DATE:
		COMPARE(int32_t);
	case TYPE_I64:
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
		COMPARE(int64_t);
	case TYPE_U8:
		COMPARE(uint8_t);
	case TYPE_U16:
		COMPARE(uint16_t);
	case TYPE_U32:
		COMPARE(uint32_t);
	case TYPE_U64:
		COMPARE(uint64_t);
	case TYPE_F32:
		return compare_f64(((const float *)a->values)[a_row],
		    ((const float *)b->values)[b_row]);
	case TYPE_F64:
		return compare_f64(((const double *)a->values)[a_row],
		    ((const double *)b->values)[b_row]);
	case TYPE_DECIMAL:
		if (a->type.precision > 18)
			COMPARE(__int128);
		COMPARE(int64_t);
	default:
		return compare_texts(a, a_row, b, b_row);
	}
}

int
column_compare(const struct column *a, uint32_t a_row,
    const struct column *b, uint32_t b_row, _Bool nulls_first)
{
	_Bool a_null = column_is_null(a, a_row);
	_Bool b_null = column_is_null(b, b_row);
	if (a_null || b_null) {
		int result = a_null - b_null;
		return nulls_first ? -result : result;
	}
	return compare_values(a, a_row, b, b_row);
}

int
batch_compare(const struct batch *a, uint32_t a_row, const struct batch *b,
    uint32_t b_row, const struct sort_key *keys, uint32_t key_count)
{
	for (uint32_t i = 0; i < key_count; i++) {
		const struct column *left = &a->columns[keys[i].column];
		const struct column *right = &b->columns[keys[i].column];
		if (column_is_null(left, a_row) ||
		    column_is_null(right, b_row)) {
			int result = column_compare(left, a_row, right, b_row,
			    keys[i].nulls_first);
			if (result != 0)
				return result;
			continue;
		}
		int result = compare_values(left, a_row, right, b_row);
		if (result != 0)
			return keys[i].is_descending ? (result < 0) -
			    (result > 0) : result;
	}
	return 0;
}

_Bool
column_is_equal(const struct column *a, uint32_t a_row,
    const struct column *b, uint32_t b_row)
{
	_Bool a_null = column_is_null(a, a_row);
	_Bool b_null = column_is_null(b, b_row);
	if (a_null || b_null)
		return a_null && b_null;
	if (a->code_bytes != 0 && a->dictionary == b->dictionary)
		return column_code(a, a_row) == column_code(b, b_row);
	if (type_is_variable(a->type)) {
		uint32_t a_len, b_len;
		const uint8_t *left = column_bytes(a, a_row, &a_len);
		const uint8_t *right = column_bytes(b, b_row, &b_len);
		return a_len == b_len && memcmp(left, right, a_len) == 0;
	}
	return compare_values(a, a_row, b, b_row) == 0;
}

/* ---- hashing --------------------------------------------------------- */

static inline void
put_hash(uint64_t *hashes, uint32_t row, _Bool combine, uint64_t hash)
{
	hashes[row] = combine ? hash_combine(hashes[row], hash) : hash;
}

static uint64_t
hash_f64(double value)
{
	uint64_t bits;
	if (value != value)
		return hash_u64(NAN_HASH);
	value += 0.0;		/* -0.0 becomes 0.0 */
	memcpy(&bits, &value, sizeof(bits));
	return hash_u64(bits);
}

static uint64_t
hash_i128(__int128 value)
{
	uint64_t low = (uint64_t)value;
	int64_t high = (int64_t)(value >> 64);
	/* As 8 bytes would hash, where 8 bytes can hold it. */
	if (high == (int64_t)low >> 63)
		return hash_u64(low);
	return hash_combine(hash_u64(low), (uint64_t)high);
}

#define HASH(c_type, expression)					\
	for (uint32_t i = 0; i < rows; i++) {				\
		c_type value = ((const c_type *)column->values)[i];	\
		put_hash(hashes, i, combine, expression);		\
	}								\
	break

static void
hash_strings(const struct column *column, uint32_t rows, _Bool combine,
    uint64_t *hashes)
{
	for (uint32_t i = 0; i < rows; i++) {
		if (column_is_null(column, i)) {
			put_hash(hashes, i, combine, 0);
			continue;
		}
		uint32_t len;
		const uint8_t *bytes = column_bytes(column, i, &len);
		put_hash(hashes, i, combine, hash_bytes(bytes, len));
	}
}

static void
hash_values(const struct column *column, uint32_t rows, _Bool combine,
    uint64_t *hashes)
{
	switch (column->type.id) {
	case TYPE_NULL:
		for (uint32_t i = 0; i < rows; i++)
			put_hash(hashes, i, combine, NULL_HASH);
		break;
	case TYPE_BOOL:
		for (uint32_t i = 0; i < rows; i++)
			put_hash(hashes, i, combine,
			    hash_u64(column_bool(column, i)));
		break;
	case TYPE_I8:
		HASH(int8_t, hash_u64((uint64_t)value));
	case TYPE_I16:
		HASH(int16_t, hash_u64((uint64_t)value));
	case TYPE_I32:
	case TYPE_DATE:
		HASH(int32_t, hash_u64((uint64_t)value));
	case TYPE_I64:
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
		HASH(int64_t, hash_u64((uint64_t)value));
	case TYPE_U8:
		HASH(uint8_t, hash_u64(value));
	case TYPE_U16:
		HASH(uint16_t, hash_u64(value));
	case TYPE_U32:
		HASH(uint32_t, hash_u64(value));
	case TYPE_U64:
		HASH(uint64_t, hash_u64(value));
	case TYPE_F32:
		HASH(float, hash_f64(value));
	case TYPE_F64:
		HASH(double, hash_f64(value));
	case TYPE_DECIMAL:
		if (column->type.precision > 18) {
			HASH(__int128, hash_i128(value));
		}
		HASH(int64_t, hash_u64((uint64_t)value));
	default:
		hash_strings(column, rows, combine, hashes);
		break;
	}
}

/* One hash per dictionary entry where that is less than one per row. */
static void
hash_codes(const struct column *column, uint32_t rows, _Bool combine,
    uint64_t *hashes)
{
	uint32_t entries = column->dictionary->count;
	uint64_t *table = mem_alloc((size_t)entries * sizeof(*table));
	for (uint32_t code = 0; code < entries; code++) {
		uint32_t len;
		const uint8_t *bytes = dictionary_get(column->dictionary, code,
		    &len);
		table[code] = hash_bytes(bytes, len);
	}
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t code = column_code(column, i);
		put_hash(hashes, i, combine, code < entries ? table[code] : 0);
	}
	mem_free(table);
}

void
column_hash(const struct column *column, uint32_t rows, _Bool combine,
    uint64_t *hashes)
{
	if (column->null_count == 0 || column->type.id == TYPE_NULL) {
		if (column->code_bytes != 0 && column->dictionary->count < rows)
			hash_codes(column, rows, combine, hashes);
		else
			hash_values(column, rows, combine, hashes);
		return;
	}
	/* Hash as if there were no nulls, then put the nulls right. */
	uint64_t *before = NULL;
	if (combine) {
		before = mem_alloc((size_t)rows * sizeof(*before));
		memcpy(before, hashes, (size_t)rows * sizeof(*before));
	}
	if (column->code_bytes != 0 && column->dictionary->count < rows)
		hash_codes(column, rows, combine, hashes);
	else
		hash_values(column, rows, combine, hashes);
	for (uint32_t i = 0; i < rows; i++)
		if (column_is_null(column, i))
			hashes[i] = combine ? hash_combine(before[i],
			    NULL_HASH) : NULL_HASH;
	mem_free(before);
}

void
batch_hash(const struct batch *batch, const uint32_t *columns,
    uint32_t column_count, uint64_t *hashes)
{
	if (column_count == 0)
		memset(hashes, 0, (size_t)batch->row_count * sizeof(*hashes));
	for (uint32_t i = 0; i < column_count; i++)
		column_hash(&batch->columns[columns[i]], batch->row_count,
		    i > 0, hashes);
}

/* ---- sort keys ------------------------------------------------------- */

/* Cuts a word off the end of *len bytes if it stands there, after a blank. */
static _Bool
cut_word(const char *text, size_t *len, const char *word)
{
	size_t word_len = strlen(word);
	if (*len <= word_len || text[*len - word_len - 1] != ' ' ||
	    strncasecmp(text + *len - word_len, word, word_len) != 0)
		return 0;
	*len -= word_len + 1;
	while (*len > 0 && text[*len - 1] == ' ')
		(*len)--;
	return 1;
}

static int
parse_key(const struct schema *schema, const char *item, struct sort_key *key,
    struct error *err)
{
	uint32_t column;
	size_t len = strlen(item);
	*key = (struct sort_key){0};
	int nulls = cut_word(item, &len, "nulls first") ? 1 :
	    cut_word(item, &len, "nulls last") ? 0 : -1;
	if (cut_word(item, &len, "desc"))
		key->is_descending = 1;
	else
		cut_word(item, &len, "asc");
	key->nulls_first = nulls >= 0 ? nulls == 1 : !key->is_descending;
	if (schema_need(schema, item, len, &column, err) != 0)
		return -1;
	key->column = column;
	return 0;
}

int
sort_keys_parse(const struct schema *schema, const char *list,
    struct sort_key **keys, uint32_t *count, struct error *err)
{
	*keys = NULL;
	*count = 0;
	char *item;
	int got;
	while ((got = text_next_item(&list, &item, err)) == 1) {
		struct sort_key key;
		int result = parse_key(schema, item, &key, err);
		mem_free(item);
		for (uint32_t i = 0; result == 0 && i < *count; i++)
			if ((*keys)[i].column == key.column)
				result = error_usage(err, "column '%s' is "
				    "named twice",
				    schema->fields[key.column].name);
		if (result != 0) {
			got = -1;
			break;
		}
		*keys = mem_grow_array(*keys, (size_t)*count + 1,
		    sizeof(**keys));
		(*keys)[(*count)++] = key;
	}
	if (got == 0 && *count == 0)
		got = error_usage(err, "a list of sort keys is empty");
	if (got < 0) {
		mem_free(*keys);
		*keys = NULL;
	}
	return got;
}
