#include "format/parquet_sums.h"

#include <stdio.h>

#include "base/hash.h"

#define KEY "riffle:sums"
#define FOOTER_DIGITS 16
#define CHUNK_DIGITS 8

void
parquet_sums_add(struct parquet_meta *meta)
{
	uint64_t chunks = 0;
	for (uint32_t g = 0; g < meta->row_group_count; g++)
		chunks += meta->row_groups[g].chunk_count;
	char *value = arena_alloc(&meta->arena, FOOTER_DIGITS +
	    (size_t)chunks * CHUNK_DIGITS + 1);
	char *at = value;
	memset(at, '0', FOOTER_DIGITS);
	at += FOOTER_DIGITS;
	*at = '\0';
	for (uint32_t g = 0; g < meta->row_group_count; g++) {
		const struct parquet_row_group *group = &meta->row_groups[g];
		for (uint32_t c = 0; c < group->chunk_count; c++)
			at += snprintf(at, CHUNK_DIGITS + 1, "%08x",
			    group->chunks[c].header_sum);
	}
	meta->key_values = arena_alloc(&meta->arena,
	    sizeof(*meta->key_values));
	meta->key_values[0] = (struct parquet_key_value){KEY, value};
	meta->key_value_count = 1;
}

/* Where the first digit of the pair stands: behind the key and its length. */
static uint8_t *
find_digits(uint8_t *bytes, size_t len)
{
	uint8_t *key = memmem(bytes, len, KEY, sizeof(KEY) - 1);
	if (key == NULL)
		return NULL;
	uint8_t *at = key + sizeof(KEY) - 1;
	uint8_t *end = bytes + len;
	/* the value's field, and its length as a varint */
	at++;
	while (at < end && (*at & 0x80) != 0)
		at++;
	at++;
	return at < end && (size_t)(end - at) >= FOOTER_DIGITS ? at : NULL;
}

void
parquet_sums_sign(struct buffer *footer)
{
	char text[FOOTER_DIGITS + 1];
	uint8_t *digits = find_digits(footer->data, footer->len);
	snprintf(text, sizeof(text), "%016llx", (unsigned long long)
	    hash_bytes(footer->data, footer->len));
	memcpy(digits, text, FOOTER_DIGITS);
}

/* ---- checking -------------------------------------------------------- */

static _Bool
is_signed(const uint8_t *bytes, size_t len)
{
	char text[FOOTER_DIGITS + 1];
	uint8_t *copy = mem_alloc(len + 1);
	memcpy(copy, bytes, len);
	uint8_t *digits = find_digits(copy, len);
	_Bool result = 0;
	if (digits != NULL) {
		uint8_t there[FOOTER_DIGITS];
		memcpy(there, digits, FOOTER_DIGITS);
		memset(digits, '0', FOOTER_DIGITS);
		snprintf(text, sizeof(text), "%016llx",
		    (unsigned long long)hash_bytes(copy, len));
		result = memcmp(there, text, FOOTER_DIGITS) == 0;
	}
	mem_free(copy);
	return result;
}

static const char *
find_value(const struct parquet_meta *meta)
{
	for (uint32_t i = 0; i < meta->key_value_count; i++)
		if (strcmp(meta->key_values[i].key, KEY) == 0)
			return meta->key_values[i].value;
	return NULL;
}

int
parquet_sums_check(const uint8_t *bytes, size_t len,
    struct parquet_meta *meta, struct error *err)
{
	const char *value = find_value(meta);
	/* a damaged byte may hide one of them, or that they are fields */
	_Bool is_ours = memmem(bytes, len, KEY, sizeof(KEY) - 1) != NULL ||
	    memmem(bytes, len, PARQUET_CREATED_BY,
	    sizeof(PARQUET_CREATED_BY) - 1) != NULL;
	if (!is_ours)
		return 0;
	if (value == NULL || !is_signed(bytes, len))
		return error_data(err, "damaged: the footer's sum is wrong");
	const char *at = value + FOOTER_DIGITS;
	for (uint32_t g = 0; g < meta->row_group_count; g++) {
		struct parquet_row_group *group = &meta->row_groups[g];
		for (uint32_t c = 0; c < group->chunk_count; c++) {
			if (sscanf(at, "%8x", &group->chunks[c].header_sum) !=
			    1)
				return error_data(err, "damaged: sums of "
				    "page headers are missing");
			group->chunks[c].has_header_sum = 1;
			at += CHUNK_DIGITS;
		}
	}
	return 0;
}
