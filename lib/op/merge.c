#include "op/merge.h"

#include "op/merge_recode.h"
#include "op/sort/prefix.h"

/* Text is taken to have so many bytes a value. */
#define TEXT_BYTES 16

struct input {
	const struct merge_input *from;
	const struct batch *batch;	/* NULL at the end */
	uint32_t row;			/* the next to go out */
	uint64_t *prefixes;		/* owned, [capacity]; of the batch */
	uint32_t capacity;
	uint64_t row_count;		/* rows of the batches before */
	struct batch_builder last;	/* the row before this batch's first */
};

struct merge {
	const struct schema *schema;
	const struct sort_key *keys;
	uint32_t key_count;
	struct input *inputs;		/* owned, [count] */
	uint32_t count;
	/*
	 * The loser tree: tree[1..count) are inputs that lost the match at
	 * their node, tree[0] the winner of all; leaf i is node count + i.
	 */
	uint32_t *tree;			/* owned, [count] */
	struct sort_item *picks;	/* owned, [batch_rows]; on their way */
	uint32_t pick_count, batch_rows;
	struct sort_prefix prefix;
	int8_t *signs;			/* owned, [BATCH_MAX_ROWS] */
	struct merge_recode recode;
	struct sort_sources sources;
	struct batch_builder out;
	_Bool has_begun;
};

uint32_t
merge_batch_rows(const struct schema *schema)
{
	size_t bytes = 1;
	for (uint32_t i = 0; i < schema->count; i++) {
		struct type type = schema->fields[i].type;
		bytes += type_is_variable(type) ? TEXT_BYTES :
		    type_width(type);
	}
	size_t rows = BATCH_BYTES / bytes;
	return rows > BATCH_ROWS ? BATCH_ROWS : rows < 512 ? 512 :
	    (uint32_t)rows;
}

struct merge *
merge_new(const struct merge_input *inputs, uint32_t count,
    const struct schema *schema, const struct sort_key *keys,
    uint32_t key_count)
{
	struct merge *merge = mem_zalloc(sizeof(*merge));
	merge->schema = schema;
	merge->keys = keys;
	merge->key_count = key_count;
	merge->count = count;
	merge->batch_rows = merge_batch_rows(schema);
	merge->inputs = mem_array(count, sizeof(*merge->inputs));
	merge->tree = mem_array(count, sizeof(*merge->tree));
	merge->picks = mem_array(merge->batch_rows, sizeof(*merge->picks));
	merge->signs = mem_alloc(BATCH_MAX_ROWS);
	sort_prefix_init(&merge->prefix, keys, key_count);
	sort_prefix_see_any(&merge->prefix, schema);
	sort_prefix_plan(&merge->prefix);
	merge_recode_init(&merge->recode, schema, count);
	sort_sources_init(&merge->sources, count, merge->recode.forms,
	    schema->count);
	batch_builder_init(&merge->out, schema);
	for (uint32_t i = 0; i < count; i++) {
		merge->inputs[i].from = &inputs[i];
		if (inputs[i].name != NULL)
			batch_builder_init(&merge->inputs[i].last, schema);
	}
	return merge;
}

void
merge_free(struct merge *merge)
{
	if (merge == NULL)
		return;
	for (uint32_t i = 0; i < merge->count; i++) {
		batch_builder_release(&merge->inputs[i].last);
		mem_free(merge->inputs[i].prefixes);
	}
	sort_prefix_release(&merge->prefix);
	sort_sources_release(&merge->sources);
	merge_recode_release(&merge->recode);
	batch_builder_release(&merge->out);
	mem_free(merge->inputs);
	mem_free(merge->tree);
	mem_free(merge->picks);
	mem_free(merge->signs);
	mem_free(merge);
}

/* ---- inputs ---------------------------------------------------------- */

static int
out_of_order(const struct input *input, uint32_t row, struct error *err)
{
	return error_data(err, "%s: row %llu is less than the row before it: "
	    "the stream is not sorted so", input->from->name,
	    (unsigned long long)(input->row_count + row + 1));
}

/* Checks a new batch against itself and the row before it. */
static int
check_order(struct merge *merge, struct input *input, struct error *err)
{
	const struct batch *batch = input->batch;
	struct batch_builder *last = &input->last;
	if (input->from->name == NULL)
		return 0;
	if (batch_builder_rows(last) > 0 && batch_compare(
	    batch_builder_view(last, NULL), 0, batch, 0, merge->keys,
	    merge->key_count) > 0)
		return out_of_order(input, 0, err);
	batch_compare_adjacent(batch, merge->keys, merge->key_count,
	    merge->signs);
	for (uint32_t row = 1; row < batch->row_count; row++)
		if (merge->signs[row] > 0)
			return out_of_order(input, row, err);
	batch_builder_clear(last);
	return batch_builder_append(last, batch, batch->row_count - 1, 1);
}

