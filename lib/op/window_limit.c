#include "op/window_limit.h"

#include "op/best_keys.h"
#include "op/key_table.h"
#include "op/merge.h"
#include "op/order_words.h"

/* Bounds above these pay less than they cost: an entry takes log2(most)
 * steps, for dense_rank, whose keys are searched, `most`. */
#define MOST_ROWS 1024
#define MOST_DISTINCT 64
#define MAX_BOUNDS 64
/* Shares of the budget. */
#define KEYS_SHARE 4
#define HELD_SHARE 8
#define HELD_BYTES ((size_t)64 << 20)	/* without a budget */
/* After so many rows, 7 of 8 must not have been a partition of their own. */
#define TRIAL_ROWS (1u << 20)

/* ---- when there is a limit ------------------------------------------- */

/* The bound's greatest value that is let through; false if it has none. */
static _Bool
greatest_of(const struct expr_bound *bound, int64_t *greatest)
{
	const int64_t *values = bound->value.values;
	if (bound->value_count == 0 || bound->value.type.id != TYPE_I64 ||
	    bound->value.null_count > 0)
		return 0;
	*greatest = values[0];
	switch (bound->op) {
	case EXPR_EQ:
	case EXPR_LE:
		return 1;
	case EXPR_LT:
		*greatest -= *greatest > INT64_MIN;
		return 1;
	case EXPR_IN:
		for (uint32_t i = 1; i < bound->value_count; i++)
			if (values[i] > *greatest)
				*greatest = values[i];
		return 1;
	default:
		return 0;
	}
}

/* Whether an item's value in a row that may be kept needs no row dropped. */
static _Bool
looks_back(const struct window_item *item, enum window_function limited)
{
	switch (item->function) {
	case WINDOW_ROW_NUMBER:
	case WINDOW_RANK:
	case WINDOW_DENSE_RANK:
	case WINDOW_LAG:
		return 1;
	case WINDOW_PERCENT_RANK:
	case WINDOW_CUME_DIST:
	case WINDOW_NTILE:
	case WINDOW_LEAD:
	case WINDOW_SHARE:
		return 0;
	default:
		break;
	}
	/* a rank's peers are kept with it, a row's may be dropped */
	if (limited == WINDOW_ROW_NUMBER && item->frame.unit != WINDOW_ROWS)
		return 0;
	return item->frame.end.kind == BOUND_CURRENT ||
	    item->frame.end.kind == BOUND_PRECEDING;
}

static _Bool
all_look_back(const struct window_list *list, enum window_function limited)
{
	for (uint32_t i = 0; i < list->item_count; i++)
		if (!looks_back(&list->items[i], limited))
			return 0;
	return 1;
}

static _Bool
is_bounded(const struct window_item *item, int64_t greatest)
{
	switch (item->function) {
	case WINDOW_ROW_NUMBER:
	case WINDOW_RANK:
		return greatest <= MOST_ROWS;
	case WINDOW_DENSE_RANK:
		return greatest <= MOST_DISTINCT;
	default:
		return 0;
	}
}

_Bool
window_limit_find(const struct window_list *list, const struct expr *qualify,
    uint32_t first_column, struct window_limit *limit)
{
	struct expr_bound bounds[MAX_BOUNDS];
	uint32_t count = expr_bounds(qualify, bounds, MAX_BOUNDS);
	_Bool is_found = 0;
	for (uint32_t i = 0; i < count; i++) {
		int64_t greatest;
		if (bounds[i].column < first_column ||
		    !greatest_of(&bounds[i], &greatest))
			continue;
		const struct window_item *item =
		    &list->items[bounds[i].column - first_column];
		uint32_t most = greatest > 0 ? (uint32_t)greatest : 0;
		if (!is_bounded(item, greatest) ||
		    !all_look_back(list, item->function) ||
		    (is_found && most >= limit->most))
			continue;
		*limit = (struct window_limit){item->function, most};
		is_found = 1;
	}
	return is_found;
}

/* ---- the source ------------------------------------------------------ */

struct limited {
	struct batch_source source;
	struct stream_header header;	/* owned */
	struct batch_source *in;	/* borrowed */
	struct budget *budget;
	uint64_t *dropped;
	uint32_t *columns;		/* owned: the partition's */
	uint32_t column_count;
	struct key_table *table;	/* owned; NULL: one partition */
	struct order_words order;
	struct best_keys best;
	uint64_t charged_bytes;		/* for best and held */
	uint64_t row_count;		/* seen */
	uint32_t *groups, *kept;	/* owned, [BATCH_MAX_ROWS] */
	struct buffer words;
	/* Rows that may pass, with their groups and words. */
	struct batch_builder held;
	struct buffer held_groups, held_words;
	/* While they pass: which. */
	_Bool is_giving;
	struct buffer passing;
	uint32_t passing_count, given;
	struct batch_builder out;
	_Bool is_ended, is_off;
	const struct batch *rest;	/* to be passed when it is off */
};

