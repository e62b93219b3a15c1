#include "check.h"
#include "random.h"

#include "op/best_keys.h"
#include "op/order_words.h"

/* Random rows against counting the rows before each. */

#define ROWS 400
#define GROUPS 5

static uint64_t words[ROWS * 2];
static uint32_t groups[ROWS];
static _Bool is_kept[ROWS];

/* The rows, or distinct keys, before a row in its group: among `rows`. */
static uint32_t
count_before(const struct best_keys *best, uint32_t row, uint32_t rows)
{
	uint32_t width = best->word_count;
	uint32_t count = 0;
	for (uint32_t i = 0; i < rows; i++) {
		const uint64_t *key = words + (size_t)i * width;
		int order = order_words_compare(key,
		    words + (size_t)row * width, width);
		_Bool is_before = order < 0 || (order == 0 && i < row &&
		    best->drops_equal);
		if (groups[i] != groups[row] || !is_before)
			continue;
		_Bool is_new = 1;
		for (uint32_t j = 0; best->is_distinct && j < i; j++)
			is_new &= groups[j] != groups[i] ||
			    order_words_compare(words + (size_t)j * width,
			    key, width) != 0;
		count += is_new;
	}
	return count;
}

/* Takes all rows, some at a time, and marks those kept. */
static void
take_all(struct best_keys *best)
{
	uint32_t kept[ROWS];
	memset(is_kept, 0, sizeof(is_kept));
	for (uint32_t at = 0; at < ROWS;) {
		uint32_t rows = 1 + below(50);
		if (rows > ROWS - at)
			rows = ROWS - at;
		uint32_t count = best_keys_take(best,
		    words + (size_t)at * best->word_count, groups + at, rows,
		    kept);
		for (uint32_t i = 0; i < count; i++)
			is_kept[at + kept[i]] = 1;
		at += rows;
	}
}

static void
check_rows(struct best_keys *best)
{
	uint32_t kept[ROWS];
	best_keys_grow(best, GROUPS);
	take_all(best);
	for (uint32_t row = 0; row < ROWS; row++)
		CHECK_INT(is_kept[row],
		    count_before(best, row, row) < best->most);
	/* once all are known, only ties with the last key remain too many */
	uint32_t count = best->most == 0 ? 0 : best_keys_again(best, words,
	    groups, ROWS, kept);
	memset(is_kept, 0, sizeof(is_kept));
	for (uint32_t i = 0; i < count; i++)
		is_kept[kept[i]] = 1;
	best->drops_equal = 0;
	for (uint32_t row = 0; row < ROWS; row++)
		CHECK_INT(is_kept[row],
		    count_before(best, row, ROWS) < best->most);
	best_keys_release(best);
}

static void
rows_go_once_enough_are_before_them(void)
{
	for (int round = 0; round < 60; round++) {
		uint32_t spread = 1 + below(60);
		struct best_keys best = {.word_count = 1 + below(2),
		    .most = below(12), .is_distinct = below(3) == 0};
		best.drops_equal = !best.is_distinct && below(2);
		for (uint32_t i = 0; i < ROWS * 2; i++)
			words[i] = below(20) == 0 ? UINT64_MAX :
			    below(spread);
		for (uint32_t i = 0; i < ROWS; i++)
			groups[i] = below(GROUPS);
		check_rows(&best);
	}
}

int
main(void)
{
	RUN(rows_go_once_enough_are_before_them);
	return check_done();
}
