/* The words of a text: private to op/sort_prefix*. */
#ifndef OP_SORT_PREFIX_TEXT_H
#define OP_SORT_PREFIX_TEXT_H

#include <stdint.h>
#include <string.h>

/*
 * Bytes [8 * index, 8 * index + 8) of a text, the first one highest, those
 * after its end zero.  Reads up to 8 bytes beyond the end.
 */
static inline uint64_t
prefix_word_of(const uint8_t *bytes, uint32_t len, uint32_t index)
{
	uint64_t word;
	uint32_t begin = index * 8;
	if (len <= begin)
		return 0;
	memcpy(&word, bytes + begin, sizeof(word));
	word = __builtin_bswap64(word);
	return len - begin >= 8 ? word :
	    word & ~(~UINT64_C(0) >> ((len - begin) * 8));
}

#endif