/* The next batch that has rows. */
static int
refill(struct merge *merge, uint32_t i, struct error *err)
{
	struct input *input = &merge->inputs[i];
	const struct batch *batch;
	int got;
	if (input->batch != NULL)
		input->row_count += input->batch->row_count;
	do
		got = input->from->next(input->from->context, &batch, err);
	while (got == 1 && batch->row_count == 0);
	input->batch = NULL;
	input->row = 0;
	if (got != 1)
		return got;
	if (merge_recode_map(&merge->recode, i, batch, &input->batch,
	    err) != 0)
		return -1;
	sort_sources_set(&merge->sources, i, input->batch);
	if (input->capacity < batch->row_count) {
		input->capacity = batch->row_count;
		mem_free(input->prefixes);
		input->prefixes = mem_array(input->capacity,
		    sizeof(*input->prefixes));
	}
	sort_prefix_make(&merge->prefix, input->batch, 0, batch->row_count,
	    input->prefixes);
	return check_order(merge, input, err);
}

/* ---- the tree -------------------------------------------------------- */

/* Whether input a's row goes before input b's. */
static _Bool
goes_before(const struct merge *merge, uint32_t a, uint32_t b)
{
	const struct input *left = &merge->inputs[a];
	const struct input *right = &merge->inputs[b];
	if (left->batch == NULL || right->batch == NULL)
		return right->batch == NULL && (left->batch != NULL || a < b);
	uint64_t left_prefix = left->prefixes[left->row];
	uint64_t right_prefix = right->prefixes[right->row];
	if (left_prefix != right_prefix)
		return left_prefix < right_prefix;
	/* rows of one prefix agree in the keys before tie_key */
	uint32_t tie_key = merge->prefix.tie_key;
	int result = batch_compare(left->batch, left->row, right->batch,
	    right->row, merge->keys + tie_key, merge->key_count - tie_key);
	return result < 0 || (result == 0 && a < b);
}

/* Plays leaf `input` against the losers on its way up. */
static void
replay(struct merge *merge, uint32_t input)
{
	uint32_t winner = input;
	for (uint32_t node = (merge->count + input) / 2; node > 0; node /= 2) {
		if (goes_before(merge, merge->tree[node], winner)) {
			uint32_t loser = winner;
			winner = merge->tree[node];
			merge->tree[node] = loser;
		}
	}
	merge->tree[0] = winner;
}

/* Winner of the subtree at `node`; leaves the losers in it. */
static uint32_t
build(struct merge *merge, uint32_t node)
{
	if (node >= merge->count)
		return node - merge->count;
	uint32_t left = build(merge, node * 2);
	uint32_t right = build(merge, node * 2 + 1);
	_Bool left_wins = goes_before(merge, left, right);
	merge->tree[node] = left_wins ? right : left;
	return left_wins ? left : right;
}

static int
begin(struct merge *merge, struct error *err)
{
	merge->has_begun = 1;
	for (uint32_t i = 0; i < merge->count; i++)
		if (refill(merge, i, err) != 0)
			return -1;
	if (merge->count > 0)
		merge->tree[0] = merge->count > 1 ? build(merge, 1) : 0;
	return 0;
}

/* ---- rows out -------------------------------------------------------- */

static int
gather(struct merge *merge, struct error *err)
{
	if (sort_gather(&merge->out, &merge->sources, merge->picks,
	    merge->pick_count) != 0)
		return error_data(err, "the text of a sorted batch passes 2 "
		    "GiB");
	merge->pick_count = 0;
	return 0;
}

int
merge_next(struct merge *merge, const struct batch **batch, struct error *err)
{
	if (!merge->has_begun && begin(merge, err) != 0)
		return -1;
	sort_gather_begin(&merge->out, &merge->sources);
	while (merge->count > 0 && batch_builder_rows(&merge->out) +
	    merge->pick_count < merge->batch_rows) {
		uint32_t winner = merge->tree[0];
		struct input *input = &merge->inputs[winner];
		if (input->batch == NULL)
			break;
		merge->picks[merge->pick_count++] = (struct sort_item){
		    .row = input->row++, .source = winner};
		if (input->row < input->batch->row_count) {
			replay(merge, winner);
			continue;
		}
		if (gather(merge, err) != 0 || refill(merge, winner, err) != 0)
			return -1;
		replay(merge, winner);
		if (sort_gather_is_stale(&merge->out, &merge->sources))
			break;
	}
	if (gather(merge, err) != 0)
		return -1;
	*batch = batch_builder_view(&merge->out, NULL);
	return (*batch)->row_count > 0;
}
