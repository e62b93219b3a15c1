#include "op/key/key_table_parts.h"

#include "base/words.h"

/*
 * Tuples are sorted by numbers of up to 64 bits that are put together of as
 * many columns as fit, each less its least value and in no more bits than its
 * range needs; strings by rank.  Six columns of up to 100,000 values make one
 * number.  Where columns are left, those of equal numbers are sorted by the
 * next.
 */

/* Tuples whose parts are put together at a time, to stay in the cache. */
#define BLOCK 1024

/* A column's values, or half of one, or whether it is null. */
struct part {
	uint32_t word, shift;
	uint64_t mask;			/* of the value, shifted down */
	const uint32_t *ranks;		/* strings: borrowed */
	/* ranks only: not where this bit is 0 */
	uint32_t null_word;
	uint64_t null_bit;
	uint64_t least;
	uint32_t bits;			/* of the range; 0: all alike */
	_Bool is_first;			/* of a number */
};

struct orderer {
	const struct key_table *table;
	struct part *parts;		/* owned */
	uint32_t part_count;
	uint32_t **ranks;		/* owned; by column, NULL for most */
	struct words_pair *scratch;	/* owned */
};

static uint32_t
bits_of(uint64_t range)
{
	return range == 0 ? 0 : 64 - (uint32_t)__builtin_clzll(range);
}

static uint64_t
part_value(const struct part *part, const uint64_t *tuple)
{
	return tuple[part->word] >> part->shift & part->mask;
}

/* ---- parts ------------------------------------------------------------ */

/* Nulls, which are zeros, may widen the range. */
static void
add_part(struct orderer *orderer, uint32_t word, uint32_t shift,
    uint32_t bits)
{
	const struct key_table *table = orderer->table;
	struct part part = {
		.word = word,
		.shift = shift,
		.mask = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1
	};
	uint64_t least = UINT64_MAX, greatest = 0;

	for (uint32_t id = 0; id < table->count; id++) {
		uint64_t value = part_value(&part,
		    key_table_tuple(table, id));

		least = value < least ? value : least;
		greatest = value > greatest ? value : greatest;
	}
	part.least = least;
	part.bits = table->count == 0 ? 0 : bits_of(greatest - least);
	if (part.bits > 0)
		orderer->parts[orderer->part_count++] = part;
}

static void
add_strings(struct orderer *orderer, uint32_t k)
{
	const struct key_column *column = &orderer->table->columns[k];
	uint32_t count = column->strings.count;
	uint32_t *ranks;

	if (count < 2)
		return;
	ranks = mem_alloc((size_t)count * sizeof(*ranks));
	key_strings_rank(&column->strings, ranks);
	orderer->ranks[k] = ranks;
	orderer->parts[orderer->part_count++] = (struct part){
		.word = column->word,
		.shift = column->shift,
		.mask = UINT32_MAX,
		.ranks = ranks,
		.null_word = column->null_word,
		.null_bit = column->has_nulls ?
		    UINT64_C(1) << column->null_shift : 0,
		.bits = bits_of(count - 1)
	};
}

static void
orderer_init(struct orderer *orderer, const struct key_table *table)
{
	uint32_t bits = 64;

	*orderer = (struct orderer){ .table = table };
	orderer->parts = mem_array((size_t)table->column_count * 3 + 1,
	    sizeof(*orderer->parts));
	orderer->ranks = mem_array((size_t)table->column_count + 1,
	    sizeof(*orderer->ranks));
	for (uint32_t k = 0; k < table->column_count; k++) {
		const struct key_column *column = &table->columns[k];

		if (column->has_nulls)
			add_part(orderer, column->null_word,
			    column->null_shift, 1);
		if (column->kind == KEY_STRING)
			add_strings(orderer, k);
		else if (column->value_bits > 0)
			add_part(orderer, column->word, column->shift,
			    column->value_bits);
		if (column->kind == KEY_WIDE)
			add_part(orderer, column->low_word, 0, 64);
	}
	for (uint32_t p = 0; p < orderer->part_count; p++) {
		struct part *part = &orderer->parts[p];

		part->is_first = bits + part->bits > 64;
		bits = part->is_first ? part->bits : bits + part->bits;
	}
}

static void
orderer_release(struct orderer *orderer)
{
	for (uint32_t k = 0; k < orderer->table->column_count; k++)
		mem_free(orderer->ranks[k]);
	mem_free(orderer->ranks);
	mem_free(orderer->parts);
	mem_free(orderer->scratch);
}

/* ---- numbers ---------------------------------------------------------- */

static void
append_ranks(const struct key_table *table, const struct part *part,
    struct words_pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const uint64_t *tuple = key_table_tuple(table,
		    (uint32_t)pairs[i].value);
		_Bool is_null = part->null_bit != 0 &&
		    (tuple[part->null_word] & part->null_bit) == 0;

		pairs[i].word = pairs[i].word << part->bits |
		    (is_null ? 0 : part->ranks[part_value(part, tuple)]);
	}
}

static void
append_part(const struct key_table *table, const struct part *part,
    struct words_pair *pairs, size_t count)
{
	if (part->ranks != NULL) {
		append_ranks(table, part, pairs, count);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		uint64_t value = part_value(part, key_table_tuple(table,
		    (uint32_t)pairs[i].value)) - part->least;

		/* 64 bits stand alone */
		pairs[i].word = (part->bits < 64 ?
		    pairs[i].word << part->bits : 0) | value;
	}
}

/* By the number that begins with a part, then by those behind it. */
static void
sort_from(struct orderer *orderer, uint32_t first, struct words_pair *pairs,
    size_t count)
{
	uint32_t end = first + 1;

	while (end < orderer->part_count && !orderer->parts[end].is_first)
		end++;
	for (size_t i = 0; i < count; i += BLOCK) {
		size_t block = count - i < BLOCK ? count - i : BLOCK;

		for (size_t n = 0; n < block; n++)
			pairs[i + n].word = 0;
		for (uint32_t p = first; p < end; p++)
			append_part(orderer->table, &orderer->parts[p],
			    pairs + i, block);
	}
	words_sort_pairs(pairs, orderer->scratch, count);
	if (end == orderer->part_count)
		return;
	for (size_t i = 0, next; i < count; i = next) {
		uint64_t word = pairs[i].word;

		for (next = i + 1; next < count &&
		    pairs[next].word == word; next++)
			;
		if (next - i > 1)
			sort_from(orderer, end, pairs + i, next - i);
	}
}

void
key_table_order(const struct key_table *table, uint32_t *order)
{
	struct orderer orderer;
	struct words_pair *pairs = mem_alloc(((size_t)table->count + 1) *
	    sizeof(*pairs));

	orderer_init(&orderer, table);
	orderer.scratch = mem_alloc(((size_t)table->count + 1) *
	    sizeof(*orderer.scratch));
	for (uint32_t id = 0; id < table->count; id++)
		pairs[id].value = id;
	if (orderer.part_count > 0)
		sort_from(&orderer, 0, pairs, table->count);
	for (uint32_t i = 0; i < table->count; i++)
		order[i] = (uint32_t)pairs[i].value;
	orderer_release(&orderer);
	mem_free(pairs);
}

size_t
key_table_order_bytes(const struct key_table *table)
{
	size_t bytes = (size_t)table->count * (sizeof(uint32_t) +
	    2 * sizeof(struct words_pair));

	for (uint32_t k = 0; k < table->column_count; k++) {
		/* two runs of 16 bytes to merge, and the ranks */
		if (table->columns[k].kind == KEY_STRING)
			bytes += (size_t)table->columns[k].strings.count * 36;
	}
	return bytes;
}
