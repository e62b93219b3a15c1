/*
 * The loop over texts; NAME, and EXTRACT(value, word), the bits of a word's
 * mask drawn together.
 */
void
NAME(const struct prefix_text *text, const struct prefix_place *place,
    const int32_t *offsets, const uint8_t *bytes, uint32_t count,
    uint64_t *out)
{
	uint32_t words = text->word_count;
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *from = bytes + offsets[i];
		uint32_t len = (uint32_t)(offsets[i + 1] - offsets[i]);
		uint64_t bits = 0;
		for (uint32_t k = 0; k < words; k++) {
			const struct prefix_word *word = &text->words[k];
			uint64_t value = ordered_text_word(from, len,
			    word->index * 8);
			bits = k == 0 ? EXTRACT(value, word) :
			    bits << word->bits | EXTRACT(value, word);
		}
		out[i] |= (bits ^ place->invert) << place->shift;
	}
}
