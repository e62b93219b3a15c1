/*
 * The index over words of 64 bytes; included once per level, by a file that
 * has defined
 *
 *	struct needles	the special bytes, broadcast
 *	needles_of(index)
 *	find(needles, p, masks)	fills the masks of 64 bytes at p
 *	prefix_xor(mask)	bit i: the parity of bits 0 to i
 *	put(out, base, mask)	writes base + each bit's number, returns the
 *				end; may write up to 64 in all
 *	RUN, COUNT	the names of the functions
 */

struct masks {
	uint64_t delimiter;
	uint64_t newline;
	uint64_t quote;
	uint64_t cr;
	uint64_t high;		/* not 0: some byte is >= 0x80 */
};

static inline void
find(const struct needles *needles, const uint8_t *p, struct masks *masks);

struct ends {
	uint32_t *separators;
	uint32_t *newlines;
	uint32_t *faults;
};

/* A word that may have quotes or CRs; valid: the bits that count. */
static inline void
take_quoted(struct rcsv_index *index, const struct masks *m, uint64_t valid,
    unsigned last, uint32_t base, struct ends *ends)
{
	uint64_t in = index->inside;
	if (m->quote != 0)
		in ^= prefix_xor(m->quote);
	uint64_t separator = (m->delimiter | m->newline) & ~in;
	uint64_t newline = m->newline & ~in;
	uint64_t cr = m->cr & ~in;
	uint64_t open = m->quote & in;
	uint64_t close = m->quote & ~in;
	uint64_t may_open = (separator | close) << 1 | index->may_open;
	uint64_t must_end = close << 1 | index->must_end;
	uint64_t must_feed = cr << 1 | index->must_feed;
	uint64_t fault = open & ~may_open;
	fault |= must_end & ~(separator | open | cr);
	fault |= must_feed & ~newline;
	fault &= valid;
	index->quoted_newlines +=
	    (uint64_t)__builtin_popcountll(m->newline & in);
	index->inside = (uint64_t)((int64_t)in >> 63);
	index->may_open = (separator | close) >> last & 1;
	index->must_end = close >> last & 1;
	index->must_feed = cr >> last & 1;
	ends->separators = put(ends->separators, base, separator);
	for (; newline != 0; newline &= newline - 1)
		*ends->newlines++ = base +
		    (uint32_t)__builtin_ctzll(newline);
	for (; fault != 0; fault &= fault - 1)
		*ends->faults++ = base + (uint32_t)__builtin_ctzll(fault);
}

static inline void
take(struct rcsv_index *index, const struct masks *m, uint64_t valid,
    unsigned last, uint32_t base, struct ends *ends)
{
	if ((m->quote | m->cr | index->inside | index->must_end |
	    index->must_feed) != 0) {
		take_quoted(index, m, valid, last, base, ends);
		return;
	}
	uint64_t newline = m->newline;
	uint64_t separator = m->delimiter | newline;
	index->may_open = separator >> last & 1;
	ends->separators = put(ends->separators, base, separator);
	for (; newline != 0; newline &= newline - 1)
		*ends->newlines++ = base +
		    (uint32_t)__builtin_ctzll(newline);
}

void
RUN(struct rcsv_index *index, const uint8_t *data, uint32_t begin,
    uint32_t end)
{
	struct needles needles = needles_of(index);
	struct masks m;
	struct ends ends = {
	    index->separators + index->separator_count,
	    index->newlines + index->newline_count,
	    index->faults + index->fault_count};
	uint64_t keep = index->has_quote ? ~UINT64_C(0) : 0;
	uint64_t high = 0;
	uint32_t at = begin;
	for (; end - at >= 64; at += 64) {
		find(&needles, data + at, &m);
		m.quote &= keep;
		high |= m.high;
		take(index, &m, ~UINT64_C(0), 63, at, &ends);
	}
	if (at < end) {
		uint64_t valid = (UINT64_C(1) << (end - at)) - 1;
		find(&needles, data + at, &m);
		m.delimiter &= valid;
		m.newline &= valid;
		m.quote &= valid & keep;
		m.cr &= valid;
		high |= m.high & valid;
		take(index, &m, valid, end - at - 1, at, &ends);
	}
	index->has_high_bytes |= high != 0;
	index->separator_count =
	    (uint32_t)(ends.separators - index->separators);
	index->newline_count = (uint32_t)(ends.newlines - index->newlines);
	index->fault_count = (uint32_t)(ends.faults - index->faults);
}
