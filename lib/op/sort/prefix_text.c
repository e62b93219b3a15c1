#include "op/ordered.h"
#include "op/sort/prefix.h"

#define LOW_BITS UINT64_C(0x0101010101010101)
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* ---- what is seen ---------------------------------------------------- */

static _Bool
has_zero_byte(uint64_t word)
{
	return ((word - LOW_BITS) & ~word & HIGH_BITS) != 0;
}

void
prefix_text_see(struct prefix_text *text, _Bool *has_values,
    const uint8_t *bytes, uint32_t len)
{
	if (!*has_values) {
		*has_values = 1;
		*text = (struct prefix_text){.least_len = len,
		    .greatest_len = len};
		for (uint32_t k = 0; k < PREFIX_WORDS; k++)
			text->first[k] = ordered_text_word(bytes, len, k * 8);
	}
	uint32_t longest = len;
	if (len > text->greatest_len)
		text->greatest_len = len;
	else
		longest = text->greatest_len;
	if (len < text->least_len)
		text->least_len = len;
	uint32_t words = longest >= PREFIX_TEXT_BYTES ? PREFIX_WORDS :
	    (longest + 7) / 8;
	for (uint32_t k = 0; k < words; k++) {
		uint64_t word = ordered_text_word(bytes, len, k * 8);
		text->varying[k] |= word ^ text->first[k];
		uint32_t rest = len > k * 8 ? len - k * 8 : 0;
		if (rest < 8)
			word |= ~UINT64_C(0) >> (rest * 8);
		text->has_zero_byte |= has_zero_byte(word);
	}
}

void
prefix_text_join(struct prefix_text *into, const struct prefix_text *from)
{
	for (uint32_t k = 0; k < PREFIX_WORDS; k++)
		into->varying[k] |= from->varying[k] |
		    (into->first[k] ^ from->first[k]);
	if (from->least_len < into->least_len)
		into->least_len = from->least_len;
	if (from->greatest_len > into->greatest_len)
		into->greatest_len = from->greatest_len;
	into->has_zero_byte |= from->has_zero_byte;
}

/* Padding makes a text equal to itself with zeros behind it. */
_Bool
prefix_text_is_exact(const struct prefix_text *text)
{
	return text->greatest_len <= PREFIX_TEXT_BYTES &&
	    (text->least_len == text->greatest_len || !text->has_zero_byte);
}

/* ---- the layout ------------------------------------------------------ */

static void
find_runs(struct prefix_word *word)
{
	uint32_t end = 64;
	word->run_count = 0;
	while (end > 0) {
		if ((word->mask >> (end - 1) & 1) == 0) {
			end--;
			continue;
		}
		uint32_t begin = end - 1;
		while (begin > 0 && (word->mask >> (begin - 1) & 1) != 0)
			begin--;
		word->run_begin[word->run_count] = (uint8_t)begin;
		word->run_bits[word->run_count++] = (uint8_t)(end - begin);
		end = begin;
	}
}

/*
 * Words are taken while all their bits together are at most 64; of the
 * last one only its upper bits, if need be.
 */
uint32_t
prefix_text_plan(struct prefix_text *text, uint32_t room, uint32_t *cut)
{
	uint32_t bits = 0;
	*cut = 0;
	text->word_count = 0;
	for (uint32_t k = 0; k < PREFIX_WORDS && bits < room; k++) {
		uint64_t mask = text->varying[k];
		if (mask == 0)
			continue;
		while (bits + (uint32_t)__builtin_popcountll(mask) > room)
			mask &= mask - 1;
		struct prefix_word *word = &text->words[text->word_count++];
		word->index = k;
		word->mask = mask;
		word->bits = (uint32_t)__builtin_popcountll(mask);
		find_runs(word);
		bits += word->bits;
	}
	for (uint32_t k = 0; k < PREFIX_WORDS; k++)
		*cut += (uint32_t)__builtin_popcountll(text->varying[k]);
	*cut -= bits;
	return bits;
}

/* ---- the bits of texts ----------------------------------------------- */

static inline uint64_t
extract(uint64_t value, const struct prefix_word *word)
{
	uint64_t bits = 0;
	if (word->bits == 64)
		return value;
	for (uint32_t k = 0; k < word->run_count; k++) {
		uint32_t len = word->run_bits[k];
		bits = bits << len | (value >> word->run_begin[k] &
		    ~(~UINT64_C(0) << len));
	}
	return bits;
}

#define NAME prefix_text_portable
#define EXTRACT(value, word) extract(value, word)
#include "op/sort/prefix_text_body.h"

void
prefix_text_coded(const struct prefix_text *text,
    const struct prefix_place *place, const struct column *column,
    uint32_t begin, uint32_t count, uint64_t *out)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t len;
		int32_t offsets[2] = {0};
		if (column_is_null(column, begin + i))
			continue;
		const uint8_t *bytes = column_bytes(column, begin + i, &len);
		offsets[1] = (int32_t)len;
		prefix_text_portable(text, place, offsets, bytes, 1, out + i);
	}
}
