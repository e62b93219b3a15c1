#include "op/window/limit.h"

#include "op/best_keys.h"
#include "op/key/key_table.h"
#include "op/merge.h"
#include "op/order_words.h"

/* Shares of the budget. */
#define KEYS_SHARE 4
#define HELD_SHARE 8
#define HELD_BYTES ((size_t)64 << 20)	/* without a budget */
#define CHUNK_ROWS 32768	/* held together; some batches more */
/* After so many rows, 7 of 8 must not have been a partition of their own. */
#define TRIAL_ROWS (1u << 20)

/* Rows that may pass, with their groups and words. */
struct chunk {
	struct batch_builder rows;
	struct buffer groups, words;
};

struct limited {
	struct batch_source source;
	struct stream_header header;	/* owned */
	struct batch_source *in;	/* borrowed */
	struct budget *budget;
	uint64_t *dropped;
	uint32_t *columns;		/* owned: the partition's */
	struct key_table *table;	/* owned; NULL: one partition */
	struct order_words order;
	struct best_keys best;
	uint64_t charged_bytes;		/* for best and the chunks */
	uint64_t row_count;		/* seen */
	uint32_t *groups, *kept;	/* owned, [BATCH_MAX_ROWS] */
	struct buffer words;
	/* Small ones: a long array that grows is copied, into new pages. */
	struct chunk *chunks;		/* owned */
	uint32_t chunk_count;
	size_t full_bytes;		/* of all but the last */
	/* While rows pass: of which chunk, which of its rows. */
	_Bool is_giving;
	uint32_t giving;
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

/* ---- rows held ------------------------------------------------------- */

static void
chunk_release(struct chunk *chunk)
{
	batch_builder_release(&chunk->rows);
	buffer_release(&chunk->groups);
	buffer_release(&chunk->words);
}

static size_t
chunk_bytes(const struct chunk *chunk)
{
	return batch_builder_bytes(&chunk->rows) + chunk->groups.len +
	    chunk->words.len;
}

static size_t
held_bytes(const struct limited *limited)
{
	return limited->full_bytes + (limited->chunk_count > 0 ?
	    chunk_bytes(&limited->chunks[limited->chunk_count - 1]) : 0);
}

/* The chunk that takes the next rows. */
static struct chunk *
open_chunk(struct limited *limited)
{
	uint32_t count = limited->chunk_count;
	struct chunk *last = count > 0 ? &limited->chunks[count - 1] : NULL;
	if (last != NULL && batch_builder_rows(&last->rows) < CHUNK_ROWS)
		return last;
	limited->full_bytes = held_bytes(limited);
	limited->chunks = mem_grow_array(limited->chunks, (size_t)count + 1,
	    sizeof(*limited->chunks));
	last = &limited->chunks[limited->chunk_count++];
	*last = (struct chunk){0};
	batch_builder_init(&last->rows, &limited->header.schema);
	return last;
}

/* Holds the rows of a batch that are `kept`; false if they do not fit. */
static _Bool
hold(struct limited *limited, const struct batch *batch, uint32_t count)
{
	struct chunk *chunk = open_chunk(limited);
	uint32_t width = limited->order.word_count;
	const uint64_t *words = (const uint64_t *)(const void *)
	    limited->words.data;
	if (batch_builder_take(&chunk->rows, batch, limited->kept,
	    count) != 0)
		return 0;
	buffer_reserve(&chunk->groups, count * sizeof(uint32_t));
	buffer_reserve(&chunk->words, (size_t)count * width *
	    sizeof(*words));
	uint32_t *groups = (uint32_t *)(void *)(chunk->groups.data +
	    chunk->groups.len);
	uint64_t *to = (uint64_t *)(void *)(chunk->words.data +
	    chunk->words.len);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t row = limited->kept[i];
		groups[i] = limited->groups[row];
		for (uint32_t w = 0; w < width; w++)
			*to++ = words[(size_t)row * width + w];
	}
	chunk->groups.len += count * sizeof(*groups);
	chunk->words.len += (size_t)count * width * sizeof(*words);
	return 1;
}