static uint32_t
group_count(const struct limited *limited)
{
	return limited->table != NULL ? key_table_count(limited->table) : 1;
}

static void
charge(struct limited *limited)
{
	uint32_t groups = limited->best.capacity;
	uint64_t bytes = batch_builder_bytes(&limited->held) +
	    limited->held_groups.len + limited->held_words.len +
	    (groups > 0 ? best_keys_bytes(&limited->best, groups) : 0);
	budget_return(limited->budget, limited->charged_bytes);
	budget_charge(limited->budget, bytes);
	limited->charged_bytes = bytes;
}

/* Gives all memory of the keys back. */
static void
forget_keys(struct limited *limited)
{
	key_table_free(limited->table);
	limited->table = NULL;
	best_keys_release(&limited->best);
	order_words_release(&limited->order);
	buffer_release(&limited->words);
}

/* Whether the table takes too much memory after so many rows more, or
 * groups too few rows. */
static _Bool
is_too_much(const struct limited *limited, uint32_t rows)
{
	uint64_t share = limited->budget->limit_bytes / KEYS_SHARE;
	uint32_t groups = group_count(limited);
	if (limited->table == NULL)
		return 0;
	if (groups > UINT32_MAX / 2 || (limited->row_count > TRIAL_ROWS &&
	    groups > limited->row_count / 8 * 7))
		return 1;
	return share != 0 && key_table_bytes(limited->table) +
	    key_table_growth_bytes(limited->table, rows) > share;
}

/* Numbers the partitions of a batch; false if they take too much. */
static _Bool
set_groups(struct limited *limited, const struct batch *batch)
{
	uint64_t share = limited->budget->limit_bytes / KEYS_SHARE;
	if (is_too_much(limited, batch->row_count))
		return 0;
	if (limited->table != NULL)
		key_table_add_batch(limited->table, batch, limited->columns,
		    limited->groups);
	uint32_t groups = group_count(limited);
	if (share != 0 && best_keys_bytes(&limited->best, groups) +
	    (limited->table != NULL ? key_table_bytes(limited->table) : 0) >
	    share)
		return 0;
	best_keys_grow(&limited->best, groups);
	return 1;
}

static _Bool
is_full(const struct limited *limited)
{
	uint64_t limit = limited->budget->limit_bytes;
	size_t most = limit == 0 ? HELD_BYTES : limit / HELD_SHARE;
	return batch_builder_bytes(&limited->held) +
	    limited->held_groups.len + limited->held_words.len >= most;
}

/* Holds the rows of a batch that may be kept; false if there is no room. */
static _Bool
take_batch(struct limited *limited, const struct batch *batch)
{
	uint32_t width = limited->order.word_count;
	size_t width_bytes = width * sizeof(uint64_t);
	uint32_t rows = batch->row_count;
	if (!set_groups(limited, batch))
		return 0;
	limited->words.len = 0;
	buffer_reserve(&limited->words, rows * width_bytes);
	uint64_t *words = (uint64_t *)(void *)limited->words.data;
	order_words_make(&limited->order, batch, words);
	uint32_t count = best_keys_take(&limited->best, words,
	    limited->groups, rows, limited->kept);
	if (batch_builder_take(&limited->held, batch, limited->kept,
	    count) != 0)
		return 0;
	limited->row_count += rows;
	*limited->dropped += rows - count;
	buffer_reserve(&limited->held_groups, count * sizeof(uint32_t));
	buffer_reserve(&limited->held_words, count * width_bytes);
	uint32_t *groups = (uint32_t *)(void *)(limited->held_groups.data +
	    limited->held_groups.len);
	uint8_t *held = limited->held_words.data + limited->held_words.len;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t row = limited->kept[i];
		groups[i] = limited->groups[row];
		memcpy(held + i * width_bytes, words + (size_t)row * width,
		    width_bytes);
	}
	limited->held_groups.len += count * sizeof(uint32_t);
	limited->held_words.len += count * width_bytes;
	charge(limited);
	return 1;
}

/* Looks at the rows held again, and lets the rest of them pass. */
static void
start_giving(struct limited *limited)
{
	uint32_t rows = batch_builder_rows(&limited->held);
	limited->passing.len = 0;
	buffer_reserve(&limited->passing, rows * sizeof(uint32_t));
	limited->passing_count = best_keys_again(&limited->best,
	    (const uint64_t *)(const void *)limited->held_words.data,
	    (const uint32_t *)(const void *)limited->held_groups.data, rows,
	    (uint32_t *)(void *)limited->passing.data);
	*limited->dropped += rows - limited->passing_count;
	limited->held_groups.len = limited->held_words.len = 0;
	limited->given = 0;
	limited->is_giving = 1;
}