static _Bool
is_full(const struct limited *limited)
{
	uint64_t limit = limited->budget->limit_bytes;
	return held_bytes(limited) >=
	    (limit == 0 ? HELD_BYTES : limit / HELD_SHARE);
}

static void
charge(struct limited *limited)
{
	uint32_t groups = limited->best.capacity;
	uint64_t bytes = held_bytes(limited) + (groups > 0 ?
	    best_keys_bytes(&limited->best, groups) : 0);
	budget_return(limited->budget, limited->charged_bytes);
	budget_charge(limited->budget, bytes);
	limited->charged_bytes = bytes;
}

/* ---- rows in --------------------------------------------------------- */

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

/* Takes the rows of a batch that may be kept; false if there is no room. */
static _Bool
take_batch(struct limited *limited, const struct batch *batch)
{
	uint32_t rows = batch->row_count;
	if (!set_groups(limited, batch))
		return 0;
	limited->words.len = 0;
	buffer_reserve(&limited->words, (size_t)rows *
	    limited->order.word_count * sizeof(uint64_t));
	uint64_t *words = (uint64_t *)(void *)limited->words.data;
	order_words_make(&limited->order, batch, words);
	limited->best.drops_equal &= limited->order.is_exact;
	uint32_t count = best_keys_take(&limited->best, words,
	    limited->groups, rows, limited->kept);
	if (!hold(limited, batch, count))
		return 0;
	limited->row_count += rows;
	*limited->dropped += rows - count;
	charge(limited);
	return 1;
}

/* ---- rows out -------------------------------------------------------- */

/* Looks at the rows of a chunk again, and lets the rest of them pass. */
static void
start_chunk(struct limited *limited)
{
	struct chunk *chunk = &limited->chunks[limited->giving];
	uint32_t rows = batch_builder_rows(&chunk->rows);
	limited->passing.len = 0;
	buffer_reserve(&limited->passing, rows * sizeof(uint32_t));
	limited->passing_count = best_keys_again(&limited->best,
	    (const uint64_t *)(const void *)chunk->words.data,
	    (const uint32_t *)(const void *)chunk->groups.data, rows,
	    (uint32_t *)(void *)limited->passing.data);
	*limited->dropped += rows - limited->passing_count;
	limited->given = 0;
}

static void
start_giving(struct limited *limited)
{
	limited->is_giving = 1;
	limited->giving = 0;
	if (limited->chunk_count > 0)
		start_chunk(limited);
}

static void
end_giving(struct limited *limited)
{
	limited->is_giving = 0;
	limited->chunk_count = 0;
	limited->full_bytes = 0;
	if (limited->is_ended || limited->is_off)
		forget_keys(limited);
	charge(limited);
}

/* 1 and some of the rows held; 0 if all have been given. */
static int
give(struct limited *limited, const struct batch **batch, struct error *err)
{
	uint32_t step = merge_batch_rows(&limited->header.schema);
	while (limited->giving < limited->chunk_count &&
	    limited->given == limited->passing_count) {
		chunk_release(&limited->chunks[limited->giving]);
		if (++limited->giving < limited->chunk_count)
			start_chunk(limited);
	}
	if (limited->giving == limited->chunk_count) {
		end_giving(limited);
		return 0;
	}
	struct chunk *chunk = &limited->chunks[limited->giving];
	const uint32_t *rows = (const uint32_t *)(const void *)
	    limited->passing.data;
	uint32_t count = limited->passing_count - limited->given;
	if (count > step)
		count = step;
	batch_builder_clear(&limited->out);
	if (batch_builder_take(&limited->out,
	    batch_builder_view(&chunk->rows, NULL), rows + limited->given,
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
	for (uint32_t i = limited->is_giving ? limited->giving : 0;
	    i < limited->chunk_count; i++)
		chunk_release(&limited->chunks[i]);
	mem_free(limited->chunks);
	batch_builder_release(&limited->out);
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
	batch_builder_init(&limited->out, &limited->header.schema);
	limited->source = (struct batch_source){.header = &limited->header,
	    .next = limited_next, .stages = limited_stages,
	    .free = limited_free};
	return &limited->source;
}