/* 1 and some of the rows held; 0 if all have been given. */
static int
give(struct limited *limited, const struct batch **batch, struct error *err)
{
	const uint32_t *rows = (const uint32_t *)(const void *)
	    limited->passing.data;
	uint32_t count = limited->passing_count - limited->given;
	uint32_t step = merge_batch_rows(&limited->header.schema);
	if (count == 0) {
		batch_builder_clear(&limited->held);
		charge(limited);
		limited->is_giving = 0;
		return 0;
	}
	if (count > step)
		count = step;
	batch_builder_clear(&limited->out);
	if (batch_builder_take(&limited->out,
	    batch_builder_view(&limited->held, NULL), rows + limited->given,
	    count) != 0)
		return error_data(err, "the text of a batch passes 2 GiB");
	limited->given += count;
	*batch = batch_builder_view(&limited->out, NULL);
	return 1;
}

/* One batch of the input.  1, and it is to be passed as it is; 0; -1. */
static int
read_batch(struct limited *limited, const struct batch **batch,
    struct error *err)
{
	int got = batch_source_next(limited->in, batch, err);
	if (got < 0 || (got == 1 && limited->is_off))
		return got;
	if (got == 0) {
		limited->is_ended = 1;
	} else if (!take_batch(limited, *batch)) {
		limited->is_off = 1;
		limited->rest = *batch;
	}
	if (limited->is_ended || limited->rest != NULL || is_full(limited))
		start_giving(limited);
	if (limited->is_ended || limited->rest != NULL)
		forget_keys(limited);
	return 0;
}

static int
limited_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct limited *limited = (struct limited *)source;
	int got = 0;
	while (got == 0) {
		if (limited->is_giving) {
			got = give(limited, batch, err);
		} else if (limited->rest != NULL) {
			*batch = limited->rest;
			limited->rest = NULL;
			got = 1;
		} else if (limited->is_ended) {
			return 0;
		} else {
			got = read_batch(limited, batch, err);
		}
	}
	return got;
}

static const struct stages *
limited_stages(struct batch_source *source)
{
	struct limited *limited = (struct limited *)source;
	return limited->in->stages(limited->in);
}

static void
limited_free(struct batch_source *source)
{
	struct limited *limited = (struct limited *)source;
	forget_keys(limited);
	budget_return(limited->budget, limited->charged_bytes);
	stream_header_release(&limited->header);
	batch_builder_release(&limited->held);
	batch_builder_release(&limited->out);
	buffer_release(&limited->held_groups);
	buffer_release(&limited->held_words);
	buffer_release(&limited->passing);
	mem_free(limited->columns);
	mem_free(limited->groups);
	mem_free(limited->kept);
	mem_free(limited);
}

static void
make_table(struct limited *limited, const struct window *window)
{
	const struct schema *schema = &limited->header.schema;
	struct type *types = mem_array((size_t)window->order_at + 1,
	    sizeof(*types));
	limited->columns = mem_array((size_t)window->order_at + 1,
	    sizeof(*limited->columns));
	for (uint32_t i = 0; i < window->order_at; i++) {
		limited->columns[i] = window->keys[i].column;
		types[i] = schema->fields[limited->columns[i]].type;
	}
	if (window->order_at > 0)
		limited->table = key_table_new(types, window->order_at, 0,
		    limited->budget);
	mem_free(types);
}

struct batch_source *
window_limit_new(struct batch_source *in, const struct window *window,
    const struct window_limit *limit, struct budget *budget,
    uint64_t *dropped)
{
	struct limited *limited = mem_zalloc(sizeof(*limited));
	limited->in = in;
	limited->budget = budget;
	limited->dropped = dropped;
	stream_header_copy(&limited->header, in->header);
	limited->header.has_blocks = 0;
	make_table(limited, window);
	order_words_init(&limited->order, &limited->header.schema,
	    window->keys + window->order_at,
	    window->key_count - window->order_at);
	limited->best = (struct best_keys){
	    .word_count = limited->order.word_count, .most = limit->most,
	    .is_distinct = limit->function == WINDOW_DENSE_RANK,
	    .drops_equal = limit->function == WINDOW_ROW_NUMBER &&
	    limited->order.is_exact};
	limited->groups = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	limited->kept = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	batch_builder_init(&limited->held, &limited->header.schema);
	batch_builder_init(&limited->out, &limited->header.schema);
	limited->source = (struct batch_source){.header = &limited->header,
	    .next = limited_next, .stages = limited_stages,
	    .free = limited_free};
	return &limited->source;
}
